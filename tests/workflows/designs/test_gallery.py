"""The gallery: designs by use, longest side and product group, in the order in which people look for them."""

from __future__ import annotations

from dataclasses import fields

import pytest

from labelsvc.workflows.designs.gallery import USES, GalleryFilter, in_order
from tests.samples.labels_on_paper import ROOM

DESIGNS = [ROOM.heading(name) for name in ROOM.design_names]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"use": "seal"}, {"tem-niem-phong-40x40"}),
        ({"use": "card", "size": "large"}, {"bien-ke-148x210"}),
        ({"size": "small", "use": "stamp", "group": "CRAFT"}, {
            "tem-25x35", "tem-tron-32", "tem-nhiet-50x30", "tem-nhiet-60x40", "tem-cao-60x30",
        }),
        ({"group": "TOURISM"}, {"bien-ke-105x74", "bien-ke-148x210", "chung-nhan-297x210"}),
        ({"use": "tag", "group": "DRINK"}, {"nhan-co-chai-40x90"}),
    ],
)  # fmt: skip
def test_filters_leave_the_designs_asked_for(query: dict[str, str], names: set[str]) -> None:
    wanted = GalleryFilter.from_query(query)

    assert {design.name for design in DESIGNS if wanted.shows(design)} == names


def test_values_that_no_filter_knows_show_all() -> None:
    wanted = GalleryFilter.from_query({"use": "poster", "size": "<b>", "group": "0"})

    assert wanted == GalleryFilter()
    assert all(map(wanted.shows, DESIGNS))


def test_designs_are_shown_by_use_then_from_small_to_large() -> None:
    shown = in_order(reversed(DESIGNS))

    keys = [(USES.index(design.use), design.shape.width_mm * design.shape.height_mm) for design in shown]
    assert keys == sorted(keys)


@pytest.mark.parametrize("name", ["tem-25x35", "tem-tron-32"])
def test_heading_says_what_the_whole_design_says(name: str) -> None:
    heading, design = ROOM.heading(name), ROOM.design(name)

    assert all(getattr(heading, each.name) == getattr(design, each.name) for each in fields(heading))
