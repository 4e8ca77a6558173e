"""The labelled sentences inside whole pages: what stands round a rating must not hide it, nor make one of a trap.

Every sentence is put among three paragraphs of other things, notes to editors and a tail, drawn by its own words, so that a
new row leaves the others as they are.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aggregator.model import Field, ProviderType, join_blocks
from aggregator.ratings import read
from tests.ratings.labelled import blocks_of, cases

if TYPE_CHECKING:
    from aggregator.model import Reading
    from tests.ratings.labelled import Case

FILLERS: Final = (
    "A spokesperson for the ministry said that reform was under way and that every provider should aim to be outstanding.",
    "The charity, which was founded in 1994, has 86 staff and a good reputation among the families it helps.",
    "There are outstanding repairs to the office in Basildon, where the lift has been poor since March.",
    "Magistrates have long complained about delays.",
    "The union said morale was poor and pay inadequate, and it called for talks.",
    "Community payback teams have painted a bandstand, and the mayor called it an outstanding job.",
    "HMP Chelmsford was rated poor for safety in May by the prisons inspectorate.",
    "Ofsted rated the local school ‘Good’.",
    "The weather was dreadful and the turn-out good.",
    "In a survey, 61 per cent of people on probation said that their officer was good or very good.",
    "The NPS supervises high-risk offenders and advises the courts.",
    "It is hoped that every company will be rated ‘Good’ by 2021.",
)
NOTES: Final = (
    "",
    (
        "<h3>Notes to editors</h3><ul><li>HM Inspectorate of Probation is independent.</li><li>Providers are given one of four "
        "ratings: ‘Outstanding’, ‘Good’, ‘Requires improvement’ and ‘Inadequate’.</li></ul>"
    ),
)
TAILS: Final = (
    "",
    (
        '<h3>Recent posts</h3><ul><li><a href="#">Merseyside CRC rated ‘Inadequate’</a></li>'
        '<li><a href="#">NPS Wales: ‘Good’</a></li></ul>'
    ),
    '<h3>3 comments</h3><div class="comment"><p>Anon: Our CRC was rated inadequate too.</p></div>',
    '<div class="related"><h4>You might also like</h4><ul><li>Kent CRC “poor”, say inspectors</li></ul></div>',
)


def page(case: Case) -> str:
    """The case as a page."""
    draw = random.Random(case.text)
    parts = [f"<p>{text}</p>" for text in draw.sample(FILLERS, 3)]
    own = case.text if case.text.startswith("<") else f"<p>{case.text}</p>"
    parts.insert(draw.randrange(4), own)
    return f'<div class="entry-content">{"".join(parts)}{draw.choice(NOTES)}{draw.choice(TAILS)}</div>'


def stated(reading: Reading) -> set[tuple[str, str, str]]:
    return {(str(rating.provider_type), str(rating.rating), str(rating.when)) for rating in reading.ratings}


def test_no_trap_becomes_a_rating_on_any_page():
    flagged = {}
    for case in cases():
        if not case.expected:
            reading = read(case.title, blocks_of(page(case)), published=case.published)
            if reading.provider_types:
                flagged[case.line] = [rating.evidence for rating in reading.ratings]

    assert flagged == {}


def test_hardly_a_rating_is_lost_on_any_page():
    """A pronoun may lose whom it meant among strangers, and praise be doubted; four in a hundred is what that may cost."""
    lost, wanted = [], 0
    for case in cases():
        alone = stated(read(case.title, blocks_of(case.text), published=case.published))
        found = stated(read(case.title, blocks_of(page(case)), published=case.published))
        wanted += len(alone)
        lost += [(case.line, *each) for each in alone - found]

    assert wanted > 300
    assert len(lost) <= 0.04 * wanted, lost


def test_what_is_quoted_stands_where_it_is_said_to_stand():
    for case in cases()[::5]:
        blocks = blocks_of(page(case))
        text = join_blocks(blocks)
        for rating in read(case.title, blocks, published=case.published).ratings:
            assert rating.evidence[rating.start : rating.end] == rating.raw
            whole = case.title if rating.field is Field.TITLE else text
            assert whole[rating.position : rating.position + len(rating.evidence)] == rating.evidence


def test_what_stands_behind_share_buttons_is_found_where_it_stands():
    """The buttons were cut off, and everything behind them was said to stand so many characters further in front."""
    blocks = blocks_of(
        "<p>Share on twitter. Share on facebook. Essex CRC was seen by the probation inspectors in the spring of the year."
        " HM Inspectorate of Probation rated it ‘Good’.</p>"
    )
    (rating,) = read("Essex", blocks, published=datetime(2019, 5, 8, tzinfo=UTC)).ratings
    assert join_blocks(blocks)[rating.position :].startswith("HM Inspectorate of Probation rated")


NEWSLETTER: Final = (
    "View this email in your browser. By Russell Webster on Apr 20, 2017 06:01 am. In Northamptonshire the National Probation "
    "Service was doing reasonably well, the chief inspector says in today's report; the work of the CRC was poor. Read more… "
    "You are receiving this email because you signed up. Essex CRC was rated poor."
)


def test_a_newsletter_that_lost_its_breaks_is_read_from_behind_its_furniture():
    # A whole newsletter in one paragraph began with "View this email in your browser" and was dropped as if it were that.
    reading = read("Northants", blocks_of(NEWSLETTER), published=datetime(2017, 4, 20, tzinfo=UTC))

    assert {(rating.provider_type, rating.area) for rating in reading.ratings} == {
        (ProviderType.NPS, "Northamptonshire"),
        (ProviderType.CRC, "Northamptonshire"),
    }
    assert all(NEWSLETTER[r.position :].startswith(r.evidence) for r in reading.ratings)


def test_a_line_of_furniture_beside_a_post_is_dropped_whole():
    beside = "Subscribe to our newsletter. Read why Essex CRC was rated ‘Inadequate’ by inspectors."
    post = "Inspectors rated Kent CRC ‘Good’. " + "Its leaders had listened to their staff and to the courts. " * 3

    reading = read("Probation", blocks_of(f"<p>{beside}</p><p>{post}</p>"), published=datetime(2019, 4, 20, tzinfo=UTC))

    assert {rating.area for rating in reading.ratings} == {"Kent"}
