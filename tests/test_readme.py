"""The README followed to the letter: its session runs as pasted, and what it links to is there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")] if path.is_file()
)


def section(title):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def shell_blocks(title):
    return re.findall(r"^```sh\n(.*?)^```", section(title), re.MULTILINE | re.DOTALL)


def test_the_session_works_as_pasted(tmp_path):
    # All but the poll: tests ask nobody's server.
    script = 'set -eu\naggregator() { if [ "$1" != poll ]; then command aggregator "$@"; fi; }\n'
    done = subprocess.run(
        ["bash", "-c", script + "\n".join(shell_blocks("A session"))],
        cwd=tmp_path,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AGGREGATOR_")},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    explained, _, rest = done.stdout.partition("Probation inspection digest")
    assert "nps-rating" in explained
    assert "NPS Wales" in explained
    assert "Outstanding" in rest
    assert (tmp_path / "config.toml").exists()


def test_set_up_with_pip_installs_what_exists():
    commands = "\n".join(shell_blocks("Set-up"))
    for requirement in re.findall(r"-r (\S+)", commands):
        assert (ROOT / requirement).exists(), requirement
    assert "--require-hashes" in commands


def anchors(document):
    """The anchors of a document's headings, as they are made where it is shown."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document):
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        linked = (document.parent / path).resolve() if path else document
        assert linked.exists(), f"{document.name} links to {target}"
        if anchor:
            assert anchor in anchors(linked), f"{document.name} links to {target}"
