"""The context of every signed-in page: services, current time, user and language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar, cast

from flask import abort, current_app, flash, g, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from labelsvc.domain.account import Account, Right
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.services import Services
from labelsvc.web.desk.words.server_places import without_places
from labelsvc.web.desk.words.titles import Titles
from labelsvc.web.language import choose_language
from labelsvc.wording import Wording
from labelsvc.workflows.batches.batch_files import BatchSummary

KEY = "labelsvc_desk"
CLOCKS_APART = timedelta(minutes=1)
"""How far two machines may be apart and still take what the other gave a browser as of the present."""
MOST_NOTED = 500
"""Characters of all sentences together that wait for the next page; each takes up to six bytes in the cookie."""
_FOR_ADMINISTRATORS = {
    "print.over_quota": "printing.over_quota_grant",
    "print.lacks_fields": "printing.lacks_fields_grant",
}
"""Problems whose sentences send everybody else to an administrator."""
PageAnswer = str | tuple[str, int] | Response
"""What the function of a page returns."""
P = ParamSpec("P")
R = TypeVar("R")


class Stopped(Protocol):
    """A batch or a part: why it stopped, as it was said then, and what that says where it is known."""

    @property
    def reason(self) -> str: ...

    @property
    def problems(self) -> tuple[Problem, ...]: ...


@dataclass(frozen=True, slots=True)
class WorkerHints:
    """What tells the worker that something waits: ``parts()`` to print, ``order(number)`` to plan."""

    parts: Callable[[], None]
    order: Callable[[int], None]


@dataclass(frozen=True)
class Desk:
    """The services of the desk; ``hints`` notify the worker."""

    services: Services
    hints: WorkerHints
    clock: Callable[[], datetime]


def desk() -> Desk:
    """Return what this application works with."""
    return cast(Desk, current_app.extensions[KEY])


def services() -> Services:
    """Return the services."""
    return desk().services


def now() -> datetime:
    """Return the time of this request, the same on every call."""
    if "now" not in g:
        g.now = desk().clock()
    return cast(datetime, g.now)


def today() -> date:
    """Return the day in Vietnam."""
    return now().astimezone(VIETNAM).date()


def me() -> Account:
    """Return who is signed in; pages that need nobody do not ask."""
    return cast(Account, current_user.account)


def context(reason: str = "", *, as_seen: bool = False) -> ChangeContext:
    """Return who changes something now, and why; ``as_seen``: only if it is still what the page showed."""
    return ChangeContext(me().email, now(), reason, as_seen=as_seen)


def language() -> str:
    """Return the language of this page: the last one chosen by a link, else the browser's preference."""
    return choose_language(session.get("language"), request.headers.get("Accept-Language", ""))


def wording() -> Wording:
    """Return the sentences in the page's language."""
    if "wording" not in g:
        g.wording = Wording(services().templates / "wording", language())
    return cast(Wording, g.wording)


def say(code: str, /, **facts: object) -> str:
    """Return a sentence in the page's language."""
    return wording().say(code, **facts)


def explain(problem: Problem) -> str:
    """Return a problem as a sentence in the page's language, without the server's places."""
    shown = without_places(titles().in_problem(problem), say("fault.in_log"))
    return wording().explain(_as_administrator(shown))


def what_waits(batches: Iterable[BatchSummary]) -> dict[str, Problem]:
    """Return since when and why batches wait for their output, by their names; not where on the server it is."""
    waits = services().what_waits(batches, now())
    return {name: without_places(why, "") for name, why in waits.items()}


def stop_reason(stopped: Stopped) -> str:
    """Return why it stopped, a problem a line, in the page's language; as it was said where it cannot be anew."""
    try:
        return "\n".join(map(explain, stopped.problems)) or stopped.reason
    except KeyError:
        return stopped.reason


def titles() -> Titles:
    """Return what designs and stocks are called on this page."""
    if "titles" not in g:
        g.titles = Titles(services(), language())
    return cast(Titles, g.titles)


def design_title(name: str) -> str:
    """Return the title of a design."""
    return titles().design(name)


def stock_title(name: str) -> str:
    """Return the title of a stock."""
    return titles().stock(name)


def _as_administrator(problem: Problem) -> Problem:
    """Return a problem that an administrator may do something about under the sentence that says so."""
    account = getattr(current_user, "account", None)
    if problem.code in _FOR_ADMINISTRATORS and account is not None and account.may(Right.ADMINISTER):
        return Problem(_FOR_ADMINISTRATORS[problem.code], problem.facts)
    return problem


def flash_success(code: str, /, **facts: object) -> None:
    """Flash a success message on the next page."""
    _note(say(code, **facts), "done")


def flash_warning(code: str, /, **facts: object) -> None:
    """Flash a warning on the next page."""
    _note(say(code, **facts), "warned")


def flash_refusal(error: LabelsvcError | Iterable[Problem]) -> None:
    """Flash a refusal on the next page."""
    for problem in error.problems if isinstance(error, LabelsvcError) else error:
        _note(explain(problem), "refused")


def _note(sentence: str, kind: str) -> None:
    """Keep a sentence for the next page: they wait in a cookie, which a browser drops where it is longer than 4 kB."""
    left = MOST_NOTED - sum(len(text) for _, text in session.get("_flashes", ()))
    if left > 0:
        flash(sentence if len(sentence) <= left else f"{sentence[: left - 1]}…", kind)


def needs(right: Right) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Restrict a view to users with a right in the office; others get 403, as they may know that it exists."""

    def guarded(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if not me().may(right):
                abort(403)
            return view(*args, **kwargs)

        return checked

    return guarded


def page_number() -> int:
    """Return the requested page of a list, from 1."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 7 else 1


def nothing() -> Response:
    """Answer that there is nothing here."""
    abort(404)
