"""The application behind a sign-in, and the public register: office, producers, sign-in, API.

It stands beside the public pages of ``public/app``, which scans reach and which know no session, no cookie and
no limit.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from time import time
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request, session, url_for
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import (
    ChangedMeanwhile,
    CommitUnanswered,
    Conflict,
    DatabaseMoved,
    FilesGone,
    InvalidValue,
    KeyRefused,
    LabelsvcError,
    NotFound,
    OutputAway,
    OutputRefused,
    ServiceBusy,
    StorageRefused,
    TooManyAtOnce,
)
from labelsvc.services import Services
from labelsvc.web.clock_watch import ClockWatch
from labelsvc.web.compiled_templates import OF_DESK
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.assets import read_desk_files
from labelsvc.web.desk.context import WorkerHints
from labelsvc.web.desk.limits import forget_wrong_windows, limiter
from labelsvc.web.desk.page_address import openable
from labelsvc.web.desk.plain_input import take_plain_input
from labelsvc.web.desk.problem_json import is_api, problem
from labelsvc.web.desk.public_address import trusted_hosts
from labelsvc.web.desk.words.page_words import add_page_words
from labelsvc.web.metrics import UNAVAILABLE
from labelsvc.web.public.entry_limit import storage_options
from labelsvc.web.repeated_reads import ONLY_READ
from labelsvc.web.sign_in.cookie_sessions import CookieSessions
from labelsvc.web.sign_in.events import note_refusal
from labelsvc.web.sign_in.signed_in import watch_sign_ins
from labelsvc.wording import LANGUAGES

LOG = logging.getLogger("labelsvc.web")
LARGEST_REQUEST = 24 * 1024 * 1024
"""Bytes: a spreadsheet of 100,000 rows, or an artwork PDF."""
LARGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 25_000
"""A bulk choice of every product of an office is a form of so many fields."""
SESSION_LASTS = timedelta(days=7)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_TRANSPORT = "max-age=31536000; includeSubDomains"
_EXPLAINED = {400, 403, 404, 405, 413, 415, 416, 429}
_LOGGED = {403, 429}
"""What somebody asked for without the right to it, or too often."""
_FOR_MACHINES = ("400", "404", "405", "500", "503", "unanswered", "partly")
"""Faults whose sentences for people speak of pages and buttons; machines are told otherwise."""


def create_staff_app(
    services: Services,
    hints: WorkerHints,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flask:
    """Return the application; ``hints`` tell the worker what waits."""
    from labelsvc.web.api import add_api, make_api_app
    from labelsvc.web.office import office
    from labelsvc.web.producer import producer
    from labelsvc.web.public.register import register
    from labelsvc.web.sign_in import own_account as own_account  # their pages are among those of the sign-in
    from labelsvc.web.sign_in import passkeys as passkeys
    from labelsvc.web.sign_in import printers as printers
    from labelsvc.web.sign_in import second_factor as second_factor
    from labelsvc.web.sign_in.login import login

    app = make_api_app()
    take_plain_input(app)
    app.jinja_loader = FileSystemLoader(services.templates / "web")
    app.jinja_env.bytecode_cache = OF_DESK
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[desk.KEY] = desk.Desk(services, hints, clock)
    app.session_interface = CookieSessions()
    _configure(app, services)
    app.before_request(_note_changes)
    csrf = CSRFProtect(app)
    app.before_request(forget_wrong_windows(ClockWatch()))
    limiter.init_app(app)
    watch_sign_ins(app)
    add_page_words(app, read_desk_files(services.templates / "web" / "style"), specimen=services.settings.host.specimen)
    app.jinja_env.globals["known_passkey_options"] = passkeys.known_options
    for blueprint in (login, office, producer, register):
        app.register_blueprint(blueprint)
    add_api(app, csrf)
    app.add_url_rule("/language/<chosen>", view_func=_choose_language, endpoint="language")
    app.after_request(_headers_of(services.settings.behind_tls))
    _explain_errors(app)
    return app


def _configure(app: Flask, services: Services) -> None:
    app.config.update(
        SECRET_KEY=services.sign_ins.secret("session"),
        SESSION_COOKIE_NAME="__Host-labelsvc" if services.settings.behind_tls else "labelsvc",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.behind_tls,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # the cookie is SameSite, and a proxy may end TLS
        TRUSTED_HOSTS=trusted_hosts(services.settings),
        RATELIMIT_STORAGE_URI=services.settings.limits,
        RATELIMIT_STORAGE_OPTIONS=storage_options(services.settings.limits),
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,  # where the shared storage is down, each process counts by itself
    )
    if services.settings.behind_tls:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]


def _headers_of(behind_tls: bool) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in _SAFE.items():
            response.headers.setdefault(name, value)
        if behind_tls:
            response.headers["Strict-Transport-Security"] = _TRANSPORT
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return add


def _note_changes() -> None:
    g.changes_before = desk.services().database.changes


def _has_changed() -> bool:
    """Return whether a part of what this request asks for is saved."""
    return desk.services().database.changes > getattr(g, "changes_before", 0)


def _choose_language(chosen: str) -> AnyResponse:
    """Remember a language and go back to the page that it was chosen on."""
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(openable(request.args.get("next", "")) or url_for("register.page"))


def _with_facts(answer: Response, error: HTTPException, status: int) -> Response:
    """Return an answer with what a program needs: which methods there are, how long a file is, when to try again."""
    for name in ("Allow", "Content-Range"):
        if value := error.get_response().headers.get(name):
            answer.headers[name] = value
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        limit = limiter.current_limit
        answer.headers["Retry-After"] = str(max(1, math.ceil(limit.window.reset_time - time()))) if limit else "60"
    return answer


def _explain_errors(app: Flask) -> None:
    """Answer every error in plain words and in the pages' look, or as problem+json to a machine."""
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(LabelsvcError, _refused)
    app.register_error_handler(ServiceBusy, _not_now)
    app.register_error_handler(StorageRefused, _not_now)
    app.register_error_handler(OutputAway, _not_now)
    app.register_error_handler(Exception, _failure)


def _page(name: str, status: int) -> Any:
    if is_api(request):
        return problem(status, f"api_{name}" if name in _FOR_MACHINES else name)
    return render_template("staff/error.html", name=name, status=status), status


def _http_error(error: HTTPException) -> Any:
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error
    if isinstance(error, SecurityError):  # a host that is not ours: no page of ours can be made for it
        return Response(desk.say("fault.host"), HTTPStatus.BAD_REQUEST, mimetype="text/plain")
    if error.code in _LOGGED:
        note_refusal(str(error.code))
    status = error.code if error.code in _EXPLAINED else 400 if (error.code or 500) < 500 else 500
    answer = _page(str(status), status or 500)
    return _with_facts(current_app.make_response(answer), error, status or 500)


def _refused(error: LabelsvcError) -> Any:
    if isinstance(error, KeyRefused | OutputRefused):
        LOG.error("a request met a trouble of this server: %s", error)  # only the kind is told to the client
    if isinstance(error, FilesGone) and not is_api(request):
        desk.flash_refusal(error)
        return _page("gone", 410)
    if isinstance(error, NotFound):
        return problem(404, "api_404", error.problems) if is_api(request) else _page("404", 404)
    if is_api(request) and isinstance(error, ChangedMeanwhile):
        return problem(412, "412")
    if is_api(request):
        invalid_value = isinstance(error, InvalidValue) and not isinstance(error, Conflict)
        name = "api_partly" if _has_changed() else "invalid" if invalid_value else "refused"
        return problem(422 if invalid_value else 409, name, error.problems)
    LOG.warning("a request was refused: %s", type(error).__name__)
    desk.flash_refusal(error)
    return _page("partly" if _has_changed() else "refused", 409)


def _not_now(error: ServiceBusy | StorageRefused | OutputAway) -> Response:
    """Answer 503: too many requests, an output that is away, or a database that is unavailable, full or locked.

    Nothing was changed then, but where a change was sent to be committed and no answer came, or where one of several
    was saved before.
    """
    LOG.warning("a request has to wait: %s", error)  # only the kind is told to the client
    if isinstance(error, StorageRefused):
        g._login_user = AnonymousUserMixin()  # the page must not ask the database who looks at it
    elif not is_api(request):
        desk.flash_refusal(error)
    too_many = isinstance(error, TooManyAtOnce)
    if not too_many:
        UNAVAILABLE["database" if isinstance(error, StorageRefused) else "busy"].inc()
    status = HTTPStatus.TOO_MANY_REQUESTS if too_many else HTTPStatus.SERVICE_UNAVAILABLE
    name = "too_many" if too_many else _name_of_refusal(error)
    if is_api(request) and isinstance(error, ServiceBusy):
        answer = problem(status, f"api_{name}", error.problems)
    else:
        answer = current_app.make_response(_page(name, status))
    if not isinstance(error, DatabaseMoved):
        answer.headers["Retry-After"] = str(ServiceBusy.retry_seconds)
    return answer


def _name_of_refusal(error: LabelsvcError) -> str:
    if isinstance(error, CommitUnanswered) and request.method not in ONLY_READ:
        return "unanswered"
    if _has_changed():
        return "partly"
    return "moved" if isinstance(error, DatabaseMoved) else "503"


def _forged(error: CSRFError) -> Any:
    note_refusal("csrf")
    return _page("csrf", 400)


def _failure(error: Exception) -> Any:
    LOG.error("a page failed: %s", type(error).__name__, exc_info=error)
    return _page("500", 500)
