"""What importing the room costs: the command line pays for what it uses only."""

from __future__ import annotations

import subprocess
import sys

import pytest

import aggregator.parsing

HEAVY = {"feedparser", "nh3", "json", "email", "httpx", "pydantic", "sqlite3", "xml.sax", "html.parser"}


def loaded_by(statement: str) -> set[str]:
    program = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_package_alone_loads_nothing_heavy():
    assert not loaded_by("import aggregator.parsing") & HEAVY


def test_a_date_needs_no_library():
    assert not loaded_by("from aggregator.parsing import parse_date") & HEAVY


def test_a_plain_feed_needs_no_feedparser():
    statement = (
        "from aggregator.parsing import parse; "
        "parse(b'<rss version=\"2.0\"><channel><title>t</title></channel></rss>', url='https://x.example', content_type=None)"
    )
    assert not loaded_by(statement) & (HEAVY - {"nh3"})


@pytest.mark.parametrize("name", aggregator.parsing.__all__)
def test_every_name_that_is_promised_is_there(name: str):
    assert callable(getattr(aggregator.parsing, name))


def test_no_other_name_is():
    with pytest.raises(AttributeError, match="nothing_such"):
        aggregator.parsing.__getattr__("nothing_such")
