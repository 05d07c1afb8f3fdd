"""Rolls that are slit: every slit roll is one range of serials, whatever is printed and however long the roll is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.batch import MOST_PIECES_IN_ROLL_PART, Part, line_ends, plan_parts, runs_in
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.imposed_positions import impose
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.roll import LaneSet, LaneSets
from labelsvc.domain.shape import Rectangle
from labelsvc.rendering.sheets.stocks import read_stock
from tests.samples.sheet_jobs import SHEETS, STAMP

QUANTITIES = st.lists(st.integers(1, 300), min_size=1, max_size=5)


def web(notation: str = "roll-25x35x4") -> Layout:
    return layout(replace(read_stock(SHEETS, notation), order="lanes"), STAMP)


def read_down(imposition: LaneSets, layout: Layout, pages: range) -> list[list[int]]:
    """The pieces of every lane as a slitter winds them: down its column, page after page."""
    lanes: list[list[int]] = [[] for _ in range(layout.columns)]
    for page in pages:
        for position, piece in zip(*imposition.on_sheet(page), strict=True):
            lanes[position % layout.columns].append(piece)
    return lanes


@given(st.integers(1, 700), st.integers(1, 9), st.integers(1, 9))
def test_lanes_of_a_set_are_single_ranges_of_similar_length(pieces: int, columns: int, rows: int) -> None:
    lanes = LaneSet(pieces, columns * rows, 0, "lanes", columns)

    places = [lanes.place_of(piece) for piece in range(pieces)]
    on_pages = [
        (piece, (page, position))
        for page in range(lanes.sheets)
        for position, piece in zip(*lanes.on_sheet(page), strict=True)
    ]

    assert [piece for lane in lanes.lanes for piece in lane] == list(range(pieces))
    assert max(map(len, lanes.lanes)) - min(map(len, lanes.lanes)) <= 1
    assert dict(sorted(on_pages)) == dict(enumerate(places))
    assert all(list(lanes.on_sheet(page)[0]) == sorted(lanes.on_sheet(page)[0]) for page in range(lanes.sheets))


@given(QUANTITIES, st.booleans(), st.sampled_from(["roll-25x35x4", "roll-25x35x4x0.7"]))
def test_slit_rolls_are_single_ranges_no_longer_than_a_roll(quantities: list[int], apart: bool, notation: str) -> None:
    placed = web(notation)
    per_sheet, pages = placed.per_sheet, placed.roll_sheets
    parts = plan_parts(quantities, per_sheet, step_and_repeat=apart, set_sheets=pages or 1)

    for part in parts:
        counts = [run.count for run in runs_in(part, line_ends(quantities))]
        imposed = impose(counts, placed, 0, step_and_repeat=apart)
        assert isinstance(imposed, LaneSets)
        assert imposed.sheets == part.sheets
        assert [piece for roll in imposed.rolls for piece in roll] == list(range(part.pieces))
        start = 0
        for count in imposed.counts:
            end = start - (-count // per_sheet)
            lanes = read_down(imposed, placed, range(start, end))
            assert all(lane == list(range(lane[0], lane[0] + len(lane))) for lane in lanes if lane)
            assert not pages or end - start <= pages
            start = end


def test_the_rolls_of_a_length_are_full_but_the_last_ones() -> None:
    placed = web("roll-25x35x4x1")

    imposed = impose([300], placed, 0, step_and_repeat=False)

    assert (placed.rows, placed.roll_sheets) == (8, 3)
    assert isinstance(imposed, LaneSets)
    assert [len(roll) for roll in imposed.rolls] == [24] * 12 + [3] * 4


def test_parts_of_a_batch_begin_with_a_roll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 100)

    parts = plan_parts([1000, 900], 32, set_sheets=5)
    apart = plan_parts([1000, 900], 32, step_and_repeat=True, set_sheets=5)

    assert [part.first_sheet for part in parts] == [1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 51, 56]
    assert {
        (part.first_sheet - 1) % 5 if part.first_sheet <= 32 else (part.first_sheet - 33) % 5 for part in apart
    } == {0}
    for some in (parts, apart):
        assert sum(part.pieces for part in some) == 1900
        assert [part.first_piece for part in some[1:]] == [part.first_piece + part.pieces for part in some[:-1]]


def test_a_roll_longer_than_the_batch_is_one_part() -> None:
    assert plan_parts([50_000], 32, set_sheets=10_000) == (Part(1, 1, 1563, 0, 50_000),)


@pytest.mark.parametrize("set_sheets", [4_000, 15_625, 10**9])
def test_a_roll_too_long_for_one_part_is_shared_by_several(set_sheets: int) -> None:
    parts = plan_parts([500_000], 32, set_sheets=set_sheets)

    assert sum(part.pieces for part in parts) == 500_000
    assert all(20_000 <= part.pieces <= MOST_PIECES_IN_ROLL_PART + 20_000 for part in parts)
    assert len({part.sheets for part in parts[:-1]}) == 1


def test_only_rolls_have_lanes() -> None:
    with pytest.raises(InvalidValue, match=r"stock\.lanes"):
        replace(read_stock(SHEETS, "a4"), order="lanes")


@pytest.mark.parametrize("sheet", [-1, 3])
def test_pages_that_lanes_do_not_have_are_refused(sheet: int) -> None:
    lanes = LaneSet(9, 4, 0, "lanes", 2)

    with pytest.raises(InvalidValue, match=r"stock\.sheet_number"):
        lanes.on_sheet(sheet)
    with pytest.raises(InvalidValue, match=r"stock\.piece_number"):
        lanes.place_of(9)


@pytest.mark.parametrize(
    ("unwind", "notation", "turned"), [(0, "25x35", False), (2, "25x35", False), (7, "35x25", True)]
)
def test_labels_lie_sideways_where_a_side_leaves_the_roll_first(unwind: int, notation: str, turned: bool) -> None:
    placed = layout(replace(read_stock(SHEETS, f"roll-{notation}x2"), unwind=unwind), Rectangle(25, 35), may_turn=True)

    assert placed.turned is turned
    assert (placed.trim_width_mm, placed.trim_height_mm) == tuple(map(float, notation.split("x")))
