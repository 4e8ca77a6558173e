"""A digest in the form that is asked for. The same digest always gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args
from zoneinfo import ZoneInfo

from aggregator.digest.render.view import view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.digest.model import Digest
    from aggregator.digest.render.letter import Letter

__all__ = ["FORMS", "Form", "letter_parts", "render", "render_bytes"]

Form = Literal["text", "html", "markdown", "json", "eml"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)


def render(
    digest: Digest,
    form: Form,
    *,
    zone: ZoneInfo | None = None,
    number: int | None = None,
    letter: Letter | None = None,
) -> str:
    """Render a digest.

    HTML, alone and in a mail, is kept under 90 kB by leaving out whole items, which are counted; a mail's text says
    the same as its HTML. Text, Markdown and JSON alone hold everything.

    Args:
        digest: What to render.
        form: "text" (72 columns), "html" (one page, nothing to load), "markdown", "json" or "eml".
        zone: The zone its times are shown in; left out, the one it was composed for.
        number: Its number in the ledger, to say where what is left out can be seen.
        letter: For "eml", who writes to whom; for the others only its footer counts.
    """
    if form == "eml":
        # All of it is ASCII: headers are encoded words, bodies quoted-printable.
        return render_bytes(digest, form, zone=zone, number=number, letter=letter).decode("ascii")
    if form == "json":
        return digest.to_json() + "\n"
    zone = zone or ZoneInfo(digest.timezone)
    footer = letter.footer if letter else ()
    if form == "html":
        from aggregator.digest.render.fit import fit  # noqa: PLC0415 - jinja2 and css-inline: only where used
        from aggregator.digest.render.html import as_html  # noqa: PLC0415

        return as_html(view(fit(digest, zone, number=number, footer=footer), zone, number=number), footer)
    shown = view(digest, zone, number=number)
    if form == "markdown":
        from aggregator.digest.render.markdown import as_markdown  # noqa: PLC0415 - as above

        return as_markdown(shown, footer)
    from aggregator.digest.render.text import as_text  # noqa: PLC0415 - as above

    return as_text(shown, footer)


def render_bytes(
    digest: Digest,
    form: Form,
    *,
    zone: ZoneInfo | None = None,
    number: int | None = None,
    letter: Letter | None = None,
) -> bytes:
    """As ``render``, as the bytes of a file or a message: UTF-8; a mail as it goes over the wire."""
    if form != "eml":
        return render(digest, form, zone=zone, number=number, letter=letter).encode("utf-8", "replace")
    from aggregator.digest.render.letter import Letter, as_letter  # noqa: PLC0415 - as above

    letter = letter or Letter()
    text, page = letter_parts(digest, zone=zone, number=number, footer=letter.footer)
    return as_letter(digest, text, page, letter)


def letter_parts(
    digest: Digest,
    *,
    zone: ZoneInfo | None = None,
    number: int | None = None,
    footer: Sequence[tuple[str, str | None]] = (),
) -> tuple[str, str]:
    """The text and the HTML of a mail, which say the same. Readers with the same footer can share them."""
    from aggregator.digest.render.fit import fit  # noqa: PLC0415 - as above
    from aggregator.digest.render.html import as_html  # noqa: PLC0415
    from aggregator.digest.render.text import as_text  # noqa: PLC0415

    zone = zone or ZoneInfo(digest.timezone)
    shown = view(fit(digest, zone, number=number, footer=footer), zone, number=number)
    return as_text(shown, footer), as_html(shown, footer)
