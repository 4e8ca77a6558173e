"""Bodies named in a sentence: body words, places, owners and acronyms put together.

"South Yorkshire CRC", "the CRC in South Yorkshire", "the NPS's North East division", "Sodexo's work in Essex",
"DLNRCRC", "three CRCs", "Lambeth, Newham and Brent PDUs": each becomes one ``Mention`` (or one per place), with the
kind of body, the places, and how it was said. Other bodies (prisons, Ofsted, NPS the drugs) are mentions too, of no
type: they take the grades that are theirs, so that these do not go to a neighbour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.vocabulary import SEPARATORS, key_of

if TYPE_CHECKING:
    from aggregator.ratings.items import Item, Sentence
    from aggregator.ratings.senses import Senses
    from aggregator.ratings.vocabulary import Vocabulary

__all__ = ["NUMBERS", "Mention", "find"]

NUMBERS: Final = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
    "most some many several few other another majority half quarter third thirds dozen trio pair".split()
)
_FILLERS: Final = frozenset(
    "the private public local new former then 's county area and , ( ) in of for at across covering with a its based wide police whole single sole newest".split()
) | frozenset("'’‘\"“”–—-")
_LINKS: Final = frozenset(("work", "operation")) | frozenset(
    "in of for at across covering around within throughout on the ( , – — - 's region area county : west east north south central city and its s .".split()
)
_CAPITAL_STOP: Final = frozenset(
    "the a an this that these those in on at for of by to from with and or but while as when if after before since until although because inspectors "
    "inspection report hm hmi good outstanding inadequate requires private public national new chief our their its his her my your no not every each all both many most some several former local "
    "dame mr mrs ms dr sir lord who which what how why is are was were has have had will only neither either".split()
)
_GENERIC_PLURALS: Final = frozenset(("crcs", "pdus", "yoss", "yots", "yjss", "nps divisions", "divisions", "units"))


_KINDS: Final = frozenset(("work", "body", "alias", "place", "owner", "both", "anaphor", "other", "pronoun"))


@dataclass(slots=True)
class Mention:
    """A body as the text names it; ``i`` and ``j`` are tokens.

    Attributes:
        type: The kind of body; None where only the rest of the post tells, or nothing does (``other``).
        areas: Places said with it, by their usual names.
        other: It is something this program does not read ratings of: prison, school, drugs.
        generic: A common noun or a pronoun ("the company"), or a body word with no place.
        plural: Said of several, or of the class.
        count: The number word before it ("three CRCs"), as written.
        owner: The firm it was named by.
        demoted: Mentioned in passing ("owned by", "than", "such as"): never the subject.
        bare: A place alone.
    """

    i: int
    j: int
    type: ProviderType | None
    areas: list[str] = field(default_factory=list)
    other: bool = False
    generic: bool = False
    plural: bool = False
    count: str | None = None
    owner: str | None = None
    demoted: bool = False
    bare: bool = False
    both: bool = False
    any_probation: bool = False
    pronoun: bool = False
    word: str = ""
    listed: bool = False
    trailing: bool = False


def find(vocabulary: Vocabulary, sentence: Sentence, senses: Senses) -> list[Mention]:
    """The mentions of a sentence, in order."""
    mentions: list[Mention] = []
    if sentence.kinds.isdisjoint(_KINDS):
        return mentions
    for item in sentence.items:
        kinds = item.kinds
        if "body" in kinds:
            mentions.append(_body(sentence, item, senses))
        elif "alias" in kinds:
            crc = vocabulary.crcs[kinds["alias"]]
            mentions.append(Mention(item.i, item.j, ProviderType.CRC, [crc.name], word="alias"))
        elif "place" in kinds:
            mentions.append(Mention(item.i, item.j, None, [kinds["place"]], bare=True))
        elif "owner" in kinds:
            mentions.append(Mention(item.i, item.j, ProviderType.CRC, owner=kinds["owner"], generic=True, word="owner"))
        elif "both" in kinds and (kinds["both"] != "both" or _both_alone(sentence, item)):
            mentions.append(Mention(item.i, item.j, None, both=True, generic=True, plural=True))
        elif "anaphor" in kinds:
            mentions.append(
                Mention(item.i, item.j, kinds["anaphor"], generic=True, plural=_plural(sentence, item), word="anaphor")
            )
        elif (
            kinds.get("work") in {"companies", "firms"}
            and senses.names_crcs
            and _reaches(sentence, item.i)
            and not {"many", "most", "some", "several"} & set(sentence.tokens.low[max(0, item.i - 2) : item.i])
        ):
            mentions.append(
                Mention(
                    item.i,
                    item.j,
                    ProviderType.CRC,
                    generic=True,
                    plural=True,
                    count=_count_words(sentence, item),
                    word="companies",
                )
            )
        elif "other" in kinds:
            mentions.append(Mention(item.i, item.j, None, other=True, word=kinds["other"]))
        elif "pronoun" in kinds and sentence.tokens.raw[item.i] != "IT":
            mentions.append(Mention(item.i, item.j, None, generic=True, pronoun=True, word=kinds["pronoun"]))
    mentions = _compose(vocabulary, sentence, mentions)
    mentions = _listed(sentence, _one_of(sentence, mentions))
    _demote(sentence, mentions)
    return mentions


def _one_among(low: list[str], at: int) -> bool:
    """ "The first of the 21 CRCs", "the only one of seven divisions": one is meant, not the class."""
    k = at
    while k > 0 and at - k < 6 and low[k - 1] != "of":
        k -= 1
    if k < 2 or low[k - 1] != "of" or at - k > 5:
        return False
    return low[k - 2] in {
        "first",
        "only",
        "one",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "latest",
        "last",
        "newest",
        "worst",
        "best",
        "largest",
        "smallest",
        "another",
    }


def _both_alone(sentence: Sentence, item: Item) -> bool:
    """ "Both of them", "both are", "were both found": no noun of its own."""
    if any("aspect" in other.kinds and other.j <= item.i for other in sentence.items):
        return False
    low = sentence.tokens.low
    after = low[item.j] if item.j < len(low) else "."
    before = low[item.i - 1] if item.i else ""
    return after in {
        "of",
        "are",
        "were",
        "have",
        "had",
        "need",
        "needed",
        "fall",
        "fell",
        "failed",
        "require",
        "required",
        "got",
        "received",
    } or (
        before in {"were", "are", "been"}
        and after in {"found", "rated", "judged", "graded", "poor", "good", "inadequate"}
    )


def _plural(sentence: Sentence, item: Item) -> bool:
    return sentence.tokens.low[item.j - 1].endswith("s") and not sentence.tokens.low[item.j - 1].endswith("ss")


def _body(sentence: Sentence, item: Item, senses: Senses) -> Mention:
    kind, phrase = item.kinds["body"]
    tokens = sentence.tokens
    if kind is not None and not senses.is_body(sentence, item, kind, phrase):
        return Mention(item.i, item.j, None, other=True, word=phrase)
    last = tokens.low[item.j - 1]
    if item.i > 0 and tokens.low[item.i - 1] in {"every", "each"}:
        return Mention(
            item.i, item.j, kind, generic=True, plural=True, any_probation=kind is None, word=phrase, count=None
        )
    plural = last.endswith("s") and last not in {"nps", "yos", "yjs"}
    if last.endswith("companies"):
        plural = True
    if (
        not plural
        and item.j < len(tokens.low)
        and tokens.low[item.j] in {"reports", "inspections", "divisions", "areas", "services"}
        and tokens.low[item.j] != "services"
    ):
        plural = True
    mention = Mention(item.i, item.j, kind, generic=True, plural=plural, any_probation=kind is None, word=phrase)
    if plural:
        before = [word for word in tokens.low[max(0, item.i - 5) : item.i] if word.isdigit() or word in NUMBERS]
        if before and _reaches(sentence, item.i):
            mention.count = _count_words(sentence, item)
    elif item.i > 0 and tokens.low[item.i - 1] in {"one", "single", "sole", "only", "a", "another"}:
        mention.count = _count_words(sentence, item) if tokens.low[item.i - 1] != "a" else None
    return mention


def _reaches(sentence: Sentence, i: int) -> bool:
    """Whether a number stands right before token ``i``, or with only "of the", "private" and the like between."""
    low = sentence.tokens.low
    k = i - 1
    steps = 0
    while k >= 0 and steps < 5:
        if low[k].isdigit() or low[k] in NUMBERS:
            return True
        if low[k] not in {
            "of",
            "the",
            "private",
            "public",
            "other",
            "all",
            "its",
            "their",
            "these",
            "those",
            "inspected",
            "adult",
            "local",
            "london",
            "english",
            "per",
            "cent",
            "%",
        }:
            return False
        k -= 1
        steps += 1
    return False


def _count_words(sentence: Sentence, item: Item) -> str:
    low = sentence.tokens.low
    k = item.i
    while (
        k > 0
        and item.i - k < 5
        and (
            low[k - 1].isdigit()
            or low[k - 1] in NUMBERS
            or low[k - 1]
            in {"of", "the", "all", "over", "than", "more", "single", "sole", "only", "nearly", "private", "other"}
        )
    ):
        k -= 1
    while k < item.i and low[k] in {"of", "the", "all", "than"}:
        k += 1
    return sentence.words(k, item.j)


def _compose(vocabulary: Vocabulary, sentence: Sentence, found: list[Mention]) -> list[Mention]:
    low = sentence.tokens.low
    out: list[Mention] = []
    for mention in found:
        previous = out[-1] if out else None
        if previous is not None:
            gap = low[previous.j : mention.i]
            if _joins(sentence, previous, mention, gap):
                _merge(sentence, out, mention)
                continue
        out.append(mention)
    for mention in out:
        if (
            mention.type is not None
            and not mention.areas
            and not mention.bare
            and not mention.other
            and not mention.pronoun
            and mention.word not in {"anaphor", "owner", "alias"}
        ):
            _capitals(sentence, mention)
        if mention.areas and not mention.bare:
            mention.generic = False
    return _spread(vocabulary, sentence, out)


def _joins(sentence: Sentence, left: Mention, right: Mention, gap: list[str]) -> bool:
    if len(gap) > 5 or left.other or right.other or left.both or right.both or left.pronoun or right.pronoun:
        return False
    if left.bare and right.bare:
        return False
    if right.bare and left.areas and left.type is ProviderType.NPS and left.trailing:
        return bool(gap) and all(word in SEPARATORS or word == "the" for word in gap)
    if (
        right.bare
        and left.areas
        and not left.plural
        and left.type is not None
        and left.word not in {"anaphor", "alias"}
        and left.trailing
    ):
        return bool(gap) and all(word in SEPARATORS for word in gap)
    if left.bare:
        if right.word == "anaphor":
            return False
        if right.areas and right.word != "alias":
            return False
        if right.word == "owner":
            return False
        if not gap:
            return not (right.any_probation and right.word == "probation" and False)
        return len(gap) <= 2 and all(
            word
            in {
                "private",
                "public",
                "'",
                "’",
                "‘",
                "“",
                '"',
                "(",
                ")",
                "local",
                "adult",
                "city",
                "county",
                "area",
                "council",
                "borough",
                "police",
            }
            for word in gap
        )
    if right.bare:
        if left.areas and not (left.type is ProviderType.NPS and not set(gap) & {"and", ","}):
            return False
        if left.word == "anaphor" or (
            left.plural and left.count is None and "in" not in gap and "of" not in gap and "for" not in gap
        ):
            return False
        if left.word == "owner":
            return False
        if not gap:
            return left.type in {ProviderType.NPS, ProviderType.CRC} or (
                left.any_probation and left.word != "probation"
            )
        joined = {"in", "of", "for", "at", "across", "covering", "within", "on", "throughout", "around"} & set(gap)
        paren = left.type is not None and gap[:1] in (["("],) and len(gap) == 1
        comma = gap == [","] and left.type in {ProviderType.CRC, ProviderType.PDU, ProviderType.YJS} and not left.plural
        return (
            (bool(joined) and all(word in _LINKS for word in gap))
            or paren
            or comma
            or gap in (["–"], ["'s"])
            and left.type is ProviderType.NPS
        )
    # two body words: "Community Rehabilitation Company (CRC)", "division of the NPS", "Working Links CRC"
    if left.word == "owner":
        return right.type is ProviderType.CRC and (not gap or gap in (["'s"], ["("])) and right.word != "owner"
    if right.word == "owner" or right.word == "anaphor" or left.word == "anaphor":
        return False
    if left.type is right.type and left.type is not None:
        if right.areas and left.areas:
            return right.word == "alias" and gap == ["("]
        if not gap or gap == ["("] or gap == ["(", "the"] or gap == ["or"]:
            return True
        return (
            set(gap) <= {"of", "the", "'s", "in", "(", ")", "for", ","}
            and "," not in gap[:1]
            and (left.type is ProviderType.NPS)
            and ("division" in sentence.words(left.i, right.j).lower())
        )
    if left.any_probation and right.type in {ProviderType.PDU, ProviderType.REGION, ProviderType.NPS, ProviderType.CRC}:
        return not gap or gap == ["'s"] or gap == ["("]
    if right.any_probation and left.type is not None:
        return False
    return False


def _merge(sentence: Sentence, out: list[Mention], right: Mention) -> None:
    left = out[-1]
    if left.bare:
        areas = list(left.areas)
        out[-1] = right
        right.i = left.i
        right.areas = areas + [area for area in right.areas if area not in areas]
        _absorb(sentence, out)
        return
    left.j = right.j
    left.trailing = left.trailing or right.bare
    for area in right.areas:
        if area not in left.areas:
            left.areas.append(area)
    if right.bare:
        return
    if left.any_probation or left.type is None:
        left.type = right.type
        left.any_probation = False
    if left.word == "owner":
        left.plural = right.plural
        left.word = right.word
    left.plural = left.plural or right.plural
    left.generic = left.generic and right.generic
    left.count = left.count or right.count


def _absorb(sentence: Sentence, out: list[Mention]) -> None:
    """A place list before a body word: all its places belong to it ("Northants and Cambs CRC")."""
    mention = out[-1]
    low = sentence.tokens.low
    while len(out) > 1 and out[-2].bare and mention.type is not None:
        gap = low[out[-2].j : mention.i]
        if not gap or not all(word in SEPARATORS for word in gap):
            break
        if (
            mention.plural
            or mention.type is ProviderType.CRC
            or (mention.type is not ProviderType.NPS and "and" in gap or "&" in gap)
        ):
            mention.areas = out[-2].areas + mention.areas
            mention.i = out[-2].i
            del out[-2]
            continue
        break


def _capitals(sentence: Sentence, mention: Mention) -> None:
    """A name the gazetteer does not have: capitalised words right before the body word."""
    raw = sentence.tokens.raw
    low = sentence.tokens.low
    k = mention.i
    if mention.owner:
        return
    while k > 0 and mention.i - k < 6:
        word = raw[k - 1]
        if any(item.i < k <= item.j and "owner" in item.kinds for item in sentence.items):
            break
        if (
            word in {"and", "&", "of", ","}
            and k - 1 > 0
            and raw[k - 2][:1].isupper()
            and low[k - 2] not in _CAPITAL_STOP
            and k != mention.i
        ):
            k -= 1
            continue
        if (
            not (word[:1].isupper() and word[:1].isalpha())
            or low[k - 1] in _CAPITAL_STOP
            or (word.isupper() and len(word) > 1)
        ):
            break
        k -= 1
    while k < mention.i and low[k] in {"and", "&", "of", ","}:
        k += 1
    if (
        k < mention.i
        and mention.type in {ProviderType.PDU, ProviderType.YJS, ProviderType.CRC}
        and not (k == 0 and mention.i - k == 1 and mention.plural)
    ):
        title_case = all(word[:1].isupper() for word in raw if word[:1].isalpha() and len(word) > 3)
        if not title_case:
            mention.areas = [sentence.words(k, mention.i)]
            mention.i = k


def _spread(vocabulary: Vocabulary, sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """One mention per place where a plural names several bodies; one with all places where they are one body's."""
    out: list[Mention] = []
    for mention in mentions:
        if mention.plural and len(mention.areas) > 1 and mention.type is not None:
            codes = {vocabulary.crc_of.get(key_of(area)) for area in mention.areas}
            if mention.type is ProviderType.CRC and len(codes) == 1:
                out.append(mention)
                continue
            for area in mention.areas:
                out.append(Mention(mention.i, mention.j, mention.type, [area], word=mention.word))
            continue
        if len(mention.areas) > 1 and not mention.plural and mention.type in {ProviderType.PDU, ProviderType.YJS}:
            mention.areas = [" and ".join(mention.areas)]
        out.append(mention)
    return out


def _one_of(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """ "One of its CRCs – Dorset, Devon and Cornwall": the place names the one."""
    low = sentence.tokens.low
    out: list[Mention] = []
    for mention in mentions:
        previous = out[-1] if out else None
        if (
            previous is not None
            and mention.bare
            and previous.plural
            and previous.type is not None
            and low[previous.j : mention.i] in (["–"], ["—"], [","], [":"], ["-"], ["("])
            and "one" in low[max(0, previous.i - 4) : previous.i + 1]
        ):
            previous.areas = list(mention.areas)
            previous.plural = previous.generic = False
            previous.count = None
            previous.j = mention.j
            continue
        out.append(mention)
    return out


def _listed(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """ "Three PDUs – Lambeth; Newham; Brent –": the places behind a plural are its members."""
    low = sentence.tokens.low
    out: list[Mention] = []
    head: Mention | None = None
    for mention in mentions:
        if mention.bare and head is not None:
            gap = low[(out[-1].j if out and out[-1].listed else head.j) : mention.i]
            marks = {";", ",", "and", "&"} if out and out[-1].listed else {":", "–", "—", "-", "(", ","}
            if (
                gap
                and len(gap) <= 4
                and set(gap) & marks
                and all(
                    w in marks or w in NUMBERS or w in {"of", "them", "in", "the", "namely", "are", "all"} for w in gap
                )
            ):
                if out and out[-1] is head:
                    out.pop()
                out.append(Mention(mention.i, mention.j, head.type, mention.areas, word=head.word, listed=True))
                continue
            head = None
        elif not mention.bare:
            head = (
                mention
                if mention.plural
                and mention.type is not None
                and len(mention.areas) < 2
                and not mention.pronoun
                and mention.word != "anaphor"
                else None
            )
        out.append(mention)
    return out


def _demote(sentence: Sentence, mentions: list[Mention]) -> None:
    """Mark what is mentioned in passing, by the word before it."""
    low = sentence.tokens.low
    for mention in mentions:
        k = mention.i
        while k > 0 and low[k - 1] in {
            "the",
            "a",
            "an",
            "other",
            "its",
            "all",
            "local",
            "of",
            "'",
            "‘",
            "“",
            '"',
            "most",
            "some",
            "any",
            "many",
            "national",
            "neighbouring",
            "old",
            "former",
        }:
            k -= 1
        if mention.plural and (k <= 1 and low[:1] == ["of"] or _one_among(low, mention.i)):
            mention.demoted = True
            continue
        for item in sentence.items:
            if item.j == k and "comparison" in item.kinds:
                if (
                    item.kinds["comparison"] in {"with", "by", "from", "or", "about"}
                    and not mention.areas
                    and not mention.other
                ):
                    break
                mention.demoted = True
                break
