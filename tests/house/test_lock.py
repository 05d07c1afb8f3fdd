"""The locks and the SBOM name what pyproject.toml asks for, and nothing of where it was fetched."""

from __future__ import annotations

import json
import os
import platform
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from tests import CHECKOUT
from tests.house.lock import RUNTIME, SBOM, SERVER, TESTS, normal, pinned, sbom, server_extras

LOCKS = pytest.mark.parametrize("lock", [RUNTIME, SERVER, TESTS], ids=lambda path: path.name)
PYTHONS = ("3.11", "3.12", "3.13")


def requirements(*extras: str) -> list[Requirement]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    return [Requirement(text) for text in texts]


def versions(lock: Path, python: str, machine: str = "x86_64") -> dict[str, str]:
    """What the lock installs on Linux with a version of Python: a whole one, or the first of its kind."""
    kind = ".".join(python.split(".")[:2])
    where = {
        "python_version": kind, "python_full_version": f"{python}.1" if python == kind else python,
        "sys_platform": "linux", "os_name": "posix", "platform_machine": machine, "platform_system": "Linux",
        "implementation_name": "cpython", "platform_python_implementation": "CPython",
    }  # fmt: skip
    return {
        normal(each.name): each.version
        for each in pinned(lock)
        if not each.marker or Marker(each.marker).evaluate(where)
    }


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_locks_fit_the_ranges_on_every_python_that_was_tried(python: str, machine: str) -> None:
    every = tuple(server_extras())
    for lock, extras in ((RUNTIME, ("postgresql",)), (SERVER, every), (TESTS, (*every, "test"))):
        found = versions(lock, python, machine)
        wanted = requirements(*extras)
        assert [str(each) for each in wanted if found.get(normal(each.name), "") not in each.specifier] == []


@pytest.mark.parametrize("lock", [RUNTIME, SERVER], ids=lambda path: path.name)
def test_locks_name_the_versions_that_were_tested(lock: Path) -> None:
    installed, tests = (dict(versions(each, "3.11")) for each in (lock, TESTS))

    assert {name: number for name, number in installed.items() if tests.get(name) != number} == {}


@LOCKS
def test_every_package_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.rstrip())[1:]

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert len(entries) == len(pinned(lock))
    assert not re.search(r"https?:|index-url|find-links|file:|@", text)


@LOCKS
def test_files_for_intel_and_arm_are_among_the_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    numpy = re.search(r"^numpy==.*\n((?:    --hash.*\n)+)", text, re.MULTILINE)

    assert numpy is not None
    assert numpy[1].count("--hash") > 20  # a wheel for each Python, system and processor


def test_what_is_installed_here_is_what_the_lock_says() -> None:
    if os.environ.get("CI") != "true":
        pytest.skip("a developer's environment may hold newer versions")
    found = versions(TESTS, platform.python_version(), os.uname().machine)

    assert {name: version(name) for name, number in found.items() if version(name) != number} == {}


def test_the_sbom_is_written_from_the_lock() -> None:
    assert SBOM.read_text(encoding="utf-8") == sbom(), "run: make lock"


def test_the_sbom_names_what_the_wheel_holds_and_needs() -> None:
    bom = json.loads(SBOM.read_text(encoding="utf-8"))

    names = {component["name"] for component in bom["components"]}
    refs = [component["bom-ref"] for component in bom["components"]]
    assert {"flask", "numpy", "htmx.org", "interactjs", "codemirror", "BeVietnamPro_400Regular"} <= names
    assert "FOGRA39L coated" in names
    assert "pytest" not in names
    assert len(refs) == len(set(refs))
    assert set(bom["dependencies"][0]["dependsOn"]) <= set(refs)
