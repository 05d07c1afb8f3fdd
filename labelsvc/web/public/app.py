"""The public pages: one Flask application, put together from what it is given."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, NotFound

from labelsvc.config import Settings
from labelsvc.domain.verification.verdict import RETRY_SECONDS
from labelsvc.services import Services
from labelsvc.web.desk.assets import read_desk_files
from labelsvc.web.public.code_addresses import CodeAddresses
from labelsvc.web.public.entry_limit import EntryLimit
from labelsvc.web.public.headers import Headers, PublicResponses, json_bytes
from labelsvc.web.public.page_templates import PageTemplates
from labelsvc.web.public.pages import PublicPages
from labelsvc.web.public.products import File, PublicCatalogue, ShownSize, products
from labelsvc.web.public.site import PublicSite
from labelsvc.web.public.verification import PublicService, verification, visit_of, wants_json
from labelsvc.web.public.visitors import Visitors
from labelsvc.web.repeated_reads import RepeatsReads
from labelsvc.web.request_ids import shown_request_id
from labelsvc.web.style_files import StyleFile, read_style
from labelsvc.wording import LANGUAGES, Wording
from labelsvc.workflows.law_files import read_law
from labelsvc.workflows.sign_verdict import VerdictSigner
from labelsvc.workflows.verify_label import Verifier

LOG = logging.getLogger("labelsvc.web")

_MESSAGES = {400: "bad_request", 404: "not_found", 405: "method", 429: "too_many", 503: "failure"}


def create_app(
    verifier: Verifier,
    templates: Path,
    site: PublicSite,
    catalogue: PublicCatalogue,
    *,
    signer: VerdictSigner | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flask:
    """Return the application.

    ``verifier`` answers for a code, ``catalogue`` for products; ``templates`` is the folder with web/ and wording/.
    ``signer`` signs JSON. ``clock`` returns the present moment, with its offset.
    """
    app = RepeatsReads("labelsvc", static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False  # a redirect of "//…" would go to another host
    style = read_style(templates / "web" / "style")
    page_templates = _page_templates(templates, style, site)
    pages = PublicPages(page_templates)
    answers = PublicResponses(behind_tls=site.behind_tls)
    service = PublicService(
        verifier=verifier,
        pages=pages,
        wording=page_templates.wording,
        answers=answers,
        clock=clock,
        limit=EntryLimit(behind_tls=site.behind_tls, storage=site.limits),
        visitors=Visitors.read(templates / "web" / "fetchers.toml"),
        site=site,
        signer=signer,
    )
    app.register_blueprint(verification(service))
    app.register_blueprint(products(catalogue, page_templates, answers, clock))
    _serve_style(app, {style.name: style, **read_desk_files(templates / "web" / "style").by_name()}, answers)
    _explain_errors(app, pages, answers)
    app.wsgi_app = CodeAddresses(app, service.stamp)  # type: ignore[method-assign]  # as Flask's manual has it
    return app


def public_app(services: Services, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Flask:
    """Return the public pages of a product that is put together; devices of past days are forgotten at its start."""
    services.scans.forget_devices_before(clock())
    return create_app(
        services.verifier,
        services.templates,
        _site(services.settings),
        _catalogue(services),
        signer=services.verdict_signer,
        clock=clock,
    )


def read_pages(services: Services) -> None:
    """Read what all applications of this process share, and of processes that are forked of it: words, code, style."""
    style = read_style(services.templates / "web" / "style")
    _page_templates(services.templates, style, _site(services.settings)).compile()
    read_desk_files(services.templates / "web" / "style")


def _page_templates(templates: Path, style: StyleFile, site: PublicSite) -> PageTemplates:
    wording = {language: Wording(templates / "wording", language) for language in LANGUAGES}
    return PageTemplates(templates / "web" / "verification", wording, style, site)


def _site(settings: Settings) -> PublicSite:
    host = settings.host
    return PublicSite(host.address, behind_tls=settings.behind_tls, specimen=host.specimen, limits=settings.limits)


def _catalogue(services: Services) -> PublicCatalogue:
    def picture(sha256: str, size: ShownSize) -> File:
        kept = services.scans.files.get_picture(sha256, size)
        return kept.content, kept.media_type

    def file(sha256: str) -> File:
        kept = services.scans.files.get_file(sha256)
        return kept.content, kept.media_type

    return PublicCatalogue(services.scans.product, read_law(services.templates / "law"), picture, file)


def _serve_style(app: Flask, files: Mapping[str, StyleFile], answers: PublicResponses) -> None:
    def style_file(name: str) -> Response:
        if name not in files:
            raise NotFound
        file = files[name]
        return answers.kept(request, file.media_type, file.body, file.gzipped)

    app.add_url_rule("/style/<path:name>", view_func=style_file, methods=["GET"], provide_automatic_options=False)


def _explain_errors(app: Flask, pages: PublicPages, answers: PublicResponses) -> None:
    """Answer every error in plain words and in the pages' look; what happened stands in the log, without the code."""

    def explain(name: str, status: int, more: Headers = ()) -> Response:
        if wants_json(request):
            return answers.page(request, json_bytes({"error": name}), status, "application/json", more)
        number = shown_request_id() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
        return answers.page(request, pages.message(name, visit_of(request), number=number), status, more=more)

    def http_error(error: HTTPException) -> Response:
        status = error.code if error.code in _MESSAGES else 400 if (error.code or 500) < 500 else 500
        more: Headers = ()
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            more = (("Allow", "GET, HEAD"),)
        elif status == HTTPStatus.TOO_MANY_REQUESTS:
            more = (("Retry-After", "60"),)  # tries are counted by the minute
        elif status == HTTPStatus.SERVICE_UNAVAILABLE:
            more = (("Retry-After", str(RETRY_SECONDS)),)
        return explain(_MESSAGES.get(status, "failure"), status, more)

    def failure(error: Exception) -> Response:
        LOG.error("a page failed: %s", type(error).__name__, exc_info=error)
        return explain("failure", 500)

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, failure)
