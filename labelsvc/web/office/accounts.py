"""Accounts: invite by link, roles, stop and start; only administrators."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right, Role
from labelsvc.domain.errors import Conflict, LabelsvcError
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.public_address import public_link
from labelsvc.web.office.blueprint import office
from labelsvc.web.sign_in import signed_in
from labelsvc.workflows.find_producer import ProducerName, find_producer
from labelsvc.workflows.sign_in import invite

NAMES_OFFERED, LONGEST_WORDS = 20, 200


@office.get("/accounts")
@desk.needs(Right.ADMINISTER)
def accounts() -> PageAnswer:
    """Show all accounts and the invitations that wait."""
    asked = request.args.get("producer", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return _page(SubmittedForm({}))
    return _page(
        SubmittedForm({"producer": desk.services().producer_names.get(int(asked)), "role": Role.PRODUCER.value})
    )


@office.get("/accounts/producer-names")
@desk.needs(Right.ADMINISTER)
def producer_names() -> str:
    """Return names of producers that have the words; htmx offers them while somebody types."""
    return render_template("office/producer_names.html", names=_names(request.args.get("producer", "")))


def _names(words: str) -> list[ProducerName]:
    return desk.services().producer_names.having(words[:LONGEST_WORDS].replace("\0", ""), NAMES_OFFERED)


def _page(typed: SubmittedForm, status: int = 200) -> PageAnswer:
    services = desk.services()
    everyone = services.accounts.all()
    named = {account.producer_id for account in everyone if account.producer_id}
    page = render_template(
        "office/accounts.html",
        everyone=everyone,
        waiting=services.invitations.waiting(desk.now()),
        producers={each: services.producer_names.get(each) for each in named if each},
        names=_names(typed.values.get("producer", "")),
        roles=tuple(Role),
        office_roles=tuple(role for role in Role if role is not Role.PRODUCER),
        typed=typed,
        link=signed_in.take_secret("invitation"),
    )
    return page, status


@office.post("/accounts/invitations")
@desk.needs(Right.ADMINISTER)
def invite_account() -> PageAnswer:
    """Create a link for a new account or a new password; it is shown once, to be sent by its creator."""
    typed = SubmittedForm(request.form)
    role = typed.values.get("role", "")
    role = role if role in {each.value for each in Role} else Role.CLERK.value
    if not typed.faults:
        invitations, names = desk.services().invitations, desk.services().producer_names
        email = typed.values.get("email", "")
        try:
            producer = find_producer(names, typed.text("producer")) if role == Role.PRODUCER.value else None
            token = invite(invitations, names, email, Role(role), producer, desk.context())
        except LabelsvcError as error:
            typed.refuse(error)
        else:
            signed_in.keep_secret("invitation", public_link(url_for("login.invitation", token=token)))
            return redirect(url_for("office.accounts"))
    return _page(typed, 422)


@office.post("/accounts/invitations/<int:invitation_id>/withdraw")
@desk.needs(Right.ADMINISTER)
def withdraw_invitation(invitation_id: int) -> AnyResponse:
    """Withdraw a link."""
    if desk.services().invitations.withdraw(invitation_id, desk.context()):
        desk.flash_success("people.withdrawn")
    else:
        desk.flash_refusal(Conflict.from_code("people.not_withdrawn"))
    return redirect(url_for("office.accounts"))


@office.post("/accounts/<int:account_id>/<act>")
@desk.needs(Right.ADMINISTER)
def change_account(account_id: int, act: str) -> AnyResponse:
    """Stop or start an account, give it another role, or take its second factor away."""
    store, context = desk.services().accounts, desk.context()
    store.get(account_id)
    try:
        if act in ("stop", "start"):
            store.set_active(account_id, act == "start", context)
        elif act == "role" and request.form.get("role", "") in {each.value for each in Role}:
            store.set_role(account_id, Role(request.form["role"]), context, request.form.get("seen", ""))
        elif act == "second-factor":
            store.set_second_factor(account_id, "", 0, context)
        else:
            return desk.nothing()
    except LabelsvcError as error:
        desk.flash_refusal(error)
    else:
        desk.flash_success("people.changed")
    return redirect(url_for("office.accounts"))
