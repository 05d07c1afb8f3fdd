"""Producers' own versions of designs: what waits, beside its origin; approved, or declined with a reason."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.studio.comparing import MOST_CHANGES, compared
from labelsvc.web.studio.change_sentences import change_sentence
from labelsvc.web.studio.copies import judged_today
from labelsvc.web.studio.pictures import data_uri
from labelsvc.workflows.designs.looks import DesignCopy

LONGEST_ANSWER = 1_000


@office.get("/design-copies")
def design_copies() -> str:
    """List what waits, the oldest first, and what prints."""
    copies = desk.services().design_copies
    return render_template(
        "office/design_copies.html", active="designs", waiting=copies.waiting(), printing=copies.printing()
    )


@office.get("/design-copies/<int:copy_id>")
def design_copy(copy_id: int) -> PageAnswer:
    """Show a copy beside its origin, with what differs."""
    return _page(desk.services().design_copies.get(copy_id))


def _page(copy: DesignCopy, fault: str = "", status: int = 200) -> PageAnswer:
    content = desk.services().design_copies.content
    comparison = compared(copy.name, content(copy.origin_sha256), content(copy.source_sha256), "usual")
    sides = [
        (heading, data_uri(side.picture), side.size_mm, list(map(desk.explain, side.problems)))
        for heading, side in (
            (desk.say("copy.before"), comparison.before),
            (desk.say("copy.after"), comparison.after),
        )
    ]
    page = render_template(
        "office/design_copy.html",
        active="designs",
        copy=copy,
        sides=sides,
        comparison=comparison,
        changes=[change_sentence(change) for change in comparison.changes[:MOST_CHANGES]],
        fault=fault,
        problems=list(map(desk.explain, judged_today(copy))) if copy.state == "sent" else [],
    )
    return page, status


@office.post("/design-copies/<int:copy_id>/<any(approve, decline, withdraw):act>")
@desk.needs(Right.ADMINISTER)
def decide_copy(copy_id: int, act: str) -> AnyResponse | PageAnswer:
    """Approve what was sent, decline it with a reason, or let an approved one print no more, with a reason too."""
    copies, typed = desk.services().design_copies, request.form.get("revision", "")
    copy, seen = copies.get(copy_id), int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    words = " ".join(request.form.get("answer", "").split())[:LONGEST_ANSWER]
    if act != "approve" and not words:
        return _page(copy, desk.say("profile.answer_needed"), 422)
    if act == "approve" and judged_today(copy):
        return _page(copy, status=422)
    try:
        if act == "withdraw":
            copies.withdraw(copy_id, desk.context(words))
        else:
            (copies.approve if act == "approve" else copies.decline)(copy_id, seen, desk.context(words))
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
        return redirect(url_for("office.design_copy", copy_id=copy_id))
    desk.flash_success(f"copy.done_{act}", title=copy.title, producer=copy.producer)
    return redirect(url_for("office.design_copies"))
