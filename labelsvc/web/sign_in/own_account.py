"""One's own account: password, sessions, and tokens for machines."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from labelsvc.domain.api_scope import scopes_of
from labelsvc.domain.errors import InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.limits import SIGN_INS, limiter
from labelsvc.web.sign_in import signed_in
from labelsvc.web.sign_in.login import login
from labelsvc.web.sign_in.passkeys import new_options
from labelsvc.web.sign_in.steps import password_confirmed, password_is_fresh
from labelsvc.workflows.sign_in import change_own_password

LONGEST_TOKEN_NAME = 80


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
        passkeys=desk.services().passkeys.of_account(account.id),
        passkey_options=new_options(),
        factor_mark=desk.services().accounts.credentials_of(account.id).factor_mark,
        codes_mark=desk.services().recovery_codes.mark(account.id),
    )


@login.post("/account/password")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def password() -> Response:
    """Change one's own password; every other session ends, and tokens wait until each is confirmed."""
    accounts, hashes, account = desk.services().accounts, desk.services().password_hashes, desk.me()
    found = accounts.credentials_of(account.id)
    if not hashes.matches(found.password_hash, request.form.get("old", "")):
        desk.flash_refusal(InvalidValue.from_code("account.old_password"))
    else:
        try:
            change_own_password(accounts, hashes, found, request.form.get("password", ""), desk.context())
        except InvalidValue as error:
            desk.flash_refusal(error)
        else:
            signed_in.begin(account)
            desk.flash_success("login.password_changed")
            if count := sum(token.waits for token in desk.services().sign_ins.tokens_of(account.id)):
                desk.flash_warning("login.tokens_wait", count=count)
    return redirect(url_for("login.profile"))


@login.post("/account/sessions/<int:session_id>/end")
@login_required  # type: ignore[untyped-decorator]
def end_session(session_id: int) -> Response:
    """End one of one's own sessions."""
    desk.services().sign_ins.end(session_id, desk.me().id, desk.now())
    desk.flash_success("login.session_ended")
    return redirect(url_for("login.profile"))


@login.post("/account/sessions/end")
@login_required  # type: ignore[untyped-decorator]
def end_sessions() -> Response:
    """End all one's own sessions but this one."""
    desk.services().sign_ins.end_all(desk.me().id, desk.now(), but=current_user.session_id)
    desk.flash_success("login.session_ended")
    return redirect(url_for("login.profile"))


@login.post("/account/tokens")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def make_token() -> Response:
    """Make a token for a machine; it is shown once."""
    name, scopes = request.form.get("name", "").strip(), request.form.getlist("scopes")
    allowed = [scope for scope in scopes if scope in scopes_of(desk.me().role)]
    if not password_confirmed():
        desk.flash_refusal(InvalidValue.from_code("account.old_password"))
    elif not name or len(name) > LONGEST_TOKEN_NAME or not name.isprintable() or not allowed:
        desk.flash_refusal(InvalidValue.from_code("account.token"))
    else:
        token = desk.services().sign_ins.make_token(desk.me().id, name, allowed, desk.now())
        signed_in.keep_secret("api_token", token)
    return redirect(url_for("login.profile") + "#tokens")


@login.post("/account/tokens/<int:token_id>/confirm")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def confirm_token(token_id: int) -> Response:
    """Let one of one's own tokens, which waits since the password was changed, hold again."""
    if password_confirmed():
        desk.services().sign_ins.confirm(token_id, desk.me().id, desk.now())
        desk.flash_success("login.token_confirmed")
    else:
        desk.flash_refusal(InvalidValue.from_code("account.old_password"))
    return redirect(url_for("login.profile") + "#tokens")


@login.post("/account/tokens/<int:token_id>/revoke")
@login_required  # type: ignore[untyped-decorator]
def revoke_token(token_id: int) -> Response:
    """Revoke one of one's own tokens."""
    desk.services().sign_ins.revoke(token_id, desk.me().id, desk.now())
    desk.flash_success("login.token_revoked")
    return redirect(url_for("login.profile") + "#tokens")
