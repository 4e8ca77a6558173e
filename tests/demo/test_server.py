"""The demo's feed server: what it serves is feeds, and it answers as a well-kept server does."""

import gzip
import http.client
import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from aggregator.demo.server import FEEDS, DemoServer

MORNING = datetime(2019, 9, 19, 5, 30, tzinfo=UTC)


@pytest.fixture
def server():
    with DemoServer(started_at=MORNING) as running:
        yield running


def ask(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection(server.authority, timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def rss(server, path):
    return ET.fromstring(ask(server, path)[1])


@pytest.mark.parametrize("sample", FEEDS, ids=lambda sample: sample.name)
def test_every_sample_is_served_as_declared(server, sample):
    response, body = ask(server, sample.path)
    assert response.status == sample.status
    assert response.headers["Content-Type"] == sample.content_type
    assert int(response.headers["Content-Length"]) == len(body) > 0


def test_shapes_are_the_four_of_the_field(server):
    notebook = rss(server, "/notebook/feed/")
    full = notebook.find("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded")
    assert notebook.get("version") == "2.0"
    assert full is not None
    assert "<h2>" in full.text
    assert rss(server, "/inspectorate/feed/").findtext("channel/item/description").lstrip().startswith("<div")
    atom = rss(server, "/government/probation.atom")
    assert atom.tag == "{http://www.w3.org/2005/Atom}feed"
    assert atom.find("{*}entry/{*}content") is None  # summary only, as GOV.UK's
    assert atom.find("{*}entry/{*}published") is None
    assert json.loads(ask(server, "/planet/feed.json")[1])["version"] == "https://jsonfeed.org/version/1.1"


def test_one_report_is_in_three_feeds_and_one_post_in_two(server):
    bodies = {sample.name: ask(server, sample.path)[1].decode() for sample in FEEDS}
    assert [name for name, body in bodies.items() if "Norfolk and Suffolk" in body] == [
        "notebook",
        "inspectorate",
        "government",
    ]
    assert [name for name, body in bodies.items() if "/south-east-eastern-19" in body] == ["notebook", "planet"]


def test_posts_are_dated_from_the_start_and_zone_names_are_londons():
    for started_at, zone in ((MORNING, "BST"), (MORNING + timedelta(days=90), "GMT")):
        with DemoServer(started_at=started_at) as server:
            newest = rss(server, "/notebook/feed/").findtext("channel/item/pubDate")
            assert started_at - parsedate_to_datetime(newest) == timedelta(minutes=30)
            assert rss(server, "/inspectorate/feed/").findtext("channel/item/pubDate").endswith(f" {zone}")


@pytest.mark.parametrize(
    ("condition", "status", "reason"),
    [
        ("etag", 304, "the tag as it was given"),
        ("strong", 304, "If-None-Match compares weakly (RFC 9110 §13.1.2)"),
        ("list", 304, "one of several tags is enough"),
        ("star", 304, "* matches whatever stands there"),
        ("other", 200, "another tag; and it outranks the date that would match"),
        ("date", 304, "not modified since that very second"),
        ("earlier", 200, "modified since"),
        ("nonsense", 200, "a date that is none is passed over"),
    ],
)
def test_conditional_requests(server, condition, status, reason):
    first, _ = ask(server, "/notebook/feed/")
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    headers = {
        "etag": {"If_None_Match": etag},
        "strong": {"If_None_Match": etag.removeprefix("W/")},
        "list": {"If_None_Match": f'"another", {etag}'},
        "star": {"If_None_Match": "*"},
        "other": {"If_None_Match": '"another"', "If_Modified_Since": modified},
        "date": {"If_Modified_Since": modified},
        "earlier": {"If_Modified_Since": "Thu, 19 Sep 2019 05:29:59 GMT"},
        "nonsense": {"If_Modified_Since": "yesterday"},
    }[condition]
    response, body = ask(server, "/notebook/feed/", **headers)
    assert response.status == status, reason
    assert (body == b"") is (status == 304)
    assert response.headers["ETag"] == etag


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [("gzip", True), ("gzip;q=0", False), ("identity", False), ("br, *", True), ("", False), ("gzip; q=0.5", True)],
)
def test_gzip_where_it_is_taken(server, accepted, zipped):
    plain = ask(server, "/notebook/feed/")[1]
    response, body = ask(server, "/notebook/feed/", Accept_Encoding=accepted)
    assert (response.headers.get("Content-Encoding") == "gzip") is zipped
    assert (gzip.decompress(body) if zipped else body) == plain


def test_head_says_what_get_would(server):
    got, body = ask(server, "/planet/feed.json")
    head, nothing = ask(server, "/planet/feed.json", method="HEAD")
    assert nothing == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert int(head.headers["Content-Length"]) == len(body)


def test_the_edit_changes_one_feed_and_its_validators(server):
    before = {sample.name: ask(server, sample.path) for sample in FEEDS}
    server.edit(at=MORNING + timedelta(hours=3))
    after = {sample.name: ask(server, sample.path) for sample in FEEDS}
    assert [name for name in before if before[name][1] != after[name][1]] == ["notebook"]
    assert before["notebook"][0].headers["ETag"] != after["notebook"][0].headers["ETag"]
    assert after["notebook"][0].headers["Last-Modified"] == "Thu, 19 Sep 2019 08:30:00 GMT"
    assert b"Unpaid work: Outstanding" in after["notebook"][1]
    assert b"Unpaid work: Outstanding" not in before["notebook"][1]


def test_what_is_not_there_is_404_and_the_root_lists_what_is(server):
    assert ask(server, "/wp-login.php")[0].status == 404
    listing = ask(server, "/")[1].decode().split()
    assert listing == [f"{server.base}{sample.path}" for sample in FEEDS]


def test_it_leaves_no_thread_and_no_listening_socket():
    before = set(threading.enumerate())
    with DemoServer(started_at=MORNING) as server:
        ask(server, "/notebook/feed/")
        authority = server.authority
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(authority, timeout=5).request("GET", "/")


def test_a_server_that_never_started_can_be_stopped():
    server = DemoServer(started_at=MORNING)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(server.authority, timeout=5).request("GET", "/")
