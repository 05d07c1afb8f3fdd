"""The doors between the rooms, as HOUSE.md and docs/architecture.md list them."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests import CHECKOUT
from tests.house.source_files import FILES, PACKAGE, nodes_in

DOORS = {
    "domain": set(),
    "config": {"domain"},
    "wording": {"domain"},
    "formula_guard": set(),
    "limited_process": set(),
    "log_context": set(),
    "pdf": {"domain"},
    "records": {"domain", "formula_guard", "limited_process"},
    "preflight": {"domain", "pdf", "limited_process"},
    "rendering": {"domain", "pdf", "formula_guard"},
    "storage": {"domain"},
    "workflows": {"domain", "records", "pdf", "preflight", "rendering", "storage", "limited_process", "log_context"},
    "services": {"config", "wording", "domain", "records", "pdf", "preflight", "rendering", "storage", "workflows"},
    "web": {"domain", "workflows", "services", "wording", "config", "formula_guard", "limited_process", "log_context"},
    "worker": {"domain", "workflows", "services", "wording", "config", "log_context"},
    "cli": {"domain", "workflows", "services", "wording", "config", "web", "worker", "formula_guard"},
}

INNER_DOORS = {
    "rendering": {
        "typesetting": set(),
        "qr": set(),
        "svg": set(),
        "design": {"typesetting", "svg"},
        "sheets": {"svg", "typesetting", "qr"},
        "profile_files": set(),
        "thermal": {"design", "qr", "sheets"},
    },
    "workflows": {
        "designs": set(),
        "stocks": set(),
        "law": set(),
        "batches": {"designs", "profiles", "stocks"},
        "profiles": set(),
        "queue": {"batches"},
        "planning": {"batches", "designs"},
        "studio": {"designs"},
        "looks": {"designs"},
        "upkeep": {"batches"},
    },
    "web": {
        "desk": set(),
        "sign_in": {"desk"},
        "public": {"desk"},
        "api": {"desk", "sign_in"},
        "profiles": {"desk"},
        "stocks": {"desk"},
        "studio": {"desk"},
        "office": {"desk", "sign_in", "profiles", "stocks", "studio"},
        "producer": {"desk", "profiles", "studio"},
        "server": {"desk", "sign_in", "public", "api", "office", "producer"},
    },
}
"""Every inner room may import the modules that stand beside them, and its own."""

SIDE_DOORS = {
    ("rendering/design/artwork.py", "preflight"): "a PDF page is judged before it becomes part of a label",
}

THIRD_PARTY = {
    "domain": set(),
    "records": {"python_calamine", "lxml"},
    "pdf": {"PIL", "pypdfium2", "numpy", "deflate", "svgelements", "shapely"},
    "preflight": {"pikepdf", "numpy", "fontTools", "lxml", "pypdfium2", "zxingcpp", "PIL"},
    "rendering": {
        "reportlab", "qrcode", "PIL", "jinja2", "markupsafe", "pikepdf", "numpy", "fontTools", "lxml", "svgelements",
        "shapely", "pypdfium2", "zxingcpp", "deflate", "tinycss2", "cssselect2",
    },
    "storage": {"sqlalchemy", "alembic", "cryptography", "fsspec", "botocore", "psycopg"},
    "workflows": {"pydantic", "argon2", "cryptography", "pyotp", "webauthn", "zxcvbn"},
    "config": set(),
    "wording": set(),
    "formula_guard": set(),
    "limited_process": set(),
    "log_context": set(),
    "services": set(),
    "web": {
        "flask", "werkzeug", "markupsafe", "jinja2", "gunicorn", "pydantic", "flask_login", "flask_wtf",
        "flask_limiter", "flask_openapi3", "itsdangerous", "limits", "prometheus_client", "opentelemetry",
    },
    "worker": {"huey", "redis", "psycopg"},
    "cli": {"click", "rich"},
}  # fmt: skip

SAYING_NOTHING = {"utils", "helpers", "common", "manager", "base", "core", "misc"}
IMPORTED_TESTS = re.compile(r"^\s*from tests\S*(\.test_\w+ import| import test_)", re.MULTILINE)
"""What two of them need is in ``tests/offices`` or ``tests/samples``."""
MOST_MODULES = 27
"""In one folder, its ``__init__`` among them."""


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}
ROOMS = {name: path for name, path in MODULES.items() if name != "labelsvc"}


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """Return the modules that a file imports, typing and lazy imports included."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in nodes_in(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


def room_of(name: str) -> str:
    return f"{name}.".split(".")[1]


def inner_room_of(name: str) -> str:
    """Return the inner room of a room that has inner doors; empty for what stands beside them."""
    inner = f"{name}..".split(".")[2]
    return inner if inner in INNER_DOORS.get(room_of(name), {}) else ""


def may_import(name: str, path: Path, imported: str) -> bool:
    room, target = room_of(name), room_of(imported)
    if imported == "labelsvc" or target in DOORS[room]:
        return True
    if target != room:
        return (path.relative_to(PACKAGE).as_posix(), target) in SIDE_DOORS
    inner, other = inner_room_of(name), inner_room_of(imported)
    return other in ("", inner) or (inner != "" and other in INNER_DOORS[room][inner])


def is_door(name: str, path: Path, imported: str) -> bool:
    top = imported.partition(".")[0]
    if top == "labelsvc":
        return may_import(name, path, imported)
    return top in sys.stdlib_module_names or top in THIRD_PARTY[room_of(name)]


@pytest.mark.parametrize("room", DOORS)
def test_modules_of_a_room_go_through_its_doors_only(room: str) -> None:
    modules = {name: path for name, path in ROOMS.items() if room_of(name) == room}

    wrong = {
        name: forbidden
        for name, path in modules.items()
        if (forbidden := {imported for imported in imports_of(path) if not is_door(name, path, imported)})
    }

    assert modules
    assert not wrong


def test_every_room_has_doors() -> None:
    assert {room_of(name) for name in ROOMS} == DOORS.keys()


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph = {name: {other for other in imports_of(path) if other in MODULES} for name, path in ROOMS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_all_tables_are_known_where_all_are_needed() -> None:
    tables = "labelsvc.storage.db.tables"
    registering = {name for name, path in MODULES.items() if f"{tables}.metadata" in imports_of(path)}

    assert registering <= {name for name in MODULES if name.startswith(f"{tables}.")}
    assert registering - {f"{tables}.all_tables"} <= set(imports_of(MODULES[f"{tables}.all_tables"]))


def test_no_folder_is_a_heap() -> None:
    folders = [path.parent for path in MODULES.values() if path.parent.name != "versions"]  # migrations only grow

    heaps = {str(folder): folders.count(folder) for folder in set(folders) if folders.count(folder) > MOST_MODULES}
    assert not heaps


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not {path.stem for path in MODULES.values()} & SAYING_NOTHING


def test_no_tests_import_other_tests() -> None:
    modules = {path: path.read_text(encoding="utf-8") for path in (CHECKOUT / "tests").rglob("*.py")}

    assert [str(path) for path, text in modules.items() if IMPORTED_TESTS.search(text)] == []


def test_domain_and_workflows_read_no_clock() -> None:
    calls = [
        f"{path.name}:{node.lineno}"
        for name, path in MODULES.items()
        if room_of(name) in ("domain", "workflows")
        for node in nodes_in(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "today", "utcnow")
    ]

    assert not calls
