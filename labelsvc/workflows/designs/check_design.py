"""Check a design as printing would meet it: its file, its QR's modules at a host, type, what stays clear, label law.

``design check``, the editor and every order ask here, so that what one refuses no other prints.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.rules import LawBook
from labelsvc.rendering.design.checks.clearances import clearance_problems, clearance_warnings
from labelsvc.rendering.design.checks.label_law import design_faults
from labelsvc.rendering.design.checks.small_type import small_type_problems
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import fill
from labelsvc.rendering.design.gtin.judging import barcode_problems, barcode_warnings
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.workflows.designs.check_classes import class_problems
from labelsvc.workflows.designs.example_products import EXAMPLES, example_facts
from labelsvc.workflows.print_assets import DESIGNS_KEPT, PrintAssets

_ANY_DAY = date(2026, 1, 1)
"""Of the example products' recognition: none of them is printed."""


def check_design(name: str, source: bytes | None, assets: PrintAssets, host: Host) -> list[Problem]:
    """Return every fault; a file that cannot be read as a design raises DesignRefused with all of its own."""
    return list(_checked(name, source if source is not None else assets.design_source(name), assets, host))


@lru_cache(DESIGNS_KEPT)  # an order is looked at more than once, and the desk shows a design again and again
def _checked(name: str, source: bytes, assets: PrintAssets, host: Host) -> tuple[Problem, ...]:
    return design_problems(assets.design(name, source), assets.law, host)


def design_problems(design: Design, law: LawBook, host: Host) -> tuple[Problem, ...]:
    """Return every fault of a design that was read."""
    problems = design.values.problems() or _unfillable(design, host)
    problems += clearance_problems(design) + small_type_problems(design) + barcode_problems(design)
    problems += design_faults(design, law.latest(GoodsClass.FOOD))
    try:
        design.check_module(encoder_for(host, design.qr.size_mm).version)
    except LabelsvcError as error:
        problems += error.problems
    return tuple(problems)


def _unfillable(design: Design, host: Host) -> list[Problem]:
    """Return why no product can fill a design; nothing where one of the example products does."""
    fewest: list[Problem] = []
    for product in EXAMPLES:
        try:
            fill(design, example_facts(host, "", _ANY_DAY, design.groups, product))
        except LabelsvcError as error:
            fewest = min(fewest or list(error.problems), list(error.problems), key=len)
        else:
            return []
    return fewest


def design_warnings(name: str, source: bytes | None, assets: PrintAssets) -> list[Problem]:
    """Return what is no fault and yet to be seen: texts too near to one another, what label law asks of a class."""
    return list(_warned(name, source if source is not None else assets.design_source(name), assets))


@lru_cache(DESIGNS_KEPT)
def _warned(name: str, source: bytes, assets: PrintAssets) -> tuple[Problem, ...]:
    return warnings_of(assets.design(name, source), assets.law)


def warnings_of(design: Design, law: LawBook) -> tuple[Problem, ...]:
    """Return what is yet to be seen of a design that was read."""
    found = *clearance_warnings(design), *barcode_warnings(design), *class_problems(design, law)
    return (*design.notes, *found)
