"""Spoiled and lost stamps: reprints, replacements and voids; only for the office."""

from __future__ import annotations

from flask import Response

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.serial_ranges import parse_numbers, parse_serial_ranges
from labelsvc.web.api import batch_models as b
from labelsvc.web.api import models as m
from labelsvc.web.api.access import caller, idempotent, scoped
from labelsvc.web.api.answers import answer
from labelsvc.web.api.batches import batch_facts, batch_url
from labelsvc.web.api.blueprint import BEARER, FAILING, api
from labelsvc.web.api.visibility import get_visible_batch
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.ordering import place
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.replace_pieces import plan_replacement
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from labelsvc.workflows.batches.pieces.void_pieces import plan_void


@api.post(
    "/batches/<name>/reprints",
    summary="Reprint spoiled stamps",
    security=BEARER,
    responses={201: b.ReprintItem, **FAILING},
)
@scoped("reprints:write")
@idempotent
def reprint(path: m.BatchPath, body: b.NewReprint) -> Response:
    """Reprint destroyed pieces exactly; lost ones are replaced instead."""
    services, (_, stored) = desk.services(), get_visible_batch(path.name)
    if bool(body.sheets.strip()) == bool(body.serials):
        raise InvalidValue.from_code("printing.sheets_or_serials")
    plan = plan_reprint(
        path.name,
        services.batch_services,
        desk.today(),
        sheets=parse_numbers(body.sheets) if body.sheets.strip() else (),
        serials=parse_serial_ranges(body.serials),
    )
    context = ChangeContext(caller().email, desk.now(), body.reason)
    done = reprint_pieces(plan, services.batch_services, services.output_of(stored), context)
    facts = {name: getattr(done.record, name) for name in ("number", "at", "who", "reason", "count", "sha256")}
    return answer(b.ReprintItem(**facts, url=f"{batch_url(path.name)}/reprints/{done.record.number}"), 201)


@api.post(
    "/batches/<name>/replacements",
    summary="Replace lost stamps",
    security=BEARER,
    responses={201: b.BatchItem, **FAILING},
)
@scoped("reprints:write")
@idempotent
def replace_lost(path: m.BatchPath, body: b.NewReplacement) -> Response:
    """Void lost pieces, as scans report from then on, and order replacements; answer with the new batch."""
    services = desk.services()
    get_visible_batch(path.name)
    context = ChangeContext(caller().email, desk.now(), body.reason)
    serials = parse_serial_ranges(body.serials)
    replacement = plan_replacement(path.name, serials, services.batch_services, context)
    new = place(replacement.queued().plan)
    return answer(b.BatchItem(**batch_facts(get_visible_batch(new)[0])), 201)


@api.post(
    "/batches/<name>/voids",
    summary="Void lost or destroyed stamps",
    security=BEARER,
    responses={201: b.VoidedPieces, **FAILING},
)
@scoped("reprints:write")
@idempotent
def void(path: m.BatchPath, body: b.NewVoid) -> Response:
    """Void lost or destroyed pieces without replacement, as scans report from then on.

    The product's recognition does not matter: it may have been suspended or withdrawn, or have expired.
    """
    services = desk.services()
    get_visible_batch(path.name)
    pieces = parse_serial_ranges(body.serials)
    loss = plan_void(path.name, pieces, body.kind, body.reason, services.batches, services.voids)
    services.voids.add(loss, ChangeContext(caller().email, desk.now(), loss.reason))
    count, serials = sum(some.count for some in pieces), list(map(str, loss.pieces))
    done = b.VoidedPieces(batch=path.name, url=batch_url(path.name), kind=body.kind, serials=serials, count=count)
    return answer(done, 201)
