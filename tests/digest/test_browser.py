"""The mail as a browser shows it: wide and narrow, light and dark, and fetching nothing."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from aggregator.digest.render import render
from aggregator.digest.render.colours import DOTS, PAPER, RATINGS
from aggregator.model import RatingValue
from tests.digest.browser import CHROMIUM, Browser
from tests.digest.samples import composed, post, realistic

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser():
    with Browser() as opened:
        yield opened


@pytest.fixture
def show(browser, tmp_path):
    def shown(digest, **window) -> Browser:
        page = tmp_path / "digest.html"
        page.write_text(render(digest, "html", number=12))
        browser.show(page, **window)
        return browser

    return shown


def css(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


def colours(browser: Browser, selector: str) -> list[str]:
    return browser.evaluate(
        f"(() => {{ const style = getComputedStyle(document.querySelector('{selector}'));"
        " return [style.color, style.backgroundColor]; })()"
    )


@pytest.mark.parametrize("dark", [False, True])
def test_light_and_dark_windows_get_their_own_colours(show, dark):
    browser = show(realistic(), width=900, dark=dark)

    for selector, pair in (
        (".chip.i", RATINGS[RatingValue.INADEQUATE]),
        (".chip.g", RATINGS[RatingValue.GOOD]),
        ("td.part", PAPER["text"]),
    ):
        expected = [pair.dark_ink, pair.dark_ground] if dark else [pair.ink, pair.ground]
        assert colours(browser, selector) == [css(each) for each in expected]
    assert colours(browser, "p.title a")[0] == css(PAPER["link"].dark_ink if dark else PAPER["link"].ink)


@pytest.mark.parametrize("width", [320, 390, 600, 900, 1600])
def test_nothing_sticks_out_at_any_width(show, width):
    browser = show(realistic(), width=width)

    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate("document.querySelector('.card').getBoundingClientRect().width") <= min(width, 660)


@pytest.mark.parametrize("width", [320, 360, 900])
def test_a_rating_is_never_broken_over_two_lines(show, width):
    """In a narrow window it read “Inadequat” and, below, “e”."""
    browser = show(realistic(), width=width)

    heights = browser.evaluate("[...document.querySelectorAll('.chip')].map(each => each.getClientRects().length)")
    assert set(heights) == {1}
    assert len(heights) > 15


@pytest.mark.parametrize("dark", [False, True])
def test_the_chart_is_drawn_in_the_windows_colours(show, dark):
    browser = show(realistic(), width=900, dark=dark)

    shade = DOTS[RatingValue.GOOD]
    assert browser.evaluate("document.querySelector('svg').getBoundingClientRect().width") == 240
    assert browser.evaluate("getComputedStyle(document.querySelector('circle.d-g')).fill") == css(
        shade.dark if dark else shade.light
    )


def test_a_word_without_end_does_not_push_the_page_wide(show):
    digest = composed(post(1, "x" * 230, flags=("w",), author="y" * 100, url="https://example.org/" + "z" * 900))

    assert show(digest, width=390).evaluate("document.documentElement.scrollWidth") <= 390


def test_the_table_of_ratings_is_in_the_first_screen(show):
    browser = show(realistic(), width=390, height=844)

    assert browser.evaluate("document.querySelector('.glance').getBoundingClientRect().top") < 300
    assert browser.evaluate("document.querySelectorAll('.glance th.body')[2].getBoundingClientRect().bottom") < 844


def test_looking_at_it_asks_no_server_for_anything(show):
    browser = show(realistic(), width=900)

    assert [url for url in browser.requests if not url.startswith("file:")] == []


def test_what_a_title_holds_does_not_run(show):
    attack = "<img src=x onerror=document.title='hit'><script>document.title='hit'</script>"
    digest = composed(post(1, attack, flags=("w",), url="https://example.org/\"onmouseover=\"document.title='hit'"))

    browser = show(replace(digest, title=attack), width=900)

    assert browser.evaluate("document.title") != "hit"
    assert browser.evaluate("document.querySelectorAll('script, img').length") == 0
