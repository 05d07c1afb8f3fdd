"""The terms of an order: how a batch is to be printed, and whether that can be, before any product is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.layout import Layout, moved, takes_offset, tidied
from labelsvc.domain.layout import layout as layout_on
from labelsvc.domain.print_options import PrinterOffset, PrintOptions
from labelsvc.domain.sheet import SerialOrder, Stock
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock
from labelsvc.rendering.thermal.one_colour import printer_problems
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.designs.host_symbols import host_warnings
from labelsvc.workflows.kept_symbols import with_symbols
from labelsvc.workflows.print_assets import PrintAssets


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTerms:
    """How a batch is to be printed. ``quantity`` None takes each item's own; ``order_key``: it counts once.

    ``options`` are kept with the batch. ``strict_law``: a legal field that a record lacks stops its product; else it is
    a line to write on and a warning. ``design_source``: the design as it was kept, not as it is now;
    ``stock_source``: the stock as it was kept, None for one that comes with the product; ``kept_design``: a
    batch was printed in it, so rules that came later do not refuse it. ``who`` orders; ``queued``: the worker prints
    it; ``producer_id``: whose own download it is; ``stamp_order_id``: the producer's order that it is printed for, 0
    for none. ``specimens_exceed``: specimens, which are of no value, may exceed a quota with a warning.
    """

    design: str
    stock: str
    host: Host
    options: PrintOptions = field(default_factory=PrintOptions)
    quantity: int | None = None
    skip: int = 0
    counted: bool = True
    order_key: str = ""
    strict_law: bool = False
    design_source: bytes | None = None
    stock_source: bytes | None = None
    kept_design: bool = False
    who: str = "cli"
    queued: bool = False
    producer_id: int | None = None
    stamp_order_id: int = 0
    specimens_exceed: bool = False


@dataclass(frozen=True, slots=True)
class CheckedOrderTerms:
    """Terms that an order can be planned on: how it is printed, on which design, and where its labels stand."""

    terms: OrderTerms
    options: PrintOptions
    assets: PrintAssets
    design: Design
    layout: Layout
    warnings: tuple[Problem, ...]


def check_terms(terms: OrderTerms, assets: PrintAssets) -> CheckedOrderTerms:
    """Look at what holds for a whole order, before any product: its design, its QR at this host, and the stock.

    The design is looked at as ``design check`` does. What is wrong refuses the order (DesignRefused, LabelsvcError).
    """
    assets = assets.kept(terms.options)
    design = assets.design(terms.design, terms.design_source)
    stock = read_kept_stock(terms.stock_source) if terms.stock_source else assets.stock(terms.stock)
    encoder = encoder_for(terms.host, design.qr.size_mm, printer=stock.printer)
    if not terms.kept_design and (faults := check_design(terms.design, design.source, assets, terms.host)):
        raise DesignRefused(*faults)
    if stock.printer and (faults := printer_problems(design, encoder.version, stock.printer)):
        raise DesignRefused(*faults)
    options = with_symbols(replace(terms.options, order=_kept_order(terms, stock)), encoder)
    stock = moved(tidied(stock) if options.tidy else stock, options.offset)
    stock = replace(stock, order=options.order) if options.order else stock
    layout = layout_on(stock, design.shape, may_turn=options.may_turn)
    if layout.stock.order == "lanes" and terms.skip:
        raise InvalidValue.from_code("batch.skip_lanes", field="skip", value=terms.skip)
    of_stock = [*_stock_warnings(layout), *_offset_warnings(options, stock)]
    warnings = (*host_warnings(terms.host, design.qr.size_mm), *of_stock, *_lot_warnings(terms, design))
    return CheckedOrderTerms(terms, _applied(options, stock), assets, design, layout, warnings)


def _lot_warnings(terms: OrderTerms, design: Design) -> list[Problem]:
    """Return what was said of the lot that the design prints nowhere."""
    lot = terms.options.lot_terms
    said = {"number": lot.number, "made_on": lot.made_on, "use_by": lot.use_by or lot.by_shelf_life}
    missing = [name for name, value in said.items() if value and not design.shows_of_lot(name)]
    facts = {"facts": [Problem(f"lot.{name}") for name in missing], "design": terms.design}
    return [Problem("lot.not_on_design", facts)] if missing else []


def _stock_warnings(layout: Layout) -> list[Problem]:
    """Return what to warn of where labels stand on stickers that are larger."""
    if not layout.floats or layout.stock.cells is None:
        return []
    cell, (beside_mm, above_mm) = layout.stock.cells.shape, layout.blank_around_mm
    facts = {
        "stock": layout.stock.name,
        "width_mm": layout.trim_width_mm,
        "height_mm": layout.trim_height_mm,
        "cell_width_mm": cell.width_mm,
        "cell_height_mm": cell.height_mm,
        "beside_mm": beside_mm,
        "above_mm": above_mm,
    }
    return [Problem("stock.floats", facts)]


def _offset_warnings(options: PrintOptions, stock: Stock) -> list[Problem]:
    """Return that a printer's offset is left out where it does not matter."""
    if options.offset == PrinterOffset() or takes_offset(stock):
        return []
    return [Problem("stock.offset_left_out", {"stock": stock.name})]


def _applied(options: PrintOptions, stock: Stock) -> PrintOptions:
    """Return options without the printer's offset where it is left out, so that no batch says that it is corrected."""
    return options if takes_offset(stock) else replace(options, printer="", offset_x_mm=0.0, offset_y_mm=0.0)


def _kept_order(terms: OrderTerms, stock: Stock) -> SerialOrder | None:
    """Return the order of serials that a batch keeps: cut-and-stack on a sheet begun earlier has a name of its own."""
    asked = terms.options.order or stock.order
    return "piles" if asked == "cut-and-stack" and terms.skip else terms.options.order
