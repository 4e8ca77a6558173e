"""The first look over a post: its kinds of body, its places, its topic, and whether it is about an inspection."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind, ProviderType, RatingValue
from aggregator.ratings.post.titles import explains, is_long_ago
from aggregator.ratings.words.items import Item
from aggregator.ratings.words.topics import theme_of
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["POLICY", "survey", "tells_of_inspection"]


_MISCELLANIES: Final = frozenset(
    ("bulletin", "newsletter", "digest", "roundup", "minutes", "newsround", "miscellany", "diary", "update", "updates",
     "news", "gazette", "briefing")
)  # fmt: skip
_OLD: Final = frozenset((ProviderType.CRC, ProviderType.NPS))
_LEAD: Final = 3
_LISTED: Final = 4
"""So many places in one sentence are a list of where inspectors were, or of whom they saw."""
_LINE: Final = 5
"""Tokens that a line of a page may have that is no sentence."""


def survey(scene: Scene, sentences: list[Sentence]) -> None:
    """Look over the whole post before anything is decided."""
    places: Counter[str] = Counter()
    meant: Counter[ProviderType] = Counter()
    title_types: list[ProviderType] = []
    said = 0  # sentences before, without headings and without the lines that a page begins with
    for sentence in sentences:
        title = sentence.index < 0
        if not scene.graded and sentence.has("four"):
            scene.graded = any(it.kinds["four"] is RatingValue.REQUIRES_IMPROVEMENT for it in sentence.having("four"))
        if sentence.has("inspector"):
            scene.inspected = True
            scene.lead_inspected = scene.lead_inspected or said <= _LEAD or (said <= _FRONT and _is_news(sentence))
        said += not title and (said > 0 or len(sentence.tokens) > _LINE) and not _is_heading(sentence)
        if title:
            scene.survey_title = sentence.has("measures") and not (sentence.has("inspector") or sentence.has("noun"))
            label = sentence.tokens.low[1:2] == [":"]  # "Review: the work of …"
            named = {item.kinds["aspect"] for item in sentence.having("aspect") if item.i > 0 or not label}
            scene.theme = theme_of(sentence.tokens.low)
            policy = any(m.word in POLICY for m in sentence.mentions) or _is_on_money(sentence)
            if (
                len(named) == 1
                and not (policy or _is_on_money(sentence))
                and not any(m.areas for m in sentence.mentions)
            ):
                scene.title_aspect = named.pop()
            low = set(sentence.tokens.low)
            scene.minutes = "minutes" in low
            scene.miscellany = not (low.isdisjoint(_MISCELLANIES) or any(not m.bare for m in sentence.mentions))
            scene.explains = explains(sentence)
            scene.long_ago = is_long_ago(sentence.text)
        scene.speech = scene.speech or (sentence.index <= _LEAD and _is_a_speech(sentence))
        if sentence.index <= _FRONT and any(pair == ("we", "inspected") for pair in pairwise(sentence.tokens.low)):
            scene.inspectors_page = True
        if not scene.letters and sentence.starts_block and sentence.tokens.low[:1] in (["sir"], ["dear"]):
            scene.letters = _is_to_an_editor(sentence)
        if sentence.index < _LEAD and "our" in sentence.tokens.low and _is_on_ours(sentence):
            scene.own_page = True
        if scene.us is None and "self" in sentence.kinds:
            scene.us = _ourselves(sentence)
        listed = (
            len(sentence.mentions) >= _LISTED and len({m.areas[0] for m in sentence.mentions if m.bare}) >= _LISTED
        )  # "Areas visited: Avon, Durham, …"
        for mention in sentence.mentions:
            if mention.other or mention.pronoun:
                continue
            for area in mention.areas if not (listed and mention.bare) else ():
                places[area] += 5 if title else 1
            if mention.type is not None and mention.word == "anaphor":
                meant[mention.type] += 1
            if mention.type is None or mention.word == "anaphor":
                continue
            scene.classes[mention.type] += not mention.areas and (
                mention.plural or mention.word in _FIELDS or _is_attributive(sentence, mention)
            )
            weight = 4 if title else 2 if mention.areas else 1
            if mention.demoted:
                weight = 0
            scene.types[mention.type] += weight
            if title:
                title_types.append(mention.type)
                if mention.type is ProviderType.PDU and len(mention.areas) == 1:
                    scene.title_unit = mention.areas[0]
            if mention.areas and sentence.index <= _LEAD:
                scene.lead_areas.setdefault(mention.type, []).extend(mention.areas)
                scene.titled = scene.titled or title
            if mention.type is ProviderType.CRC:
                scene.companies.update(mention.areas)
            if mention.areas and not mention.demoted:
                known = scene.topic_areas.setdefault(mention.type, [])
                known.extend(area for area in mention.areas if area not in known)
            elif mention.areas:
                scene.topic_areas.setdefault(mention.type, [])
        if title:
            others = [m for m in sentence.mentions if m.other and not m.demoted and m.word not in POLICY]
            own = [m for m in sentence.mentions if m.type is not None or m.any_probation or m.both]
            scene.foreign_topic = bool(others) and not own
    lead = sentences[: _LEAD + 1]
    scene.awaited = any(_is_to_come(s) for s in lead) and not any(_has_judged(s) for s in sentences)
    if not scene.inspected:
        found = any(_is_finding(sentence) for sentence in sentences)
        for sentence in lead:
            if _is_reported(sentence) or (found and _is_ours(sentence)):
                _let_report_speak(sentence)
                scene.inspected = scene.lead_inspected = True
    if not scene.inspected:
        for sentence in sentences:
            if _is_released(sentence):
                _let_report_speak(sentence)
                scene.inspected = True
    if scene.foreign_topic and any(
        s.has("inspector") and any(m.type is not None and m.areas and not m.demoted for m in s.mentions) for s in lead
    ):
        scene.foreign_topic = False  # the title only names where: "the prison leavers' scheme"
    joint = scene.foreign_topic and any(_JOINT.search(sentence.text) for sentence in sentences[:_JOINT_IN])
    if joint and scene.types[ProviderType.CRC]:
        scene.foreign_topic = False  # what the two inspectorates look at together is work done for those in prison
    if any(_measures(s) for s in lead) and not any(s.has("inspector") or s.has("rate") for s in lead):
        scene.survey_lead = True
    if title_types:
        scene.topic_type = title_types[0]
    elif scene.types:
        with_area = [kind for kind in scene.types if scene.topic_areas.get(kind)]
        pool = with_area or list(scene.types)
        first = _first_judged(sentences)
        scene.topic_type = max(pool, key=lambda kind: scene.types[kind] + _FIRST * (kind is first))
    if meant and (not scene.types or (scene.successor and _OLD.issuperset(scene.types))):
        scene.topic_type = meant.most_common(1)[0][0]
        scene.types[scene.topic_type] = 1
    if scene.topic_type is None and scene.successor:
        _units_by_place(scene, sentences)
    _place_of_post(scene, sentences, places)


_JOINT: Final = re.compile(
    r"inspector(?:ate)?s? of probation (?:and|&) (?:of |(?:hm |her majesty.s )?inspectorate of )?prisons?",
    re.IGNORECASE,
)
_JOINT_IN: Final = 8


def _units_by_place(scene: Scene, sentences: list[Sentence]) -> None:
    """Take a post that names no kind of body for one on units, where it has "the probation service" of one's area."""
    named = [
        area
        for sentence in sentences
        for mention in sentence.mentions
        if mention.any_probation and not mention.demoted
        for area in mention.areas
        if scene.vocabulary.is_of_a_unit(area) and key_of(area) not in scene.vocabulary.regions
    ]
    if named:
        scene.topic_type = ProviderType.PDU
        scene.topic_areas[ProviderType.PDU] = list(dict.fromkeys(named))


def _is_to_an_editor(sentence: Sentence) -> bool:
    """Like "SIR – I see that …", "Dear Editor,": how a letter to a paper begins."""
    low = sentence.tokens.low
    return low[1:2] in (["editor"], ["sir"]) or (
        low[0] == "sir" and low[1:2] in ([","], ["–"], ["—"], ["-"], [":"], [])
    )


def _is_on_money(sentence: Sentence) -> bool:
    """Like "Our word on the Spending Review": no review of a case."""
    return "spending" in sentence.tokens.low and "review" in sentence.tokens.low


def _is_heading(sentence: Sentence) -> bool:
    return sentence.block is not None and sentence.block.kind is BlockKind.HEADING


def _measures(sentence: Sentence) -> bool:
    """Whether a sentence speaks of a measure that is no inspection's; a league table may be one of its ratings."""
    return any(item.kinds["measures"] != "league table" for item in sentence.having("measures"))


_FIELDS: Final = frozenset(
    ("youth justice", "youth offending", "private probation", "privatised probation", "outsourced probation",
     "private sector probation", "privately run probation", "private probation sector", "privatised probation sector",
     "outsourced probation sector", "privately run probation sector")
)  # fmt: skip
"""The field in which all bodies of a kind work: a report on it is on all of them."""
_COMING: Final = frozenset(("coming", "arrive", "arrives", "due"))
_WILL: Final = frozenset(("be", "visit", "come", "arrive", "spend", "start", "begin", "look", "return", "go"))
_JUDGING: Final = frozenset(
    ("found", "rated", "said", "says", "judged", "gave", "concluded", "praised", "criticised", "published", "graded",
     "reported", "reports", "awarded", "finds", "gives", "rates", "saw", "noted", "told")
)  # fmt: skip


def _is_to_come(sentence: Sentence) -> bool:
    """Like "HM Inspectorate of Probation will be with us from 4 February"."""
    low = sentence.tokens.low
    for item in sentence.having("inspector"):
        behind = low[item.j : item.j + 3]
        if "report" in str(item.kinds["inspector"]):
            continue
        if not _COMING.isdisjoint(behind) or ("will" in behind and not _WILL.isdisjoint(behind)):
            return True
    return False


def _has_judged(sentence: Sentence) -> bool:
    """Whether inspectors do anything there but come: what they found, said, published."""
    low = sentence.tokens.low
    return any(
        not _JUDGING.isdisjoint(low[it.j : it.j + 6]) or low[it.i - 1 : it.i] == ["by"]
        for it in sentence.having("inspector")
    )


_BEEN: Final = _JUDGING | {"visited", "inspected", "examined", "looked"}
_NOT_YET: Final = frozenset(("will", "yet", "due", "never", "not", "plans", "intends"))


def tells_of_inspection(sentence: Sentence) -> bool:
    """Like "HM Inspectorate of Probation visited both of them in June": ours has been there."""
    low = sentence.tokens.low
    return _NOT_YET.isdisjoint(low) and any(
        not _BEEN.isdisjoint(low[it.j : it.j + 6]) or low[it.i - 1 : it.i] == ["by"]
        for it in sentence.having("inspector")
    )


_DETERMINERS: Final = frozenset(
    ("a", "an", "the", "this", "that", "its", "their", "our", "each", "every", "one", "another", "local", "same", "new")
)


def _is_attributive(sentence: Sentence, mention: Mention) -> bool:
    """Like "CRC work is mostly poor": with no article before it and its work behind, it is what all of them do."""
    low = sentence.tokens.low
    if sentence.index < 0 or mention.word != "CRC" or (mention.i and low[mention.i - 1] in _DETERMINERS):
        said = low[mention.i - 1] == "that" and any(
            it.j == mention.i - 1 for it in sentence.items if _SAYS & it.kinds.keys()
        )
        if not said:  # "the inspectorate says that CRC supervision is inadequate"
            return False
    return any(it.i == mention.j and it.kinds.keys() & {"work", "aspect"} for it in sentence.items)


_SAYS: Final = frozenset(("says", "rate"))
POLICY: Final = frozenset(("transforming rehabilitation", "the reforms", "reforms", "privatisation"))
"""What a title may be on that no inspectorate grades: the post is on who came of it."""
_FRESH: Final = frozenset(
    ("today", "today's", "today’s", "morning", "morning's", "yesterday", "yesterday's", "out", "published", "publish",
     "latest", "new", "week", "week's", "just")
)  # fmt: skip
_OUR_REPORTS: Final = frozenset(("report", "reports", "inspection", "inspections", "release"))


def _is_a_speech(sentence: Sentence) -> bool:
    """Like "Delivered by: Dame Glenys Stacey, HM Chief Inspector of Probation", over the text of what she said."""
    return sentence.tokens.low[:2] in (["delivered", "by"], ["speech", "by"], ["speaker", ":"]) and any(
        "inspector" in str(it.kinds["inspector"]) or "stacey" in str(it.kinds["inspector"])
        for it in sentence.having("inspector")
    )


_FRONT: Final = 12
"""So many sentences a feature may take to come to its news."""


def _is_news(sentence: Sentence) -> bool:
    """Like "This week a report by HM Inspectorate of Probation told us how each is doing"."""
    low = sentence.tokens.low
    return (
        not _FRESH.isdisjoint(low)
        and not _OUR_REPORTS.isdisjoint(low)
        and sentence.kinds.isdisjoint(_NOT_THEIRS)
        and any("probation" in str(it.kinds["inspector"]) for it in sentence.having("inspector"))
    )


_NOT_THEIRS: Final = frozenset(("other", "rival", "voices", "measures", "scale", "future"))


def _is_reported(sentence: Sentence) -> bool:
    """Like "Today's report on Kent", "the latest CRC report": a report on our bodies, by nobody else named."""
    low = sentence.tokens.low
    if {"report", "reports"}.isdisjoint(low) or _FRESH.isdisjoint(low) or not sentence.kinds.isdisjoint(_NOT_THEIRS):
        return False
    return any(not m.pronoun and not m.other and (m.areas or m.type is not None) for m in sentence.mentions)


def _is_ours(sentence: Sentence) -> bool:
    """Like "the fifth of our reports", "our inspection of": the inspectorate's own page, which need not name itself."""
    low = sentence.tokens.low
    return any(
        low[k] == "our" and not _OUR_REPORTS.isdisjoint(low[k + 1 : k + 3]) for k in range(len(low) - 1)
    ) and sentence.kinds.isdisjoint(("rival", "voices", "future"))


def _is_finding(sentence: Sentence) -> bool:
    """Like "We found the work of the NPS to be good", "we rated leadership": what an inspectorate says of others."""
    low = sentence.tokens.low
    return any(
        low[k] == "we" and low[k + 1] in _FINDING and (low[k + 2 : k + 3] != ["our"]) for k in range(len(low) - 1)
    )


_FINDING: Final = frozenset(("found", "judged", "rated", "inspected", "visited", "examined", "considered", "graded"))


def _is_released(sentence: Sentence) -> bool:
    """Like "From the press release: “The PDU has been rated …”": the words of whoever rated it."""
    low = sentence.tokens.low
    return "release" in low and not {"from", "press"}.isdisjoint(low) and sentence.has("rate") and sentence.has("four")


def _let_report_speak(sentence: Sentence) -> None:
    """Let "report" name the inspectorate, in a post that does not name it otherwise."""
    k = next((x for x, word in enumerate(sentence.tokens.low) if word in _OUR_REPORTS), 0)
    item = Item(k, k + 1, {"inspector": "report"})
    sentence.items = sorted([*sentence.items, item], key=lambda it: it.i)
    sentence.of_kind = {**sentence.of_kind, "inspector": [item]}
    sentence.kinds |= {"inspector"}


def _first_judged(sentences: list[Sentence]) -> ProviderType | None:
    """The kind of the first body with a place that a sentence grades, or that inspectors are said to look at."""
    for sentence in sentences:
        own = next((m for m in sentence.mentions if m.type is not None and m.areas and not m.demoted), None)
        if own is not None and not sentence.kinds.isdisjoint(_JUDGED):
            return own.type
    return None


_JUDGED: Final = frozenset(("inspector", "four", "ordinal"))
_FIRST: Final = 2


def _place_of_post(scene: Scene, sentences: list[Sentence], places: Counter[str]) -> None:
    for sentence in sentences[:6]:
        bare = [m for m in sentence.mentions if m.bare and not m.demoted and not _is_venue(sentence, m)]
        bare = [m for m in bare if not _is_worst_off(sentence, m)]
        if bare:
            scene.place = bare[0].areas[0]
            scene.title_place = scene.place if sentence.index < 0 else None
            return
    common = places.most_common(1)
    if common and common[0][1] > 1:
        scene.place = common[0][0]


def _is_worst_off(sentence: Sentence, place: Mention) -> bool:
    """Like "in London and the South East above all", "especially in Kent": where it is most so, and not only there."""
    low = sentence.tokens.low
    behind = low[place.j : place.j + _FURTHER]
    above = any(behind[k : k + 2] == ["above", "all"] for k in range(len(behind)))
    return above or not _ESPECIALLY.isdisjoint(low[max(0, place.i - _VENUE) : place.i])


_FURTHER: Final = 7
_ESPECIALLY: Final = frozenset(("especially", "particularly", "notably"))


def _is_venue(sentence: Sentence, place: Mention) -> bool:
    """Like "at the conference in London": where people met, not whom the post is on."""
    before = sentence.tokens.low[max(0, place.i - _VENUE) : place.i]
    if before[-1:] == ["to"] and not _JOURNEYS.isdisjoint(before):
        return True  # "I took the slow train to Manchester"
    if place.areas == ["Westminster"] or sentence.tokens.low[:1] in (["location"], ["venue"]):
        return True  # by itself it is Parliament
    return before[-1:] in (["in"], ["at"]) and not _MEETINGS.isdisjoint(before)


_VENUE: Final = 4
_JOURNEYS: Final = frozenset(
    ("train", "bus", "coach", "travelled", "drove", "flew", "cycled", "tram", "ferry", "journey")
)
_MEETINGS: Final = frozenset(
    ("conference", "seminar", "summit", "event", "meeting", "hearing", "lecture", "workshop", "congress", "gathering")
)


def _is_on_ours(sentence: Sentence) -> bool:
    """Like "a year of progress for our three CRCs": who writes runs them."""
    low = sentence.tokens.low
    return not (sentence.has("inspector") or "“" in sentence.text) and any(
        m.type in _OLD and not m.pronoun and "our" in low[max(0, m.i - 3) : m.i] for m in sentence.mentions
    )


def _ourselves(sentence: Sentence) -> Mention | None:
    """Whom "we" stands for: "us (the NPS)", "we at Essex CRC"."""
    low = sentence.tokens.low
    for k, word in enumerate(low[:-2]):
        if word in {"we", "us"} and low[k + 1] in {"(", "in", "at", ",", "of"}:
            for mention in sentence.mentions:
                if k + 2 <= mention.i <= k + 3 and mention.type is not None and not mention.pronoun:
                    return mention
    return None
