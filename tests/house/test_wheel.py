"""A wheel carries everything that printing needs, and prints where there is no checkout."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests import CHECKOUT
from tests.conftest import missing
from tests.offices.command_line import manifest, records, text_of
from tests.samples.generator import write_csv


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout, built without a network."""
    for module in ("hatchling", "pip"):
        if importlib.util.find_spec(module) is None:
            missing(f"{module} is not installed: pip install '.[test]'")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]  # as pip asks it to
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment that holds the wheel, and finds what it depends on where the tests do."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    install = ["install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, *install], check=True, capture_output=True)  # type: ignore[list-item]
    site = next((place / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n", encoding="utf-8")
    return place


def test_wheel_carries_the_sbom(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = [name for name in archive.namelist() if "/sboms/" in name]
        content = archive.read(found[0])

    assert [name.partition(".dist-info")[2] for name in found] == ["/sboms/sbom.cdx.json"]
    assert content == (CHECKOUT / "sbom.cdx.json").read_bytes()


def run(installed: Path, folder: Path, *words: str) -> str:
    """Run a command of the environment in an empty folder, without any setting; return what it says."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("LABELSVC_", "PYTHON"))}
    done = subprocess.run(
        [installed / "bin" / words[0], *words[1:]],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_carries_code_templates_fonts_and_licences_only(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    for folder in ("templates", "fonts"):
        kept = {
            f"labelsvc/{path.relative_to(CHECKOUT)}"
            for path in (CHECKOUT / folder).rglob("*")
            if path.is_file() and path.name != ".DS_Store"
        }
        assert kept <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/fonts/OFL.txt") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"labelsvc"}


def test_an_installed_wheel_prints_and_verifies_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    write_csv(tmp_path / "san-pham.csv", records(2, 1))

    where = run(installed, tmp_path, "python", "-c", "import labelsvc; print(labelsvc.__file__)")
    said = run(installed, tmp_path, "labelsvc", "print", "san-pham.csv")
    folder = Path(said.splitlines()[-1])
    rows = manifest(folder)

    assert Path(where.strip()).is_relative_to(installed)
    assert folder.parent == tmp_path / "output"
    assert len(rows) == 2
    assert "MẪU" in text_of(folder)
    assert rows[0]["product"] in run(installed, tmp_path, "labelsvc", "verify", rows[0]["code"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance", "output", "san-pham.csv"]


def test_an_installed_wheel_knows_its_designs_and_stocks(installed: Path, tmp_path: Path) -> None:
    assert "tem-25x35" in run(installed, tmp_path, "labelsvc", "design", "list")
    assert "a4" in run(installed, tmp_path, "labelsvc", "stock", "list")
