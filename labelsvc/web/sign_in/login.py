"""Sign in and out, and the link of an invitation."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from labelsvc.domain.account import Account
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, InvitationOver, KeyRefused, LabelsvcError, ServiceBusy
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.limits import SIGN_INS, SIGN_INS_FROM_ONE_PLACE, limiter, place_and_account
from labelsvc.web.desk.own_path import own_path
from labelsvc.web.metrics import UNAVAILABLE
from labelsvc.web.sign_in import events, signed_in
from labelsvc.web.sign_in.steps import password_step, remember_password_step
from labelsvc.workflows.recovery_codes import take_recovery_code
from labelsvc.workflows.sign_in import (
    Credentials,
    SignInRefusal,
    accept_invitation,
    check_password_of,
    find_invitation,
    take_code,
)

LOG = logging.getLogger("labelsvc.sign_in")
login = Blueprint("login", __name__)


@login.route("/login", methods=["GET", "POST"])
@limiter.limit(SIGN_INS_FROM_ONE_PLACE, methods=["POST"])
@limiter.limit(SIGN_INS, key_func=place_and_account, methods=["POST"])
def sign_in() -> PageAnswer:
    """Show the form, or sign in."""
    following = own_path(request.values.get("next", ""))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(following or home_of(desk.me()))
        return render_template("login/sign_in.html", email="", following=following, refusal="")
    found = _who_signs_in()
    if found is None:
        return _ask_again(following)
    how = _second_factor_of(found)
    refusal = _check_second_step(found, how)
    if refusal is not None:
        remember_password_step(found)
        return ask_for_second_step(found, refusal, following)
    if not signed_in.begin(found.account, found.password_hash):
        return _ask_again(following)
    events.signed_in(found.account, how)
    return redirect(following or home_of(found.account))


def _ask_again(following: str) -> PageAnswer:
    """Answer that this is nobody's password, or that the password was typed too long ago."""
    email, typed = request.form.get("email", ""), bool(request.form.get("password"))
    if typed:
        events.password_refused(email)
    refusal = "password" if typed else "step_over"
    return render_template("login/sign_in.html", email=email, following=following, refusal=refusal), 401


def _who_signs_in() -> Credentials | None:
    """Return whose password this is; without one, whose was typed in this browser a moment ago."""
    services, password = desk.services(), request.form.get("password", "")
    if not password and "email" not in request.form:
        return password_step()
    return check_password_of(services.accounts, services.password_hashes, request.form.get("email", ""), password)


def _second_factor_of(found: Credentials) -> str:
    """Return what this sign-in takes besides the password: code or recovery; password where there is no more to it."""
    if not found.account.second_factor:
        return "password"
    return "recovery" if request.form.get("recovery", "").strip() else "code"


def _check_second_step(found: Credentials, how: str) -> SignInRefusal | None:
    """Return why somebody whose password was right does not sign in by a one-time password or a recovery code."""
    typed = request.form.get(how, "").strip()
    if how == "password":
        return None
    if not typed:
        return SignInRefusal("code_needed")
    services, account = desk.services(), found.account
    try:
        secret = services.factor_secrets.open(found.totp_secret, account.id) if how == "code" else ""
    except KeyRefused as error:
        LOG.error("a second factor cannot be compared: %s", error)
        return SignInRefusal("key")
    if until := services.sign_in_history.begin_factor(account.id, desk.now()):
        return SignInRefusal("wait", until)
    if how == "code":
        right = take_code(services.accounts, found, secret, typed, desk.now())
    else:
        context = ChangeContext(account.email, desk.now())
        right = take_recovery_code(services.recovery_codes, account, typed, context)
    if right:
        return None
    events.factor_refused(account, how)
    return SignInRefusal(how)


def ask_for_second_step(found: Credentials, refusal: SignInRefusal, following: str) -> PageAnswer:
    """Answer with the page that asks for the second factor, and why."""
    page = render_template("login/sign_in_code.html", following=following, refusal=refusal)
    if refusal.why == "key":
        UNAVAILABLE["keys"].inc()
        answer = make_response(page, HTTPStatus.SERVICE_UNAVAILABLE)
        answer.headers["Retry-After"] = str(ServiceBusy.retry_seconds)
        return answer
    if refusal.why != "wait" or refusal.until is None:
        return page, 200 if refusal.why == "code_needed" else 401
    answer = make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(max(1, math.ceil((refusal.until - desk.now()).total_seconds())))
    return answer


@login.post("/logout")
def sign_out() -> Response:
    """End this session."""
    signed_in.end()
    return redirect(url_for("login.sign_in"))


@login.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_INS_FROM_ONE_PLACE)
def invitation(token: str) -> PageAnswer:
    """Make the account that a link invites to, or give it a new password.

    A link is one factor: an account with a second one is sent to the sign-in, which asks for both.
    """
    try:
        invited = find_invitation(desk.services().invitations, token, desk.now())
    except InvitationOver as error:
        return render_template("login/invitation_over.html", problem=error.problems[0]), 404
    faults: dict[str, str] = {}
    if request.method == "POST":
        name, password = request.form.get("name", ""), request.form.get("password", "")
        try:
            invitations, hashes = desk.services().invitations, desk.services().password_hashes
            account = accept_invitation(invitations, hashes, token, name, password, desk.now())
        except InvalidValue as error:
            faults = _faults(error)
        else:
            if account.second_factor or not account.active:
                signed_in.end()
                desk.flash_success("login.password_set")
                return redirect(url_for("login.sign_in"))
            signed_in.begin(desk.services().accounts.get(account.id))
            events.signed_in(account, "invitation")
            desk.flash_success("login.welcome", name=account.name)
            return redirect(home_of(account))
    page = render_template("login/invitation.html", invited=invited, faults=faults, name=request.form.get("name", ""))
    return page, 422 if faults else 200


def home_of(account: Account) -> str:
    """Return the page that an account begins on."""
    return url_for("office.start" if account.of_office else "producer.start")


def _faults(error: LabelsvcError) -> dict[str, str]:
    return {str(problem.facts.get("field", "")): desk.explain(problem) for problem in error.problems}
