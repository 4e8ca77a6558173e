"""Who says what a sentence reports: an inspector, or somebody else, named or not.

"The chief inspector said", "says the clerk", "one head said", "Inspectors were told": who stands nearest the verb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["INSPECTOR", "OTHER", "speaker_of"]

INSPECTOR: Final = "inspector"
OTHER: Final = "other"

_IN_PASSING: Final = [[word, "to"] for word in ("glad", "pleased", "happy", "sorry", "sad", "fair", "have", "needless")]
"""Before "say" these report nobody: "I am glad to say that …"."""
_REACH: Final = 14
"""How many tokens may stand between a verb of saying and its speaker."""


def speaker_of(sentence: Sentence) -> str | None:
    """Who speaks in the sentence: whoever stands nearest to the verb of saying, rather before it than behind."""
    if not sentence.has("says"):
        first = next(iter(sentence.having("inspector")), None)
        if first is None:
            return None
        handed = sentence.text.rstrip("- –").endswith(":") and sentence.has_between("voices", 0, first.i) is not None
        return OTHER if handed else INSPECTOR  # "Here is what Napo has written to the Chief Inspector:"
    who: list[tuple[Item | Mention, str]] = [
        (item, INSPECTOR if "inspector" in item.kinds else OTHER)
        for item in (sentence.items if sentence.has("voices") else sentence.having("inspector"))
        if ("inspector" in item.kinds and not _is_its_paper(sentence, item)) or "voices" in item.kinds
    ]
    low = sentence.tokens.low
    told = [(item, kind) for item, kind in who if not _is_in_an_aside(low, item.i)]
    if who and not told and low[:1] in (["the"], ["a"], ["an"]) and low[2:4] == [",", "who"]:
        return OTHER  # "The opposer, who once met an inspector, said"
    who = told or who
    says = [
        it
        for it in sentence.having("says")
        if not it.i
        or (low[it.i - 1] not in {"was", "were", "been", "being"} and low[it.i - 2 : it.i] not in _IN_PASSING)
    ]
    own = [mention for mention in sentence.mentions if mention.type is not None and not mention.pronoun]
    who += [
        (m, OTHER)
        for m in own
        for said in says
        # Behind "and" the verb has the subject of the verb before it: "inspectors went to the company and concluded"
        if (0 <= m.i - said.j <= 1 and low[said.j : said.j + 1] != ["that"])
        or (0 <= said.i - m.j <= 1 and low[said.i - 1] != "and" and low[said.i - 1 : said.j] != [",", "saying"])
    ]
    if any(low[said.i - 1 : said.i] in (["report"], ["inspectorate"]) for said in says):
        ours = any(
            said.i - 4 <= m.j <= said.i - 1 and m.j - 1 in sentence.tokens.possessive for m in own for said in says
        )
        return OTHER if ours else INSPECTOR
    if any(low[it.j : it.j + 2] in _HEARD for it in sentence.having("inspector")):
        return OTHER  # "Inspectors were told about poor buildings"
    if any(low[said.i - 1] in _ANYBODY for said in says if said.i):
        return OTHER  # "Many people said that poor buildings get in the way"
    if any(low[it.j : it.j + 1] in (["who"], ["that"]) for it in sentence.having("inspector")) and says:
        return INSPECTOR
    best: tuple[int, str] | None = None
    for said in says:
        for item, kind in who:
            distance = said.i - item.j if item.j <= said.i else item.i - said.j + 2
            if distance <= _REACH and (best is None or distance < best[0]):
                best = (distance, kind)
    if best is not None:
        return best[1]
    if any(_agent_before(sentence, said.i) for said in says):
        return OTHER
    if any(
        _stranger_behind(sentence, said.j) or _stranger_ends(sentence, said) or _one_of_them(sentence, said)
        for said in says
    ):
        return OTHER
    return INSPECTOR if any(kind == INSPECTOR for _, kind in who) else None


def _agent_before(sentence: Sentence, at: int) -> bool:
    """Like "The proposer said": whoever does what a noun in "-er" tells, and is no paper."""
    low = sentence.tokens.low
    if at < 2 or low[at - 2] not in _BEFORE_AGENTS:
        return False
    return low[at - 1].endswith(_AGENTS) and low[at - 1] not in _NO_AGENTS and low[at - 1] not in _REPORTS


_BEFORE_AGENTS: Final = frozenset(("the", "a", "an", "one", "another", "its", "their", "her", "his", "my"))
_AGENTS: Final = ("oser", "onder", "eaker", "ainer", "itor", "ist", "ant", "iser", "ager", "eller", "endor", "iewer")
_NO_AGENTS: Final = frozenset(("list", "editor", "want"))


def _is_in_an_aside(low: list[str], i: int) -> bool:
    """Like "The coroner, who had read a report by HMI Probation, said": named behind "who", in commas."""
    before = low[max(0, i - _ASIDE) : i]
    if "who" not in before or "," not in low[i : i + _ASIDE]:
        return False
    at = len(before) - 1 - before[::-1].index("who")
    return before[at - 1 : at] == [","] and "," not in before[at:]


_ASIDE: Final = 9


def _is_its_paper(sentence: Sentence, judge: Item) -> bool:
    """Like "The MP said the inspectorate's findings were …": what is spoken of, and no speaker."""
    low = sentence.tokens.low
    owner = judge.j - 1 in sentence.tokens.possessive
    said = any(it.j in {judge.i, judge.i - 1} for it in sentence.having("says"))
    return owner and said and low[judge.j : judge.j + 1] != [] and low[judge.j] in _PAPERS


_PAPERS: Final = frozenset(("findings", "report", "reports", "verdict", "conclusions", "ratings", "inspections"))


def _one_of_them(sentence: Sentence, said: Item) -> bool:
    """Like "It is not effective, one head said": one of those whom nobody names."""
    low = sentence.tokens.low
    first = said.i - (3 if low[said.i - 2 : said.i - 1] != ["one"] else 2)
    return (
        first > 0
        and low[first : first + 1] == ["one"]
        and low[first - 1] in {",", "”", '"', "’"}
        and not (sentence.has_between("inspector", first, said.i))
    )


_HEARD: Final = (["were", "told"], ["was", "told"], ["were", "informed"])
_ANYBODY: Final = frozenset(("people", "respondents", "many", "others", "some", "most"))


_ARTICLES: Final = frozenset(("the", "a", "one", "my", "its"))


def _stranger_behind(sentence: Sentence, at: int) -> bool:
    """Like "It is inadequate, says the clerk": somebody stands behind the verb, and no inspector or report."""
    low = sentence.tokens.low
    if at + 1 >= len(low) or low[at] not in _ARTICLES or low[at + 1] == "own" or low[at - 2 : at - 1] != [","]:
        return False
    return low[at + 1] not in _REPORTS and sentence.has_between("inspector", at, min(at + 6, len(low))) is None


def _stranger_ends(sentence: Sentence, said: Item) -> bool:
    """Like "…, and do so badly, the Trust says.": who the sentence ends with is no inspector, body or report."""
    low = sentence.tokens.low
    if said.j < len(low) and any(word[0].isalnum() for word in low[said.j :]):
        return False
    first = next((k for k in range(said.i - 2, max(0, said.i - 6), -1) if low[k] in {"the", "one", "a"}), None)
    if first is None or low[first - 1] not in {",", "”", '"', "’"}:
        return False
    who = low[first + 1 : said.i]
    return (
        _REPORTS.isdisjoint(who)
        and all(word.isalpha() for word in who)
        and (sentence.has_between("inspector", first, said.i) is None)
    )


_REPORTS: Final = frozenset(
    (
        "findings",
        "inspection",
        "inspectorate",
        "bulletin",
        "inspectors",
        "report",
        "reports",
        "document",
        "watchdog",
        "review",
        "summary",
        "release",
        "chief",
    )
)
