"""The data files: complete, without contradiction, and loaded only when a post is read."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from aggregator.model import ExtraBody, ProviderType
from aggregator.parsing.blocks import text_blocks
from aggregator.ratings import read
from aggregator.ratings.words.vocabulary import key_of, load

IN_2024 = datetime(2024, 6, 20, tzinfo=UTC)
IN_2019 = datetime(2019, 6, 20, tzinfo=UTC)


def test_knows_every_body():
    vocabulary = load()

    assert len(vocabulary.crcs) == 21
    assert len(set(vocabulary.divisions.values())) == 7
    assert len(set(vocabulary.regions.values())) == 12
    assert len({pdu.name for pdu in vocabulary.pdus.values()}) >= 108
    assert len(vocabulary.youth) >= 150
    assert {pdu.region for pdu in vocabulary.pdus.values()} == set(vocabulary.regions.values())


def test_every_crc_had_an_owner_all_its_life():
    for crc in load().crcs.values():
        held = sorted((since, until) for _, since, until in crc.owners)
        assert held[0][0] == date(2015, 2, 1), crc.name
        assert held[-1][1] == date(2021, 6, 25), crc.name


def test_no_acronym_stands_for_two_companies():
    aliases = [alias for crc in load().crcs.values() for alias in crc.aliases]

    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize(
    ("written", "provider"),
    [
        ("DTV CRC", "Durham Tees Valley CRC"),
        ("BeNCH CRC", "Bedfordshire, Northamptonshire, Cambridgeshire and Hertfordshire CRC"),
        ("the Cornwall, Devon and Dorset CRC", "Dorset, Devon and Cornwall CRC"),
        ("Hampshire &amp; Isle of Wight CRC".replace("&amp;", "&"), "Hampshire and Isle of Wight CRC"),
        ("SYCRC", "South Yorkshire CRC"),
        ("the Community Rehabilitation Company in Teesside", "Durham Tees Valley CRC"),
        ("London Community Rehabilitation Company (CRC)", "London CRC"),
        ("South Yorks CRC", "South Yorkshire CRC"),
        ("C&GM CRC", "Cheshire and Greater Manchester CRC"),
        ("C&amp;GM CRC", "Cheshire and Greater Manchester CRC"),
        ("C&L CRC", "Cumbria and Lancashire CRC"),
        ("N&S CRC", "Norfolk and Suffolk CRC"),
        ("W&WM", "Warwickshire and West Mercia CRC"),
        ("Kent, Surrey &amp; Sussex CRC", "Kent, Surrey and Sussex CRC"),
        ("#EssexCRC", "Essex CRC"),
        ("@NorfolkSuffolkCRC", "Norfolk and Suffolk CRC"),
        ("NPSWales", "NPS Wales"),
        ("LondonNPS", "NPS London"),
        ("KSS CRC Ltd", "Kent, Surrey and Sussex CRC"),
        ("the Wales division of KSS CRC", "Wales CRC"),
    ],
)
def test_knows_a_company_by_all_its_names(written, provider):
    reading = read("", text_blocks(f"Probation inspectors rated {written} ‘Good’."), published=IN_2019)

    assert [rating.provider for rating in reading.ratings] == [provider]


@pytest.mark.parametrize(
    ("written", "kind", "area"),
    [
        ("the Kent, Surrey &amp; Sussex probation region", ProviderType.REGION, "Kent, Surrey and Sussex"),
        ("the Yorkshire &amp; the Humber region", ProviderType.REGION, "Yorkshire and the Humber"),
        ("Portsmouth and IoW PDU", ProviderType.PDU, "Portsmouth and the Isle of Wight"),
        ("Cardiff &amp; the Vale of Glamorgan PDU", ProviderType.PDU, "Cardiff and the Vale"),
        ("SheffieldPDU", ProviderType.PDU, "Sheffield"),
        ("#LeedsYJS", ProviderType.YJS, "Leeds"),
    ],
)
def test_knows_a_successor_by_other_spellings(written, kind, area):
    reading = read("", text_blocks(f"Probation inspectors rated {written} ‘Good’."), published=IN_2024)

    assert [(rating.provider_type, rating.area) for rating in reading.ratings] == [(kind, area)]


def test_an_alias_in_capitals_is_not_found_in_small_letters():
    extra = (ExtraBody(ProviderType.YJS, "Wye Valley Children First Service", "Herefordshire", ("WVCF",)),)
    told = [
        len(
            read(
                "", text_blocks(f"Probation inspectors rated {name} ‘Good’."), published=IN_2024, extra_bodies=extra
            ).ratings
        )
        for name in ("WVCF", "wvcf")
    ]

    assert told == [1, 0]


def test_reads_bodies_that_the_user_adds():
    extra = (ExtraBody(ProviderType.YJS, "Kingdom of Fife Diversion Team", "Fife", ("KFDT",)),)
    blocks = text_blocks("Inspectors rated KFDT ‘Outstanding’.")

    with_it = read("", blocks, published=IN_2019, extra_bodies=extra)
    without = read("", blocks, published=IN_2019)

    assert [(r.provider_type, r.provider, r.area) for r in with_it.ratings] == [
        ("YJS", "Kingdom of Fife Diversion Team", "Fife")
    ]
    assert without.ratings == ()


@pytest.mark.parametrize("name", ["Kent", "Gwent", "St Helens", "Redcar & Cleveland", "Swansea Neath Port Talbot"])
def test_keys_are_stable(name):
    assert key_of(key_of(name)) == key_of(name)


def test_importing_the_room_reads_no_data_file():
    code = "import sys, aggregator.ratings, aggregator.flags, aggregator.model; print([m for m in sys.modules if 'vocabulary' in m or 'tomllib' in m])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("place", "unit"),
    [
        ("Leicestershire", "Leicester, Leicestershire and Rutland"),  # one part of three
        ("Leicestershire and Rutland", "Leicester, Leicestershire and Rutland"),  # two parts of three
        ("Rotherham", "Barnsley and Rotherham"),
        ("East Yorkshire", "Hull and East Riding"),  # what papers call its area
        ("Derbyshire", None),  # has its own unit
        ("North", None),  # "Birmingham North, East and Solihull" and others
        ("Wales", None),
    ],
)
def test_a_unit_can_be_told_by_part_of_its_name(place: str, unit: str | None):
    found = load().unit_places.get(key_of(place))

    assert (found.name if found else None) == unit
