"""The programs that are measured: this one, `reader` from PyPI, newsboat from the distribution.

Each is set up as its users would for many feeds, and given its best settings where that is in doubt:

- this program: ``aggregator poll --force --format json``, everything on (cleaning, ratings, rules, full-text index), the
  defaults of config.toml but for the loopback addresses, which have to be allowed;
- `reader`: ``update_feeds(workers=10)``; its search index is not enabled, so it does less;
- newsboat: ``newsboat -x reload`` with ``reload-threads 10``. With its default of 1 it takes as long, with 50 twice as
  long in some modes. It does not index text or clean HTML when it fetches.
"""

from __future__ import annotations

import compileall
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from _feed_farm import HOSTS

if TYPE_CHECKING:
    from _feed_farm import Server

__all__ = ["Aggregator", "Contestant", "Newsboat", "Reader", "missing"]


_PACKAGE: Final = Path(__file__).parent.parent / "aggregator"


class Contestant:
    """A program that polls feeds into an SQLite file."""

    name: str
    cache: str
    table: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def command(self) -> list[str]:
        """What to run for one poll of everything."""
        raise NotImplementedError

    def version(self) -> str:
        """Its version, in its own words."""
        raise NotImplementedError

    def entries(self) -> int:
        """How many posts it has."""
        with sqlite3.connect(self.folder / self.cache) as connection:
            (count,) = connection.execute(f"SELECT count(*) FROM {self.table}").fetchone()
        return int(count)


class Aggregator(Contestant):
    """This program: ``aggregator poll --force`` as anybody would call it."""

    name, cache, table = "aggregator", "aggregator.db", "entries"

    def __init__(self, folder: Path, server: Server, *, quiet: bool = True) -> None:
        super().__init__(folder)
        compileall.compile_dir(_PACKAGE, quiet=1)  # as every installation that is not editable is
        self._logs = ["--quiet"] if quiet else ["--log-format", "json"]
        hosts = ", ".join(f'"127.0.1.{host}:{server.port}"' for host in range(1, HOSTS + 2))
        feeds = "".join(f'\n[[feeds]]\nname = "f{n}"\nurl = "{url}"\n' for n, url in enumerate(server.urls))
        flags = (
            '\n[[flags]]\nname = "crc"\nprovider_types = ["CRC"]\n\n[[flags]]\nname = "nps"\nprovider_types = ["NPS"]\n'
        )
        (folder / "config.toml").write_text(f"[http]\nallow = [{hosts}]\n{flags}{feeds}")

    def command(self) -> list[str]:
        """``aggregator poll``, for all feeds."""
        program = str(_program())
        configuration = str(self.folder / "config.toml")
        return [program, "--config", configuration, *self._logs, "poll", "--force", "--format", "json"]

    def version(self) -> str:
        """As it says."""
        return _said([str(_program()), "--version"]).split()[-1]


def _program() -> Path:
    return Path(sys.executable).with_name("aggregator")


class Reader(Contestant):
    """lemon24/reader, through its Python interface: feeds added once, then updated by ten threads."""

    name, cache, table = "reader", "reader.sqlite", "entries"

    _PROGRAM: Final = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
if len(sys.argv) > 2:
    for url in open(sys.argv[2]).read().split():
        reader.add_feed(url, exist_ok=True)
reader.update_feeds(scheduled=False, workers=10)
"""

    def __init__(self, folder: Path, server: Server, environment: Path) -> None:
        super().__init__(folder)
        self._python = environment / "bin" / "python"
        (folder / "urls").write_text("\n".join(server.urls))
        self._first = True

    @staticmethod
    def install(environment: Path) -> None:
        """Make the virtual environment, where it is not there."""
        python = environment / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "-q", "reader", "sgmllib3k"], check=True)

    def command(self) -> list[str]:
        """The program above; the first time it adds the feeds too."""
        adding = [str(self.folder / "urls")] if self._first else []
        self._first = False
        return [str(self._python), "-c", self._PROGRAM, str(self.folder / "reader.sqlite"), *adding]

    def version(self) -> str:
        """Of the package."""
        return _said([str(self._python), "-c", "import reader; print(reader.__version__)"]).strip()


class Newsboat(Contestant):
    """newsboat: ``newsboat -x reload``, with files of its own."""

    name, cache, table = "newsboat", "cache.db", "rss_item"

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        (folder / "urls").write_text("\n".join(server.urls))
        (folder / "config").write_text("reload-threads 10\n")

    def command(self) -> list[str]:
        """``newsboat -x reload``, its files here."""
        files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
        words = [word for flag, file in files.items() for word in (flag, str(self.folder / file))]
        return ["newsboat", *words, "-x", "reload"]

    def version(self) -> str:
        """As it says."""
        found = re.search(r"\d[\d.]+", _said(["newsboat", "--version"]))
        return found[0] if found else "?"


def missing(*, reader: bool) -> list[str]:
    """For each program that is not measured: what to do to have it measured too."""
    words = []
    if not reader:
        words.append("reader is left out: --reader VENV measures it, installing it there with pip where it is not")
    if shutil.which("newsboat") is None:
        words.append("newsboat is left out: it is not installed (Debian, Ubuntu: apt-get install newsboat)")
    return words


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
