"""Invented posts and digests for the tests of this room: the bodies and standards exist, the words are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.digest.compose import compose
from aggregator.model import Field, ProviderType, Rating, RatingValue, When
from aggregator.store.gathered import (
    Candidate,
    FeedHealth,
    Gathered,
    KnownInspection,
    PastRating,
    Sighting,
    Stated,
)

if TYPE_CHECKING:
    from aggregator.digest.model import Digest

NOW = datetime(2019, 4, 18, 6, 0, tzinfo=UTC)  # 07:00 in London, which is on summer time


def rating(
    body: str = "CRC",
    value: str = "good",
    *,
    aspect: str = "overall",
    area: str | None = "Kent",
    provider: str | None = None,
    evidence: str = "",
    raw: str = "",
    when: str = "current",
    field: str = "text",
    position: int = 0,
    confidence: float = 0.9,
) -> Rating:
    raw = raw or value.replace("_", " ")
    evidence = evidence or f"Inspectors found the work on {aspect} of the {body} {raw}."
    start = evidence.index(raw)
    return Rating(
        provider_type=ProviderType(body),
        provider=provider,
        area=area,
        aspect=aspect,
        rating=RatingValue(value),
        raw=raw,
        when=When(when),
        evidence=evidence,
        field=Field(field),
        position=position,
        start=start,
        end=start + len(raw),
        confidence=confidence,
        reason="made up for a test",
    )


def post(
    number: int,
    title: str,
    *ratings: Rating | tuple[Rating, int],
    source: str = "Russell Webster",
    flags: tuple[str, ...] | None = None,
    hours: float = 2,
    **changes: Any,
) -> Candidate:
    """A post seen ``hours`` before NOW; a rating in a pair with an inspection's id belongs to that report."""
    stated = tuple(Stated(*each) if isinstance(each, tuple) else Stated(each, None) for each in ratings)
    kinds = {each.rating.provider_type for each in stated if each.rating.when is When.CURRENT}
    rules = tuple(f"{kind} ratings" for kind in sorted(kinds)) if flags is None else flags
    url = f"https://example.org/{number}"
    found = Candidate(
        id=number,
        why="new",
        title=title,
        url=url,
        author=None,
        published_at=NOW - timedelta(hours=hours),
        first_seen_at=NOW - timedelta(hours=hours - 0.25),
        changed_at=None,
        content_hash=f"hash-{number}",
        text=f"Text of post {number}.",
        ratings=stated,
        flags=tuple((rule, f"“{rule}” in its text") for rule in rules),
        sightings=(Sighting(source, url),),
    )
    return replace(found, **changes)


def composed(*posts: Candidate, now: datetime = NOW, recent_articles: int = 20, **gathered: Any) -> Digest:
    return compose(
        Gathered(candidates=posts, **gathered),
        title="Probation inspection digest",
        timezone="Europe/London",
        recent_articles=recent_articles,
        now=now,
        trigger="schedule",
        until=now,
    )


def realistic() -> Digest:
    """A day with three reports, a round-up, reposts, a correction, other posts and feeds in trouble."""
    crc = "Dorset, Devon and Cornwall CRC"
    dorset = (
        rating(
            "CRC",
            "inadequate",
            area="Dorset, Devon and Cornwall",
            provider=crc,
            raw="Inadequate",
            evidence="Inspectors have rated Dorset, Devon and Cornwall CRC ‘Inadequate’ overall, the first company to land in the bottom band.",
        ),
        rating(
            "CRC",
            "inadequate",
            aspect="leadership",
            area="Dorset, Devon and Cornwall",
            provider=crc,
            raw="Inadequate",
            evidence="Leadership, staffing and planning were each judged Inadequate: caseloads stand at more than eighty for some officers.",
        ),
        rating(
            "CRC",
            "inadequate",
            aspect="staff",
            area="Dorset, Devon and Cornwall",
            provider=crc,
            raw="Inadequate",
            evidence="Leadership, staffing and planning were each judged Inadequate: caseloads stand at more than eighty for some officers.",
        ),
        rating(
            "CRC",
            "requires_improvement",
            aspect="through the gate",
            area="Dorset, Devon and Cornwall",
            provider=crc,
            raw="Requires improvement",
            evidence="Through the Gate work | Requires improvement",
        ),
        rating(
            "CRC",
            "good",
            aspect="unpaid work",
            area="Dorset, Devon and Cornwall",
            provider=crc,
            raw="good",
            evidence="Unpaid work, by contrast, was good and well regarded by the charities it serves.",
        ),
        rating(
            "CRC",
            "requires_improvement",
            area="Dorset, Devon and Cornwall",
            provider=crc,
            when="previous",
            raw="requires improvement",
            evidence="A year ago the same company was told that it requires improvement.",
        ),
    )
    north = (
        rating(
            "NPS",
            "good",
            area="North West",
            provider="NPS North West",
            raw="‘Good’",
            evidence="The North West division was judged ‘Good’ overall, with high workloads.",
        ),
        rating(
            "NPS",
            "outstanding",
            aspect="statutory victim work",
            area="North West",
            provider="NPS North West",
            raw="outstanding",
            evidence="Victim work was outstanding for the second time.",
        ),
        rating(
            "NPS",
            "good",
            aspect="court reports and case allocation",
            area="North West",
            provider="NPS North West",
            raw="good",
            evidence="Court reports were good, if often late.",
        ),
        rating(
            "NPS",
            "requires_improvement",
            aspect="reviewing",
            area="North West",
            provider="NPS North West",
            raw="requires improvement",
            evidence="Only the reviewing of cases requires improvement.",
        ),
    )
    gwent = (
        rating(
            "CRC",
            "negative",
            area="Gwent",
            provider="Wales CRC",
            raw="not good enough",
            evidence="Overall, the company’s work in Gwent was simply not good enough.",
        ),
        rating(
            "CRC",
            "negative",
            aspect="public protection",
            area="Gwent",
            provider="Wales CRC",
            raw="poor",
            evidence="Work to protect the public was poor, and home visits were rare.",
        ),
        rating(
            "NPS",
            "positive",
            area="Gwent",
            provider="NPS Wales",
            raw="generally good",
            evidence="The NPS’s work was generally good, as we have come to expect.",
        ),
        rating(
            "NPS",
            "mixed",
            aspect="reducing reoffending",
            area="Gwent",
            provider="NPS Wales",
            raw="acceptable",
            evidence="Its work to reduce reoffending was acceptable.",
        ),
    )
    leeds = (
        rating(
            "YJS",
            "good",
            area="Leeds",
            provider="Leeds YJS",
            raw="Good",
            evidence="Leeds Youth Justice Service receives an overall rating of Good.",
        ),
    )
    release = (
        "Probation services in Dorset, Devon and Cornwall need urgent improvement, inspectors have said today. "
        + " ".join(
            f"Paragraph {n} of the release says what the inspectors saw in office {n} and what they think of it."
            for n in range(20)
        )
    )
    posts = (
        post(
            1,
            "First probation company rated ‘Inadequate’",
            *((each, 1) for each in dorset),
            author="Russell Webster",
            text=release,
        ),
        post(
            2,
            "Failing probation company put public at risk, say inspectors",
            (dorset[0], 1),
            source="Devon Post",
            hours=1,
            text=f"By our reporter. {release}",
        ),
        post(
            3,
            "Dorset, Devon & Cornwall Community Rehabilitation Company inspection report",
            (dorset[0], 1),
            source="HM Inspectorate of Probation",
            hours=3,
        ),
        post(
            4,
            "Probation in the North West: “good”, but busy",
            *((each, 2) for each in north),
            author="Russell Webster",
            hours=20,
        ),
        post(5, "Inspectors return to Gwent", *gwent, source="Probation Matters", hours=9),
        post(6, "Youth justice in Leeds praised", *leeds, source="Leeds Today", flags=(), hours=4),
        post(
            7,
            "New chief inspector to speak in Leeds",
            source="HM Inspectorate of Probation",
            flags=("words: chief inspector",),
            hours=5,
        ),
        post(
            8,
            "Select committee hears evidence on the future of the NPS",
            source="GOV.UK",
            flags=("words: National Probation Service",),
            hours=30,
            sightings=(
                Sighting("GOV.UK", "https://example.org/8"),
                Sighting("Probation Matters", "https://example.com/committee"),
            ),
        ),
        *(
            post(n, title, source=source, hours=n, flags=())
            for n, (title, source) in enumerate(
                (
                    ("What works in mentoring people after prison", "Russell Webster"),
                    ("Criminal Justice Quiz – Easter 2019", "Russell Webster"),
                    ("Drugs: the state of the nation", "Russell Webster"),
                    ("Housing after release: one city’s pilot", "Clinks"),
                    ("Understanding psychoactive substances in prisons", "Clinks"),
                    ("A day in an unpaid work team", "Probation Matters"),
                    ("Sentencing statistics, quarter four", "GOV.UK"),
                ),
                start=20,
            )
        ),
        replace(
            post(
                40,
                "Inspection of Essex CRC (corrected)",
                rating("CRC", "requires_improvement", area="Essex", provider="Essex CRC", raw="requires improvement"),
                source="Essex Gazette",
                hours=50,
            ),
            why="rating changed",
            changed_at=NOW - timedelta(hours=7),
            told=(rating("CRC", "inadequate", area="Essex", provider="Essex CRC"),),
        ),
    )
    return composed(
        *posts,
        recent_articles=6,
        since=NOW - timedelta(days=1),
        inspections=(
            KnownInspection(
                1,
                crc,
                "Dorset, Devon and Cornwall",
                NOW - timedelta(hours=7),
                "https://www.justiceinspectorates.example/ddc/",
            ),
            KnownInspection(2, "NPS North West", "North West", NOW - timedelta(days=1), None),
        ),
        past=(
            PastRating(
                9,
                ProviderType.NPS,
                "NPS North West",
                "North West",
                "overall",
                RatingValue.REQUIRES_IMPROVEMENT,
                datetime(2018, 2, 6, tzinfo=UTC),
                2,
            ),
            PastRating(
                9,
                ProviderType.NPS,
                "NPS North West",
                "North West",
                "statutory victim work",
                RatingValue.OUTSTANDING,
                datetime(2018, 2, 6, tzinfo=UTC),
                2,
            ),
        ),
        feeds=(
            FeedHealth(
                "clinks",
                "failing",
                14,
                NOW - timedelta(days=3),
                "503 Service Unavailable from www.example.net",
                NOW - timedelta(days=400),
                NOW + timedelta(hours=4),
            ),
            FeedHealth(
                "local-press",
                "ok",
                0,
                None,
                None,
                NOW - timedelta(days=400),
                NOW + timedelta(hours=1),
                recent=tuple(NOW - timedelta(days=14.2 + 2 * n) for n in range(8)),
            ),
        ),
    )
