"""The pages for whoever holds a stamp: ``/<code>`` as it is printed, and ``/`` for a code typed by hand.

Every path is for ever, in any case of its letters: ``/CODE`` and the GS1 Digital Link form ``/01/{gtin}/21/CODE``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import TooManyRequests

from labelsvc.domain.typed_code import TypedCode, read_typed
from labelsvc.web.language import choose_language
from labelsvc.web.public.entry_limit import EntryLimit
from labelsvc.web.public.headers import Answers, json_bytes
from labelsvc.web.public.pages import Pages, Visit
from labelsvc.web.verdict_json import verdict_json
from labelsvc.wording import Wording
from labelsvc.workflows.verify_label import Verifier

LONGEST_SHOWN = 200
"""How many typed characters the form shows again; a longer text is no code in any spelling."""


def verification(
    verifier: Verifier,
    pages: Pages,
    wording: Mapping[str, Wording],
    answers: Answers,
    clock: Callable[[], datetime],
    limit: EntryLimit,
    *,
    specimen: bool = False,
) -> Blueprint:
    """Return the blueprint of the public pages; ``specimen``: the service shows demonstration data."""
    blueprint = Blueprint("verification", __name__)

    def stamp(code: str, **_: str) -> Response:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # the proxy costs at every use
        typed = read_typed(code)
        if typed.code is None:
            return _no_code(code, typed, pages, answers)
        visit = visit_of(asked)
        verdict = verifier.verify(typed.code, clock(), is_scan=is_scan(asked))
        if wants_json(asked):
            facts = verdict_json(verdict, typed.code, wording[visit.language], specimen=specimen)
            return answers.page(asked, json_bytes(facts), verdict.http_status, "application/json")
        return answers.page(asked, pages.verdict(verdict, typed.code, code, visit), verdict.http_status)

    def entry() -> Response:
        text = request.args.get("code")
        if text is None:
            return answers.page(request, pages.entry(visit_of(request)))
        if not limit.allows(request):
            raise TooManyRequests
        typed = read_typed(text[: 5 * LONGEST_SHOWN])
        if typed.code is None:
            visit = visit_of(request, f"?code={quote(text[:LONGEST_SHOWN])}&")
            faults = pages.faults(typed, visit.language)
            return answers.page(request, pages.entry(visit, text[:LONGEST_SHOWN], faults), 400)
        chosen = visit_of(request)
        return answers.see(f"/{typed.code}?lang={chosen.language}" if chosen.chosen else f"/{typed.code}")

    for rule, view in (("/", entry), ("/<code>", stamp), ("/01/<gtin>/21/<code>", stamp)):
        blueprint.add_url_rule(
            rule, view_func=view, methods=["GET"], strict_slashes=False, provide_automatic_options=False
        )
    return blueprint


def visit_of(request: Request, here: str = "?") -> Visit:
    """Return how a page is asked for. A language's link on it says ``seen``, as the page was counted already."""
    chosen = request.args.get("lang") if request.query_string else None
    language = choose_language(chosen, request.environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    if here == "?" and request.path != "/":
        here = "?seen=1&"
    return Visit(language, chosen == language, here)


def is_scan(request: Request) -> bool:
    """Tell whether somebody looks now: not a HEAD, a browser's prefetch, or the same page in the other language."""
    if request.method != "GET" or (request.query_string and "seen" in request.args):
        return False
    purpose = request.environ.get("HTTP_SEC_PURPOSE") or request.environ.get("HTTP_PURPOSE") or ""
    return "prefetch" not in purpose and "preview" not in purpose


def wants_json(request: Request) -> bool:
    """Tell whether a machine asks: JSON liked better than a page (RFC 9110 §12.5.1)."""
    if "json" not in request.environ.get("HTTP_ACCEPT", ""):
        return False
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json"


def _no_code(text: str, typed: TypedCode, pages: Pages, answers: Answers) -> Response:
    """Answer an address that is no code: what is wrong with it where somebody may have meant one, else not found."""
    visit = visit_of(request, "?")
    if wants_json(request):
        return answers.page(request, json_bytes({"error": "not_found"}), 404, "application/json")
    if not typed.resembles_code:
        return answers.page(request, pages.message("not_found", visit), 404)
    faults = pages.faults(typed, visit.language)
    return answers.page(request, pages.message("fault", visit, text[:LONGEST_SHOWN], faults), 404)
