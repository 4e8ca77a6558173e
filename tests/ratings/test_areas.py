"""The area that a grade is of: of police-force size before the scale, the body's own after."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.ratings import read
from tests.ratings.labelled import blocks_of

CASES = [
    (
        "a town that was visited stands for its police area",
        "2017-04-20",
        "Probation in Northampton poor, inspectors say",
        "The probation inspectorate found that the CRC's work there was poor.",
        ("CRC", "Northamptonshire"),
    ),
    (
        "the police area is not named at all",
        "2017-05-03",
        "Probation in Carlisle",
        "Inspectors of probation said that the NPS was doing a good job there.",
        ("NPS", "Cumbria"),
    ),
    (
        "a company of several counties, in a report on one",
        "2016-09-20",
        "Derbyshire: what the probation inspectors saw",
        "The inspectors found that the work of the Derbyshire, Leicestershire, Nottinghamshire and Rutland CRC was poor.",
        ("CRC", "Derbyshire"),
    ),
    (
        "the lead tells the area where the title does not",
        "2017-04-20",
        "Strong words from the chief inspector",
        "HM Inspectorate of Probation spent two weeks in Gwent. It found that the work of Wales CRC was poor.",
        ("CRC", "Gwent"),
    ),
    (
        "a division, in a report on one of its counties",
        "2017-06-01",
        "Probation in Staffordshire inspected",
        "The inspectors found that the work of the Midlands division of the NPS was good.",
        ("NPS", "Staffordshire"),
    ),
    (
        "a company of other counties keeps its own area",
        "2017-06-01",
        "Probation in Staffordshire inspected",
        "A year before, the inspectors found that the work of Durham Tees Valley CRC was good.",
        ("CRC", "Durham Tees Valley"),
    ),
    (
        "London's company had a report on all of it in 2018",
        "2018-02-28",
        "London CRC: some way to go",
        "Inspectors of probation had been in north London before. They say that the company's work is poor.",
        ("CRC", "London"),
    ),
    (
        "a region says where the company is",
        "2019-02-21",
        "Warwickshire and West Mercia: probation company has work to do",
        (
            "A private probation company in the West Midlands has been to see the teacher. HM Inspectorate of Probation rated "
            "the CRC ‘Requires improvement’."
        ),
        ("CRC", "Warwickshire and West Mercia"),
    ),
    (
        "a region is all there is",
        "2019-02-21",
        "Verdict on a probation company",
        "HM Inspectorate of Probation rated the CRC in the West Midlands ‘Requires improvement’.",
        ("CRC", "West Midlands"),
    ),
    (
        "half of a division's name stands for the division",
        "2018-12-03",
        "Good news for the NPS",
        "HM Inspectorate of Probation rated the NPS in the South West ‘Good’.",
        ("NPS", "South West South Central"),
    ),
    (
        "the South West of 2021 was an area by itself",
        "2021-07-20",
        "Good news for the NPS",
        "HM Inspectorate of Probation rated the NPS in the South West ‘Good’.",
        ("NPS", "South West"),
    ),
    (
        "after the scale a company's area is its own, whatever town was visited",
        "2019-09-01",
        "Offenders in Kettering let down",
        (
            "HM Inspectorate of Probation rated Bedfordshire, Northamptonshire, Cambridgeshire and Hertfordshire CRC ‘Requires "
            "improvement’."
        ),
        ("CRC", "Bedfordshire, Northamptonshire, Cambridgeshire and Hertfordshire"),
    ),
]


@pytest.mark.parametrize(
    ("day", "title", "text", "body"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_gives_the_area_that_was_inspected(day: str, title: str, text: str, body: tuple[str, str]):
    reading = read(title, blocks_of(text), published=datetime.fromisoformat(day).replace(tzinfo=UTC))

    assert {(str(rating.provider_type), rating.area) for rating in reading.ratings} == {body}, reading.rejections


def test_says_why_the_area_is_not_the_one_in_the_words():
    reading = read(
        "Probation in Newport poor",
        blocks_of("The probation inspectorate found that the CRC's work there was poor."),
        published=datetime(2017, 4, 20, tzinfo=UTC),
    )

    assert any("“Newport” lies in the area inspected" in rating.reason for rating in reading.ratings)
