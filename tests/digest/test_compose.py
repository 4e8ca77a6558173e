"""From posts to a digest: each thing once, the strongest first, and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.digest.model import Basis, Direction, TroubleKind
from aggregator.digest.render.view import view
from aggregator.digest.subject import headline
from aggregator.model import NATIONAL, ProviderType, RatingValue
from aggregator.store.gathered import KnownInspection, PastRating, Sighting
from tests.digest.samples import NOW, composed, post, rating, realistic
from tests.digest.test_alike import prose


def report(number: int, area: str = "Kent", **changes) -> KnownInspection:
    return replace(KnownInspection(number, f"{area} CRC", area, NOW - timedelta(hours=5), None), **changes)


def test_many_posts_about_one_report_are_one_story():
    digest = composed(
        post(1, "Kent CRC is good", (rating(), 7), source="Blog"),
        post(2, "Verdict on Kent", (rating(), 7), (rating(aspect="leadership"), 7), source="Local paper", hours=1),
        post(3, "Kent: inspection report", (rating(), 7), source="Inspectorate", hours=3),
        inspections=(report(7, official_url="https://example.org/report"),),
    )

    (told,) = digest.inspections
    assert told.title == "Kent"
    assert told.article.entry_id == 2, "the post with the most findings is the one to read"
    assert {place.source for place in told.article.also_in} == {"Blog", "Inspectorate"}
    assert [finding.aspect for finding in told.bodies[0].findings] == ["overall", "leadership"]
    assert told.official_url == "https://example.org/report"
    assert not digest.flagged
    assert not digest.recent
    assert {member.entry_id for member in digest.members} == {1, 2, 3}


def test_two_reports_with_titles_that_are_all_but_the_same_are_two_stories():
    """As titles, “…in Kent” and “…in Gwent” are 96.6 % alike; a digest that merged them would call one area by the other's grade."""
    digest = composed(
        post(1, "Inspectors report on probation services in Kent", rating("CRC", "good", area="Kent")),
        post(2, "Inspectors report on probation services in Gwent", rating("CRC", "negative", area="Gwent")),
    )

    assert [(each.title, each.bodies[0].findings[0].rating) for each in digest.inspections] == [
        ("Gwent", RatingValue.NEGATIVE),
        ("Kent", RatingValue.GOOD),
    ]


def test_a_repost_without_a_known_report_meets_the_original_by_its_text():
    digest = composed(
        post(1, "One title", rating(), text=prose(5), source="A"),
        post(2, "Another title", rating(), text=prose(5), source="B"),
        post(3, "A third, unrated", text=f"{prose(5)} And so on.", source="C", flags=()),
    )

    (told,) = digest.inspections
    assert [place.source for place in told.article.also_in] in (["B", "C"], ["A", "C"], ["A", "B"])
    assert not digest.recent


def test_a_round_up_of_two_reports_is_in_both():
    digest = composed(
        post(1, "Two verdicts", (rating(area="Kent"), 7), (rating("CRC", "inadequate", area="Essex"), 8)),
        post(2, "Kent alone", (rating(area="Kent"), 7), (rating(area="Kent", aspect="staff"), 7), source="B"),
        inspections=(report(7), report(8, "Essex")),
    )

    essex, kent = digest.inspections
    assert (essex.title, essex.article.entry_id) == ("Essex", 1)
    assert (kent.title, kent.article.entry_id) == ("Kent", 2)
    assert [place.title for place in kent.article.also_in] == ["Two verdicts"]


def test_a_rating_that_names_no_report_joins_the_one_its_post_is_about():
    digest = composed(
        post(1, "Kent", (rating(), 7), rating("CRC", "good", area=None, aspect="staff")),
        inspections=(report(7),),
    )

    (told,) = digest.inspections
    (body,) = told.bodies
    assert (body.area, [finding.aspect for finding in body.findings]) == ("Kent", ["overall", "staff"])


def test_bodies_come_in_order_and_overall_comes_first():
    digest = composed(
        post(
            1,
            "A region",
            rating("YJS", aspect="staff"),
            rating("NPS", aspect="staff"),
            rating("NPS"),
            rating("REGION"),
            rating("CRC", aspect="services"),
            rating("CRC", aspect="planning"),
            rating("CRC"),
            rating("PDU"),
        )
    )

    (told,) = digest.inspections
    assert [body.provider_type for body in told.bodies] == list(ProviderType)
    assert [finding.aspect for finding in told.bodies[0].findings] == ["overall", "services", "planning"]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (("CRC", "good"), ("PDU", "inadequate"), "CRC and NPS are what the reader asked for"),
        (("CRC", "good"), ("NPS", "inadequate"), "CRC before NPS"),
        (("CRC", "inadequate"), ("CRC", "outstanding"), "the worst first"),
        (("CRC", "negative"), ("CRC", "outstanding"), "in the words of 2017 too"),
        (("CRC", "outstanding"), ("CRC", "requires_improvement"), "then the best"),
        (("CRC", "requires_improvement"), ("CRC", "good"), "then what must improve"),
        (("CRC", "mixed"), ("CRC", "positive"), "and what is mixed"),
    ],
)
def test_the_strongest_finding_comes_first_and_makes_the_subject(first, second, why):
    digest = composed(post(2, "B", rating(*second, area="Essex")), post(1, "A", rating(*first, area="Kent")))

    assert [each.title for each in digest.inspections] == ["Kent", "Essex"], why
    assert digest.subject.startswith("Kent: "), why


def test_a_report_that_is_judged_as_a_whole_comes_before_one_that_is_not():
    digest = composed(
        post(1, "A", rating("CRC", "inadequate", aspect="staff", area="Essex")),
        post(2, "B", rating("YJS", area="Leeds")),
    )

    assert [each.title for each in digest.inspections] == ["Leeds", "Essex"]


def test_several_statements_of_one_verdict_are_one_finding_with_the_best_sentence():
    digest = composed(
        post(
            1,
            "Kent CRC “good”",
            rating(field="title", evidence="Kent CRC “good”", confidence=0.99),
            rating(evidence="It was good.", confidence=0.6, position=5),
            rating(evidence="Inspectors rated the company good overall.", confidence=0.9, position=50),
        )
    )

    (finding,) = digest.inspections[0].bodies[0].findings
    assert finding.evidence == "Inspectors rated the company good overall."
    assert finding.evidence[finding.start : finding.end] == finding.raw == "good"


def test_sources_that_disagree_are_shown_and_the_majority_leads():
    digest = composed(
        post(1, "A", (rating("CRC", "good"), 7), source="A"),
        post(2, "B", (rating("CRC", "requires_improvement"), 7), source="B"),
        post(3, "C", (rating("CRC", "requires_improvement"), 7), source="C"),
        inspections=(report(7),),
    )

    (finding,) = digest.inspections[0].bodies[0].findings
    assert finding.rating is RatingValue.REQUIRES_IMPROVEMENT
    assert [(each.source, each.rating) for each in finding.disagreements] == [("A", RatingValue.GOOD)]


@pytest.mark.parametrize(
    ("grade", "words", "disagree", "why"),
    [
        ("inadequate", "negative", False, "a blog that calls the report damning says the same"),
        ("requires_improvement", "negative", False, "so does this one"),
        ("requires_improvement", "mixed", False, "or this"),
        ("good", "mixed", False, "nor is this against it"),
        ("good", "positive", False, "praise for a good grade"),
        ("good", "negative", True, "blame for a good grade"),
        ("inadequate", "positive", True, "praise for the worst"),
    ],
)
def test_a_grade_comes_before_the_words_of_blogs_however_many(grade, words, disagree, why):
    """Three blogs that called a report damning used to make “Negative” of an Inadequate, and “Elsewhere: Inadequate”."""
    digest = composed(
        post(1, "A", (rating("CRC", grade), 7), source="Inspectorate"),
        *(post(n, "B", (rating("CRC", words, raw="so they say"), 7), source=f"Blog {n}") for n in (2, 3, 4)),
        inspections=(report(7),),
    )

    (finding,) = digest.inspections[0].bodies[0].findings
    assert finding.rating is RatingValue(grade), why
    assert len(finding.disagreements) == (3 if disagree else 0), why
    assert digest.subject == f"Kent: CRC {grade.replace('_', ' ')}"


def test_the_evidence_is_from_the_post_that_is_linked():
    digest = composed(
        post(1, "A", (rating(evidence="A says good.", confidence=0.5), 7), (rating(aspect="staff"), 7)),
        post(2, "B", (rating(evidence="B says good.", confidence=0.99), 7)),
        inspections=(report(7),),
    )

    (told,) = digest.inspections
    assert told.article.entry_id == 1
    assert told.bodies[0].findings[0].evidence == "A says good."


def test_so_many_of_a_class_are_no_other_opinion_on_the_rest_of_it():
    """A year's review told "three good, six requires improvement" as one verdict, and the second as a disagreement."""
    digest = composed(
        post(
            1,
            "A year of inspection",
            rating("CRC", "good", area=NATIONAL, provider="three CRCs"),
            rating("CRC", "requires_improvement", area=NATIONAL, provider="six CRCs"),
            rating("CRC", "negative", area=NATIONAL, provider="80% of CRCs", aspect="delivery"),
            rating("CRC", "inadequate", area=NATIONAL, provider="nineteen CRCs", when="previous"),
        )
    )

    (told,) = digest.inspections
    assert [(body.provider, body.findings[0].rating.value) for body in told.bodies] == [
        ("six CRCs", "requires_improvement"),
        ("three CRCs", "good"),
        ("80% of CRCs", "negative"),
    ]
    assert not any(finding.disagreements or finding.previous for body in told.bodies for finding in body.findings)
    assert [body.row for body in view(digest, ZoneInfo("Europe/London")).inspections[0].bodies] == [
        "England and Wales: six CRCs",
        "England and Wales: three CRCs",
        "England and Wales: 80% of CRCs",
    ]
    assert headline(told) == "England and Wales: six CRCs requires improvement, three CRCs good"


def test_what_a_post_says_of_the_class_is_not_said_of_the_body_its_report_is_on():
    """A digest said "Bristol …: NPS Good" of a post on the CRC there, which told that five divisions were good."""
    digest = composed(
        post(
            1,
            "Bristol, and the end of the round",
            (rating("CRC", "requires_improvement", area="Bristol", provider="Bristol CRC"), 7),
            rating("CRC", "good", area=NATIONAL, provider="one CRC"),
            rating("NPS", "good", area=NATIONAL, provider="five divisions"),
        ),
        inspections=(report(7, "Bristol"),),
    )

    (told,) = digest.inspections
    assert [(body.provider, body.findings[0].rating.value) for body in told.bodies] == [
        ("Bristol CRC", "requires_improvement"),
        ("one CRC", "good"),
        ("five divisions", "good"),
    ]
    assert [body.row for body in view(digest, ZoneInfo("Europe/London")).inspections[0].bodies] == [
        "Bristol: CRC",
        "England and Wales: one CRC",
        "England and Wales: five divisions (NPS)",
    ]


# --- the rating before --------------------------------------------------------------------------------


def past(value: str, when: datetime, **changes) -> PastRating:
    made = PastRating(3, ProviderType.CRC, "Kent CRC", "Kent", "overall", RatingValue(value), when, 1)
    return replace(made, **changes)


LAST_YEAR = datetime(2018, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("recalled", "archive", "expected", "why"),
    [
        ((), (), None, "nothing is known"),
        (
            ("inadequate",),
            (),
            ("inadequate", Basis.POST, None, Direction.UP),
            "the post recalls it; when, it does not say",
        ),
        (
            (),
            (past("outstanding", LAST_YEAR),),
            ("outstanding", Basis.ARCHIVE, LAST_YEAR, Direction.DOWN),
            "it is stored",
        ),
        (("good",), (past("good", LAST_YEAR),), ("good", Basis.POST, LAST_YEAR, Direction.SAME), "both agree: dated"),
        (
            ("good",),
            (past("inadequate", LAST_YEAR),),
            ("good", Basis.POST, None, Direction.SAME),
            "the post may know better",
        ),
        (
            (),
            (past("positive", LAST_YEAR),),
            ("positive", Basis.ARCHIVE, LAST_YEAR, None),
            "another scale: no direction",
        ),
        (
            (),
            (past("inadequate", LAST_YEAR - timedelta(days=400)), past("good", LAST_YEAR, inspection_id=4)),
            ("good", Basis.ARCHIVE, LAST_YEAR, Direction.SAME),
            "the last one before",
        ),
        ((), (past("inadequate", NOW + timedelta(days=9)),), None, "a later report is not the one before"),
        ((), (past("inadequate", LAST_YEAR, inspection_id=7),), None, "nor is this one itself"),
        ((), (past("inadequate", LAST_YEAR, aspect="staff"),), None, "another standard"),
        ((), (past("inadequate", LAST_YEAR, provider_type=ProviderType.NPS),), None, "another kind of body"),
        ((), (past("inadequate", LAST_YEAR, area="Gwent", provider="Wales CRC"),), None, "another body"),
    ],
)
def test_previous(recalled, archive, expected, why):
    before = [rating("CRC", value, when="previous") for value in recalled]
    digest = composed(
        post(1, "Kent", (rating(provider="Kent CRC"), 7), *before), inspections=(report(7),), past=archive
    )

    previous = digest.inspections[0].bodies[0].findings[0].previous
    found = digest.inspections[0].bodies[0].findings[0]
    assert (previous and (previous.rating, previous.basis, previous.at, found.direction)) == expected, why


def test_a_body_has_its_earlier_ratings_one_for_each_inspection_oldest_first():
    archive = (
        past("good", LAST_YEAR, inspection_id=4),
        past("negative", LAST_YEAR, inspection_id=4),  # a blog's word beside the grade
        past("negative", LAST_YEAR - timedelta(days=600)),
        past("good", LAST_YEAR, inspection_id=5, aspect="staff"),
        past("inadequate", LAST_YEAR + timedelta(days=200), inspection_id=6),
        past("outstanding", NOW + timedelta(days=1), inspection_id=8),
    )
    digest = composed(post(1, "Kent", (rating(provider="Kent CRC"), 7)), inspections=(report(7),), past=archive)

    assert [each.rating.value for each in digest.inspections[0].bodies[0].history] == ["negative", "good", "inadequate"]


def test_a_recalled_rating_of_another_area_is_not_this_bodys():
    digest = composed(post(1, "Kent", rating(), rating("CRC", "inadequate", area="Essex", when="previous")))

    assert digest.inspections[0].bodies[0].findings[0].previous is None


@pytest.mark.parametrize(
    ("body", "areas", "on_areas", "expected", "why"),
    [
        ("NPS: NPS", ("Gwent", "Kent"), True, False, "“the NPS” of one area is not that of another"),
        ("NPS: NPS", ("Kent", "Kent"), True, True, "the same area"),
        ("CRC: Wales CRC", ("Gwent", "Dyfed"), True, False, "in 2016–18 each area of a company had its report"),
        ("CRC: Wales CRC", ("Wales", "Gwent"), False, False, "nor is its work in one area the whole of it"),
        ("CRC: Essex CRC", ("Chelmsford", "Essex"), None, True, "one company, however a post names its area"),
        ("PDU: Kent PDU", (None, "Kent"), None, True, "no area to go by"),
    ],
)
def test_the_rating_before_is_of_the_same_body(body, areas, on_areas, expected, why):
    """The NPS in Gwent was told to be “up from Negative”, which had been said of the NPS in Kent the week before."""
    now, before = areas
    kind, provider = body.split(": ")
    earlier = past(
        *("negative", LAST_YEAR),
        provider_type=ProviderType(kind),
        provider=provider,
        area=before,
        whole=on_areas is None,
    )
    on_body = provider if not on_areas else None
    digest = composed(
        post(1, "Probation", (rating(kind, "good", area=now, provider=provider), 7)),
        inspections=(report(7, area=now or "", provider=on_body),),
        past=(earlier,),
    )

    told = digest.inspections[0].bodies[0]
    assert (told.findings[0].previous is not None) is expected, why
    assert bool(told.history) is expected, why


# --- what was told before -----------------------------------------------------------------------------

TOLD = report(7, told=frozenset({("CRC", "overall", "good")}), told_at=NOW - timedelta(days=2))


def test_another_post_on_a_report_that_was_told_is_no_second_finding():
    digest = composed(post(1, "Late to Kent", (rating(), 7)), inspections=(TOLD,))

    assert not digest.inspections
    (article,) = digest.flagged
    assert article.rated[0] == "More on Kent, told on 16 April 2019"


def test_one_that_says_more_than_was_told_is_told_with_a_word_on_that():
    digest = composed(post(1, "Kent in depth", (rating(), 7), (rating(aspect="staff"), 7)), inspections=(TOLD,))

    (told,) = digest.inspections
    assert told.told_at == NOW - timedelta(days=2)
    assert len(told.bodies[0].findings) == 2


def test_one_that_says_otherwise_is_told():
    digest = composed(post(1, "Kent after all", (rating("CRC", "inadequate"), 7)), inspections=(TOLD,))

    assert len(digest.inspections) == 1


@pytest.mark.parametrize(
    ("words", "again", "why"),
    [("positive", False, "praise for what was told as good"), ("negative", True, "blame for it")],
)
def test_a_blogs_words_for_a_grade_that_was_told_are_no_news(words, again, why):
    """They made a second digest say “Kent: CRC praised”, as if it were another verdict."""
    digest = composed(post(1, "Kent, a week on", (rating("CRC", words, raw="so they say"), 7)), inspections=(TOLD,))

    assert len(digest.inspections) == again, why


# --- edits --------------------------------------------------------------------------------------------


def edited(*now_stated, told):
    return replace(
        post(1, "Kent", *now_stated), why="rating changed", told=tuple(told), changed_at=NOW - timedelta(hours=1)
    )


def test_an_edit_that_changed_a_rating_is_a_correction_and_says_from_what_to_what():
    digest = composed(edited(rating("CRC", "inadequate"), told=[rating("CRC", "good")]))

    (update,) = digest.updates
    assert [(each.aspect, each.before, each.after) for each in update.changes] == [
        ("overall", RatingValue.GOOD, RatingValue.INADEQUATE)
    ]
    assert not digest.inspections
    assert digest.subject == "Corrected: Kent: CRC inadequate (was good)"
    assert [member.why for member in digest.members] == ["rating changed"]


def test_an_edit_that_took_a_rating_back_says_so():
    digest = composed(edited(told=[rating("CRC", "good")]))

    assert digest.updates[0].changes[0].after is None
    assert digest.subject == "Corrected: Kent: CRC no longer rated (was good)"


def test_an_edit_that_brought_the_first_rating_is_a_finding_like_any_other():
    digest = composed(edited(rating("CRC", "inadequate"), told=[]))

    assert not digest.updates
    assert len(digest.inspections) == 1


def test_an_edit_that_only_says_the_same_less_surely_tells_nothing_and_is_in_the_ledger():
    digest = composed(
        edited(rating("CRC", "good"), rating("CRC", "inadequate", confidence=0.3), told=[rating("CRC", "good")])
    )

    assert not digest.updates
    assert len(digest.members) == 1


# --- the rest -----------------------------------------------------------------------------------------


def test_a_rating_that_no_rule_asked_for_is_a_recent_article_with_a_word_on_it():
    digest = composed(post(1, "Leeds", rating("YJS", area="Leeds", provider="Leeds YJS"), flags=()))

    assert not digest.inspections
    assert digest.recent[0].rated == ("Leeds YJS: Good",)


def test_a_flagged_post_without_ratings_is_listed_with_its_reasons():
    digest = composed(post(1, "A speech", flags=("chief inspector",)))

    assert digest.flagged[0].reasons == ("chief inspector: “chief inspector” in its text",)
    assert digest.subject == "Flagged: A speech"


def test_recent_articles_are_listed_newest_first_up_to_a_number_and_the_rest_are_counted():
    digest = composed(*(post(n, f"Post {n}", flags=(), hours=n) for n in range(1, 10)), recent_articles=4)

    assert [each.title for each in digest.recent] == ["Post 1", "Post 2", "Post 3", "Post 4"]
    assert digest.omitted.recent == 5
    assert len(digest.members) == 9, "what is only counted was told all the same"
    assert digest.subject == "Probation inspection digest: 9 recent articles"


def test_no_recent_articles_may_be_asked_for():
    digest = composed(post(1, "Post", flags=()), recent_articles=0)

    assert not digest.recent
    assert digest.omitted.recent == 1


def test_an_entry_that_several_feeds_carry_is_told_once_with_where_else():
    digest = composed(
        post(
            1,
            "Kent",
            flags=(),
            sightings=(
                Sighting("Blog", "https://example.org/1?utm_source=rss"),
                Sighting("Planet", "https://example.org/1"),
                Sighting("Mirror", "https://mirror.example/1"),
                Sighting("newsletter.txt", None),
            ),
        )
    )

    (article,) = digest.recent
    assert (article.source, article.url) == ("Blog", "https://example.org/1")
    assert [(place.source, place.url) for place in article.also_in] == [
        ("Planet", None),
        ("Mirror", "https://mirror.example/1"),
        ("newsletter.txt", None),
    ]


def test_links_that_could_act_are_no_links():
    digest = composed(
        post(1, "A", flags=(), url="javascript:alert(1)", sightings=(Sighting("Blog", "data:text/html,x"),))
    )

    assert digest.recent[0].url is None


def test_nothing_at_all_is_an_empty_digest():
    digest = composed()

    assert digest.empty
    assert digest.subject == "Probation inspection digest: nothing new"


def test_a_realistic_day():
    digest = realistic()

    assert digest.subject == "Dorset, Devon and Cornwall: CRC inadequate — and 5 more"
    assert [each.title for each in digest.inspections] == ["Dorset, Devon and Cornwall", "Gwent", "North West"]
    assert [each.kind for each in digest.troubles] == [TroubleKind.FAILING, TroubleKind.QUIET]


TITLES = st.text(max_size=20) | st.sampled_from(["Kent", "Gwent", "\u202eKent\r\nBcc: x"])
VALUES = st.sampled_from([value.value for value in RatingValue])
STATED = st.builds(
    rating,
    st.sampled_from(["CRC", "NPS", "PDU"]),
    VALUES,
    aspect=st.sampled_from(["overall", "staff"]),
    area=st.sampled_from([None, "Kent", "Gwent"]),
    when=st.sampled_from(["current", "current", "previous"]),
)
OF_REPORTS = st.tuples(STATED, st.sampled_from([None, 1, 2]))
POSTS = st.lists(
    st.tuples(
        TITLES,
        st.lists(OF_REPORTS, max_size=4),
        st.sampled_from([None, (), ("a rule",)]),
        st.none() | st.lists(STATED, max_size=2).map(tuple),
        st.integers(0, 3),
    ),
    max_size=8,
)


@settings(max_examples=150)
@given(POSTS, st.integers(0, 3))
def test_whatever_comes_everything_is_in_the_digest_exactly_once(drawn, recent_articles):
    """No post is lost, none is told twice over, and what is not listed is counted."""
    posts = [
        replace(
            post(n, title, *stated, flags=flags, text=prose(text)),
            why="new" if told is None else "rating changed",
            told=told,
            changed_at=NOW,
        )
        for n, (title, stated, flags, told, text) in enumerate(drawn, start=1)
    ]
    digest = composed(*posts, recent_articles=recent_articles, inspections=(report(1), report(2, "Gwent")))

    assert [member.entry_id for member in digest.members] == [each.id for each in posts]
    listed = [
        *(each.article for each in digest.inspections if each.inspection_id is None),
        *(each.article for each in digest.updates),
        *digest.flagged,
        *digest.recent,
    ]
    leads = [each.entry_id for each in listed]
    assert len(leads) == len(set(leads)), "outside of reports, which share round-ups, a post leads one story"
    places = sum(1 + len(each.also_in) for each in listed)
    reports = {each.inspection_id for each in digest.inspections if each.inspection_id is not None}
    assert len(reports) == sum(each.inspection_id is not None for each in digest.inspections)
    silent = sum(1 for each in posts if each.told and not any(u.article.entry_id == each.id for u in digest.updates))
    if not reports and not digest.omitted:
        assert places + silent == len(posts), (
            "each post is a story, another place of one, or an edit that changed nothing"
        )
    for told in digest.inspections:
        for body in told.bodies:
            aspects = [finding.aspect for finding in body.findings]
            assert len(aspects) == len(set(aspects)), "one finding for each aspect"
            assert aspects == sorted(aspects, key=lambda aspect: aspect != "overall")
            for finding in body.findings:
                assert finding.evidence[finding.start : finding.end] == finding.raw
