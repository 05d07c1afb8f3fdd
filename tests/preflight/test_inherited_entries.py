"""Pages that have their boxes, resources and turn from the nodes above them (ISO 32000-1, 7.7.3.4), as many programs
write them: judged as if each page had its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from tests.samples.fault_planting import Change, both, own_font, painted, saved
from tests.samples.preflighted_files import inspected

INHERITABLE = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
HEAVY = painted("/GSn gs 1 1 .9 .8 k 3 3 22 22 re f")
WHITE_TEXT = painted(f"/GSn gs 1 .5 0 .4 k 2 2 30 9 re f {own_font(4.5, '0 0 0 0 k', 'GSn')}")
TEXT_ON_THE_DIE_LINE = painted(f"1 0 0 1 -3 20 cm {own_font(9)}")


def nodes_above(pdf: pikepdf.Pdf, levels: int) -> list[pikepdf.Object]:
    """Put the pages under so many nodes, one within the other; return these, the innermost first."""
    root = pdf.Root.Pages
    inner, nodes = root, [root]
    for _ in range(levels - 1):
        kids = list(inner.Kids)
        node = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array(kids), Count=root.Count, Parent=inner))
        for kid in kids:
            kid.Parent = node
        inner.Kids = Array([node])
        inner = node
        nodes.insert(0, node)
    return nodes


def with_own_entries(pdf: pikepdf.Pdf) -> None:
    """Let every page say all that it may inherit."""
    for page in pdf.pages:
        page.obj.CropBox, page.obj.Rotate = page.obj.MediaBox, 0


def handed_down(levels: int, at: Sequence[int]) -> Change:
    """Let the pages inherit their entries from nodes, one index for each of INHERITABLE; 0 stands right above them.

    What stands further up is something else: the nearest node counts.
    """

    def change(pdf: pikepdf.Pdf) -> None:
        pages = [page.obj for page in pdf.pages]
        nodes = nodes_above(pdf, levels)
        others = Array([0, 0, 9, 9]), Array([0, 0, 5, 5]), 90, Dictionary()
        for key, level, other in zip(INHERITABLE, at, others, strict=True):
            nodes[level][key] = pages[1][key]
            for node in nodes[level + 1 :]:
                node[key] = other
            for page in pages:
                del page[key]

    return change


def judged(folder: Path, *changes: Change) -> list[tuple[Any, ...]]:
    """Return what preflight says of each rule and each fault, apart from the numbers of objects."""

    done = inspected(folder, saved(both(*changes)))
    return [
        (each.rule.name, each.status, each.remark, *((one.problem, one.page, one.place) for one in each.faults))
        for each in done.results
    ]


@pytest.mark.parametrize(
    "art", [HEAVY, WHITE_TEXT, TEXT_ON_THE_DIE_LINE], ids=["heavy ink", "white text", "text on the die line"]
)
def test_inherited_entries_are_those_of_the_page(art: Change, tmp_path: Path) -> None:
    own = judged(tmp_path, with_own_entries, art)

    for levels, at in ((1, (0, 0, 0, 0)), (2, (1, 0, 1, 0)), (4, (3, 1, 0, 2))):
        assert judged(tmp_path, with_own_entries, art, handed_down(levels, at)) == own, levels
    assert any(status == "failed" for _, status, *_ in own)


@pytest.mark.parametrize("levels", [1, 3])
def test_an_inherited_turn_is_found(levels: int, tmp_path: Path) -> None:
    def turned(pdf: pikepdf.Pdf) -> None:
        nodes_above(pdf, levels)[-1].Rotate = 90

    turns = next(rule for rule in judged(tmp_path, turned) if rule[0] == "page_entries")

    assert turns[1] == "failed"
    assert [page for _, page, _ in turns[3:]] == [1, 2]


def test_the_changed_file_keeps_its_entries_above_its_pages() -> None:
    data = saved(both(with_own_entries, handed_down(3, (0, 1, 2, 0))))

    assert [data.count(key.encode() + b" ") for key in INHERITABLE[:3]] == [3, 2, 1]
