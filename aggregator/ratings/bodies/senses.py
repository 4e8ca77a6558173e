"""What an acronym means where it stands: NPS the service or the drugs, CRC the company or the convention.

Decided per mention. An expansion in brackets ("new psychoactive substances (NPS)") governs what follows until the
next expansion; words right beside a mention ("NPS use", "an NPS", "UN CRC") overrule it for that mention.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.spotting import any_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["Senses", "is_on_drugs"]

_FOREIGN_WORDS: Final = {
    "NPS": (
        *("psychoactive", "net promoter", "new police station", "national park", "national pension", "new product"),
        *("nuclear power station", "national planning", "national prescribing", "network policy", "non-point source"),
    ),
    "CRC": (
        *("rights of the child", "child rights convention", "children's rights", "children’s rights", "convention ("),
        *("colorectal", "bowel cancer", "cardiorenal", "clinical research", "cyclic redundancy", "chinese remainder"),
        *("community rights", "civil registration", "christian reformed", "climate resilien", "carbon reduction"),
        *("customer relationship", "control risks", "rugby club", "cricket club", "rowing club", "cycling club"),
    ),
}
_DRUG_NAMES: Final = ("legal high", "black mamba", "synthetic cannab", " spice ", " spice,", " spice.", "cannabinoid")
"""Drugs named where nobody says what NPS is short for; a post on inspection may name one in passing."""
_INSPECTED: Final = ("inspectorate of probation", "hmi probation", "hmip", "crc", "nps division", "of the nps")
_COMPANIES: Final = (
    *(
        "crc",
        "community rehabilitation",
        "private probation",
        "probation compan",
        "sodexo",
        "interserve",
        "purple futures",
    ),
    *("working links", "mtcnovo", "seetec", "peopleplus", "reducing reoffending partnership"),
)
"""Words of posts in which "companies" are CRCs."""
_OUR_WORDS: Final = {"NPS": ("national probation service",), "CRC": ("rehabilitation compan",)}
_SETTING: Final = ("probation", "offend", "rehabilitation compan", "youth justice", "community payback", "inspectorate")
# The same as patterns, for the one sentence that has both an acronym and its expansion.
_FOREIGN: Final = {name: re.compile("|".join(map(re.escape, words))) for name, words in _FOREIGN_WORDS.items()}
_OURS: Final = {name: re.compile("|".join(map(re.escape, words))) for name, words in _OUR_WORDS.items()}
_spells: Final = {name: any_of(words) for name, words in _FOREIGN_WORDS.items()}
_names_drug: Final = any_of(_DRUG_NAMES)
_names_company: Final = any_of(_COMPANIES)
_is_inspected: Final = any_of(_INSPECTED)
_DRUG_NEXT: Final = frozenset(
    [
        "use",
        "user",
        "users",
        "using",
        "market",
        "markets",
        "seizure",
        "seizures",
        "supply",
        "drug",
        "drugs",
        "harm",
        "harms",
        "intoxication",
        "related",
        "dealers",
        "dealing",
        "possession",
        "treatment",
        "toxicity",
        "trade",
        "consumption",
        "misuse",
        "abuse",
        "dependence",
        "taking",
        "takers",
        "supplies",
        "packets",
        "poisoning",
        "deaths",
        "death",
        "overdoses",
        "overdose",
        "prevalence",
        "products",
        "product",
    ]
)
_DRUG_NEAR: Final = frozenset(
    [
        "psychoactive",
        "spice",
        "mamba",
        "synthetic",
        "cannabinoid",
        "cannabinoids",
        "highs",
        "substance",
        "substances",
        "drug",
        "drugs",
        "overdose",
        "smoked",
        "smoking",
        "stimulant",
        "stimulants",
        "ketamine",
        "cannabis",
        "heroin",
        "naloxone",
        "seizures",
        "seized",
        "novel",
        "spiked",
        "vape",
        "vapes",
        "paraphernalia",
        "toxic",
    ]
)
_SERVICE_NEAR: Final = frozenset(
    [
        "division",
        "divisions",
        "ldu",
        "ldus",
        "court",
        "courts",
        "crc",
        "crcs",
        "supervise",
        "supervised",
        "supervises",
        "supervising",
        "supervision",
        "responsible",
        "practitioners",
        "offenders",
        "staff",
        "officers",
        "probation",
        "caseload",
        "caseloads",
        "higher-risk",
        "cases",
        "managing",
        "managed",
        "region",
        "area",
        "inspectors",
        "inspected",
        "rated",
        "offender",
        "managers",
        "performed",
        "performing",
    ]
)
_UNIFIED: Final = datetime(2021, 6, 26, tzinfo=UTC)
_BORN: Final = datetime(2014, 6, 1, tzinfo=UTC)


_BESIDE: Final = 300
"""Characters between an acronym and what it may be short for; further off nobody means that."""


def _beside(lowered: str, word: str, acronym: str) -> bool:
    """Whether a word stands near any use of an acronym."""
    at = lowered.find(word)
    while at >= 0:
        if acronym in lowered[max(0, at - _BESIDE) : at + len(word) + _BESIDE]:
            return True
        at = lowered.find(word, at + _BESIDE)
    return False


_SEVERAL: Final = 2
_REMARK: Final = 160
"""Characters that one remark on drugs takes ("new psychoactive substances like Spice")."""


_ON_DRUGS: Final = ("psychoactive", "spice", "synthetic cannabi")
_LEAD: Final = 600
"""Characters in which a post says what it is about."""


def is_on_drugs(lowered: str) -> bool:
    """Whether a text, in lower case, speaks of the substances that NPS is short for."""
    return any(word in lowered for word in _ON_DRUGS)


def _apart(lowered: str, words: tuple[str, ...]) -> int:
    """How many places of a text speak of any of the words; what stands close together is one place."""
    places = sorted(match.start() for word in words for match in re.finditer(word, lowered))
    return sum(1 for k, place in enumerate(places) if not k or place - places[k - 1] > _REMARK)


_TAKEN: Final = re.compile(
    r"\bnps[- ](?:use|users?|markets?|seizures?|suppl(?:y|ies|iers?)|related|deaths?|overdoses?|drugs?|intoxication)\b"
    r"|\b(?:suppl(?:y|ies) of|us(?:e|ed|ing)|misuse of|smok(?:e|ed|ing)|t(?:ake|aking|ook)|influence of) nps\b"
)
"""What is done with the drugs and not with a service, in a post that never says what NPS is short for."""
_TIMES: Final = 3


_SELLERS: Final = frozenset(
    ("bank", "insurer", "retailer", "airline", "brand", "shop", "supermarket", "store", "app", "customers", "supplier")
)


def _is_number(low: list[str], k: int) -> bool:
    return k < len(low) and low[k].lstrip("+-").isdecimal()


_DIVISIONS: Final = frozenset(("midlands", "london", "wales", "west", "east", "eastern", "central", "north"))


def sentence_names_region(before: str) -> bool:
    """Whether the word before "NPS" ends the name of a division."""
    return before in _DIVISIONS


@dataclass(slots=True)
class Senses:
    """The senses of one post's acronyms. ``governing`` is what the last expansion said, by acronym."""

    published: datetime | None
    whole: str
    governing: dict[str, bool] = field(default_factory=dict)
    foreign: dict[str, bool] = field(default_factory=dict)
    spelled: dict[str, bool] = field(default_factory=dict)
    """Whether what an acronym is short for elsewhere stands anywhere in the post, near it or far."""
    ours: dict[str, bool] = field(default_factory=dict)
    setting: bool = True
    names_crcs: bool = False
    drugged: bool = False
    drugs: bool = False
    drugs_lead: bool = False
    """Whether it is on drugs from its beginning; else it may be so in one of its sections only."""

    @classmethod
    def of(cls, lowered: str, published: datetime | None) -> Senses:
        """Look over the whole post, lower case."""
        senses = cls(published, lowered)
        for acronym, words in _FOREIGN_WORDS.items():
            if acronym.lower() not in lowered:
                senses.foreign[acronym] = senses.ours[acronym] = senses.spelled[acronym] = False
                continue
            named = [word for word in words if word in lowered] if _spells[acronym](lowered) else []
            senses.spelled[acronym] = bool(named)
            senses.foreign[acronym] = any(_beside(lowered, word, acronym.lower()) for word in named)
            senses.ours[acronym] = any(word in lowered for word in _OUR_WORDS[acronym])
        senses.setting = any(word in lowered for word in _SETTING) or not any(senses.foreign.values())
        senses.drugs_lead = any(word in lowered[:_LEAD] for word in _ON_DRUGS)
        senses.drugs = "psychoactive" in lowered[:_LEAD] or _apart(lowered, _ON_DRUGS) >= _SEVERAL
        if len(_TAKEN.findall(lowered)) >= _TIMES:
            senses.foreign["NPS"] = senses.drugs = senses.drugs_lead = True
        drug = _names_drug(lowered)
        if drug and not senses.foreign["NPS"] and not _is_inspected(lowered):
            senses.foreign["NPS"] = True
        senses.drugged = senses.foreign["NPS"] or (
            drug and "nps" in lowered and any(_beside(lowered, word, "nps") for word in _DRUG_NAMES)
        )
        senses.names_crcs = _names_company(lowered)
        return senses

    @property
    def has_companies(self) -> bool:
        """Whether "the Essex company" can be a CRC: in their years, in a post that names one or an owner of some."""
        return self.names_crcs and (self.published is None or _BORN <= self.published < _UNIFIED)

    @property
    def has_regions(self) -> bool:
        """Whether the Probation Service had regions by then."""
        return self.published is None or self.published >= _UNIFIED

    @property
    def unified(self) -> bool:
        """Whether the post is of the time of Probation Delivery Units, and on probation."""
        return self.published is not None and self.published > _UNIFIED and "probation" in self.whole

    def is_body(self, sentence: Sentence, item: Item, kind: ProviderType, phrase: str) -> bool:
        """Whether this body word means the probation or youth body."""
        if kind in {ProviderType.CRC, ProviderType.NPS} and self.published is not None and self.published < _BORN:
            return False
        acronym = "NPS" if phrase.startswith("NPS") else "CRC" if phrase in {"CRC", "CRCs"} else ""
        if phrase in {"division", "divisions"}:
            named = (
                item.i > 0 and sentence_names_region(sentence.tokens.low[item.i - 1]) and "hmi probation" in self.whole
            )
            return named or "national probation service" in self.whole or " nps" in self.whole or "(nps" in self.whole
        if kind in {ProviderType.REGION, ProviderType.PDU} and self.published is not None and self.published < _UNIFIED:
            return False
        if phrase in {"region", "regions"}:
            return "probation" in self.whole or "pdu" in self.whole
        if phrase in {"youth services", "youth service", "youth offending", "youth justice"}:
            return "inspect" in self.whole
        if phrase in {"YOS", "YOT", "YJS", "YOTs", "YOSs", "YJSs", "PDU", "PDUs"}:
            return self.setting
        if phrase in {
            "delivery unit",
            "delivery units",
            "private provider",
            "private providers",
            "rehabilitation company",
            "probation unit",
            "probation units",
        }:
            return "probation" in self.whole
        if not acronym:
            return True
        if not self.setting:
            return False
        local = self._local(sentence, item, acronym)
        if local is not None:
            return local
        if acronym in self.governing:
            return self.governing[acronym]
        return not (self.foreign[acronym] and not self.ours[acronym])

    def _local(self, sentence: Sentence, item: Item, acronym: str) -> bool | None:
        low = sentence.tokens.low
        text = sentence.text.lower()
        before = low[max(0, item.i - 6) : item.i]
        bracketed = bool(before) and before[-1] == "(" and item.j < len(low) and low[item.j] == ")"
        if self.spelled[acronym] and _FOREIGN[acronym].search(text):
            if bracketed or before[-1:] in (["("], ["or"]):
                ours = max((m.end() for m in _OURS[acronym].finditer(text)), default=-1)
                theirs = max((m.end() for m in _FOREIGN[acronym].finditer(text)), default=-1)
                at, _ = sentence.tokens.span(item.i, item.j)
                ours_before = max((m.end() for m in _OURS[acronym].finditer(text[:at])), default=-1)
                theirs_before = max((m.end() for m in _FOREIGN[acronym].finditer(text[:at])), default=-1)
                if max(ours_before, theirs_before) >= 0:
                    self.governing[acronym] = ours_before > theirs_before
                    return self.governing[acronym]
                return ours > theirs
            if not _OURS[acronym].search(text):
                return False
        elif bracketed and _OURS[acronym].search(text):
            self.governing[acronym] = True
            return True
        if acronym == "NPS":
            if item.j - item.i > 1:
                return True  # "NPS division", "NPS area"
            return self._nps(sentence, item)
        if before[-1:] in (["un"], ["uncrc"], ["uk's"]) or "convention" in before:
            return False
        if any(place.j == item.i for place in sentence.having("place")):
            return True  # "Essex CRC": a convention has no place
        return None

    def _nps(self, sentence: Sentence, item: Item) -> bool | None:
        low = sentence.tokens.low
        before = low[item.i - 1] if item.i else ""
        after = low[item.j] if item.j < len(low) else ""
        if after in {"colleagues", "members", "branch", "officers", "division", "divisions", "region", "area", "court"}:
            return True
        if before in {"our", "your", "my"} and ("probation" not in self.whole or "promoter" in self.whole):
            return False
        owned = item.i > 0 and item.i - 1 in sentence.tokens.possessive and before in _SELLERS
        if (
            owned
            or (after in {"score", "scores"})
            or (after in {"above", "below", "of"} and _is_number(low, item.j + 1))
        ):
            return False  # "the bank's NPS", "an NPS of 62": of customers
        if after in _DRUG_NEXT or before in {"an", "of-an"}:
            return False
        if sentence_names_region(before):
            return True
        near = set(low[max(0, item.i - 8) : item.j + 8])
        drugs = len(near & _DRUG_NEAR)
        service = len(near & _SERVICE_NEAR)
        if self.governing.get("NPS") and service and not drugs:
            return True
        if self.drugged and before != "the" and after not in {"service", "staff", "team", "teams", "and"}:
            return False
        if (
            before in {"use", "using", "uses", "took", "taking", "smoked", "smoking", "about", "on", "used"}
            and "psychoactive" in self.whole
            and after not in {"division", "staff"}
        ):
            return False
        if drugs and drugs > service and before != "the":
            return False
        return None
