"""Product profiles in the office: what holds, every version, and the office's own changes."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.trace.completeness import PROFILE_SECTIONS
from labelsvc.domain.trace.proposal import ProductContent
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import typed_text
from labelsvc.web.desk.limits import asking_account, limiter
from labelsvc.web.office.blueprint import office
from labelsvc.web.profiles.section_pages import UPLOADS, ProfileEditor, section_page, send_profile_file, submit_section
from labelsvc.web.profiles.sections import ContentChange
from labelsvc.workflows.profiles.producers_content import content_now, tasks_of

LONGEST_REASON = 500
OFFICE_SECTIONS = tuple(name for name in PROFILE_SECTIONS if name != "label")
"""The texts of the label have their own page, ``office.product_edit``."""


def profile_shown(stored: StoredProduct) -> dict[str, object]:
    """Return what the partial ``office/_profile.html`` shows of a product."""
    services = desk.services()
    content = content_now(stored, services.profiles)
    waiting = [each for each in services.proposals.of_product(stored.id) if each.state == "proposed"]
    return {"profile": content.profile, "profile_waiting": waiting}


@office.get("/products/<int:product_id>/profile")
def profile(product_id: int) -> PageAnswer:
    """Show the profile that holds, or a version before it (``version``), with all there are."""
    services = desk.services()
    stored, versions = services.products.get(product_id), services.profiles.versions(product_id)
    content, number = content_now(stored, services.profiles), request.args.get("version", "")
    chosen = next((each for each in versions if str(each.number) == number), None)
    return render_template(
        "office/profile.html",
        active="products",
        stored=stored,
        product=stored.product,
        profile=chosen.profile if chosen else content.profile,
        chosen=chosen,
        texts=content.texts,
        tasks=tasks_of(stored, content, desk.today()),
        versions=versions,
        waiting=[each for each in services.proposals.of_product(product_id) if each.state == "proposed"],
    )


def _editor(product_id: int) -> ProfileEditor:
    services = desk.services()
    stored = services.products.get(product_id)

    def save(change: ContentChange) -> object:
        context = desk.context(typed_text("reason", LONGEST_REASON))
        return services.profiles.change(product_id, lambda held: change(ProductContent(held)).profile, context)

    content = ProductContent(services.profiles.get(product_id))
    return ProfileEditor("office", stored, content, save, OFFICE_SECTIONS)


@office.get("/products/<int:product_id>/profile/<section>")
@desk.needs(Right.EDIT)
def profile_section(product_id: int, section: str) -> PageAnswer:
    """Show a section's forms."""
    return section_page(_editor(product_id), section)


@office.post("/products/<int:product_id>/profile/<section>")
@limiter.limit(UPLOADS, key_func=lambda: f"profile {asking_account()}")
@desk.needs(Right.EDIT)
def submit_profile_section(product_id: int, section: str) -> PageAnswer:
    """Let a changed section hold: a new version."""
    return submit_section(_editor(product_id), section, lambda: _editor(product_id))


@office.get("/products/<int:product_id>/profile/files/<digest>")
def profile_file(product_id: int, digest: str) -> AnyResponse:
    """Send a picture or a file of a product."""
    return send_profile_file(product_id, digest)
