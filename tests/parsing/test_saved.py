"""Files given to import: what they are, told by their bytes, and why some are refused."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ImportRefused
from aggregator.parsing.saved import read_saved

if TYPE_CHECKING:
    from aggregator.model import ParsedEntry

DATA = Path(__file__).parent / "data"
LONDON = ZoneInfo("Europe/London")


def saved(data: bytes | str, name: str = "file") -> tuple[ParsedEntry, ...]:
    return read_saved(data.encode() if isinstance(data, str) else data, name=name, zone=LONDON).entries


def archive() -> bytes:
    with BytesIO() as file:
        with zipfile.ZipFile(file, "w") as zipped:
            zipped.writestr("a.txt", "a")
        return file.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "it is empty"),
        (b" \r\n\xef\xbb\xbf", "it is empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "it is a PDF document"),
        (archive(), "it is a ZIP archive or an office document"),
        (b"\x89PNG\r\n\x1a\n", "it is a picture"),
        (b"\x1f\x8b\x08\x00", "it is a gzip archive"),
        (b"SQLite format 3\x00" + bytes(80), "it is an SQLite database"),
        (bytes(range(256)) * 8, "it is not text"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), "it is not text"),
        (b"<urlset/>", "a sitemap, not a feed"),
        (b"<rss version='2.0'><channel/></rss>", "the feed in it has no entries"),
        (b"<rss version='2.0'><channel><item><title>half", "breaks off"),
        (b'{"a": 1}', "no JSON Feed"),
        (b"<html><body></body></html>", "it holds no text"),
        (b"Subject: nothing\nFrom: a@b.example\nDate: x\n\n", "it holds no text"),
        ("\u200b \u00ad".encode(), "it holds no text"),
    ],
)
def test_what_cannot_be_imported_is_refused_by_name_with_the_reason(data: bytes, says: str):
    with pytest.raises(ImportRefused) as refused:
        saved(data, "holiday.bin")
    assert says in str(refused.value)
    assert str(refused.value).startswith("holiday.bin: ")
    assert refused.value.subject == "holiday.bin"
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "count"), [("wordpress.xml", 2), ("blogger.atom", 1), ("rss10.rdf", 1), ("feed.json", 2), ("cdf.xml", 1)]
)
def test_a_feeds_document_gives_its_entries(name: str, count: int):
    assert len(saved((DATA / name).read_bytes(), "whatever.dat")) == count


def test_relative_links_in_a_feeds_document_mean_the_feeds_own_site():
    first, _ = saved((DATA / "wordpress.xml").read_bytes())
    assert 'href="https://notes.example/about/"' in first.html


def test_a_text_that_is_no_newsletter_is_one_post_called_after_its_first_line():
    (entry,) = saved("Inspectors in Kent\n\nThe work was good.\n\nIt was not always so.\n", "note.txt")
    assert (entry.title, entry.text) == ("Inspectors in Kent", "The work was good.\n\nIt was not always so.")
    assert (entry.guid, entry.url, entry.author, entry.published) == (None, None, None, None)
    (entry,) = saved("One line only")
    assert (entry.title, entry.text) == ("One line only", "One line only")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_texts_in_other_encodings(encoding: str):
    (entry,) = saved("Inspectors in Ardshire\n\nThe work was “good” – café.".encode(encoding))
    assert entry.text == "The work was “good” – café."


def test_a_text_that_starts_with_a_bracket_is_a_text():
    (entry,) = saved("[This note was sent on Monday.]\n\nThe work was good.")
    assert entry.title == "[This note was sent on Monday.]"


def test_a_mail_that_is_no_newsletter_is_one_post_called_after_its_subject():
    mail = (
        b"From: Press Office <press@inspectorate.example>\nTo: a@b.example\n"
        b"Subject: =?iso-8859-1?Q?Report_on_Ardshire_=96_=A35m?=\n =?utf-8?B?IGNhZsOp?=\nDate: Thu, 20 Apr 2017 06:01:00 +0100\n"
        b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n"
        b"View this email in your browser\n\nThe report is \x93out\x94 \xa35.\n\nSecond paragraph.\n\nunsubscribe from this list\n"
    )
    (entry,) = saved(mail, "report.eml")
    assert entry.title.startswith("Report on Ardshire")
    assert entry.title.endswith("£5m café")
    assert entry.text == "The report is “out” £5.\n\nSecond paragraph."
    assert entry.published is not None
    assert entry.published.at == datetime(2017, 4, 20, 5, 1, tzinfo=UTC)


def test_a_mails_subject_in_plain_utf_8_is_read():
    (entry,) = saved("Subject: Café\nFrom: a@b.example\n\nWords.")
    assert entry.title == "Café"


def test_attachments_are_not_the_mail():
    mail = (
        "From: a@b.example\nSubject: S\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n<p>Attached</p>\n"
        "--x\nContent-Type: text/plain\n\nThe words.\n--x--\n"
    )
    assert [entry.text for entry in saved(mail)] == ["The words."]


def test_a_forwarded_mail_gives_its_inner_one():
    inner = (DATA / "newsletter.eml").read_bytes()
    mail = (
        b"From: a@b.example\nSubject: Fwd: news\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: message/rfc822\n\n"
        + inner
        + b"\n--y--\n"
    )
    assert [entry.title for entry in saved(mail)] == ["Northumbria: “patchy”", "Kent: a second look"]


def test_an_mbox_gives_the_posts_of_all_its_messages():
    letter = (DATA / "newsletter.eml").read_bytes()
    plain = b"From: c@d.example\nSubject: Second\n\n>From here on it was poor.\n"
    mbox = (
        b"From bounce@mailer.example Fri Jun 15 06:20:11 2018\n"
        + letter
        + b"\nFrom c@d.example Sat Jun 16 06:20:11 2018\n"
        + plain
    )
    entries = saved(mbox, "inbox")
    assert [entry.title for entry in entries] == ["Northumbria: “patchy”", "Kent: a second look", "Second"]
    assert entries[-1].text == "From here on it was poor."


def test_a_letter_that_only_talks_of_mail_is_a_text():
    (entry,) = saved("Subject: this line stands alone\n\nWords.")
    assert entry.title == "Subject: this line stands alone"


PAGE = """<!DOCTYPE html><html><head><title>Report on Ardshire | The Notes</title>
<meta property="og:title" content="Report on Ardshire"><meta property="article:published_time" content="2018-09-13T06:01:00+01:00">
<link rel="canonical" href="https://notes.example/ardshire/"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Report on Ardshire</h1><p>The NPS was <a href="/scale">good</a>.</p></article><footer>© Notes</footer></body></html>"""


def test_a_saved_page_is_one_post_with_what_its_head_says():
    (entry,) = saved(PAGE, "page.html")
    assert (entry.title, entry.url) == ("Report on Ardshire", "https://notes.example/ardshire/")
    assert entry.text == "Report on Ardshire\n\nThe NPS was good."
    assert entry.published is not None
    assert entry.published.at == datetime(2018, 9, 13, 5, 1, tzinfo=UTC)


def test_a_fragment_of_html_is_a_page_too():
    (entry,) = saved("<h2>Findings</h2><p>Good.</p>", "x.txt")
    assert entry.text == "Findings\n\nGood."
    (entry,) = saved("Words first<p>then a paragraph</p>", "x.html")
    assert entry.text == "Words first\n\nthen a paragraph"


headers = st.sampled_from(
    ["Subject: a", "From: b", "Date: x", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "Content-Type: text/html; charset=x-none",
     "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "Content-Type: ;;;", "Subject: =?utf-8?B?!!!?=",
     "Subject: =?x-none?Q?a?=", "Content-Disposition: attachment", "Content-Type: message/rfc822", "", "--b", "--b--", "<p>Hi</p>", "=ZZ=", "By A on Apr 20, 2017 06:01 am"]
)  # fmt: skip


@given(st.lists(headers | st.text(max_size=30), max_size=25).map("\n".join) | st.binary(max_size=300))
def test_whatever_is_given_is_read_or_refused(data: str | bytes):
    refused: ImportRefused | None = None
    entries: tuple[ParsedEntry, ...] = ()
    try:
        entries = saved(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
    except ImportRefused as error:
        refused = error
    assert (refused is None) == bool(entries)
    assert all(entry.title for entry in entries)
