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

if TYPE_CHECKING:
    from aggregator.ratings.items import Sentence

__all__ = ["ANOTHERS", "Graders"]

ANOTHERS: Final = "judged by somebody else, or for practice"
_JUDGES: Final = frozenset(
    ("ofsted", "cqc", "care quality commission", "estyn", "hmicfrs", "hmic", "hmi prisons", "inspectorate of prisons")
)
_JUDGING: Final = frozenset(("inspector", "other"))
_STRONG: Final = frozenset(
    (*("mock", "dry", "dress", "trial", "pretend", "dummy", "practice", "self", "marked", "rated", "graded", "scored"),
     "peer")
)  # fmt: skip
"""First words of acts that an inspector in the sentence does not make an inspection: the real thing is named there."""
_ASKED: Final = frozenset(
    ("survey", "surveys", "surveyed", "poll", "polled", "questionnaire", "questionnaires", "staff")
)
"""First words of acts of asking people: their answers fill the paragraph, the table, the section."""
_PEOPLE: Final = frozenset(
    ("members", "readers", "users", "clients", "magistrates", "sentencers", "respondents", "participants", "residents",
     "customers", "employees", "colleagues", "trustees", "learners", "pupils", "students", "patients", "tenants")
)  # fmt: skip
_MARKING: Final = frozenset(
    ("rate", "rated", "grade", "graded", "mark", "marked", "score", "scored", "vote", "voted", "give", "gave")
)
_MARKS: Final = frozenset(
    ("rating", "ratings", "grade", "grades", "mark", "marks", "score", "scores", "verdict", "vote")
)
_INVENTED: Final = frozenset(("imaginary", "invented", "fictional", "fictitious", "hypothetical", "vignette"))
_INVENTED_PAIRS: Final = frozenset(
    (("worked", "example"), ("not", "exist"), ("illustrative", "example"), ("for", "illustration"))
)  # fmt: skip
_INVENTED_ENDS: Final = frozenset(("example", "exist", "illustration", "up", "might"))
"""The last words of the phrases that say so: a sentence with none of them need not be searched."""
_SUPPOSING: Final = frozenset(("imagine", "suppose", "pretend"))
"""As the first word of a sentence these make up what follows: "Suppose we have a company …"."""
_TOLD_BY_KINDS: Final = _JUDGING | {"rival"}
_TOLD_BY_WORDS: Final = _PEOPLE | _INVENTED | _INVENTED_ENDS | _SUPPOSING
"""A sentence with none of these kinds and words does not say who grades."""
_SHORT: Final = 4
_BORROWED: Final = frozenset(
    ("scale", "words", "standards", "criteria", "language", "terms", "labels", "own", "grades")
)
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
    _words: str = ""

    def hear(self, sentence: Sentence) -> None:
        """Move on to a sentence."""
        kind = sentence.block.kind if sentence.block is not None else None
        if sentence.starts_block:
            self._enter(sentence, kind)
        if (
            kind is not BlockKind.HEADING
            and _TOLD_BY_KINDS.isdisjoint(sentence.kinds)
            and _TOLD_BY_WORDS.isdisjoint(sentence.tokens.low)
        ):
            if sentence.starts_block:
                self.last = -99
            return
        if not sentence.kinds.isdisjoint(_JUDGING) or kind is BlockKind.HEADING:
            self._foreign(sentence, kind)
        ours = sentence.has("inspector") and is_ours(sentence)
        act = "" if sentence.has("rival") and _is_verb(sentence) else _rival(sentence)
        if sentence.has("inspector") and not _is_strong(sentence):
            act = ""
        if act:
            self._words = act
            self.last = sentence.index
            if sentence.index < 0 and not ours:
                self.title = act
        elif sentence.has("inspector") or sentence.starts_block:
            self.last = -99
        lasting = _lasting(sentence) if not ours or _is_strong(sentence) else ""
        if kind is BlockKind.HEADING and lasting:
            assert sentence.block is not None
            self.sections.append((sentence.block.level or 6, lasting))
        elif lasting:
            self.paragraph = lasting
            if kind not in _CARRIED:
                self.lead = lasting
            if _is_strong(sentence):
                self.practice = lasting
        elif ours:
            self.paragraph = self.lead = self.practice = ""
            self.sections.clear()
        self.invented = _invented(sentence) or self.invented

    def _enter(self, sentence: Sentence, kind: BlockKind | None) -> None:
        if kind in _CARRIED:
            return
        text = sentence.block.text.rstrip() if sentence.block is not None else ""
        leads_in = text.endswith(":") and len(text) < _LEAD_IN
        self.lead = self.lead if leads_in else ""
        self.paragraph = ""
        self.began = sentence.index
        if kind is BlockKind.HEADING:
            level = (sentence.block.level if sentence.block is not None else None) or 6
            while self.sections and self.sections[-1][0] >= level:
                self.sections.pop()
            self.invented = self.practice = ""

    def _foreign(self, sentence: Sentence, kind: BlockKind | None) -> None:
        judges = {str(it.kinds["other"]) for it in sentence.having("other")} & _JUDGES
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
        if sentence.has("inspector") and not _is_strong(sentence):
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


def is_ours(sentence: Sentence) -> bool:
    """Whether our inspectors act in the sentence, and do not merely lend their scale or are waited for."""
    low = sentence.tokens.low
    for item in sentence.having("inspector"):
        after = [word for word in low[item.j : item.j + 4] if word not in {"'", "’", "s", "'s", "’s"}]
        before = low[max(0, item.i - 6) : item.i]
        if not _BORROWED.isdisjoint(after[:2]) or {"before", "preparation", "ready", "as"} & set(before):
            continue
        return True
    return False


def _rival(sentence: Sentence) -> str:
    if not sentence.has("rival"):
        return ""
    item = next(iter(sentence.having("rival")), None)
    return str(item.kinds["rival"]) if item is not None else ""


def _is_strong(sentence: Sentence) -> bool:
    return any(str(it.kinds["rival"]).split()[0] in _STRONG for it in sentence.having("rival"))


def _is_verb(sentence: Sentence) -> bool:
    """Whether the only rival word is "award", said of an inspector's grade."""
    words = {str(it.kinds["rival"]) for it in sentence.having("rival")}
    return words <= {"award", "awards"} and (sentence.has("inspector") or sentence.has("four"))


def _lasting(sentence: Sentence) -> str:
    """An act of judging whose outcome may be told in what follows: a mock inspection, a survey, people's marks."""
    for item in sentence.having("rival") if sentence.has("rival") else ():
        words = str(item.kinds["rival"])
        asked = words.split(maxsplit=1)[0] in _ASKED and (sentence.has("rate") or sentence.text.rstrip().endswith(":"))
        if words.split(maxsplit=1)[0] in _STRONG or asked:
            return words
    low = sentence.tokens.low
    if _PEOPLE.isdisjoint(low):
        return ""
    for k, word in enumerate(low[:-1]):
        if word not in _PEOPLE:
            continue
        after = [other for other in low[k + 1 : k + 5] if other[0].isalnum() and other != "s"]
        if after and (after[0] in _MARKING or not _MARKS.isdisjoint(after[:2]) or after[:2] == ["were", "asked"]):
            return sentence.words(k, min(k + 2, len(low)))
    return ""


def _invented(sentence: Sentence) -> str:
    low = sentence.tokens.low
    opening = low[:3] if low[:1] != ["let"] else low[2:3]
    if opening[:1] and opening[0] in _SUPPOSING:
        return opening[0]
    heads = sentence.block is not None and sentence.block.kind is BlockKind.HEADING
    if heads and low[-1] in {"example", "examples"} and len(low) <= _SHORT and "practice" not in low:
        return sentence.text
    if _INVENTED.isdisjoint(low) and _INVENTED_ENDS.isdisjoint(low):
        return ""
    for k, word in enumerate(low):
        if word in _INVENTED:
            return word
        if low[k : k + 2] == ["made", "up"] and low[k - 1 : k] in (["a"], ["entirely"], ["is"], ["wholly"]):
            return "made up"  # not "made up of"
        if word == "company" and low[k + 1 : k + 4] == ["like", "this", "might"]:
            return sentence.words(k, k + 3)
        if (word, low[k + 1] if k + 1 < len(low) else "") in _INVENTED_PAIRS:
            return sentence.words(k, min(k + 2, len(low)))
    return ""
