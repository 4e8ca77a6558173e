"""Feeds to poll, and a server for them that costs next to nothing: WordPress RSS with ten whole posts each.

    python benchmarks/_feed_farm.py 1000     # serves 1,000 feeds until its standard input ends; prints its port

``Server`` starts it as a process of its own. Feeds are made from their number, so every run has the same ones.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar

HOSTS = 50
RATED = 0.1  # the share of posts that state a rating; most posts, also of blogs in the field, do not

_VOCABULARY = """
the of and to in a is that for it as was with be by on not he his but at are this have from or had an they
which one you were her all she there would their we him been has when who will more no if out so said what
up its about into than them can only other new some could time these two may then do first any my now such
like our over man me even most made after also did many before must through back years where much your way
well down should because each just those people mr how too little state good very make world still own see
men work long get here between both life being under never day same another know while last might us great
old year off come since against go came right used take three staff caseload supervision court order officer
community risk assessment report area office board
"""
_WORDS = _VOCABULARY.split()
_SUBJECTS = (
    "<p>The inspectorate rated {area} CRC as ‘Requires improvement’ overall. Leadership was rated ‘Good’.</p>",
    "<p>The NPS in {area} was rated ‘Good’ for public protection.</p>",
    "<p>A report on {area} is out this morning, and it makes uncomfortable reading for the provider.</p>",
)
_AREAS = ("Essex", "Kent", "Gwent", "Cumbria", "Dorset", "Norfolk", "Wiltshire", "Durham")


# --- the feeds ----------------------------------------------------------------------------------------


def _prose(chance: random.Random, words: int) -> str:
    picked = [chance.choice(_WORDS) for _ in range(words)]
    for at in range(0, words, 14):
        picked[at] = picked[at].capitalize()
        picked[at - 1] += "."
    return " ".join(picked)


def _post(chance: random.Random, feed: int, number: int) -> str:
    """A post of about six kilobytes, with the mark-up that WordPress writes."""
    address = f"https://blog{feed}.example/2026/{number:03}/post-{number}/"
    parts = [f'<p><img class="aligncenter" src="{address}head.jpg" alt="" width="640" height="400" /></p>']
    if chance.random() < RATED:
        parts.append(chance.choice(_SUBJECTS).format(area=chance.choice(_AREAS)))
    for paragraph in range(9):
        text = _prose(chance, 90)
        link = f'<a href="https://other.example/{feed}/{number}/{paragraph}" target="_blank" rel="noopener">{text[:24]}</a>'
        parts.append(f"<p>{link} {text} <strong>{_prose(chance, 4)}</strong> &#8217;tis &amp; so on&#8230;</p>")
        if paragraph % 4 == 3:
            parts.append(
                f"<h3>{_prose(chance, 5)}</h3><ul><li>{_prose(chance, 12)}</li><li>{_prose(chance, 9)}</li></ul>"
            )
    published = datetime(2026, 3, 1, 6, 0, tzinfo=UTC) + timedelta(hours=9 * number, minutes=feed % 60)
    return (
        f"<item><title>{_prose(chance, 8)} {feed}-{number}</title><link>{address}</link>"
        f"<dc:creator><![CDATA[Author {feed % 7}]]></dc:creator><pubDate>{format_datetime(published)}</pubDate>"
        f'<category><![CDATA[News]]></category><guid isPermaLink="false">https://blog{feed}.example/?p={number}</guid>'
        f"<description><![CDATA[<p>{_prose(chance, 40)} [&#8230;]</p>]]></description>"
        f"<content:encoded><![CDATA[{chr(10).join(parts)}]]></content:encoded></item>"
    )


def feed(number: int, *, first: int) -> bytes:
    """Feed ``number`` with the ten posts from ``first`` on, newest first."""
    posts = "\n".join(
        _post(random.Random(number * 100_003 + each), number, each) for each in range(first + 9, first - 1, -1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"\n'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">\n'
        f"<channel><title>Blog {number}</title><link>https://blog{number}.example</link><description>Posts</description>"
        f'<atom:link href="https://blog{number}.example/feed/" rel="self" type="application/rss+xml" />'
        f"<language>en-GB</language><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>\n"
        f"{posts}\n</channel></rss>\n"
    ).encode()


# --- the server ---------------------------------------------------------------------------------------


class _Connection(asyncio.Protocol):
    """Just enough HTTP: the server's own cost should not be what is measured."""

    bodies: ClassVar[list[bytes]] = []
    tags: ClassVar[list[bytes]] = []
    modified: ClassVar[bytes] = b""
    validators = True
    requests = 0
    unchanged = 0
    slow: ClassVar[range] = range(0)
    seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        while b"\r\n\r\n" in self._head:
            head, _, self._head = self._head.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes, waited: bool = False) -> None:  # noqa: FBT001, FBT002 - call_later takes no keywords
        cls = _Connection
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/control/"):
            self._control(path.decode().split("/")[2:])
            return
        cls.requests += 1
        number = int(path.rsplit(b"/", 2)[1])
        if number in cls.slow and not waited:
            asyncio.get_running_loop().call_later(cls.seconds, self._answer, head, True)
            return
        tag = cls.tags[number]
        if cls.validators and tag in head:
            cls.unchanged += 1
            self._transport.write(b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % tag)
            return
        validator = b"ETag: %b\r\nLast-Modified: %b\r\n" % (tag, cls.modified) if cls.validators else b""
        body = cls.bodies[number]
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=UTF-8\r\n%bContent-Length: %d\r\n\r\n"
            % (validator, len(body))
        )
        self._transport.write(body)

    def _control(self, words: list[str]) -> None:
        cls = _Connection
        if words[0] == "validators":
            cls.validators = words[1] == "on"
        elif words[0] == "posts":
            cls.bodies = [feed(number, first=int(words[1])) for number in range(len(cls.bodies))]
            cls.tags = [b'"%b"' % hashlib.md5(body).hexdigest().encode() for body in cls.bodies]
            cls.modified = b"Sun, 01 Mar 2026 06:%02d:00 GMT" % int(words[1])
        elif words[0] == "slow":
            cls.slow, cls.seconds = range(int(words[1])), float(words[2])
        counted = {"requests": cls.requests, "unchanged": cls.unchanged, "bytes": sum(map(len, cls.bodies))}
        said = json.dumps(counted).encode()
        cls.requests = cls.unchanged = 0
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(said) + said)
        self._transport.close()


async def _serve(feeds: int) -> None:
    _Connection.bodies = [b""] * feeds
    _Connection.tags = [b""] * feeds
    loop = asyncio.get_running_loop()
    first = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    for host in range(1, HOSTS + 2):  # the last is that of slow feeds
        await loop.create_server(_Connection, f"127.0.1.{host}", port, backlog=1024)
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started us goes


class Server:
    """The server's process, and its switchboard.

    Args:
        feeds: How many feeds.
        slow: So many of them, the first ones, live on a host of their own ("slow" lets them wait).
    """

    def __init__(self, feeds: int, *, slow: int = 0) -> None:
        self.feeds = feeds
        self.slow = slow
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(feeds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def tell(self, *words: object) -> dict[str, int]:
        """Throw a switch; what it counted since the last time."""
        path = "/".join(map(str, words))
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control/{path}") as answer:
            told: dict[str, int] = json.load(answer)
        return told

    @property
    def urls(self) -> list[str]:
        """The addresses of the feeds, host after host."""
        hosts = [HOSTS + 1 if number < self.slow else number % HOSTS + 1 for number in range(self.feeds)]
        return [f"http://127.0.1.{host}:{self.port}/feed/{number}/" for number, host in enumerate(hosts)]

    def close(self) -> None:
        """End it."""
        self._process.communicate("")


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
