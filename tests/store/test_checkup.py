"""What is known of SQLite's versions, and of file systems on which it should not be."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from aggregator.store.checkup import file_system, library, resets_wrongly


@pytest.mark.parametrize(
    ("version", "wrongly"),
    [
        ((3, 6, 23), False),  # no WAL yet
        ((3, 7, 0), True),
        ((3, 40, 1), True),  # Debian 12
        ((3, 44, 5), True),
        ((3, 44, 6), False),  # carried back
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),  # carried back
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_which_versions_have_the_bug(version, wrongly):
    assert resets_wrongly(version) is wrongly


def test_the_library_here():
    assert library().version == sqlite3.sqlite_version
    assert library().has_search


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/share /srv/my\\040share nfs4 rw 0 0
tmpfs /srv/my\\040share/local tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/my share", "nfs4"),
        ("/srv/my share/deep/er", "nfs4"),
        ("/srv/my share/local/x", None),
        ("/srv/my shareholders", None),
        ("/srv", None),
    ],
)
def test_the_nearest_mount_decides(path, kind, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert file_system(Path(path), mounts) == kind


def test_where_the_system_does_not_say_nothing_is_said(tmp_path):
    assert file_system(tmp_path, tmp_path / "nowhere") is None
