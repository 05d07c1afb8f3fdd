"""Shipped designs opened, changed and saved by Inkscape itself: read again, changed by just that."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from labelsvc.rendering.design.open_format.reading import read_elements
from labelsvc.rendering.design.source import DesignElement
from tests import CHECKOUT
from tests.samples.designs_compared import printed
from tests.samples.labels_on_paper import design

DESIGNS = sorted((CHECKOUT / "templates" / "labels").glob("*.svg"))
PX = 96 / 25.4
MOVED_MM = (1.5, -0.75)
MOVED = ("ls-qr", "ls-name", "ls-brand", "ls-fields", "ls-stars", "ls-mark", "ls-code")
SCALED, FACTOR = "ls-serial", 0.5
PLACES = (("x", 0), ("y", 1), ("cx", 0), ("cy", 1))
FORMS = {"plain": "true", "inkscape": "false"}
SAVED = [
    (path, form) for i, path in enumerate(DESIGNS) for form in FORMS if i == 0 or (form == "plain") == (i % 2 == 0)
]
"""Each design in one of Inkscape's two forms, the first one in both: reading all of them twice is dear."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of all designs as one Inkscape saved them in both of its forms."""
    if not shutil.which("inkscape"):
        pytest.skip("Inkscape is not installed")
    folder = tmp_path_factory.mktemp("inkscape")
    x, y = (length * PX for length in MOVED_MM)
    lines = [
        f"file-open:{path}; select-by-id:{','.join(MOVED)}; transform-translate:{x:.6f},{y:.6f}; select-clear; "
        f"select-by-id:{SCALED}; transform-scale:{FACTOR}; "
        f"export-filename:{folder / f'{path.stem}.{form}.svg'}; export-plain-svg:{FORMS[form]}; export-do"
        for path, form in SAVED
    ]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    said = "\n".join([*lines, "quit", ""])
    subprocess.run(["inkscape", "--shell"], input=said, env=environment, capture_output=True, text=True, timeout=120)
    return folder


@cache
def placeholders(source: str) -> dict[str, DesignElement]:
    """Return the ``ls:`` elements that placeholders of a source become, by their ids."""
    names = [each.get("id") for each in etree.fromstring(source.encode()).iter("*")]
    found: dict[str, DesignElement] = {}
    waiting = [read_elements(source.encode(), "thử", by_node=True).root]
    while waiting:
        each = waiting.pop()
        waiting += each.children
        if each.placed:
            found[names[each.line]] = each
    return found


@pytest.mark.parametrize(("path", "form"), SAVED, ids=lambda part: getattr(part, "stem", part))
def test_design_that_inkscape_saved_is_accepted_and_moved_by_that(saved: Path, path: Path, form: str) -> None:
    before, source = path.read_text(encoding="utf-8"), (saved / f"{path.stem}.{form}.svg").read_text(encoding="utf-8")
    old, new = placeholders(before), placeholders(source)

    changed = printed(design(source))

    assert old.keys() == new.keys()
    for name, element in new.items():
        step = MOVED_MM if name in MOVED else (0.0, 0.0)
        if name != SCALED:
            for place, axis in PLACES:
                if element.get(place):
                    wanted = float(old[name].get(place)) + step[axis]
                    assert float(element.get(place)) == pytest.approx(wanted, abs=2e-3), (name, place)
            assert unplaced(element) == unplaced(old[name]), name
    if serial := new.get(SCALED):
        sizes = [(float(serial.get(key)), float(old[SCALED].get(key)) * FACTOR) for key in ("width", "size")]
        assert [found for found, _ in sizes] == pytest.approx([wanted for _, wanted in sizes], abs=2e-3)
    kept = printed(design(before))
    assert [changed[part] for part in ("title", "title_en", "shape", "groups")] == [
        kept[part] for part in ("title", "title_en", "shape", "groups")
    ]
    assert len(changed["items"]) == len(kept["items"])


def unplaced(element: DesignElement) -> dict[str, str]:
    """Return what an element says besides its place; colours in one spelling, lengths to a hundredth."""
    said = {name: value for name, value in element.attributes.items() if name not in dict(PLACES)}
    return {name: _one_spelling(value) for name, value in said.items()} | {"text": element.text}


def _one_spelling(value: str) -> str:
    return f"{float(value):.2f}" if re.fullmatch(r"-?[\d.]+", value) else value.upper()
