"""Whom the clause of a grade names.

The nearest body before the grade that is not mentioned in passing; else one after it that "for", "of" or nothing joins
to it. A place stands for a body where it is said like one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.verdicts.agents import doer_behind
from aggregator.ratings.verdicts.counting import bracket_after, counted_class, listed_by_name
from aggregator.ratings.verdicts.groups import given_behind, group_after, group_before
from aggregator.ratings.verdicts.sharing import in_whose_hands
from aggregator.ratings.verdicts.singled import member_before, place_is_subject, singled_out

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["named_in_clause"]


def _is_example(low: list[str], mention: Mention) -> bool:
    """Like "the other two, one of them London, are …": one of those that are counted, not who is judged."""
    return low[max(0, mention.i - 3) : mention.i] == ["one", "of", "them"] or (
        low[max(0, mention.i - 2) : mention.i] == ["among", "them"]
    )


def _is_for_somebody(low: list[str], mention: Mention) -> bool:
    """Like "the services for women": what a body offers, and not the services themselves."""
    return mention.word == "anaphor" and low[mention.j - 1 : mention.j + 1] == ["services", "for"]


def named_in_clause(
    sentence: Sentence, candidate: Candidate, scene: Scene, aspect: Item | None
) -> tuple[list[Mention], str, float]:
    """The bodies that a grade is of by its own clause, how they were told, and how surely (0 to 1).

    ``aspect`` is the words that name its standard, if any do. No bodies where the clause names none.
    """
    begin, end = sentence.clause(candidate.i)
    low = sentence.tokens.low
    mentions = sentence.mentions
    numbers = sentence.clauses
    number = numbers[candidate.i]
    inside = [k for k, m in enumerate(mentions) if m.i >= begin and m.j <= end and (m.listed or numbers[m.i] == number)]
    # "(inadequate)" right behind a name
    if begin > 0 and low[begin - 1] == "(" and candidate.i <= begin + 1:
        before = [k for k, m in enumerate(mentions) if m.j <= begin - 1]
        if before and begin - 1 - mentions[before[-1]].j <= 2 and aspect is None:
            return [mentions[before[-1]]], "in brackets behind the name", 0.95
    listed = listed_by_name(sentence, candidate)
    if listed:
        return listed, "named behind the grade", 0.85
    bracket = bracket_after(sentence, candidate)
    if bracket:
        return bracket, "in brackets behind the grade", 0.85
    given = given_behind(sentence, candidate.j) if candidate.kind == "four" else None
    if given is not None:
        return group_after(sentence, mentions, mentions.index(given)), "joined to the grade", 0.92
    right = _right(sentence, candidate, [mentions[k] for k in inside])
    if right is not None:
        at = mentions.index(right)
        return group_after(sentence, mentions, at), "joined to the grade", 0.92
    hands = in_whose_hands(sentence, candidate)
    if hands is not None:
        return [hands], "in whose hands it is", 0.9
    left = [k for k in inside if mentions[k].j <= candidate.i and not mentions[k].demoted]
    left = [k for k in left if not _is_example(low, mentions[k]) and not _is_for_somebody(low, mentions[k])]
    left = [k for k in left if not (mentions[k].pronoun and any(not mentions[x].pronoun for x in left))] or left
    placed = all(
        mentions[k].other
        or _is_whoever(low, mentions[k])
        or (mentions[k].bare and not place_is_subject(sentence, mentions[k]))
        for k in left
    )
    doer = doer_behind(sentence, candidate) if placed else None
    if doer is not None and not _HOW_DONE.isdisjoint(low[candidate.i : candidate.j]):
        return [doer], "who did it", 0.85
    before_it = [
        it.j
        for kind in ("four", "ordinal")
        for it in sentence.having(kind)
        if it.j <= candidate.i and it.i >= begin and sentence.same_clause(it.i, candidate.i)
    ]
    if before_it and candidate.kind in {"four", "ordinal"}:
        own = [k for k in left if mentions[k].i >= max(before_it) and mentions[k].bare]
        if own and not any(mentions[k].i >= max(before_it) and not mentions[k].bare for k in left):
            return group_before(sentence, mentions, own[-1]), "the place before this grade", 0.8
    if not left:
        inner = [
            k
            for k, m in enumerate(mentions)
            if begin <= m.i and m.j <= candidate.i and not m.demoted and not m.pronoun and not m.other
        ]
        if (
            inner
            and all(mentions[k].bare or mentions[k].areas for k in inner)
            and any(sentence.same_clause(x, candidate.i) for x in range(begin, mentions[inner[0]].i))
            and low[mentions[inner[-1]].j : mentions[inner[-1]].j + 1] in (["–"], ["—"], [")"], ["-"])
        ):
            return [mentions[k] for k in inner], "named between dashes", 0.8
    strong = [k for k in left if not mentions[k].bare] or left
    units = [k for k in strong if mentions[k].type is ProviderType.PDU and mentions[k].areas]
    if units and mentions[strong[-1]].type is ProviderType.REGION and low[mentions[strong[-1]].i - 1] in _OF_REGION:
        strong = units  # "Somerset PDU, the other one in the South West region, received …"
    if left and strong[-1] != left[-1] and mentions[strong[-1]].plural and _is_it_itself(sentence, mentions[left[-1]]):
        strong = left  # "in other divisions it was good, and so London is a disappointment"
    counted = counted_class(sentence, candidate, mentions, left)
    if counted is not None:
        return [mentions[counted]], "so many of the class", 0.85
    singled = singled_out(sentence, mentions, left)
    if singled is not None:
        return group_before(sentence, mentions, singled), "singled out of the class", 0.85
    if strong:
        k = strong[-1]
        if mentions[k].bare and not place_is_subject(sentence, mentions[k]):
            strong = [x for x in strong if not mentions[x].bare or place_is_subject(sentence, mentions[x])]
            if not strong:
                who = {"who", "that", "which"}.isdisjoint(
                    low[begin : mentions[k].i]
                )  # "those who serve Tyneside have …"
                place = _elsewhere(scene, mentions[k]) if who else None
                return ([place], "the place it is said of", 0.7) if place is not None else ([], "", 0.0)
            k = strong[-1]
        what_it_runs = mentions[k].any_probation and not mentions[k].areas and _is_run(low, mentions[k])
        if mentions[k].pronoun or (mentions[k].word == "anaphor" and mentions[k].type is None) or what_it_runs:
            named = [
                x
                for x in range(k)
                if not mentions[x].pronoun
                and not (mentions[x].word == "anaphor" and mentions[x].type is None)
                and not mentions[x].demoted
                and not (mentions[x].any_probation and not mentions[x].areas)
                and not (mentions[x].bare and not place_is_subject(sentence, mentions[x]))
            ]
            if named and not mentions[named[-1]].other:
                return (
                    group_before(sentence, mentions, named[-1]),
                    "the pronoun stands for who is named before it",
                    0.85,
                )
        member = member_before(sentence, mentions[k])
        if member is not None:
            return [member], "one of the class", 0.88
        return group_before(sentence, mentions, k), "in the same clause", 0.9
    after = [k for k in inside if mentions[k].i >= candidate.j and not mentions[k].demoted and not mentions[k].pronoun]
    after = [k for k in after if not mentions[k].bare or scene.topic_type is not None]
    if candidate.use == "noun" and not left and low[end - 1 : end] in ([":"], [","], ["–"], ["—"]) and end - begin <= 8:
        ahead = [k for k, m in enumerate(mentions) if m.i >= end and not m.demoted and not m.pronoun and m.i - end <= 4]
        if ahead:
            return group_after(sentence, mentions, ahead[0]), "in the same headline", 0.75
    if after and candidate.use in {"noun", "attribute", "verb"} and aspect is None:
        return group_after(sentence, mentions, after[0]), "in the same clause, after the grade", 0.75
    return [], "", 0.0


def _is_whoever(low: list[str], mention: Mention) -> bool:
    """Like "those who posed a higher risk were managed well by the NPS": people, and no bodies."""
    return mention.pronoun and low[mention.i] == "those" and low[mention.j] in {"who", "with", "whose", "whom", "under"}


def _is_run(low: list[str], mention: Mention) -> bool:
    """Like "the NPS delivers probation that we find to be good": the service is that of who delivers it."""
    return mention.i > 0 and low[mention.i - 1] in _RUNNING


_RUNNING: Final = frozenset(("delivers", "delivered", "delivering", "provides", "provided", "providing", "runs", "ran"))
_OF_REGION: Final = frozenset(("in", "the", "of"))
_HOW_DONE: Final = frozenset(("well", "badly", "poorly", "effectively", "ineffectively", "competently", "properly",
                            "help", "support"))  # fmt: skip


def _is_it_itself(sentence: Sentence, place: Mention) -> bool:
    """Whether a place is the subject of the verb right behind it."""
    return place.bare and place_is_subject(sentence, place) and any(it.i == place.j for it in sentence.having("copula"))


def _elsewhere(scene: Scene, place: Mention) -> Mention | None:
    """Like "in Kent planning was inadequate": a place other than that of the body spoken of before."""
    kind = next((mention.type for mention in scene.focus if mention.type is not None), scene.topic_type)
    if kind is None:
        return None
    here = {area for mention in scene.focus for area in mention.areas} | set(scene.topic_areas.get(kind, ()))
    if kind is ProviderType.PDU and not scene.vocabulary.is_of_a_unit(place.areas[0]):
        return None
    return Mention(place.i, place.j, kind, list(place.areas)) if scene.names_another(place.areas[0], here) else None


def _right(sentence: Sentence, candidate: Candidate, inside: list[Mention]) -> Mention | None:
    low = sentence.tokens.low
    subject = any(m.j <= candidate.i and not m.demoted and not m.bare and not m.pronoun for m in inside)
    for mention in inside:
        if mention.i < candidate.j or mention.pronoun or (mention.bare and subject):
            continue
        gap = [word for word in low[candidate.j : mention.i] if word not in "\"“”‘’'`"]
        if len(gap) > 7 or "than" in gap:
            return None
        if candidate.use in {"noun", "attribute"} and not gap and not mention.bare:
            return mention
        if (
            candidate.use == "noun"
            and gap
            and gap[-1] in {"for", "to", "the", "of", "by"}
            and {"but", "and", ",", ";", "with"}.isdisjoint(gap[1:] if gap[0] == "," else gap)
        ):
            joined = not {"for", "to", "of", "went", "goes"}.isdisjoint(gap)
            if joined:
                return mention
        if (
            candidate.use == "attribute"
            and not {"by", "of", "from", "at", "in"}.isdisjoint(gap)
            and {",", ";"}.isdisjoint(gap)
        ):
            return mention
    return None
