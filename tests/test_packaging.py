"""What is shipped is whole: the wheel, the lock files, and the commands that set a machine up."""

import email
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import aggregator

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
CONSTRAINTS = ("run", "dev")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy to build from, so that no build folder is left in the work tree."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "aggregator", source / "aggregator", ignore=shutil.ignore_patterns("__pycache__"))
    return source


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    """The wheel, built without a network."""
    built = tmp_path_factory.mktemp("wheel")
    pip(
        "wheel",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(built),
        str(source),
        cwd=source,
    )
    (path,) = built.iterdir()
    return path


def pip(*arguments, cwd):
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_every_file_of_the_package(source, wheel):
    ours = {path.relative_to(source).as_posix() for path in (source / "aggregator").rglob("*") if path.is_file()}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if not name.split("/")[0].endswith(".dist-info")}
    assert packed == ours
    # Not only code: the kinds of data that a forgotten pattern in pyproject.toml would leave behind.
    assert {"py.typed", "schema.sql", "shipped.toml", "notebook.xml.j2"} <= {Path(name).name for name in packed}


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (dist_info,) = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = email.message_from_string(archive.read(f"{dist_info}/METADATA").decode())
        scripts = archive.read(f"{dist_info}/entry_points.txt").decode()
        licence = archive.read(f"{dist_info}/licenses/LICENSE").decode()
    assert metadata["Name"] == "inspection-aggregator"
    assert metadata["Version"] == aggregator.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert str(metadata.get_payload()).strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
    assert "aggregator = aggregator.cli:main" in scripts
    assert licence.startswith("MIT License")


def test_the_wheel_works_with_the_source_gone(wheel, tmp_path):
    site = tmp_path / "site"
    pip("install", "--no-index", "--no-deps", "--target", str(site), str(wheel), cwd=tmp_path)
    where = subprocess.run(
        [sys.executable, "-c", "import aggregator; print(aggregator.__file__)"],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(site)  # else the next lines would test the work tree
    # The demo needs all of it: configuration, schema, vocabulary, templates, sample feeds.
    demo = subprocess.run(
        [sys.executable, "-m", "aggregator", "demo"],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert demo.returncode == 0, demo.stderr
    assert "Norfolk and Suffolk CRC" in demo.stdout


def pins(name: str) -> dict[str, tuple[str, list[str]]]:
    """A lock file as {package: (version, hashes)}. Whatever is no pin, no hash and no comment fails here."""
    found: dict[str, tuple[str, list[str]]] = {}
    package = ""
    for line in (ROOT / "constraints" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if pin := re.fullmatch(r"([a-z0-9-]+)==([\w.]+)(?: ; [^\\]+)? \\", line):
            package = pin[1]
            found[package] = (pin[2], [])
        else:
            digest = re.fullmatch(r" {4}--hash=(sha256:[0-9a-f]{64})(?: \\)?", line)
            assert digest, line
            found[package][1].append(digest[1])
    return found


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_lock_files_name_no_address_and_pin_by_hash(name):
    text = (ROOT / "constraints" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)  # no option of pip: no index, no other file
    assert all(hashes for _, hashes in pins(name).values())


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("run", PROJECT["dependencies"] + PYPROJECT["build-system"]["requires"]),
        (
            "dev",
            PROJECT["dependencies"] + PYPROJECT["build-system"]["requires"] + PROJECT["optional-dependencies"]["dev"],
        ),
    ],
    ids=CONSTRAINTS,
)
def test_lock_files_cover_what_pyproject_asks_for(name, wanted):
    locked = pins(name)
    for requirement in map(Requirement, wanted):
        package = canonicalize_name(requirement.name)
        assert package in locked, f"run `make constraints`: {requirement} is in no lock file"
        assert locked[package][0] in requirement.specifier, f"run `make constraints`: {requirement}"


def test_development_tests_what_runs():
    run, dev = pins("run"), pins("dev")
    assert {package: dev.get(package) for package in run} == run


def test_ci_runs_the_tests_and_then_the_checks():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert [line for line in script.read_text().splitlines() if line.startswith("make ")] == ["make test", "make check"]


def make(*arguments):
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_every_target_that_the_documents_name_exists():
    listed = set(re.findall(r"^  make ([a-z-]+) ", make("help"), re.MULTILINE))
    assert {"run", "test", "check", "demo", "docs", "bench", "constraints", "clean"} <= listed
    for document in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE))
        assert named, document
        assert named <= listed, document


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_an_old_python_is_refused_in_words(tmp_path):
    # The Python at hand, made to believe it is older.
    old = tmp_path / "python"
    aged = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)'; exec(sys.argv[1])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{aged}" "$2"\n')
    old.chmod(0o755)
    refused = subprocess.run(
        ["make", "test", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert refused.returncode != 0
    assert "Python 3.11 or newer is needed, and this is 3.9.2" in refused.stderr
    assert not (tmp_path / "venv").exists()
