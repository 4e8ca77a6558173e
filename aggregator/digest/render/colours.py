"""The colours of ratings and text, light and dark. A test computes the contrast of each pair.

Every pair is at least 4.5:1 (WCAG 2.2, 1.4.3 AA), and a colour never stands without its word.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from aggregator.model import RatingValue

__all__ = ["DOTS", "LINE", "PAPER", "RATINGS", "Pair", "Shade", "css_name"]


class Pair(NamedTuple):
    """Text on a ground, as ``#rrggbb``, in a light and in a dark window."""

    ink: str
    ground: str
    dark_ink: str
    dark_ground: str


# The ends of the four-point scale are solid, its middle and the narrative bands tinted: the eye finds the news.
RATINGS: Final = {
    RatingValue.OUTSTANDING: Pair("#ffffff", "#17663a", "#04210f", "#5fce8f"),
    RatingValue.GOOD: Pair("#14532d", "#d8f0de", "#b4efc8", "#17432a"),
    RatingValue.REQUIRES_IMPROVEMENT: Pair("#6b4200", "#fdecc4", "#ffe0a3", "#4b380c"),
    RatingValue.INADEQUATE: Pair("#ffffff", "#a61b1b", "#2b0404", "#ff9a91"),
    RatingValue.POSITIVE: Pair("#14532d", "#d8f0de", "#b4efc8", "#17432a"),
    RatingValue.MIXED: Pair("#6b4200", "#fdecc4", "#ffe0a3", "#4b380c"),
    RatingValue.NEGATIVE: Pair("#7f1d1d", "#fadcd8", "#ffc4bd", "#511b18"),
}


class Shade(NamedTuple):
    """What is drawn on the page's ground, as ``#rrggbb``, in a light and in a dark window: at least 3:1 (1.4.11)."""

    light: str
    dark: str


# The dots of the chart.
DOTS: Final = {
    RatingValue.OUTSTANDING: Shade("#17663a", "#5fce8f"),
    RatingValue.GOOD: Shade("#3b8f5a", "#7fc79b"),
    RatingValue.REQUIRES_IMPROVEMENT: Shade("#a86a00", "#e0b04a"),
    RatingValue.INADEQUATE: Shade("#a61b1b", "#ff9a91"),
    RatingValue.POSITIVE: Shade("#3b8f5a", "#7fc79b"),
    RatingValue.MIXED: Shade("#a86a00", "#e0b04a"),
    RatingValue.NEGATIVE: Shade("#a61b1b", "#ff9a91"),
}
LINE: Final = Shade("#767c84", "#8a9098")

# What else is written on what.
PAPER: Final = {
    "text": Pair("#1d2126", "#ffffff", "#e8e8e6", "#1e2023"),
    "outside": Pair("#565d66", "#f1f1ee", "#abb0b6", "#131416"),
    "muted": Pair("#565d66", "#ffffff", "#abb0b6", "#1e2023"),
    "link": Pair("#0b57a4", "#ffffff", "#8fbdf7", "#1e2023"),
    "quote": Pair("#33393f", "#ffffff", "#d0d2d2", "#1e2023"),
    "worse": Pair("#a61b1b", "#ffffff", "#ff9a91", "#1e2023"),
    "better": Pair("#17663a", "#ffffff", "#7fdca5", "#1e2023"),
    "trouble": Pair("#6b4200", "#ffffff", "#ffe0a3", "#1e2023"),
}


def css_name(rating: RatingValue) -> str:
    """The class of a rating in the style sheet."""
    return {
        RatingValue.OUTSTANDING: "o",
        RatingValue.GOOD: "g",
        RatingValue.REQUIRES_IMPROVEMENT: "r",
        RatingValue.INADEQUATE: "i",
        RatingValue.POSITIVE: "p",
        RatingValue.MIXED: "m",
        RatingValue.NEGATIVE: "n",
    }[rating]
