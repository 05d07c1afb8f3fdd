"""What a batch, a part and a stamp order may become: the only steps there are, whoever takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar, get_args

BatchState = Literal["ordered", "running", "ready", "held", "failed", "cancelled"]
StoppedState = Literal["held", "failed"]
PartState = Literal["waiting", "running", "done", "failed"]
StampOrderState = Literal["requested", "approved", "refused", "printing", "printed", "delivered", "cancelled"]
State = TypeVar("State", bound=str)
BATCH_STATES: tuple[BatchState, ...] = get_args(BatchState)
PART_STATES: tuple[PartState, ...] = get_args(PartState)

BATCH_STEPS: Mapping[BatchState, tuple[BatchState, ...]] = {
    "ordered": ("running", "held", "failed", "cancelled"),
    "running": ("ready", "held", "failed", "cancelled"),
    "held": ("running", "cancelled"),
    "failed": ("running", "cancelled"),
    "ready": (),
    "cancelled": (),
}
"""A batch that is ready may be on paper, and the quota of a cancelled one may be somebody else's: both are final."""

PART_STEPS: Mapping[PartState, tuple[PartState, ...]] = {
    "waiting": ("running", "failed"),
    "running": ("done", "failed", "waiting"),
    "failed": ("waiting",),
    "done": ("waiting",),
}
"""A part waits again when its process was killed, when it failed and is tried again, or when its file is gone."""

STAMP_ORDER_STEPS: Mapping[StampOrderState, tuple[StampOrderState, ...]] = {
    "requested": ("approved", "refused", "cancelled"),
    "approved": ("refused", "cancelled"),
    "printing": ("approved",),
    "printed": ("approved", "delivered"),
}
"""Approved again, an order leaves its batch. ``printing`` and ``printed`` follow from the batch that it is in."""


def states_before(steps: Mapping[State, tuple[State, ...]], state: State) -> tuple[State, ...]:
    """Return the states that may become ``state``, in the order of the table."""
    return tuple(before for before, following in steps.items() if state in following)
