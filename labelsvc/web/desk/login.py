"""Sign in and out; one's own password, second factor, sessions and tokens; the link of an invitation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from labelsvc.domain.account import Account, Role
from labelsvc.domain.api_scope import scopes_of
from labelsvc.domain.errors import InvalidValue, LabelsvcError
from labelsvc.web.desk import context as desk
from labelsvc.web.desk import signed_in
from labelsvc.web.desk.limits import SIGN_INS, SIGN_INS_FROM_ONE_PLACE, limiter, place_and_account
from labelsvc.web.desk.own_path import own_path
from labelsvc.workflows.secret_picture import secret_picture
from labelsvc.workflows.sign_in import (
    Refusal,
    accept_invitation,
    change_password,
    check_sign_in,
    find_invitation,
    matches,
    new_secret,
    provisioning_uri,
    set_up_second_factor,
)

login = Blueprint("login", __name__)
Page = str | tuple[str, int] | Response
LONGEST_TOKEN_NAME = 80


@login.route("/login", methods=["GET", "POST"])
@limiter.limit(SIGN_INS_FROM_ONE_PLACE, methods=["POST"])
@limiter.limit(SIGN_INS, key_func=place_and_account, methods=["POST"])
def sign_in() -> Page:
    """Show the form, or sign in."""
    following = own_path(request.values.get("next", ""))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(following or _home(desk.me()))
        return render_template("login/sign_in.html", email="", following=following, refusal="")
    email, password, code = (request.form.get(name, "") for name in ("email", "password", "code"))
    answer = check_sign_in(desk.services().accounts, desk.services().password_hashes, email, password, code, desk.now())
    if isinstance(answer, Refusal):
        page = render_template("login/sign_in.html", email=email, following=following, refusal=answer.why)
        return page, 200 if answer.why == "code_needed" else 401
    signed_in.begin(answer)
    if answer.role is Role.ADMINISTRATOR and not answer.second_factor:
        desk.tell("login.set_up_second_factor")
    return redirect(following or _home(answer))


@login.post("/logout")
def sign_out() -> Response:
    """End this session."""
    signed_in.end()
    return redirect(url_for("login.sign_in"))


@login.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_INS_FROM_ONE_PLACE)
def invitation(token: str) -> Page:
    """Make the account that a link invites to, or give it a new password.

    A link is one factor: an account with a second one is sent to the sign-in, which asks for both.
    """
    invited = find_invitation(desk.services().accounts, token, desk.now())
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
            return redirect(_home(account))
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
        made=session.pop("made_token", ""),
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


@login.route("/account/second-factor", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS, methods=["POST"])
def second_factor() -> Page:
    """Set one-time passwords up: show the secret once, take the first code."""
    account, fault = desk.me(), ""
    secret = session.setdefault("totp_secret", new_secret())
    if request.method == "POST":
        if not _confirmed(account):
            fault = "password"
        elif set_up_second_factor(
            desk.services().accounts, account, secret, request.form.get("code", ""), desk.context()
        ):
            session.pop("totp_secret")
            desk.tell("login.second_factor_on")
            return redirect(url_for("login.profile"))
        else:
            fault = "code"
    picture = secret_picture(provisioning_uri(secret, account.email))
    page = render_template("login/second_factor.html", secret=secret, picture=picture, fault=fault)
    return page, 422 if fault else 200


@login.post("/account/second-factor/off")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def second_factor_off() -> Response:
    """Take one's own one-time passwords away, with the password."""
    if _confirmed(desk.me()):
        desk.services().accounts.set_second_factor(desk.me().id, "", 0, desk.context())
        desk.tell("login.second_factor_off")
    else:
        desk.refuse(InvalidValue.of("account.old_password"))
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
        session["made_token"] = desk.services().sign_ins.make_token(desk.me().id, name, allowed, desk.now())
    return redirect(url_for("login.profile") + "#tokens")


@login.post("/account/tokens/<int:token_id>/revoke")
@login_required  # type: ignore[untyped-decorator]
def revoke_token(token_id: int) -> Response:
    """Revoke one of one's own tokens."""
    desk.services().sign_ins.revoke(token_id, desk.me().id, desk.now())
    desk.tell("login.token_revoked")
    return redirect(url_for("login.profile") + "#tokens")


def _confirmed(account: Account) -> bool:
    services = desk.services()
    return matches(services.accounts, services.password_hashes, account.id, request.form.get("password", ""))


def _home(account: Account) -> str:
    return url_for("office.start" if account.of_office else "producer.start")


def _faults(error: LabelsvcError) -> dict[str, str]:
    return {str(problem.facts.get("field", "")): desk.explain(problem) for problem in error.problems}
