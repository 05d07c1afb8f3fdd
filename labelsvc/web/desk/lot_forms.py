"""The form that says which lot stamps stand on: the same at the office and at a producer's desk."""

from __future__ import annotations

from typing import TypedDict

from labelsvc.domain.errors import LabelsvcError
from labelsvc.domain.trace.lot import Lot
from labelsvc.domain.trace.lot_terms import LotTerms
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.workflows.batches.pieces.enter_lot import LotEntry, enter_lot

LOT_FIELDS = ("made_on", "use_by", "lot_number")
FIELDS = ("first", "last", "lot_number", "made_on", "use_by", "reason")


def lots_shown(product_id: int, typed: SubmittedForm | None = None) -> dict[str, object]:
    """Return what the part of a product's page about lots shows; ``typed``: its form, where it was refused."""
    return {"lots": desk.services().lots.of_product(product_id), "lot": typed or SubmittedForm({})}


class LotOptions(TypedDict):
    """The options of an order that name the lot of its goods."""

    lot_number: str
    made_on: str
    use_by: str


def lot_options(typed: SubmittedForm) -> LotOptions:
    """Return what a form of an order says of the lot; nothing where the form holds what is wrong."""
    made_on, use_by, number = typed.day("made_on"), typed.day("use_by"), typed.text("lot_number")
    by_shelf_life = typed.values.get("by_shelf_life") == "1" and made_on is not None and use_by is None
    texts = "", "", ""
    try:
        texts = LotTerms(number, made_on, use_by, by_shelf_life).texts()
    except LabelsvcError as error:
        typed.refuse(error, "made_on")
    return LotOptions(lot_number=texts[0], made_on=texts[1], use_by=texts[2])


def take_lot(product_id: int, typed: SubmittedForm) -> bool:
    """Enter the lot of a form and say so; False where the form holds what is wrong."""
    days = typed.day("made_on"), typed.day("use_by")
    texts = {name: typed.text(name) for name in ("first", "last", "lot_number", "reason")}
    if typed.faults:
        return False
    services = desk.services()
    try:
        entry = LotEntry(texts["first"], texts["last"], Lot(texts["lot_number"], *days))
        context = desk.context(texts["reason"])
        made = enter_lot(entry, product_id, services.verifying_keys.open, services.lots, context)
    except LabelsvcError as error:
        typed.refuse(error, "first")
        return False
    desk.flash_success("lot.entered", count=made.last - made.first + 1, first=made.first, last=made.last)
    return True
