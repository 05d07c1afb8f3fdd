"""Writes what was tested into files: every package with its hashes, and the SBOM (CycloneDX) of the wheel.

    make lock

The locks name no index: pip finds the files wherever its own configuration says, and takes those alone whose hashes
these are, for Linux, macOS and Windows, Python 3.11 and newer. The SBOM is written from ``requirements.lock``.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelsvc import __version__
from tests import CHECKOUT

RUNTIME, SERVER, TESTS, SBOM = (
    CHECKOUT / name
    for name in ("requirements.lock", "requirements-server.lock", "requirements-test.lock", "sbom.cdx.json")
)
BUILD = "hatchling>=1.28\neditables>=0.5\n"
"""What installs a checkout itself, from the lock too."""
HEAD = "# What was tested, with hashes: written by make lock, installed by make labels and make test.\n"
_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pinned:
    """A package of a lock; ``marker`` says where it is installed, empty for everywhere."""

    name: str
    version: str
    marker: str


def pinned(lock: Path) -> list[Pinned]:
    """Return the packages of a lock, by name."""
    return [Pinned(name, version, marker) for name, version, marker in _ENTRY.findall(lock.read_text(encoding="utf-8"))]


def direct() -> list[str]:
    """Return the packages that labelsvc itself names, as they are normalised (PEP 503)."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgresql"]]
    return sorted({normal(re.split(r"[\[<>=!~; ]", each)[0]) for each in wanted})


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def sbom() -> str:
    """Return the SBOM: packages of the lock, and what else of others is in the wheel."""
    root = f"pkg:pypi/labelsvc@{__version__}"
    packages = [_package(each) for each in pinned(RUNTIME) if normal(each.name) not in ("editables", "hatchling")]
    carried = [
        _file("templates/web/style/htmx.min.js", "htmx.org", "0BSD", "library"),
        _file("templates/web/style/interact.min.js", "interactjs", "MIT", "library"),
        _file("templates/web/style/codemirror/codemirror.js", "codemirror", "MIT", "library"),
        *(
            _file(f"fonts/{font.name}", font.stem, "OFL-1.1", "file")
            for font in sorted((CHECKOUT / "fonts").glob("*.ttf"))
        ),
        _file("templates/press/FOGRA39L_coated.icc", "FOGRA39L coated", "Zlib", "file"),
    ]
    known = {normal(each["name"]): each["bom-ref"] for each in packages}
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": root, "name": "labelsvc", "version": __version__, "purl": root,
                "licenses": [{"expression": "Apache-2.0 AND OFL-1.1"}],
            }
        },
        "components": [*packages, *carried],
        "dependencies": [{"ref": root, "dependsOn": [known[name] for name in direct()]}],
    }  # fmt: skip
    return json.dumps(bom, indent=1, ensure_ascii=False) + "\n"


def _package(each: Pinned) -> dict[str, Any]:
    purl = f"pkg:pypi/{normal(each.name)}@{each.version}"
    component: dict[str, Any] = {
        "type": "library", "bom-ref": purl, "name": each.name, "version": each.version, "purl": purl
    }  # fmt: skip
    if each.marker:
        component["properties"] = [{"name": "python:marker", "value": each.marker}]
    return component


_VERSION = re.compile(rb"""(?:version:|CodeMirror\.version = )"([0-9.]+)"|interact\.js ([0-9.]+) """)
"""As a script says its own."""


def _file(path: str, name: str, license_id: str, kind: str) -> dict[str, Any]:
    content = (CHECKOUT / path).read_bytes()
    version = _VERSION.search(content) if path.endswith(".js") else None
    return {
        "type": kind,
        "bom-ref": path,
        "name": name,
        **({"version": (version[1] or version[2]).decode()} if version else {}),
        "licenses": [{"license": {"id": license_id}}],
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}],
    }


def compile_lock(lock: Path, *options: str) -> None:
    """Write a lock: the versions of the one that is there, where the ranges still take them."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    fixed = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    with tempfile.NamedTemporaryFile("w", suffix=".in") as build:
        build.write(BUILD)
        build.flush()
        command = [uv, "pip", "compile", *fixed, *options, "pyproject.toml", build.name, f"--output-file={lock}"]
        subprocess.run(command, cwd=CHECKOUT, check=True)
    lock.write_text(HEAD + lock.read_text(encoding="utf-8").removeprefix(HEAD), encoding="utf-8")


def server_extras() -> list[str]:
    """Return the extras that a server of an office may be set to use; its image has them all."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sorted(project["optional-dependencies"].keys() - {"test", "bench"})


def main() -> None:
    extras = [f"--extra={extra}" for extra in server_extras()]
    compile_lock(TESTS, *extras, "--extra=test", *sys.argv[1:])
    compile_lock(SERVER, *extras, f"--constraint={TESTS}", *sys.argv[1:])
    compile_lock(RUNTIME, "--extra=postgresql", f"--constraint={TESTS}", *sys.argv[1:])
    SBOM.write_text(sbom(), encoding="utf-8")


if __name__ == "__main__":
    main()
