"""The log of every change: who, when, what, before and after."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import render_template, request

from labelsvc.domain.change_context import ChangesMade
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.words.change_words import SUBJECTS, act_words
from labelsvc.web.office.blueprint import office

PER_PAGE = 100


@office.get("/audit")
def audit() -> str:
    """Show changes, the newest first, filtered."""
    typed = SubmittedForm(request.args)
    subject = request.args.get("subject", "")
    since, until = typed.day("since"), typed.day("until")
    page = desk.page_number()
    until = until + timedelta(days=1) if until else None
    rows, total = desk.services().changes.page(
        subject=subject if subject in SUBJECTS else "",
        made=ChangesMade(typed.text("who"), _midnight(since), _midnight(until)),
        page=page,
        per_page=PER_PAGE,
    )
    pages = max(1, -(-total // PER_PAGE))
    page = min(page, pages)
    return render_template(
        "office/audit.html", rows=act_words(rows), total=total, page=page, pages=pages, typed=typed, subjects=SUBJECTS
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), VIETNAM) if day else None
