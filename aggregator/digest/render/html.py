"""A digest as an HTML mail: what clients as old as Word's renderer show, and no client has to fetch anything for.

Styles are inlined, as some clients drop style sheets; the one that stays is for dark windows. Colours come from
``colours``, so that the contrast a test computes is the contrast that is sent.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import css_inline
import jinja2
from markupsafe import Markup

from aggregator.digest.render.chart import chart
from aggregator.digest.render.colours import DOTS, LINE, PAPER, RATINGS, css_name
from aggregator.digest.render.view import BODY_COLUMN, NO_OVERALL, OFFICIAL, RATING_COLUMN, READ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.digest.render.view import View

__all__ = ["MARK", "as_html", "marked_html"]

# What a piece that may be left out stands between: <!--@recent.3--> … <!--/recent.3-->
MARK: Final = re.compile(r"<!--(?P<end>/?)@?(?P<kind>[a-z]+)\.(?P<index>\d+)-->")

_WORDS: Final = {
    "BODY_COLUMN": BODY_COLUMN,
    "RATING_COLUMN": RATING_COLUMN,
    "NO_OVERALL": NO_OVERALL,
    "READ": READ,
    "OFFICIAL": OFFICIAL,
}


def as_html(shown: View, footer: Sequence[tuple[str, str | None]] = ()) -> str:
    """Lay a digest out. ``footer`` are words, each with an address or None, for the end."""
    return MARK.sub("", marked_html(shown, footer))


def marked_html(shown: View, footer: Sequence[tuple[str, str | None]] = ()) -> str:
    """The same with its marks in it, for measuring."""
    template, inliner, dark = _workshop()
    page = template.render(view=shown, footer=footer, dark=dark, css_name=css_name, chart=chart, **_WORDS)
    inlined: str = inliner.inline(page).replace(' data-css-inline="keep"', "")
    # Line ends as the template has them carry nothing a reader sees.
    return re.sub(r"\n\s*", "\n", inlined).strip() + "\n"


@cache
def _workshop() -> tuple[jinja2.Template, css_inline.CSSInliner, Markup]:
    folder = resources.files("aggregator.digest.render") / "templates"
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
    )
    inliner = css_inline.CSSInliner(
        extra_css=_colours() + (folder / "digest.css").read_text(encoding="utf-8"),
        load_remote_stylesheets=False,
        minify_css=True,
    )
    return environment.get_template("digest.html.j2"), inliner, Markup(_dark())  # noqa: S704 - constants only


def _colours() -> str:
    """The light colours, to be inlined."""
    rules = [
        f".{css_name(rating)} {{ color: {pair.ink}; background-color: {pair.ground}; }}"
        for rating, pair in RATINGS.items()
    ]
    paper = {name: pair.ink for name, pair in PAPER.items()}
    ground = PAPER["text"].ground
    return "\n".join(
        [
            *rules,
            f".card, .part {{ color: {paper['text']}; background-color: {ground}; }}",
            f".outside, .footer {{ color: {paper['outside']}; background-color: {PAPER['outside'].ground}; }}",
            f".byline, .note, .places, .more, .head, .muted {{ color: {paper['muted']}; }}",
            f".link {{ color: {paper['link']}; }}",
            f".quote {{ color: {paper['quote']}; }}",
            f".worse {{ color: {paper['worse']}; }}",
            f".better {{ color: {paper['better']}; }}",
            f".trouble {{ color: {paper['trouble']}; }}",
        ]
    )


def _dark() -> str:
    """The dark colours, for clients that say they are dark; ``!important``, as the light ones stand in the tags."""
    rules = [
        f".{css_name(rating)}{{color:{pair.dark_ink}!important;background-color:{pair.dark_ground}!important}}"
        for rating, pair in RATINGS.items()
    ]
    paper = {name: pair.dark_ink for name, pair in PAPER.items()}
    text, outside = PAPER["text"], PAPER["outside"]
    rules += [
        f".card,.part{{color:{text.dark_ink}!important;background-color:{text.dark_ground}!important}}",
        f".outside,.footer{{color:{outside.dark_ink}!important;background-color:{outside.dark_ground}!important}}",
        f".byline,.note,.places,.more,.head,.muted{{color:{paper['muted']}!important}}",
        f".link{{color:{paper['link']}!important}}",
        f".quote{{color:{paper['quote']}!important}}",
        f".worse{{color:{paper['worse']}!important}}",
        f".better{{color:{paper['better']}!important}}",
        f".trouble{{color:{paper['trouble']}!important}}",
        ".section,.quote,.new{border-color:#4a4e54!important}",
        *(f".d-{css_name(rating)}{{fill:{pair.dark}!important}}" for rating, pair in DOTS.items()),
        f".line{{stroke:{LINE.dark}!important}}",
    ]
    narrow = "@media (max-width:480px){.part{padding-left:14px!important;padding-right:14px!important}}"
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}{narrow}"
