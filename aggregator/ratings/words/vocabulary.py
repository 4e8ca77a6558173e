"""The vocabulary: data files to one trie of words, and the tables of who is where.

Loaded once, at the first reading (about 60 ms), never at import. ``load`` refuses data that contradict themselves.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aggregator.model import ProviderType, RatingValue
from aggregator.ratings.words.shortened import DIRECTIONS, shortened

if TYPE_CHECKING:
    from datetime import date

    from aggregator.model import ExtraBody

__all__ = ["QUOTES", "SEPARATORS", "Crc", "Entry", "Owner", "Pdu", "Vocabulary", "VocabularyError", "key_of", "load"]

SEPARATORS: Final = frozenset((",", "and", "&", "/"))
"""What stands between the parts of a name; a run of these matches where a name has "and" or a comma."""

QUOTES: Final = frozenset("\"“”‘’'`«»[]")
"""What may stand between the first words of a phrase that is not yet one."""
_SEP: Final = "\0"
_ENTRY: Final = "\1"

Trie = dict[str, Any]


class VocabularyError(ValueError):
    """A data file says something that cannot be."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A firm that owned CRCs."""

    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crc:
    """A Community Rehabilitation Company. ``owners`` are (owner, from, to), both dates included."""

    code: str
    name: str
    aliases: tuple[str, ...]
    places: tuple[str, ...]
    division: str
    owners: tuple[tuple[str, date, date], ...]


@dataclass(frozen=True, slots=True)
class Pdu:
    """A Probation Delivery Unit and the region it is in."""

    name: str
    region: str


@dataclass(slots=True)
class Entry:
    """What a phrase can mean: kind → value. ``form`` is None, or how the text must write it."""

    kinds: dict[str, Any] = field(default_factory=dict)
    capital: bool = False
    exact: frozenset[str] = frozenset()


class FirstWord(NamedTuple):
    """A word that begins phrases, or is one.

    Attributes:
        goes_on: The tokens that may stand right behind it in a phrase.
        plain: What it means by itself however it is written; None where it means nothing, or must be spelled so.
        entry: What it means by itself.
        node: What follows it in the trie.
    """

    goes_on: frozenset[str]
    plain: dict[str, Any] | None
    entry: Entry | None
    node: Trie


@dataclass(slots=True)
class Vocabulary:
    """Everything the reading knows before it reads."""

    trie: Trie
    crcs: dict[str, Crc]
    crc_of: dict[str, str]
    divisions: dict[str, str]
    regions: dict[str, str]
    pdus: dict[str, Pdu]
    unit_places: dict[str, Pdu]
    """Places by which one unit can be meant that has another name: "Leicestershire", "East Yorkshire"."""
    youth: dict[str, str]
    canonical: dict[str, str]
    police_areas: dict[str, str]
    """The police area round a town."""
    furniture: dict[str, Any]
    aspects: tuple[str, ...]
    """The names of the standards."""

    first_words: dict[str, FirstWord] = field(default_factory=dict)

    def is_of_a_unit(self, place: str) -> bool:
        """Whether a place is the name of a PDU, or a place by which one can be meant."""
        return key_of(place) in self.pdus or key_of(place) in self.unit_places

    def names(self) -> int:
        """How many names of bodies and places it holds."""
        return len(self.canonical)


def key_of(name: str) -> str:
    """A name as tables hold it: lower case, "and" and commas alike."""
    words = (
        name.lower()
        .replace("&", " and ")
        .replace("/", " ")
        .replace("-", " ")
        .replace(",", " ")
        .replace("’", "'")
        .split()
    )
    return " ".join(word for word in words if word != "and")


def _parts(phrase: str) -> list[str]:
    """A phrase as trie steps, a separator where it has "and", "&", "/" or a comma."""
    spaced = phrase.replace(",", " , ").replace("&", " & ").replace("/", " / ").replace("-", " ").replace("’", "'")
    steps: list[str] = []
    for word in spaced.split():
        low = word.lower()
        if low in SEPARATORS:
            if steps and steps[-1] != _SEP:
                steps.append(_SEP)
            continue
        if len(low) > 2 and low.endswith("'s"):
            low = low[:-2]
        steps.append(low)
    return steps


def _insert(trie: Trie, phrase: str, kind: str, value: Any, *, capital: bool = False, exact: bool = False) -> None:
    node = trie
    for step in _parts(phrase):
        node = node.setdefault(step, {})
    entry: Entry = node.setdefault(_ENTRY, Entry(capital=capital))
    if not capital:
        entry.capital = False
    if exact:
        # As the text may write it, and as its tokens stand: "C&GM" is three.
        entry.exact |= {phrase, phrase.replace("-", " "), phrase.replace("&", " & ")}
    entry.kinds.setdefault(kind, value)


def _orders(name: str) -> list[str]:
    """A compound name in every order its parts may come in, up to four parts."""
    parts = [part.strip() for part in name.replace(" and ", ",").split(",") if part.strip()]
    if not 2 <= len(parts) <= 4:
        return [name]
    return [" and ".join(order) for order in permutations(parts)]


def _read(name: str) -> dict[str, Any]:
    text = resources.files("aggregator.ratings").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _furniture(data: dict[str, Any]) -> dict[str, Any]:
    """The words of furniture as they are looked for: whole lines in sets, beginnings and parts in tuples."""
    whole = {"hints", "headings"}
    return {name: frozenset(words) if name in whole else tuple(words) for name, words in data.items()}


@lru_cache(maxsize=4)
def load(extra: tuple[ExtraBody, ...] = ()) -> Vocabulary:
    """The vocabulary, read once per process and per set of bodies that the user added.

    Raises:
        VocabularyError: Two names clash, or an owner or division is named that is not there.
    """
    trie: Trie = {}
    words = _read("words.toml")
    vocabulary = Vocabulary(
        trie, {}, {}, {}, {}, {}, {}, {}, {}, {}, _furniture(_read("furniture.toml")), tuple(words["aspects"])
    )
    _load_public(vocabulary, _read("probation.toml"))
    _load_crcs(vocabulary, _read("crcs.toml"))
    youth = _read("youth.toml")
    for name in (*youth["councils"], *youth["joint"]):
        vocabulary.youth[key_of(name)] = name
        _place(vocabulary, name)
    places = _read("places.toml")
    for short, name in places["short"].items():
        _place(vocabulary, short, name)
    for name in places["more"]["names"]:
        _place(vocabulary, name)
    for area, towns in places["police_areas"].items():
        vocabulary.police_areas.update((key_of(town), area) for town in towns)
    _load_words(trie, words)
    for body in extra:
        for name in (body.name, *body.aliases):
            _insert(trie, name, "extra", body, exact=name.isupper() and " " not in name, capital=True)
    vocabulary.first_words.update((word, _first_word(node)) for word, node in trie.items())
    return vocabulary


def _first_word(node: Trie) -> FirstWord:
    entry: Entry | None = node.get(_ENTRY)
    goes_on = node.keys() - {_ENTRY, _SEP}
    if _SEP in node:
        goes_on |= SEPARATORS
    if entry is None:
        goes_on |= QUOTES
    plain = entry.kinds if entry is not None and not entry.capital and not entry.exact else None
    return FirstWord(frozenset(goes_on), plain, entry, node)


def _place(vocabulary: Vocabulary, name: str, canonical: str | None = None) -> None:
    canonical = canonical or name
    key = key_of(name)
    vocabulary.canonical.setdefault(key, canonical)
    lowered = len(key.split()) > 1 and key.split()[0] in DIRECTIONS and key.split()[1] not in DIRECTIONS
    _insert(vocabulary.trie, name, "place", vocabulary.canonical[key], capital=name[0].isupper() and not lowered)
    _insert_orders(vocabulary, name, canonical)


def _insert_orders(vocabulary: Vocabulary, name: str, canonical: str) -> None:
    for order in _orders(name):
        _insert(
            vocabulary.trie,
            order,
            "place",
            vocabulary.canonical.get(key_of(name), canonical),
            capital=name[0].isupper(),
        )


def _load_public(vocabulary: Vocabulary, data: dict[str, Any]) -> None:
    for row in data["division"]:
        for name in (row["name"], *row["aliases"]):
            vocabulary.divisions[key_of(name)] = row["name"]
            if name.isupper():
                _insert(vocabulary.trie, name, "place", row["name"], exact=True)
                vocabulary.canonical.setdefault(key_of(name), row["name"])
            else:
                _place(vocabulary, name, row["name"])
    for row in data["region"]:
        for name in (row["name"], *row["aliases"]):
            vocabulary.regions[key_of(name)] = row["name"]
            if name.isupper():
                continue  # KSS is the company's acronym too: told apart by date
            _place(vocabulary, name, row["name"])
        for unit in row["pdus"]:
            pdu = Pdu(unit["name"], row["name"])
            for name in (unit["name"], *unit.get("aliases", ())):
                key = key_of(name)
                if key in vocabulary.pdus and vocabulary.pdus[key].name != pdu.name:
                    raise VocabularyError(f"two PDUs are called {name!r}")
                vocabulary.pdus[key] = pdu
                if name.isupper():
                    _insert(vocabulary.trie, name, "place", unit["name"], exact=True)
                else:
                    _place(vocabulary, name)
            for name in unit.get("spellings", ()):
                vocabulary.pdus[key_of(name)] = pdu
                _place(vocabulary, name, unit["name"])
            for name in unit.get("places", ()):
                vocabulary.unit_places[key_of(name)] = pdu
                _place(vocabulary, name)
    for name, whole in shortened({pdu.name for pdu in vocabulary.pdus.values()}).items():
        key = key_of(name)
        if key not in vocabulary.pdus and key not in vocabulary.regions:
            vocabulary.unit_places.setdefault(key, vocabulary.pdus[key_of(whole)])
            if " and " in name:
                _place(vocabulary, name)


def _load_crcs(vocabulary: Vocabulary, data: dict[str, Any]) -> None:
    owners = {row["name"]: Owner(row["name"], tuple(row["aliases"])) for row in data["owner"]}
    for owner in owners.values():
        for name in (owner.name, *owner.aliases):
            _insert(vocabulary.trie, name, "owner", owner.name, capital=True)
    for row in data["crc"]:
        held = tuple((item["owner"], item["from"], item["to"]) for item in row["owners"])
        for name, since, until in held:
            if name not in owners or since > until:
                raise VocabularyError(f"{row['code']} has an owner {name!r} that is unknown or ends before it begins")
        if row["division"] not in vocabulary.divisions.values() and key_of(row["division"]) not in vocabulary.divisions:
            raise VocabularyError(f"{row['code']} lies in a division that is unknown: {row['division']!r}")
        crc = Crc(row["code"], row["name"], tuple(row["aliases"]), tuple(row["places"]), row["division"], held)
        vocabulary.crcs[crc.code] = crc
        vocabulary.crc_of[key_of(crc.name)] = crc.code
        _place(vocabulary, crc.name)
        for place in crc.places:
            vocabulary.crc_of.setdefault(key_of(place), crc.code)
            _place(vocabulary, place)
        for alias in crc.aliases:
            _insert(vocabulary.trie, alias, "alias", crc.code, exact=True)


_PLURALS: Final = {
    "goods": RatingValue.GOOD,
    "outstandings": RatingValue.OUTSTANDING,
    "inadequates": RatingValue.INADEQUATE,
}
_IRREGULAR: Final = {
    "do": ("do", "does", "did", "done", "doing"),
    "go": ("go", "goes", "went", "gone", "going"),
    "have": ("have", "has", "had", "having"),
    "fall": ("fall", "falls", "fell", "fallen", "falling"),
    "leave": ("leave", "leaves", "left", "leaving"),
    "lose": ("lose", "loses", "lost", "losing"),
    "let": ("let", "lets", "letting"),
    "put": ("put", "puts", "putting"),
    "make": ("make", "makes", "made", "making"),
    "come": ("come", "comes", "came", "coming"),
    "give": ("give", "gives", "gave", "given", "giving"),
    "meet": ("meet", "meets", "met", "meeting"),
    "stand": ("stand", "stands", "stood", "standing"),
    "shine": ("shine", "shines", "shone", "shining"),
    "slip": ("slip", "slips", "slipped", "slipping"),
    "lag": ("lag", "lags", "lagged", "lagging"),
    "excel": ("excel", "excels", "excelled", "excelling"),
    "vary": ("vary", "varies", "varied", "varying"),
    "miss": ("miss", "misses", "missed", "missing"),
    "pass": ("pass", "passes", "passed", "passing"),
    "pay": ("pay", "pays", "paid", "paying"),
    "get": ("get", "gets", "got", "getting"),
    "take": ("take", "takes", "took", "taken", "taking"),
    "rise": ("rise", "rises", "rose", "risen", "rising"),
    "run": ("run", "runs", "ran", "running"),
    "drop": ("drop", "drops", "dropped", "dropping"),
    "tread": ("tread", "treads", "trod", "treading"),
    "blow": ("blow", "blows", "blew", "blowing"),
    "hold": ("hold", "holds", "held", "holding"),
    "cut": ("cut", "cuts", "cutting"),
    "win": ("win", "wins", "won", "winning"),
    "appal": ("appal", "appals", "appalled"),
    "acquit": ("acquit", "acquits", "acquitted", "acquitting"),
}


def _inflections(phrase: str) -> tuple[str, ...]:
    """The forms of a phrase that begins with "~" and a verb; any other phrase as it stands."""
    if not phrase.startswith("~"):
        return (phrase,)
    verb, _, rest = phrase[1:].partition(" ")
    stem = verb.removesuffix("e")
    forms = _IRREGULAR.get(verb, (verb, f"{verb}s", f"{stem}ed", f"{stem}ing"))
    return tuple(f"{form} {rest}".strip() for form in forms)


def _qualities(adjective: str) -> tuple[str, ...]:
    """How a quality of work is told: "of poor quality", "to a good standard", "a high standard of work"."""
    article = "an" if adjective[0] in "aeiou" else "a"
    return (
        *(f"of {part}{adjective} {noun}" for part in ("", f"{article} ") for noun in ("quality", "standard", "order")),
        *(f"to {article} {adjective} standard", f"to {article} {adjective} level", f"{adjective} quality"),
        *(f"the {adjective} standard of", f"the {adjective} quality of"),
        *(f"{article} {adjective} standard of work", f"{article} {adjective} standard of service"),
        *(
            f"{article} {adjective} quality of work",
            f"{adjective} standards of work",
            f"{article} {adjective} standard",
        ),
    )


def _load_words(trie: Trie, words: dict[str, Any]) -> None:
    nouns = words["rating_nouns"]["words"]
    for plural, grade in _PLURALS.items():  # "two Goods": a noun, so it has a capital
        _insert(trie, plural, "four", grade, capital=True)
    for value, phrases in words["four"].items():
        for phrase in phrases:
            _insert(trie, phrase, "four", RatingValue(value))
    for polarity, forms in words["narrative"].items():
        for form, phrases in forms.items():
            if form == "adjectives":
                for adjective in phrases:
                    for phrase in _qualities(adjective):
                        _insert(trie, phrase, "narr_is", RatingValue(polarity))
                    if polarity == "positive":
                        article = "an" if adjective[0] in "aeiou" else "a"
                        for phrase in (
                            f"below {article} {adjective} standard",
                            f"short of {article} {adjective} standard",
                        ):
                            _insert(trie, phrase, "narr_is", RatingValue.NEGATIVE)
                continue
            for phrase in (inflected for listed in phrases for inflected in _inflections(listed)):
                _insert(trie, phrase, "weak" if form == "weak" else f"narr_{form}", RatingValue(polarity))
                if form == "report" and phrase.endswith(" report"):
                    _insert(trie, f"{phrase}s", "narr_report", RatingValue(polarity))
    for kind, phrases in words["bodies"].items():
        for phrase in phrases:
            acronym = phrase.rstrip("s").isupper() and " " not in phrase
            value = None if kind == "ANY_PROBATION" else ProviderType(kind)
            _insert(trie, phrase, "body", (value, phrase), exact=acronym)
    for listed in words["narrative"]["negative"]["does"]:
        if "protect" in listed or "victims down" in listed:
            for phrase in _inflections(listed):
                _insert(trie, phrase, "aspect", "public protection")
    for aspect, phrases in words["aspects"].items():
        for phrase in phrases:
            _insert(trie, phrase, "aspect", aspect)
    for kind, phrases in words["anaphors"].items():
        value = None if kind == "ANY" else ProviderType(kind)
        for phrase in phrases:
            _insert(trie, phrase, "anaphor", value)
    simple = [(kind, words[kind]["words"]) for kind in _SIMPLE]
    simple += [("rate", words["verbs"]["rate"]), ("copula", words["verbs"]["copula"]), ("noun", nouns)]
    simple += [("says", words["voices"]["says"]), ("from", words["previous"]["from_words"])]
    simple += [
        (kind, words["grammar"][kind])
        for kind in ("contrast", "comparison", "both", "respectively", "all", "pronoun", "self")
    ]
    verbs = frozenset(words["verbs"]["rate"])
    for kind, phrases in simple:
        for phrase in phrases:
            _insert(trie, phrase, kind, phrase)
            if kind in {"previous", "future"} and phrase.split()[-1] in verbs:
                _insert(trie, phrase, "rate", phrase)


_SIMPLE: Final = (
    "negation", "overall", "work", "parts", "inspector", "other", "voices",
    "previous", "future", "scale", "mistake", "measures", "rival", "judge", "assessor",
)  # fmt: skip
