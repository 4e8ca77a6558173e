"""Digests of any content, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import Phase, settings
from hypothesis import strategies as st

from aggregator.digest.model import (
    Article,
    Basis,
    Body,
    Change,
    Coverage,
    Digest,
    Disagreement,
    Earlier,
    Finding,
    Inspection,
    Member,
    Omitted,
    Previous,
    Trouble,
    TroubleKind,
    Update,
)
from aggregator.model import OVERALL, ProviderType, RatingValue

# Digests are big: making them smaller once one has failed would take minutes, and the seed says enough.
ANY_DIGEST = settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
SECONDS = st.integers(-60_000_000_000, 250_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
# Any text, and text that means harm in one of the forms.
WORDS = st.text(max_size=40) | st.sampled_from(
    [
        "Kent & Gwent",
        "<script>alert(1)</script>",
        "</td></tr></table>",
        "<!--@recent.0--><!--/recent.0-->",
        "line\r\nBcc: everyone@example.org",
        "\u202edenetaerht",
        "{{ 7 * 7 }} {% raw %}",
        "[a](javascript:x) | `b` *c* _d_ # e",
        "“quoted” ‘words’",
        "x" * 300,
        "&amp; &lt; &#10;",
        "1. item",
    ]
)
NAMES = st.none() | WORDS
URLS = st.sampled_from(
    [
        None,
        "https://example.org/a?b=c&d=e",
        "javascript:alert(1)",
        "https://example.org/\"onload='x'",
        "http://example.org/<b>",
    ]
)
RATINGS = st.sampled_from(RatingValue)
KINDS = st.sampled_from(ProviderType)
COUNTS = st.integers(0, 2000)


def several(strategy: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(strategy, max_size=most).map(tuple)


ARTICLES = st.builds(
    Article,
    entry_id=COUNTS,
    title=WORDS,
    url=URLS,
    source=WORDS,
    author=NAMES,
    published_at=st.none() | SECONDS,
    first_seen_at=SECONDS,
    also_in=several(st.builds(Coverage, source=WORDS, url=URLS, title=WORDS), 8),
    reasons=several(WORDS),
    rated=several(WORDS),
)
FINDINGS = st.builds(
    Finding,
    aspect=st.just(OVERALL) | WORDS,
    rating=RATINGS,
    raw=WORDS,
    evidence=WORDS,
    start=st.integers(0, 20),
    end=st.integers(20, 40),
    previous=st.none() | st.builds(Previous, rating=RATINGS, basis=st.sampled_from(Basis), at=st.none() | SECONDS),
    disagreements=several(st.builds(Disagreement, source=WORDS, rating=RATINGS, raw=WORDS), 2),
)
BODIES = st.builds(
    Body,
    provider_type=KINDS,
    provider=NAMES,
    area=NAMES,
    findings=st.lists(FINDINGS, min_size=1, max_size=4).map(tuple),
    history=several(st.builds(Earlier, rating=RATINGS, at=SECONDS), 9),
)
INSPECTIONS = st.builds(
    Inspection,
    inspection_id=st.none() | COUNTS,
    title=WORDS,
    article=ARTICLES,
    bodies=st.lists(BODIES, min_size=1, max_size=3).map(tuple),
    official_url=URLS,
    published_at=st.none() | SECONDS,
    told_at=st.none() | SECONDS,
)
CHANGES = st.builds(
    Change,
    provider_type=KINDS,
    provider=NAMES,
    area=NAMES,
    aspect=WORDS,
    before=st.none() | RATINGS,
    after=st.none() | RATINGS,
)
UPDATES = st.builds(
    Update, article=ARTICLES, changed_at=SECONDS, changes=st.lists(CHANGES, min_size=1, max_size=3).map(tuple)
)
DIGESTS = st.builds(
    Digest,
    subject=WORDS,
    title=WORDS,
    timezone=st.sampled_from(["Europe/London", "UTC", "Asia/Kathmandu", "America/Sao_Paulo"]),
    composed_at=SECONDS,
    since=st.none() | SECONDS,
    until=SECONDS,
    trigger=st.sampled_from(["schedule", "manual"]),
    inspections=several(INSPECTIONS),
    updates=several(UPDATES),
    flagged=several(ARTICLES),
    recent=several(ARTICLES),
    troubles=several(
        st.builds(Trouble, feed=WORDS, kind=st.sampled_from(TroubleKind), since=st.none() | SECONDS, message=WORDS)
    ),
    omitted=st.builds(Omitted, inspections=COUNTS, updates=COUNTS, flagged=COUNTS, recent=COUNTS, troubles=COUNTS),
    members=several(
        st.builds(Member, entry_id=COUNTS, why=st.sampled_from(["new", "rating changed"]), content_hash=WORDS)
    ),
)
