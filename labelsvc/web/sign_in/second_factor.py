"""One's own second factor: one-time passwords, and recovery codes for the day without the phone."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from labelsvc.domain.account import Role
from labelsvc.domain.errors import InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.limits import SIGN_INS, limiter
from labelsvc.web.sign_in import signed_in
from labelsvc.web.sign_in.login import home_of, login
from labelsvc.web.sign_in.steps import password_confirmed, password_is_fresh, password_matches, where_to
from labelsvc.workflows.recovery_codes import make_recovery_codes
from labelsvc.workflows.secret_picture import secret_picture
from labelsvc.workflows.sign_in import new_secret, provisioning_uri, set_up_second_factor


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
        elif set_up_second_factor(
            desk.services().accounts, account, secret, request.form.get("code", ""), desk.context()
        ):
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
        compulsory=account.role is Role.ADMINISTRATOR and not desk.services().settings.host.specimen,
    )
    return page, 422 if fault else 200


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
    if password_matches():
        desk.services().accounts.set_second_factor(desk.me().id, "", 0, desk.context())
        desk.flash_success("login.second_factor_off")
    else:
        desk.flash_refusal(InvalidValue.from_code("account.old_password"))
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
    return _new_codes(url_for("login.profile"))


def _new_codes(following: str, *, recorded: bool = True) -> str:
    """Show a new set of codes, once."""
    account = desk.me()
    codes = make_recovery_codes(desk.services().recovery_codes, account, desk.context(), recorded=recorded)
    return render_template("login/recovery_codes.html", codes=codes, following=following)
