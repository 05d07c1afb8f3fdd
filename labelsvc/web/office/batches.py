"""Batches: how far each is, its files, cancel, take up again, reprint what was destroyed, replace what was lost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from pathlib import Path

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import InvalidValue, LabelsvcError, NotFound
from labelsvc.domain.pieces import read_numbers, read_pieces
from labelsvc.domain.verdict import VIETNAM
from labelsvc.web import desk
from labelsvc.web.design_titles import titles
from labelsvc.web.downloads import send_archive, send_batch_file
from labelsvc.web.office.blueprint import office
from labelsvc.web.ordering import enqueue, place
from labelsvc.workflows.batch_files import BatchSummary, archive_of, batch_file, batch_files, reprint_file
from labelsvc.workflows.plan_reprint import plan_reprint
from labelsvc.workflows.replace_pieces import plan_replacement
from labelsvc.workflows.reprint_pieces import reprint_pieces

PER_PAGE = 30
STATES = ("ordered", "running", "ready", "held", "failed", "cancelled")
LINES_SHOWN = 100


@office.get("/batches")
def batches() -> str:
    """Show batches, the newest first."""
    state, page = request.args.get("state", ""), desk.page_number()
    states, since = (state,) if state in STATES else (), _day(request.args.get("since", ""))
    after = moment_of(since) if since else None
    rows, total = desk.shop().batch_lists.page(page=page, states=states, since=after, per_page=PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    return render_template(
        "office/batches.html", rows=rows, total=total, page=page, pages=pages, state=state, states=STATES, since=since,
        titles=defaultdict(str, titles()),
    )  # fmt: skip


def moment_of(day: date) -> datetime:
    """Return when a day begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def _day(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


@office.get("/batches/running")
def running() -> str:
    """Show how far the running batches are; htmx asks for it again and again."""
    rows, _ = desk.shop().batch_lists.page(states=("ordered", "running"), per_page=5)
    return render_template("office/running.html", running=rows, titles=defaultdict(str, titles()))


@office.get("/batches/<name>")
def batch(name: str) -> Response:
    """Show a batch; htmx asks for its progress alone, and for the whole page once it is done."""
    shop = desk.shop()
    summary, stored = _found(name), shop.batches.get(name)
    asked_again = bool(request.headers.get("HX-Request"))
    template = "office/batch_progress.html" if asked_again else "office/batch.html"
    lines = shop.batches.lines(name)
    page = render_template(
        template,
        active="batches",
        batch=summary,
        stored=stored,
        parts_of_batch=shop.batches.parts(name),
        lines=lines[:LINES_SHOWN],
        line_count=len(lines),
        files=batch_files(stored, shop.batches),
        reprints=shop.reprints.of(name),
    )
    done = asked_again and not summary.unfinished
    return Response(page, headers={"HX-Refresh": "true"} if done else {})


@office.get("/batches/<name>/files/<file>")
def download(name: str, file: str) -> AnyResponse:
    """Send one of a batch's files."""
    shop = desk.shop()
    stored = shop.batches.get(name)
    return send_batch_file(batch_file(stored, shop.batches, file), name)


@office.get("/batches/<name>/all.zip")
def download_all(name: str) -> AnyResponse:
    """Send all files of a batch in one ZIP."""
    shop = desk.shop()
    files = batch_files(shop.batches.get(name), shop.batches)
    if not files:
        raise NotFound.of("storage.no_file", batch=name, name="all.zip")
    return send_archive(archive_of(files, name), name)


@office.get("/batches/<name>/reprints/<int:number>.pdf")
def download_reprint(name: str, number: int) -> AnyResponse:
    """Send a reprint."""
    shop = desk.shop()
    return send_batch_file(reprint_file(shop.batches.get(name), shop.reprints, number), name)


@office.post("/batches/<name>/cancel")
@desk.needs(Right.PRINT)
def cancel(name: str) -> AnyResponse:
    """Cancel what is not printed yet; its quotas are free again."""
    _found(name)
    reason = request.form.get("reason", "").strip()[:500]
    shop = desk.shop()
    if shop.batches.cancel(name, reason, desk.occasion(reason)):
        desk.tell("printing.cancelled", batch=name)
    else:
        desk.refuse(InvalidValue.of("printing.not_cancelled", batch=name))
    return redirect(url_for("office.batch", name=name))


@office.post("/batches/<name>/again")
@desk.needs(Right.PRINT)
def start_again(name: str) -> AnyResponse:
    """Take a batch up again that failed or was held back."""
    _found(name)
    desk.shop().batches.start_again(name)
    enqueue(name)
    desk.tell("printing.again", batch=name)
    return redirect(url_for("office.batch", name=name))


@office.post("/batches/<name>/reprint")
@desk.needs(Right.PRINT)
def reprint(name: str) -> AnyResponse:
    """Make destroyed pieces again, exactly."""
    shop, form = desk.shop(), request.form
    stored = shop.batches.get(name)
    try:
        sheets, serials = form.get("sheets", "").strip(), _listed(form.get("serials", ""))
        if bool(sheets) == bool(serials):
            raise InvalidValue.of("printing.sheets_or_serials")
        plan = plan_reprint(
            name,
            sheets=read_numbers(sheets) if sheets else (),
            serials=read_pieces(serials),
            room=shop.room,
            batches=shop.batches,
            products=shop.products,
            voids=shop.voids,
            reprints=shop.reprints,
            today=desk.today(),
        )
        done = reprint_pieces(
            plan,
            who=desk.me().email,
            reason=form.get("reason", ""),
            marks=shop.marks,
            say=shop.paper_wording().say,
            epochs=shop.epochs,
            reprints=shop.reprints,
            output=shop.output(Path(stored.folder).parent),
            now=desk.now(),
        )
    except LabelsvcError as error:
        desk.refuse(error)
    else:
        desk.tell("printing.reprinted", count=done.record.count)
    return redirect(url_for("office.batch", name=name) + "#reprint")


@office.post("/batches/<name>/replace")
@desk.needs(Right.PRINT)
def replace_lost(name: str) -> AnyResponse:
    """Void lost pieces and order others in their place."""
    shop, form = desk.shop(), request.form
    _found(name)
    try:
        replacement = plan_replacement(
            name, read_pieces(_listed(form.get("serials", ""))), form.get("reason", ""), who=desk.me().email,
            room=shop.room, marks=shop.marks, batches=shop.batches, products=shop.products, voids=shop.voids,
            today=desk.today(),
        )  # fmt: skip
        new = place(replacement.queued().plan)
    except LabelsvcError as error:
        desk.refuse(error)
        return redirect(url_for("office.batch", name=name) + "#replace")
    desk.tell("printing.replaced", batch=new)
    return redirect(url_for("office.batch", name=new))


def _found(name: str) -> BatchSummary:
    summary = desk.shop().batch_lists.find(name)
    if summary is None:
        raise NotFound.of("storage.no_batch", batch=name, known="–")
    return summary


def _listed(typed: str) -> list[str]:
    return [one for one in typed.replace(";", " ").split() if one]
