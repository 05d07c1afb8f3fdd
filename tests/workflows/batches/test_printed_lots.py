"""A lot that was named with an order: on paper, on the stamp's page, in reprints and replacements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.domain.trace.lot import Lot, LotRange
from labelsvc.storage.batches.batch_records import NewBatch
from labelsvc.workflows.batches.order_batch import OrderPlan
from labelsvc.workflows.batches.pieces.replace_pieces import plan_replacement
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records

LOT = PrintOptions(lot_number="L01", made_on="2026-11-02", use_by="2027-05-02")
PRINTED = Lot("L01", date(2026, 11, 2), date(2027, 5, 2))
SPAN = "6 tháng kể từ NSX"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> PrintingOffice:
    return PrintingOffice(tmp_path_factory.mktemp("lots"))


def planned(office: PrintingOffice, options: PrintOptions, design: str = "nhan-60x90", **facts: str) -> OrderPlan:
    """Plan two labels of a food whose shelf life is known."""
    (item,) = office.take(make_records(1, 2, day=office.now.date()))
    stored = replace(item.stored, product=replace(item.stored.product, **({"shelf_life": SPAN} | facts)))
    return office.plan([replace(item, stored=stored)], design, "single", options=options)


def line_lot(plan: OrderPlan) -> Any:
    assert isinstance(plan.new, NewBatch)
    return plan.new.lines[0].lot


def codes(plan: OrderPlan) -> set[str]:
    said = [problem.code for decision in plan.decisions for problem in (*decision.reasons, *decision.warnings)]
    return {code for code in [*said, *(problem.code for problem in plan.warnings)] if code.startswith("lot.")}


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return str(document[0].get_textpage().get_text_range())


def test_lot_is_printed_entered_for_stamps_and_replaced_with_them(office: PrintingOffice) -> None:
    items = office.take(make_records(1, 2, day=office.now.date()))
    name = office.order(office.plan(items, "nhan-60x90", "single", options=LOT))

    folder = Path(office.print(name).folder)

    (line,) = office.services.batches.lines(name)
    epoch = office.services.batches.get(name).epoch
    scanned = office.services.scans.scan(epoch, line.line.number, 2, office.now)[0]
    lost = ChangeContext("thu", office.now, "mất")
    again = plan_replacement(name, [SerialRange(line.line.number, 2, 2)], office.batch_services, lost)
    printed = text_of(folder / "labels-001.pdf")
    assert all(said in printed for said in ("L01", "02/11/2026", "02/05/2027"))
    assert line.lot == PRINTED
    assert scanned is not None
    assert scanned.lots == (LotRange(1, 2, PRINTED),)
    assert line_lot(again.plan) == PRINTED


def test_last_day_by_shelf_life_is_said_and_printed(office: PrintingOffice) -> None:
    plan = planned(office, replace(LOT, use_by="shelf-life"))

    assert line_lot(plan) == PRINTED
    assert codes(plan) == {"lot.use_by_worked_out"}


def test_last_day_is_proposed_and_not_printed_unasked(office: PrintingOffice) -> None:
    plan = planned(office, replace(LOT, use_by=""))

    assert line_lot(plan) == Lot("L01", date(2026, 11, 2))
    assert codes(plan) == {"lot.use_by_proposed"}


def test_product_whose_shelf_life_says_no_day_is_refused(office: PrintingOffice) -> None:
    plan = planned(office, replace(LOT, use_by="shelf-life"), shelf_life="xem trên bao bì")

    assert plan.new is None
    assert codes(plan) == {"lot.shelf_life"}


def test_design_without_a_place_for_the_lot_is_warned_of(office: PrintingOffice) -> None:
    plan = planned(office, LOT, "tem-25x35")

    assert line_lot(plan) == PRINTED
    assert codes(plan) == {"lot.not_on_design"}
