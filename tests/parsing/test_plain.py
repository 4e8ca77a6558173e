"""Lines without what acts or hides, and with what is content."""

from __future__ import annotations

import pytest

from aggregator.parsing.plain import fold

WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize(
    ("text", "folded", "reason"),
    [
        ("A \U0001f468\u200d\U0001f469\u200d\U0001f467 day", None, "a family: three pictures that are one"),
        ("\U0001f3f3\ufe0f\u200d\U0001f308", None, "behind a variation selector"),
        ("\U0001f469\U0001f3fd\u200d\u2695\ufe0f", None, "behind a skin tone, and a sign that is no emoji by itself"),
        (f"{WALES} and England", None, "the flag of Wales"),
        ("می\u200cخواهم", None, "Persian: two parts of a word that do not join"),
        ("क\u094d\u200dष", None, "Hindi: half a letter"),
        ("in\u200dade\u200cquate", "inadequate", "a word hidden from a search"),
        ("\u200dabc\u200d \U0001f468\u200d!", "abc \U0001f468!", "joiners that join nothing"),
        ("\U0001f468\u200d\u200d\U0001f469", "\U0001f468\U0001f469", "two of them"),
        ("go\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", "go", "a flag's tags behind no flag"),
        ("\U0001f3f4\U000e0041\U000e0042\U000e007f", "\U0001f3f4", "words hidden in tags"),
        ("abc\u202etxt.exe \u2066x\u2069 \u061cی\u200eb", "abctxt.exe x یb", "bidirectional marks and overrides"),
        ("pro\u00adba\u200btion\ufeff\u2060", "probation", "soft hyphen and zero-width characters"),
        ("a \u200b b", "a b", "nothing between two blanks"),
    ],
)
def test_fold(text: str, folded: str | None, reason: str):
    assert (text if folded is None else folded) == fold(text), reason
