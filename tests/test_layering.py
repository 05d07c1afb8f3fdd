"""The doors between the rooms, as HOUSE.md and README's "Decisions" list them."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "labelsvc"

ROOMS = {
    "domain": set(),
    "rendering": {"domain"},
    "storage": {"domain"},
    "workflows": {"domain", "rendering", "storage"},
    "config": {"domain"},
    "wording": {"domain"},
    "wiring": {"config", "domain", "rendering", "storage", "workflows", "wording"},
    "web": {"domain", "workflows", "wiring", "wording", "config"},
    "worker": {"domain", "workflows", "wiring"},
    "cli": {"config", "domain", "web", "wiring", "wording", "worker", "workflows"},
}

THIRD_PARTY = {
    "domain": set(),
    "rendering": {
        "reportlab", "qrcode", "PIL", "jinja2", "markupsafe", "pikepdf", "numpy", "fontTools", "lxml", "svgelements",
        "shapely", "pypdfium2", "zxingcpp", "deflate",
    },
    "storage": {"sqlalchemy", "alembic"},
    "workflows": {"python_calamine", "pydantic", "argon2", "pyotp", "openpyxl", "zxcvbn"},
    "config": set(),
    "wording": set(),
    "wiring": set(),
    "web": {
        "flask", "werkzeug", "markupsafe", "jinja2", "gunicorn", "pydantic", "flask_login", "flask_wtf",
        "flask_limiter", "flask_openapi3", "limits",
    },
    "worker": {"huey"},
    "cli": {"click", "rich"},
}  # fmt: skip

SAYING_NOTHING = {"utils", "helpers", "common", "services", "manager", "base", "core", "misc"}


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
            if node.module == "labelsvc":
                found.update(f"labelsvc.{alias.name}" for alias in node.names)
    return found


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


MODULES = sorted(p for p in PACKAGE.rglob("*.py") if room_of(p) not in ("__init__", "__main__"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_goes_through_its_rooms_doors_only(path: Path) -> None:
    room = room_of(path)

    wrong = set()
    for name in imports_of(path):
        top, _, rest = name.partition(".")
        if top == "labelsvc":
            target = rest.partition(".")[0]
            if target and target not in ("__version__", room) and target not in ROOMS[room]:
                wrong.add(name)
        elif top not in sys.stdlib_module_names and top not in THIRD_PARTY[room]:
            wrong.add(name)

    assert not wrong, f"{path.name} in {room} must not import {sorted(wrong)}"


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {path.stem for path in MODULES}

    assert not names & SAYING_NOTHING


def test_domain_reads_no_clock_and_opens_no_file() -> None:
    calls = [
        f"{path.name}:{node.lineno}"
        for path in MODULES
        if room_of(path) in ("domain", "workflows")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "today", "utcnow")
    ]

    assert not calls
