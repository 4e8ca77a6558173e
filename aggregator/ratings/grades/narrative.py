"""Words of praise and blame: are they a judgement of the work, or an ordinary adjective?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.candidate import (
    CLOSING,
    MARKS,
    OPENING,
    Candidate,
    after_grade,
    before_grade,
    clause_words,
    is_ailing,
    is_quoted,
    item_at,
    item_starting,
    naming_verb,
    verb_reaches,
)
from aggregator.ratings.grades.doing import NOT_SO_WELL, why_not_done
from aggregator.ratings.grades.gapped import is_gapped
from aggregator.ratings.grades.wording import WORDS, is_their_word, is_word_of_others
from aggregator.ratings.words.grammar import AFTER_GRADE, DEGREE

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["read_narrative"]


def read_narrative(sentence: Sentence, item: Item) -> Candidate:
    """Judge how a word of praise or blame stands."""
    low = sentence.tokens.low
    kinds = item.kinds
    i, j = item.i, item.j
    quoted = is_quoted(sentence, i, j)
    why = why_not_done(sentence, item)
    if why:
        value = kinds.get("narr_does") or kinds["narr_is"]
        return Candidate(i, j, value, "narrative", "verb", 0.0, quoted, why=why)
    if is_ailing(sentence, i, j):
        return Candidate(i, j, RatingValue.NEGATIVE, "narrative", "attribute", 0.5, quoted)
    if "narr_does" in kinds and "narr_is" not in kinds:
        kind = (
            "weak" if low[i:j] in NOT_SO_WELL else "narrative"
        )  # how one did beside the other gives way to how it did
        return Candidate(i, j, kinds["narr_does"], kind, "verb", 0.6, quoted)
    value = kinds["narr_is"]
    before = before_grade(sentence, i)
    after = after_grade(sentence, j)
    following = low[after] if after < len(low) else ""
    if following == "far" and low[after + 1 : after + 2] in (["too"], ["more"]):
        following = low[after + 1]  # "practice was poor far too often"
    if following in OPENING and low[after + 1 : after + 2] in (["and"], ["but"]):
        following = low[after + 1]  # "is sub-standard “and much of it demonstrably poor”"
    candidate = Candidate(i, j, value, "narrative", "predicate", 0.0, quoted)
    if quoted and not WORDS.isdisjoint(low):
        if is_word_of_others(sentence, i, j):
            candidate.why = "the word itself is spoken of"
            return candidate
        if is_their_word(sentence, i, j):
            candidate.use, candidate.strength = "noun", 0.7
            return candidate
    if (
        quoted
        and before > 0
        and low[before - 1] in {"word", "term", "adjective", "like", "phrase"}
        and (
            following not in {"about", "of", "for", "to"}
            and not any(it.j <= before for it in sentence.having("inspector"))
            and "report" not in low[max(0, before - 5) : before]  # "the report uses the phrase “nowhere near …”"
        )
    ):
        candidate.why = "the word itself is spoken of"
        return candidate
    if not quoted and 0 < i < j < len(low) and _is_of_a_name(sentence.words(i, j), sentence.words(j, j + 1)):
        candidate.why = "part of a name"
        return candidate
    if low[j - 1] in {"better", "worse"} and _only_turns(low, i):
        candidate.why = "which way it goes, not where it stands"  # "the work gets better"
        return candidate
    if low[i - 1 : i] == ["for"] and i > 1 and low[i - 2] in _ASKING:
        candidate.why = "asked for, not found"  # "He called for better supervision"
        return candidate
    if i > 0 and low[i - 1] in _LOOKING_FOR:
        candidate.why = "looked for, not found"  # "inspectors who can spot poor practice"
        return candidate
    if low[i:j] == ["better"] and low[i - 1 : i] == ["or"]:
        candidate.why = "a comparison, not a judgement"  # "‘Good’ or better"
        return candidate
    if following == "than" and item.kinds["narr_is"] is not None and low[i:j][-1:] in (["better"], ["worse"]):
        behind = low[after + 1 : after + 5]
        if any(after < it.i <= after + 4 for it in sentence.having("four")) or not {"expected", "ever"}.isdisjoint(
            behind
        ):
            candidate.why = "a comparison, not a judgement"
            return candidate
    if low[i - 1 : i + 1] == ["short", "of"]:
        candidate.why = "fallen short of"  # "fell short of a good standard"
        return candidate
    k = before
    while k > 0 and (
        low[k - 1] in DEGREE
        or low[k - 1] in OPENING
        or low[k - 1].endswith("ly")
        or low[k - 1] in {"a", "an", "of", "in", "general"}
        or low[max(0, k - 2) : k] == ["not", "yet"]
    ):
        k -= 1
    if low[j : j + 2] == ["set", "of"] and low[j + 2 : j + 3] in (["findings"], ["results"]):
        candidate.strength = 0.7  # "we consider this a very creditable set of findings"
        return candidate
    copula = next(
        (it for it in sentence.items if k <= it.j <= before and ("copula" in it.kinds or "rate" in it.kinds)), None
    )
    if copula is None:
        begin, _ = sentence.clause(i)
        near = sentence.has_between("copula", max(begin, before - 6), before)
        copula = (
            near
            if near is not None
            and all(
                w in DEGREE or w.endswith("ly") or w in OPENING or w in {",", "and", "in", "the"}
                for w in low[near.j : before]
            )
            else None
        )
    if copula is None:
        begin, _ = sentence.clause(i)
        name = next(
            (m.j - m.i for m in sentence.mentions if m.j <= before <= m.j + 3), 1
        )  # "found the staff of X well led"
        verb = sentence.has_between("rate", max(begin, before - 8 - name), k)
        if verb is not None and verb.kinds["rate"] in _NAMING and verb_reaches(sentence, verb, k):
            copula = verb
        else:
            copula = naming_verb(sentence, before)
    if len(low) <= 6 and all(not w[0].isalnum() or w in DEGREE or w.endswith("ly") for w in (*low[:i], *low[j:])):
        candidate.use, candidate.strength = "fragment", 0.5
        return candidate
    if item_starting(sentence, after, "overall") is not None:
        following = ""
    if _is_their_description(sentence, i, j):
        candidate.use, candidate.strength = "noun", 0.7
        return candidate
    if (
        i <= 1
        and following in {"is", "was"}
        and quoted
        and not {"word", "adjective", "verdict", "description", "term"}.isdisjoint(low[after + 1 : after + 5])
    ):
        candidate.use, candidate.strength = "noun", 0.7
        return candidate
    if i <= 1 and following == "," and _as_they_say(sentence, after + 1):
        candidate.use, candidate.strength = "noun", 0.6  # "Poor, say the inspectors."
        return candidate
    if i <= 1 and low[j - 1] in _FAULTS and _was_its_work(sentence, j):
        candidate.use, candidate.strength = "noun", 0.6  # "A key weakness was the work with victims."
        return candidate
    if i <= 1 and following in {"is", "was"} and "heading" not in candidate.use:
        candidate.why = "the word itself is spoken of"
        return candidate
    if copula is None:
        begin, _ = sentence.clause(i)
        near = sentence.has_between("copula", max(begin, before - 6), before)
        if (
            near is not None
            and low[near.j : before][-1:]
            and (low[before - 1] in DEGREE or low[before - 1] in {"and", ","})
            and not any(
                it.i >= near.j
                and it.j <= before
                and not {"body", "aspect", "work", "place", "other"}.isdisjoint(it.kinds)
                for it in sentence.items
            )
        ):
            copula = near
    if "strength" in low[j - 1]:
        candidate.use, candidate.strength = "noun", 0.55
        return candidate
    head = None
    for at in (after, after + 1):
        it = sentence.item_on(at)
        if (
            it is not None
            and it.i == at
            and (
                "aspect" in it.kinds
                or it.kinds.get("work") in _DONE
                or ("body" in it.kinds and at > after and it.kinds["body"][1] != "probation")
            )
        ):
            head = it
            break
    if copula is not None and head is not None and head.i == after and low[head.j - 1] in _KINDS_OF_BODY:
        candidate.use, candidate.strength = "predicate", 0.65  # "to be a well-run organisation"
    elif head is not None and (
        head.i == after
        or low[after] in {"quality", "probation", "standard", "of", "public", "private", "case", "and", "its", "their"}
        or item_at(sentence, after, "body")
    ):
        candidate.use, candidate.strength = "attribute", 0.5
        if value is RatingValue.POSITIVE and (
            i <= 1
            or head.kinds.get("work") in {"practice", "practices"}
            or (head.kinds.get("work") in {"service", "services"} and not _serves(low, i))
            or (
                head.kinds.get("work") == "job"
                and not set(low[max(0, i - 4) : i]) & {"doing", "does", "do", "did", "done"}
            )
        ):
            candidate.why = "an ordinary adjective here, not a judgement of the work"
    elif copula is not None and (
        following in AFTER_GRADE or following in MARKS or not following or following in CLOSING
    ):
        candidate.strength = 0.7
    elif quoted and following in {"about", "of", "for", "to"} and low[before - 1 : before] in _NAMED_AS:
        candidate.use, candidate.strength = "noun", 0.7
    elif quoted and (following in AFTER_GRADE or following in MARKS or not following or following in CLOSING):
        candidate.strength = 0.6
    elif (
        before > 0
        and low[before - 1] in {",", "and", "or", "but", "yet"}
        and any(before - 6 <= it.j <= before for it in sentence.having("narr_is"))
    ):
        candidate.strength = 0.6 if following in AFTER_GRADE or following in MARKS or not following else 0.0
    elif is_gapped(sentence, before) and (following in MARKS or not following or following in {"still", "enough"}):
        candidate.strength = 0.6
    elif before > 0 and low[before - 1] in {":", "–", "—", "-", "|"} and (following in MARKS or not following):
        candidate.strength = 0.5
    elif following in {":", "–", "—", ",", "-", "’", "'", "”"} and all(
        not w[0].isalnum() or w in DEGREE for w in clause_words(sentence, i, j)
    ):
        candidate.use, candidate.strength = "noun", 0.5
    elif (following in MARKS or not following) and _only_body_and_work(sentence, i):
        candidate.strength = 0.55
    elif len(low[i:j]) >= 3 or (value is RatingValue.NEGATIVE and j == len(low)):
        candidate.strength = 0.5
    else:
        candidate.use = "attribute"
        candidate.why = "an ordinary adjective here, not a judgement of the work"
    if candidate.strength == 0.0 and not candidate.why:
        candidate.why = "nothing shows that a judgement is meant"
    begin, _ = sentence.clause(i)
    words = low[max(0, before - 5) : i]
    addressed = "you" in words and "," not in words[words.index("you") :]  # "is, when you add it all up, below par"
    if addressed or "you" in low[begin : begin + 2]:
        candidate.why = "said to the reader"
    return candidate


def _is_their_description(sentence: Sentence, i: int, j: int) -> bool:
    """Like "“Wholly unsatisfactory” is HM Inspectorate of Probation's description of the work with victims"."""
    low = sentence.tokens.low
    k = i
    while k > 0 and (low[k - 1] in DEGREE or low[k - 1].endswith("ly")):
        k -= 1
    if k != 1 or low[0] not in OPENING or low[j : j + 1] == [] or low[j] not in CLOSING:
        return False
    judge = next((it for it in sentence.having("inspector") if j + 2 <= it.i <= j + 3), None)
    if low[j + 1 : j + 2] not in (["is"], ["was"]) or judge is None:
        return False
    return low[judge.j : judge.j + 1] != [] and low[judge.j] in {"description", "verdict", "word", "words", "view"}


_FAULTS: Final = frozenset(("weakness", "concern"))


def _was_its_work(sentence: Sentence, k: int) -> bool:
    """Like "… was the work to reduce harm", "… is its planning": a standard, or what is done, behind the verb."""
    low = sentence.tokens.low
    if low[k : k + 1] not in (["was"], ["is"]) or low[k + 1 : k + 2] not in (["the"], ["its"], ["their"]):
        return False
    found = next((it for it in sentence.items if k + 2 <= it.i <= k + 3), None)
    return found is not None and not {"work", "aspect"}.isdisjoint(found.kinds)


def _only_body_and_work(sentence: Sentence, i: int) -> bool:
    """Like "NPS work good.": a verdict without a verb, on nothing but a body and its work."""
    number = sentence.clauses[i]
    covered = {
        k
        for it in sentence.items
        if not {"body", "work", "aspect", "alias", "place", "narr_is"}.isdisjoint(it.kinds)
        for k in range(it.i, it.j)
    }
    words = [
        k
        for k, word in enumerate(sentence.tokens.low)
        if sentence.clauses[k] == number and word[0].isalnum() and word != "the"
    ]
    return (
        len(words) <= 9
        and all(k in covered for k in words)
        and any(("body" in it.kinds or "alias" in it.kinds) and it.j <= i for it in sentence.items)
    )


_TURNING: Final = frozenset(
    ("gets", "get", "getting", "got", "grew", "grows", "growing", "become", "becomes", "becoming")
)
_LOOKING_FOR: Final = frozenset(
    ("spot", "spotting", "tackle", "tackling", "prevent", "preventing", "challenge", "challenging", "avoid", "avoiding",
     "recognise", "recognising", "root", "combat")
)  # fmt: skip
_ASKING: Final = frozenset(
    ("asked", "asks", "calls", "called", "calling", "ask", "asking", "call", "pressed", "argued")
)


def _as_they_say(sentence: Sentence, k: int) -> bool:
    """Whether from token ``k`` on stands nothing but who says so: "say the inspectors"."""
    low = sentence.tokens.low
    words = sum(word[0].isalnum() for word in low[k:])
    says = any(it.i >= k for it in sentence.having("says"))
    return 0 < words <= 6 and says and any(it.i >= k for it in sentence.having("inspector"))


def _only_turns(low: list[str], i: int) -> bool:
    """Like "the work gets better", "Private probation in London: much better, and yet …"."""
    while i > 0 and low[i - 1] in _MUCH:
        i -= 1
    return i > 0 and (low[i - 1] in _TURNING or low[i - 1] in {":", "–", "—"})


_MUCH: Final = frozenset(("much", "far", "even", "slightly"))
_KINDS_OF_BODY: Final = frozenset(
    ("organisation", "company", "provider", "operation", "outfit", "division", "agency", "firm")
)


def _serves(low: list[str], i: int) -> bool:
    """Like "delivering a good service", "the NPS and some CRCs deliver reasonable services"; "to deliver" is an aim."""
    near = range(max(1, i - 4), i)
    return any(low[k] in _SERVING or (low[k] in {"deliver", "provide"} and low[k - 1] not in _TO) for k in near)


_TO: Final = frozenset(("to", "can", "could", "should", "must", "will", "would", "may", "might", "not", "cannot"))
_SERVING: Final = frozenset(("delivering", "delivers", "delivered", "providing", "provides", "provided", "offering"))
_DONE: Final = frozenset(
    (
        "work",
        "core work",
        "probation work",
        "performance",
        "quality",
        "practice",
        "practices",
        "standard",
        "standards",
        "results",
        "service",
        "services",
        "job",
        "organisation",
        "company",
        "agency",
        "firm",
        "operation",
        "provider",
    )
)


_NAMED_AS: Final = [
    [word] for word in ("word", "words", "adjective", "term", "phrase", "verdict", "description", "label")
]
_NAMING: Final = frozenset(
    (
        "called",
        "calls",
        "described",
        "describe",
        "found",
        "find",
        "finds",
        "judged",
        "judge",
        "judges",
        "considered",
        "deemed",
        "labelled",
        "branded",
        "dubbed",
        "declared",
        "assessed",
        "assess",
        "rated",
        "regarded",
        "seen",
        "viewed",
        "thought",
        "think",
        "thinks",
        "consider",
        "considers",
        "felt",
        "feel",
        "rate",
        "rates",
        "as",
    )
)


def _is_of_a_name(words: str, following: str) -> bool:
    """Like "the Effective Supervision Inspection": capitals in the middle of a sentence that is not all of them."""
    return words[:1].isupper() and not words.isupper() and following[:1].isupper() and not following.isupper()
