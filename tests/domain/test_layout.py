"""Where labels stand: layouts of all kinds of stock, and which piece takes which place."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue, StockRefused
from labelsvc.domain.imposition import Imposition
from labelsvc.domain.layout import Layout, layout, moved, tidied
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.domain.roll import parse_roll
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.domain.sheet import KEPT_ORDERS, Margins, PrinterMarks
from labelsvc.rendering.sheets.stocks import read_stock
from tests.samples.sheet_jobs import ROUND, SHEETS, STAMP, place

TINY = 1e-3
sizes = st.floats(8, 120).map(lambda value: round(value, 2))
margins = st.floats(0, 20).map(lambda value: round(value, 1))
orders = st.sampled_from([order for order in KEPT_ORDERS if order != "lanes"])


def gaps(placed: Layout) -> list[float]:
    """Distances between neighbouring columns and rows of trims; the positions are all crossings of them."""
    xs, ys = sorted({p.x_mm for p in placed.positions}), sorted({p.y_mm for p in placed.positions})
    assert len(set(placed.positions)) == len(placed.positions) == len(xs) * len(ys)
    across = [right - left - placed.shape.width_mm for left, right in pairwise(xs)]
    return across + [lower - upper - placed.shape.height_mm for upper, lower in pairwise(ys)]


@given(width=sizes, height=sizes, margin=margins, bleed=st.sampled_from([0, 1, 1.5, 2, 3]), order=orders)
def test_trims_keep_twice_the_bleed_and_stay_within_the_margins(
    width: float, height: float, margin: float, bleed: float, order: str
) -> None:
    around = Margins(margin, margin, margin, margin)
    stock = replace(read_stock(SHEETS, "a3"), margins=around, bleed_mm=bleed, order=order)

    placed = layout(stock, Rectangle(width, height))

    left, top, right, bottom = placed.trim_box_mm
    assert all(gap >= 2 * bleed - TINY for gap in gaps(placed))
    assert min(left, top, 297 - right, 420 - bottom) >= margin + bleed - TINY
    assert left == pytest.approx(297 - right, abs=TINY)
    assert top == pytest.approx(420 - bottom, abs=TINY)
    assert placed.per_sheet == placed.columns * placed.rows


@given(width=sizes, height=sizes)
def test_one_more_column_or_row_would_not_fit(width: float, height: float) -> None:
    placed = place("330x480", Rectangle(width, height))

    margins = placed.stock.margins
    assert (placed.columns + 1) * (width + 4) > 330 - margins.left_mm - margins.right_mm - TINY
    assert (placed.rows + 1) * (height + 4) > 480 - margins.top_mm - margins.bottom_mm - TINY


@pytest.mark.parametrize(
    ("stock", "per_sheet", "pitch"), [("330x480", 132, (29, 39)), ("330x480-dense", 144, (27, 37))]
)
def test_the_press_sheet_holds_as_many_stamps_as_promised(
    stock: str, per_sheet: int, pitch: tuple[float, float]
) -> None:
    placed = place(stock)

    first, second, below = placed.positions[0], placed.positions[1], placed.positions[placed.columns]
    assert placed.per_sheet == per_sheet
    assert (second.x_mm - first.x_mm, below.y_mm - first.y_mm) == pytest.approx(pitch)


def test_positions_run_along_rows_or_along_columns() -> None:
    rows = place("a4")
    columns = place("a4", order="columns")

    assert rows.positions[1].y_mm == rows.positions[0].y_mm
    assert columns.positions[1].x_mm == columns.positions[0].x_mm
    assert set(rows.positions) == set(columns.positions)


def test_a_single_page_is_as_large_as_its_label_needs() -> None:
    placed = place("single")

    assert placed.per_sheet == 1
    assert (placed.page_width_mm, placed.page_height_mm) == (25 + 4 + 16, 35 + 4 + 21)


def test_a_label_stands_in_the_middle_of_its_cell_without_bleed() -> None:
    placed = place("avery-l7160")

    cells = placed.stock.cells
    assert cells is not None
    assert placed.bleed_mm == 0
    assert placed.positions[0].x_mm == pytest.approx(cells.left_mm + (63.5 - 25) / 2)
    assert placed.per_sheet == 21


def test_designs_that_do_not_fit_are_refused_with_missing_millimetres() -> None:
    with pytest.raises(StockRefused) as refused:
        place("avery-l7160", Rectangle(70, 40))

    assert {p.code: p.facts["missing_mm"] for p in refused.value.problems} == {
        "stock.too_narrow": 6.5,
        "stock.too_low": 1.9,
    }


def test_offsets_move_every_label_but_never_push_ink_off_paper() -> None:
    placed, moved = place("avery-l7160"), place("avery-l7160", offset_x_mm=0.8, offset_y_mm=-0.3)

    assert moved.positions[5].x_mm == pytest.approx(placed.positions[5].x_mm + 0.8)
    assert moved.positions[5].y_mm == pytest.approx(placed.positions[5].y_mm - 0.3)
    with pytest.raises(StockRefused):
        place("avery-3427", Rectangle(105, 74), offset_x_mm=1)


def test_a_round_label_takes_the_pitch_of_its_diameter() -> None:
    placed = place("a4", ROUND)

    assert placed.positions[1].x_mm - placed.positions[0].x_mm == pytest.approx(36)


def test_a_roll_repeats_in_step() -> None:
    placed = place("roll-25x35x4")

    pitch = placed.positions[4].y_mm - placed.positions[0].y_mm
    assert placed.columns == 4
    assert placed.page_height_mm == pytest.approx(placed.rows * pitch)


def test_smaller_roll_labels_keep_their_bleed_for_later_cutting() -> None:
    placed = place("roll-25x35x4", Rectangle(22, 30))

    assert placed.bleed_mm == 1.5


@pytest.mark.parametrize("notation", ["25x35", "25x35x", "axbxc", "", "25x35x4x", "-25x35x4"])
def test_invalid_roll_notations_parse_to_none(notation: str) -> None:
    assert parse_roll(notation) is None


@given(st.integers(1, 600), st.integers(1, 60), st.integers(0, 59), orders)
def test_every_piece_has_exactly_one_position(pieces: int, per_sheet: int, skip: int, order: str) -> None:
    imposition = Imposition(pieces, per_sheet, skip % per_sheet, order)

    seen = {}
    for sheet in range(imposition.sheets):
        positions, numbers = imposition.on_sheet(sheet)
        seen |= {piece: (sheet, position) for position, piece in zip(positions, numbers, strict=True)}

    assert sorted(seen) == list(range(pieces))
    assert len(set(seen.values())) == pieces
    assert all(imposition.place_of(piece) == place for piece, place in seen.items())
    assert not any(sheet == 0 and position < skip % per_sheet for sheet, position in seen.values())


@given(st.integers(1, 600), st.integers(1, 60), st.integers(0, 59))
def test_cut_and_stack_piles_laid_on_one_another_are_in_order(pieces: int, per_sheet: int, skip: int) -> None:
    imposition = Imposition(pieces, per_sheet, skip % per_sheet, "piles" if skip % per_sheet else "cut-and-stack")

    piles: dict[int, list[int]] = {}
    for sheet in range(imposition.sheets):
        for position, piece in zip(*imposition.on_sheet(sheet), strict=True):
            piles.setdefault(position, []).append(piece)

    assert [piece for position in sorted(piles) for piece in piles[position]] == list(range(pieces))
    assert all(imposition.on_sheet(sheet)[0] for sheet in range(imposition.sheets))


def test_keeping_a_begun_sheet_out_of_piles_survives_a_reprint() -> None:
    kept = Imposition(10, 4, 1, "cut-and-stack")

    places = [kept.place_of(piece) for piece in range(10)]

    assert places == [(0, 1), (0, 2), (0, 3), (1, 0), (2, 0), (1, 1), (2, 1), (1, 2), (2, 2), (1, 3)]


@pytest.mark.parametrize(
    "change",
    [{"bleed_mm": -1}, {"width_mm": 0}, {"kind": "paper"}, {"gutter_x_mm": 1}, {"width_mm": 6000}, {"order": "spiral"}],
)
def test_impossible_stocks_are_refused(change: dict[str, object]) -> None:
    stock = read_stock(SHEETS, "a4")

    with pytest.raises(InvalidValue):
        replace(stock, **change)


def test_shapes_refuse_what_cannot_be_cut() -> None:
    for make in (
        lambda: Rectangle(0, 5),
        lambda: Rectangle(10, 10, 6),
        lambda: Circle(-1),
        lambda: Circle(float("nan")),
    ):
        with pytest.raises(InvalidValue):
            make()

    assert STAMP.corner_mm == 2


@pytest.mark.parametrize("name", ["a4", "a3", "sra3", "330x480", "330x480-dense", "a4-office", "single"])
def test_tidy_sheets_have_ticks_alone_with_white_to_stand_on(name: str) -> None:
    stock = read_stock(SHEETS, name)
    tidy = tidied(stock)

    placed = layout(tidy, STAMP)
    assert tidy.marks == PrinterMarks(corners=True, unprintable_mm=stock.marks.unprintable_mm, apart=True)
    assert (tidy.die_line, tidy.bleed_layer) == (False, False)
    if stock.kind == "sheet":
        assert min(tidy.gutter_x_mm, tidy.gutter_y_mm) >= 2 * stock.bleed_mm + 2
        assert placed.per_sheet <= layout(stock, STAMP).per_sheet
    assert tidied(tidy) == tidy


def test_tidy_pre_cut_sheets_bear_labels_alone_and_rolls_are_refused() -> None:
    tidy = tidied(read_stock(SHEETS, "avery-l7160"))

    assert (tidy.marks, tidy.die_line) == (PrinterMarks(apart=True), False)
    with pytest.raises(StockRefused, match=r"stock\.tidy_roll"):
        tidied(read_stock(SHEETS, "roll-25x35x4"))


def test_a_printers_offset_stands_on_top_of_the_stocks_own() -> None:
    stock = replace(read_stock(SHEETS, "avery-l7160"), offset_x_mm=0.5)

    corrected = moved(stock, PrinterOffset(0.3, -0.4))

    assert (corrected.offset_x_mm, corrected.offset_y_mm) == (0.8, -0.4)
    for kept in ("single", "roll-25x35x4", "thermal-60x40-203", "330x480"):
        assert moved(read_stock(SHEETS, kept), PrinterOffset(1, 1)) == read_stock(SHEETS, kept)


@pytest.mark.parametrize("value", [20.1, -20.1, float("nan"), float("inf")])
def test_offsets_that_no_printer_has_are_refused(value: float) -> None:
    with pytest.raises(InvalidValue, match=r"print\.offset"):
        PrinterOffset(value, 0)
