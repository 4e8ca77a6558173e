"""A digest as Markdown (CommonMark), for a chat, a wiki or a repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.digest.render.view import OFFICIAL, READ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.digest.render.view import ArticleView, BodyView, InspectionView, View

__all__ = ["as_markdown"]

# What could start or end markup anywhere in a line. Every ASCII punctuation mark may be escaped (CommonMark 2.4).
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~&!^$])")
# What is markup only where a line starts: lists and rules, "1." and "1)", setext underlines.
_LEADING: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def as_markdown(shown: View, footer: Sequence[tuple[str, str | None]] = ()) -> str:
    """Lay a digest out. ``footer`` are words, each with an address or None, for the end."""
    return "\n\n".join(_blocks(shown, footer)) + "\n"


def _blocks(shown: View, footer: Sequence[tuple[str, str | None]]) -> Iterator[str]:
    yield f"# {_plain(shown.title)}"
    yield "\n".join(f"{_plain(line)}  " for line in (shown.when, shown.counts, f"{shown.window}.") if line).rstrip()
    if shown.inspections or shown.more_inspections:
        yield "## At a glance"
    if shown.inspections:
        yield "\n".join(_table(shown.inspections))
    yield from _more(shown.more_inspections)
    for inspection in shown.inspections:
        # Markdown holds everything: nothing of it is in the table alone.
        yield f"## {_plain(inspection.title)}"
        yield _article(inspection.article, inspection.official_url)
        if inspection.told:
            yield f"{_plain(inspection.told)}."
        for body in inspection.bodies:
            yield f"### {_plain(f'Findings — {body.name}')}"
            yield "\n".join(_findings(body))
    if shown.updates or shown.more_updates:
        yield "## Corrected since"
        for update in shown.updates:
            changes = [f"- **{_plain(change)}**" for _, change in update.changes]
            yield "\n".join([*changes, "", _article(update.article), "", f"{_plain(update.when)}."])
        yield from _more(shown.more_updates)
    for name, articles, more in (
        ("Other flagged posts", shown.flagged, shown.more_flagged),
        ("Recent articles", shown.recent, shown.more_recent),
    ):
        if articles or more:
            yield f"## {name}"
            for article in articles:
                yield _article(article)
            yield from _more(more)
    if shown.troubles or shown.more_troubles:
        yield "## Feeds to look at"
        for trouble in shown.troubles:
            yield f"**{_plain(trouble.feed)}**: {_plain(trouble.state)}  \n{_plain(trouble.message)}"
        yield from _more(shown.more_troubles)
    yield "---"
    if shown.archive:
        yield _plain(shown.archive)
    yield _plain(shown.about)
    for words, url in footer:
        yield _link(words, url)


def _more(more: str) -> Iterator[str]:
    if more:
        yield f"… {_plain(more)}"


def _table(inspections: Sequence[InspectionView]) -> Iterator[str]:
    yield "| Body | Aspect | Rating | Before |"
    yield "|---|---|---|---|"
    for inspection in inspections:
        for body in inspection.bodies:
            rows = [("overall", f"**{_plain(body.overall.words)}**", body.overall.before)] if body.overall else []
            rows += [(each.aspects, f"**{_plain(each.label)}**", each.before) for each in body.standards]
            for aspects, rating, before in rows:
                yield f"| {_plain(body.row)} | {_plain(aspects)} | {rating} | {_plain(before) or '–'} |"


def _findings(body: BodyView) -> Iterator[str]:
    if body.history:
        yield f"Over time: {_plain(body.history)}\n"
    for said in body.said:
        for finding in said.findings:
            before = f", {_plain(finding.recalled)}" if finding.recalled else ""
            yield f"- {_plain(finding.aspect)}: **{_plain(finding.words)}**{before}"
            if finding.disagreements:
                yield ""
                yield f"  {_plain(finding.disagreements)}"
        if said.quote is not None:
            yield ""
            yield f"  > “{_plain(str(said.quote).strip())}”"


def _article(article: ArticleView, official: str | None = None) -> str:
    title = [f"**{_link(article.title, article.url)}**"] if article.title else []
    lines = [*title, _plain(article.byline), *map(_plain, article.notes)]
    places = [_link(words, url) for words, url in ((READ, article.url), (OFFICIAL, official)) if url]
    if article.places:
        named = ", ".join(_link(place.source, place.url) for place in article.places)
        places.append(f"also in {named} {_plain(article.more_places)}".rstrip())
    return "  \n".join([*lines, *([" · ".join(places)] if places else [])])


def _link(words: str, url: str | None) -> str:
    if not url:
        return _plain(words)
    # In <…> an address may hold everything but these; encoded they mean the same.
    return f"[{_plain(words)}](<{url.replace('<', '%3C').replace('>', '%3E')}>)"


def _plain(text: str) -> str:
    return _LEADING.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", _MARKUP.sub(r"\\\1", text))
