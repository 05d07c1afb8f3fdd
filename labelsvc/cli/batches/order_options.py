"""The options of ``labelsvc print`` that say how labels are printed, read into the terms of an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from labelsvc.cli.messages import open_services
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import Host
from labelsvc.domain.print_options import PrinterOffset, PrintOptions, Proof
from labelsvc.domain.product import normal_text
from labelsvc.domain.sheet import SerialOrder

if TYPE_CHECKING:
    from labelsvc.workflows.batches.order_terms import CheckedOrderTerms, OrderTerms


class OrderOptions(TypedDict):
    """The options as they are typed; docs/printing.md says what each of them does."""

    design: str
    stock: str
    quantity: int | None
    skip: int
    host: Host | None
    uncounted: bool
    proof: Proof
    strict_law: bool
    strict_trace: bool
    spot_inks: bool
    step_and_repeat: bool
    no_turn: bool
    tidy: bool
    offset: PrinterOffset | None
    serials: SerialOrder | None
    made_on: date | None
    use_by: str
    lot: str
    once: str


def order_terms(options: OrderOptions) -> OrderTerms:
    """Return the terms of an order with these options; the settings' host where none is named."""
    from labelsvc.workflows.batches.order_terms import OrderTerms

    return OrderTerms(
        design=options["design"],
        stock=options["stock"],
        host=options["host"] or open_services().settings.host,
        quantity=options["quantity"],
        skip=options["skip"],
        counted=not options["uncounted"],
        options=_print_options(options),
        order_key=options["once"],
        strict_law=options["strict_law"],
        specimens_exceed=True,
    )


def _print_options(options: OrderOptions) -> PrintOptions:
    offset, made_on = options["offset"], options["made_on"]
    return PrintOptions(
        proof=options["proof"],
        order=options["serials"],
        spot_inks=options["spot_inks"],
        step_and_repeat=options["step_and_repeat"],
        may_turn=not options["no_turn"],
        tidy=options["tidy"],
        offset_x_mm=offset.x_mm if offset else 0.0,
        offset_y_mm=offset.y_mm if offset else 0.0,
        strict_trace=options["strict_trace"],
        lot_number=normal_text(options["lot"]),
        made_on=made_on.isoformat() if made_on else "",
        use_by=options["use_by"],
    )


def check_order(terms: OrderTerms) -> CheckedOrderTerms:
    """Return terms that an order can be planned on, on the design and the stock as they are now (LabelsvcError)."""
    from labelsvc.workflows.batches.order_terms import check_terms

    services = open_services()
    design, stock = services.looks.source(terms.design), services.stocks.source(terms.stock)
    checked = check_terms(replace(terms, design_source=design, stock_source=stock), services.assets)
    if terms.skip >= checked.layout.per_sheet:
        raise InvalidValue.from_code("batch.skip", value=terms.skip, per_sheet=checked.layout.per_sheet)
    return checked
