"""A digest in words, ready to be laid out: every form shows these strings, so that all forms say the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aggregator.digest.clean import clean_line, excerpt, web_url
from aggregator.digest.model import Basis, Omitted
from aggregator.digest.words import (
    LABELS,
    TROUBLES,
    TYPE_NAMES,
    aspect_name,
    before,
    body_name,
    change_line,
    count,
    date,
    listed,
    moment,
    stated_words,
)
from aggregator.model import OVERALL, RatingValue

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aggregator.digest.model import Article, Body, Digest, Finding, Inspection, Trouble, Update

__all__ = [
    "ArticleView",
    "BodyView",
    "FindingView",
    "InspectionView",
    "Place",
    "Quote",
    "TroubleView",
    "UpdateView",
    "View",
    "view",
]

# Other places named for one story; the rest are counted.
PLACES: Final = 6
READ: Final = "Read in browser"
OFFICIAL: Final = "Official report"
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
        quote: None where the sentence is quoted just above.
    """

    aspect: str
    rating: RatingValue
    label: str
    stated: str
    before: str
    recalled: str
    quote: Quote | None
    disagreements: str

    @property
    def words(self) -> str:
        """``Good``, ``Negative (“poor”)``."""
        return f"{self.label} ({self.stated})" if self.stated else self.label


@dataclass(frozen=True, slots=True)
class BodyView:
    """One body; ``standards`` are its findings but the overall one, gathered by rating for the table."""

    name: str
    kind: str
    kind_name: str
    overall: FindingView | None
    findings: tuple[FindingView, ...]
    standards: tuple[tuple[RatingValue, str, str], ...]  # rating, its label, the aspects in a list


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One post to read."""

    title: str
    url: str | None
    byline: str
    places: tuple[Place, ...]
    more_places: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InspectionView:
    """One report. ``place`` is its title for the table, where its bodies' names do not say it themselves."""

    title: str
    place: str
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
    """The whole digest in words. The ``more_…`` say how many are not listed, or nothing."""

    subject: str
    title: str
    when: str
    window: str
    counts: str
    about: str
    inspections: tuple[InspectionView, ...]
    more_inspections: str
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
        title=clean_line(digest.title),
        when=f"{date(digest.composed_at, zone, weekday=True)}, {moment(digest.composed_at, zone).split(', ', 1)[1]}",
        window=_window(digest, zone),
        counts=_counts(digest),
        about=ABOUT,
        inspections=tuple(_inspection(each, zone) for each in digest.inspections),
        more_inspections=_more(left.inspections, "inspection"),
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
    cut = any((left.inspections, left.updates, left.flagged, left.troubles))
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


def _inspection(each: Inspection, zone: ZoneInfo) -> InspectionView:
    title = clean_line(each.title)
    bodies = tuple(_body(body) for body in each.bodies)
    return InspectionView(
        title=title,
        place="" if len(bodies) == 1 and title.casefold() in bodies[0].name.casefold() else title,
        # The findings say why it is here; the rules it met would say it again.
        article=_article(replace(each.article, reasons=(), rated=()), zone),
        official_url=web_url(each.official_url),
        told=f"More on a report that was told on {date(each.told_at, zone)}" if each.told_at else "",
        bodies=bodies,
    )


def _body(body: Body) -> BodyView:
    findings: list[FindingView] = []
    quoted: set[str] = set()
    for finding in body.findings:
        findings.append(_finding(finding, quote=finding.evidence not in quoted))
        quoted.add(finding.evidence)
    gathered: dict[RatingValue, list[str]] = {}
    for finding in body.findings:
        if finding.aspect != OVERALL:
            gathered.setdefault(finding.rating, []).append(clean_line(finding.aspect))
    return BodyView(
        name=clean_line(body_name(body)),
        kind=body.provider_type.value,
        kind_name=TYPE_NAMES[body.provider_type],
        overall=next(
            (shown for shown, own in zip(findings, body.findings, strict=True) if own.aspect == OVERALL), None
        ),
        findings=tuple(findings),
        standards=tuple((rating, LABELS[rating], ", ".join(aspects)) for rating, aspects in gathered.items()),
    )


def _finding(finding: Finding, *, quote: bool) -> FindingView:
    evidence, start, end = excerpt(finding.evidence, finding.start, finding.end)
    return FindingView(
        aspect=clean_line(aspect_name(finding.aspect)),
        rating=finding.rating,
        label=LABELS[finding.rating],
        stated=clean_line(stated_words(finding)),
        before=before(finding.previous, finding.direction) if finding.previous else "",
        recalled=_recalled(finding),
        quote=Quote(evidence[:start], evidence[start:end], evidence[end:]) if quote and evidence else None,
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
