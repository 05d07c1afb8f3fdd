"""Sheets and serials as people type them, and where their pieces stand in a batch."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.batch import Line, LineRun, plan_parts
from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.domain.imposed_positions import BatchPositions, PickedImposition, check_issued, runs_of
from labelsvc.domain.imposition import Imposition
from labelsvc.domain.layout import layout
from labelsvc.domain.serial_ranges import (
    SerialRange,
    format_numbers,
    in_both,
    parse_numbers,
    parse_serial_ranges,
    serial_ranges_of,
)
from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import KEPT_ORDERS, LabelCells, Stock

NUMBERS = st.sets(st.integers(1, 60), min_size=1)
SPANS = st.lists(st.tuples(st.integers(1, 500), st.integers(0, 40)), min_size=1, max_size=12)
STAMPS = st.sets(st.tuples(st.integers(1, 3), st.integers(1, 30)), min_size=1)


@given(SPANS, st.sampled_from([",", ", ", " ,"]), st.sampled_from("-–"))
def test_numbers_are_read_as_the_set_that_they_name(spans: list[tuple[int, int]], comma: str, dash: str) -> None:
    typed = comma.join(f"{first}{dash}{first + more}" if more else str(first) for first, more in spans)

    read = parse_numbers(typed)

    wanted = {number for first, more in spans for number in range(first, first + more + 1)}
    assert [number for some in read for number in some] == sorted(wanted)
    assert all(some.stop < other.start for some, other in pairwise(read))


@given(NUMBERS)
def test_numbers_that_were_written_are_read_back(numbers: set[int]) -> None:
    read = parse_numbers(",".join(map(str, numbers)))

    assert parse_numbers(format_numbers(read)) == read


@given(STAMPS)
def test_pieces_that_were_written_are_read_back(stamps: set[tuple[int, int]]) -> None:
    pieces = serial_ranges_of(stamps)

    assert {(some.line, serial) for some in pieces for serial in range(some.first, some.last + 1)} == stamps
    assert parse_serial_ranges(map(str, pieces)) == parse_serial_ranges([" ".join(map(str, pieces))]) == pieces


@given(STAMPS, STAMPS)
def test_shared_serials_are_the_intersection(some: set[tuple[int, int]], others: set[tuple[int, int]]) -> None:
    shared = in_both(serial_ranges_of(some), serial_ranges_of(others))

    assert {(each.line, serial) for each in shared for serial in range(each.first, each.last + 1)} == some & others


@given(st.text(alphabet="0123456789,-–: ax", max_size=12))
def test_whatever_is_typed_is_read_or_refused_as_a_value(typed: str) -> None:
    for read in (parse_numbers, lambda text: parse_serial_ranges([text])):
        try:
            read(typed)
        except InvalidValue as refusal:
            assert refusal.problems[0].code in ("pieces.numbers", "pieces.serials")  # noqa: PT017


@pytest.mark.parametrize("typed", ["", ",", "0", "3,", "9-7", "1--3", "-3", "1-", "a", "١", "1234567890", "1.5", "0-3"])
def test_invalid_number_lists_are_rejected(typed: str) -> None:
    with pytest.raises(InvalidValue, match=r"pieces\.numbers"):
        parse_numbers(typed)


@pytest.mark.parametrize("typed", ["5", "1:", ":5", "1:0", "1-2:5", "x:5", "1:5:6", "1:9-7"])
def test_invalid_serial_ranges_are_refused(typed: str) -> None:
    with pytest.raises(InvalidValue, match=r"pieces\."):
        parse_serial_ranges([typed])


def test_lines_joined_by_a_comma_are_corrected_with_an_example() -> None:
    with pytest.raises(InvalidValue, match=r"pieces\.serials"):
        parse_serial_ranges(["17:5,18:3"])


SHEETS = [order for order in KEPT_ORDERS if order != "lanes"]


def batch(order: str = "rows", skip: int = 0, *, counted: bool = True) -> BatchPositions:
    """Three lines, numbered from 17, on sheets of 6."""
    quantities = (7, 20, 4)
    lines = [Line(17 + i, quantity, counted) for i, quantity in enumerate(quantities)]
    paper = {"width_mm": 30, "height_mm": 20, "order": order}
    cells = LabelCells(Rectangle(10, 10), columns=3, rows=2)
    kind = "roll" if order == "lanes" else "precut"
    six = layout(Stock(name="", title="", title_en="", kind=kind, cells=cells, **paper), Rectangle(10, 10))
    return BatchPositions(lines, plan_parts(quantities, six.per_sheet, skip), six)


@pytest.mark.parametrize(("order", "skip"), [*((order, 0) for order in KEPT_ORDERS), *((order, 2) for order in SHEETS)])
@pytest.mark.parametrize("small_parts", [False, True])
def test_every_piece_has_one_position_and_is_found_there(
    order: str, skip: int, small_parts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if small_parts:
        monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 12)
    places = batch(order, skip)

    on_sheets = places.on_sheets([range(1, places.sheets + 1)])
    by_serial = places.for_serials([SerialRange(17, 1, 7), SerialRange(18, 1, 20), SerialRange(19, 1, 4)])

    assert on_sheets == by_serial
    assert len({(place.sheet, place.position) for place in on_sheets}) == 31
    assert {places.stamp_at(place) for place in on_sheets} >= {(17, 1), (18, 20), (19, 4)}
    assert len(places.parts) == (2 if small_parts else 1)


@given(st.sampled_from(KEPT_ORDERS), st.sets(st.integers(1, 20), min_size=1))
def test_picked_pieces_keep_their_positions_and_their_order(order: str, serials: set[int]) -> None:
    places = batch(order).for_serials(serial_ranges_of((18, serial) for serial in serials))

    picked = PickedImposition.from_positions(places, 6)

    assert isinstance(picked, Imposition)
    sheets = [picked.on_sheet(sheet) for sheet in range(picked.sheets)]
    stood = [stands for taken, pieces in sheets for stands in zip(taken, pieces, strict=True)]
    assert stood == [(place.position, at) for at, place in enumerate(places)]
    assert sum(run.count for run in runs_of(places)) == len(serials)


def test_consecutive_pieces_are_one_run() -> None:
    places = batch().for_serials(parse_serial_ranges(["17:2-4,6", "18:1"]))

    assert runs_of(places) == [LineRun(0, 1, 3), LineRun(0, 5, 1), LineRun(1, 0, 1)]


def test_unknown_sheets_are_refused_with_the_existing_ones() -> None:
    with pytest.raises(NotFound) as refusal:
        batch().on_sheets([range(1, 3), range(5, 8)])

    assert refusal.value.problems[0].facts == {"sheet": 7, "sheets": 6}


@pytest.mark.parametrize(
    ("typed", "code", "facts"),
    [
        ("16:1", "pieces.no_line", {"line": 16, "first": 17, "last": 19}),
        ("18:20-21", "pieces.no_serial", {"line": 18, "serial": 21, "last": 20}),
    ],
)
def test_unknown_pieces_are_refused_with_the_existing_ones(typed: str, code: str, facts: dict[str, object]) -> None:
    with pytest.raises(NotFound) as refusal:
        check_issued(batch().lines, parse_serial_ranges([typed]))

    assert (refusal.value.problems[0].code, refusal.value.problems[0].facts) == (code, facts)


def test_uncounted_pieces_cannot_be_told_apart() -> None:
    with pytest.raises(NotFound, match=r"pieces\.uncounted"):
        check_issued(batch(counted=False).lines, [SerialRange(17, 1, 1)])
