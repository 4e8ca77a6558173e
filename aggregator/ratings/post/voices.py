"""Who is speaking: an inspector, somebody else, or the writer.

A narrative word is a judgement only in the inspectorate's mouth, or in the writer's who relays it. Followed from
sentence to sentence through a block, and into a quotation that goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind
from aggregator.ratings.post.speakers import INSPECTOR, OTHER, speaker_of

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["INSPECTOR", "NARRATOR", "OTHER", "Voices", "is_an_answer", "takes_back"]

NARRATOR: Final = "narrator"

_RELAYING: Final = frozenset(("four", "rate"))
"""Kinds of words with which whoever has the turn may tell what inspectors found."""
_JUDGING: Final = frozenset(("says", "rate", "four", "ordinal", "narr_is", "narr_does"))
"""Kinds of words with which a sentence on inspectors tells of a judgement, not of their coming."""
_OPENING: Final = frozenset('“"‘')
_QUOTED: Final = frozenset('“"')
_WHOLE: Final = frozenset(
    ("speech", "spoke", "keynote", "release", "statement", "transcript", "foreword", "lecture", "address", "remarks")
)
_CLOSING: Final = frozenset('”"’')
_NAMED: Final = frozenset(("inspector",))
_LABEL: Final = 60
"""Characters that a speaker's name may take before its colon."""
_SPEAKING: Final = frozenset(("says", "inspector", "voices"))
_FLAT: Final = 4
_NOT: Final = frozenset(("hasn't", "haven't", "wasn't", "weren't", "isn't", "aren't"))
_SUBJECT: Final = 5


_OFF_STAGE: Final = frozenset(
    ("comment", "comments", "reader", "readers", "reaction", "reacted", "response", "responded", "minister", "mp",
     "colleague", "neighbour", "friend", "somebody", "somebody's", "someone", "blogger", "letter", "email")
)  # fmt: skip
"""Words of others, whose the next quotation set apart may be."""


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
        elif self.on_stage >= 0 and not _OFF_STAGE.isdisjoint(sentence.tokens.low):
            self.on_stage = -99
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
            speaker = speaker or speaker_of(sentence) or (_another_says(sentence) and (self.spoke or OTHER)) or None
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
_ELSEWHERE: Final = frozenset(
    (
        "prisons",
        "constabulary",
        "schools",
        "fire",
        "former",
        "email",
        "letter",
        "report",
        "reports",
        "published",
        "minister",
        "comment",
        "comments",
    )
)
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


_GOES_ON: Final = frozenset((":", ";", "–", "—", "-"))


def takes_back(sentence: Sentence) -> bool:
    """Whether the sentence takes the one before it back: "It was not.", "That is wrong."."""
    first = sentence.tokens.low[0]
    if "but" in sentence.tokens.low and _is_set_right(sentence.tokens.low):
        return True
    if first[0].isalnum() and first not in _CORRECTING:
        return False
    # "That was wrong: it is …" takes it back as well, and goes on.
    end = next((k for k, word in enumerate(sentence.tokens.low) if word in _GOES_ON), len(sentence.tokens))
    if end > 10:
        return False
    low = [word for word in sentence.tokens.low[:end] if word[0].isalnum()]
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
