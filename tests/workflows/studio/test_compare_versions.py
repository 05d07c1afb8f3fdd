"""Two versions of a design beside one another: where they differ, and what became of each item."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from PIL import Image

from labelsvc.workflows.print_assets import print_assets
from labelsvc.workflows.studio.compare_versions import Comparison, compare
from labelsvc.workflows.studio.item_changes import item_changes
from labelsvc.workflows.studio.label_drawing import LookQuestion
from tests import CHECKOUT
from tests.samples.labels_on_paper import HOST, ls_source

ASSETS = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
STAMP = ls_source("tem-25x35").encode()
LINE = b'<line x1="2.5" y1="12" x2="8" y2="12" stroke="#17231C" stroke-width="0.3"/></svg>'


def compared(before: bytes, after: bytes) -> Comparison:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    asked = [LookQuestion(name="thu", source=source, host=HOST, now=now) for source in (before, after)]
    return compare(ASSETS, *asked)


def test_moved_item_is_outlined_where_it_was_and_is() -> None:
    before, after = STAMP.replace(b"</svg>", LINE), STAMP.replace(b"</svg>", LINE.replace(b'"12"', b'"15.2"'))

    found = compared(before, after)

    (change,) = found.changes
    assert (change.what, change.item["kind"], change.item["tag"]) == ("moved", "shape", "line")
    assert list(change.after) == [0.0, 3.2]
    assert found.boxes is not None
    assert len(found.boxes) == 2
    for box, y in zip(found.boxes, (12, 15.2), strict=True):
        assert [round(side) for side in box[::2]] == [4, 6]
        assert box[1] < y + 2 < box[1] + box[3] + 0.2
    assert Image.open(BytesIO(found.before.picture)).size == Image.open(BytesIO(found.after.picture)).size


def test_version_like_the_other_has_no_difference() -> None:
    found = compared(STAMP, STAMP.replace(b"</svg>", b"<!-- the same on paper --></svg>"))

    assert found.alike


def test_version_that_cannot_be_drawn_says_why_beside_the_other() -> None:
    found = compared(STAMP, STAMP.replace(b"</svg>", b"<foo/></svg>"))

    assert found.before.picture
    assert not found.after.picture
    assert [problem.code for problem in found.after.problems] == ["design.element"]
    assert found.boxes is None
    assert not found.alike


def test_changes_pair_items_that_stayed_before_others() -> None:
    box = {"kind": "shape", "tag": "rect"}
    first, second, third = ({**box, "node": at, "box": [float(at), 0.0, 2.0, 2.0]} for at in (1, 2, 3))
    text = {"kind": "text", "field": "Tên", "node": 5, "box": [0.0, 0.0, 9.0, 9.0], "lines": ["Chè"], "size_pt": 8.0}

    changes = item_changes([first, second, third, text], [first, third, text | {"lines": ["Chè xanh"], "size_pt": 7.5}])

    assert [(change.what, change.item["kind"], change.item["box"][0]) for change in changes] == [
        ("removed", "shape", 2.0),
        ("text", "text", 0.0),
        ("type", "text", 0.0),
    ]
