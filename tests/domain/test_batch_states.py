"""The steps of batches, parts and orders: no state is forgotten, and what is final stays."""

from __future__ import annotations

from typing import get_args

import pytest

from labelsvc.domain.batch_states import (
    BATCH_STATES,
    BATCH_STEPS,
    PART_STATES,
    PART_STEPS,
    STAMP_ORDER_STEPS,
    StampOrderState,
    states_before,
)


def test_every_state_of_a_batch_and_a_part_has_its_steps() -> None:
    assert set(BATCH_STEPS) == set(BATCH_STATES)
    assert set(PART_STEPS) == set(PART_STATES)
    assert {after for following in BATCH_STEPS.values() for after in following} == set(BATCH_STATES) - {"ordered"}
    assert {after for following in PART_STEPS.values() for after in following} == set(PART_STATES)
    assert {after for following in STAMP_ORDER_STEPS.values() for after in following} < set(get_args(StampOrderState))


@pytest.mark.parametrize("final", ["ready", "cancelled"])
def test_a_final_state_of_a_batch_has_no_step(final: str) -> None:
    assert [state for state in BATCH_STATES if state == final and BATCH_STEPS[state]] == []


def test_states_that_may_become_another_are_read_from_the_table() -> None:
    assert states_before(BATCH_STEPS, "ready") == ("running",)
    assert states_before(BATCH_STEPS, "cancelled") == ("ordered", "running", "held", "failed")
    assert states_before(PART_STEPS, "done") == ("running",)
