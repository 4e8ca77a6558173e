"""What holds for any text: no crash, honest offsets, linear time; and for any body in any phrasing: it is found."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Block, BlockKind, Field, ProviderType, RatingValue, Reading, join_blocks
from aggregator.parsing.blocks import text_blocks
from aggregator.ratings import read
from aggregator.ratings.words.vocabulary import load

IN_2019 = datetime(2019, 6, 20, tzinfo=UTC)

WORDS = st.sampled_from(
    [
        "the",
        "CRC",
        "NPS",
        "(NPS)",
        "inspectors",
        "rated",
        "‘Good’",
        "‘Inadequate’",
        "requires",
        "improvement",
        "not",
        "was",
        "poor",
        "Essex",
        "and",
        "Kent",
        ",",
        ".",
        ";",
        ":",
        "–",
        "(",
        ")",
        "but",
        "while",
        "PDU",
        "Youth",
        "Justice",
        "Service",
        "their",
        "work",
        "overall",
        "leadership",
        "“",
        "”",
        "'",
        "None",
        "of",
        "all",
        "both",
        "neither",
        "these",
        "respectively",
        "2",
        "out",
        "of",
        "27",
        "|",
        "from",
        "to",
        "Sodexo’s",
        "it",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=80).map(" ".join))

CRCS = ("Essex", "Northumbria", "London", "West Yorkshire", "Kent, Surrey & Sussex", "Dorset, Devon and Cornwall")
PUBLIC = ("Wales", "Midlands", "North West", "London")
GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
}
PHRASINGS = (
    "{body} has been rated ‘{grade}’ by HM Inspectorate of Probation.",
    "HM Inspectorate of Probation has given {body} an overall rating of “{grade}”.",
    "Inspectors from HM Inspectorate of Probation rated {body} '{grade}'.",
    "{body} received an overall ‘{grade}’ rating from probation inspectors.",
    "‘{grade}’ is the overall rating of {body}, probation inspectors say.",
    "Probation inspectors judged {body} to be ‘{grade}’ overall.",
)
DISTRACTORS = (
    "",
    "The charity was founded in 1994 and employs 86 people.",
    "Its offices are good, its coffee poor.",
    "HMP Chelmsford was rated poor by HMI Prisons in May.",
    "The police force is ‘Good’ at recording crime, says HMICFRS.",
    "A spokesman said that the weather had been outstanding.",
    "Ministers hope that every provider will be rated ‘Outstanding’.",
    "Each provider gets one of four ratings: ‘Outstanding’, ‘Good’, ‘Requires improvement’ and ‘Inadequate’.",
)


def _honest(reading: Reading, title: str, blocks: tuple[Block, ...]) -> None:
    text = join_blocks(blocks)
    for rating in reading.ratings:
        whole = title if rating.field is Field.TITLE else text
        assert rating.evidence[rating.start : rating.end] == rating.raw
        assert whole[rating.position : rating.position + len(rating.evidence)] == rating.evidence
        assert rating.raw
        assert 0 < rating.confidence <= 1
        assert rating.reason


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    title=TEXTS,
    body=TEXTS,
    published=st.sampled_from([None, IN_2019, datetime(2017, 4, 20, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)]),
)
def test_reads_any_text_and_quotes_it_right(title, body, published):
    blocks = text_blocks("Probation inspectors. " + body)

    reading = read(title, blocks, published=published)

    _honest(reading, title, blocks)


@settings(max_examples=150, deadline=None)
@given(
    body=st.sampled_from([f"{where} CRC" for where in CRCS] + [f"NPS {where}" for where in PUBLIC]),
    grade=st.sampled_from(sorted(GRADES)),
    phrasing=st.sampled_from(PHRASINGS),
    before=st.sampled_from(DISTRACTORS),
    after=st.sampled_from(DISTRACTORS),
)
def test_finds_the_rating_whatever_stands_round_it(body, grade, phrasing, before, after):
    kind = ProviderType.CRC if body.endswith("CRC") else ProviderType.NPS
    blocks = text_blocks(
        "\n\n".join(part for part in (before, phrasing.format(body=body, grade=GRADES[grade]), after) if part)
    )

    reading = read("A week in probation", blocks, published=IN_2019)

    _honest(reading, "A week in probation", blocks)
    assert [(r.provider_type, r.aspect, r.rating) for r in reading.ratings] == [(kind, "overall", RatingValue(grade))]


@pytest.mark.parametrize(
    ("what", "unit", "count"),
    [
        ("one endless sentence", "the CRC was not good enough and ", 3_000),
        ("mentions without end", "Essex CRC, ", 10_000),
        ("grades without end", "‘Good’ ", 10_000),
        ("brackets that never close", "NPS (", 10_000),
        ("quotes that never close", "“CRC was poor ", 5_000),
        ("separators in a name", "Kent, Surrey and , and , ", 5_000),
        ("spaces", "probation inspected " + " " * 200, 500),
        ("ordinary sentences", "Inspectors rated Essex CRC ‘Good’ overall. ", 3_000),
    ],
)
def test_takes_linear_time(what, unit, count):
    """Four times the text takes about four times as long: 10 is what noise on a busy machine leaves of a square's 16."""

    def took(times: int) -> float:
        blocks = (Block(BlockKind.PARAGRAPH, (unit * times).strip(), 0),)
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            read("probation inspectors", blocks, published=IN_2019)
            best = min(best, time.process_time() - start)
        return best

    load()
    small, large = took(count // 32), took(count // 8)

    assert large < 10 * small + 0.05, what


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x01\x02 probation \ufffd inspectors",
        "Инспекторы оценили пробацию CRC ‘Good’",
        "監察官は保護観察所 NPS を ‘Good’ と評価した",
        "<p></p><div></div>",
        "probation " * 5_000,
        "‘Good’",
        "CRC NPS PDU YOS good inspect",
        "((((((((((((((((CRC)))))))))))))))) – – – – ‘’‘’“” inspect",
        "İnspectors rated Essex CRC ‘GOOD’ İİİİ probation",
    ],
)
def test_survives_bad_input(text):
    blocks = (Block(BlockKind.PARAGRAPH, text, 0),)

    reading = read(text, blocks, published=None)

    _honest(reading, text, blocks)


def test_five_megabytes_of_grades_take_seconds():
    blocks = (Block(BlockKind.PARAGRAPH, "“The NPS (was poor " * 260_000, 0),)
    start = time.process_time()

    read("probation inspectors", blocks, published=IN_2019)

    assert time.process_time() - start < 15


def test_reads_nothing_into_nothing():
    assert read("", (), published=None) == Reading()


@pytest.mark.parametrize("kind", list(BlockKind))
@pytest.mark.parametrize("text", ["_", "__ _", "­", "-a-"])
def test_reads_on_over_a_block_of_no_words(kind, text):
    """A heading that was nothing but "_", a rule drawn by hand, ended the reading of its post with an error."""
    after = Block(BlockKind.PARAGRAPH, "Inspectors rated Essex CRC ‘Good’.", len(text) + 2)
    blocks = (Block(kind, text, 0), after)

    reading = read("_", blocks, published=IN_2019)

    assert [rating.rating for rating in reading.ratings] == [RatingValue.GOOD]


def test_both_and_neither_one_after_the_other_end():
    """In a post on one body, "neither" after "both" asked whom "both" meant, which asked the same, for ever."""
    text = "Inspectors rated Essex CRC. Neither was good. Both were poor. Overall, it was poor."
    reading = read("Essex CRC must improve", text_blocks(text), published=IN_2019)
    _honest(reading, "Essex CRC must improve", text_blocks(text))
    assert ProviderType.CRC in reading.provider_types
