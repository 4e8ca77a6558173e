"""Whose judgements a post is on as a whole: our inspectorate's, or those of another judge that its lead names.

A clinic that tells of its CQC report, a school's letter on Ofsted, a police force's PEEL grades, a peer review or a
staff survey: their "inspectors" and their grades are that judge's from the title to the last line, however many CRCs
they name, until ours is named as who judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind
from aggregator.ratings.post.acts import I_MARK, STRONG, lasting, own_marks, rival

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.ratings.words.items import Item, Sentence

__all__ = [
    "Host",
    "advertises",
    "disclaims",
    "host_of",
    "is_named",
    "is_ours",
    "names_ours",
    "turns_to_ours",
]

_LEAD: Final = 4
"""Sentences behind the title in which a post says whose report it is on."""
_GRADES: Final = frozenset(("four", "ordinal", "narr_is", "narr_does"))
_RATED: Final = frozenset(("four", "ordinal", "rate"))
_BORROWED: Final = frozenset(
    ("scale", "words", "standards", "criteria", "language", "terms", "labels", "own", "grades", "template", "framework")
)
_DISCLAIMED: Final = 10
"""Sentences behind the title in which a post says what its marks are not."""
_OF_THAT: Final = frozenset(("about", "from", "by", "those"))
_INSPECTED: Final = frozenset(("inspection", "inspections", "inspectors", "inspectorate"))
_LIKENESS: Final = frozenset(("like", "unlike", "as", "than", "ex", "former", "formerly", "with"))
_STYLE: Final = frozenset(("style", "type", "like", "esque"))
_BESIDE: Final = 8
_WAITING: Final = frozenset(("preparation", "ready", "ahead", "awaiting", "await", "prepare", "preparing"))
_ADVERT: Final = (
    *("closing date", "how to apply", "person specification", "we are recruiting", "application form", "apply by"),
    *("send your cv", "interviews will be held", "apply now", "job description", "the successful candidate"),
)
_MEETINGS: Final = frozenset(
    ("conference", "seminar", "webinar", "workshop", "workshops", "symposium", "book", "event")
)
_EVENT: Final = (
    *(
        "book now",
        "early booking",
        "speakers include",
        "workshops",
        "keynote",
        "book your place",
        "delegates",
        "tickets",
    ),
)
"""What a programme of talks says: its titles ("From ‘Requires improvement’ to ‘Good’") grade nobody."""
_OFFER: Final = (
    "you will",
    "you'll",
    "the role",
    "we offer",
    "applicants",
    "salary",
    "pension",
    "holiday",
    "annual leave",
    "£",
)
_ENOUGH: Final = 2
_INSPECTION: Final = frozenset(("inspector", "four", "ordinal", "noun"))

_JUDGING: Final = _GRADES | {"says", "rate"}
_REPORTS: Final = frozenset(("report", "reports", "data", "figures", "rating", "ratings", "grades", "it"))
_SAYING: Final = frozenset(("say", "said", "think", "thought", "tell", "told"))
_NAMES: Final = frozenset(
    ("glenys stacey", "dame glenys", "stacey", "justin russell", "martin jones", "paul wilson", "sue mcallister",
     "mr russell", "dame stacey", "marc baker", "quality and impact")
)  # fmt: skip
_OWN_TITLE: Final = frozenset(("rating", "ratings", "marks", "grades", "grade", "league", "scores"))
_OF_CONTRACTS: Final = frozenset(("contract", "dashboard", "scorecard", "balanced"))


@dataclass(frozen=True, slots=True)
class Host:
    """Another judge whose post it is.

    Attributes:
        words: The words that name it.
        inspects: It has inspectors of its own: only our inspectorate's name ends its reach.
        titled: The title names it. One that only the lead names may be a paragraph of other news.
        lasts: Nothing ends its reach: who advertises is our inspectorate, named all along.
    """

    words: str
    inspects: bool = False
    titled: bool = False
    lasts: bool = False


def host_of(sentences: Sequence[Sentence], *, prisons: bool = False) -> Host | None:
    """The other judge that title and lead name; None where they name ours, or tell of inspectors before any other.

    Args:
        sentences: The post, title first.
        prisons: "HMIP" is short for the inspectorate of prisons in the post.
    """
    host: Host | None = None
    generic = told = graded = False
    for sentence in sentences:
        if sentence.index >= _LEAD:
            break
        if is_ours(sentence, named=True, prisons=prisons) and not (host is not None and _is_aside(sentence)):
            return None
        title = sentence.index < 0
        ours = any(m.type is not None and not m.pronoun for m in sentence.mentions)
        graded = graded or (
            title and not sentence.kinds.isdisjoint(_GRADES) and any(m.areas for m in sentence.mentions if m.type)
        )
        judge = _judge(sentence, "judge")
        if judge and (host is None or not host.inspects):
            host = Host(judge, inspects=True, titled=title)
        elif host is None:
            act = _judge(sentence, "assessor") or _act(sentence)
            host = Host(act, titled=title) if act else None
        if host is None and is_ours(sentence):
            generic, told = True, told or ours
    if host is None or host.titled:
        return host
    return None if graded or told or (generic and not host.inspects) else host


def _is_aside(sentence: Sentence) -> bool:
    """Like "The inspectorate comes last, because of the hotels": ours is named, and judges nobody."""
    return sentence.index >= 0 and sentence.kinds.isdisjoint(_JUDGING) and not any(m.type for m in sentence.mentions)


def advertises(sentences: Sequence[Sentence], whole: str) -> Host | None:
    """A job advertisement, by its closing date or the like and by what "you will" do: its praise is the employer's.

    Args:
        sentences: The post, title first, without what belongs to the page.
        whole: Its text in lower case, with that.
    """
    if not sentences:
        return None
    of_inspection = not sentences[0].kinds.isdisjoint(_INSPECTION)
    if of_inspection and sum(words in whole for words in _ADVERT) < _ENOUGH:
        return None  # "HM Inspector (Probation)" may be a post that is offered; two such marks say so
    if not _MEETINGS.isdisjoint(sentences[0].tokens.low) and sum(words in whole for words in _EVENT) >= _ENOUGH:
        return Host("conference", titled=True)
    if not any(words in whole for words in _ADVERT):
        return None
    text = " ".join(sentence.text for sentence in sentences).lower().replace("’", "'")
    mark = next((words for words in _ADVERT if words in text), "")
    if not mark or sum(words in text for words in _OFFER) < _ENOUGH or _is_one_item_of_many(sentences):
        return None
    return Host(mark, titled=True, lasts=of_inspection)


_ITEMS: Final = 4
"""From so many sections on a post may be a newsletter, whose advertisement is one of them."""


def _is_one_item_of_many(sentences: Sequence[Sentence]) -> bool:
    """Whether fewer than half of the sections of a post are of its advertisement: jobs at the end of a newsletter."""
    sections = [""]
    for sentence in sentences:
        if sentence.block is not None and sentence.block.kind is BlockKind.HEADING:
            sections.append("")
        sections[-1] += " " + sentence.text.lower().replace("’", "'")
    if any(words in sections[0] for words in _ADVERT):
        return False  # "Salary … Closing date …" at the head of it
    offering = sum(
        any(words in text for words in _ADVERT) or sum(words in text for words in _OFFER) >= _ENOUGH
        for text in sections
    )
    return len(sections) > _ITEMS and 2 * offering < len(sections)


def disclaims(sentences: Sequence[Sentence]) -> Host | None:
    """A post that says near its beginning whose marks its grades are not: "What follows is not about inspections"."""
    for sentence in sentences:
        if sentence.index >= _DISCLAIMED:
            break
        low = sentence.tokens.low
        if _INSPECTED.isdisjoint(low):
            continue
        for k, word in enumerate(low):
            words = low[k : k + 4]
            nothing = words == ["nothing", "to", "do", "with"]
            if not nothing and not (word == "not" and low[k + 1 : k + 2] and low[k + 1] in _OF_THAT):
                continue
            begin = k + (4 if nothing else 2)
            end = next((x for x in range(begin, min(begin + 4, len(low))) if low[x] in _INSPECTED), None)
            if end is not None:
                return Host(sentence.words(k, end + 1), titled=True)
    return None


def _judge(sentence: Sentence, kind: str) -> str:
    low = sentence.tokens.low
    for item in sentence.having(kind) if sentence.has(kind) else ():
        before = low[max(0, item.i - 2) : item.i]
        after = low[item.j : item.j + 2]
        words = str(item.kinds[kind])
        if _LIKENESS.isdisjoint(before) and _STYLE.isdisjoint(after) and not _is_letterhead(sentence, words):
            return words
    return ""


def _is_letterhead(title: Sentence, act: str) -> bool:
    """Like "Communities Scrutiny Panel, 12 May 2019: item 6": whose paper it is, which relays what others found."""
    if title.index >= 0 or "scrutiny" not in act or not title.kinds.isdisjoint(_DOING):
        return False
    low = title.tokens.low
    return _OWN.isdisjoint(low) and (not _MEETING.isdisjoint(low) or any(word.isdecimal() for word in low))


_OWN: Final = frozenset(("own", "we", "our"))
_MEETING: Final = frozenset(("item", "agenda", "minutes", "paper", "papers", "report", "meeting"))
_DOING: Final = frozenset(("rate", "says", "noun", "four", "narr_is", "narr_does"))


def _act(sentence: Sentence) -> str:
    """An act of judging that is nobody's inspection and that the title names, or a lead that goes on to its marks."""
    act = lasting(sentence) or own_marks(sentence)
    if act and (not is_ours(sentence) or act.split(maxsplit=1)[0] in STRONG):
        return act
    if sentence.index < 0 and sentence.tokens.low[:3] == ["case", "study", ":"]:
        return sentence.words(0, 2)  # what a supplier tells of a customer
    if sentence.index < 0 and not is_ours(sentence):
        return rival(sentence) or _hearsay(sentence)
    low = sentence.tokens.low
    ours = sentence.has("inspector") or "report" in low
    if "we" in low and not ours and any(low[k : k + 1] == ["we"] and low[k + 1] in I_MARK for k in range(len(low) - 1)):
        return "we " + low[low.index("we") + 1]
    if sentence.index < 0 and "own" in low and not ours:
        at = low.index("own")
        if not _OWN_TITLE.isdisjoint(low[at + 1 : at + 3]):
            return sentence.words(at, min(at + 3, len(low)))
    told = rival(sentence)
    if told.split(maxsplit=1)[:1] and told.split(maxsplit=1)[0] in _OF_CONTRACTS and not is_ours(sentence):
        return told
    return ""


def _hearsay(sentence: Sentence) -> str:
    """A title like "What prisoners say", "What the reviews tell us": answers, not a report."""
    low = sentence.tokens.low
    if "what" not in low or sentence.has("inspector") or not _REPORTS.isdisjoint(low):
        return ""
    begin = low.index("what")
    end = next((k for k in range(begin + 2, min(begin + 6, len(low))) if low[k] in _SAYING), None)
    return sentence.words(begin, end + 1) if end is not None else ""


_SEVERAL: Final = 8
"""Tokens behind "inspectorates" in which it is told which ones."""


def is_named(item: Item, sentence: Sentence, *, prisons: bool = False) -> bool:
    """Whether words for an inspector name the probation inspectorate, not any inspectors."""
    words = str(item.kinds["inspector"])
    if "probation" in words or words in _NAMES:
        return True
    if "hmip" in words:
        return not prisons
    low = sentence.tokens.low
    if words.endswith("inspectorates") and "probation" in low[item.j : item.j + _SEVERAL]:
        return True  # "the inspectorates of prisons and probation", "inspectorates, those for police and for probation"
    return low[item.i - 1 : item.i] == ["probation"] or low[item.j : item.j + 2] == ["of", "probation"]


def is_ours(sentence: Sentence, *, named: bool = False, prisons: bool = False) -> bool:
    """Whether our inspectors act in the sentence, and do not merely lend their scale or are waited for.

    Args:
        sentence: The sentence.
        named: Only the inspectorate's own name counts; "inspectors" are anybody's.
        prisons: "HMIP" is short for the inspectorate of prisons in the post.
    """
    if not sentence.has("inspector"):
        return False
    low = sentence.tokens.low
    for item in sentence.having("inspector"):
        after = [word for word in low[item.j : item.j + 4] if word not in {"'", "’", "s", "'s", "’s"}]
        before = low[max(0, item.i - 6) : item.i]
        if (
            not _BORROWED.isdisjoint(after[:2])
            or not _WAITING.isdisjoint(before)
            or "as" in before[-2:]
            or _lends(before)
        ):
            continue
        if not named or is_named(item, sentence, prisons=prisons):
            return True
    return False


def _lends(before: list[str]) -> bool:
    """Like "the very words that the inspectorate uses"."""
    return (
        not _BORROWED.isdisjoint(before)
        and any(
            word in _BORROWED and before[k + 1 : k + 2] in (["that"], ["which"], ["of"], ["from"], ["the"])
            for k, word in enumerate(before)
        )
        and not {"own", "grades"} >= _BORROWED.intersection(before)
    )


_OURS: Final = (
    "inspectorate of probation",
    "hmi probation",
    "probation inspectorate",
    "hmiprob",
    "inspector of probation",
)


_ALL: Final = 60
"""Characters behind "inspectorates" in which it is told which ones."""


def names_ours(text: str) -> bool:
    """Whether a paragraph names the probation inspectorate, be it behind what it found."""
    low = text.lower()
    several = low.find("inspectorates")
    return any(words in low for words in _OURS) or (several >= 0 and "probation" in low[several : several + _ALL])


def turns_to_ours(sentence: Sentence) -> bool:
    """Whether inspectors go to a body of ours there, or rate it: "Inspectors have been to Essex CRC"."""
    if not is_ours(sentence):
        return False
    own = [m for m in sentence.mentions if m.type is not None and not m.demoted and not m.pronoun]
    if not any(m.areas for m in sentence.mentions if not m.other):
        return False
    if own and not sentence.kinds.isdisjoint(_RATED):
        return True
    inspectors, says = sentence.having("inspector"), {it.i for it in sentence.having("says")}
    if own and any(it.j in says for it in inspectors):
        return True
    return any(
        0 <= gap <= _BESIDE and "," not in sentence.tokens.low[min(it.j, m.j) : max(it.i, m.i)]
        for it in inspectors
        for m in own
        for gap in (max(it.i, m.i) - min(it.j, m.j),)
    )
