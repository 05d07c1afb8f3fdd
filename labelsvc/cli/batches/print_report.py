"""Reports of ``labelsvc print``: what would be printed, what was printed, what was refused and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

from labelsvc.cli.messages import explain, print_line, say, shown_value, warn
from labelsvc.domain.errors import OverQuota, Problem
from labelsvc.domain.product import Product

if TYPE_CHECKING:
    from labelsvc.workflows.batches.decide_item import ItemDecision
    from labelsvc.workflows.batches.order_batch import OrderPlan
    from labelsvc.workflows.batches.print_batch import PrintResult

NAMES_SHOWN = 5
FACT_NAMES_SHOWN = 3
PLACE_CODES = {"print.former_place": "cli.former_place", "print.divided_place": "cli.divided_place"}
"""Reasons with a remedy on the command line."""


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """What is not printed: products with reasons, rows of records, and unreadable files or sheets.

    ``warned``: products that are printed with warnings, ``traced``: with trace codes that lack facts; ``warnings`` of
    the whole order. True if any is not printed.
    """

    products: Sequence[ItemDecision] = ()
    rows: int = 0
    unread: int = 0
    warned: Sequence[ItemDecision] = ()
    traced: Sequence[ItemDecision] = ()
    warnings: Sequence[Problem] = ()

    @classmethod
    def from_plan(cls, plan: OrderPlan, rows: int = 0, unread: int = 0) -> Self:
        """Return what of an order is not printed, or warned of."""
        warned = [decision for decision in plan.decisions if decision.warnings and not decision.reasons]
        traced = [decision for decision in plan.decisions if decision.trace]
        return cls(plan.refused, rows, unread, warned, traced, plan.warnings)

    def __bool__(self) -> bool:
        return bool(self.products or self.rows or self.unread)

    @property
    def said(self) -> str:
        """The counts, as the end of a sentence."""
        counts = {"products": len(self.products), "rows": self.rows, "unread": self.unread}
        kinds = ["products", *(kind for kind in ("rows", "unread") if counts[kind])]
        return ", ".join(say(f"cli.refused_{kind}", count=counts[kind]) for kind in kinds)

    @property
    def facts(self) -> dict[str, object]:
        """The same for a program."""
        return {
            "refused": len(self.products),
            "refused_rows": self.rows,
            "unread": self.unread,
            "refused_products": [
                _product_facts(product.product) | {"reasons": list(map(explain, product.reasons))}
                for product in self.products
            ],
            "warnings": list(map(explain, self.warnings)),
            "warned_products": [
                _product_facts(decision.product) | {"warnings": list(map(explain, decision.warnings))}
                for decision in self.warned
            ],
            "lacking_trace_facts": [
                _product_facts(decision.product) | {"lacks": explain(decision.trace)}
                for decision in self.traced
                if decision.trace
            ],
        }


def _product_facts(product: Product) -> dict[str, object]:
    return {"product": product.name, "producer": product.producer}


PAGES = "pages"
"""What a complete proof covered (:func:`~labelsvc.workflows.batches.release_batch.what_was_checked`)."""


def report_plan(plan: OrderPlan, quiet: bool) -> None:
    """Print refusals and warnings of an order, each reason once with its products."""
    for problem in plan.warnings:
        warn(explain(problem))
    if plan.new is not None and plan.new.mark:
        print_line(say("cli.marked", mark=plan.new.mark), quiet=quiet)
    for paragraph in _grouped(
        (decision.product, decision.warnings) for decision in plan.decisions if not decision.reasons
    ):
        print_line(f"! {paragraph}", quiet=quiet)
    for line in _trace_lines(plan):
        print_line(line, quiet=quiet)
    for paragraph in _grouped((decision.product, decision.reasons) for decision in plan.refused):
        warn(f"✗ {paragraph}")
    if any(isinstance(reason, OverQuota) for decision in plan.refused for reason in decision.reasons):
        warn(say("cli.over_quota"))
    if codes := {reason.code for decision in plan.refused for reason in decision.reasons} & PLACE_CODES.keys():
        for code in sorted(codes, reverse=True):
            warn(say(PLACE_CODES[code]))


def report_nothing_printable(refused: NotPrinted, as_json: bool, *, dry_run: bool, no_products: bool) -> None:
    """Report that nothing may be printed."""
    if as_json:
        _tell_json({"dry_run": dry_run, "pieces": 0, "sheets": 0}, refused)
    warn(say("cli.no_products" if no_products else "print.nothing"))


def report_dry_run(plan: OrderPlan, refused: NotPrinted, as_json: bool) -> None:
    """Report what an order would print."""
    counts = {"pieces": plan.pieces, "sheets": plan.sheets}
    if as_json:
        _tell_json({"dry_run": True, **counts, "mark": plan.new.mark if plan.new else ""}, refused)
    else:
        products = len(plan.decisions) - len(plan.refused)
        print_line(say("cli.would_print", products=products, refused=refused.said, **counts))


def report_printed(printed: PrintResult, refused: NotPrinted | None, as_json: bool) -> None:
    """Report what was printed; the last line is only the folder's path. ``refused`` is None if an order was resumed."""
    counts = {"pieces": printed.pieces, "sheets": printed.sheets}
    if as_json:
        facts = {
            "batch": printed.batch.name,
            "checked": printed.checked,
            **counts,
            "mark": printed.batch.mark,
            "folder": printed.folder.place,
        }
        _tell_json(facts, NotPrinted() if refused is None else refused)
        return
    if refused is None:
        print_line(say("cli.resumed", batch=printed.batch.name, **counts))
    else:
        print_line(say("cli.printed", batch=printed.batch.name, refused=refused.said, **counts))
    if printed.checked != PAGES:
        warn(say(f"cli.not_checked_{printed.checked}"))
    print_line(printed.folder.place)


def _tell_json(facts: dict[str, object], refused: NotPrinted) -> None:
    print_line(json.dumps({**facts, **refused.facts}, ensure_ascii=False))


def _grouped(judged: Iterable[tuple[Product, Sequence[Problem]]]) -> Iterator[str]:
    """Yield each distinct sentence with its products: a single one behind it, several in lines below."""
    groups: dict[str, list[str]] = {}
    for product, problems in judged:
        for problem in problems:
            groups.setdefault(explain(problem).rstrip("."), []).append(f"{product.name} ({product.producer})")
    for sentence, names in groups.items():
        yield f"{sentence}: {names[0]}" if len(names) == 1 else "\n    ".join(_listed(sentence, names))


def _trace_lines(plan: OrderPlan) -> Iterator[str]:
    """Yield which facts the trace codes of an order lack: each once, with its first products."""
    traced = [(decision.product, decision.trace) for decision in plan.decisions if decision.trace]
    if not traced:
        return
    yield f"· {say('cli.trace_lacks', count=len(traced))}"
    names: dict[str, list[str]] = {}
    for product, problem in traced:
        for fact in cast(Sequence[Problem], problem.facts["facts"]):
            names.setdefault(fact.code, []).append(product.name)
    for code, products in sorted(names.items(), key=lambda each: -len(each[1])):
        title = say(code)
        more = " …" if len(products) > FACT_NAMES_SHOWN else ""
        yield f"    {title}: {shown_value(len(products))} ({', '.join(products[:FACT_NAMES_SHOWN])}{more})"


def _listed(sentence: str, names: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a list: how many there are, the first names, and how many more."""
    yield say("cli.of_products", sentence=sentence, count=len(names))
    yield from names[:NAMES_SHOWN]
    if len(names) > NAMES_SHOWN:
        yield say("cli.and_more", count=len(names) - NAMES_SHOWN)
