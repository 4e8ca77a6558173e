"""What the whole of a post says: long posts that state nothing after all, and a second look at what was refused."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.model import Field, ProviderType, Rating, RatingValue, Reading, Rejection, When
from aggregator.parsing.blocks import text_blocks
from aggregator.ratings import read
from aggregator.ratings.likelihood import Likelihood, load, none_stated, signs_of, words_of
from aggregator.ratings.nouns import LONG
from aggregator.ratings.reader import sentences_of
from aggregator.ratings.verdicts import second
from aggregator.ratings.verdicts.second import choose, may_outweigh
from aggregator.ratings.words import vocabulary
from tests.ratings.labelled import blocks_of

IN_2017 = datetime(2017, 12, 14, tzinfo=UTC)

ORDINARY = """
area capital central city country county courts functions greater new of on region see team the upon with
"""
"""Words in names of bodies that other things have as well."""
RATING = Rating(
    ProviderType.CRC,
    "Essex CRC",
    "Essex",
    "overall",
    RatingValue.GOOD,
    "good",
    When.CURRENT,
    "Inspectors rated it good.",
    Field.TEXT,
    0,
    20,
    24,
    0.9,
    "in the same clause",
)


def refused(why: str) -> Rejection:
    return Rejection("poor", "It was poor.", Field.TEXT, 0, why)


@pytest.mark.parametrize(
    ("group", "reading"),
    [
        ("stated", Reading((RATING,), (refused("a question"),))),
        ("missed", Reading((), (refused("a question"),))),
        ("missed", Reading()),
    ],
)
def test_every_sign_has_a_weight_and_every_weight_a_sign(group: str, reading: Reading):
    weights = load()
    learned = {"stated": weights.stated, "missed": weights.missed}[group]

    assert set(signs_of(reading, 1.0, 30, led_in=True)) == set(learned)
    assert all(math.isfinite(weight) for weight in (*weights.words.values(), *learned.values()))


def test_no_place_speaks_for_or_against():
    places = {word for name in vocabulary.load().canonical for word in name.split()}
    heard = {word.rpartition(" ")[2] for word in load().words}

    assert heard & places <= set(ORDINARY.split())


def test_counts_a_word_once_in_each_part_that_has_it():
    parts = sentences_of(vocabulary.load(), "Inspectors inspect", text_blocks("Inspectors found 2 faults. Faults!"))

    assert sorted(words_of(parts)) == [
        "faults",
        "found",
        "inspectors",
        "lead faults",
        "lead found",
        "lead inspect",
        "lead inspectors",
        "title inspect",
        "title inspectors",
    ]


def test_words_beyond_the_lead_are_of_the_text_alone():
    parts = sentences_of(vocabulary.load(), "Title", text_blocks("Word after word goes by. " * 30 + "Inspectors came."))

    assert "inspectors" in words_of(parts)
    assert "lead inspectors" not in words_of(parts)


def test_a_long_post_is_asked_more_than_a_short_one():
    doubtful = Likelihood(-3.0, stated=True, length=LONG, words={"survey": -0.2})

    assert doubtful.speaks_against
    assert not Likelihood(-3.0, stated=True, length=LONG - 1, words={}).speaks_against
    assert not Likelihood(3.0, stated=True, length=LONG, words={}).speaks_against


def test_only_a_post_in_which_nothing_was_read_is_looked_at_again():
    assert Likelihood(3.0, stated=False, length=5, words={}).asks_again
    assert not Likelihood(3.0, stated=True, length=5, words={}).asks_again
    assert not Likelihood(-3.0, stated=False, length=5, words={}).asks_again


def test_tells_the_words_that_speak_loudest_each_once():
    against = Likelihood(
        -3.0, stated=True, length=30, words={"lead survey": -0.4, "survey": -0.3, "our": -0.1, "found": 1.0}
    )
    for_it = Likelihood(3.0, stated=False, length=30, words={"lead inspectors": 0.5, "found": 0.9, "our": -0.1})

    assert against.told() == "the post as a whole reads like none on an inspection of ours (“survey”, “our”, “found”)"
    assert for_it.told() == "the post as a whole reads like one on an inspection of ours (“found”, “inspectors”, “our”)"


def test_what_is_taken_back_is_listed_as_refused_with_the_reason():
    earlier = refused("a question")

    reading = none_stated(Reading((RATING,), (earlier,)), "the post as a whole")

    assert reading.ratings == ()
    assert reading.rejections[0] is earlier
    assert (reading.rejections[1].raw, reading.rejections[1].why) == ("good", "the post as a whole")


@pytest.mark.parametrize(
    ("doubted", "taken"),
    [
        ([], set()),  # nothing was refused for want of a sign
        ([(0.9, (1, 2))], set()),  # neither a body nor an inspector beside it
        ([(1.4, (1, 2)), (1.9, (3, 0))], {(3, 0)}),  # the likeliest
        ([(2.1, (1, 2)), (2.4, (3, 0)), (1.5, (4, 0))], {(1, 2), (3, 0)}),  # both have a body and an inspector
    ],
)
def test_takes_the_likeliest_of_what_was_refused(
    doubted: list[tuple[float, tuple[int, int]]], taken: set[tuple[int, int]]
):
    assert choose(doubted, 1.0) == taken


def test_takes_a_bare_word_where_all_of_the_post_is_plainly_on_an_inspection():
    assert choose([(0.7, (1, 2))], 3.0) == {(1, 2)}
    assert choose([(0.7, (1, 2))], 1.0) == set()
    assert choose([], 3.0) == set()


def test_looks_no_second_time_where_somebody_else_judged():
    assert may_outweigh([refused("no body that it could be of")])
    assert not may_outweigh([refused("no body that it could be of"), refused("rated by somebody else")])


def test_a_second_look_finds_what_its_sentence_alone_does_not_show():
    # "the state of things" is nobody's work: by itself the sentence is refused. The post is on what ours found in CRCs.
    text = (
        "In her annual report Dame Glenys Stacey, chief inspector of probation, turns to the Community Rehabilitation "
        "Companies. Of the work that inspectors saw much did not come up to what she expects. The state of things in CRCs "
        "when it comes to victims is poor."
    )

    (rating,) = read("Inspectors on the private companies", text_blocks(text), published=IN_2017).ratings

    assert (rating.provider_type, rating.rating, rating.raw) == (ProviderType.CRC, RatingValue.NEGATIVE, "poor")
    assert "the post as a whole reads like one on an inspection of ours" in rating.reason
    assert rating.evidence[rating.start : rating.end] == rating.raw


CONSULTATION = """
<p>We would like to hear what you think of the ratings that we mean to give, and of how we mean to work them out.</p>
<p>Every CRC and every division of the NPS will be inspected each year. None has been rated up to now.</p>
<h2>Four grades</h2>
<ul><li>Outstanding – hardly anything could be better.</li><li>Good – most of it is as we want it.</li>
<li>Requires improvement – there is good work, and there are gaps.</li><li>Inadequate – most of it will not do.</li></ul>
<p>Should the lowest be called ‘Poor’ instead? Should there be a fifth? Tell us in answer to question three.</p>
<h2>How the marks add up</h2>
<p>Take a CRC whose leadership is good and whose staffing is inadequate. By the first method it is rated ‘Requires
improvement’. By the second, where the lowest mark counts, it would be ‘Inadequate’.</p>
<h2>Questions</h2>
<ol><li>Do you want ratings at all?</li><li>Should each local office have one?</li><li>Which words do you prefer?</li>
<li>What should happen where a CRC is rated ‘Inadequate’?</li></ol>
<h2>What we have heard so far</h2>
<p>At our workshops chief executives feared that a poor rating would keep staff away. Managers asked us to leave buildings
out. People on probation wanted to rate their officers. We thank all who came.</p>
<p>Our survey is open. What do you think? How often should we come? Should each of our reports be shorter? Ofsted rates
schools, and the police have their own force assessments: are there lessons for us?</p>
<p>Write to us by January. We shall publish what you say. Our decisions will follow in spring.</p>
"""


def test_the_reading_of_a_long_post_is_taken_back_where_all_else_speaks_against_it():
    # “By the first method it is rated …” goes on about the CRC of the sentence before. All else says that none was rated.
    reading = read("Have your say on ratings", blocks_of(CONSULTATION), published=IN_2017)

    assert reading.ratings == ()
    assert any(rejection.why.startswith("the post as a whole reads like none") for rejection in reading.rejections)


def test_every_reason_that_the_second_look_goes_by_is_given_somewhere():
    # Reasons are words for people. One that is put otherwise would change what is outweighed, and nothing would say so.
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(second.__file__).parents[1].rglob("*.py")
        if path.name != Path(second.__file__).name
    )

    assert [reason for reason in (*second.SOFT, *second.ANOTHERS) if f'"{reason}' not in code] == []
