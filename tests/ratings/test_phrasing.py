"""Sentence by sentence: every way a rating is stated, and every trap, with nothing missed and nothing more."""

from __future__ import annotations

import pytest

from aggregator.model import When, join_blocks
from aggregator.ratings import read
from tests.ratings.labelled import Case, blocks_of, cases


def _letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


@pytest.mark.parametrize("case", cases(), ids=str)
def test_states_exactly_these_ratings(case: Case):
    reading = read(case.title, blocks_of(case.text), published=case.published)

    got = list(reading.ratings)
    for kind, area, aspect, value, *rest in case.expected:
        when = When.PREVIOUS if rest else When.CURRENT
        match = next(
            (
                rating
                for rating in got
                if (rating.provider_type, rating.rating, rating.when) == (kind, value, when)
                and _letters(area) in _letters(f"{rating.area} {rating.provider}")
                and (rating.aspect == aspect if aspect != "*" else rating.aspect != "overall")
            ),
            None,
        )
        assert match is not None, f"{kind} {area} {aspect} {value} is missing; refused: {reading.rejections}"
        got.remove(match)
    assert got == []


@pytest.mark.parametrize("case", [case for case in cases() if not case.expected], ids=str)
def test_says_why_a_grade_word_was_not_taken(case: Case):
    """A trap with a grade word in it is refused with a reason, or is no post on inspection at all."""
    reading = read(case.title, blocks_of(case.text), published=case.published)

    assert all(rejection.why for rejection in reading.rejections)
    for rejection in reading.rejections:
        whole = case.title if rejection.field == "title" else join_blocks(blocks_of(case.text))
        assert whole[rejection.position :].startswith(rejection.evidence)
        assert rejection.raw in rejection.evidence
