"""What tells that a grade is of an earlier inspection: heading, sentence before, the time that a sentence opens with.

``timing`` looks beside the grade; this looks further: "The last inspection" over a section, "The NPS was seen last
spring." before "It was graded ‘Good’.", "Two winters ago …", "in round one …", "in the autumn" told in December.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.nouns import OLD
from aggregator.ratings.post.members import place_compared
from aggregator.ratings.verdicts.cues import is_here_again, set_against
from aggregator.ratings.verdicts.resolve import EARLIER_MONTH
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["came_out_before", "heading_is_of_before", "looks_back", "recalls", "told_of_before"]

_HEADING: Final = re.compile(
    r"^(?:the |its |their |our )?(?:last|previous|earlier|first) (?:inspection|report|visit|time|round|rating)s?\b"
    r"|^(?:what (?:they|inspectors|the inspectors) (?:said|found) )?"
    r"(?:last time|before(?=\W*$| covid| the pandemic| lockdown)|previously|in (?P<year>20[12]\d))\b"
    r"|^(?:the )?(?:story so far|history|background)$",
    re.IGNORECASE,
)
_TODAY: Final = frozenset(("now", "today", "this", "latest", "new", "again", "since", "compared", "still", "again"))
_UNITS: Final = frozenset(
    ("winters", "summers", "autumns", "springs", "christmases", "months", "octobers", "novembers", "year", "years",
     "inspections", "reports", "rounds", "januarys", "februarys")
)  # fmt: skip
_SEASONS: Final = {
    "spring": (3, 4, 5, 6),
    "summer": (6, 7, 8, 9),
    "autumn": (9, 10, 11),
    "winter": (12, 1, 2, 3),
}
"""The months in which a post that says "in the autumn" may mean the one that it is written in."""
_VISITS: Final = frozenset(
    ("visited", "inspected", "examined", "fieldwork", "visit", "carried", "came", "went", "spent", "were",
     "called", "looked")
)  # fmt: skip
_OPENING: Final = frozenset(("when", "in", "at", "back", "during", "on"))
_DIGITS: Final = 4
_FIRST: Final = 2000
"""Years of inspections, told by their four digits, are later."""
_NEAR: Final = 9
_FRONT: Final = 10
_PAST: Final = frozenset(("was", "were", "got", "received", "gave", "earned", "took", "had", "did", "came", "won"))


def heading_is_of_before(text: str, year: int | None) -> bool:
    """Whether a heading puts what stands under it into the time of an earlier inspection."""
    found = _HEADING.match(text.strip())
    if found is None or not _TODAY.isdisjoint(text.lower().split()):
        return False
    named = found.group("year")
    return named is None or (year is not None and int(named) < year)


def looks_back(scene: Scene, sentence: Sentence) -> Mention | None:
    """The body whose earlier inspection a sentence tells of without its outcome, in a post on another kind of body.

    Like "The National Probation Service in Wales was inspected last spring.": the next sentence goes on about it.
    """
    own = next((m for m in sentence.mentions if m.type is not None and not m.demoted), None)
    if own is None or not scene.four_point or own.type is scene.topic_type or own.type not in OLD:
        return None
    if scene.topic_type not in OLD or not sentence.kinds.isdisjoint({"four", "ordinal"}):
        return None
    low = sentence.tokens.low
    seen = sentence.has("inspector") or "looked" in low or "seen" in low or "visited" in low
    then = sentence.has("previous") or {"last", "year"} <= set(low) or _past_year(low, scene.year) or "ago" in low
    then = then or _season_before(low, 0, len(low), scene.published)
    return own if seen and then and own.i <= _FRONT else None


def came_out_before(scene: Scene, sentence: Sentence) -> bool:
    """Like "Reports on those units have already been published", in a post on a region: their grades are no news."""
    low = sentence.tokens.low
    if scene.topic_type is not ProviderType.REGION or _UNIT_REPORTS.isdisjoint(low):
        return False
    return any(
        low[k] in {"already", "previously"} or low[k : k + 3] in _EARLIER or low[k : k + 2] == ["earlier", "this"]
        for k in range(len(low))
    )


_UNIT_REPORTS: Final = frozenset(("reports", "pdus", "units", "inspections"))
_EARLIER: Final = (["earlier", "in", "the"], ["earlier", "in", "this"], ["earlier", "in", "our"])


def told_of_before(sentence: Sentence, candidate: Candidate, scene: Scene) -> str:
    """By what a grade is told to be of an earlier inspection; empty where it is not."""
    low = sentence.tokens.low
    begin, end = sentence.clause(candidate.i)
    today = not _TODAY.isdisjoint(low[begin:end])
    if scene.earlier_section and not today:
        return "under a heading on an earlier inspection"
    if scene.looking_back and not today and not _PAST.isdisjoint(low[begin:end]):
        return "of the inspection that the sentence before tells of"
    if scene.speech and "ago" in low:
        return "“ago”, in a speech"
    if scene.units_before and not today and not any(m.type is ProviderType.REGION for m in sentence.mentions):
        return "of units whose reports came out before"
    if _opens_with_after(low, candidate):
        return f"“{sentence.words(0, low.index('after') + 1)}”"
    if not today and low[:3] == ["the", "last", "time"]:
        return "“the last time”"
    if not today and _was_seen_before(sentence, candidate, scene):
        return "of an inspection last year, of another kind of body"
    if candidate.kind in {"four", "ordinal"} and _is_so_already(low, begin, candidate):
        return "“already”"
    if scene.year is not None and "that" in low and _at_that_time(low, candidate.i, scene.year):
        return "“at that time”"
    if "round" in low[begin : candidate.i] and any(
        low[k : k + 3] == ["in", "that", "round"] for k in range(begin, candidate.i)
    ):
        return "“in that round”"
    if low[max(begin, candidate.i - 4) : candidate.i].count("been") and _had_been(low, begin, candidate.i):
        return "“had been”"
    if not today and scene.four_point and scene.titled and _of_a_sister(sentence, candidate):
        return "of an owner's other company, which has a report of its own"
    recalled = "" if today else _recalled(low, candidate.i) or _so_long_ago(sentence, scene)
    if recalled:
        return recalled
    if low[:1] == ["the"] and "others" in low[1:3] and scene.topic_type is ProviderType.PDU and not today:
        return "“others”"  # those of a round that came out before this one
    if low[:1] == ["those"] and low[1] in _REPORTING:
        return "“those”"  # "Durham and Derbyshire had their reports before. Those found …"
    if low[0] == "elsewhere" and not scene.four_point and not is_here_again(low, candidate.i):
        return "“elsewhere”"
    compared = 0 if scene.four_point else place_compared(scene, sentence)
    if 0 < compared < candidate.i:
        return f"“{sentence.words(max(0, compared - 2), compared + 1)}”, of another report"
    if "than" in low and _of_the_one_compared(low, candidate.i):
        return "of the report that this one is compared with"
    if _began_early(low, scene.published):
        return f"“{sentence.words(0, 3)}”"
    opened = _opened_before(low, scene.year) if sentence.has("previous") or low[0] in _OPENING else ""
    if opened and not today:
        return opened
    if (
        "used" in low
        and not today
        and any(low[k : k + 2] == ["used", "to"] and not _is_renamed(sentence, k + 2) for k in range(candidate.i))
    ):
        return "“used to”"
    for k in range(begin + 1, end):
        if low[k] == "ago" and low[k - 1] in _UNITS and not _is_of_a_visit(low[begin : candidate.i]):
            if _is_an_aside(low, k, candidate.i):
                continue  # "which was praised three years ago, has slumped to ‘Inadequate’"
            if "since" in low[max(begin, k - _FRONT) : k]:
                continue  # "the best work that they had seen since they began three years ago"
            if set_against(sentence, candidate, k):
                continue  # "‘Requires improvement’, up from ‘Inadequate’ two years ago"
            return f"“{sentence.words(max(begin, k - 2), k + 1)}”"
    if candidate.is_narrative or _is_of_a_visit(low) or not _TODAY.isdisjoint(low[begin : candidate.i]):
        return ""
    first, last = max(begin, candidate.i - _NEAR), min(end, candidate.j + _NEAR)
    first = max([first, *(x + 1 for x in range(first, candidate.i) if low[x] == ",")])
    last = min([last, *(x for x in range(candidate.j, last) if low[x] == ",")])
    if not today and _season_before(low, first, last, scene.published):
        return EARLIER_MONTH
    if scene.year is not None and not _PAST.isdisjoint(low[begin : candidate.i]):
        behind = low[candidate.j : candidate.j + 4]
        behind = behind[: behind.index(";")] if ";" in behind else behind  # "‘Good’; in 2022 it had been …"
        told = [int(y) for x, y in pairwise(behind) if x == "in" and len(y) == _DIGITS and y.isdecimal()]
        if told and _FIRST < told[0] < scene.year:
            return f"it is of {told[0]}"
    return ""


_REPORTING: Final = frozenset(("found", "said", "reported", "praised", "criticised", "showed", "had"))


def _of_the_one_compared(low: list[str], grade: int) -> bool:
    """Like "a kinder read than the one on Kent in May, when the work was found to be poor": what that report said."""
    for k in range(min(grade, len(low)) - 4):
        if low[k : k + 3] == ["than", "the", "one"] and low[k + 3] in _REPORTED_ON:
            return any(low[x] == "," and low[x + 1] in _THERE for x in range(k + 4, grade))
    return False


_REPORTED_ON: Final = frozenset(("about", "on", "from", "for", "in", "of"))
_THERE: Final = frozenset(("when", "where", "which"))


def _is_an_aside(low: list[str], k: int, grade: int) -> bool:
    """Whether a time at ``k`` ends a relative clause, behind which the sentence tells of today: "…, has slumped to"."""
    if k > grade or low[k + 1 : k + 2] != [","] or low[k + 2 : k + 3] not in _HAS:
        return False
    opened = max((x for x in range(k) if low[x] == ","), default=-1)
    return opened >= 0 and low[opened + 1] in _RELATIVES


_HAS: Final = (["has"], ["have"], ["is"], ["are"], ["gets"], ["requires"], ["earns"], ["falls"], ["slips"])
_RELATIVES: Final = frozenset(("which", "who", "whose"))


def _is_renamed(sentence: Sentence, k: int) -> bool:
    """Like "What used to be Wales CRC", "which used to be called Durham CRC": an old name, and no old verdict."""
    low = sentence.tokens.low
    if low[k : k + 1] != ["be"]:
        return False
    k += 1
    while low[k : k + 1] in (["called"], ["known"], ["as"], ["named"], ["the"], ["part"], ["of"]):
        k += 1
    return any(m.i <= k < m.j and not m.pronoun for m in sentence.mentions)


def _at_that_time(low: list[str], end: int, year: int) -> bool:
    """Like "It has come on since 2022: at that time it was ‘Inadequate’": the year that the sentence has just named."""
    at = next((k for k in range(end - 2, 0, -1) if low[k : k + 2] in (["that", "time"], ["that", "point"])), 0)
    named = [int(word) for word in low[:at] if len(word) == _DIGITS and word.isdecimal()]
    return low[at - 1 : at] in (["at"], ["by"]) and bool(named) and _FIRST < named[-1] < year


def _is_so_already(low: list[str], begin: int, candidate: Candidate) -> bool:
    """Like "Newham PDU was on the bottom rung already"."""
    k = candidate.j
    while k < len(low) and not low[k][0].isalnum() and low[k] not in {",", ".", ";"}:
        k += 1
    return low[k : k + 1] == ["already"] and not _PAST.isdisjoint(low[begin : candidate.i])


def _opens_with_after(low: list[str], candidate: Candidate) -> bool:
    """Like "Eighteen months after it was rated ‘Inadequate’, inspectors came back": up to the comma it is of before."""
    if "after" not in low[1:_AFTER]:
        return False
    k = low.index("after", 1)
    return low[k - 1] in _SPANS and "," not in low[k : candidate.i] and "," in low[candidate.j :]


_AFTER: Final = 4
_SPANS: Final = frozenset(("months", "years", "year", "weeks", "month", "days"))


def _was_seen_before(sentence: Sentence, candidate: Candidate, scene: Scene) -> bool:
    """Like "The NPS was inspected last year, and it too was rated good", in a post on a CRC."""
    if not (scene.four_point and sentence.has("previous")) or scene.topic_type not in OLD:
        return False
    named = [m for m in sentence.mentions if m.j <= candidate.i and not (m.pronoun or m.other or m.demoted)]
    who = named[-1] if named else scene.focus[0] if scene.focus else None
    if who is None or who.type not in OLD or who.type is scene.topic_type:
        return False
    low = sentence.tokens.low
    return any(
        low[k] in {"inspected", "visited"} and low[k + 1 : k + 3] in _A_YEAR_BEFORE for k in range(1, candidate.i)
    )


_A_YEAR_BEFORE: Final = (["last", "year"], ["the", "year"], ["a", "year"])


def _of_a_sister(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "its sister company, in Devon, was ‘Inadequate’", in a post on one company."""
    return any(m.word == "sister" and m.j <= candidate.i for m in sentence.mentions)


def _is_of_a_visit(low: list[str]) -> bool:
    """Whether a time may be that of the visit, and not of what came of it; "came out" is of the report."""
    return any(word in _VISITS and low[k + 1 : k + 2] not in (["out"], ["off"]) for k, word in enumerate(low))


def _had_been(low: list[str], begin: int, end: int) -> bool:
    """Like "Reviewing, which had been ‘Inadequate’, is now ‘Good’"; reported speech goes back a tense as well."""
    return low[max(begin, end - 4) : end].count("had") > 0 and ("now" in low or "which" in low[max(0, end - 5) : end])


_READERS: Final = frozenset(("readers", "you", "you'll", "you’ll", "many", "some"))
_MINDFUL: Final = frozenset(("i", "i'm", "we", "we're"))
_RECALLING: Final = frozenset(("remember", "recall"))
_WRITING: Final = frozenset(("reported", "wrote", "said", "blogged", "noted", "revealed"))
_JUST: Final = frozenset(
    ("just", "only", "barely", "about", "nearly", "almost", "some", "little", "over", "more", "than")
)


def is_first_of_two(text: str, headings: set[str]) -> bool:
    """Whether a heading like "The first year", "Round one" has a later one beside it ("The second year")."""
    lowered = text.lower()
    return any(
        first in lowered.split() and lowered.replace(first, second) in headings for first, second in _FIRST_AND_SECOND
    )


_FIRST_AND_SECOND: Final = (("first", "second"), ("one", "two"), ("1", "2"))


def recalls(sentence: Sentence) -> bool:
    """Whether a sentence only reminds of what was news before: nobody it names is whom the next one goes on about."""
    return bool(_recalled(sentence.tokens.low, len(sentence.tokens.low)))


def _recalled(low: list[str], end: int) -> str:
    """Like "Readers will remember that …", "as we reported at the time, …": what was news before this post."""
    if low[:1] != ["as"] and "reminded" not in low and _RECALLING.isdisjoint(low):
        return ""
    front = low[: min(_FRONT, end)]
    for k, word in enumerate(front[1:], 1):
        if word in _RECALLING and not _READERS.isdisjoint(front[:k]):
            return f"“{word}”"
    if "reminded" in front and not _MINDFUL.isdisjoint(front[: front.index("reminded")]):
        return "“reminded”"
    for k in range(len(low) - 3):
        if low[k] == "as" and low[k + 1] in _READERS and not _RECALLING.isdisjoint(low[k + 2 : k + 5]):
            return f"“{' '.join(low[k : k + 3])}”"
    if front[:1] == ["as"] and front[1:2] in (["we"], ["i"]) and not _WRITING.isdisjoint(front[2:4]) and "," in front:
        return f"“{' '.join(front[:3])}”"
    return ""


def _so_long_ago(sentence: Sentence, scene: Scene) -> str:
    """Like "Just six weeks ago, the Mail wrote that …": weeks of a body that the post is not on, months of a report."""
    low = sentence.tokens.low
    k = 0
    while k < len(low) and low[k] in _JUST:
        k += 1
    if k + 2 >= len(low) or low[k + 2] != "ago" or not (low[k] in NUMBERS or low[k].isdecimal()):
        return ""
    unit = low[k + 1]
    if unit == "weeks":
        kinds = {m.type for m in sentence.mentions if m.type is not None and not m.demoted}
        found = scene.topic_type is not None and bool(kinds) and scene.topic_type not in kinds
    else:
        found = unit == "years" or (unit == "months" and not _is_of_a_visit(low))
    return f"“{sentence.words(0, k + 3)}”" if found else ""


def _opened_before(low: list[str], year: int | None) -> str:
    """Like "When it was first seen, in 2018, …": the time that a sentence opens with, for all that it says."""
    if low[0] not in _OPENING:
        return ""
    comma = low.index(",") if "," in low[:_FRONT] else 0
    front = low[: _FRONT + 2]
    if (
        low[0] == "when"
        and not {"last", "first"}.isdisjoint(low[1 : comma or _FRONT])
        and (not {"inspected", "seen", "rated", "visited", "looked", "came"}.isdisjoint(front))
    ):
        return f"“when … {'last' if 'last' in front else 'first'} …”"
    if year is None:
        return ""
    named = [int(word) for word in front if len(word) == _DIGITS and word.isdecimal() and _FIRST < int(word) < 2030]
    if named and low[0] in {"back", "when", "at"} and max(named) <= year - 2:
        return f"it is of {max(named)}"
    return ""


def _began_early(low: list[str], published: datetime | None) -> bool:
    """Like "Early in 2017 …", told in autumn: an inspection before the one that is news."""
    early = low[:2] == ["early", "in"] and len(low) > _DIGITS and low[2].isdecimal() and len(low[2]) == _DIGITS
    return early and published is not None and (int(low[2]), _MIDSUMMER) < (published.year, published.month)


_MIDSUMMER: Final = 6


def _past_year(low: list[str], year: int | None) -> bool:
    return year is not None and any(len(w) == _DIGITS and w.isdecimal() and _FIRST < int(w) < year for w in low)


def _season_before(low: list[str], begin: int, end: int, published: datetime | None) -> bool:
    """Like "came out in the autumn with …" told in December; a bare date of a year or month tells nothing."""
    if published is None or published.day == 1:
        return False
    for k in range(begin, end - 1):
        if low[k] == "last" or low[k : k + 2] == ["in", "the"]:
            season = low[k + 1] if low[k] == "last" else low[min(k + 2, end - 1)]
            if season in _SEASONS and published.month not in _SEASONS[season]:
                return True
    return False
