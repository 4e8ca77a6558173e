"""``aggregator explain``: why a post is flagged, or not."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from aggregator.cli.options import output_option
from aggregator.cli.output import dump_json, is_terminal, opened
from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean, typed
from aggregator.errors import Exit, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from aggregator.cli.explaining import Explanation
    from aggregator.model import ParsedEntry

__all__ = ["command"]

_TEXTS: Final = ("title", "text", "html", "published", "date", "url")
_MARKED: Final = re.compile("«[^»]*»")


@click.command("explain")
@click.argument("what", metavar="ENTRY|FILE|-", type=click.UNPROCESSED)
@click.option(
    "--jsonl", is_flag=True, help='FILE holds many posts, a line each: {"id", "title", "text" or "html", "published"}.'
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    help="Text for a person, or one JSON object a post. Without it: text on a terminal, JSON elsewhere.",
)
@output_option
@pass_session
def command(session: Session, *, what: str, jsonl: bool, form: str | None, output: Path | None) -> int:
    """Tell why a post is flagged, or not.

    The words, the place, the rule. ENTRY is the number or the address of a stored entry; FILE a saved newsletter
    (.eml, .mbox, .txt, .html) or a feed (.xml, .json); - reads standard input. The rules are those of config.toml,
    or the shipped ones where there is none.

    For each rating it gives provider_type, provider, area, aspect, rating, raw (the words), when (current or
    previous), evidence (the sentence), start and end (of raw in it), confidence, field, position (of the evidence in
    it) and reason.
    """
    if jsonl:
        if form == "text":
            raise UsageError("--jsonl gives JSON lines, never text")
        return _explain_lines(session, what, output)
    told = list(_explained(session, what))
    with opened(output) as stream:
        if form == "text" or (form is None and is_terminal(stream)):
            _write_text(told, session, stream)
        else:
            from aggregator.cli.explaining import as_row

            for each in told:
                stream.write(dump_json(as_row(each, whole=True), stream) + "\n")
    return Exit.FINE


def _explained(session: Session, what: str) -> Iterator[Explanation]:
    from aggregator.cli.explaining import explain

    config = session.config_or_shipped
    if what.isdecimal() or re.match(r"https?://", what):
        yield _stored(session, typed(what))
        return
    for entry in _read_posts(session, what):
        yield explain(entry, config.rules, config.bodies)


def _stored(session: Session, what: str) -> Explanation:
    """An entry of the database, read again with today's extractor."""
    from aggregator.cli.explaining import explain
    from aggregator.parsing.blocks import blocks
    from aggregator.parsing.entry import make_entry, stated_date
    from aggregator.ratings import EXTRACTOR_VERSION
    from aggregator.store.listing import entry, find_entry

    store = session.open_store(read_only=True)
    number = find_entry(store, what)
    row = entry(store, number) if number is not None else None
    if row is None:
        raise UsageError(f"there is no entry {what}", next_step="`aggregator entries` lists them.")
    post = make_entry(
        guid=None,
        url=row["canonical_url"],
        title=row["title"],
        author=row["author"],
        published=stated_date(row["published_at"]),
        updated=stated_date(row["updated_at"]),
        html=row["html"],
        blocks=blocks(row["html"]),
    )
    config = session.config_or_shipped
    told = explain(post, config.rules, config.bodies, identity=row["id"])
    notes = []
    if row["extractor_version"] != EXTRACTOR_VERSION:
        notes.append(
            f"it is stored as version {row['extractor_version']} of the extraction read it; this is version "
            f"{EXTRACTOR_VERSION}. `aggregator reflag` brings the archive up to date."
        )
    if set(row["rules"]) != {flag.rule for flag in told.met}:
        listed = ", ".join(row["rules"]) or "no rule"
        notes.append(f"it is stored as having met {listed}; `aggregator reflag` applies today's rules.")
    return replace(told, notes=(*told.notes, *notes))


def _read_posts(session: Session, what: str) -> Iterable[ParsedEntry]:
    from aggregator.cli.reading import read_posts

    return read_posts(what, zone=session.zone).entries


def _write_text(told: list[Explanation], session: Session, stream: TextIO) -> None:
    from aggregator.cli.explaining import as_text

    pages = (as_text(each, zone=session.zone) for each in told)
    text = ("\n\n" + "─" * 72 + "\n\n").join(pages)
    if is_terminal(stream):
        text = _MARKED.sub(lambda match: click.style(match[0][1:-1], bold=True, reverse=True), text)
    stream.write(text + "\n")


# --- many posts ---------------------------------------------------------------------------------------


def _explain_lines(session: Session, what: str, output: Path | None) -> int:
    """A line in, a line out, in the same order; a line that cannot be read is told and passed over."""
    from aggregator.cli.explaining import as_row, explain
    from aggregator.parsing.entry import entry_from_text

    config, zone = session.config_or_shipped, session.zone
    status = Exit.FINE
    with _lines(what) as lines, opened(output) as stream:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                post = _post(line)
            except ValueError as error:
                click.echo(clean(f"aggregator: {what}: line {number}: {error}"), err=True)
                status = Exit.FAILED
                continue
            entry = entry_from_text(
                post["title"],
                text=post.get("text"),
                html=post.get("html"),
                published=post.get("published") or post.get("date"),
                url=post.get("url"),
                zone=zone,
            )
            row = as_row(explain(entry, config.rules, config.bodies, identity=post.get("id", number)), whole=False)
            stream.write(dump_json(row, stream) + "\n")
            stream.flush()  # a program on the other end may wait for this answer before it asks on
    return status


def _lines(what: str) -> TextIO:
    if what == "-":
        return open(sys.stdin.fileno(), encoding="utf-8-sig", errors="replace", closefd=False)
    try:
        return Path(what).open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", subject=what) from None


def _post(line: str) -> dict[str, Any]:
    """A post of a JSON line.

    Raises:
        ValueError: It is none, in words.
    """
    try:
        post = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    wrong = None if isinstance(post, dict) else "not an object with title and text"
    for key in _TEXTS if wrong is None else ():
        if not isinstance(post.get(key), str | None):
            wrong = f"{key} is not a text"
    if wrong:
        raise ValueError(wrong)
    return {**post, "title": post.get("title") or ""}
