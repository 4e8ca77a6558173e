"""Every form of one digest: what it must hold, and what must hold of all of them."""

from __future__ import annotations

import email
import json
import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from email import policy
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.digest.clean import NAME_LIMIT, clean_line
from aggregator.digest.model import Digest, Omitted
from aggregator.digest.render import FORMS, letter_parts, render, render_bytes
from aggregator.digest.render.colours import PAPER, RATINGS
from aggregator.digest.render.fit import BUDGET
from aggregator.digest.render.html import MARK
from aggregator.digest.render.letter import Letter, as_letter
from aggregator.digest.render.text import WIDTH
from aggregator.digest.words import LABELS, aspect_name
from aggregator.model import RatingValue
from tests.digest.pages import Page
from tests.digest.samples import NOW, composed, post, rating, realistic
from tests.digest.strategies import ANY_DIGEST, DIGESTS

LONDON = ZoneInfo("Europe/London")


def folded(text: str) -> str:
    """Text without white space: lines are broken differently in each form."""
    return "".join(text.replace("\xa0", " ").split())


def sayings(digest: Digest) -> set[str]:
    """What every form must say: whom, on what, how, by whom, when, where else, what is wrong."""
    said = {digest.title}
    for each in digest.inspections:
        said |= {each.title, each.article.title, each.article.source}
        for body in each.bodies:
            said |= {clean_line(name, NAME_LIMIT) for name in (body.provider, body.area) if name}
            for finding in body.findings:
                said |= {aspect_name(finding.aspect), LABELS[finding.rating]}
                if finding.previous:
                    said.add(LABELS[finding.previous.rating])
    for update in digest.updates:
        said.add(update.article.title)
        said |= {LABELS[change.after] for change in update.changes if change.after}
    for article in (*digest.flagged, *digest.recent):
        said |= {article.title, article.source, *(place.source for place in article.also_in[:6])}
    for trouble in digest.troubles:
        said |= {trouble.feed, trouble.message}
    return {folded(clean_line(each)) for each in said}


# --- all forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_same_digest_is_the_same_bytes(form):
    again = Digest.from_json(realistic().to_json())

    assert render(realistic(), form, number=7) == render(again, form, number=7)


@ANY_DIGEST
@given(DIGESTS)
def test_text_and_html_say_the_same(digest):
    # What lists of mails show beside the subject is hidden in the mail itself, and cut.
    shown = re.sub(r'<div class="preheader".*?</div>', "", render(digest, "html", number=3), flags=re.DOTALL)
    text, page = render(digest, "text", number=3), Page(shown).text

    assert [saying for saying in sayings(digest) if saying not in folded(text)] == []
    assert [saying for saying in sayings(digest) if saying not in folded(page)] == []
    # And the other way round, word by word: the two differ in layout, in their links' addresses, and in nothing else.
    addresses = {word for word in text.split() if "://" in word}
    layout = {"-" * WIDTH, "*", "Also", "in", "·", "»"}
    in_text = {word.strip("()*“”:,").casefold() for word in text.split() if word not in addresses | layout}
    in_page = {word.strip("()*“”:,").casefold() for word in page.split() if word not in layout}
    ruled = {word for word in in_text if set(word) == {"="}}
    assert in_page - in_text <= {""} | {word for word in in_page if word in folded(text).casefold()}
    assert in_text - in_page - ruled <= {""} | {word for word in in_text if word in folded(page).casefold()}


@ANY_DIGEST
@given(DIGESTS)
def test_no_form_breaks_on_anything_and_none_lets_it_act(digest):
    for form in FORMS:
        shown = render(digest, form)
        shown.encode()
        if form != "json":
            assert not [
                char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char not in "\n\r"
            ]
            assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_everything_is_in_it(form):
    shown = render(realistic(), form, number=12)
    read = folded(Page(shown).text if form == "html" else shown.replace("\\", ""))

    for saying in (
        "3 inspections, 1 correction, 2 flagged posts, 8 recent articles, 2 feeds to look at",
        "Thursday 18 April 2019, 07:00 BST",
        "since 17 April 2019, 07:00 BST",
        "Dorset, Devon and Cornwall CRC",
        "▼ down from Requires improvement, as the post recalls",
        "▲ up from Requires improvement (February 2018)",
        "= Outstanding before too (February 2018)",
        "Work to protect the public was poor, and home visits were rare.",
        "Read in browser",
        "Official report",
        "Essex CRC, overall: Requires improvement (it was Inadequate)",
        "Leeds YJS: Good",
        "Flagged by words: chief inspector",
        "and 2 more articles",
        "gone quiet since 4 April 2019",
        "503 Service Unavailable from www.example.net (14 failed polls)",
    ):
        assert folded(saying) in read, saying


def test_times_are_local_and_name_their_zone():
    winter = composed(post(1, "A", flags=(), hours=2), now=NOW - timedelta(days=100))
    summer = composed(post(1, "A", flags=(), hours=2))
    kathmandu = replace(summer, timezone="Asia/Kathmandu")

    assert "06:00 GMT" in render(winter, "text")
    assert "07:00 BST" in render(summer, "text")
    assert "11:45 UTC+0545 (Asia/Kathmandu)" in render(kathmandu, "text")
    assert "07:00 BST" in render(kathmandu, "text", zone=LONDON)


def test_an_article_without_a_date_says_when_it_was_seen():
    digest = composed(post(1, "A", flags=(), published_at=None, hours=2))

    assert "undated, seen 18 April 2019, 05:15 BST" in render(digest, "text")


def test_an_empty_digest_says_that_there_is_nothing():
    for form in ("text", "html", "markdown"):
        assert "Nothing new so far" in render(composed(), form)


def test_a_sentence_is_quoted_once_for_the_standards_it_rates():
    shown = render(realistic(), "text")

    assert shown.count("caseloads stand at more than eighty") == 1


def test_a_list_of_mails_shows_the_next_findings_beside_the_subject():
    page = Page(render(realistic(), "html"))

    (hidden,) = page.named("div")
    assert hidden["class"] == "preheader"
    assert "display:none" in (hidden["style"] or "")
    assert page.text.startswith("Gwent: CRC not good enough, NPS generally good · North West: NPS good Probation")


def test_the_table_has_a_line_for_each_rating_of_each_body_the_worst_first():
    lines = render(realistic(), "text").splitlines()
    at = lines.index("North West: NPS                       Good")

    assert lines[at : at + 8] == [
        "North West: NPS                       Good",
        "                                      ▲ up from Requires improvement",
        "                                      (February 2018)",
        "  reviewing                           Requires improvement",
        "  court reports and case allocation   Good",
        "  statutory victim work               Outstanding",
        "                                      = Outstanding before too (February",
        "                                      2018)",
    ]


@pytest.mark.parametrize("wide", ["x" * 37, "x" * 60, "検" * 20])
def test_a_name_that_is_wider_than_its_column_stands_alone(wide):
    """It once kept the program busy for ever."""
    shown = render(composed(post(1, "A", rating(area=wide))), "text").splitlines()

    assert f"{wide}:" in shown
    assert "CRC                                 Good" in "\n".join(shown)


def test_two_bodies_of_one_kind_have_their_names_in_the_table():
    digest = composed(post(1, "A round-up", rating(area="Kent"), rating(area="Essex")))

    lines = render(digest, "text").splitlines()
    assert "CRC in Essex                          Good" in lines
    assert "CRC in Kent                           Good" in lines


def test_a_heading_is_not_said_again_as_the_title_below_it():
    digest = composed(post(1, "A round-up of some reports", rating(area="Kent"), rating(area="Essex")))

    for form in ("text", "html", "markdown"):
        shown = render(digest, form)
        assert (Page(shown).text if form == "html" else shown).count("A round-up of some reports") == 1
        assert "https://example.org/1" in shown


def test_what_posts_disagree_on_is_shown():
    digest = composed(
        post(1, "A", (rating("CRC", "good"), 7), source="The Echo"),
        post(2, "B", (rating("CRC", "inadequate"), 7), source="The Post"),
        post(3, "C", (rating("CRC", "inadequate"), 7), source="The Mail"),
    )
    for form in ("text", "html", "markdown"):
        assert folded("Elsewhere: Good (“good”, The Echo)") in folded(
            render(digest, form).replace("\\", "").replace("&nbsp;", "")
        )


# --- text ---------------------------------------------------------------------------------------------


@ANY_DIGEST
@given(DIGESTS)
def test_text_keeps_to_its_width_unless_one_word_is_wider(digest):
    for line in render(digest, "text").splitlines():
        if len(line) > WIDTH:
            assert len(line.split()[-1]) > WIDTH // 3 or any("://" in word for word in line.split()), line


def test_wide_characters_count_as_two_columns():
    digest = composed(post(1, "検査 " * 40, flags=()))
    lines = [line for line in render(digest, "text").splitlines() if "検" in line]

    assert len(lines) > 1
    assert all(sum(2 if unicodedata.east_asian_width(char) == "W" else 1 for char in line) <= WIDTH for line in lines)


def test_an_address_is_never_broken():
    url = "https://example.org/" + "a-long-path/" * 12
    digest = composed(post(1, "A", flags=("w",), url=url))

    assert f"\n  {url}\n" in render(digest, "text")


# --- html ---------------------------------------------------------------------------------------------


def test_a_screen_reader_finds_its_way():
    page = Page(render(realistic(), "html"))

    assert page.named("html")[0]["lang"] == "en"
    assert page.named("title") == [{}]
    levels = [level for level, _ in page.headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), "no level is left out"
    assert [text for level, text in page.headings if level == 2][:2] == ["At a glance", "Dorset, Devon and Cornwall"]
    headers = page.named("th")
    assert {each["scope"] for each in headers} == {"col", "row", "rowgroup"}
    assert [each["role"] for each in page.named("svg")] == ["img"]
    assert all(each.get("role") == "presentation" or each["class"] == "glance" for each in page.named("table"))


def test_nothing_is_fetched_and_nothing_runs():
    shown = render(realistic(), "html")
    page = Page(shown)

    assert {tag for tag, _ in page.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "thead", "tbody", "tr", "td", "th"),
        *("h1", "h2", "h3", "p", "a", "b", "span", "blockquote", "br"),
        *("svg", "path", "line", "circle"),
    }
    assert "url(" not in shown
    assert "@import" not in shown
    assert not [
        name for _, attributes in page.elements for name in attributes if name.startswith("on") or name == "src"
    ]


@ANY_DIGEST
@given(DIGESTS)
def test_whatever_is_written_in_it_html_is_whole_and_links_are_web_addresses(digest):
    page = Page(render(digest, "html"))

    assert all(link.startswith(("https://", "http://")) for link in page.links)
    assert not page.named("script")
    assert not page.named("img")
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in Page(render(realistic(), "html")).elements}
    assert all(comment.startswith("[if mso]") or comment == "<![endif]" for comment in page.comments)


# What Outlook's Word and Gmail know, or pass over without harm; no flex, no grid, nothing that positions or floats.
STYLES = {
    *("color", "background-color", "margin", "margin-top", "margin-bottom", "padding", "padding-top", "padding-bottom"),
    *("border-top", "border-left", "border-radius", "border-collapse", "max-width", "max-height", "width"),
    *("font", "font-size", "font-weight", "line-height", "text-align", "vertical-align", "text-decoration"),
    *("display", "overflow", "overflow-wrap", "word-break", "white-space"),
}


def test_old_clients_are_asked_for_nothing_that_they_break_on():
    shown = render(realistic(), "html")
    page = Page(shown)
    used = {
        tuple(part.strip() for part in rule.split(":", 1))
        for _, attributes in page.elements
        for rule in (attributes.get("style") or "").split(";")
        if rule
    }

    assert {name for name, _ in used} <= STYLES
    assert {value for name, value in used if name == "display"} <= {"none"}
    assert not re.search(r"flex|grid|position|float|calc\(|var\(", shown)
    # The layout stands in the tags, for clients that drop the style sheet; Word gets its width from a table of its own.
    tables = [each for each in page.named("table") if each.get("role") == "presentation"]
    assert len(tables) >= 3
    assert all({"width", "cellpadding", "cellspacing", "border"} <= set(each) for each in tables)
    assert re.search(r'<!--\[if mso\]><table role="presentation" width="660"', shown)
    (sheet,) = re.findall(r"<style>(.*?)</style>", shown, re.DOTALL)
    assert re.sub(r"@media[^{]+\{(?:[^{}]*\{[^{}]*\})*\}", "", sheet) == "", "all of it is for windows that ask for it"


def test_the_character_set_is_named_where_a_browser_looks_for_it():
    assert b'<meta charset="utf-8">' in render_bytes(realistic(), "html")[:1024]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_knows_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", [*RATINGS, *PAPER])
def test_every_colour_can_be_read_in_light_and_dark(name):
    pair = RATINGS[name] if name in RATINGS else PAPER[name]

    assert contrast(pair.ink, pair.ground) >= 4.5
    assert contrast(pair.dark_ink, pair.dark_ground) >= 4.5


def test_the_colours_are_those_that_are_sent():
    digest = composed(
        *(post(n, f"P{n}", rating("CRC", value, area=f"Area {n}")) for n, value in enumerate(RatingValue))
    )
    shown = render(digest, "html")

    for value, pair in RATINGS.items():
        assert re.search(
            rf"color:{pair.ink};background-color:{pair.ground}[^>]*>&nbsp;{LABELS[value]}&nbsp;<", shown
        ), value
        assert f"color:{pair.dark_ink}!important;background-color:{pair.dark_ground}!important" in shown


def test_no_rating_is_colour_alone():
    page = Page(render(realistic(), "html"))

    for value in ("Inadequate", "Good", "Outstanding", "Requires improvement", "Negative", "Mixed", "Positive"):
        assert value in page.text


# --- the size of a mail -------------------------------------------------------------------------------


def crowd(inspections: int, updates: int, flagged: int, recent: int, length: int = 60) -> Digest:
    words = "word " * (length // 5)
    rated = [
        rating("CRC", "good", aspect=aspect, area=f"Area {n}", evidence=f"{words} good {words}")
        for n in range(inspections)
        for aspect in ("overall", "leadership", "staff")
    ]
    posts = [
        *(post(n, f"Report {n}", *rated[3 * n : 3 * n + 3]) for n in range(inspections)),
        *(
            replace(
                post(10_000 + n, f"Edit {n}", rating("CRC", "good", area=f"Edited {n}")),
                why="rating changed",
                told=(rating("CRC", "inadequate", area=f"Edited {n}"),),
                changed_at=NOW,
            )
            for n in range(updates)
        ),
        *(post(20_000 + n, f"Flagged {n} {words}", flags=("words",)) for n in range(flagged)),
        *(post(30_000 + n, f"Recent {n} {words}", flags=()) for n in range(recent)),
    ]
    return composed(*posts, recent_articles=500)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 150), st.integers(0, 60), st.integers(0, 200), st.integers(0, 500), st.integers(0, 500))
def test_a_mail_is_under_its_budget_whatever_comes_and_what_is_left_out_is_counted(
    inspections, updates, flagged, recent, length
):
    digest = crowd(inspections, updates, flagged, recent, length)
    shown = render(digest, "html", number=7)
    page = Page(shown)

    assert len(shown.encode()) < BUDGET
    assert not MARK.search(shown)
    counted = {
        "inspection": len(digest.inspections),
        "correction": len(digest.updates),
        "flagged post": len(digest.flagged),
        "article": len(digest.recent) + digest.omitted.recent,
    }
    kinds = {"inspection": "Report", "correction": "Edit", "flagged post": "Flagged", "article": "Recent"}
    for kind, total in counted.items():
        listed = len(set(re.findall(rf"\b{kinds[kind]} \d+\b", page.text)))
        # Inspections can be left out of the table, and so of all, or stand in the table alone.
        more = re.findall(rf"and ([\d,]+) more {kind}s?\b", page.text)
        assert listed + sum(int(number.replace(",", "")) for number in more) == total, kind


def test_what_matters_least_goes_first():
    text = Page(render(crowd(12, 5, 100, 400), "html", number=7)).text

    assert "more inspection" not in text
    assert "more article" in text
    assert "aggregator digests show 7" in text


def test_of_more_inspections_than_can_be_told_all_are_in_the_table():
    """Forty reports in a mail used to be twenty in the table and below it, and a number for the rest."""
    digest = crowd(45, 0, 0, 30, length=250)
    page = Page(render(digest, "html"))

    assert [each for each in range(45) if f"Area {each}: CRC" not in page.text] == []
    told = len(set(re.findall(r"\bReport \d+\b", page.text)))
    assert 10 <= told < 45
    assert f"and {45 - told} more inspections, in the table above alone" in page.text
    # What is in the table alone is linked there, in the mail's text too.
    links = {link.rpartition("/")[2] for link in page.links}
    assert {str(each.article.entry_id) for each in digest.inspections} <= links
    text = letter_parts(digest)[0]
    assert all((each.article.url or "?") + "\n" in text for each in digest.inspections)


@pytest.mark.parametrize("kind", ["inspections", "updates", "flagged", "recent"])
def test_a_mail_of_thousands_is_under_its_budget(kind):
    counts = {"inspections": 0, "updates": 0, "flagged": 0, "recent": 0} | {kind: 3000}
    digest = crowd(**counts)
    digest = replace(digest, recent=digest.recent * 6)

    text, page = letter_parts(digest, number=7)
    assert len(page.encode()) < BUDGET
    assert len(page.encode()) > BUDGET * 0.8, "and there is no less in it than there can be"
    assert len(text.encode()) < BUDGET


def test_when_findings_alone_are_too_many_the_strongest_stay():
    digest = crowd(400, 0, 50, 50)
    text = Page(render(digest, "html")).text

    assert digest.inspections[0].article.title in text
    assert digest.inspections[-1].article.title not in text
    assert "more inspections" in text
    assert "and 45 more flagged posts" in text
    assert "and 50 more articles" in text


def test_monstrous_titles_do_not_break_the_budget():
    digest = composed(*(post(n, "x" * 100_000, flags=("w",)) for n in range(300)))
    huge = replace(digest, title="y" * 200_000, subject="z" * 200_000)

    assert len(render(huge, "html").encode()) < BUDGET


def test_text_and_markdown_alone_hold_everything():
    digest = crowd(150, 0, 150, 300)

    for form in ("text", "markdown"):
        shown = render(digest, form)
        assert all(each.article.title in shown for each in digest.inspections)
        assert all(each.title.split()[1] in shown for each in digest.flagged)


def test_a_digest_that_fits_is_not_touched():
    digest = realistic()

    assert "and 2 more articles" in Page(render(digest, "html")).text
    assert digest.omitted == Omitted(recent=2)


# --- mail ---------------------------------------------------------------------------------------------

LETTER = Letter(
    sender="Digest <digest@probation.example>",
    recipient="Reader <reader@example.org>",
    unsubscribe=("https://digest.example/u/abc", "mailto:digest@probation.example?subject=unsubscribe"),
    one_click=True,
    preferences="https://digest.example/p/abc",
)


def parsed(digest: Digest | None = None, letter: Letter | None = LETTER) -> email.message.EmailMessage:
    raw = render_bytes(digest or realistic(), "eml", number=7, letter=letter)
    return email.message_from_bytes(raw, policy=policy.default)


def test_a_mail_has_what_a_digest_owes():
    message = parsed()

    assert not message.defects
    assert message["Subject"] == "Dorset, Devon and Cornwall: CRC inadequate — and 5 more"
    assert message["From"].addresses[0].addr_spec == "digest@probation.example"
    assert message["To"].addresses[0].addr_spec == "reader@example.org"
    assert message["Date"].datetime == NOW
    assert re.fullmatch(r"<digest\.[0-9a-f]{32}@probation\.example>", message["Message-ID"])
    assert message["List-Id"] == "<probation-inspection-digest.probation.example>"
    assert message["List-Unsubscribe"] == (
        "<https://digest.example/u/abc>, <mailto:digest@probation.example?subject=unsubscribe>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_its_parts_are_the_two_forms():
    text, page = (part.get_content() for part in parsed(letter=None).iter_parts())

    assert text.replace("\r\n", "\n") == render(realistic(), "text", number=7)
    assert page.replace("\r\n", "\n") == render(realistic(), "html", number=7)


def test_the_footer_is_in_both_parts():
    text, page = (part.get_content() for part in parsed().iter_parts())

    for link in ("https://digest.example/u/abc", "https://digest.example/p/abc"):
        assert link in text
        assert link in Page(page).links


def test_a_crowded_mail_says_the_same_in_both_parts():
    text, page = (part.get_content() for part in parsed(crowd(100, 5, 100, 300), None).iter_parts())

    titles = re.compile(r"\b(?:Report|Edit|Flagged|Recent) \d+\b")
    assert set(titles.findall(text)) == set(titles.findall(Page(page).text))


def test_another_reader_is_another_message_and_the_same_one_the_same():
    other = replace(LETTER, recipient="other@example.org")

    assert parsed()["Message-ID"] == parsed()["Message-ID"] != parsed(letter=other)["Message-ID"]
    assert parsed(letter=replace(LETTER, message_id="<mine@example.org>"))["Message-ID"] == "<mine@example.org>"


def test_a_line_is_never_longer_than_mail_allows():
    raw = render_bytes(composed(post(1, "é" * 240, rating(evidence="poor good " + "x" * 500))), "eml", letter=LETTER)

    assert b"\r\n" in raw
    assert re.search(rb"(?<!\r)\n", raw) is None
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@ANY_DIGEST
@given(DIGESTS, st.text(max_size=30), st.text(max_size=30))
def test_no_title_and_no_address_can_put_a_header_into_it(digest, sender, recipient):
    message = parsed(digest, Letter(sender=sender, recipient=recipient))

    assert not message.defects
    assert set(message.keys()) <= {
        *("Subject", "From", "To", "Date", "Message-ID", "List-Id", "Auto-Submitted", "Precedence"),
        *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
    }
    assert len([part.get_content_type() for part in message.iter_parts()]) == 2


@pytest.mark.parametrize(
    "name",
    ["Ann\r\nBcc: all@example.org", "Ann\nX: y", "\u202eAnn", "Ann\x00", 'Änn, "the" <best>', "=?utf-8?q?Ann?="],
)
def test_a_readers_name_cannot_either(name):
    message = parsed(letter=replace(LETTER, recipient=f"{name} <reader@example.org>"))

    assert "Bcc" not in message
    assert "X" not in message
    assert not message.defects


ENCODED = (
    "=?utf-8?q?a=0D=0ABcc:_all@example.org?=",
    "x =?utf-8?b?DQpCY2M6IGFsbEBleGFtcGxlLm9yZw==?= y",
    "=?utf-8?q?a=0D=0A=0D=0Athe_body?=",
    "=?us-ascii?q?=0A?=",
    "=??Q??=",
)


@pytest.mark.parametrize("attack", ENCODED)
def test_a_line_break_in_an_encoded_word_is_no_line_break(attack):
    """A title like these was decoded by the library, and its second line was a header of the mail: Bcc, or the body."""
    digest = replace(composed(post(1, attack, flags=("w",))), title=attack)
    letter = replace(LETTER, sender=f"{attack} <digest@probation.example>", recipient=f"{attack} <reader@example.org>")
    raw = render_bytes(digest, "eml", letter=letter)
    message = email.message_from_bytes(raw, policy=policy.default)

    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    assert {line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))} == {
        *("Subject", "From", "To", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
        *("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
    }
    assert message["Subject"] == f"Flagged: {attack}".replace("=?", "= ?")
    assert message["To"].addresses[0].addr_spec == "reader@example.org"
    assert message["From"].addresses[0].addr_spec == "digest@probation.example"
    assert not message.defects


HEADER_TEXTS = st.lists(
    st.sampled_from(
        ["Ynys", "Môn:", "“poor”", "—", "x" * 70, "é" * 60, "检查", "a,b", "<b>", ":", "(c)", "=?", "?=", '"', *ENCODED]
    ),
    min_size=1,
    max_size=20,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=130) | HEADER_TEXTS)
@example("0" * 51 + "¡ ¡")  # the space went lost between two encoded words
def test_a_subject_is_read_back_as_it_was_written(subject):
    raw = as_letter(replace(realistic(), subject=subject), "text", "<p>page</p>", LETTER)
    head = raw.partition(b"\r\n\r\n")[0]

    message = email.message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == clean_line(subject).replace("=?", "= ?")
    assert not message.defects
    assert max(len(line) for line in head.split(b"\r\n")) <= 260
    assert head.isascii()


def test_without_anyone_named_it_is_from_nobody():
    message = parsed(letter=None)

    assert message["From"].addresses[0].domain == "aggregator.invalid"
    assert "To" not in message
    assert "List-Unsubscribe" not in message


# --- markdown and json --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "written", "why"),
    [
        ("a *b* _c_ `d`", r"a \*b\* \_c\_ \`d\`", "emphasis and code"),
        ("[a](javascript:x)", r"\[a\](javascript:x)", "a link of its own"),
        ("<b>x</b> &amp;", r"\<b\>x\</b\> \&amp;", "HTML"),
        ("a | b", r"a \| b", "a table's cell ends there"),
        ("C:\\new", r"C:\\new", "a backslash"),
    ],
)
def test_markdown_cannot_be_written_into_it(title, written, why):
    assert written in render(composed(post(1, title, flags=())), "markdown"), why


def test_json_gives_the_digest_back():
    digest = realistic()

    assert Digest.from_json(render(digest, "json")) == digest
    assert json.loads(render(digest, "json"))["version"] == 1
