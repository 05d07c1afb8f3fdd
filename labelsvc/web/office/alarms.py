"""Alarms from scans, and their handling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import typed_text
from labelsvc.web.office.blueprint import office

if TYPE_CHECKING:
    from labelsvc.services import Alarm

PER_PAGE = 50
LONGEST_NOTE = 500


@office.get("/alarms")
def alarms() -> str:
    """Show alarms: those that wait first, and of them the newest."""
    page = desk.page_number()
    rows, total = desk.services().alarms.page(page=page, per_page=PER_PAGE)
    return _page(rows, total, page)


def _page(rows: Sequence[Alarm], total: int, page: int, note: str | None = None) -> str:
    """Return the page; ``note``: what was typed about its one alarm, with which somebody else dealt meanwhile."""
    return render_template(
        "office/alarms.html",
        rows=rows,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        note=note,
        active="overview",
        key_troubles=desk.services().verifying_keys.troubles,
    )


@office.post("/alarms/<epoch>/<int:line>/<int:serial>/seen")
@desk.needs(Right.EDIT)
def alarm_seen(epoch: str, line: int, serial: int) -> PageAnswer:
    """Record that somebody dealt with an alarm, and how."""
    note, store = typed_text("note", LONGEST_NOTE), desk.services().alarms
    try:
        store.see(epoch, line, serial, desk.context(note), request.form.get("seen", ""))
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
        found = store.find(epoch, line, serial)
        return _page([found] if found else [], 1, 1, note), 409
    desk.flash_success("alarm.seen")
    return redirect(url_for("office.alarms", page=request.args.get("page")))
