"""From what was gathered to a digest: pure.

Everything that came is in it once: as an inspection's finding, as the correction of one, as a flagged post, as a
recent article, or as a number of articles that are not listed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from aggregator.digest.alike import Text, same_texts
from aggregator.digest.clean import NAME_LIMIT, clean_line
from aggregator.digest.findings import about, article, importance, inspection, stories, told_before
from aggregator.digest.model import Change, Digest, Member, Omitted, Trouble, Update
from aggregator.digest.subject import subject_line
from aggregator.digest.troubles import troubles
from aggregator.digest.words import LABELS, date, whom
from aggregator.model import OVERALL, When

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aggregator.digest.findings import Story
    from aggregator.digest.model import Article, Inspection, Trigger
    from aggregator.model import ProviderType, Rating
    from aggregator.store.gathered import Candidate, Gathered, KnownInspection

__all__ = ["compose"]

# How many of the ratings of an article that is not told in full are named beside its title.
_RATED_LIMIT: Final = 3


def compose(
    gathered: Gathered,
    *,
    title: str,
    timezone: str,
    recent_articles: int,
    now: datetime,
    trigger: Trigger,
    until: datetime,
    troubles_before: Iterable[Trouble] = (),
) -> Digest:
    """Compose what was gathered.

    Args:
        gathered: What the store holds for this digest.
        title: The digest's name.
        timezone: The zone its times are shown in, by name.
        recent_articles: How many unflagged articles to list; the rest are counted.
        now: When it is composed; kept to the second.
        trigger: What asked for it.
        until: The scheduled moment it answers, or the end of the window that was asked for.
        troubles_before: The troubles the digest before it told of, so that a feed's recovery is told.
    """
    now = now.replace(microsecond=0)
    # An edit of a post that had ratings is a correction; one that gave a post its first ratings is news of them.
    edited = [each for each in gathered.candidates if each.told]
    fresh = [each for each in gathered.candidates if not each.told]
    updates = tuple(
        sorted(
            # Where only a second, less sure statement came or went, the verdict stands: nothing to tell.
            (update for each in edited if (update := _update(each, now)).changes),
            key=lambda update: (-update.changed_at.timestamp(), update.article.entry_id),
        )
    )

    texts = [Text(each.title, each.text) for each in fresh]
    groups = [[fresh[at] for at in group] for group in same_texts(texts, [about(each) for each in fresh])]
    told, plain = stories(groups)
    inspections, flagged, recent = _sorted_out(told, plain, gathered, ZoneInfo(timezone))
    listed = recent[:recent_articles]
    found = troubles(gathered.feeds, now=now, since=gathered.since, before=troubles_before)
    return Digest(
        subject=subject_line(
            title, inspections=inspections, updates=updates, flagged=flagged, recent=len(recent), troubles=found
        ),
        title=clean_line(title, NAME_LIMIT) or "Digest",
        timezone=timezone,
        composed_at=now,
        since=gathered.since,
        until=until.replace(microsecond=0),
        trigger=trigger,
        inspections=tuple(inspections),
        updates=updates,
        flagged=tuple(flagged),
        recent=tuple(listed),
        troubles=found,
        omitted=Omitted(recent=len(recent) - len(listed)),
        members=tuple(Member(each.id, each.why, each.content_hash) for each in gathered.candidates),
    )


def _sorted_out(
    told: Sequence[Story], plain: Sequence[Sequence[Candidate]], gathered: Gathered, zone: ZoneInfo
) -> tuple[list[Inspection], list[Article], list[Article]]:
    known = {each.id: each for each in gathered.inspections}
    inspections: list[Inspection] = []
    flagged: list[Article] = []
    recent: list[Article] = []
    done: set[int] = set()  # posts that are in it: one can be in the stories of several reports
    for story in told:
        report = known.get(story.inspection_id) if story.inspection_id is not None else None
        if story.flagged and not told_before(story, report):
            inspections.append(inspection(story, report, gathered.past))
            done |= {post.id for post in story.posts}
    # What is left rates someone, but no rule asked for it, or an earlier digest told it all.
    for story in told:
        posts = [post for post in {post.id: post for post in story.posts}.values() if post.id not in done]
        if posts:
            done |= {post.id for post in posts}
            report = known.get(story.inspection_id) if story.inspection_id is not None else None
            (flagged if story.flagged else recent).append(_again(article(posts, rated=_rated(story)), report, zone))
    for group in plain:
        (flagged if any(post.flags for post in group) else recent).append(article(group))
    inspections.sort(key=importance)
    flagged.sort(key=_newest)
    recent.sort(key=_newest)
    return inspections, flagged, recent


def _again(each: Article, report: KnownInspection | None, zone: ZoneInfo) -> Article:
    """An article about a report, with a word on the earlier digest that told of it."""
    if report is None or report.told_at is None:
        return each
    place = clean_line(report.area or report.provider or "this report", NAME_LIMIT)
    return replace(each, rated=(f"More on {place}, told on {date(report.told_at, zone)}", *each.rated))


def _newest(each: Article) -> tuple[float, int]:
    return (-(each.published_at or each.first_seen_at).timestamp(), each.entry_id)


def _rated(story: Story) -> tuple[str, ...]:
    """``Leeds YJS: Good``: what an article rates, in a few words; overall ratings before others."""
    ratings = sorted((each.rating for _, each in story.ratings), key=lambda rating: rating.aspect != OVERALL)
    lines = dict.fromkeys(
        clean_line(
            f"{whom(each.provider_type, each.provider, each.area)}"
            f"{'' if each.aspect == OVERALL else ', ' + each.aspect}: {LABELS[each.rating]}",
            NAME_LIMIT,
        )
        for each in ratings
    )
    return tuple(lines)[:_RATED_LIMIT]


def _update(post: Candidate, now: datetime) -> Update:
    then = _judged(post.told or ())
    current = _judged(each.rating for each in post.ratings if each.rating.when is When.CURRENT)
    changes: list[Change] = []
    for judged in sorted({**then, **current}, key=lambda judged: (judged[2] != OVERALL, judged)):
        was, is_now = then.get(judged), current.get(judged)
        if (was and was.rating) == (is_now and is_now.rating):
            continue
        source = is_now or was
        assert source is not None
        changes.append(
            Change(
                provider_type=source.provider_type,
                provider=clean_line(source.provider, NAME_LIMIT) if source.provider else None,
                area=clean_line(source.area, NAME_LIMIT) if source.area else None,
                aspect=clean_line(source.aspect, NAME_LIMIT),
                before=was.rating if was else None,
                after=is_now.rating if is_now else None,
            )
        )
    return Update(article([post]), post.changed_at or now, tuple(changes))


def _judged(ratings: Iterable[Rating]) -> dict[tuple[ProviderType, str, str], Rating]:
    """One rating for each body and aspect: the surest that a state of a post has."""
    judged: dict[tuple[ProviderType, str, str], Rating] = {}
    for each in ratings:
        about = (*each.whom, each.aspect)
        if about not in judged or each.confidence > judged[about].confidence:
            judged[about] = each
    return judged
