"""Alarms from scans, and their handling."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from labelsvc.domain.account import Right
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import typed_text
from labelsvc.web.office.blueprint import office

PER_PAGE = 50
LONGEST_NOTE = 500


@office.get("/alarms")
def alarms() -> str:
    """Show alarms: those that wait first, and of them the newest."""
    page = desk.page_number()
    rows, total = desk.services().alarms.page(page=page, per_page=PER_PAGE)
    return render_template(
        "office/alarms.html",
        rows=rows,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        active="overview",
        key_troubles=desk.services().verifying_keys.troubles,
    )


@office.post("/alarms/<epoch>/<int:line>/<int:serial>/seen")
@desk.needs(Right.EDIT)
def alarm_seen(epoch: str, line: int, serial: int) -> Response:
    """Record that somebody dealt with an alarm, and how."""
    note = typed_text("note", LONGEST_NOTE)
    desk.services().alarms.see(epoch, line, serial, desk.context(note))
    desk.tell("alarm.seen")
    return redirect(url_for("office.alarms", page=request.args.get("page")))
