"""Who gives the grades: whatever words the inspectorate lends, only its own grades are taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.ratings import read
from tests.ratings.labelled import HERE, blocks_of, moment, posts

DAY = datetime(2019, 5, 14, tzinfo=UTC)


def table(*rows: str) -> str:
    cells = ["".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows[1:]]
    head = "".join(f"<th>{cell}</th>" for cell in rows[0].split("|"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in cells)}</tbody></table>"


ANOTHERS = [
    (
        "a survey's table under its own heading",
        "<p>HM Inspectorate of Probation has a scale of its own, and we borrowed it.</p><h3>How members graded their "
        "employer</h3>" + table("Employer|Grade", "Essex CRC|Inadequate", "NPS Midlands|Good"),
        "members graded",
    ),
    (
        "a list that a survey leads into",
        (
            "<p>Using the same words as the inspectors, our members rated the places where they work.</p>"
            "<ul><li>Wales CRC: Inadequate</li><li>NPS London: Good</li></ul>"
        ),
        "members rated",
    ),
    (
        "a mock inspection two paragraphs before the table",
        "<p>Getting ready for HM Inspectorate of Probation, Merseyside CRC held a mock inspection.</p><p>The marks were:</p>"
        + table("Standard|Mark", "Leadership|Good", "Unpaid work|Outstanding")
        + "<p>Overall we were rated Good.</p>",
        "mock",
    ),
    (
        "a company that assesses itself, in a list",
        (
            "<p>South Yorkshire CRC filled in a self-assessment against the inspectorate's standards.</p>"
            "<ul><li>Leadership: Good</li><li>Staff: Requires improvement</li></ul>"
        ),
        "self",
    ),
    (
        "an invented company, said to be one",
        (
            "<p>How does HM Inspectorate of Probation add up? Here is a made-up case. Loamshire CRC scores 14 points out of 30 "
            "and is rated ‘Requires improvement’. Its unpaid work is ‘Outstanding’.</p>"
        ),
        "made up",
    ),
    (
        "a company to suppose, and its table",
        "<p>The probation inspectorate's new method needs an illustration.</p><h2>An example</h2><p>Suppose there is a "
        "company called Barchester CRC.</p>" + table("Standard|Rating", "Leadership|Good", "Staff|Inadequate"),
        "suppose",
    ),
    (
        "a body that does not exist, in an exercise",
        "<p>Midshire CRC, which does not exist, has met HM Inspectorate of Probation. Midshire CRC was rated Inadequate.</p>",
        "not exist",
    ),
    (
        "a charity's CQC grades, with a CRC among its funders",
        (
            "<p>We thank our funders, Cumbria and Lancashire CRC and the National Probation Service.</p><p>Our clinic was "
            "inspected by the CQC in May and received an overall rating of Outstanding. It was rated Good for being safe.</p>"
        ),
        "another inspectorate",
    ),
    (
        "a police force with a county's name",
        (
            "<p>Essex CRC works with the force. Inspectors have been to see it. Essex Police was given the lowest grade for "
            "how it looks into crime.</p>"
        ),
        "something else",
    ),
    (
        "a review of one case",
        (
            "<p>HM Inspectorate of Probation looks at such cases too. The coroner was told of a serious case review of the "
            "NPS in Bolton. The review found that planning was inadequate.</p>"
        ),
        "judged by somebody else",
    ),
    (
        "an inspectorate that says nothing",
        "<p>Essex CRC has made news. HM Inspectorate of Probation declined to comment.</p>",
        "declined to",
    ),
    (
        "a word that sums up a share",
        "<p>The probation inspectorate has nothing to do with these reoffending numbers of Essex CRC and its neighbours.</p>"
        + table("Company|Share|Word", "West Yorkshire CRC|47.7%|Poor", "Essex CRC|39.1%|Weak"),
        "a measure",
    ),
    (
        "a house with a grade under a CRC's name",
        "<p>Inspectors of probation know our funder, Essex CRC.</p><h2>Lime House: outstanding</h2>",
        "no body and no standard",
    ),
]


@pytest.mark.parametrize(("html", "why"), [case[1:] for case in ANOTHERS], ids=[case[0] for case in ANOTHERS])
def test_refuses_the_grades_of_others_and_says_whose_they_are(html: str, why: str):
    reading = read("News of the month", blocks_of(html), published=DAY)

    assert reading.ratings == ()
    assert any(why in rejection.why for rejection in reading.rejections), reading.rejections


def test_reads_hardly_anything_in_whole_posts_on_the_judgements_of_others():
    """Each of them misled the rules of its day, and rules tell all of them. What is learned may err on four in a hundred."""
    rows = list(posts(HERE / "posts" / "others.txt"))

    misread = [
        row["id"] for row in rows if read(row["title"], blocks_of(row["text"]), published=moment(row["date"])).ratings
    ]

    assert len(rows) > 130
    assert len(misread) <= 0.04 * len(rows), misread


WHOLE = [row for name in ("ours", "whose") for row in posts(HERE / "posts" / f"{name}.txt")]


@pytest.mark.parametrize("row", WHOLE, ids=lambda row: row["id"])
def test_reads_every_grade_of_ours_in_a_post_that_names_other_judges_or_bodies(row: dict[str, Any]):
    reading = read(row["title"], blocks_of(row["text"]), published=moment(row["date"]))

    assert {(str(r.provider_type), r.area, r.aspect, str(r.rating)) for r in reading.ratings} == {
        (r["provider_type"], r["area"], r["aspect"], r["rating"]) for r in row["ratings"]
    }


OURS = [
    (
        "people were asked, and the inspectors graded",
        "<p>Staff were asked in a survey how they fared. HM Inspectorate of Probation rated Essex CRC ‘Inadequate’.</p>",
    ),
    (
        "a heading ends a mock inspection's reach",
        (
            "<p>Essex CRC had a mock inspection in spring.</p><h2>The real one</h2><p>HM Inspectorate of Probation has rated "
            "Essex CRC Inadequate.</p>"
        ),
    ),
    (
        "supposing within a sentence makes up nothing",
        "<p>I suppose nobody is surprised. HM Inspectorate of Probation rated Essex CRC Inadequate.</p>",
    ),
    (
        "made up of, not made up",
        "<p>The company is made up of three teams. Inspectors of probation rated Essex CRC Inadequate.</p>",
    ),
    (
        "police commissioners are no police force",
        "<p>HM Inspectorate of Probation rated Essex CRC Inadequate, and Essex Police and Crime Commissioner is sad.</p>",
    ),
]


@pytest.mark.parametrize("html", [case[1] for case in OURS], ids=[case[0] for case in OURS])
def test_takes_the_inspectors_grade_beside_another_act_of_judging(html: str):
    reading = read("News of the month", blocks_of(html), published=DAY)

    assert [(rating.area, rating.aspect, rating.rating) for rating in reading.ratings] == [
        ("Essex", "overall", "inadequate")
    ]


def test_drops_other_posts_that_a_feed_ran_into_the_last_paragraph():
    html = (
        "<p>The probation inspectorate's quiz is back. Recent articles: Essex CRC rated “inadequate” by inspectors | NPS in "
        "Wales rated “good”.</p>"
    )

    reading = read("A quiz", blocks_of(html), published=DAY)

    assert (reading.ratings, reading.rejections) == ((), ())


def test_a_title_that_sounds_of_figures_does_not_take_a_report_s_grades_away():
    # “Credit” is a word of contracts and money, and stood in a title: all grades of the press release under it were
    # taken for what people had said.
    found = read(
        "Credit to Thames Valley",
        blocks_of(
            "<p>The company has done it. This is what HM Inspectorate of Probation says today:</p><blockquote><p>Thames "
            "Valley CRC has been given an overall rating of ‘Good’. Its unpaid work was rated ‘Outstanding’.</p></blockquote>"
        ),
        published=DAY,
    )
    assert [(rating.aspect, rating.rating) for rating in found.ratings] == [
        ("overall", "good"),
        ("unpaid work", "outstanding"),
    ]


def test_before_the_scale_a_list_of_standards_holds_words_of_praise_and_blame():
    # Only rows with a word of the later scale were rows: “poor” behind a standard fell to the body as a whole.
    found = read(
        "Probation in Dorset inspected",
        blocks_of(
            "<p>HM Inspectorate of Probation has been to Dorset.</p><h3>Dorset, Devon and Cornwall CRC</h3><ul>"
            "<li>Protecting the public: poor</li><li>Reducing reoffending: generally mixed</li>"
            "<li>Delivering the sentence: acceptable</li></ul>"
        ),
        published=datetime(2017, 5, 9, tzinfo=UTC),
    )
    assert {rating.aspect: rating.rating for rating in found.ratings} == {
        "public protection": "negative",
        "reducing reoffending": "mixed",
        "delivering the sentence": "positive",
    }


def test_a_row_that_counts_answers_is_nobody_s_verdict():
    found = read(
        "Two tiers: the chief inspector's annual report",
        blocks_of(
            "<p>HM Inspectorate of Probation reports. We polled magistrates too, and this is what they say of BeNCH CRC.</p>"
            + table(
                "Statement|Yes|No",
                "The CRC's performance is poor|55%|12%",
                "Its plans are good|7.5 per cent|81 per cent",
            )
        ),
        published=DAY,
    )
    assert found.ratings == ()


def test_behind_and_it_is_still_the_inspectors_who_conclude():
    # The company that stands before “and” was taken for the speaker, and a company's praise or blame counts for nothing.
    found = read(
        "Offenders left unchecked",
        blocks_of(
            "<p>HM Inspectorate of Probation looked at files in the offices of Thames Valley CRC and concluded that its work "
            "to protect potential victims was poor.</p>"
        ),
        published=datetime(2017, 11, 9, tzinfo=UTC),
    )
    assert [(str(rating.provider_type), rating.rating) for rating in found.ratings] == [("CRC", "negative")]


def test_the_bench_that_magistrates_sit_on_is_no_company():
    # The acronym BeNCH and the word share an entry of the vocabulary: the word became the area of “the CRC”.
    found = read(
        "The chief inspector lectures",
        blocks_of(
            "<p>HM Inspectorate of Probation reports. A member of the bench was in the audience. Inspectors have rated the "
            "CRC ‘Inadequate’.</p>"
        ),
        published=DAY,
    )
    assert [rating.area for rating in found.ratings] == [None]


_ASIDE = "The ballot opens in a week. Bring a flask, and a friend. The hall is cold. "


def test_a_consultation_on_ratings_gives_none():
    found = read(
        "Consultation response: our standards and ratings from 2020",
        blocks_of(
            "<p>HM Inspectorate of Probation asked CRCs and NPS divisions for views. Three owners said that ‘Requires "
            "improvement’ is too wide: a CRC just short of ‘Good’ gets what one gets that barely escaped ‘Inadequate’.</p>"
            "<p>We will publish points, so that a strong NPS division can be told from a weak ‘Requires improvement’.</p>"
        ),
        published=DAY,
    )
    assert found.ratings == ()


def test_a_post_that_says_it_is_not_about_inspections_is_believed():
    found = read(
        "Which company is best?",
        blocks_of(
            "<p>A warning: what follows is not about inspections. HM Inspectorate of Probation looks at cases; ministers "
            "count.</p><h2>April to June</h2><p>My labels: outstanding, all of the measures met; good, most; inadequate, few.</p>"
            + table("CRC|Measures met|Label", "Northumbria|14|Good", "Wales|3|Inadequate")
        ),
        published=DAY,
    )
    assert found.ratings == ()


def test_an_adjective_in_a_name_praises_nobody():
    # “Effective Supervision Inspection” was read as praise of the supervision by the body spoken of before.
    found = read(
        "Looking back",
        blocks_of(
            "<p>HM Inspectorate of Probation came to Kent CRC. Under the Effective Supervision Programme its teams were "
            "visited twice.</p>"
        ),
        published=datetime(2017, 5, 9, tzinfo=UTC),
    )
    assert found.ratings == ()


def test_a_grade_that_leads_in_a_list_of_companies_is_each_one_s():
    # “Ten were rated …:” was a verdict on the class, and the companies under it were read as places that nothing is said of.
    found = read(
        "The year in ratings",
        blocks_of(
            "<p>HM Inspectorate of Probation reports.</p><ul><li>Four Community Rehabilitation Companies (CRCs) were "
            "inspected. Three of the companies were rated ‘Requires improvement’:<ul><li>Merseyside</li><li>Thames Valley</li>"
            "<li>Wales</li></ul></li><li>One, Essex, was rated ‘Good’.</li></ul>"
        ),
        published=DAY,
    )
    told = {(rating.area, rating.rating) for rating in found.ratings if rating.area != "England and Wales"}
    assert told == {
        ("Merseyside", "requires_improvement"),
        ("Thames Valley", "requires_improvement"),
        ("Wales", "requires_improvement"),
        ("Essex", "good"),
    }


def test_one_item_of_minutes_on_drugs_does_not_make_all_of_them_a_post_on_drugs():
    # Every grade under the other items was refused as said in “a post about drugs”.
    found = read(
        "Minutes of the board",
        blocks_of(
            f"<p>Apologies were received. {_ASIDE * 8}</p><h2>4. New psychoactive substances</h2><p>Deaths in which NPS had "
            "played a part were few. The papers should say Spice when they mean it.</p><h2>5. Inspections</h2><p>HM Inspectorate "
            "of Probation had reported on the Midlands division of the National Probation Service. The division was rated "
            "‘Good’ overall.</p>"
        ),
        published=DAY,
    )
    assert [(str(rating.provider_type), rating.area, rating.rating) for rating in found.ratings] == [
        ("NPS", "Midlands", "good")
    ]


BROKERS = (
    "<p>Shares fell by a fifth. {lead}</p><p>"
    + _ASIDE * 6
    + "</p><p>Brokers have gone through the group and graded each part:</p>"
    "<ul><li>Construction – inadequate</li><li>London CRC – requires improvement</li></ul><p>The firm runs five of the 21 CRCs.</p>"
)


@pytest.mark.parametrize(
    ("lead", "read_any"),
    [("It was a bad day.", False), ("HM Inspectorate of Probation has rated all it runs.", True)],
    ids=["nobody", "inspectors"],
)
def test_a_long_post_that_names_no_inspector_anywhere_grades_by_its_own_lights(lead: str, *, read_any: bool):
    # Brokers graded the divisions of an outsourcer on four points; what was graded last runs CRCs.
    found = read("Shares of an outsourcer tumble", blocks_of(BROKERS.format(lead=lead)), published=DAY)

    assert bool(found.ratings) is read_any
    assert ("the post names no inspector" in {refused.why for refused in found.rejections}) is not read_any
