"""Bodies named in a sentence: body words, places, owners and acronyms put together.

"South Yorkshire CRC", "the CRC in South Yorkshire", "the NPS's North East division", "Sodexo's work in Essex",
"DLNRCRC", "three CRCs", "Lambeth, Newham and Brent PDUs": each becomes one ``Mention`` (or one per place), with the
kind of body, the places, and how it was said. Other bodies (prisons, Ofsted, NPS the drugs) are mentions too, of no
type: they take the grades that are theirs, so that these do not go to a neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.bodies.apposed import apposed, sisters
from aggregator.ratings.bodies.composing import compose, covering, identified, listed, one_of
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.bodies.passing import demote
from aggregator.ratings.bodies.placed import every_so_many, in_most_places, in_parts, placed
from aggregator.ratings.words.grammar import COPULAS, GETTING, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.senses import Senses
    from aggregator.ratings.words.items import Item, Sentence
    from aggregator.ratings.words.vocabulary import Vocabulary

__all__ = ["find"]

_KINDS: Final = frozenset(
    ("extra", "work", "body", "alias", "place", "owner", "both", "anaphor", "other", "pronoun", "self")
)


_SINCE_2021: Final = (ProviderType.REGION, ProviderType.PDU)
_NAMING: Final = _KINDS - {"other", "pronoun", "self"}


def find(vocabulary: Vocabulary, sentence: Sentence, senses: Senses) -> list[Mention]:
    """The mentions of a sentence, in order."""
    mentions: list[Mention] = []
    if sentence.kinds.isdisjoint(_KINDS):
        return mentions
    for item in sentence.items:
        kinds = item.kinds
        for kind in kinds:
            if kind in _KINDS:
                break
        else:
            continue
        if "body" in kinds:
            if kinds["body"][0] is ProviderType.REGION and not senses.has_regions:
                continue  # before 2021 a region is a part of the country
            mentions.append(_body(sentence, item, senses))
        elif "extra" in kinds:
            extra = kinds["extra"]
            area = extra.area or extra.name
            mentions.append(Mention(item.i, item.j, extra.provider_type, [area], provider=extra.name, word="alias"))
        elif "alias" in kinds:
            crc = vocabulary.crcs[kinds["alias"]]
            mentions.append(Mention(item.i, item.j, ProviderType.CRC, [crc.name], word="alias"))
        elif "place" in kinds:
            if _is_police(sentence, item):
                mentions.append(Mention(item.i, item.j + 1, None, other=True, word="police"))
                continue
            if _is_a_word(sentence, item) or _is_of_another(sentence, item):
                continue
            mentions.append(Mention(item.i, item.j, None, [kinds["place"]], bare=True))
        elif "owner" in kinds:
            mentions.append(Mention(item.i, item.j, ProviderType.CRC, owner=kinds["owner"], generic=True, word="owner"))
        elif (
            "both" in kinds
            and sentence.tokens.low[item.j : item.j + 1] not in (["other"], ["others"])
            and (kinds["both"] != "both" or _both_alone(sentence, item))
            and not (kinds["both"] == "the two" and _counts_things(sentence, item))
            and not (
                kinds["both"] == "neither" and any(item.j <= it.i <= item.j + 1 for it in sentence.having("aspect"))
            )
        ):
            mentions.append(Mention(item.i, item.j, None, both=True, generic=True, plural=True))
        elif "anaphor" in kinds and kinds["anaphor"] in _SINCE_2021 and not senses.has_regions:
            continue  # "the unit" is some team of the NPS then
        elif "anaphor" in kinds:
            mentions.append(
                Mention(item.i, item.j, kinds["anaphor"], generic=True, plural=_plural(sentence, item), word="anaphor")
            )
        elif (
            kinds.get("work") in {"companies", "firms"}
            and senses.names_crcs
            and _reaches(sentence, item.i)
            and {"many", "most", "some", "several"}.isdisjoint(sentence.tokens.low[max(0, item.i - 2) : item.i])
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
        elif "self" in kinds:
            if _is_rated(sentence, item):
                mentions.append(Mention(item.i, item.j, None, generic=True, pronoun=True, word="we"))
        elif "pronoun" in kinds and sentence.tokens.raw[item.i] != "IT":
            mentions.append(Mention(item.i, item.j, None, generic=True, pronoun=True, word=kinds["pronoun"]))
    if sentence.kinds.isdisjoint(_NAMING):  # pronouns and bodies of no concern: nothing to put together
        demote(sentence, mentions)
        return mentions
    if any(m.word == "anaphor" and sentence.tokens.low[m.j - 1] == "former" for m in mentions[:-1]):
        mentions = [m for m in mentions if not _only_says_former(sentence, m, mentions)]
    if senses.unified:
        for mention in mentions:
            beside = sentence.tokens.low[mention.i - 1 : mention.i] + sentence.tokens.low[mention.j : mention.j + 1]
            if mention.word == "alias" and beside == ["(", ")"]:
                mention.bare, mention.type = True, None  # "(KSS)", of a company once, behind the name of its place
    mentions = compose(vocabulary, sentence, mentions)
    for mention in mentions:
        if mention.bare and senses.unified and sentence.tokens.low[mention.j : mention.j + 1] in (["unit"], ["units"]):
            mention.type, mention.bare, mention.word = ProviderType.PDU, False, "unit"
        elif mention.bare and senses.unified and "youth" not in senses.whole and _has_service(sentence, mention):
            mention.any_probation, mention.bare, mention.word = True, False, "service"
        elif (
            mention.bare
            and senses.has_companies
            and sentence.tokens.low[mention.j : mention.j + 1] in (["company"], ["firm"])
        ):
            mention.type, mention.bare, mention.word = ProviderType.CRC, False, "company"
    for mention in mentions:
        if mention.plural and not mention.areas and mention.type in _ONE_BY_ONE and mention.i:
            mention.count = mention.count or ("both" if _says_both(sentence, mention) else None)
    if "both" in sentence.kinds:
        typed = [m for m in mentions if m.type is not None and not m.demoted and m.word != "anaphor"]
        places = [m for m in mentions if m.bare and not m.demoted] if senses.unified else []
        mentions = [m for m in mentions if not (m.both and _is_said_again(sentence, m, typed, places))]
    if senses.unified and "parts" in sentence.tokens.low:
        for mention in mentions:
            in_parts(sentence.tokens.low, mention)
    if "most" in sentence.tokens.low:
        for mention in mentions:
            in_most_places(sentence, mention)
    if "every" in sentence.tokens.low:
        for mention in mentions:
            every_so_many(sentence.tokens.low, mention)
    if len(mentions) > 1:
        mentions = listed(sentence, one_of(sentence, covering(sentence, mentions)))
        mentions = placed(sentence, sisters(sentence, mentions), unified=senses.unified)
    demote(sentence, mentions)
    identified(sentence, mentions)
    apposed(sentence, mentions)
    return mentions


_ONE_BY_ONE: Final = (ProviderType.PDU, ProviderType.YJS)


def _says_both(sentence: Sentence, mention: Mention) -> bool:
    """Like "in both units", "both of the services"."""
    return "both" in sentence.tokens.low[max(0, mention.i - 3) : mention.i + 1]


def _only_says_former(sentence: Sentence, mention: Mention, mentions: list[Mention]) -> bool:
    """Like "the former private company": whose it was, and not the first of two."""
    former = mention.word == "anaphor" and sentence.tokens.low[mention.j - 1] == "former"
    return former and any(m.i == mention.j for m in mentions)


def _has_service(sentence: Sentence, place: Mention) -> bool:
    """Like "the Leicestershire service", in a post on probation."""
    low = sentence.tokens.low
    return low[place.j : place.j + 1] == ["service"] and not {"user", "users", "level", "provision"}.intersection(
        low[place.j + 1 : place.j + 2]
    )


def _counts_things(sentence: Sentence, item: Item) -> bool:
    """Like "the two sets of ratings", "the two reports": no verb behind it, so it counts what is named there."""
    low = sentence.tokens.low
    if item.j >= len(low) or not low[item.j][0].isalnum() or low[item.j] in COPULAS | GETTING:
        return False
    if low[item.j] in {"of", "have", "had", "do", "did", "work", "worked", "differ", "differed", "got", "get", "share"}:
        return False
    return not any(it.i == item.j and not {"rate", "says", "narr_does"}.isdisjoint(it.kinds) for it in sentence.items)


def _is_said_again(sentence: Sentence, both: Mention, typed: list[Mention], places: list[Mention]) -> bool:
    """Whether "both" only says once more who is named before it: bodies, or places that "were both rated"."""
    if _are_named(sentence, both, [m for m in typed if m.j <= both.i]):
        return True
    again = sentence.tokens.low[both.i - 1 : both.i]
    return bool(again) and again[0] in COPULAS and _are_named(sentence, both, [m for m in places if m.j <= both.i])


def _are_named(sentence: Sentence, both: Mention, typed: list[Mention]) -> bool:
    """Like "Essex North PDU and Essex South PDU were both …": who both are stands right before."""
    if sum(both.i - t.j <= 4 or t.i == typed[-1].i for t in typed) >= 2:
        return True
    if len(typed) < 2:
        return False
    low = sentence.tokens.low
    behind = low[typed[-1].j : both.i]
    others = behind[:1] in (["are"], ["were"]) and behind[1:3] == ["the", "other"] and len(behind) <= _OTHERS
    if len(behind) > 4 and not others:
        return False
    between = sentence.tokens.low[typed[-2].j : typed[-1].i]
    return len(between) <= 3 and not {"and", ",", "&"}.isdisjoint(between)


_OTHERS: Final = 7
"""Words of "A and B are the other two, and" at most."""
_WORDS_TOO: Final = frozenset(("reading", "bath", "deal", "rugby", "bury", "sale", "battle", "wells", "ware", "march"))
_BEFORE_PLACE: Final = frozenset(("in", "at", "near", "from", "of", "and", ",", "to", "around", "the", "or"))


def _is_a_word(sentence: Sentence, item: Item) -> bool:
    """Whether a place's name is an ordinary word here: "Reading inspection reports"."""
    low = sentence.tokens.low
    if item.j - item.i > 1 or low[item.i] not in _WORDS_TOO:
        return False
    after = sentence.tokens.raw[item.j] if item.j < len(low) else ""
    return not (item.i and low[item.i - 1] in _BEFORE_PLACE) and not after[:1].isupper()


_OF_ANOTHER: Final = frozenset(
    ("crown", "magistrates", "prison", "jail", "university", "hospital", "road", "street", "castle", "court", "station",
     "bridge", "house", "town", "avenue", "lane", "square",
     "airport", "cathedral", "crown", "county court", "hilton", "palace", "park", "police", "constabulary", "council")
)  # fmt: skip


def _is_of_another(sentence: Sentence, item: Item) -> bool:
    """Whether a place only begins the name of something else: "Lincoln Crown Court"."""
    if sentence.tokens.low[item.j : item.j + 3] == ["police", "and", "crime"]:
        return True  # "Cleveland police and crime panel"
    return item.j < len(sentence.tokens) and (
        sentence.tokens.low[item.j] in _OF_ANOTHER and sentence.tokens.raw[item.j][:1].isupper()
    )


def _is_police(sentence: Sentence, item: Item) -> bool:
    """Whether a place begins the name of a police force, which has inspectors of its own: "Warwickshire Police"."""
    after = sentence.tokens.raw[item.j : item.j + 2]
    return after[:1] in (["Police"], ["Constabulary"]) and after[1:] not in (["and"], ["&"])


def _both_alone(sentence: Sentence, item: Item) -> bool:
    """Like "Both of them", "both are", "were both found": no noun of its own."""
    if any(other.j <= item.i for other in sentence.having("aspect")):
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


def _is_rated(sentence: Sentence, item: Item) -> bool:
    """Like "We were rated", "has given us": the body that is rated speaks."""
    low = sentence.tokens.low
    if low[item.i] == "ours":
        return True
    if low[item.i] == "us":
        return any(it.j == item.i and "rate" in it.kinds for it in sentence.items)
    verb = next((it for it in sentence.items if item.j <= it.i <= item.j + 3 and "rate" in it.kinds), None)
    return verb is not None and (low[verb.i] in GETTING or not COPULAS.isdisjoint(low[item.j : verb.i]))


def _plural(sentence: Sentence, item: Item) -> bool:
    return sentence.tokens.low[item.j - 1].endswith("s") and not sentence.tokens.low[item.j - 1].endswith("ss")


def _is_hardly_any(low: list[str], at: int) -> bool:
    """Like "Hardly any CRC comes up to scratch": said of all of them."""
    return at > 1 and low[at - 1] == "any" and low[at - 2] in {"hardly", "scarcely", "barely"}


_AILING: Final = frozenset(("failing", "struggling", "underperforming", "performing", "run"))
_FIRMS: Final = frozenset(("companies", "firms", "providers", "contractors"))


def _body(sentence: Sentence, item: Item, senses: Senses) -> Mention:
    kind, phrase = item.kinds["body"]
    tokens = sentence.tokens
    if kind is not None and not senses.is_body(sentence, item, kind, phrase):
        return Mention(item.i, item.j, None, other=True, word=phrase)
    last = tokens.low[item.j - 1]
    if item.i > 0 and (
        tokens.low[item.i - 1] in {"every", "each"}
        or _is_hardly_any(tokens.low, item.i)
        or tokens.low[max(0, item.i - 2) : item.i] == ["every", "other"]
    ):
        return Mention(
            item.i, item.j, kind, generic=True, plural=True, any_probation=kind is None, word=phrase, count=None
        )
    plural = last.endswith("s") and last not in {"nps", "yos", "yjs"}
    if not _FIRMS.isdisjoint(tokens.low[item.i : item.j]):
        plural = True  # "private firms running probation"
    if (
        not plural
        and item.j < len(tokens.low)
        and tokens.low[item.j] in {"reports", "inspections", "divisions", "areas", "services"}
        and tokens.low[item.j] != "services"
    ):
        plural = True
    if tokens.low[item.j : item.j + 1] == ["services"] and item.i > 0 and tokens.low[item.i - 1].isdecimal():
        plural = True  # "the 21 CRC services"
    mention = Mention(item.i, item.j, kind, generic=True, plural=plural, any_probation=kind is None, word=phrase)
    if plural:
        before = [word for word in tokens.low[max(0, item.i - 5) : item.i] if word.isdigit() or word in NUMBERS]
        if before and _reaches(sentence, item.i):
            mention.count = _count_words(sentence, item)
    elif item.i > 1 and tokens.low[item.i - 1] in _AILING and tokens.low[item.i - 2] in {"another", "one"}:
        mention.plural = True  # "one failing company after another"
    elif item.i > 0 and tokens.low[item.i - 1] in {"one", "single", "sole", "only", "a", "another", "lone", "solitary"}:
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
    """The words that count a class, and its own: "nineteen of the 21 CRCs", "80% of CRCs", "eight out of ten CRCs"."""
    low = sentence.tokens.low
    k = item.i
    while k > 0 and item.i - k < _COUNTING and (_counts(low[k - 1]) or low[k - 1] in _AMONG or _is_ratio(low, k - 1)):
        k -= 1
    while k < item.i and low[k] in _NO_COUNT:
        k += 1
    return sentence.words(k, item.j)


def _counts(word: str) -> bool:
    return word.isdigit() or word in NUMBERS


def _is_ratio(low: list[str], at: int) -> bool:
    """The words between two numbers: "eight out of ten", "four in five"."""
    if low[at] == "out":
        return _counts(low[at - 1]) and low[at + 1] == "of"
    return low[at] == "in" and at > 0 and _counts(low[at - 1]) and _counts(low[at + 1])


_COUNTING: Final = 8
_NO_COUNT: Final = frozenset(("of", "the", "all", "than", "%", "per", "cent", "percent"))
_AMONG: Final = _NO_COUNT | frozenset(
    ("over", "more", "single", "sole", "only", "lone", "solitary", "nearly", "private", "other")
)
