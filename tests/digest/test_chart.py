"""The picture of how a body was rated over time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.model import Digest, Earlier
from aggregator.digest.render import render
from aggregator.digest.render.chart import chart
from aggregator.digest.render.colours import DOTS, LINE, PAPER
from aggregator.digest.render.view import view
from aggregator.model import RatingValue
from tests.digest.pages import Page
from tests.digest.samples import NOW, composed, post, rating
from tests.digest.strategies import SECONDS
from tests.digest.test_forms import LONDON, contrast

INADEQUATE, POOR, GOOD, BEST = (RatingValue(each) for each in ("inadequate", "negative", "good", "outstanding"))


def over_time(*earlier: Earlier, now: str = "good") -> Digest:
    digest = composed(post(1, "Kent", rating("CRC", now)))
    (told,) = digest.inspections
    return replace(digest, inspections=(replace(told, bodies=(replace(told.bodies[0], history=earlier),)),))


def drawn(digest: Digest) -> str:
    return str(chart(view(digest, LONDON).inspections[0].bodies[0]))


def at(year: int, value: RatingValue = GOOD) -> Earlier:
    return Earlier(value, datetime(year, 3, 1, tzinfo=UTC))


def dots(svg: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)]


def test_time_goes_to_the_right_and_better_is_higher():
    first, second, last = dots(drawn(over_time(at(2016, INADEQUATE), at(2018, BEST))))

    assert first[0] < second[0] < last[0]
    assert second[1] < last[1] < first[1]


def test_no_line_joins_two_scales():
    """The words of 2016–18 are not the grades: a rise from “poor” to Good would be made up."""
    svg = drawn(over_time(at(2016, POOR), at(2017, POOR), at(2018), at(2019, BEST)))

    assert len(dots(svg)) == 5
    assert svg.count("<line") == 3


def test_without_an_earlier_rating_there_is_nothing_to_draw():
    assert drawn(over_time()) == ""
    assert "<svg" not in render(over_time(), "html")


def test_it_says_in_words_what_it_shows_and_leaves_no_words_where_it_is_not_shown():
    digest = over_time(at(2016, INADEQUATE), at(2018))
    page = Page(render(digest, "html"))
    (svg,) = page.named("svg")

    assert svg["role"] == "img"
    assert svg["aria-label"] == "Ratings over time: Inadequate (March 2016), Good (March 2018), Good (April 2019)"
    without = re.sub(r"<svg.*?</svg>", "", render(digest, "html"), flags=re.DOTALL)
    assert Page(without).text == page.text
    for form in ("text", "html", "markdown"):
        shown = render(digest, form).replace("\\", "").replace("\n    ", " ")
        assert "Over time: Inadequate (March 2016), Good (March 2018), Good (April 2019)" in shown


def test_what_stands_beside_the_rating_already_is_not_said_again():
    digest = over_time(at(2018))

    assert "Over time" not in render(digest, "text")
    assert "<svg" in render(digest, "html")


@given(st.lists(st.builds(Earlier, rating=st.sampled_from(RatingValue), at=SECONDS), min_size=1, max_size=12))
def test_whatever_the_dates_it_stays_inside_its_frame_and_small(earlier):
    svg = drawn(over_time(*sorted(earlier, key=lambda each: each.at)))

    assert all(0 <= x <= 240 and 0 <= y <= 52 for x, y in dots(svg))
    assert len(svg) < 4000


def test_two_reports_of_one_day_are_two_dots():
    (first, _), (second, _) = dots(drawn(over_time(Earlier(GOOD, NOW))))[:2]

    assert second - first > 12


@pytest.mark.parametrize("name", [*DOTS, "line"])
def test_every_dot_can_be_told_from_the_page(name):
    shade = DOTS.get(name, LINE)

    assert contrast(shade.light, PAPER["text"].ground) >= 3
    assert contrast(shade.dark, PAPER["text"].dark_ground) >= 3
