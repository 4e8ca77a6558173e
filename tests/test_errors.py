"""The error tree: as drawn, with the exit status it documents, and readable."""

from __future__ import annotations

import inspect

import pytest

from aggregator import errors
from aggregator.errors import AggregatorError, ConfigError, ConfigFault

CLASSES = [member for _, member in inspect.getmembers(errors, inspect.isclass) if issubclass(member, AggregatorError)]


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_the_drawn_tree_shows_each_error_with_its_exit_status(error):
    assert errors.__doc__ is not None
    (line,) = [line for line in errors.__doc__.splitlines() if error.__name__ in line.replace("─", " ").split()]
    assert f"exit {int(error.exit_status)}" in line
    assert error.__name__ in errors.__all__


def test_an_error_says_for_whom_what_and_what_next():
    error = AggregatorError("could not be read", subject="feed.xml", next_step="Other files are imported.")
    assert str(error) == "feed.xml: could not be read. Other files are imported."


def test_a_config_error_lists_every_fault_with_its_line():
    error = ConfigError("config.toml", [ConfigFault("is not a time", key="digest.at", line=7), ConfigFault("no feeds")])
    assert str(error).splitlines() == [
        "config.toml: 2 faults in the configuration",
        "  line 7: digest.at: is not a time",
        "  no feeds",
    ]
