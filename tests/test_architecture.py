"""Who imports whom: the code is held to the table in docs/architecture.md, by reading its imports."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aggregator"

DOCUMENT = ROOT / "docs" / "architecture.md"

_ROW = re.compile(r"^\| (`.+`) \| .+ \| (.+) \|$", re.MULTILINE)


def _table() -> dict[str, set[str]]:
    """Which rooms each room may import, as the document's table has it; "*" is all of them."""
    rows = [
        (re.findall(r"`([a-z]+)(?:\.py|/)`", named), allowed) for named, allowed in _ROW.findall(DOCUMENT.read_text())
    ]
    rooms = [room for named, _ in rows for room in named]
    table: dict[str, set[str]] = {}
    for named, allowed in rows:
        words = set(re.findall(r"[a-z]+", allowed)) & set(rooms)
        if allowed == "the rooms above":
            words = set(table)
        elif allowed == "everything":
            words = {"*"}
        table |= dict.fromkeys(named, words)
    return table


MAY_IMPORT = _table() | {"aggregator": {"cli"}}  # __main__ is the command

# Rooms without I/O: they import the standard library, and what is named.
PURE: dict[str, set[str]] = {
    "model": set(),
    "times": set(),
    "errors": set(),
    "identity": {"idna"},
    "flags": set(),
    "ratings": set(),
    "spotting": {"pydantic_core"},
    "parsing": {"feedparser", "nh3"},
}
# What the standard library has of input, output and clocks, and a pure room has no use for.
IMPURE = {"asyncio", "http", "logging", "os", "pathlib", "random", "shutil", "smtplib", "socket", "sqlite3", "ssl",
          "subprocess", "sys", "tempfile", "threading", "time", "urllib.request"}  # fmt: skip
# Who may import a library at all.
ONLY: dict[str, set[str]] = {
    "httpx": {"fetching"},
    "httpcore": {"fetching"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "feedparser": {"parsing"},
    "nh3": {"parsing"},
    "pydantic": {"config"},
    "pydantic_core": {"spotting"},
    "certifi": {"fetching"},
    "apscheduler": {"daemon"},
    "click": {"cli"},
    "rich": {"cli"},
    "jinja2": {"digest", "demo"},
    "css_inline": {"digest"},
    "markupsafe": {"digest"},
}


@dataclass(frozen=True)
class Import:
    """One import: where it stands, what it names, and whether it is for the type checker only."""

    file: Path
    line: int
    module: str
    typing_only: bool

    @property
    def room(self) -> str:
        return room_of(self.file)

    @property
    def target(self) -> str | None:
        """The room of ours that is imported; None for a library."""
        parts = self.module.split(".")
        if parts[0] != "aggregator":
            return None
        return parts[1] if len(parts) > 1 else "aggregator"

    @property
    def library(self) -> str:
        return self.module.split(".")[0]

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def room_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return "aggregator" if parts[0] in {"__init__", "__main__"} else parts[0]


def imports_of(file: Path) -> list[Import]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for child in node.body
        for inner in ast.walk(child)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide who is meant"
            # "from aggregator import flags" names the room in what it takes.
            names = [_meant(str(node.module), alias.name) for alias in node.names]
        else:
            continue
        found += [Import(file, node.lineno, name, id(node) in guarded) for name in names]
    return found


def _meant(module: str, name: str) -> str:
    """``from aggregator import flags`` means the room, ``from aggregator import __version__`` the package."""
    return f"{module}.{name}" if module == "aggregator" and not name.startswith("__") else module


FILES = sorted(PACKAGE.rglob("*.py"))
IMPORTS = [each for file in FILES for each in imports_of(file)]


def test_every_room_is_in_the_table_and_the_table_names_no_other():
    assert {room_of(file) for file in FILES} == set(MAY_IMPORT)


def test_rooms_import_only_what_they_may():
    wrong = [
        str(each)
        for each in IMPORTS
        if each.target not in {None, each.room, "aggregator"}
        and not each.typing_only
        and "*" not in MAY_IMPORT[each.room]
        and each.target not in MAY_IMPORT[each.room]
    ]
    assert wrong == []


def test_not_even_for_types_does_a_room_look_up():
    """For types, a room may name what it is handed; but never a room that stands above it."""
    above = {"cli", "daemon", "demo"}
    wrong = [
        str(each) for each in IMPORTS if each.target in above - {each.room} and each.room not in above | {"aggregator"}
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(PURE))
def test_pure_rooms_import_the_standard_library_alone(room):
    ours = [each for each in IMPORTS if each.room == room and not each.typing_only]
    assert ours, "the room is there"
    wrong = [
        str(each)
        for each in ours
        if each.target is None
        and (
            each.library not in sys.stdlib_module_names | PURE[room] | {"__future__"}
            or each.module in IMPURE
            or each.library in IMPURE
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("library", sorted(ONLY))
def test_a_library_stays_in_its_room(library):
    users = {each.room for each in IMPORTS if each.library == library and not each.typing_only}
    assert users, "the library is still needed"
    assert users <= ONLY[library]


def test_every_third_party_library_has_a_room():
    used = {each.library for each in IMPORTS if each.target is None and not each.typing_only}
    assert used - sys.stdlib_module_names - {"__future__"} <= set(ONLY) | {"idna"}


def test_inside_ratings_a_room_imports_those_before_it():
    """The order is the one that docs/architecture.md tells; for types alone a room may look ahead."""
    told = DOCUMENT.read_text().partition("Inside `ratings/`")[2].partition("##")[0]
    order = [name for name in re.findall(r"`([a-z]+)/`", told) if (PACKAGE / "ratings" / name / "__init__.py").exists()]
    rooms = {file.parent.name for file in (PACKAGE / "ratings").glob("*/__init__.py")}
    assert set(order) == rooms
    ahead = [
        str(each)
        for each in IMPORTS
        if each.module.startswith("aggregator.ratings.") and not each.typing_only and each.file.parent.name in rooms
        for at, meant in [(each.file.parent.name, each.module.split(".")[2])]
        if meant in rooms and order.index(meant) > order.index(at)
    ]
    assert ahead == []


def test_pure_rooms_read_no_clock():
    clocks = re.compile(r"\bdatetime\.now\(|\bdate\.today\(|\btime\.time\(|\butcnow\(")
    pure = [file for file in FILES if room_of(file) in PURE] + [
        PACKAGE / "polling" / "plan.py",
        PACKAGE / "polling" / "schedule.py",
    ]
    assert [str(file.relative_to(ROOT)) for file in pure if clocks.search(file.read_text(encoding="utf-8"))] == []


def test_sql_stands_in_the_store_alone():
    statement = re.compile(r"\"\s*(?:SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE) ", re.DOTALL)
    users = {room_of(file) for file in FILES if statement.search(file.read_text(encoding="utf-8"))}
    assert users == {"store"}
