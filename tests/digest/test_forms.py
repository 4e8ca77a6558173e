"""Every form of one digest: what it must hold, and what must hold of all of them."""

from __future__ import annotations

import pytest

from aggregator.digest.model import Digest
from aggregator.digest.render import FORMS, render
from tests.digest.samples import realistic


@pytest.mark.parametrize("form", FORMS)
def test_the_same_digest_is_the_same_bytes(form):
    assert render(realistic(), form, number=7) == render(Digest.from_json(realistic().to_json()), form, number=7)


def test_json_gives_the_digest_back():
    digest = realistic()

    assert Digest.from_json(render(digest, "json")) == digest
