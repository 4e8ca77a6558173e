"""Who is speaking: an inspector, somebody else, or the writer.

A narrative word is a judgement only in the inspectorate's mouth, or in the writer's who relays it. Followed from
sentence to sentence through a block, and into a quotation that goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["INSPECTOR", "NARRATOR", "OTHER", "Voices", "is_an_answer", "takes_back"]

INSPECTOR: Final = "inspector"
OTHER: Final = "other"
NARRATOR: Final = "narrator"

_RELAYING: Final = frozenset(("four", "rate"))
"""Kinds of words with which whoever has the turn may tell what inspectors found."""
_JUDGING: Final = frozenset(("says", "rate", "four", "ordinal", "narr_is", "narr_does"))
"""Kinds of words with which a sentence on inspectors tells of a judgement, not of their coming."""
_OPENING: Final = frozenset('“"‘')
_QUOTED: Final = frozenset('“"')
_WHOLE: Final = frozenset(("speech", "release", "statement", "transcript", "foreword", "lecture", "address", "remarks"))
_CLOSING: Final = frozenset('”"’')
_NAMED: Final = frozenset(("inspector",))
_IN_PASSING: Final = [[word, "to"] for word in ("glad", "pleased", "happy", "sorry", "sad", "fair", "have", "needless")]
"""Before "say" these report nobody: "I am glad to say that …"."""
_LABEL: Final = 60
"""Characters that a speaker's name may take before its colon."""
_SPEAKING: Final = frozenset(("says", "inspector", "voices"))
_FLAT: Final = 4
_NOT: Final = frozenset(("hasn't", "haven't", "wasn't", "weren't", "isn't", "aren't"))
_SUBJECT: Final = 5
_REACH: Final = 14
"""How many tokens may stand between a verb of saying and its speaker."""


@dataclass(slots=True)
class Voices:
    """The voice of a post as it goes on. ``inspector_near``: the block has named the inspectorate by now."""

    voice: str = NARRATOR
    in_quote: bool = False
    inspector_near: bool = False
    named: str | None = None
    minuted: bool = False
    """Whether a chair has spoken before a colon: the post gives what others said by their names."""
    turn: str | None = None
    """Whose turn it is in a transcript, until the next label or paragraph."""
    last: int = -99
    measured: bool = False
    """Whether the paragraph speaks of another measure by now, and of no inspector since."""
    judged: int = -99
    """The sentence that told last of an inspection, or what inspectors say; not only that there are such people."""
    floor: bool = False
    """Whether an inspector has the floor: a sentence that ends in a colon gave it, and nobody has taken it since."""
    in_given: bool = False
    """Whether a quotation in a block of its own is read that whoever has the floor was given it for."""
    on_stage: int = -99
    """The sentence that named an inspector by name, where nobody else has been named since."""
    given_whole: bool = False
    """Whether the block speaks of a speech or a release, which is then given as a whole."""
    spoke: str | None = None
    """Who said something last, for "he said" in the next paragraph."""
    speech: str | None = None
    """Whose words a paragraph is that "… said:" before it hands over; ``leads``: a colon does so here."""
    leads: str | None = None
    goes_on: bool = False

    def is_near(self, sentence: Sentence, reach: int) -> bool:
        """Whether inspectors were spoken of within so many sentences."""
        return sentence.index - self.last <= reach

    def hear(self, sentence: Sentence) -> None:
        """Move on to a sentence, and set its voice."""
        is_quote = sentence.block is not None and sentence.block.kind is BlockKind.QUOTE
        if sentence.starts_block:
            self.inspector_near = self.inspector_near and _goes_on_about_her(sentence)
            # A quotation that goes on over a paragraph's end is opened again where the next one begins
            goes_on = self.in_quote and sentence.text[:1] in _OPENING
            if not goes_on:
                self.in_quote = False
                self.named = None
            if not is_quote and not goes_on:
                self.voice = NARRATOR
            again = self.goes_on and sentence.text[:1] in _OPENING
            self.speech = self.leads or (self.speech if again else None)
            self.leads = None
        self.goes_on = sentence.text[-1:] not in _CLOSING
        kinds = sentence.kinds
        if sentence.starts_block or "inspector" in kinds:
            self.measured = False
        self.measured = self.measured or ("measures" in kinds and "inspector" not in kinds)
        if "inspector" in kinds:
            self.inspector_near = True
            self.last = sentence.index
            told = any("inspection" in str(it.kinds["inspector"]) for it in sentence.having("inspector"))
            if told or not kinds.isdisjoint(_JUDGING):
                self.judged = sentence.index
        if not _ON_STAGE.isdisjoint(kinds) or (sentence.block is not None and sentence.block.kind is BlockKind.HEADING):
            self.on_stage = sentence.index if "voices" not in kinds and _by_name(sentence) else -99
        set_apart = is_quote and sentence.starts_block and sentence.text[:1] in _OPENING
        if set_apart and 0 <= sentence.index - self.on_stage <= _ACT:
            # "And then Dame Glenys Stacey. …", and her words, set as quotations, with nobody named between
            self.voice = self.named = sentence.voice = INSPECTOR
            self.in_quote = sentence.text.count("“") > sentence.text.count("”")
            return
        if self._holds_floor(sentence):
            sentence.voice = INSPECTOR
            return
        if sentence.starts_block:
            self.turn = None
        if (sentence.starts_block or self.turn is not None) and ":" in sentence.text[:_LABEL]:
            labelled = _label(sentence)
            if labelled is not None:
                self.voice = self.named = sentence.voice = self.turn = labelled
                self.leads = labelled if sentence.text[-1:] == ":" else None
                return
        self.minuted = self.minuted or (":" in sentence.tokens.low and _has_turns(sentence.tokens.low))
        if sentence.starts_block and sentence.text[:1] == "@" and sentence.tokens.low[2:3] == [":"]:
            ours = "hmi" in sentence.tokens.low[1]
            self.voice = self.named = sentence.voice = self.turn = INSPECTOR if ours else OTHER  # "@napobob: …"
            return
        if self.minuted and ":" in sentence.text[:_LABEL] and _is_named(sentence):
            self.voice = self.named = sentence.voice = self.turn = OTHER
            return
        if self.speech is not None and "says" not in kinds and kinds.isdisjoint(_NAMED):
            self.voice = self.named = sentence.voice = self.speech
            return
        if self.turn is not None and kinds.isdisjoint(_SPEAKING) and kinds.isdisjoint(_RELAYING):
            sentence.voice = self.turn
            return
        if self.voice == NARRATOR and not self.in_quote and kinds.isdisjoint(_SPEAKING):
            text = sentence.text
            if "“" not in text and '"' not in text:
                return
        self._spoken(sentence, is_quote=is_quote)

    def _holds_floor(self, sentence: Sentence) -> bool:
        """Like "The chief inspector’s speech is below:-": the blocks behind it are hers, without a mark to show it.

        Where these are set as a quotation it shows how far they go, whoever is named in them.
        """
        low = sentence.tokens.low
        if sentence.block is not None and sentence.block.kind is BlockKind.QUOTE and self.floor:
            self.in_given = True
            return _QUOTED.isdisjoint(sentence.text) or sentence.text[:1] in _OPENING
        if self.in_given:
            self.floor = self.in_given = False
        self.given_whole = (self.given_whole and not sentence.starts_block) or not _WHOLE.isdisjoint(low)
        held = self.floor and not self.in_quote and sentence.kinds.isdisjoint(_SPEAKING)
        ends = self.inspector_near and self.given_whole and sentence.text.rstrip("- –").endswith(":")
        self.floor = held or (ends and not sentence.has("voices"))
        return held and _QUOTED.isdisjoint(sentence.text)

    def _spoken(self, sentence: Sentence, *, is_quote: bool) -> None:
        """Tell whose words the sentence is, where anybody speaks or is quoted."""
        text = sentence.text
        starts_quoted = self.in_quote or text[:1] in '“"‘'
        if not sentence.kinds.isdisjoint(_SPEAKING):
            speaker = (self.named if _by_pronoun(sentence, _PRONOUNS) else None) or (
                self.spoke if _by_pronoun(sentence, _PERSONAL) else None
            )
            speaker = speaker or _speaker(sentence) or (_another_says(sentence) and (self.spoke or OTHER)) or None
            self.named = speaker or self.named or _whose_turn(sentence)
            if self.named is not None and sentence.has("says"):
                self.spoke = self.named
            if speaker is not None and (speaker == OTHER or sentence.has("says") or not starts_quoted):
                self.voice = speaker
            elif speaker is None and not starts_quoted and not is_quote:
                self.voice = NARRATOR
        elif not starts_quoted and not is_quote:
            self.voice = NARRATOR
        opens = any(it.i <= 1 for it in sentence.having("voices"))
        if opens and not sentence.has("says") and not sentence.has("inspector"):
            self.named = self.spoke = OTHER  # "… has welcomed the plans. “…,” she said."
        opened = text.count("“") - text.count("”")
        if text.count('"') % 2:
            opened = -1 if self.in_quote else 1
        self.in_quote = opened >= 0 and (self.in_quote or opened > 0)
        sentence.voice = self.voice
        if sentence.text[-1:] == ":" and sentence.has("says"):
            self.leads = self.named


def _by_name(sentence: Sentence) -> bool:
    """Whether an inspector is there in person: "Dame Glenys Stacey", "the chief inspector", and no report."""
    return _ELSEWHERE.isdisjoint(sentence.tokens.low) and any(
        any(name in str(it.kinds["inspector"]) for name in _CHIEFS) for it in sentence.having("inspector")
    )


_ON_STAGE: Final = frozenset(("inspector", "voices"))
_CHIEFS: Final = ("chief", "stacey", "russell", "mcallister", "wilson", "martin jones")
_ELSEWHERE: Final = frozenset(("prisons", "constabulary", "schools", "fire", "former", "email", "letter"))
_ACT: Final = 16
"""For so many sentences whoever was named last is the one whose words are set apart."""


def _another_says(sentence: Sentence) -> bool:
    """Like "Another said that …", "…, said one": one more of those who spoke before."""
    low = sentence.tokens.low
    return any(low[it.i - 1 : it.i] == ["another"] or low[it.j : it.j + 1] == ["one"] for it in sentence.having("says"))


def _goes_on_about_her(sentence: Sentence) -> bool:
    """Like "Among the problems she named …", a paragraph on whoever the paragraph before was on."""
    front = sentence.tokens.low[:_FRONT]
    she = next((k for k, word in enumerate(front) if word in _SHE), None)
    return she is not None and not any(it.i <= she + 1 for it in sentence.having("voices"))


_SHE: Final = frozenset(("she", "he", "her", "his"))
_FRONT: Final = 10


def _whose_turn(sentence: Sentence) -> str | None:
    """Like "The commissioner has welcomed the plans.": "she said" in the next sentence is hers."""
    first = next(iter(sentence.having("voices")), None)
    return OTHER if first is not None and first.i <= _SUBJECT and not sentence.has("inspector") else None


def _label(sentence: Sentence) -> str | None:
    """Whose turn it is in a transcript: "Dame Glenys Stacey: …", "Q3 Chair: …"; None where no name opens it."""
    low = sentence.tokens.low
    if ":" not in low[1:8]:
        return None
    colon = low.index(":", 1)
    head = [it for it in sentence.items if it.j <= colon]
    names = sum(word[:1].isupper() for word in sentence.tokens.raw[:colon])
    if names < colon - 1 or any(not {"four", "aspect", "body", "place"}.isdisjoint(it.kinds) for it in head):
        return None
    if any("inspector" in it.kinds and "inspection" not in str(it.kinds["inspector"]) for it in head) and names > 1:
        return INSPECTOR
    return OTHER if any("voices" in it.kinds for it in head) else None


def _has_turns(low: list[str]) -> bool:
    return any(low[k] in {"chair", "chairman", "chairwoman"} and low[k + 1] == ":" for k in range(len(low) - 1))


def _is_named(sentence: Sentence) -> bool:
    """Whether the name of anybody opens it, where others had their turns before: "Ann Smith: We are, yes."."""
    raw = sentence.tokens.raw
    if ":" not in raw[1:_NAMES]:
        return False
    colon = raw.index(":", 1)
    known = any(it.i < colon for it in sentence.items) or any(m.i < colon for m in sentence.mentions)
    return colon > 1 and not known and all(word[:1].isupper() and word.isalpha() for word in raw[:colon])


_NAMES: Final = 4
"""Tokens of a first name, a surname and the colon behind them at most."""


def _by_pronoun(sentence: Sentence, pronouns: frozenset[str]) -> bool:
    """Whether one of these pronouns speaks ("he said", "says she"): whoever spoke last."""
    low = sentence.tokens.low
    return any(
        (it.i > 0 and low[it.i - 1] in pronouns) or (it.j < len(low) and low[it.j] in pronouns and low[it.j] != "it")
        for it in sentence.having("says")
    )


_PERSONAL: Final = frozenset(("he", "she"))
"""Who these are was told in this paragraph or in an earlier one."""
_PRONOUNS: Final = _PERSONAL | {"they", "it"}


def _speaker(sentence: Sentence) -> str | None:
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


def is_an_answer(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the grade is somebody's answer ("four in ten said ‘Inadequate’")."""
    low = sentence.tokens.low
    k = candidate.i
    while k > 0 and not low[k - 1][0].isalnum():
        k -= 1
    return k > 0 and low[k - 1] in {"said", "say", "says", "answered", "chose", "voted"}


_TAKING_BACK: Final = frozenset(("it", "that", "this", "they"))


_CORRECTING: Final = _TAKING_BACK | {"we", "i"}
_CORRECTED: Final = (
    ["we", "were", "wrong"], ["i", "was", "wrong"], ["we", "got", "that", "wrong"], ["we", "got", "this", "wrong"],
    ["we", "got", "it", "wrong"], ["i", "got", "that", "wrong"], ["i", "got", "this", "wrong"],
    ["i", "got", "it", "wrong"],
)  # fmt: skip
_MISTAKES: Final = (["an", "error"], ["a", "mistake"], ["our", "mistake"], ["our", "error"], ["my", "mistake"])


def _is_set_right(low: list[str]) -> bool:
    """Like "I would like to believe it, but it isn't so, and …": what the sentence before told is not the case."""
    for k in range(len(low) - 3):
        if low[k] == "but" and low[k + 1] in {"it", "that", "this"}:
            no = low[k + 2].replace("’", "'") in _NOT or low[k + 2 : k + 4] in (["is", "not"], ["was", "not"])
            at = k + 3 + (low[k + 2] in {"is", "was"})
            stop = at + 2 if low[at : at + 2] == ["the", "case"] else at + 1 if low[at : at + 1] in _SO else 0
            if no and stop and (stop >= len(low) or not low[stop][0].isalnum()):
                return True
    return False


_SO: Final = (["so"], ["true"], ["right"], ["correct"])


_RATED: Final = (["rated"], ["inspected"], ["graded"])


def takes_back(sentence: Sentence) -> bool:
    """Whether the sentence takes the one before it back: "It was not.", "That is wrong."."""
    first = sentence.tokens.low[0]
    if "but" in sentence.tokens.low and _is_set_right(sentence.tokens.low):
        return True
    if len(sentence.tokens) > 10 or (first[0].isalnum() and first not in _CORRECTING):
        return False
    low = [word for word in sentence.tokens.low if word[0].isalnum()]
    if low in _CORRECTED:
        return True
    if low[:4] in (["it", "has", "not", "been"], ["it", "had", "not", "been"]) and low[4:5] in _RATED:
        return True  # "It has not been rated yet."
    if 1 < len(low) <= _FLAT and low[0] in {"it", "that", "this", "they"} and low[1].replace("’", "'") in _NOT:
        return len(low) == 2 or low[-1] in {"been", "so", "true", "right"}  # "It hasn't been."
    return (
        2 < len(low) <= 7
        and low[0] in _TAKING_BACK
        and low[1] in {"is", "was", "were", "are"}
        and (low[2] in {"not", "wrong", "untrue", "incorrect", "false", "inaccurate"} or low[2:] in _MISTAKES)
        and "enough" not in low
    )
