"""Who gives the grades: the probation inspectorate, or somebody else whose grades only look like them.

The four words of the scale are anybody's. Ofsted and the CQC use them by law; unions, magistrates and charities borrow
them for surveys; companies mark themselves by them before a visit; explainers make up a company to show how they add
up. So each grade is asked who gives it, and the nearest one stated answers: in the sentence, in its paragraph, in what
leads into its table or list, in the heading above, in the title. Our inspectors' own act of judging ends another's
reach, and so does a named body in prose, which is judged by whom the post is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind
from aggregator.ratings.post.acts import PEOPLE, is_strong, lasting, rival
from aggregator.ratings.post.hosts import Host, advertises, disclaims, host_of, is_ours, names_ours, turns_to_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.ratings.words.items import Sentence

__all__ = ["ANOTHERS", "EXPLAINED", "Graders"]

EXPLAINED: Final = "the post tells how ratings come about"
ANOTHER_INSPECTORATE: Final = "the grades of another inspectorate"
ANOTHERS: Final = "judged by somebody else, or for practice"
_JUDGING: Final = frozenset(("inspector", "judge"))
_INVENTED: Final = frozenset(("imaginary", "invented", "fictional", "fictitious", "hypothetical", "vignette"))
_INVENTED_PAIRS: Final = frozenset(
    (("worked", "example"), ("not", "exist"), ("illustrative", "example"), ("for", "illustration"))
)  # fmt: skip
_INVENTING: Final = _INVENTED | {"made", "company", *(first for first, _ in _INVENTED_PAIRS)}
"""The first words of all of them."""
_INVENTED_ENDS: Final = frozenset(("example", "exist", "illustration", "up", "might"))
"""The last words of the phrases that say so: a sentence with none of them need not be searched."""
_SUPPOSING: Final = frozenset(("imagine", "suppose", "pretend"))
"""As the first word of a sentence these make up what follows: "Suppose we have a company …"."""
_TOLD_BY_KINDS: Final = _JUDGING | {"rival"}
_TOLD_BY_WORDS: Final = (
    PEOPLE
    | {"asked", "invited", "own", "i", "my", "our", "let", "out", "coded"}
    | _INVENTED
    | _INVENTED_ENDS
    | _SUPPOSING
)
"""A sentence with none of these kinds and words does not say who grades."""
_SHORT: Final = 4
_IT: Final = frozenset(("it", "its", "they", "them", "their", "we"))
_NEAR: Final = 12
"""For so many sentences another inspectorate stays the judge of a table, while neither ours nor a body is named."""
_LEAD_IN: Final = 120
"""Up to this length a paragraph that ends in a colon only leads in what follows: "The results were as follows:"."""
_CARRIED: Final = frozenset((BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER, BlockKind.LIST_ITEM))


@dataclass(slots=True)
class Graders:
    """Who grades, as the post goes on. Each field holds the words of the act that is in force; empty where none is."""

    last: int = -99
    title: str = ""
    foreign: int = -99
    paragraph: str = ""
    lead: str = ""
    sections: list[tuple[int, str]] = field(default_factory=list)
    invented: str = ""
    began: int = -99
    practice: str = ""
    host: Host | None = None
    prisons: bool = False
    explains: bool = False
    """Whether the post tells how ratings come about: a row of grades with no body in it is an example."""
    strange: frozenset[str] = frozenset()
    """Places of bodies that there are none of: with "take" or "call it" before them they are made up for an example."""
    inspected: bool = False
    """Whether the title is on an inspection of a body of ours as well: "Scrutiny: outcome of the YJS inspection"."""
    _words: str = ""
    _judges: bool = False
    """Whether the paragraph has said that ours judge, in a post on another judge; ``_freed``: and a body of ours."""
    _freed: bool = False
    _freed_level: int = 0

    @classmethod
    def of(
        cls, sentences: Sequence[Sentence], whole: str, *, explains: bool, strange: frozenset[str] = frozenset()
    ) -> Graders:
        """The judges of a post, before its first sentence is heard.

        Args:
            sentences: The post, title first.
            whole: Its text in lower case.
            explains: Its title says that it tells how ratings come about.
            strange: Places of bodies that there are none of.
        """
        prisons = any(
            f"{name} (hmip" in whole for name in ("inspectorate of prisons", "prisons inspectorate", "hmi prisons")
        )
        host = advertises(sentences, whole) or disclaims(sentences) or host_of(sentences, prisons=prisons)
        inspected = any(
            s.has("inspector") and any(m.type is not None and not m.other for m in s.mentions)
            for s in sentences[:1]
            if s.index < 0
        )
        return cls(host=host, prisons=prisons, explains=explains, strange=strange, inspected=inspected)

    def hear(self, sentence: Sentence) -> None:
        """Move on to a sentence."""
        kind = sentence.block.kind if sentence.block is not None else None
        if sentence.starts_block:
            self._enter(sentence, kind)
        if (
            kind is not BlockKind.HEADING
            and _TOLD_BY_KINDS.isdisjoint(sentence.kinds)
            and _TOLD_BY_WORDS.isdisjoint(sentence.tokens.low)
            and not ((self._judges or self.strange) and sentence.mentions)
        ):
            if sentence.starts_block:
                self.last = -99
            return
        if not sentence.kinds.isdisjoint(_JUDGING) or kind is BlockKind.HEADING:
            self._foreign(sentence, kind)
        ours = is_ours(sentence)
        inspector, strong = sentence.has("inspector"), is_strong(sentence)
        act = "" if inspector and not strong else rival(sentence)
        if act:
            self._words = act
            self.last = sentence.index
            if sentence.index < 0 and not ours:
                self.title = act
        elif inspector or sentence.starts_block:
            self.last = -99
        act_told = lasting(sentence) if not ours or strong else ""
        if kind is BlockKind.HEADING and act_told:
            assert sentence.block is not None
            self.sections.append((sentence.block.level or 6, act_told))
        elif act_told:
            self.paragraph = act_told
            if kind not in _CARRIED:
                self.lead = act_told
            if strong or act_told.lower().startswith(("my ", "for ", "own ", "internal ")):
                self.practice = act_told
        elif (
            ours
            and _acts(sentence)
            and not (kind is BlockKind.LIST_ITEM and self.lead and "rate" not in sentence.kinds)
        ):
            # an item on the inspectorate in the writer's own list of marks is one of those who are marked
            self.paragraph = self.lead = self.practice = ""
            self.sections.clear()
        self.invented = _invented(sentence) or _taken(sentence, self.strange) or self.invented
        if self.title and ours and ("four" in sentence.kinds or self.inspected) and turns_to_ours(sentence):
            self.title = ""  # the title's survey was another matter
        if self.host is not None and not self.host.lasts:
            self._free(self.host, sentence, kind)

    def _free(self, host: Host, sentence: Sentence, kind: BlockKind | None) -> None:
        """Tell whether our inspectorate judges here although the post is on another: for a paragraph, or a section."""
        level = (sentence.block.level if sentence.block is not None else None) or 6
        if kind is BlockKind.HEADING and self._freed_level >= level:
            self._freed_level = 0
        told = "four" in sentence.kinds or "ordinal" in sentence.kinds or self.inspected
        settled = not host.titled or (not host.inspects and told)
        if settled and turns_to_ours(sentence):
            self.host = None
        elif is_ours(sentence, named=host.inspects, prisons=self.prisons):
            self._judges = True
            if kind is BlockKind.HEADING and is_ours(sentence, named=True, prisons=self.prisons):
                self._freed_level = level
        rated = "rate" in sentence.kinds and ("four" in sentence.kinds or "ordinal" in sentence.kinds)
        if self._judges and any(
            (m.type is not None and not m.pronoun) or (rated and m.word in _IT) for m in sentence.mentions
        ):
            self._freed = True

    def _enter(self, sentence: Sentence, kind: BlockKind | None) -> None:
        if kind in _CARRIED:
            return
        text = sentence.block.text.rstrip() if sentence.block is not None else ""
        leads_in = text.endswith(":") and len(text) < _LEAD_IN
        self.lead = self.lead if leads_in else ""
        self.paragraph = ""
        self._freed = False
        self._judges = self.host is not None and sentence.block is not None and names_ours(sentence.block.text)
        self.began = sentence.index
        if kind is BlockKind.HEADING:
            level = (sentence.block.level if sentence.block is not None else None) or 6
            while self.sections and self.sections[-1][0] >= level:
                self.sections.pop()
            self.invented = self.practice = ""

    def _foreign(self, sentence: Sentence, kind: BlockKind | None) -> None:
        judges = sentence.has("judge")
        ours = any(
            "probation" in str(it.kinds["inspector"]) or "hmip" in str(it.kinds["inspector"])
            for it in sentence.having("inspector")
        )
        if judges and not ours:
            self.foreign = sentence.index
        elif ours or (kind is BlockKind.HEADING and sentence.mentions):
            self.foreign = -99

    def why(self, sentence: Sentence, *, row: bool = False, known: bool = True) -> str:
        """Why the grades of a sentence are not our inspectors'; empty where nothing says that they are another's.

        Args:
            sentence: The sentence or row, already heard.
            row: It is a row of a table or a list, whose grades belong to whoever its lead-in says.
            known: The places of its bodies are places that there are; another may be made up for an example.
        """
        if self.host is not None and not self._freed and not self._freed_level:
            return f"{ANOTHER_INSPECTORATE if self.host.inspects else ANOTHERS} (“{self.host.words}”)"
        if self.explains and row and not any(m.areas and not m.other for m in sentence.mentions):
            return EXPLAINED
        if self.invented and not known:
            return f"made up for an example (“{self.invented}”)"
        own = [m for m in sentence.mentions if m.areas and not m.bare and not m.other and not m.demoted]
        if row or not own:
            if self.invented:
                return f"made up for an example (“{self.invented}”)"
            above = self.sections[-1][1] if self.sections else ""
            carried = (self.lead if row else "") or self.paragraph or self.practice or above
            if carried:
                return f"{ANOTHERS} (“{carried}”)"
        if sentence.has("inspector") and not is_strong(sentence):
            return ""
        if self.last == sentence.index or (sentence.index - self.last <= 1 and not own):
            return f"{ANOTHERS} (“{self._words}”)"
        return f"{ANOTHERS} (“{self.title}”)" if self.title else ""

    def is_foreign(self, sentence: Sentence) -> bool:
        """Whether another inspectorate has just been spoken of, and neither ours nor a body since."""
        own = any(m.type is not None and m.areas and not m.demoted for m in sentence.mentions)
        since = sentence.index - self.foreign
        return not own and 0 <= since <= _NEAR and (since == 0 or not sentence.has("inspector"))

    def is_foreign_act(self, sentence: Sentence) -> bool:
        """Whether another inspectorate judges in the sentence or in its paragraph before it, and ours does not."""
        return self.foreign >= self.began and self.is_foreign(sentence)


_TAKING: Final = frozenset(("take", "call", "say", "picture", "consider", "meet"))


def _taken(sentence: Sentence, strange: frozenset[str]) -> str:
    """Like "Take Barsetshire CRC.", "Let us call it Loamshire CRC": a body that there is none of, for an example."""
    if not strange or not any(area in strange for mention in sentence.mentions for area in mention.areas):
        return ""
    low = sentence.tokens.low
    return next((word for word in (*low[:1], *low[2:3]) if word in _TAKING and low[0] in {word, "let", "we"}), "")


_ACTING: Final = frozenset(("rate", "says", "four", "ordinal", "narr_does"))


def _acts(sentence: Sentence) -> bool:
    """Whether our inspectors do something there: "This is the old inspectorate at its best" ends nobody's marks."""
    return not sentence.kinds.isdisjoint(_ACTING) or any(not m.pronoun and not m.other for m in sentence.mentions)


def _invented(sentence: Sentence) -> str:
    low = sentence.tokens.low
    opening = low[:3] if low[:1] != ["let"] else low[2:3]
    if opening[:1] and opening[0] in _SUPPOSING:
        return opening[0]
    heads = sentence.block is not None and sentence.block.kind is BlockKind.HEADING
    if heads and low[-1:] in (["example"], ["examples"]) and len(low) <= _SHORT and "practice" not in low:
        return sentence.text
    if _INVENTED.isdisjoint(low) and _INVENTED_ENDS.isdisjoint(low):
        return ""
    for k in [k for k, word in enumerate(low) if word in _INVENTING]:
        word = low[k]
        if word in _INVENTED:
            return word
        if (
            low[k : k + 2] == ["made", "up"]
            and low[k - 1 : k] in (["a"], ["entirely"], ["is"], ["wholly"])
            and low[k + 2 : k + 3] != ["of"]
        ):
            return "made up"
        if word == "company" and low[k + 1 : k + 4] == ["like", "this", "might"]:
            return sentence.words(k, k + 3)
        if (word, low[k + 1] if k + 1 < len(low) else "") in _INVENTED_PAIRS:
            return sentence.words(k, min(k + 2, len(low)))
    return ""
