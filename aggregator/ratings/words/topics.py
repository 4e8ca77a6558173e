"""What a standard is about, told by the words of a subject that no list of names has.

"Help for prisoners on release", "its management board", "the way plans are reviewed": a phrase is of the standard that
its telling words are of, unless its head is a person or a thing that nobody inspects.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "HANDLING",
    "aim_of",
    "is_its_handling",
    "is_work",
    "people_of",
    "purpose_of",
    "standard_of",
    "standard_served",
    "theme_of",
    "work_with",
]

_STEMS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("out-of-court disposals", ("out-of-court", "caution", "divert", "diversion")),
    ("unpaid work", ("unpaid", "payback")),
    ("through the gate", ("resettle", "release", "gate", "through-the-gate", "prison", "jail", "custody", "leaving")),
    ("statutory victim work", ("victim",)),
    ("court work", ("court", "courts", "sentencer", "magistrate", "pre-sentence", "allocation", "bench")),
    ("leadership", ("leader", "governance", "board", "management", "managers", "strateg", "vision", "head")),
    ("staff", ("staff", "workforce", "workload", "caseload", "training", "recruit", "vacanc", "retention")),
    ("information and facilities", ("facilit", "building", "premises", "offices", "information", "data", "technology")),
    ("services", ("range", "interventions", "programmes", "courses", "services")),
    ("partnerships", ("partner",)),
    ("reviewing", ("review",)),
    ("planning", ("plan", "planning")),
    ("assessment", ("assess",)),
    ("implementation and delivery", ("deliver", "implement")),
    ("public protection", ("sex", "protect", "safe", "safety", "risk", "risks", "harm", "safeg", "danger", "abuse")),
    ("reducing reoffending", ("reoffend", "re-offend", "offending", "rehabilit", "desist", "behaviour", "lives",
                              "change", "crime")),
    ("delivering the sentence", ("sentence", "sentences", "order", "orders", "enforce", "breach", "compl")),
    ("case supervision", ("supervis", "casework", "cases", "case", "offender", "individual")),
)  # fmt: skip
_AIMS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("public protection", ("protect", "safe", "safety", "safeg", "shield", "risk", "risks", "harm", "danger", "sex",
                           "abuse", "abusive", "abuser")),
    ("reducing reoffending", ("reoffend", "re-offend", "rehabilit", "desist", "offending", "crime", "lives")),
    ("delivering the sentence", ("sentence", "sentences", "orders", "enforc", "breach", "compl", "served")),
)  # fmt: skip
"""What work with offenders is for, in the order in which it is told: the three aspects of 2016 to 2018."""
_WHOLE: Final = frozenset(
    """
    abuse bench board case cases change courses court crime data gate harm head jail lives order orders plan prison
    range risk risks safe safety sentence sentences services sex
    """.split()  # noqa: SIM905 - reads as a list of words
)


def _in_text(table: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (name, tuple(f" {stem} " if stem in _WHOLE else f" {stem}" for stem in stems)) for name, stems in table
    )


_STEMS_IN_TEXT: Final = _in_text(_STEMS)
_AIMS_IN_TEXT: Final = _in_text(_AIMS)
"""The same as they stand in words with spaces round them: a stem begins a word, some stems are one."""
_NOBODY: Final = frozenset(
    """
    people person man woman men women boy girl boys girls child children prisoner prisoners inmates victims offender
    offenders officer officers worker workers volunteer volunteers mentor mentors manager member members practitioner
    practitioners trainee trainees employee employees client clients user users resident residents reader readers
    guidance evidence research morale weather food coffee pay offer attendance news response reply book film speech
    website phone canteen car parking ventilation wifi lift heating survey study article blog post song game throw
    toilet toilets kettle biscuit biscuits carpet quiz idea ideas question questions story headline headlines money
    budget funding contract contracts union unions minister mps committee figures figure number numbers target targets
    ward wing cell cells hospital school college university theatre
    """.split()  # noqa: SIM905 - reads as a list of words
)
_WORK: Final = frozenset(
    """
    work action activity help support service services management arrangements process processes practice practices
    plans planning reports reporting checks checking oversight contact allocation handling way approach quality
    standard standards supervision provision programmes courses interventions records recording information protection
    assessments assessment reviews delivery efforts part side board governance strategy use level casework advice
    preparation
    """.split()  # noqa: SIM905 - as above
)
HANDLING: Final = frozenset(("way", "ways", "approach", "handling", "treatment", "conduct"))
"""How something is done: behind "its", the body's work."""
_DOING: Final = frozenset(
    """
    assessing changing enforcing getting helping keeping making managing planning preparing protecting reviewing
    safeguarding seeing stopping supervising supporting turning
    """.split()  # noqa: SIM905 - reads as a list of words
)
_PREPOSITIONS: Final = frozenset(("of", "for", "with", "in", "on", "at", "by", "to", "from", "that", "which", "given",
                                  "who", "and", "is", "are", "was", "were", "has", "have", "had"))  # fmt: skip
_ARTICLES: Final = frozenset(
    ("the", "a", "an", "its", "their", "this", "that", "all", "but", "and", "both", "our", "his")
)


def _words(phrase: str) -> list[str]:
    return [
        word
        for raw in phrase.lower().split()
        if (word := raw.strip("“”‘’\"'(),;:.!?–—").removesuffix("’s").removesuffix("'s"))
    ]


def _head(words: list[str]) -> str:
    """The last word before the first preposition, articles in front apart."""
    at = 0
    while at < len(words) - 1 and words[at] in _ARTICLES:
        at += 1
    head = words[at]
    for word in words[at:]:
        if word in _PREPOSITIONS:
            break
        head = word
    return head


_NAME: Final = " community rehabilitation "
"""Of a company: what it is called, not what it is praised or blamed for."""


_UNIT: Final = " delivery unit"
"""Of a PDU, the same."""


def standard_of(phrase: str) -> str | None:
    """The standard that a phrase is of; None where nothing tells, or it is of somebody or something else."""
    words = _words(phrase)
    if words[:1] == ["how"] or words[:2] == ["the", "way"]:
        words = ["work", "on", *words]  # "how it gets victims to take part": what is done, whoever it is done with
    if not words or _head(words) in _NOBODY or words[0] == "national":
        return None
    spaced = f" {' '.join(words)} ".replace(_NAME, " ").replace(_UNIT, " unit")
    for standard, stems in _STEMS_IN_TEXT:
        for stem in stems:
            if stem in spaced:
                return standard
    return None


_RISK_GROUPS: Final = tuple(f" of {how} risk " for how in ("high", "higher", "medium", "low", "lower", "a higher"))
"""Like "people of higher risk": which offenders are meant, as the NPS has these and the CRCs those; no aim."""


def aim_of(phrase: str) -> str | None:
    """Which of the three aims of the work a phrase is of; None where it tells of none."""
    spaced = f" {' '.join(_words(phrase))} ".replace(_NAME, " ")
    for grouped in _RISK_GROUPS:
        spaced = spaced.replace(grouped, " ")
    for aim, stems in _AIMS_IN_TEXT:
        for stem in stems:
            if stem in spaced:
                return aim
    return None


def is_work(phrase: str) -> bool:
    """Whether the head of a phrase is a word for work that is done."""
    words = _words(phrase)
    return bool(words) and (_head(words) in _WORK or words[0] in _DOING)


def is_its_handling(phrase: str) -> bool:
    """Like "its way of getting victims to take part", "its case handling": the body's own work, not anybody's."""
    words = _words(phrase)
    return len(words) > 1 and words[0] in {"its", "their"} and _head(words) in HANDLING


_SERVED: Final = frozenset(("court work", "through the gate", "statutory victim work", "out-of-court disposals"))
"""The standards of work that is told by whom it is with: "those who go to court", "people who leave jail"."""


def purpose_of(phrase: str) -> str | None:
    """The standard that "work to …", "work on …" is of; None where the phrase is no such thing."""
    words = _words(phrase)
    for k in range(len(words) - 3, 0, -1):  # "work it does with prisoners"
        if words[k] in _IT and words[k - 1] == "work" and words[k + 1] in _DOES:
            del words[k : k + 2]
    if words[:1] == ["what"]:  # "what the division does for victims"
        done = next((k for k in range(1, len(words) - 2) if words[k] in _DOES and words[k + 1] in {"for", "with"}), 0)
        served = standard_served(" ".join(words[done + 2 :])) if done else None
        if served is not None:
            return served
    for k in range(len(words) - 2):
        if words[k] in _WORK_ON and words[k + 1] in {"to", "on"}:
            return standard_of(" ".join(words[k:]))
        if words[k] == "work" and words[k + 1] == "with":
            found = standard_served(" ".join(words[k + 2 :])) or standard_of(" ".join(words[k:]))
            return found if found in _SERVED or " supervis" in phrase.lower() else None
        if (
            words[k] == "work"
            and words[k + 1] in {"at", "in"}
            and not {"court", "courts"}.isdisjoint(words[k + 2 : k + 6])
        ):
            return "court work"
    return None


_WORK_ON: Final = frozenset(("work", "action", "efforts", "practice", "record"))
_IT: Final = frozenset(("it", "they", "that"))
_DOES: Final = frozenset(("does", "do", "did", "done"))


def work_with(phrase: str) -> str | None:
    """Case supervision, where a phrase is on work with those who are supervised; None where it is not."""
    words = _words(phrase)
    with_them = any(words[k : k + 2] == ["work", "with"] for k in range(min(3, len(words))))
    return "case supervision" if with_them and standard_of(phrase) == "case supervision" else None


_MANAGERS: Final = frozenset(("managers", "bosses", "chiefs", "executives", "leaders", "management", "heads"))
_STAFF: Final = frozenset(("staff", "officers", "practitioners", "workers", "workforce", "employees", "teams"))


def people_of(phrase: str) -> str | None:
    """The standard that a grade of a body's own people is of: "its managers", "the unit's officers"."""
    words = _words(phrase)
    head = _head(words) if words else ""
    return "leadership" if head in _MANAGERS else "staff" if head in _STAFF else None


def standard_served(phrase: str) -> str | None:
    """The standard of work that is done for the people a phrase names: victims, courts, those leaving prison."""
    words = set(_words(phrase))
    for standard, stems in (
        ("statutory victim work", {"victims", "victim"}),
        ("court work", {"courts", "sentencers", "magistrates", "judges", "benches"}),
        ("through the gate", {"prisoners", "jail", "prison"}),
    ):
        if words & stems:
            return standard
    return None


def theme_of(low: list[str]) -> str | None:
    """The standard of a thematic inspection's subject that a title names: "Domestic abuse: what inspectors found"."""
    told = any(low[k] == "domestic" and low[k + 1] in {"abuse", "violence", "abusers"} for k in range(len(low) - 1))
    return "public protection" if told else None
