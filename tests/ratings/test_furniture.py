"""What stands on a page beside the post, in the shapes that hide it; and a title that is only a piece of the text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.parsing.entry import entry_from_text
from aggregator.ratings import read

NEWS = "<p>HMI Probation rated Essex CRC ‘Good’.</p>"
DAY = datetime(2019, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("WordPress: so many responses", "<h3>3 responses to “Essex CRC is good”</h3><p>London CRC is inadequate.</p>"),
        ("WordPress: so many thoughts", "<h2>One thought on “Essex”</h2><p><b>Al</b> says:</p><p>NPS Wales is poor.</p>"),
        (
            "its title may be long",
            f"<h3>2 comments on “{'Essex CRC and its long way ' * 4}”</h3><p>London CRC was rated ‘Inadequate’.</p>",
        ),
        ("titles in headings", "<h2>Related posts</h2><h2>London CRC rated ‘Inadequate’</h2><h2>NPS Wales is ‘Good’</h2>"),
    ],
)  # fmt: skip
def test_talk_and_other_posts_rate_nobody(why, html):
    entry = entry_from_text("Essex", html=NEWS + html)

    assert {rating.area for rating in read(entry.title, entry.blocks, published=DAY).ratings} == {"Essex"}, why


def test_in_plain_text_the_titles_of_other_posts_stand_alone_like_headings():
    """Each was taken for a heading of the post, and the first ended the list: it was read as news."""
    tail = "Related posts\n\nLondon CRC rated Inadequate by inspectors\n\nNPS Wales rated Good by inspectors\n"
    entry = entry_from_text("", text=f"Essex CRC opens an office.\n\n{tail}")

    assert read(entry.title, entry.blocks, published=DAY).ratings == ()


def test_a_post_goes_on_behind_a_heading_that_sounds_of_other_posts():
    html = "<h2>See also</h2><h2>The grades</h2><p>London CRC was rated ‘Inadequate’ by the same inspectors.</p>"
    entry = entry_from_text("Essex", html=html + NEWS)

    assert {rating.area for rating in read(entry.title, entry.blocks, published=DAY).ratings} == {"London", "Essex"}


def test_a_newsletter_under_its_name_is_no_furniture():
    """“Newsletter” heads a box to sign up in, or, above everything, a whole newsletter."""
    entry = entry_from_text("May", html=f"<h1>Newsletter</h1><h2>Probation</h2>{NEWS}")

    assert [rating.area for rating in read(entry.title, entry.blocks, published=DAY).ratings] == ["Essex"]


@pytest.mark.parametrize(
    ("title", "aspects", "why"),
    [
        ("HMI Probation on Essex: its CRC was rated ‘Good’ for public…", ["public protection"], "cut by a feed"),
        ("HMI Probation on Essex: its CRC was rated ‘Good’ ...", ["public protection"], "cut with three dots"),
        ("Essex CRC rated ‘Good’", ["overall", "public protection"], "a title of its own"),
        ("", ["public protection"], "none: the first words stand for it"),
    ],
)
def test_a_title_that_is_the_text_cut_short_is_not_read_by_itself(title, aspects, why):
    """“… was rated ‘Good’ for public…” became a grade of the whole company."""
    text = (
        "HMI Probation on Essex: its CRC was rated ‘Good’ for public protection. Its managers told us more than that."
    )
    entry = entry_from_text(title, text=text)

    assert sorted(r.aspect for r in read(entry.title, entry.blocks, published=DAY).ratings) == aspects, why
