"""The pages for whoever holds a stamp: ``/<code>`` as it is printed, and ``/`` for a code typed by hand.

Every path is for ever, in any case of its letters: ``/CODE`` and the GS1 Digital Link form ``/01/{gtin}/21/CODE``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import TooManyRequests

from labelsvc.domain.typed_code import TypedCode, read_typed
from labelsvc.domain.verification.verdict import Verdict, VerdictCase
from labelsvc.web.language import choose_language
from labelsvc.web.metrics import SCANS, UNAVAILABLE
from labelsvc.web.public.entry_limit import EntryLimit
from labelsvc.web.public.headers import PublicResponses, json_bytes
from labelsvc.web.public.page_templates import Visit
from labelsvc.web.public.pages import PublicPages
from labelsvc.web.public.site import PublicSite
from labelsvc.web.public.visitors import RequestPurpose, Visitors, device_of
from labelsvc.web.verdict_json import verdict_json
from labelsvc.wording import Wording
from labelsvc.workflows.sign_verdict import VerdictSigner
from labelsvc.workflows.verify_label import Verifier

PUBLIC_KEYS = "/.well-known/jwks.json"
LONGEST_SHOWN = 200
"""How many typed characters the form shows again; a longer text is no code in any spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicService:
    """What the public pages are made of."""

    verifier: Verifier
    pages: PublicPages
    wording: Mapping[str, Wording]
    answers: PublicResponses
    clock: Callable[[], datetime]
    limit: EntryLimit
    visitors: Visitors
    site: PublicSite
    signer: VerdictSigner | None = None

    def public_keys(self, asked: Request) -> Response:
        """Return the keys that signed verdicts are verified with."""
        keys = self.signer.public_keys() if self.signer else {"keys": []}
        return self.answers.page(asked, json_bytes(keys), media_type="application/jwk-set+json")

    def stamp(self, asked: Request, code: str) -> Response:
        """Return what is answered under a stamp's address."""
        typed = read_typed(code)
        if typed.code is None:
            return _no_code(code, typed, self.pages, self.answers)
        json_wanted = wants_json(asked)
        purpose = self.visitors.purpose(asked, wants_json=json_wanted)
        visit = visit_of(asked)
        if purpose is RequestPurpose.FETCH:
            record = self.verifier.verify(typed.code, self.clock(), is_scan=False).record
            return self.answers.page(asked, self.pages.shared_link(visit, record))
        is_scan = purpose is RequestPurpose.SCAN
        device = device_of(asked, behind_tls=self.site.behind_tls) if is_scan else ""
        verdict = self.verifier.verify(typed.code, self.clock(), is_scan=is_scan, device=device)
        _count(verdict, is_scan=is_scan)
        more = (("Retry-After", str(verdict.retry_after)),) if verdict.retry_after else ()
        if json_wanted:
            wording, site = self.wording[visit.language], self.site
            facts = verdict_json(verdict, typed.code, wording, address=site.address, specimen=site.specimen)
            if self.signer:
                facts = self.signer.sign(facts, self.clock())
            return self.answers.page(asked, json_bytes(facts), verdict.http_status, "application/json", more)
        page = self.pages.verdict(verdict, typed.code, code, visit)
        return self.answers.filled(asked, page, verdict.http_status, more)


def _count(verdict: Verdict, *, is_scan: bool) -> None:
    if is_scan:
        SCANS[verdict.case.value].inc()
    if verdict.retry_after:
        UNAVAILABLE["keys" if verdict.case is VerdictCase.CANNOT_BE_CHECKED else "database"].inc()


def verification(service: PublicService) -> Blueprint:
    """Return the blueprint of the public pages."""
    blueprint = Blueprint("verification", __name__)
    pages, answers, limit = service.pages, service.answers, service.limit

    def stamp(code: str, **_: str) -> Response:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # the proxy costs at every use
        return service.stamp(asked, code)

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

    def keys() -> Response:
        return service.public_keys(request)

    for rule, view in (("/", entry), (PUBLIC_KEYS, keys), ("/<code>", stamp), ("/01/<gtin>/21/<code>", stamp)):
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


def wants_json(request: Request) -> bool:
    """Return whether JSON is preferred to a page (RFC 9110 §12.5.1)."""
    if "json" not in request.environ.get("HTTP_ACCEPT", ""):
        return False
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json"


def _no_code(text: str, typed: TypedCode, pages: PublicPages, answers: PublicResponses) -> Response:
    """Answer an address that is no code: what is wrong with it where somebody may have meant one, else not found."""
    visit = visit_of(request, "?")
    if wants_json(request):
        return answers.page(request, json_bytes({"error": "not_found"}), 404, "application/json")
    if not typed.resembles_code:
        return answers.page(request, pages.message("not_found", visit), 404)
    faults = pages.faults(typed, visit.language)
    return answers.page(request, pages.message("fault", visit, text[:LONGEST_SHOWN], faults), 404)
