"""Batches: how far each is, its files, cancel, take up again, reprint what was destroyed, replace what was lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import Conflict, InvalidValue, LabelsvcError, NotFound
from labelsvc.domain.pace import Pace, pace_of
from labelsvc.domain.recognition import FIRST_DAY, LAST_DAY
from labelsvc.domain.serial_ranges import SerialRange, parse_numbers, parse_serial_ranges
from labelsvc.domain.verdict import VIETNAM
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.downloads import send_archive, send_batch_file
from labelsvc.web.desk.form_values import Typed, typed_text
from labelsvc.web.desk.ordering import enqueue, place
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.batches.batch_files import (
    BatchPart,
    BatchSummary,
    archive_of,
    batch_file,
    batch_files,
    reprint_file,
)
from labelsvc.workflows.batches.plan_reprint import plan_reprint
from labelsvc.workflows.batches.release_batch import checked_of
from labelsvc.workflows.batches.replace_pieces import plan_replacement
from labelsvc.workflows.batches.reprint_pieces import reprint_pieces

PER_PAGE = 30
STATES = ("ordered", "running", "ready", "held", "failed", "cancelled")
LINES_SHOWN, PIECES_SAID = 100, 20
R = TypeVar("R")


@office.get("/batches")
def batches() -> str:
    """Show batches, the newest first."""
    state, page = request.args.get("state", ""), desk.page_number()
    states, since = (state,) if state in STATES else (), _day(request.args.get("since", ""))
    after = moment_of(since) if since else None
    rows, total = desk.services().batch_lists.page(page=page, states=states, since=after, per_page=PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    return render_template(
        "office/batches.html",
        rows=rows,
        total=total,
        page=page,
        pages=pages,
        state=state,
        states=STATES,
        since=since,
    )


def moment_of(day: date) -> datetime:
    """Return when a day begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def _day(asked: str) -> date | None:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


@office.get("/batches/running")
def running() -> str:
    """Show how far the running batches are; htmx asks for it again and again."""
    rows, _ = desk.services().batch_lists.page(states=("ordered", "running"), per_page=5)
    return render_template("office/running.html", running=rows)


@office.get("/batches/<name>")
def batch(name: str) -> Response:
    """Show a batch; htmx asks for its progress alone, and for the whole page once it is done."""
    if request.headers.get("HX-Request"):
        return _progress(_found(name))
    return _page(name)


def _progress(summary: BatchSummary) -> Response:
    parts = desk.services().batches.parts(summary.name)
    page = render_template(
        "office/batch_progress.html", batch=summary, pace=_pace(summary, parts), parts_of_batch=parts
    )
    return Response(page, headers={} if summary.unfinished else {"HX-Refresh": "true"})


def _page(name: str, typed: Typed | None = None, opened: str = "", question: str = "") -> Response:
    """Return a batch's page; with the form ``opened`` as it was typed, its faults or its ``question``."""
    services = desk.services()
    summary, stored, parts, lines = (
        _found(name),
        services.batches.get(name),
        services.batches.parts(name),
        services.batches.lines(name),
    )
    typed = typed or Typed({})
    page = render_template(
        "office/batch.html",
        active="batches",
        batch=summary,
        stored=stored,
        parts_of_batch=parts,
        pace=_pace(summary, parts),
        lines=lines[:LINES_SHOWN],
        line_count=len(lines),
        files=batch_files(stored, services.batches),
        checked=checked_of(stored) if stored.state == "ready" else "",
        reprints=services.reprints.of(name),
        voids=services.voids.of(name),
        typed=typed,
        opened=opened,
        question=question,
        named=_named(typed),
    )
    return Response(page, 422 if typed.faults else 200)


def _pace(summary: BatchSummary, parts: Sequence[BatchPart]) -> Pace:
    in_work = [(one.part.pieces, one.started_at) for one in parts if one.state == "running" and one.started_at]
    return pace_of(
        pieces=summary.pieces,
        done=summary.pieces_done,
        in_work=in_work,
        started_at=summary.started_at,
        last_done_at=summary.ended_at,
        usual_speed=desk.services().batch_lists.usual_speed()
        if summary.unfinished and not summary.pieces_done
        else None,
        now=desk.now(),
    )


@office.get("/batches/<name>/files/<file>")
def download(name: str, file: str) -> AnyResponse:
    """Send one of a batch's files."""
    services = desk.services()
    stored = services.batches.get(name)
    return send_batch_file(batch_file(stored, services.batches, file), name)


@office.get("/batches/<name>/all.zip")
def download_all(name: str) -> AnyResponse:
    """Send all files of a batch in one ZIP."""
    services = desk.services()
    files = batch_files(services.batches.get(name), services.batches)
    if not files:
        raise NotFound.of("storage.no_file", batch=name, name="all.zip")
    return send_archive(archive_of(files, name), name)


@office.get("/batches/<name>/reprints/<int:number>.pdf")
def download_reprint(name: str, number: int) -> AnyResponse:
    """Send a reprint."""
    services = desk.services()
    return send_batch_file(reprint_file(services.batches.get(name), services.reprints, number), name)


@office.post("/batches/<name>/cancel")
@desk.needs(Right.PRINT)
def cancel(name: str) -> AnyResponse:
    """Cancel what is not printed yet; its quotas are free again."""
    _found(name)
    reason = typed_text("reason", 500)
    services = desk.services()
    if services.batches.cancel(name, reason, desk.context(reason)):
        desk.tell("printing.cancelled", batch=name)
    else:
        desk.refuse(Conflict.of("printing.not_cancelled", batch=name))
    return redirect(url_for("office.batch", name=name))


@office.post("/batches/<name>/again")
@desk.needs(Right.PRINT)
def start_again(name: str) -> AnyResponse:
    """Take a batch up again that failed or was held back."""
    _found(name)
    desk.services().batches.start_again(name, desk.context())
    enqueue(name)
    desk.tell("printing.again", batch=name)
    return redirect(url_for("office.batch", name=name))


@office.post("/batches/<name>/reprint")
@desk.needs(Right.PRINT)
def reprint(name: str) -> AnyResponse:
    """Ask whether exactly these pieces were destroyed; make them again once that is confirmed."""
    services, typed = desk.services(), Typed(request.form)
    folder = Path(services.batches.get(name).folder).parent
    try:
        reason = _reason(typed)
        sheets, serials = typed.text("sheets"), _listed(typed.text("serials"))
        if bool(sheets) == bool(serials):
            raise InvalidValue.of("printing.sheets_or_serials", field="serials")
        plan = plan_reprint(
            name,
            services.batch_services,
            desk.today(),
            sheets=_at(typed, "sheets", lambda: parse_numbers(sheets)) if sheets else (),
            serials=_at(typed, "serials", lambda: parse_serial_ranges(serials)),
        )
        if typed.values.get("sure") != _named(typed):
            asked = "printing.reprint_again_ask" if plan.before else "printing.reprint_ask"
            facts = {"count": len(plan.places), "pieces": _said(plan.pieces), "before": _said(plan.before)}
            return _page(name, typed, "reprint", desk.say(asked, **facts))
        done = reprint_pieces(plan, services.batch_services, services.output(folder), desk.context(reason))
    except LabelsvcError as error:
        typed.refuse(error, "sheets" if typed.values.get("sheets", "").strip() else "serials")
        return _page(name, typed, "reprint")
    desk.tell("printing.reprinted", count=done.record.count)
    return redirect(url_for("office.batch", name=name) + "#reprint")


@office.post("/batches/<name>/replace")
@desk.needs(Right.PRINT)
def replace_lost(name: str) -> AnyResponse:
    """Ask whether exactly these pieces are lost; void them and order others in their place once that is confirmed."""
    services, typed = desk.services(), Typed(request.form)
    _found(name)
    try:
        reason, serials = _reason(typed), _listed(typed.text("serials"))
        if not serials:
            raise InvalidValue.of("form.needed", field="serials")
        pieces = _at(typed, "serials", lambda: parse_serial_ranges(serials))
        replacement = plan_replacement(name, pieces, services.batch_services, desk.context(reason))
        if typed.values.get("sure") != _named(typed):
            count = sum(some.count for some in pieces)
            return _page(name, typed, "replace", desk.say("printing.replace_ask", count=count, pieces=_said(pieces)))
        new = place(replacement.queued().plan)
    except LabelsvcError as error:
        typed.refuse(error, "serials")
        return _page(name, typed, "replace")
    desk.tell("printing.replaced", batch=new)
    return redirect(url_for("office.batch", name=new))


def _reason(typed: Typed) -> str:
    reason = typed.text("reason")
    if not reason:
        raise InvalidValue.of("form.needed", field="reason")
    return reason


def _named(typed: Typed) -> str:
    """Return the pieces that a form names: a confirmation holds for no others."""
    return f"{typed.text('sheets')} {typed.text('serials')}"


def _at(typed: Typed, name: str, read: Callable[[], R]) -> R:
    """Return what is read of a field; what is wrong with it is said there."""
    try:
        return read()
    except InvalidValue as error:
        typed.faults[name] = " ".join(map(desk.explain, error.problems))
        raise InvalidValue from error


def _said(pieces: Sequence[SerialRange]) -> str:
    return ", ".join(map(str, pieces[:PIECES_SAID])) + (" …" if len(pieces) > PIECES_SAID else "")


def _found(name: str) -> BatchSummary:
    summary = desk.services().batch_lists.find(name)
    if summary is None:
        raise NotFound.of("storage.no_batch", batch=name, known="–")
    return summary


def _listed(typed: str) -> list[str]:
    return [one for one in typed.replace(";", " ").split() if one]
