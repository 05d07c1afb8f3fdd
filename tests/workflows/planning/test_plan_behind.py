"""Orders that are kept: what any version kept is read."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.print_options import PrintOptions
from labelsvc.workflows.planning.plan_behind import LargeOrder

ORDER = LargeOrder(
    ids=[3, 1],
    quantity=20,
    suggested=False,
    design="tem-25x35",
    stock="a4",
    skip=2,
    strict_law=True,
    options=PrintOptions(step_and_repeat=True),
    who="canbo@vanphong.vn",
    query="q=gốm",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerOrder(LargeOrder):
    copies: int = 1


def test_an_order_is_read_as_it_was_kept() -> None:
    assert LargeOrder.from_json(ORDER.to_json()) == ORDER


def test_what_an_older_version_did_not_ask_for_has_its_default() -> None:
    read = NewerOrder.from_json(ORDER.to_json())

    assert (read.copies, read.to_json()) == (1, ORDER.to_json() | {"copies": 1})


def test_what_a_newer_version_asks_for_is_left_out() -> None:
    assert LargeOrder.from_json(ORDER.to_json() | {"copies": 2}) == ORDER
