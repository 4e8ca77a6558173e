from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.polling.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "aggregator.db")
    yield made
    made.close()
