"""Body words and places put together: which place belongs to which body, and how many bodies are meant."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.nouns import NATIONAL
from aggregator.ratings.words.grammar import COPULAS, NO_NAMES, NUMBERS, PLACE_LINKS
from aggregator.ratings.words.vocabulary import SEPARATORS, key_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence
    from aggregator.ratings.words.vocabulary import Vocabulary

__all__ = ["compose", "covering", "identified", "listed", "one_of"]


def compose(vocabulary: Vocabulary, sentence: Sentence, found: list[Mention]) -> list[Mention]:
    """Join places, owners and body words that name one body; part those that name several."""
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
    return _spread(vocabulary, out)


def _joins(sentence: Sentence, left: Mention, right: Mention, gap: list[str]) -> bool:
    if len(gap) > 5 or left.other or right.other or left.both or right.both or left.pronoun or right.pronoun:
        return False
    if left.bare and right.bare:
        return False
    if right.bare and left.areas and left.trailing and _is_anothers(sentence, left, right):
        return False
    if right.bare and left.areas and left.type is ProviderType.NPS and left.trailing:
        return bool(gap) and all(word in SEPARATORS or word == "the" for word in gap)
    if (
        right.bare
        and left.areas
        and left.plural
        and left.trailing
        and left.type in {ProviderType.YJS, ProviderType.PDU}
    ):
        if gap[-1:] == ["in"]:  # "the units in Sheffield and in Leeds"
            gap = gap[:-1]
        return bool(gap) and all(word in SEPARATORS for word in gap)
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
            return True
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
                "combined",
            }
            for word in gap
        )
    if right.bare:
        if left.areas and not (left.type is ProviderType.NPS and {"and", ","}.isdisjoint(gap)):
            return False
        if left.word == "anaphor" and left.type is not None and not left.areas:
            return gap[:1] in (["for"], ["in"], ["of"], ["covering"], ["serving"]) and len(gap) <= 2
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
        joined = {
            "covers",
            "serves",
            "spans",
            "in",
            "of",
            "for",
            "at",
            "across",
            "covering",
            "within",
            "on",
            "throughout",
            "around",
        } & set(gap)
        paren = left.type is not None and gap == ["("]
        comma = (
            gap == [","]
            and left.type is not None
            and (left.type is not ProviderType.REGION or left.count is not None)
            and not left.plural
        )
        return (
            (bool(joined) and all(word in PLACE_LINKS or word in _CLOSED for word in gap))
            or paren
            or comma
            or (gap in (["–"], ["'s"]) and left.type is ProviderType.NPS)
        )
    # two body words: "Community Rehabilitation Company (CRC)", "division of the NPS", "Working Links CRC"
    if left.word == "owner":
        return right.type is ProviderType.CRC and (not gap or gap in (["'s"], ["("])) and right.word != "owner"
    if right.word in {"owner", "anaphor"} or left.word == "anaphor":
        return False
    if left.type is right.type and left.type is not None:
        if right.areas and left.areas:
            return right.word == "alias" and gap == ["("]
        if gap in ([], ["("], ["(", "the"], ["or"]):
            return True
        return (
            set(gap) <= {"of", "the", "'s", "in", "(", ")", "for", ","}
            and "," not in gap[:1]
            and (left.type is ProviderType.NPS)
            and ("division" in sentence.words(left.i, right.j).lower())
        )
    if left.any_probation and right.type in {ProviderType.PDU, ProviderType.REGION, ProviderType.NPS, ProviderType.CRC}:
        return gap in ([], ["'s"], ["("])
    return False


def _is_anothers(sentence: Sentence, left: Mention, place: Mention) -> bool:
    """Like "NPS Wales, Essex CRC": a place with a body of another kind right behind it is that one's."""
    body = sentence.item_on(place.j)
    return body is not None and body.i == place.j and body.kinds.get("body", (left.type,))[0] is not left.type


_CLOSED: Final = frozenset((")", "*"))
"""What may close behind a body word: "Probation Delivery Unit (PDU*), of Manchester North"."""


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
    if left.word == "anaphor" and right.bare:
        left.word = "named"
    left.trailing = left.trailing or right.bare
    if right.word == "alias" and left.areas:
        left.areas = []  # "Bristol, Gloucester, Somerset and Wiltshire CRC (BGSW)": one name and its letters
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
            or ((mention.type is not ProviderType.NPS and "and" in gap) or "&" in gap)
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
        if any(item.i < k <= item.j for item in sentence.having("owner")):
            break
        if (
            word in {"and", "&", "of", ","}
            and k - 1 > 0
            and raw[k - 2][:1].isupper()
            and low[k - 2] not in NO_NAMES
            and k != mention.i
        ):
            k -= 1
            continue
        if (
            not (word[:1].isupper() and word[:1].isalpha())
            or low[k - 1] in NO_NAMES
            or (word.removesuffix("'s").removesuffix("’s").isupper() and len(word) > 1)
        ):
            break
        k -= 1
    if k < mention.i and low[k] in NUMBERS:
        return
    while k < mention.i and low[k] in {"and", "&", "of", ","}:
        k += 1
    if (
        k < mention.i
        and mention.type in {ProviderType.PDU, ProviderType.YJS, ProviderType.CRC}
        and not (k == 0 and mention.i - k == 1 and mention.plural)
    ):
        title_case = all(word[:1].isupper() for word in raw if word[:1].isalpha() and len(word) > 3)
        if not title_case:
            mention.areas = [sentence.words(k, mention.i).removesuffix("’s").removesuffix("'s")]
            mention.i = k


def _spread(vocabulary: Vocabulary, mentions: list[Mention]) -> list[Mention]:
    """One mention per place where a plural names several bodies; one with all places where they are one body's."""
    out: list[Mention] = []
    for mention in mentions:
        if mention.plural and len(mention.areas) > 1 and mention.type is not None:
            codes = {vocabulary.crc_of.get(key_of(area)) for area in mention.areas}
            if mention.type is ProviderType.CRC and len(codes) == 1:
                out.append(mention)
                continue
            out += [Mention(mention.i, mention.j, mention.type, [area], word=mention.word) for area in mention.areas]
            continue
        if len(mention.areas) > 1 and not mention.plural and mention.type in {ProviderType.PDU, ProviderType.YJS}:
            mention.areas = [" and ".join(mention.areas)]
        out.append(mention)
    return out


def covering(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """Like "Another private company in the region, covering Kent and Sussex": the places that it covers are its own."""
    low = sentence.tokens.low
    for at, mention in enumerate(mentions[:-1]):
        place = mentions[at + 1]
        if mention.type is None or mention.areas or mention.pronoun or mention.plural or not place.bare:
            continue
        between = low[mention.j : place.i]
        if place.i - mention.j <= _ASIDE and low[place.i - 1] in _COVERING and _MORE.isdisjoint(between):
            mention.areas, mention.generic, mention.trailing = list(place.areas), False, True
            mention.word = "named" if mention.word == "anaphor" else mention.word
            return [*mentions[: at + 1], *covering(sentence, mentions[at + 2 :])]
    return mentions


_ASIDE: Final = 7
_MORE: Final = frozenset(("and", "also"))
"""With these between, the place is one more: "which also covers Lincolnshire"."""
_COVERING: Final = frozenset(("covering", "serving", "covers", "serves", "covered"))


def one_of(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """Like "One of its CRCs – Dorset, Devon and Cornwall": the place names the one."""
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


def listed(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """Like "Three PDUs – Lambeth; Newham; Brent –": the places behind a plural are its members."""
    low = sentence.tokens.low
    out: list[Mention] = []
    head: Mention | None = None
    for mention in mentions:
        if mention.bare and head is not None:
            gap = low[(out[-1].j if out and out[-1].listed else head.j) : mention.i]
            marks = {";", ",", "and", "&"} if out and out[-1].listed else {":", "–", "—", "-", "(", ","}
            announced = (
                gap[-1:] == [":"] and len(gap) <= _ANNOUNCING and bool(head.count) and not COPULAS.isdisjoint(gap[:2])
            )  # "Four PDUs were looked at: …"
            if announced or (
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


_ANNOUNCING: Final = 6


def identified(sentence: Sentence, mentions: list[Mention]) -> None:
    """Like "Luton is the first PDU to be rated …": the place is a body of the kind that it is said to be."""
    low = sentence.tokens.low
    for mention in mentions if "only" in low or "first" in low else ():
        if mention.areas == [NATIONAL] and not mention.plural and _is_the_only(low, mention):
            mention.areas, mention.generic = [], True  # "the only CRC in England and Wales to be …", wherever it is
    for place, kind in pairwise(mentions):
        if (
            kind.areas == [NATIONAL]
            and kind.type is place.type
            and place.areas
            and _is_said_to_be(low, place.j, kind.i)
        ):
            kind.demoted = True  # "Kent CRC is the first CRC in England and Wales to be …"
            continue
        if not place.bare or kind.type is None or kind.areas or kind.pronoun or kind.word == "anaphor":
            continue
        if _is_said_to_be(low, place.j, kind.i):
            place.type, place.bare, place.word = kind.type, False, kind.word
            kind.demoted = True


def _is_the_only(low: list[str], mention: Mention) -> bool:
    return mention.type is not None and not _SINGLED.isdisjoint(low[max(0, mention.i - 2) : mention.i])


def _is_said_to_be(low: list[str], i: int, j: int) -> bool:
    """Whether between two bodies stands "is the first", "was the only one": the second tells what the first is."""
    between = low[i:j]
    return (
        0 < len(between) <= 9
        and not COPULAS.isdisjoint(between[:3])
        and not _SINGLED.isdisjoint(between)
        and "," not in between
    )


_SINGLED: Final = frozenset(("first", "only", "latest", "last", "second", "third", "newest", "one", "best", "worst"))
