"""A grade passed on: to another body or standard ("as was Y", "the same went for …"), or to whose hands it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.verdicts.purposes import SOME_STANDARDS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["in_whose_hands", "likewise"]


def likewise(sentence: Sentence, candidate: Candidate) -> tuple[list[Mention], list[str]]:
    """The bodies and the standards that a grade is passed on to: "as was Y", "and the same went for planning"."""
    start = _passed_on(sentence, candidate.j)
    if start is None:
        return [], []
    low = sentence.tokens.low
    stop = next((it.i for it in sentence.having("four") if it.i >= start), len(low))
    stop = next((k for k in range(start, stop) if low[k] in {";", "."}), stop)
    aspects: list[str] = []
    at = start
    for item in sentence.items:
        if "aspect" in item.kinds and start <= item.i < stop and item.i - at <= 4:
            aspects.append(item.kinds["aspect"])
            at = item.j
    bodies = [
        m for m in sentence.mentions if start <= m.i <= start + 3 and m.i < stop and not m.other and not m.pronoun
    ]
    if not aspects and not bodies and sentence.has_between("work", start, min(start + 3, stop)) is not None:
        aspects.append(SOME_STANDARDS)
    return ([] if aspects else bodies), aspects


def _passed_on(sentence: Sentence, behind: int) -> int | None:
    """Where the list begins that a grade is passed on to; None where it is not."""
    low = sentence.tokens.low
    for k in range(behind, min(behind + 14, len(low) - 2)):
        if low[k] == "as" and low[k + 1] in _AS and k < behind + 6:
            return k + 2
        if low[k] == "the" and low[k + 1] == "same":
            return next(
                (x + 1 for x in range(k + 2, min(k + 6, len(low) - 1)) if low[x] in {"for", "of", "about"}), None
            )
    return None


_AS: Final = frozenset(("was", "were", "is", "are", "did", "does", "do", "has", "have"))


def in_whose_hands(sentence: Sentence, candidate: Candidate) -> Mention | None:
    """Like "Poor in the hands of the CRC and good in those of the NPS"."""
    low = sentence.tokens.low
    k = candidate.j
    if low[k : k + 1] != ["in"] or low[k + 1 : k + 4] not in (["the", "hands", "of"], ["the", "case", "of"]):
        if low[k : k + 3] != ["in", "those", "of"]:
            return None
        k -= 1
    return next((m for m in sentence.mentions if k + 4 <= m.i <= k + 6 and not m.other and not m.pronoun), None)
