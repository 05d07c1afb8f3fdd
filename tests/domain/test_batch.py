"""Parts of a batch: whole sheets, every piece once, whatever the quantities; the steps of its states."""

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.batch import (
    BATCH_STATES,
    BATCH_STEPS,
    LEAST_PIECES_IN_PART,
    STAMP_ORDER_STEPS,
    Line,
    StampOrderState,
    line_ends,
    plan_parts,
    runs_in,
    states_before,
)
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.imposition import StepAndRepeat

QUANTITIES = st.lists(st.integers(1, 30_000), min_size=1, max_size=40)


@given(QUANTITIES, st.integers(1, 150), st.data())
def test_every_piece_is_in_exactly_one_part(quantities, per_sheet, data) -> None:
    skip = data.draw(st.integers(0, per_sheet - 1))

    parts = plan_parts(quantities, per_sheet, skip)

    reached, lines = [0] * len(quantities), []
    for run in (run for part in parts for run in runs_in(part, line_ends(quantities))):
        assert run.first == reached[run.line]
        reached[run.line] += run.count
        lines.append(run.line)
    assert reached == quantities
    assert lines == sorted(lines)


@given(QUANTITIES, st.integers(1, 150), st.data())
def test_parts_are_whole_sheets_that_follow_each_other(quantities, per_sheet, data) -> None:
    skip = data.draw(st.integers(0, per_sheet - 1))

    parts = plan_parts(quantities, per_sheet, skip)

    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert parts[0].first_sheet == 1
    for part, following in itertools.pairwise(parts):
        assert part.pieces + part.skip == part.sheets * per_sheet
        assert following.first_sheet == part.first_sheet + part.sheets
        assert following.skip == 0


@given(st.lists(st.integers(1, 500), min_size=1, max_size=20), st.integers(1, 150), st.data())
def test_step_and_repeat_starts_lines_on_sheets_and_places_pieces_once(quantities, per_sheet, data) -> None:
    skip = data.draw(st.integers(0, per_sheet - 1))
    parts_wanted = data.draw(st.integers(1, 5))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", max(1, sum(quantities) // parts_wanted))
        parts = plan_parts(quantities, per_sheet, skip, step_and_repeat=True)

    places: dict[tuple[int, int], int] = {}
    seen = []
    for part in parts:
        runs = runs_in(part, line_ends(quantities))
        imposition = StepAndRepeat.from_counts([run.count for run in runs], per_sheet, part.skip)
        assert imposition.sheets == part.sheets
        pieces = [(run.line, run.first + i) for run in runs for i in range(run.count)]
        for sheet in range(part.sheets):
            for position, piece in zip(*imposition.on_sheet(sheet), strict=True):
                places[part.first_sheet + sheet, position] = pieces[piece][0]
                assert imposition.place_of(piece) == (sheet, position)
                seen.append(pieces[piece])
    assert sorted(seen) == [(line, i) for line, quantity in enumerate(quantities) for i in range(quantity)]
    lines_on: dict[int, set[int]] = {}
    for (sheet, _), line in places.items():
        lines_on.setdefault(sheet, set()).add(line)
    assert all(len(lines) == 1 for lines in lines_on.values())
    assert not any(sheet == 1 and position < skip for sheet, position in places)
    assert parts[-1].first_sheet + parts[-1].sheets - 1 == len(lines_on)


def test_a_million_stamps_make_parts_of_at_least_twenty_thousand() -> None:
    parts = plan_parts([1328] * 753, per_sheet=132)

    assert len(parts) == 49
    assert min(part.pieces for part in parts) >= LEAST_PIECES_IN_PART


def test_parts_hold_few_lines_if_every_label_differs() -> None:
    parts = plan_parts([1] * 20_000, per_sheet=9)

    assert max(len(runs_in(part, range(1, 20_001))) for part in parts) < 1_100


def test_a_skip_beyond_the_sheet_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"batch\.skip"):
        plan_parts([5], per_sheet=24, skip=24)


@pytest.mark.parametrize("quantity", [0, -1, 1 << 20])
def test_a_quantity_that_no_serial_can_count_is_refused(quantity: int) -> None:
    with pytest.raises(InvalidValue, match=r"batch\.quantity"):
        Line(1, quantity)


def test_every_state_of_a_batch_has_its_steps() -> None:
    assert set(BATCH_STEPS) == set(BATCH_STATES)
    assert {after for following in BATCH_STEPS.values() for after in following} == set(BATCH_STATES) - {"ordered"}
    assert {after for following in STAMP_ORDER_STEPS.values() for after in following} < set(get_args(StampOrderState))


@pytest.mark.parametrize("final", ["ready", "cancelled"])
def test_a_final_state_of_a_batch_has_no_step(final: str) -> None:
    assert [state for state in BATCH_STATES if state == final and BATCH_STEPS[state]] == []


def test_states_that_may_become_another_are_read_from_the_table() -> None:
    assert states_before(BATCH_STEPS, "ready") == ("running",)
    assert states_before(BATCH_STEPS, "cancelled") == ("ordered", "running", "held", "failed")
