"""A digest in words, ready to be laid out: every form shows these strings, so that all forms say the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aggregator.digest.clean import clean_line, excerpt, web_url
from aggregator.digest.model import Basis, Earlier, Omitted
from aggregator.digest.subject import headline
from aggregator.digest.words import (
    LABELS,
    TROUBLES,
    WORST_FIRST,
    aspect_name,
    before,
    beside_place,
    body_name,
    change_line,
    count,
    date,
    listed,
    moment,
    month,
    stated_words,
)
from aggregator.model import NATIONAL

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from aggregator.digest.model import Article, Body, Digest, Finding, Inspection, Trouble, Update
    from aggregator.model import RatingValue

__all__ = [
    "ArticleView",
    "BodyView",
    "FindingView",
    "InspectionView",
    "Place",
    "Quote",
    "Said",
    "StandardsView",
    "TroubleView",
    "UpdateView",
    "View",
    "view",
]

# Other places named for one story; the rest are counted.
PLACES: Final = 6
# What lists of mails show beside the subject.
PREVIEW: Final = 140
READ: Final = "Read in browser"
OFFICIAL: Final = "Official report"
BODY_COLUMN: Final = "Body and aspect"
RATING_COLUMN: Final = "Rating, and the one before"
NO_OVERALL: Final = "no overall rating stated"
ABOUT: Final = (
    "Ratings are read by a program from what the posts state, each with its sentence. Before you rely on one, look at"
    " the report."
)


@dataclass(frozen=True, slots=True)
class Quote:
    """An evidence sentence, with the words that carry the rating in the middle."""

    before: str
    words: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.words}{self.after}"


@dataclass(frozen=True, slots=True)
class Place:
    """A source that carries a story, and where."""

    source: str
    url: str | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding.

    Attributes:
        before: What came before, and which way it went.
        recalled: The same, with a word on how it is known where that is only by the post's own word.
    """

    aspect: str
    rating: RatingValue
    label: str
    stated: str
    before: str
    recalled: str
    disagreements: str

    @property
    def words(self) -> str:
        """``Good``, ``Negative (“poor”)``."""
        return f"{self.label} ({self.stated})" if self.stated else self.label


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, after all the findings that were read from it."""

    findings: tuple[FindingView, ...]
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class StandardsView:
    """A line of the table: the aspects of one body that have one rating and went one way."""

    aspects: str
    rating: RatingValue
    label: str
    before: str


@dataclass(frozen=True, slots=True)
class BodyView:
    """One body.

    Attributes:
        name: As it is known.
        row: What the table calls it: ``Northamptonshire: CRC``.
        standards: Its findings but the overall one, the worst first.
        history: In words, how it was rated before and now, where that is more than a rating and the one before.
        points: The same and less than that, for a chart: oldest first; empty where there is nothing to compare.
    """

    name: str
    row: str
    overall: FindingView | None
    said: tuple[Said, ...]
    standards: tuple[StandardsView, ...]
    history: str
    points: tuple[Earlier, ...]

    @property
    def findings(self) -> tuple[FindingView, ...]:
        """All of them, overall first."""
        return tuple(finding for said in self.said for finding in said.findings)


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One post to read. ``title`` is empty where the heading above says it."""

    title: str
    url: str | None
    byline: str
    places: tuple[Place, ...]
    more_places: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InspectionView:
    """One report. ``detailed``: it is told below the table too."""

    title: str
    detailed: bool
    article: ArticleView
    official_url: str | None
    told: str
    bodies: tuple[BodyView, ...]


@dataclass(frozen=True, slots=True)
class UpdateView:
    """One correction."""

    article: ArticleView
    when: str
    changes: tuple[tuple[RatingValue | None, str], ...]


@dataclass(frozen=True, slots=True)
class TroubleView:
    """One feed."""

    feed: str
    state: str
    message: str


@dataclass(frozen=True, slots=True)
class View:
    """The whole digest in words.

    ``preview`` is what a list of mails shows after the subject. The ``more_…`` say how many are not listed, or nothing.
    """

    subject: str
    preview: str
    title: str
    when: str
    window: str
    counts: str
    about: str
    inspections: tuple[InspectionView, ...]
    more_inspections: str
    more_details: str
    updates: tuple[UpdateView, ...]
    more_updates: str
    flagged: tuple[ArticleView, ...]
    more_flagged: str
    recent: tuple[ArticleView, ...]
    more_recent: str
    troubles: tuple[TroubleView, ...]
    more_troubles: str
    archive: str


def view(digest: Digest, zone: ZoneInfo, *, number: int | None = None) -> View:
    """Put a digest into words.

    Args:
        digest: What to show.
        zone: The zone its times are shown in.
        number: Its number in the ledger, to say how it can be shown again.
    """
    left = digest.omitted
    return View(
        subject=clean_line(digest.subject),
        preview=_preview(digest),
        title=clean_line(digest.title),
        when=f"{date(digest.composed_at, zone, weekday=True)}, {moment(digest.composed_at, zone).split(', ', 1)[1]}",
        window=_window(digest, zone),
        counts=_counts(digest),
        about=ABOUT,
        inspections=tuple(
            _inspection(each, zone, detailed=at < len(digest.inspections) - left.details)
            for at, each in enumerate(digest.inspections)
        ),
        more_inspections=_more(left.inspections, "inspection"),
        more_details=f"{_more(left.details, 'inspection')}, in the table above alone" if left.details else "",
        updates=tuple(_update(each, zone) for each in digest.updates),
        more_updates=_more(left.updates, "correction"),
        flagged=tuple(_article(each, zone) for each in digest.flagged),
        more_flagged=_more(left.flagged, "flagged post"),
        recent=tuple(_article(each, zone) for each in digest.recent),
        more_recent=_more(left.recent, "article"),
        troubles=tuple(_trouble(each, zone) for each in digest.troubles),
        more_troubles=_more(left.troubles, "feed"),
        archive=_archive(left, number),
    )


def _more(number: int, one: str) -> str:
    return f"and {count(number, f'more {one}', f'more {one}s')}" if number else ""


def _archive(left: Omitted, number: int | None) -> str:
    if not left:
        return ""
    cut = any((left.inspections, left.details, left.updates, left.flagged, left.troubles))
    if cut and number is not None:
        return f"What is only counted here is in the whole digest: aggregator digests show {number}"
    return "What is only counted here is in the archive: aggregator entries, aggregator ratings"


def _window(digest: Digest, zone: ZoneInfo) -> str:
    since = f"since {moment(digest.since, zone)}" if digest.since else "so far"
    until = f", until {moment(digest.until, zone)}" if digest.since and digest.until < digest.composed_at else ""
    return f"{'Nothing new' if digest.empty else 'What came in'} {since}{until}"


def _counts(digest: Digest) -> str:
    left = digest.omitted
    counted = (
        (len(digest.inspections) + left.inspections, "inspection"),
        (len(digest.updates) + left.updates, "correction"),
        (len(digest.flagged) + left.flagged, "flagged post"),
        (len(digest.recent) + left.recent, "recent article"),
        (len(digest.troubles) + left.troubles, "feed to look at"),
    )
    plural = {"feed to look at": "feeds to look at"}
    return ", ".join(count(number, one, plural.get(one)) for number, one in counted if number)


def _preview(digest: Digest) -> str:
    """The subject has the first inspection; here are those after it."""
    return clean_line(" · ".join(headline(each) for each in digest.inspections[1:5]), PREVIEW) or _counts(digest)


def _inspection(each: Inspection, zone: ZoneInfo, *, detailed: bool) -> InspectionView:
    title = clean_line(each.title)
    # The findings say why it is here; the rules it met would say it again.
    article = _article(replace(each.article, reasons=(), rated=()), zone)
    at = each.published_at or each.article.published_at or each.article.first_seen_at
    kinds = [beside_place(body) for body in each.bodies]
    return InspectionView(
        title=title,
        detailed=detailed,
        article=replace(article, title="") if article.title == title else article,
        official_url=web_url(each.official_url),
        told=f"More on a report that was told on {date(each.told_at, zone)}" if each.told_at else "",
        bodies=tuple(
            # A place and a kind say who it is, unless the title is no place, or there are two of a kind.
            _body(body, at, "" if article.title == title or kinds.count(beside_place(body)) > 1 else title)
            for body in each.bodies
        ),
    )


def _body(body: Body, at: datetime, place: str) -> BodyView:
    sentences: dict[str, list[Finding]] = {}
    for number, finding in enumerate(body.findings):
        sentences.setdefault(finding.evidence or f"\0{number}", []).append(finding)
    name = clean_line(body_name(body))
    overall = body.overall
    points = (*body.history, Earlier(overall.rating, at)) if overall and body.history else ()
    return BodyView(
        name=name,
        row=f"{NATIONAL if body.area == NATIONAL else place}: {beside_place(body)}" if place else name,
        overall=_finding(overall) if overall else None,
        said=tuple(Said(tuple(_finding(each) for each in found), _quote(found[0])) for found in sentences.values()),
        standards=_standards(body),
        # One earlier rating stands beside the new one already.
        history=", ".join(f"{LABELS[each.rating]} ({month(each.at)})" for each in points) if len(points) > 2 else "",
        points=points,
    )


def _standards(body: Body) -> tuple[StandardsView, ...]:
    gathered: dict[tuple[RatingValue, str], list[str]] = {}
    for finding in body.findings:
        if finding is not body.overall:
            gone = before(finding.previous, finding.direction) if finding.previous else ""
            gathered.setdefault((finding.rating, gone), []).append(clean_line(finding.aspect))
    return tuple(
        StandardsView(", ".join(aspects), rating, LABELS[rating], gone)
        for (rating, gone), aspects in sorted(gathered.items(), key=lambda item: WORST_FIRST.index(item[0][0]))
    )


def _quote(finding: Finding) -> Quote | None:
    evidence, start, end = excerpt(finding.evidence, finding.start, finding.end)
    return Quote(evidence[:start], evidence[start:end], evidence[end:]) if evidence else None


def _finding(finding: Finding) -> FindingView:
    return FindingView(
        aspect=clean_line(aspect_name(finding.aspect)),
        rating=finding.rating,
        label=LABELS[finding.rating],
        stated=clean_line(stated_words(finding)),
        before=before(finding.previous, finding.direction) if finding.previous else "",
        recalled=_recalled(finding),
        disagreements=(
            "Elsewhere: "
            + listed(
                clean_line(f"{LABELS[each.rating]} (“{each.raw}”, {each.source})") for each in finding.disagreements
            )
        )
        if finding.disagreements
        else "",
    )


def _recalled(finding: Finding) -> str:
    if finding.previous is None:
        return ""
    said = before(finding.previous, finding.direction)
    # Of an earlier rating that only the post recalls, the date is not known.
    return f"{said}, as the post recalls" if finding.previous.basis is Basis.POST and not finding.previous.at else said


def _article(each: Article, zone: ZoneInfo) -> ArticleView:
    places = tuple(Place(clean_line(place.source), web_url(place.url)) for place in each.also_in)
    hidden = len(places) - PLACES
    names = dict.fromkeys(name for name in (clean_line(each.author or ""), clean_line(each.source)) if name)
    when = moment(each.published_at, zone) if each.published_at else f"undated, seen {moment(each.first_seen_at, zone)}"
    return ArticleView(
        title=clean_line(each.title),
        url=web_url(each.url),
        byline=", ".join([*names, when]),
        places=places[:PLACES],
        more_places=f"and {count(hidden, 'more place')}" if hidden > 0 else "",
        notes=(
            *(clean_line(rated) for rated in each.rated),
            *(clean_line(f"Flagged by {reason}") for reason in each.reasons),
        ),
    )


def _update(each: Update, zone: ZoneInfo) -> UpdateView:
    return UpdateView(
        article=_article(replace(each.article, reasons=(), rated=()), zone),
        when=f"Edited; the change was seen on {moment(each.changed_at, zone)}",
        changes=tuple((change.after, clean_line(change_line(change))) for change in each.changes),
    )


def _trouble(each: Trouble, zone: ZoneInfo) -> TroubleView:
    since = f" since {date(each.since, zone)}" if each.since else ""
    return TroubleView(clean_line(each.feed), f"{TROUBLES[each.kind]}{since}", clean_line(each.message))
