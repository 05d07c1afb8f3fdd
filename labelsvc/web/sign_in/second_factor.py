"""One's own second factor: one-time passwords, and recovery codes for the day without the phone."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.limits import SIGN_INS, limiter
from labelsvc.web.sign_in import signed_in
from labelsvc.web.sign_in.login import home_of, login
from labelsvc.web.sign_in.steps import password_confirmed, password_is_fresh, password_matches, where_to
from labelsvc.workflows.recovery_codes import make_recovery_codes
from labelsvc.workflows.secret_picture import secret_picture
from labelsvc.workflows.sign_in import NewFactor, new_secret, provisioning_uri, set_up_second_factor


@login.route("/account/second-factor", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS, methods=["POST"])
def second_factor() -> PageAnswer:
    """Set one-time passwords up: show the secret once, take the first code, give recovery codes."""
    account, fault = desk.me(), ""
    secret = _waiting_secret()
    if request.method == "POST":
        if not password_confirmed():
            fault = "password"
        elif (is_on := _set_up(secret)) is None:
            return redirect(url_for("login.profile"))
        elif is_on:
            signed_in.take_secret("totp")
            desk.flash_success("login.second_factor_on")
            return _new_codes(where_to() or home_of(account), recorded=False)
        else:
            fault = "code"
    page = render_template(
        "login/second_factor.html",
        secret=secret,
        picture=secret_picture(provisioning_uri(secret, account.email)),
        fault=fault,
        fresh=password_is_fresh(),
        compulsory=signed_in.needs_second_factor(account),
        seen=request.form.get("seen") or desk.services().accounts.credentials_of(account.id).factor_mark,
    )
    return page, 422 if fault else 200


def _set_up(secret: str) -> bool | None:
    """Return whether the first code is right and the factor on; None, after saying so, if there is another by now."""
    services, new = desk.services(), NewFactor(secret, request.form.get("seen", ""))
    code = request.form.get("code", "")
    try:
        return set_up_second_factor(services.accounts, services.factor_secrets, desk.me(), new, code, desk.context())
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
        return None


def _waiting_secret() -> str:
    """Return the secret that this session is being shown, which stays the same until its first code is right."""
    secret = signed_in.look_at_secret("totp")
    if not secret:
        secret = new_secret()
        signed_in.keep_secret("totp", secret)
    return secret


@login.post("/account/second-factor/off")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def second_factor_off() -> Response:
    """Take one's own one-time passwords and recovery codes away, with the password."""
    if not password_matches():
        desk.flash_refusal(InvalidValue.from_code("account.old_password"))
        return redirect(url_for("login.profile"))
    seen = request.form.get("seen", "")
    try:
        desk.services().accounts.set_second_factor(desk.me().id, "", 0, desk.context(), seen)
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
    else:
        desk.flash_success("login.second_factor_off")
    return redirect(url_for("login.profile"))


@login.post("/account/recovery-codes")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def recovery_codes() -> PageAnswer:
    """Make a new set of recovery codes, with the password; the old set holds no more."""
    if not desk.me().second_factor:
        return desk.nothing()
    if not password_confirmed():
        desk.flash_refusal(InvalidValue.from_code("account.old_password"))
        return redirect(url_for("login.profile"))
    try:
        return _new_codes(url_for("login.profile"), seen=request.form.get("seen"))
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
        return redirect(url_for("login.profile"))


def _new_codes(following: str, *, recorded: bool = True, seen: str | None = None) -> str:
    """Show a new set of codes, once; ChangedMeanwhile if there is another than was ``seen``."""
    store, context = desk.services().recovery_codes, desk.context()
    codes = make_recovery_codes(store, desk.me(), context, recorded=recorded, seen=seen)
    return render_template("login/recovery_codes.html", codes=codes, following=following)
