"""Batches: progress, files, cancel, resume."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import Conflict, FilesGone, NotFound, OutputAway
from labelsvc.domain.pace import Pace, PartsDone, pace_of
from labelsvc.domain.recognition import FIRST_DAY, LAST_DAY
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.downloads import send_archive, send_batch_file
from labelsvc.web.desk.form_values import SubmittedForm, typed_text
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.batches.batch_archive import archive_of
from labelsvc.workflows.batches.batch_files import (
    Batch,
    BatchPart,
    BatchSummary,
    batch_file,
    batch_files,
    refuse_gone,
    reprint_file,
)
from labelsvc.workflows.batches.cancel_batch import cancel_batch
from labelsvc.workflows.batches.release_batch import checked_of
from labelsvc.workflows.batches.still_printable import would_stop_again

PER_PAGE = 30
STATES = ("ordered", "running", "ready", "held", "failed", "cancelled")
LINES_SHOWN = 100


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
        waits=desk.what_waits(rows),
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
    """Show the progress of running batches; polled by htmx."""
    rows, _ = desk.services().batch_lists.page(states=("ordered", "running"), per_page=5)
    return render_template("office/running.html", running=rows, waits=desk.what_waits(rows))


@office.get("/batches/<name>")
def batch(name: str) -> Response:
    """Show a batch; htmx polls only its progress, and loads the whole page once it is done."""
    if request.headers.get("HX-Request"):
        return _progress(found_batch(name))
    return batch_page(name)


def _progress(summary: BatchSummary) -> Response:
    parts = desk.services().batches.parts(summary.name)
    page = render_template(
        "office/batch_progress.html",
        batch=summary,
        waits=desk.what_waits([summary]),
        pace=_pace(summary, parts),
        parts_of_batch=parts,
    )
    return Response(page, headers={} if summary.unfinished else {"HX-Refresh": "true"})


def batch_page(name: str, typed: SubmittedForm | None = None, opened: str = "", question: str = "") -> Response:
    """Return a batch's page; with the form ``opened`` as it was typed, its faults or its ``question``."""
    services = desk.services()
    summary, stored, parts, lines = (
        found_batch(name),
        services.batches.get(name),
        services.batches.parts(name),
        services.batches.lines(name),
    )
    typed = typed or SubmittedForm({})
    page = render_template(
        "office/batch.html",
        active="batches",
        batch=summary,
        waits=desk.what_waits([summary]),
        stored=stored,
        parts_of_batch=parts,
        stops_again=would_stop_again(stored, parts),
        pace=_pace(summary, parts),
        lines=lines[:LINES_SHOWN],
        line_count=len(lines),
        **_files(stored),
        reprints=services.reprints.for_batch(name),
        voids=services.voids.for_batch(name),
        typed=typed,
        opened=opened,
        question=question,
        named=named_pieces(typed),
    )
    return Response(page, 422 if typed.faults else 200)


def _files(stored: Batch) -> dict[str, Any]:
    """Return a batch's files, what to say of those that it has no more or that are away, and what its proof covered."""
    batches = desk.services().batches
    try:
        files, checked = batch_files(stored, batches), checked_of(stored) if stored.state == "ready" else ""
        refuse_gone(stored, batches)
    except FilesGone as error:
        return {"files": files, "gone": error.problems, "checked": checked}
    except OutputAway as error:
        return {"files": (), "gone": error.problems, "checked": ""}
    return {"files": files, "gone": (), "checked": checked}


def _pace(summary: BatchSummary, parts: Sequence[BatchPart]) -> Pace:
    in_work = [(part.part.pieces, part.started_at) for part in parts if part.state == "running" and part.started_at]
    return pace_of(
        summary.pieces,
        PartsDone(summary.pieces_done, summary.started_at, summary.ended_at),
        in_work,
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
    stored = services.batches.get(name)
    refuse_gone(stored, services.batches)
    files = batch_files(stored, services.batches)
    if not files:
        raise NotFound.from_code("storage.no_file", batch=name, name="all.zip")
    return send_archive(archive_of(files, name), name)


@office.get("/batches/<name>/reprints/<int:number>.pdf")
def download_reprint(name: str, number: int) -> AnyResponse:
    """Send a reprint."""
    services = desk.services()
    return send_batch_file(reprint_file(services.batches.get(name), services.reprints, number), name)


@office.post("/batches/<name>/cancel")
@desk.needs(Right.PRINT)
def cancel(name: str) -> AnyResponse:
    """Cancel what is not printed yet; its quotas are released."""
    found_batch(name)
    reason = typed_text("reason", 500)
    if cancel_batch(name, desk.services().batch_services, desk.context(reason)):
        desk.flash_success("printing.cancelled", batch=name)
    else:
        desk.flash_refusal(Conflict.from_code("printing.not_cancelled", batch=name))
    return redirect(url_for("office.batch", name=name))


@office.post("/batches/<name>/again")
@desk.needs(Right.PRINT)
def start_again(name: str) -> AnyResponse:
    """Resume a failed or held batch."""
    found_batch(name)
    if desk.services().batch_progress.start_again(name, desk.context()):
        desk.desk().hints.parts()
        desk.flash_success("printing.again", batch=name)
    else:
        desk.flash_refusal(Conflict.from_code("printing.not_again", batch=name))
    return redirect(url_for("office.batch", name=name))


def named_pieces(typed: SubmittedForm) -> str:
    """Return the pieces that a form names: a confirmation is valid only for them."""
    return f"{typed.text('sheets')} {typed.text('serials')}"


def found_batch(name: str) -> BatchSummary:
    summary = desk.services().batch_lists.find(name)
    if summary is None:
        raise NotFound.from_code("storage.no_batch", batch=name, known="–")
    return summary
