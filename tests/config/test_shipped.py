"""The shipped config.toml: complete, true to the model's defaults, and the same at the top and in the package."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from aggregator.config.load import load
from aggregator.config.model import BodySection, Config, FeedSection, FlagSection
from aggregator.config.shipped import shipped_text

ROOT = Path(__file__).resolve().parents[2]
TOP = ROOT / "config.toml"
PACKAGED = ROOT / "aggregator/config/shipped.toml"
SECTIONS = tuple(name for name in Config.model_fields if name not in {"feeds", "flags", "bodies"})


def locally_edited(path: Path) -> bool:
    """Whether git sees a change: the user's own configuration, not a forgotten copy."""
    answer = subprocess.run(
        ["git", "diff", "--quiet", "HEAD", "--", path.name], cwd=path.parent, capture_output=True, check=False
    )
    return answer.returncode == 1


def test_the_copy_in_the_package_is_the_file_at_the_top():
    if TOP.read_bytes() != PACKAGED.read_bytes() and locally_edited(TOP) and not locally_edited(PACKAGED):
        pytest.skip("config.toml was edited here, as it is meant to be")
    assert PACKAGED.read_text() == TOP.read_text(), "cp config.toml aggregator/config/shipped.toml"


def test_it_has_no_fault(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(shipped_text())
    assert load(path, environ={}).config.feeds


def test_every_value_shown_is_the_true_default():
    data = tomllib.loads(shipped_text())
    defaults = Config().model_dump()
    shown = Config.model_validate(data).model_dump()
    for section in SECTIONS:
        assert shown[section] == defaults[section], section


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_a_section_is_shown(section):
    written = set(tomllib.loads(shipped_text())[section])
    known = set(type(getattr(Config(), section)).model_fields)
    # Keys without a default to show stand commented out.
    commented = {key for key in known if getattr(getattr(Config(), section), key) is None}
    assert written == known - commented
    for key in commented:
        assert re.search(rf"^# {key} = ", shipped_text(), re.MULTILINE), key


@pytest.mark.parametrize(("table", "model"), [("feeds", FeedSection), ("flags", FlagSection), ("bodies", BodySection)])
def test_every_key_of_a_feed_and_of_a_rule_is_told_in_the_comments(table, model):
    text = shipped_text()
    for key in model.model_fields:
        assert re.search(rf"^# +{key}\b|with {key} or password_file|password_env or {key}", text, re.MULTILINE), key


def uncommented_rule(text: str) -> dict[str, Any]:
    """The example rule that stands behind comment signs, as it reads once they are taken away."""
    block = re.search(r"^# \[\[flags\]\]\n(?:# .*\n)+", text, re.MULTILINE)
    assert block
    (rule,) = tomllib.loads(re.sub(r"^# ", "", block[0], flags=re.MULTILINE))["flags"]
    return dict(rule)


def test_the_example_rule_works_and_holds_every_key():
    rule = uncommented_rule(shipped_text())
    assert set(rule) == set(FlagSection.model_fields)
    FlagSection.model_validate(rule)


def test_the_flags_asked_for_are_there():
    flags = {flag["name"]: set(flag["provider_types"]) for flag in tomllib.loads(shipped_text())["flags"]}
    assert {"CRC"} in flags.values()
    assert {"NPS"} in flags.values()
    assert {"PDU", "REGION"} in flags.values()
    assert {"YJS"} in flags.values()


def test_the_feeds_asked_for_are_there_and_the_rest_is_off():
    feeds = {feed["url"]: feed.get("enabled", True) for feed in tomllib.loads(shipped_text())["feeds"]}
    on = {url for url, enabled in feeds.items() if enabled}
    assert "https://www.russellwebster.com/feed/" in on
    assert "https://www.gov.uk/government/organisations/hm-inspectorate-of-probation.atom" in on
    assert any(url.startswith("https://hmiprobation.justiceinspectorates.gov.uk/") for url in on)
    assert len(feeds) > len(on) > 0


def test_no_secret_and_no_contact_is_preset():
    data = tomllib.loads(shipped_text())
    assert data["http"]["contact"] == ""
    assert data["mail"]["password_env"] == ""
    assert data["mail"]["recipients"] == []
