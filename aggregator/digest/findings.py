"""From posts that state ratings to inspections, each told once: pure.

Posts about one report meet by its row in ``inspections``; posts that are one text meet by that text. Titles decide
nothing. What several posts state of one body and aspect becomes one finding; where they differ, the one that most
state is shown and the others are named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.digest.clean import EVIDENCE_LIMIT, NAME_LIMIT, clean_line, excerpt, web_url
from aggregator.digest.model import (
    Article,
    Basis,
    Body,
    Coverage,
    Disagreement,
    Earlier,
    Finding,
    Inspection,
    Previous,
)
from aggregator.model import NATIONAL, OVERALL, Field, ProviderType, RatingValue, When

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aggregator.model import Rating
    from aggregator.store.gathered import Candidate, KnownInspection, PastRating, Stated

__all__ = ["Story", "article", "importance", "inspection", "stories", "told_before"]

_KINDS: Final = tuple(ProviderType)
# What a reader must hear first: the worst, a grade before words, then the best, then the rest.
_NEWSWORTH: Final = (
    {RatingValue.INADEQUATE},
    {RatingValue.NEGATIVE},
    {RatingValue.OUTSTANDING},
    {RatingValue.REQUIRES_IMPROVEMENT, RatingValue.MIXED},
    {RatingValue.GOOD, RatingValue.POSITIVE},
)
_RAW_LIMIT: Final = 80
HISTORY: Final = 8  # earlier inspections of a body that are told
_GRADES: Final = frozenset(
    {RatingValue.OUTSTANDING, RatingValue.GOOD, RatingValue.REQUIRES_IMPROVEMENT, RatingValue.INADEQUATE}
)
_PRAISE: Final = frozenset({RatingValue.OUTSTANDING, RatingValue.GOOD, RatingValue.POSITIVE})
_BLAME: Final = frozenset({RatingValue.REQUIRES_IMPROVEMENT, RatingValue.INADEQUATE, RatingValue.NEGATIVE})


@dataclass(slots=True)
class Story:
    """What is told as one thing: the posts that carry it, and the ratings of theirs that belong to it."""

    inspection_id: int | None
    posts: list[Candidate] = field(default_factory=list)
    ratings: list[tuple[Candidate, Stated]] = field(default_factory=list)

    @property
    def flagged(self) -> bool:
        """Whether any of its posts met a rule."""
        return any(post.flags for post in self.posts)


def about(post: Candidate) -> frozenset[tuple[ProviderType, str]]:
    """Whom a post's current ratings are about: two posts about different bodies are never one story."""
    return frozenset(each.rating.whom for each in post.ratings if each.rating.when is When.CURRENT)


def stories(groups: Iterable[Sequence[Candidate]]) -> tuple[list[Story], list[Sequence[Candidate]]]:
    """Sort groups of posts that are one text into stories of inspections, and the rest: groups that rate nobody.

    A round-up of several reports is in the story of each.
    """
    by_report: dict[int, Story] = {}
    others: list[Story] = []
    plain: list[Sequence[Candidate]] = []
    for group in groups:
        current = [(post, each) for post in group for each in post.ratings if each.rating.when is When.CURRENT]
        if not current:
            plain.append(group)
            continue
        reports = list(dict.fromkeys(each.inspection_id for _, each in current if each.inspection_id is not None))
        for report in reports:
            story = by_report.setdefault(report, Story(report))
            story.posts += group
            story.ratings += [(post, each) for post, each in current if each.inspection_id == report]
        loose = [(post, each) for post, each in current if each.inspection_id is None]
        if loose and len(reports) == 1:
            by_report[reports[0]].ratings += loose
        elif loose:
            others.append(Story(None, list(group), loose))
    return [*by_report.values(), *others], plain


def told_before(story: Story, known: KnownInspection | None) -> bool:
    """Whether everything the story states was in an earlier digest, perhaps as the grade that its words go with."""
    return known is not None and all(_was_told(each.rating, known.told) for _, each in story.ratings)


def _was_told(rating: Rating, told: frozenset[tuple[str, str, str]]) -> bool:
    about = (rating.provider_type.value, rating.aspect)
    values = {RatingValue(value) for kind, aspect, value in told if (kind, aspect) == about}
    if rating.rating in _GRADES:
        return rating.rating in values
    return rating.rating in values or any(
        value in _GRADES and not _contradicts(rating.rating, value) for value in values
    )


def article(posts: Sequence[Candidate], lead: Candidate | None = None, rated: Iterable[str] = ()) -> Article:
    """One story's post to read, with the other places that carry it."""
    first = lead or min(posts, key=lambda post: (post.published_at or post.first_seen_at, post.id))
    places: dict[tuple[str, str | None], Coverage] = {}
    source = first.sightings[0].source if first.sightings else ""
    url = web_url(first.url) or next((found for each in first.sightings if (found := web_url(each.url))), None)
    for post in [first, *(post for post in posts if post.id != first.id)]:
        for each in post.sightings:
            name = clean_line(each.source, NAME_LIMIT)
            where = web_url(each.url) or web_url(post.url)
            if post.id == first.id and (each.source == source or where == url):
                # The lead's own place; and the same address carried by a second feed is no second place to read.
                if each.source == source:
                    continue
                where = None
            places.setdefault((name, where), Coverage(name, where, clean_line(post.title)))
    return Article(
        entry_id=first.id,
        title=clean_line(first.title) or "(untitled)",
        url=url,
        source=clean_line(source, NAME_LIMIT) or "(unknown source)",
        author=clean_line(first.author, NAME_LIMIT) or None if first.author else None,
        published_at=first.published_at,
        first_seen_at=first.first_seen_at,
        also_in=tuple(places.values()),
        reasons=tuple(dict.fromkeys(clean_line(f"{rule}: {reason}") for post in posts for rule, reason in post.flags)),
        rated=tuple(rated),
    )


def inspection(story: Story, known: KnownInspection | None, past: Sequence[PastRating]) -> Inspection:
    """A story as it is told."""
    counts = Counter(post.id for post, _ in story.ratings)
    posts = list({post.id: post for post in story.posts}.values())
    lead = min(
        posts, key=lambda post: (-counts[post.id], not post.flags, post.published_at or post.first_seen_at, post.id)
    )
    told_as_of = known.published_at if known else lead.published_at or lead.first_seen_at
    whole = known is None or known.provider is not None
    bodies = tuple(
        sorted(
            (
                _body(kind, members, story=story, lead=lead, past=past, as_of=told_as_of, whole=whole)
                for kind, members in _by_body(story)
            ),
            # Of a class first those that were judged as a whole: "six CRCs", then "80% of CRCs" on one standard.
            key=lambda body: (
                *(_KINDS.index(body.provider_type), body.area or ""),
                *(body.area == NATIONAL and body.overall is None, body.provider or ""),
            ),
        )
    )
    areas = list(dict.fromkeys(body.area or body.provider or "" for body in bodies))
    place = (known.area or known.provider if known else None) or (areas[0] if len(areas) == 1 else None)
    read = article(posts, lead)
    return Inspection(
        inspection_id=story.inspection_id,
        title=clean_line(place or "", NAME_LIMIT) or read.title,
        article=read,
        bodies=bodies,
        official_url=web_url(known.official_url) if known else None,
        published_at=known.published_at if known else None,
        told_at=known.told_at if known else None,
    )


def importance(told: Inspection) -> tuple[object, ...]:
    """Sorts inspections: judged as a whole first, CRC and NPS before their successors, the worst before the best."""
    overall = [body.overall for body in told.bodies if body.overall]
    shown = overall or [finding for body in told.bodies for finding in body.findings]
    worth = min(next(n for n, kinds in enumerate(_NEWSWORTH) if finding.rating in kinds) for finding in shown)
    when = told.published_at or told.article.published_at or told.article.first_seen_at
    kind = min(_KINDS.index(body.provider_type) for body in told.bodies)
    return (not overall, kind, worth, told.told_at is not None, -when.timestamp(), told.title, told.article.entry_id)


# --- one body -----------------------------------------------------------------------------------------

_Members = list[tuple["Candidate", "Stated"]]


def _by_body(story: Story) -> list[tuple[ProviderType, _Members]]:
    """The ratings of each body. A report has one body of a type, however its posts spell the name.

    What a post says of the class beside its report ("five divisions were good") is none of that body's.
    """
    found: dict[tuple[ProviderType, str], _Members] = {}
    classes: set[tuple[ProviderType, str]] = set()
    for post, each in story.ratings:
        kind, name = each.rating.whom
        of_class = each.rating.area == NATIONAL
        key = (kind, name if of_class or story.inspection_id is None else "")
        classes |= {key} if of_class else set()
        found.setdefault(key, []).append((post, each))
    # "The CRC" without a place, beside one CRC with a place, is that one.
    for kind in ProviderType:
        named = [key for key in found if key[0] is kind and key[1] and key not in classes]
        if len(named) == 1 and (kind, "") in found:
            found[named[0]] += found.pop((kind, ""))
    return [(kind, members) for (kind, _), members in found.items()]


def _body(
    kind: ProviderType,
    members: _Members,
    *,
    story: Story,
    lead: Candidate,
    past: Sequence[PastRating],
    as_of: datetime,
    whole: bool,
) -> Body:
    provider = _usual(each.rating.provider for _, each in members)
    area = _usual(each.rating.area for _, each in members)
    aspects = list(dict.fromkeys(each.rating.aspect for _, each in members))
    recalled = [
        each.rating
        for post in {post.id: post for post in story.posts}.values()
        for each in post.ratings
        if each.rating.when is When.PREVIOUS
        and each.rating.provider_type is kind
        and _same(each.rating, provider, area)
    ]
    archive = [
        each
        for each in past
        if each.provider_type is kind
        and each.inspection_id != story.inspection_id
        and each.published_at < as_of
        and _is_of(each, provider, area, whole=whole)
    ]
    findings = [
        _finding(
            aspect,
            [(post, each.rating) for post, each in members if each.rating.aspect == aspect],
            lead,
            _previous(aspect, recalled, archive),
        )
        for aspect in aspects
    ]
    return Body(
        provider_type=kind,
        provider=clean_line(provider, NAME_LIMIT) if provider else None,
        area=clean_line(area, NAME_LIMIT) if area else None,
        # Overall first; the rest as the posts have them.
        findings=tuple(sorted(findings, key=lambda finding: finding.aspect != OVERALL)),
        history=_history(archive),
    )


def _usual(names: Iterable[str | None]) -> str | None:
    given = Counter(name for name in names if name)
    return given.most_common(1)[0][0] if given else None


def _is_of(past: PastRating, provider: str | None, area: str | None, *, whole: bool) -> bool:
    """Whether an earlier report's rating is of this body: what the public service did in Kent is nothing of Gwent's.

    The place decides, as both divisions and units go by theirs, and so do the area reports of 2016–18. A company is
    the same one however a post names its area, where both reports are on the company.
    """
    if area and past.area == area:
        return True
    named = provider is not None and provider != past.provider_type.value and past.provider == provider
    if past.provider_type is ProviderType.CRC:
        return named and whole and past.whole
    return named and (area is None or past.area is None)


def _same(rating: Rating, provider: str | None, area: str | None) -> bool:
    """Whether a recalled rating may be of this body: it names the same place or body, or neither.

    Of a class, the same words have to count it: "nineteen CRCs" were nothing before.
    """
    if rating.area and area:
        return rating.area == area and (area != NATIONAL or rating.provider == provider)
    if rating.provider and provider:
        return rating.provider == provider
    return rating.area is None and rating.provider is None


def _finding(
    aspect: str, stated: list[tuple[Candidate, Rating]], lead: Candidate, previous: Previous | None
) -> Finding:
    # A grade is the inspectors'; that a blog calls a report damning beside it is how the blog tells of the grade.
    judged = [(post, rating) for post, rating in stated if rating.rating in _GRADES] or stated
    posts_for = Counter(rating for _, rating in {(post.id, rating.rating) for post, rating in judged})
    trust: Counter[RatingValue] = Counter()
    for _, rating in judged:
        trust[rating.rating] = max(trust[rating.rating], round(rating.confidence * 1000))
    led = {rating.rating for post, rating in judged if post.id == lead.id}
    chosen = max(
        posts_for, key=lambda value: (posts_for[value], value in led, trust[value], -list(RatingValue).index(value))
    )
    # The sentence shown: from the post that is linked, from its text rather than its title, the surest, the first.
    _, best = min(
        ((post, rating) for post, rating in stated if rating.rating is chosen),
        key=lambda pair: (
            pair[0].id != lead.id,
            pair[1].field is Field.TITLE,
            -pair[1].confidence,
            pair[1].position,
            pair[1].start,
            pair[0].id,
        ),
    )
    evidence, start, end = excerpt(best.evidence, best.start, best.end, EVIDENCE_LIMIT)
    others = {
        (post.id, rating.rating): Disagreement(
            clean_line(post.sightings[0].source if post.sightings else "", NAME_LIMIT) or "another post",
            rating.rating,
            clean_line(rating.raw, _RAW_LIMIT),
        )
        for post, rating in stated
        if _contradicts(rating.rating, chosen)
    }
    return Finding(
        aspect=clean_line(aspect, NAME_LIMIT),
        rating=chosen,
        raw=clean_line(best.raw, _RAW_LIMIT),
        evidence=evidence,
        start=start,
        end=end,
        previous=previous,
        disagreements=tuple(others.values()),
    )


def _contradicts(one: RatingValue, other: RatingValue) -> bool:
    """Whether the two cannot both be right: on one scale where they differ, else where one praises and one blames."""
    if (one in _GRADES) is (other in _GRADES):
        return one is not other
    return {one, other} & _PRAISE != set() and {one, other} & _BLAME != set()


def _history(archive: list[PastRating]) -> tuple[Earlier, ...]:
    """The ratings of its work as a whole in earlier inspections, one each, oldest first."""
    by_report: dict[int, PastRating] = {}
    for each in archive:
        before = by_report.get(each.inspection_id)
        if each.aspect == OVERALL and (before is None or _weight(each) > _weight(before)):
            by_report[each.inspection_id] = each
    return tuple(
        Earlier(each.rating, each.published_at)
        for each in sorted(by_report.values(), key=lambda each: (each.published_at, each.inspection_id))[-HISTORY:]
    )


def _weight(each: PastRating) -> tuple[bool, int, str]:
    return (each.rating in _GRADES, each.sources, each.rating.value)


def _previous(aspect: str, recalled: list[Rating], archive: list[PastRating]) -> Previous | None:
    """The rating before: as a post recalls it, dated from the archive where that agrees; else from the archive."""
    earlier = [each for each in archive if each.aspect == aspect]
    latest = max(earlier, key=lambda each: (each.published_at, *_weight(each)), default=None)
    said = max((each for each in recalled if each.aspect == aspect), key=lambda each: each.confidence, default=None)
    if said is not None:
        agreed = latest is not None and latest.rating is said.rating
        return Previous(said.rating, Basis.POST, latest.published_at if latest and agreed else None)
    if latest is not None:
        return Previous(latest.rating, Basis.ARCHIVE, latest.published_at)
    return None
