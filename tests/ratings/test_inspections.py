"""Which report a rating is from: regimes by date, and when two posts speak of one report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import Field, ProviderType, Rating, RatingValue, When
from aggregator.ratings.inspections import CRC_AND_NPS, Report, official_page, regime, report_for, same_report


def at(date: str) -> datetime:
    return datetime.fromisoformat(date).replace(tzinfo=UTC)


def rating(
    kind: str, area: str | None, *, provider: str | None = None, value: str = "good", when: str = "current"
) -> Rating:
    return Rating(
        ProviderType(kind), provider, area, "overall", RatingValue(value), value, When(when), value, Field.TEXT, 0, 0, len(value), 0.9, "a test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "date", "name"),
    [
        ("CRC", "2015-05-01", "early_2014"),
        ("CRC", "2016-08-25", "quality_impact"),
        ("NPS", "2018-07-01", "quality_impact"),
        ("CRC", "2018-09-26", "annual_2018"),
        ("CRC", "2019-09-26", "annual_2018"),
        ("NPS", "2020-02-20", "annual_2019"),
        ("NPS", "2021-07-27", "annual_2019"),
        ("PDU", "2022-01-20", "pdu_2021"),
        ("PDU", "2024-02-20", "pdu_2023"),
        ("REGION", "2024-05-20", "pdu_2023"),
        ("REGION", "2026-03-01", "dynamic_2025"),
        ("YJS", "2019-06-01", "youth_2018"),
    ],
)
def test_tells_the_regime_by_date(kind, date, name):
    assert regime(ProviderType(kind), at(date)) == name


def test_an_area_report_covers_both_bodies():
    day = at("2017-04-20")
    crc = report_for(rating("CRC", "Northamptonshire", value="negative"), day)
    nps = report_for(rating("NPS", "Northamptonshire", value="positive"), day)

    assert crc is not None
    assert nps is not None
    assert crc.provider_type == CRC_AND_NPS
    assert same_report(crc, nps)


def test_a_narrative_judgement_of_a_region_is_dynamic_before_the_reports_of_2026():
    report = report_for(rating("REGION", "North East", value="negative"), at("2025-12-01"))

    assert report is not None
    assert report.regime == "dynamic_2025"


@pytest.mark.parametrize(
    "one",
    [rating("CRC", "England and Wales"), rating("CRC", None), rating("CRC", "Essex", when="previous")],
    ids=["class", "no place", "earlier"],
)
def test_no_report_without_a_body_of_today(one):
    assert report_for(one, at("2019-05-01")) is None


@pytest.mark.parametrize(
    ("reason", "a", "b", "days", "same"),
    [
        ("a repost three weeks later", "Essex", "Essex", 21, True),
        ("next year's report", "Essex", "Essex", 365, False),
        ("names that are 96 % alike", "Kent", "Gwent", 0, False),
        ("parts of one county", "Essex North", "Essex South", 0, False),
        ("order and ampersand", "Gateshead & South Tyneside", "South Tyneside and Gateshead", 3, True),
        ("just inside the window", "Essex", "Essex", 92, True),
        ("just outside it", "Essex", "Essex", 93, False),
    ],
)
def test_tells_reports_apart(reason, a, b, days, same):
    day = at("2024-03-01")
    one = Report("PDU", f"{a} PDU", a, "pdu_2023", day)
    other = Report("PDU", f"{b} PDU", b, "pdu_2023", day + timedelta(days=days))

    assert same_report(one, other) is same
    assert same_report(other, one) is same


def test_regimes_part_reports_of_one_body():
    day = at("2018-08-20")
    assert not same_report(
        Report("CRC", "Essex CRC", "Essex", "annual_2018", day), Report("CRC", "Essex CRC", "Essex", "annual_2019", day)
    )


def test_a_county_and_the_company_it_is_in_meet_in_an_area_report_only():
    day = at("2017-06-16")
    wide = Report(CRC_AND_NPS, None, "Norfolk and Suffolk", "quality_impact", day)
    narrow = Report(CRC_AND_NPS, None, "Suffolk", "quality_impact", day)

    assert same_report(wide, narrow)
    assert not same_report(
        Report("PDU", None, "Norfolk and Suffolk", "pdu_2021", day), Report("PDU", None, "Suffolk", "pdu_2021", day)
    )


OFFICIAL = "https://www.justiceinspectorates.gov.uk/hmiprobation/inspections/essexcrc/"


@pytest.mark.parametrize(
    ("url", "html", "page", "reason"),
    [
        (OFFICIAL, "", OFFICIAL, "the inspectorate's own feed"),
        (
            "https://blog.example/essex",
            f'<p>See <a href="{OFFICIAL}">the report</a>.</p>',
            OFFICIAL,
            "a blog links to it",
        ),
        (
            None,
            '<a href="https://hmiprobation.justiceinspectorates.gov.uk/document/inspection-of-kent/">report</a>',
            "https://hmiprobation.justiceinspectorates.gov.uk/document/inspection-of-kent/",
            "its own address since 2024",
        ),
        (
            "https://blog.example/x",
            '<a href="https://www.justiceinspectorates.gov.uk/hmiprobation/about-us/">who they are</a>',
            None,
            "a page about the inspectorate is no report",
        ),
        (
            "https://blog.example/x",
            '<a href="https://www.justiceinspectorates.gov.uk/hmiprisons/inspections/hmp-bedford/">Bedford</a>',
            None,
            "another inspectorate under the same address",
        ),
        ("https://evil.example/?u=https://justiceinspectorates.gov.uk/hmiprobation", "", None, "only looks like it"),
    ],
)
def test_finds_the_inspectorates_own_page(url, html, page, reason):
    assert official_page(url, html) == page, reason
