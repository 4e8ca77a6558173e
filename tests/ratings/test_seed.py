"""A real newsletter of 2017, and an invented one of the same anatomy: findings by body under headings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.model import When
from aggregator.parsing.blocks import blocks, text_blocks
from aggregator.parsing.html import clean
from aggregator.ratings import read

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed" / "newsletter-2017-04-20.txt"

INVENTED = """
<h2>Inspectors report on Wiltshire</h2>
<p>The National Probation Service (NPS) was managing its cases reasonably well, but the Community Rehabilitation Company (CRC)
had far more to do, probation inspectors said in a report on Wiltshire published earlier today.</p>
<h3>Findings — CRC</h3><ul><li>Overall, the quality of work was mixed.</li>
<li>The CRC was not sufficiently focused on public protection. Some officers had an excellent rapport with service users.</li></ul>
<h3>Findings — NPS</h3><ul><li>Generally, the quality of work was good. Officers made good decisions.</li>
<li>Work to reduce reoffending was acceptable, but more could be done.</li></ul>
<h3>Findings — Co-ordination between NPS and CRC</h3><ul><li>Relationships were poor. The links between the two were not good enough.</li></ul>
<p>Read in browser »</p>
<h3>Recent Articles:</h3><ul><li><a href="/1">Inspectors find private probation in Essex “poor”</a></li></ul>
"""


def _stated(reading):
    return {(str(r.provider_type), r.area, r.aspect, str(r.rating)) for r in reading.ratings if r.when is When.CURRENT}


@pytest.mark.skipif(not SEED.exists(), reason="the saved newsletter is not beside this checkout")
def test_reads_the_newsletter():
    title = "Inspectors find private probation in Northants “poor”"
    body = SEED.read_text(encoding="utf-8").split("06:01 am\n", 1)[1].split("Read in browser")[0]

    reading = read(title, text_blocks(body), published=datetime(2017, 4, 20, 5, 1, tzinfo=UTC))

    area = "Northamptonshire"
    assert _stated(reading) >= {
        ("CRC", area, "overall", "negative"),
        ("CRC", area, "public protection", "negative"),
        ("NPS", area, "overall", "positive"),
        ("NPS", area, "public protection", "positive"),
        ("NPS", area, "reducing reoffending", "mixed"),
    }
    assert {r.area for r in reading.ratings} == {area}
    assert not any("co-ordination" in r.evidence for r in reading.ratings)


def test_reads_an_invented_one():
    reading = read(
        "Wiltshire: a mixed report", blocks(clean(INVENTED, base=None)), published=datetime(2017, 9, 21, tzinfo=UTC)
    )

    assert {(kind, aspect, value) for kind, _, aspect, value in _stated(reading)} == {
        ("CRC", "overall", "mixed"),
        ("CRC", "public protection", "negative"),
        ("NPS", "overall", "positive"),
        ("NPS", "reducing reoffending", "mixed"),
    }
    assert {r.area for r in reading.ratings} == {"Wiltshire"}
    assert next(r.raw for r in reading.ratings if r.aspect == "public protection") == "not sufficiently focused"
