"""What of a body's work a grade is of: the whole, or a standard.

The standard that its clause names, else what stands round it (surroundings.py); else the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, ProviderType
from aggregator.ratings.grades.ranges import of_a_range
from aggregator.ratings.verdicts.enumerated import (
    behind_its_rank,
    enclosed_behind,
    given_to,
    has_its_own,
    is_the_verdict,
    label_before,
    listed_behind,
    services_next,
    was_for_behind,
    without_a_verb,
)
from aggregator.ratings.verdicts.outcomes import LED, OUTCOME, raised_its_rating, reasons_end
from aggregator.ratings.verdicts.parts import (
    a_service_that,
    is_conceded,
    is_excepted,
    of_so_many,
    of_the_others,
    offered,
    other_parts,
    parts_of_it,
    some_respects,
)
from aggregator.ratings.verdicts.purposes import (
    SOME_STANDARDS,
    a_weakness_was,
    described,
    failed_at,
    is_for_all_of_it,
    is_of_victims,
    not_helped,
    told_behind,
    told_by_label,
    told_by_purpose,
)
from aggregator.ratings.verdicts.sides import for_services, on_whom
from aggregator.ratings.verdicts.surroundings import aspects_round
from aggregator.ratings.words.vocabulary import SEPARATORS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["aspects_of"]

_BECAUSE: Final = frozenset(("account", "because", "due", "reason", "reasons", "owing", "thanks", "cause"))
_OF: Final = frozenset(("of", "in", "at", "by", "within", "from", "across", "for"))


def aspects_of(sentence: Sentence, candidate: Candidate, scene: Scene) -> tuple[list[str], str, Item | None]:
    """The aspects of a grade, how they were told, and the words that name them where there are any."""
    ends = of_a_range(sentence, candidate.i) if candidate.kind == "four" else []
    if ends:
        return ends, "one end of a range of marks", None
    begin, end = sentence.clause(candidate.i)
    low = sentence.tokens.low
    if low[begin : begin + 1] == ["what"]:
        cleft = next((it for it in sentence.having("aspect") if it.i >= candidate.j), None)
        if cleft is not None:
            return [cleft.kinds["aspect"]], "", cleft
    if low[begin : begin + 2] == ["those", "of"]:
        earlier = [it for it in sentence.having("aspect") if it.j <= begin]
        if earlier:
            return [earlier[-1].kinds["aspect"]], "“those” are the same", None
    if scene.four_point and scene.topic_type is ProviderType.NPS and is_of_victims(low, candidate):
        return ["statutory victim work"], "the words themselves tell of what", None
    if is_for_all_of_it(sentence, candidate):
        return [OVERALL], "", None
    failed = failed_at(sentence, candidate)
    if failed is not None:
        return [failed], "what was not done tells of what", None
    weak = a_weakness_was(sentence, candidate) or described(sentence, candidate) or not_helped(sentence, candidate)
    if weak is not None:
        return [weak], "the words behind it tell of what", None
    given = given_to(sentence, candidate)
    if given is not None:
        return [given], "what it was given to", None
    served = offered(sentence, candidate, begin)
    if served is not None:
        return [served], "what is done for them tells of what", None
    numbers = sentence.clauses
    number = numbers[candidate.i]
    items = [item for item in sentence.having("aspect") if numbers[item.i] == number or begin <= item.i < candidate.i]
    if len(items) == 1 and is_the_verdict(sentence, items[0], candidate):
        return [OVERALL], "the assessment that it was given", None
    reasons = reasons_end(sentence, begin, candidate.i)
    items = [item for item in items if item.i >= reasons or item.j > candidate.i]
    items = [item for item in items if item.i >= candidate.i or not is_conceded(low, begin, item.i)]
    whole = a_service_that(low, begin, candidate.i)
    items = [item for item in items if item.i >= whole]
    if begin < reasons and low[reasons - 1] not in LED and not items and not candidate.is_narrative:
        return [OVERALL], OUTCOME, None
    own = next((it for it in items if it.i == candidate.i), None)
    if own is not None:
        return [own.kinds["aspect"]], "", own
    if begin > 0 and low[begin - 1] == "(":
        named = next((it for it in sentence.having("aspect") if it.j == begin - 1), None)
        if named is not None:
            return [named.kinds["aspect"]], "", named
        inner = sentence.has_between("aspect", max(0, begin - 6), begin - 1)
        if (
            inner is not None
            and low[inner.j] in _OF
            and all(w[0].isalnum() for w in low[inner.j : begin - 1])
            and not any(inner.j <= m.i < begin and not m.pronoun for m in sentence.mentions)
        ):
            return [inner.kinds["aspect"]], "", inner  # "the planning of sentences (‘Good’)"
        was_for = was_for_behind(sentence, candidate.j)
        if was_for is not None:
            return [was_for], "the words behind the brackets tell of what", None
        label = label_before(sentence, begin - 1)
        if label is not None:
            return [label], "", None
        host, _ = sentence.clause(begin - 2)
        hosted = {str(it.kinds["aspect"]) for it in sentence.having("aspect") if host <= it.i and it.j < begin}
        if len(hosted) == 1 and not any(m.j == begin - 1 and not m.pronoun for m in sentence.mentions):
            return [hosted.pop()], "what its clause is on", None  # "unpaid work hits the mark (‘Good’)"
    gapped = without_a_verb(sentence, candidate) or behind_its_rank(sentence, candidate)
    if gapped is not None:
        return [gapped], "the words beside it tell of what", None
    enclosed = enclosed_behind(sentence, candidate)
    if enclosed is not None:
        return [enclosed.kinds["aspect"]], "", enclosed
    # "R for leadership, for staff": what follows
    after = [it for it in items if it.i >= candidate.j and it.j <= end]
    if after:
        gap = [w for w in low[candidate.j : after[0].i] if w not in "\"“”‘’'`,"]
        if any(
            ("four" in it.kinds or "ordinal" in it.kinds) and candidate.j <= it.i < after[0].i for it in sentence.items
        ):
            gap = ["."] * 9  # another grade stands between: the standard is that one's
        if has_its_own(sentence, candidate.j, after[0]):
            gap = ["."] * 9  # "assessment was ‘Good’, planning ‘Inadequate’"
        if not _BECAUSE.isdisjoint(low[candidate.j : after[0].i]):
            gap = ["."] * 9  # "‘Requires improvement’, largely on account of staff": why, not what
        joined = not gap and (candidate.use in {"attribute", "noun"} or low[candidate.j - 1] in {"to", "of"})
        joined = joined or gap[:2] in (["applied", "to"], ["went", "to"], ["was", "for"], ["is", "for"])
        joined = joined or (len(gap) <= 2 and "strength" in low[candidate.j - 1])
        joined = joined or (
            len(gap) <= 5 and not {"for", "on", "in", "at", "to"}.isdisjoint(gap) and _NOT_JOINED.isdisjoint(gap)
        )
        if joined:
            names = [after[0].kinds["aspect"]]
            last = after[0]
            for item in after[1:]:
                between = low[last.j : item.i]
                if (
                    len(between) <= 4
                    and not _has_verb(sentence, item)
                    and not SEPARATORS.isdisjoint(between)
                    and all(w in {"for", "on", "in", "its", "the", "and", ",", "&"} for w in between)
                ):
                    names.append(item.kinds["aspect"])
                    last = item
                else:
                    break
            if _and_services(sentence, last.j):
                names.append("services")
            return names, "", after[0]
    if candidate.kind == "four" and candidate.marked:
        served = on_whom(sentence, candidate, end)
        if served is not None:
            return [served], "whom it is for tells of what", None
    listed = listed_behind(sentence, candidate, begin)
    if listed:
        return [item.kinds["aspect"] for item in listed], "named behind the colon", listed[0]
    if not candidate.is_narrative and raised_its_rating(low, candidate.i):
        return [OVERALL], "“overall”, what the rating before was of", None
    if (
        of_so_many(sentence, candidate, counted=scene.counted)
        or other_parts(sentence, candidate)
        or some_respects(sentence, candidate, begin)
        or (parts_of_it(low, begin) and not any(begin <= it.i < candidate.i for it in items))
    ):
        if scene.section_aspect and _all_standards(low, begin, candidate.i):
            return [scene.section_aspect], "the heading names the aspect", None
        return [SOME_STANDARDS], "said of some standards", None
    if (
        not candidate.is_narrative
        and "taken" in low[max(begin, candidate.i - 12) : candidate.i]
        and any(low[k : k + 2] == ["taken", "together"] for k in range(max(begin, candidate.i - 12), candidate.i))
    ):
        return [OVERALL], "“overall”, all taken together", None
    if scene.aspect is not None and _is_at_it(low, candidate):
        return [scene.aspect], "the standard spoken of just before", None
    purpose = told_by_purpose(sentence, candidate, begin)
    if purpose is not None:
        return [purpose], "what it is for tells of what", None
    label = told_by_label(sentence) if candidate.is_narrative and not scene.four_point else None
    if label is not None and ":" in low[: candidate.i]:
        return [label], "the words before the colon tell of what", None
    near_overall = sentence.has_between("overall", max(begin, candidate.i - 8), min(end, candidate.j + 4))
    moved = sentence.has_between("overall", max(begin, candidate.i - 14), candidate.i)
    if near_overall is None and moved is not None:
        summed_up = _moved_to(low, moved, candidate) or _they_judged(sentence, moved, candidate)
        near_overall = moved if summed_up else None
    if (
        near_overall is not None
        and any(
            near_overall.j <= it.i and it.j <= candidate.i and ("four" in it.kinds or "ordinal" in it.kinds)
            for it in sentence.items
        )
        and not _moved_to(low, near_overall, candidate)
    ):
        near_overall = None  # "Good overall and Outstanding for victims"
    if near_overall is not None and (
        _belongs_to_aspect(sentence, near_overall) or _belongs_to_grade(sentence, near_overall, candidate)
    ):
        near_overall = None
    if near_overall is not None:
        before = low[near_overall.j] if near_overall.j < len(low) else ""
        aspect_subject = sentence.has_between("aspect", begin, candidate.i)
        body_between = aspect_subject is not None and any(
            m.i >= aspect_subject.j and m.j <= candidate.i and not m.bare for m in sentence.mentions
        )
        if (
            aspect_subject is None
            or near_overall.i >= candidate.j
            or before in {"rating", "grade", "mark"}
            or (body_between and candidate.kind != "narrative")
        ):
            if (
                scene.section_aspect
                and candidate.kind == "narrative"
                and not any(not m.pronoun and not m.other for m in sentence.mentions)
            ):
                return [scene.section_aspect], "the heading names the aspect", None
            if not (aspect_subject is not None and candidate.kind == "narrative" and near_overall.i > candidate.i):
                return [OVERALL], "“overall”", None
    if (
        not candidate.is_narrative
        and "services" in low
        and (services_next(low, candidate) or for_services(sentence, candidate))
    ):
        return ["services"], "", None
    if candidate.is_narrative and any(low[k : k + 2] == ["services", "for"] for k in range(begin, candidate.i - 1)):
        return ["services"], "", None  # "the services for women were impressive"
    if candidate.use == "noun" and candidate.marked and not candidate.is_narrative:
        told = told_behind(sentence, candidate, end)  # "‘Good’ for leadership, ‘Outstanding’ for victims"
        if told is not None:
            return [told], "the words behind it tell of what", None
    left = [it for it in items if it.j <= candidate.i and it.i >= begin and not _in_an_aside(low, it, candidate)]
    if candidate.is_narrative and candidate.use == "attribute":
        # "too few staff, sub-standard performance", "from a lack of staff to the sub-standard performance of …"
        left = [it for it in left if "," not in low[it.j : candidate.i] and not _begins_a_range(low, it, candidate)]
        if low[candidate.i - 2 : candidate.i] in _AND_ANOTHER:
            left = []  # "a shortage of staff and the sub-standard performance of providers"
    if left:
        item = left[-1]
        if not candidate.is_narrative and of_the_others(sentence, item.j, candidate.i):
            return [SOME_STANDARDS], "said of all other standards", None
        if not _overruled(sentence, item, candidate):
            names = [item.kinds["aspect"]]
            at = item
            for other in reversed(left[:-1]):
                between = low[other.j : at.i]
                if (
                    len(between) <= 3
                    and not _is_given(sentence, other)
                    and not SEPARATORS.isdisjoint(between)
                    and all(w in SEPARATORS or w in {"both", "its", "the"} for w in between)
                ):
                    names.insert(0, other.kinds["aspect"])
                    at = other
                else:
                    break
            return names, "", item
    behind = candidate.j
    while behind < len(low) and (not low[behind][0].isalnum() or low[behind] in _MARK):
        behind += 1
    behind += low[behind : behind + 2] in (["was", "for"], ["is", "for"], ["went", "for"])
    if low[behind : behind + 2] == ["for", "services"] or (
        low[behind : behind + 1] == ["for"] and low[behind + 1 : behind + 3] in _ITS_SERVICES
    ):
        return ["services"], "", None
    if candidate.kind in {"four", "ordinal"} and "services" in low:
        services = [
            it for it in sentence.items if it.j <= candidate.i and it.i >= begin and low[it.i : it.j] == ["services"]
        ]
        if (
            services
            and (
                services[-1].i in {0, begin}
                or services[-1].i - 1 in sentence.tokens.possessive
                or low[max(0, services[-1].i - 1)]
                in {"our", "its", "their", "and", "the", ",", "rated", "graded", "judged", "rates", "for", "on"}
            )
            and not any(m.i < services[-1].j <= m.j for m in sentence.mentions)
        ):
            return ["services"], "", services[-1]
    return aspects_round(sentence, candidate, scene)


_AND_ANOTHER: Final = (["and", "the"], ["and", "a"], ["and", "an"], ["and", "some"])


def _begins_a_range(low: list[str], aspect: Item, candidate: Candidate) -> bool:
    return "from" in low[max(0, aspect.i - _GIVEN) : aspect.i] and "to" in low[aspect.j : candidate.i]


def _has_verb(sentence: Sentence, item: Item) -> bool:
    """Like "‘Good’ for leadership, staffing was ‘Inadequate’": a standard with a verb of its own."""
    return any(it.i == item.j for it in sentence.having("copula"))


def _is_given(sentence: Sentence, item: Item) -> bool:
    """Like "an ‘Outstanding’ was given for partnerships, staffing was …": a standard with a grade of its own before."""
    low = sentence.tokens.low
    return low[item.i - 1 : item.i] == ["for"] and any(0 < item.i - it.j <= _GIVEN for it in sentence.having("four"))


_GIVEN: Final = 6


def _they_judged(sentence: Sentence, overall: Item, candidate: Candidate) -> bool:
    """Like "so that overall HM Inspectorate of Probation assessed it as ‘Requires improvement’": what, and by whom."""
    judge = sentence.has_between("inspector", overall.j, min(overall.j + 6, candidate.i))
    rated = sentence.has_between("rate", judge.j, candidate.i) if judge is not None else None
    return rated is not None and sentence.has_between("aspect", overall.j, candidate.i) is None


def _moved_to(low: list[str], overall: Item, candidate: Candidate) -> bool:
    """Like "raised its overall grade from ‘Requires improvement’ to ‘Good’": the second grade is overall as well."""
    moved = low[overall.j : overall.j + 1] in (["rating"], ["grade"], ["mark"]) and "from" in low[overall.j :]
    k = candidate.i
    while k > overall.j and (not low[k - 1][0].isalnum() or low[k - 1] in {"a", "an"}):
        k -= 1
    return moved and low[k - 1] == "to" and "from" in low[overall.j : k] and "and" not in low[overall.j : k]


def _is_at_it(low: list[str], candidate: Candidate) -> bool:
    """Like "one of six to be ‘Good’ at it": the grade is of what the sentence before spoke of."""
    k = candidate.j
    while k < len(low) and not low[k][0].isalnum():
        k += 1
    return low[k : k + 2] in (
        ["at", "it"],
        ["at", "this"],
        ["at", "that"],
        ["in", "this"],
        ["for", "it"],
        ["for", "this"],
    )


def _in_an_aside(low: list[str], aspect: Item, candidate: Candidate) -> bool:
    """Like "The company, which was set up to cut reoffending, was poor": of what the relative clause speaks."""
    if "," not in low[aspect.j : candidate.i]:
        return False
    if is_excepted(low, aspect.j):
        return True
    k = aspect.i - 1
    while k > 0 and low[k] != "," and aspect.i - k <= _ASIDE:
        k -= 1
    return low[k] == "," and low[k + 1] in {"which", "who", "whose"}


_ASIDE: Final = 10
_NOT_JOINED: Final = frozenset(("but", "and", ".", "no", "save", "except", "bar", "apart", "barring"))
_MARK: Final = frozenset(("mark", "score", "grade", "rating"))
_ITS_SERVICES: Final = [[word, "services"] for word in ("its", "their", "the", "our")]


def _belongs_to_aspect(sentence: Sentence, overall: Item) -> bool:
    """Whether "overall" is of one standard: "the overall standard of supervision", "supervision as a whole"."""
    low = sentence.tokens.low
    if low[overall.j : overall.j + 1] and low[overall.j] in {"standard", "quality", "level"}:
        return any(overall.j < it.i <= overall.j + 3 for it in sentence.having("aspect"))
    whole = low[overall.j - 1] in {"whole", "round"}
    return whole and any(it.j == overall.i for it in sentence.having("aspect"))


def _belongs_to_grade(sentence: Sentence, overall: Item, candidate: Candidate) -> bool:
    """Like "rated ‘Good’ overall in May, with an ‘Outstanding’ for its services": of the grade right before it."""
    low = sentence.tokens.low
    if overall.j > candidate.i or "," not in low[overall.j : candidate.i]:
        return False
    return any(
        it.j <= overall.i and all(not word[0].isalnum() for word in low[it.j : overall.i])
        for it in sentence.having("four")
    )


def _and_services(sentence: Sentence, behind: int) -> bool:
    """Like "Good for leadership and for services": that one standard whose name is an ordinary word."""
    low = sentence.tokens.low
    at = behind + 1 + (low[behind + 1 : behind + 2] == ["for"])
    told = any(at < it.i <= at + 4 for it in sentence.having("four"))  # "and for services a ‘Requires improvement’"
    return low[behind : behind + 1] == ["and"] and low[at : at + 1] == ["services"] and not told


def _overruled(sentence: Sentence, aspect: Item, candidate: Candidate) -> bool:
    """Whether a body stands between an aspect and the grade as the grade's own subject or object."""
    low = sentence.tokens.low
    if any(
        aspect.j < it.i < candidate.i and low[it.i - 1] in {"its", "their", "whose"} for it in sentence.having("work")
    ):
        return True  # "whose staff are stretched and whose work is not up to standard"
    if any(
        low[k] == "that" and any(k < it.i <= k + 3 for it in sentence.having("work"))
        for k in range(aspect.j, candidate.i - 1)
    ):
        return True  # "the commitment of staff impressed inspectors, who said that the work was not up to scratch"
    for mention in sentence.mentions:
        if mention.i < aspect.j or mention.j > candidate.i or mention.other or mention.bare or mention.pronoun:
            continue
        k = mention.i
        while k > 0 and low[k - 1] in {"the", "this", "that", "each", "both", "a", "an", "its", "our"}:
            k -= 1
        if k > 0 and low[k - 1] in _OF and sentence.has_between("rate", aspect.j, mention.i) is None:
            continue
        return True
    return False


def _all_standards(low: list[str], begin: int, end: int) -> bool:
    """Like "All four standards were ‘Inadequate’", under the heading that they have in common."""
    return any(low[k] == "all" and "standards" in low[k + 1 : min(k + 5, end)] for k in range(begin, end))
