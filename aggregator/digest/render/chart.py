"""How a body was rated over time, as a small picture in the page itself: pure.

SVG in the page, and no picture beside it: it needs no second part in a mail, asks no server for anything, and is the
same bytes in a mail and on a page. Where a client cannot draw it (Gmail, Outlook) nothing is left of it, not even an
empty box; so there is no text in it, which such clients would leave standing. Words beside it say what it shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from aggregator.digest.render.colours import DOTS, LINE, css_name
from aggregator.digest.words import LABELS, month
from aggregator.model import RatingValue

if TYPE_CHECKING:
    from aggregator.digest.model import Earlier
    from aggregator.digest.render.view import BodyView

__all__ = ["chart"]

_WIDTH: Final = 240
_HEIGHT: Final = 52
_EDGE: Final = 8
# Where a rating stands, as a share of the height, the best on top. The words of 2016–18 stand between the grades.
_LEVELS: Final = {
    RatingValue.OUTSTANDING: 0.0,
    RatingValue.GOOD: 1 / 3,
    RatingValue.REQUIRES_IMPROVEMENT: 2 / 3,
    RatingValue.INADEQUATE: 1.0,
    RatingValue.POSITIVE: 1 / 3,
    RatingValue.MIXED: 1 / 2,
    RatingValue.NEGATIVE: 5 / 6,
}
_WORDS: Final = frozenset({RatingValue.POSITIVE, RatingValue.MIXED, RatingValue.NEGATIVE})


def chart(body: BodyView) -> Markup:
    """The ratings of one body from left to right, the newest one bigger; nothing where there is no earlier one.

    A line joins ratings of one scale only: across two, a rise or a fall would be made up.
    """
    points = body.points
    if len(points) < 2:
        return Markup()
    places = [(_across(points, at), _down(each.rating)) for at, each in enumerate(points)]
    # The four grades, to see which one a dot is at.
    rules = "".join(f"M0 {_down(each)}H{_WIDTH}" for each in list(_LEVELS)[:4])
    pieces = [f'<path class="line" d="{rules}" stroke="{LINE.light}" stroke-width="1" opacity="0.4"/>']
    pieces += [
        f'<line class="line" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{LINE.light}" stroke-width="2"/>'
        for (x1, y1), (x2, y2), one, other in zip(places, places[1:], points, points[1:], strict=False)
        if (one.rating in _WORDS) is (other.rating in _WORDS)
    ]
    pieces += [
        f'<circle class="d-{css_name(each.rating)}" cx="{x}" cy="{y}" r="{6 if at == len(points) - 1 else 4}"'
        f' fill="{DOTS[each.rating].light}"/>'
        for at, ((x, y), each) in enumerate(zip(places, points, strict=True))
    ]
    said = ", ".join(f"{LABELS[each.rating]} ({month(each.at)})" for each in points)
    return Markup(
        '<svg role="img" aria-label="Ratings over time: {}" width="{}" height="{}" viewBox="0 0 {} {}">'
    ).format(said, _WIDTH, _HEIGHT, _WIDTH, _HEIGHT) + Markup("".join(pieces) + "</svg>")  # noqa: S704 - numbers and our own colours


def _across(points: tuple[Earlier, ...], at: int) -> float:
    """By date, but never so close that two dots are one."""
    first, last = points[0].at, points[-1].at
    room = _WIDTH - 2 * _EDGE
    span = (last - first).total_seconds()
    dated = min(max((points[at].at - first).total_seconds() / span, 0.0), 1.0) if span > 0 else 0.0
    even = at / (len(points) - 1)
    return round(_EDGE + room * (0.7 * dated + 0.3 * even if span > 0 else even), 1)


def _down(rating: RatingValue) -> float:
    return round(_EDGE + (_HEIGHT - 2 * _EDGE) * _LEVELS[rating], 1)
