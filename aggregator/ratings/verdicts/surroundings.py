"""What of a body's work a grade is of where nothing in its clause names it.

The words before a colon, the heading, the clause before; and words of parts of the work that are no standard's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL
from aggregator.ratings.grades.wording import WORDS, is_their_word
from aggregator.ratings.verdicts.enumerated import standing_for
from aggregator.ratings.verdicts.parts import REST, is_excepted
from aggregator.ratings.verdicts.purposes import (
    SOME_STANDARDS,
    part_of_the_work,
    told_before,
    told_behind,
    told_by_label,
)
from aggregator.ratings.verdicts.sides import side_of
from aggregator.ratings.words.grammar import COPULAS, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["aspects_round"]

_ONE_STANDARD: Final = frozenset(("standard", "aspect", "area"))


def _is_a_headline(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Strong leaders: Essex probation is rated ‘Good’": behind the colon a body is rated, for all that it does.

    "Leadership: Essex is rated ‘Good’" is of what stands before the colon, by itself.
    """
    low = sentence.tokens.low
    colon = max((k for k in range(candidate.i) if low[k] == ":"), default=0)
    begin = next((k + 1 for k in range(colon - 1, -1, -1) if low[k] in {".", "|", ";"}), 0)
    begin += low[begin : begin + 1] in (["the"], ["its"], ["on"], ["for"], ["overall"])
    if colon == 0 or any(it.i == begin and it.j == colon for it in sentence.having("aspect")):
        return False
    who = [m for m in sentence.mentions if colon < m.i and m.j <= candidate.i and not (m.pronoun or m.demoted)]
    return (
        any(m.areas or m.type is not None for m in who) and sentence.has_between("rate", colon, candidate.i) is not None
    )


def aspects_round(sentence: Sentence, candidate: Candidate, scene: Scene) -> tuple[list[str], str, Item | None]:
    """The aspects of a grade whose clause names none, how they were told, and the words that name them, if any do."""
    begin, end = sentence.clause(candidate.i)
    low = sentence.tokens.low
    lead = [it for it in sentence.having("aspect") if it.j <= begin and begin - it.j <= 5 and low[begin - 1] == ":"]
    headline = not candidate.is_narrative and _is_a_headline(sentence, candidate)
    if (
        lead
        and not headline
        and (
            low[max(0, lead[-1].i - 1)] in {"of", "on", "about", "for"}
            or (candidate.marked and sentence.clause(lead[-1].i)[0] >= lead[-1].i - 1)
            or _is_numbered(low, lead[-1].i)
        )
    ):
        return [lead[-1].kinds["aspect"]], "the words before the colon name the aspect", lead[-1]
    if low[begin - 1 : begin] == [":"] and low[max(0, begin - 4) : begin - 1] in _BY_ITSELF:
        apart = next((it for it in sentence.having("aspect") if it.j < begin), None)
        if apart is not None:
            return [apart.kinds["aspect"]], "the standard that was rated on its own", apart
    if _is_numbered(low, begin - 1) or _of_a_domain(low, candidate.i):
        return [SOME_STANDARDS], "a domain of standards", None
    if not candidate.is_narrative and _of_so_many(sentence, candidate, begin):
        return [SOME_STANDARDS], "said of some standards", None
    if (
        candidate.is_narrative
        and candidate.quoted
        and not (scene.section_aspect or any(m.type is not None and not m.pronoun for m in sentence.mentions))
        and not WORDS.isdisjoint(low)
        and is_their_word(sentence, candidate.i, candidate.j)
    ):
        return [scene.aspect or SOME_STANDARDS], "the word that they use of what was spoken of", None
    if not _LIKE_IT.isdisjoint(low) and any(
        low[k] in _LIKE_IT and low[k + 1] in _TEAMS for k in range(begin, candidate.i - 1)
    ):
        return [scene.aspect or SOME_STANDARDS], "the side of the work that was spoken of", None
    side = side_of(sentence, candidate)
    if side is not None:
        return [side or scene.aspect or SOME_STANDARDS], "a side of the work that was spoken of", None
    told = told_behind(sentence, candidate, end) or told_before(sentence, candidate, begin)
    told = told or part_of_the_work(sentence, candidate, begin, scene.aspect)
    if told is not None:
        return [told], "the words beside it tell of what", None
    label = told_by_label(sentence)
    if label is not None and not headline and ":" in low[: candidate.i]:
        return [label], "the words before the colon tell of what", None
    part = sentence.has_between("work", begin, candidate.i) or sentence.has_between("parts", begin, candidate.i)
    if part is not None and low[part.i - 1 : part.i] in (["this"], ["that"], ["one"]) and low[part.i] in _ONE_STANDARD:
        return [scene.aspect or SOME_STANDARDS], "the standard spoken of just before", None
    this = part is not None and low[part.i - 1 : part.i + 1] == ["this", "work"]
    if this and scene.aspect is not None and "elsewhere" in low[: begin + 2]:
        return [scene.aspect], "the work spoken of just before", None
    if not candidate.is_narrative and _the_way(low, begin, candidate.i):
        return [SOME_STANDARDS], "said of the way that something is done", None
    if _counted_parts(sentence, begin, candidate.i, candidate) or _counted_parts(
        sentence, candidate.j, min(end, candidate.j + 8), candidate
    ):
        return [SOME_STANDARDS], "said of some standards", None
    if scene.label is not None and candidate.is_narrative:
        return [scene.label], "the words before the colon tell of what", None
    if scene.section_aspect:
        subject = any(
            m.i >= begin and m.j <= candidate.i and not m.pronoun and not m.other and m.type is not None
            for m in sentence.mentions
        )
        summed_up = scene.sections[-1].judges and (scene.four_point or not candidate.is_narrative)
        if not summed_up and (not subject or candidate.kind == "narrative"):
            return [scene.section_aspect], "the heading names the aspect", None
    if 2 <= begin <= 5 and low[begin - 1] == ":" and low[begin - 2] in REST:
        return [SOME_STANDARDS], "said of all other standards", None
    stands_for = standing_for(sentence, candidate, begin)
    if stands_for:
        return stands_for, "the standards named in the clause before", None
    earlier = [it for it in sentence.having("aspect") if it.j <= begin]
    spoken = [m for m in sentence.mentions if begin <= m.i < candidate.i]
    if (
        earlier
        and spoken
        and all(m.pronoun for m in spoken)
        and not any(m.type is not None or m.bare for m in sentence.mentions if m.j <= begin)
        and sentence.clause(earlier[0].i)[0] >= earlier[0].i - 2
    ):
        return [earlier[0].kinds["aspect"]], "“it” is the standard named before", None
    return [OVERALL], "", None


_LIKE_IT: Final = frozenset(("equivalent", "corresponding"))
_TEAMS: Final = frozenset(("team", "service", "unit", "work", "scheme"))
_BY_ITSELF: Final = (["on", "its", "own"], ["on", "their", "own"], ["was", "rated", "separately"])


def _is_numbered(low: list[str], end: int) -> bool:
    """Like "Domain two, court disposals: …": a sentence that begins with the number of a domain of standards."""
    return low[:1] == ["domain"] and (low[1].isdecimal() or low[1] in NUMBERS) and 0 < end <= _DOMAIN


def _of_a_domain(low: list[str], i: int) -> bool:
    """Like "domain three ‘Outstanding’", "Domain 1 was rated ‘Good’"."""
    near = next((k for k in range(i - 1, max(0, i - 7), -1) if low[k] == "domain"), None)
    if near is None:
        near = 0 if low[:1] == ["domain"] and i <= _DOMAIN + 2 else i
    named = low[near + 1] if near + 1 < i else ""
    return named.isdecimal() or named in NUMBERS


_DOMAIN: Final = 4
"""Tokens of "Domain two –" and the like at most."""


def _the_way(low: list[str], begin: int, end: int) -> bool:
    """Like "the way in which it looks after victims is Good"."""
    return "way" in low[begin : end + 1] and any(low[k : k + 2] == ["the", "way"] for k in range(begin, end))


def _of_so_many(sentence: Sentence, candidate: Candidate, begin: int) -> bool:
    """Like "Of the ten sub-ratings six are Good": a number right before the verb counts marks, and no bodies."""
    low = sentence.tokens.low
    if low[begin : begin + 1] not in (["of"], ["out"], ["among"]):
        return False
    k = candidate.i
    while k > begin and (low[k - 1] in COPULAS or not low[k - 1][0].isalnum()):
        k -= 1
    counted = k < candidate.i and (low[k - 1] in NUMBERS or low[k - 1].isdigit())
    marks = any(
        it.i <= begin + 6 and it.i > begin and ("noun" in it.kinds or "parts" in it.kinds) for it in sentence.items
    )
    return counted and marks and not any(m.i <= begin + 6 and m.plural for m in sentence.mentions)


def _counted_parts(sentence: Sentence, i: int, j: int, candidate: Candidate) -> bool:
    """Whether parts of the standards are counted there; all of them are the whole."""
    item = sentence.has_between("parts", i, j)
    if item is None or sentence.tokens.low[item.j : item.j + 1] in (["visited"], ["inspected"]):
        return False
    low = sentence.tokens.low
    if is_excepted(low, item.j):
        return False
    own = next((m for m in sentence.mentions if low[item.j : item.j + 1] == ["of"] and 1 <= m.i - item.j <= 2), None)
    if any(
        item.j <= m.i and m.j <= candidate.i and m is not own and not (m.other or m.pronoun or m.demoted or m.bare)
        for m in sentence.mentions
    ):
        return False  # "looked at ten aspects and found that the company was …"
    whole = {"any", "every", "each", "all"} if candidate.is_narrative else {"any", "every", "each"}
    before = sentence.tokens.low[max(0, item.i - 4) : item.i]
    if not candidate.is_narrative and "of" in before and not {"two", "three", "four", "five"}.isdisjoint(before):
        return True  # "each of the four standards on …": not all ten
    return not whole & set(sentence.tokens.low[max(0, item.i - 4) : item.i])
