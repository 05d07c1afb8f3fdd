"""Sign in and out; one's own password, sessions and tokens; the link of an invitation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from labelsvc.domain.account import Account
from labelsvc.domain.api_scope import scopes_of
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, InvitationOver, LabelsvcError
from labelsvc.web.desk import context as desk
from labelsvc.web.desk import signed_in
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.limits import SIGN_INS, SIGN_INS_FROM_ONE_PLACE, limiter, place_and_account
from labelsvc.web.desk.own_path import own_path
from labelsvc.web.desk.sign_in_steps import password_is_fresh, password_step, remember_password_step
from labelsvc.workflows.recovery_codes import take_recovery_code
from labelsvc.workflows.sign_in import (
    Credentials,
    Refusal,
    accept_invitation,
    change_password,
    check_code,
    check_password_of,
    find_invitation,
    matches,
)

login = Blueprint("login", __name__)
LONGEST_TOKEN_NAME = 80


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
        refusal = "password" if request.form.get("password") else "step_over"
        email = request.form.get("email", "")
        return render_template("login/sign_in.html", email=email, following=following, refusal=refusal), 401
    answer = _check_second_step(found)
    if isinstance(answer, Refusal):
        remember_password_step(found)
        page = render_template("login/sign_in_code.html", following=following, refusal=answer.why)
        return page, 200 if answer.why == "code_needed" else 401
    signed_in.begin(answer)
    return redirect(following or home_of(answer))


def _who_signs_in() -> Credentials | None:
    """Return whose password this is; without one, whose was typed in this browser a moment ago."""
    services, password = desk.services(), request.form.get("password", "")
    if not password and "email" not in request.form:
        return password_step()
    return check_password_of(services.accounts, services.password_hashes, request.form.get("email", ""), password)


def _check_second_step(found: Credentials) -> Account | Refusal:
    """Return who signs in by a one-time password or by a recovery code, or why not."""
    services, recovery = desk.services(), request.form.get("recovery", "")
    if not (found.totp_secret and recovery.strip()):
        return check_code(services.accounts, found, request.form.get("code", ""), desk.now())
    context = ChangeContext(found.account.email, desk.now())
    if take_recovery_code(services.recovery_codes, found.account, recovery, context):
        return found.account
    return Refusal("recovery")


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
        invited = find_invitation(desk.services().accounts, token, desk.now())
    except InvitationOver as error:
        return render_template("login/invitation_over.html", problem=error.problems[0]), 404
    faults: dict[str, str] = {}
    if request.method == "POST":
        name, password = request.form.get("name", ""), request.form.get("password", "")
        try:
            services = desk.services()
            account = accept_invitation(services.accounts, services.password_hashes, token, name, password, desk.now())
        except InvalidValue as error:
            faults = _faults(error)
        else:
            if account.second_factor or not account.active:
                signed_in.end()
                desk.tell("login.password_set")
                return redirect(url_for("login.sign_in"))
            signed_in.begin(desk.services().accounts.get(account.id))
            desk.tell("login.welcome", name=account.name)
            return redirect(home_of(account))
    page = render_template("login/invitation.html", invited=invited, faults=faults, name=request.form.get("name", ""))
    return page, 422 if faults else 200


@login.get("/account")
@login_required  # type: ignore[untyped-decorator]
def profile() -> str:
    """Show one's own account."""
    sign_ins, account = desk.services().sign_ins, desk.me()
    return render_template(
        "login/profile.html",
        sessions=sign_ins.for_account(account.id, desk.now()),
        this=current_user.session_id,
        tokens=sign_ins.tokens_of(account.id),
        scopes=scopes_of(account.role),
        made=signed_in.take_secret("api_token"),
        codes_left=desk.services().recovery_codes.count_left(account.id) if account.second_factor else 0,
        fresh=password_is_fresh(),
    )


@login.post("/account/password")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def password() -> Response:
    """Change one's own password; every other session ends, tokens go on, and the answer says how many there are."""
    accounts, hashes, account = desk.services().accounts, desk.services().password_hashes, desk.me()
    if not matches(accounts, hashes, account.id, request.form.get("old", "")):
        desk.refuse(InvalidValue.of("account.old_password"))
    else:
        try:
            change_password(accounts, hashes, account, request.form.get("password", ""), desk.context())
        except InvalidValue as error:
            desk.refuse(error)
        else:
            signed_in.begin(account)
            desk.tell("login.password_changed")
            if count := sum(token.revoked_at is None for token in desk.services().sign_ins.tokens_of(account.id)):
                desk.tell("login.tokens_go_on", count=count)
    return redirect(url_for("login.profile"))


@login.post("/account/sessions/<int:session_id>/end")
@login_required  # type: ignore[untyped-decorator]
def end_session(session_id: int) -> Response:
    """End one of one's own sessions."""
    desk.services().sign_ins.end(session_id, desk.me().id, desk.now())
    desk.tell("login.session_ended")
    return redirect(url_for("login.profile"))


@login.post("/account/sessions/end")
@login_required  # type: ignore[untyped-decorator]
def end_sessions() -> Response:
    """End all one's own sessions but this one."""
    desk.services().sign_ins.end_all(desk.me().id, desk.now(), but=current_user.session_id)
    desk.tell("login.session_ended")
    return redirect(url_for("login.profile"))


@login.post("/account/tokens")
@login_required  # type: ignore[untyped-decorator]
def make_token() -> Response:
    """Make a token for a machine; it is shown once."""
    name, scopes = request.form.get("name", "").strip(), request.form.getlist("scopes")
    allowed = [scope for scope in scopes if scope in scopes_of(desk.me().role)]
    if not name or len(name) > LONGEST_TOKEN_NAME or not name.isprintable() or not allowed:
        desk.refuse(InvalidValue.of("account.token"))
    else:
        token = desk.services().sign_ins.make_token(desk.me().id, name, allowed, desk.now())
        signed_in.keep_secret("api_token", token)
    return redirect(url_for("login.profile") + "#tokens")


@login.post("/account/tokens/<int:token_id>/revoke")
@login_required  # type: ignore[untyped-decorator]
def revoke_token(token_id: int) -> Response:
    """Revoke one of one's own tokens."""
    desk.services().sign_ins.revoke(token_id, desk.me().id, desk.now())
    desk.tell("login.token_revoked")
    return redirect(url_for("login.profile") + "#tokens")


def home_of(account: Account) -> str:
    """Return the page that an account begins on."""
    return url_for("office.start" if account.of_office else "producer.start")


def _faults(error: LabelsvcError) -> dict[str, str]:
    return {str(problem.facts.get("field", "")): desk.explain(problem) for problem in error.problems}
