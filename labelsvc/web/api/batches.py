"""Batches: list, check, order, watch, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, request

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict, LabelsvcError, Problem
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.print_options import PrinterOffset, PrintOptions
from labelsvc.domain.product import normal_text
from labelsvc.web.api import batch_models as b
from labelsvc.web.api import models as m
from labelsvc.web.api.access import caller, idempotent, own_producer, scoped
from labelsvc.web.api.answers import answer, list_answer
from labelsvc.web.api.blueprint import BEARER, FAILING, api
from labelsvc.web.api.visibility import find_visible_products, get_visible_batch
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.ordering import place, plan_order
from labelsvc.web.desk.problem_json import ProblemItem, problem
from labelsvc.workflows.batches.allowance import OrderItem
from labelsvc.workflows.batches.batch_files import BatchSummary, batch_files, missing_files, sha256_of
from labelsvc.workflows.batches.cancel_batch import cancel_batch
from labelsvc.workflows.batches.decide_item import ItemDecision
from labelsvc.workflows.batches.order_batch import OrderPlan
from labelsvc.workflows.batches.order_terms import OrderTerms

_FACTS = (
    "name", "state", "design", "stock", "ordered_at", "pieces", "pieces_done", "sheets", "parts",
    "parts_done",
)  # fmt: skip


@api.get("/batches", summary="List batches", security=BEARER, responses={200: b.BatchPage, **FAILING})
@scoped("batches:read")
def batches(query: b.BatchQuery) -> Response:
    """Return a page of batches, the newest first."""
    rows, total = desk.services().batch_lists.page(
        page=query.page,
        states=(query.state,) if query.state else (),
        producer_id=own_producer(),
        per_page=query.per_page,
    )
    waits = desk.what_waits(rows)
    items = [b.BatchItem(**_facts(row, waits)) for row in rows]
    page = b.BatchPage(items=items, page=query.page, per_page=query.per_page, total=total)
    return list_answer(page, query.page, query.per_page, total)


@api.post(
    "/batches",
    summary="Order a batch",
    security=BEARER,
    responses={200: b.PlannedBatch, 201: b.PlannedBatch, **FAILING},
)
@scoped("batches:write")
@partial(idempotent, stores_key=True)
def order(body: b.BatchOrder) -> Response:
    """Order a batch: products that may not be printed are refused by reason, the others are printed.

    If none may be printed the answer is 409 with every reason. A dry run only checks: 200, and nothing is ordered.
    """
    found = find_visible_products(line.product_id for line in body.products)
    if unknown := _unknown(body, found):
        return problem(409, "unknown", items=unknown)
    key, offset = request.headers.get("Idempotency-Key", ""), _offset(body)
    terms = OrderTerms(
        design=body.design,
        stock=body.stock,
        host=desk.services().settings.host,
        strict_law=body.strict_law,
        options=PrintOptions(
            spot_inks=body.spot_inks,
            step_and_repeat=body.step_and_repeat,
            order=body.order,
            may_turn=body.may_turn,
            strict_trace=body.strict_trace,
            lot_number=normal_text(body.lot),
            made_on=body.made_on,
            use_by=body.use_by,
            tidy=body.tidy,
            printer=normal_text(body.printer),
            offset_x_mm=offset.x_mm,
            offset_y_mm=offset.y_mm,
        ),
        producer_id=own_producer(),
        order_key=f"api {caller().id} {key}" if key and not body.dry_run else "",
    )
    plan = plan_order([OrderItem(found[line.product_id], line.quantity) for line in body.products], terms, caller())
    if body.dry_run:
        return answer(_plan(body, plan, ""))
    if plan.new is None:
        return problem(409, "nothing", items=_refusals(plan.decisions))
    return answer(_plan(body, plan, place(plan)), 201)


@api.get("/batches/<name>", summary="A batch", security=BEARER, responses={200: b.BatchDetail, **FAILING})
@scoped("batches:read")
def batch(path: m.BatchPath) -> Response:
    """Return a batch, its progress, and its files once it is ready."""
    summary, stored = get_visible_batch(path.name)
    services, facts = desk.services(), batch_facts(summary)
    files = [
        b.FileItem(name=file.name, size=file.size, url=f"{facts['url']}/files/{file.name}", sha256=sha256_of(file))
        for file in batch_files(stored, services.batches)
    ]
    reprints = [
        b.ReprintItem(
            number=each.number,
            at=each.at,
            who=each.who,
            reason=each.reason,
            count=each.count,
            sha256=each.sha256,
            url=f"{facts['url']}/reprints/{each.number}",
        )
        for each in services.reprints.for_batch(path.name)
    ]
    voids = [
        b.VoidItem(
            serials=str(void.pieces),
            kind="destroyed" if void.kind == "destroyed" else "lost",
            at=void.at,
            who=void.who,
            reason=void.reason,
            replaced_by=void.replaced_by,
        )
        for void in services.voids.for_batch(path.name)
    ]
    missing = list(missing_files(stored, services.batches))
    return answer(b.BatchDetail(**facts, files=files, missing=missing, reprints=reprints, voids=voids))


@api.post("/batches/<name>/cancel", summary="Cancel a batch", security=BEARER, responses={200: b.BatchItem, **FAILING})
@scoped("batches:write")
@idempotent
def cancel(path: m.BatchPath) -> Response:
    """Cancel an unfinished batch; its quotas are released."""
    get_visible_batch(path.name)
    context = ChangeContext(caller().email, desk.now(), "API")
    if not cancel_batch(path.name, desk.services().batch_services, context):
        raise Conflict.from_code("printing.not_cancelled", batch=path.name)
    return answer(b.BatchItem(**batch_facts(get_visible_batch(path.name)[0])))


def batch_facts(batch: BatchSummary) -> dict[str, Any]:
    """Return a batch's facts as BatchItem takes them."""
    return _facts(batch, desk.what_waits([batch]))


def _facts(batch: BatchSummary, waits: Mapping[str, Problem]) -> dict[str, Any]:
    facts = {name: getattr(batch, name) for name in _FACTS}
    told = _why(waits[batch.name]) if batch.name in waits else ""
    told_besides = {"ordered_by": batch.who, "url": batch_url(batch.name), "waits": told}
    return facts | told_besides | {"reason": desk.stop_reason(batch)}


def _why(wait: Problem) -> str:
    """Return why a batch waits; producers are not told of the office's disks."""
    return desk.say("producing.waits") if own_producer() else desk.explain(wait)


def batch_url(name: str) -> str:
    """Return a batch's address; none for a batch without a name."""
    return f"{api.url_prefix}/batches/{name}" if name else ""


def _offset(body: b.BatchOrder) -> PrinterOffset:
    """Return how far sheets are moved: as the order says, else as the caller has measured the printer that it names."""
    said = body.offset_x_mm, body.offset_y_mm
    if said == (None, None) and body.printer:
        return desk.services().printers.offset(caller().id, normal_text(body.printer)) or PrinterOffset()
    return PrinterOffset(said[0] or 0.0, said[1] or 0.0)


def _lacks_printer(body: b.BatchOrder) -> bool:
    """Return whether an order names a printer alone that the caller has not measured."""
    if not body.printer or (body.offset_x_mm, body.offset_y_mm) != (None, None):
        return False
    return desk.services().printers.offset(caller().id, normal_text(body.printer)) is None


def _unknown(body: b.BatchOrder, found: dict[int, StoredProduct]) -> list[ProblemItem]:
    """Return unknown products, designs and stocks of the order, each with its field."""
    named = [
        (f"products.{number}.product_id", Problem("api.no_product", {"id": str(line.product_id)}))
        for number, line in enumerate(body.products)
        if line.product_id not in found
    ]
    if _lacks_printer(body):
        named.append(("printer", Problem("api.no_printer", {"name": body.printer})))
    for field, look in (("design", desk.services().looks.source), ("stock", desk.services().stocks.stock)):
        try:
            look(getattr(body, field))
        except LabelsvcError as error:
            named += [(field, problem) for problem in error.problems]
    return [ProblemItem(code=problem.code, message=desk.explain(problem), field=field) for field, problem in named]


def _refusals(judged: tuple[ItemDecision, ...]) -> list[ProblemItem]:
    """Return every reason against every product, with the product's index in the order."""
    return [
        ProblemItem(code=reason.code, message=desk.explain(_named(decision, reason)), field=f"products.{number}")
        for number, decision in enumerate(judged)
        for reason in decision.reasons
    ]


def _named(decision: ItemDecision, reason: Problem) -> Problem:
    facts = {"product": decision.product.name, "producer": decision.product.producer, "why": reason}
    return Problem("print.refused", facts)


def _plan(body: b.BatchOrder, plan: OrderPlan, name: str) -> b.PlannedBatch:
    judged = [
        b.JudgedItem(
            product_id=line.product_id,
            product=decision.product.name,
            producer=decision.product.producer,
            printed=not decision.reasons,
            reasons=list(map(desk.explain, decision.reasons)),
            warnings=list(map(desk.explain, decision.warnings)),
            trace=desk.explain(decision.trace) if decision.trace else "",
        )
        for line, decision in zip(body.products, plan.decisions, strict=True)
    ]
    return b.PlannedBatch(
        batch=name,
        url=batch_url(name),
        pieces=plan.pieces,
        sheets=plan.sheets,
        warnings=list(map(desk.explain, plan.warnings)),
        products=judged,
    )
