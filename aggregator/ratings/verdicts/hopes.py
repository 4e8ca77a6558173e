"""Grades that are hoped for, expected or supposed, and what of such words wishes nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.ratings.verdicts.cues import near
from aggregator.ratings.words.grammar import AUXILIARIES, COPULAS, GETTING

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["hoped_for", "is_its_own", "managed", "that_is", "would_be"]


def hoped_for(sentence: Sentence, candidate: Candidate, begin: int) -> str | None:
    """The words that put a grade off to the future, or to what somebody expects; ``begin``: where its clause begins."""
    low = sentence.tokens.low
    future = "" if candidate.limit else near(sentence, candidate, "future", 9, 0)
    future = (
        future
        or _next_to(low, candidate.i)
        or _my_guess(low, begin, candidate.i)
        or _i_would_give(sentence, candidate.i)
    )
    if future is not None and _is_no_wish(low, begin, candidate.i, future.lower()):
        future = None
    if (
        future is not None
        and future.lower() in {"to be rated", "to become"}
        and _is_the_one(low[max(begin, candidate.i - _OBJECT - _SO_MANY) : candidate.i])
        and _WISHING.isdisjoint(low[begin : candidate.i])
    ):
        future = None
    if (
        future is not None
        and future.lower() == "to be rated"
        and _WISHING.isdisjoint(low[begin : candidate.i])
        and not _is_to_be(sentence, candidate)
    ):
        future = None
    future = future or _to_be_lifted(low, begin, candidate.i)
    if future is not None and future.lower() == "could" and managed(low[max(begin, candidate.i - 4) : candidate.i]):
        future = None
    if future is None or _fulfilled(sentence, candidate) or _is_felt(low, begin, candidate.i):
        return None
    return future


def _is_the_one(before: list[str]) -> bool:
    """Like "the first to be rated ‘Good’", "the one standard of the ten to be rated so", "became one of 19 to be …"."""
    return not _ONE_OF_ALL.isdisjoint(before[-_OBJECT:]) or any(
        b == "one" and (a == "the" or (a in COPULAS and a not in _INFINITE)) for a, b in pairwise(before)
    )


_ONE_OF_ALL: Final = frozenset(("first", "only", "second", "third", "latest", "last"))
_INFINITE: Final = frozenset(("be", "been", "being"))


def is_its_own(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "six points by which it could put right its ‘Requires improvement’ rating": what it owns it has got."""
    low = sentence.tokens.low
    k = candidate.i
    while k > 0 and (not low[k - 1][0].isalnum() or low[k - 1] in {"overall", "current", "latest"}):
        k -= 1
    behind = next((word for word in low[candidate.j : candidate.j + 2] if word[0].isalnum()), "")
    owned = k > 0 and (low[k - 1] in {"its", "their"} or k - 1 in sentence.tokens.possessive)
    return owned and behind in _MARKS and _GETTING.isdisjoint(low[max(0, k - 4) : k])


def _is_felt(low: list[str], begin: int, end: int) -> bool:
    """Like "The region will be disappointed to be rated ‘Inadequate’": nobody feels so but for what has come about."""
    return any(
        low[k] in _FEELING and low[k + 1] in _FELT_FOR and "would" not in low[begin:k] for k in range(begin, end - 1)
    )


_MARKS: Final = frozenset(("rating", "grade", "verdict", "judgement", "judgment", "mark", "score"))
_GETTING: Final = frozenset(
    (
        "achieve",
        "get",
        "reach",
        "earn",
        "gain",
        "secure",
        "win",
        "attain",
        "receive",
        "obtain",
        "deserve",
        "want",
        "wants",
    )
)
_FEELING: Final = frozenset(
    ("disappointed", "pleased", "delighted", "proud", "glad", "happy", "unhappy", "frustrated", "encouraged",
     "heartened", "relieved", "ashamed", "dismayed", "thrilled", "embarrassed", "upset", "saddened")
)  # fmt: skip
_FELT_FOR: Final = frozenset(("to", "at", "with", "by", "that", "about", "over", "of"))


_LIFTING: Final = frozenset(
    ("lift", "move", "bring", "raise", "push", "drag", "pull", "turn", "drive", "get", "take", "haul", "restore",
     "return", "upgrade", "improve")
)  # fmt: skip
_TO_GRADE: Final = frozenset(("to", "into", "from", "up"))
_DONE: Final = frozenset(("enough", "sufficient", "helped", "help", "helps", "managed", "able", "went", "on", "used",
                          "continued", "succeeded", "came", "sufficed", "allowed", "enabled"))  # fmt: skip
"""Before an infinitive these tell of what came about: "that was enough to lift it to ‘Good’"."""
_FOR: Final = frozenset(("for", "of", "with", "to", "at"))
_TO_COME: Final = frozenset(("to", "would", "will", "could", "might", "must", "should"))
_PROSPECTS: Final = frozenset(
    ("money", "plan", "plans", "chance", "chances", "hopes", "hope", "task", "job", "prospect", "prospects", "idea",
     "cost", "way", "means", "aim", "goal", "ambition", "intention", "strategy", "programme", "view", "capable",
     "responsible", "charge", "roadmap", "charged")
)  # fmt: skip


def _to_be_lifted(low: list[str], begin: int, end: int) -> str | None:
    """Like "to lift the grade to ‘Good’", "plans for getting it up to ‘Good’": a change for the better to come."""
    before = [k for k in range(max(begin, end - _OBJECT), end) if low[k][0].isalnum()]
    if len(before) < 3 or not (low[before[-1]] in _TO_GRADE or low[before[-1]] in {"a", "an"}):
        return None
    for k in before[1:-1]:
        if low[k] in _LIFTING and low[k - 1] in _TO_COME and _DONE.isdisjoint(low[max(begin, k - 4) : k - 1]):
            return " ".join(low[k - 1 : k + 1])
        verb = low[k].removesuffix("ing")
        lifting = verb != low[k] and (verb in _LIFTING or verb + "e" in _LIFTING or verb == "gett")
        if lifting and low[k - 1] in _FOR and low[max(0, k - 2)] in _PROSPECTS:
            return " ".join(low[k - 2 : k + 1])
    return None


_OBJECT: Final = 12
"""Tokens from a verb of lifting to the grade that it lifts to."""
_SO_MANY: Final = 4
"""Tokens that "became one of 19 companies out of 21" takes more than "was the first" does."""


def would_be(low: list[str], behind: int) -> bool:
    """Like "A ‘Good’ would be a miracle": what a grade would be nobody has got."""
    while behind < len(low) and not low[behind][0].isalnum():
        behind += 1
    return low[behind : behind + 1] in (["would"], ["might"], ["could"]) and low[behind + 1 : behind + 2] == ["be"]


def _is_to_be(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether "to be rated" is a wish or a plan, not what came of it ("shook off blame to be rated Good")."""
    low = sentence.tokens.low
    at = next((k for k in range(candidate.i - 1, 1, -1) if low[k - 2 : k + 1] == ["to", "be", "rated"]), None)
    if at is None or sentence.has_between("inspector", candidate.j, len(low)) is None:
        return True
    before = low[at - 3] if at >= 3 else ""
    return before in _PLANNED or any(it.j == at - 2 and "future" in it.kinds for it in sentence.items)


_PLANNED: Final = frozenset(
    ("is", "are", "was", "were", "due", "set", "yet", "likely", "about", "has", "have", "had", "need", "needs", "going",
     "ought", "ready", "want", "wants", "deserves", "bound", "certain", "sure", "like", "need", "way", "chance")
)  # fmt: skip


def _is_no_wish(low: list[str], begin: int, end: int, words: str) -> bool:
    """Like "the standard that we expect", "does not count towards the score": words of the future that wish nothing."""
    if words in {"expect", "expects", "expected"}:
        return any(
            low[k] in {"expect", "expects", "expected"}
            and {"standard", "what", "level", "standards"} & set(low[max(begin, k - 5) : k])
            for k in range(begin, end)
        )
    if words == "should be" and _is_regretted(low, begin, end):
        return True
    if words in {"should", "would"}:
        return any(
            low[k] == words and low[k + 1] in {",", "and", "."} and low[k - 1] in {"it", "they", "he", "she"}
            for k in range(begin + 1, end)
        )  # "does what it should, and does it well"
    if words in {"to achieve", "achieve", "achieving"}:  # "the work to achieve positive change": a standard's name
        return any(low[k : k + 2] == ["positive", "change"] for k in range(begin, end))
    if words in _RESTING:  # "relies on agency staff and its leadership is poor": the verb behind is of what was found
        verbs = COPULAS | AUXILIARIES | GETTING
        on = max(k for k in range(begin, end) if low[k] == "on")
        return not verbs.isdisjoint(low[on:end])
    return words == "towards" and any(
        low[k] == "towards" and low[k - 1] in {"count", "counts", "counted", "counting"} for k in range(begin + 1, end)
    )


def _is_regretted(low: list[str], begin: int, end: int) -> bool:
    """Like "It is disappointing that standards should be so poor": what one feels so about is so."""
    at = next((k for k in range(begin, end - 1) if low[k] == "that" and low[k - 1] in _REGRETTED and k), None)
    return at is not None and "should" in low[at:end]


_REGRETTED: Final = frozenset(
    ("disappointing", "disappointed", "disgraceful", "regrettable", "sad", "saddening", "shameful", "shocking",
     "shocked", "surprising", "surprised", "pity", "scandal", "disgrace", "shame", "troubling", "worrying", "dismaying",
     "alarming", "astonishing", "remarkable", "wrong", "unacceptable", "inexcusable", "frustrating")
)  # fmt: skip


_RESTING: Final = frozenset(
    ("depend on", "depends on", "depended on", "hinge on", "hinges on", "rely on", "relies on", "rests on")
)
_WISHING: Final = frozenset(
    (
        "would",
        "love",
        "want",
        "ambition",
        "aim",
        "aims",
        "goal",
        "hope",
        "hopes",
        "dream",
        "target",
        "aspiration",
        "wish",
    )
)


def _my_guess(low: list[str], begin: int, end: int) -> str | None:
    """Like "I'd expect most companies to be told that …": what the writer expects, however far before."""
    if low[0] in _PRIORITIES and ":" in low[1:4]:
        return low[0]  # "Priority 3: the inspectorate rates us ‘Good’ overall"
    if "my" in low[:end]:
        k = low.index("my")
        if low[k + 1] in _BETS and low[k + 2] in {"is", "on", "for", "was", ":"}:
            return " ".join(low[k : k + 2])  # "My money is on ‘Good’ overall, with an ‘Inadequate’ for leadership"
    if "i" not in low and "i'd" not in low:
        return None
    for k in range(begin, end - 1):
        if "which" in low[k:end] and "," in low[k:end]:
            continue  # "I would like to see the same in planning, which …"
        if low[k : k + 2] in (
            ["i", "expect"],
            ["i", "would"],
            ["i", "suspect"],
            ["i", "predict"],
            ["i'd", "expect"],
            ["i", "bet"],
            ["i'd", "say"],
            ["i'd", "give"],
        ):
            return " ".join(low[k : k + 2])
    return None


_PRIORITIES: Final = frozenset(
    ("priority", "objective", "aim", "goal", "ambition", "vision", "target", "milestone", "success")
)
_BETS: Final = frozenset(("money", "bet", "prediction", "guess", "forecast", "tip", "hunch"))
_WOULD_GIVE: Final = frozenset(("offer", "give", "put", "rate", "grade", "mark", "award", "call", "hand", "say"))


def _i_would_give(sentence: Sentence, end: int) -> str | None:
    """Like "I'd offer ‘Inadequate’ to start with, and the CRC a ‘Good’": the writer's, with no verb in between."""
    low = sentence.tokens.low
    for k in range(end - 1):
        would = low[k] in {"i'd", "we'd"} or (low[k] in {"i", "we"} and low[k + 1] == "would")
        at = k + 1 if low[k] in {"i'd", "we'd"} else k + 2
        if would and low[at : at + 1] and low[at] in _WOULD_GIVE:
            verbs = sentence.has_between("copula", at + 1, end) or sentence.has_between("rate", at + 1, end)
            return sentence.words(k, at + 1) if verbs is None and ";" not in low[at:end] else None
    return None


_HAIRS: Final = frozenset(("whisker", "hair", "step", "inch", "point", "stone's"))


def _next_to(low: list[str], end: int) -> str | None:
    """Like "a whisker from ‘Good’", "next to ‘Inadequate’": near it, and so not it."""
    while end > 0 and not low[end - 1][0].isalnum():
        end -= 1
    if low[max(0, end - 2) : end] == ["next", "to"]:
        return "next to"
    near = low[max(0, end - 3) : end]
    return " ".join(near) if near[-1:] in (["from"], ["off"]) and not _HAIRS.isdisjoint(near) else None


def that_is(low: list[str], begin: int, end: int) -> bool:
    """Like "First, planning that is good": what would be so, not what was found."""
    return (
        end - begin >= 3
        and low[end - 1] in {"is", "are"}
        and low[end - 2 : end] in (["that", "is"], ["that", "are"], ["which", "is"])
    )


def managed(words: list[str]) -> bool:
    """Like "could manage only ‘Inadequate’": what was within reach was got, and no more."""
    return "could" in words and {"manage", "muster"} & set(words) != set() and "not" not in words


def _fulfilled(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Whether" and "if" far before a verb in the past do not make a grade a wish."""
    begin, _ = sentence.clause(candidate.i)
    before = sentence.tokens.low[max(begin, candidate.i - 4) : candidate.i]
    return "been" in before and "have" not in before
