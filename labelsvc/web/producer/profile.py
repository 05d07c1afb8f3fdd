"""A producer completes the profile of its own product: a draft that is kept, then sent to the office."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.domain.trace.profile import normal_story
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.limits import asking_account, limiter
from labelsvc.web.producer.blueprint import own_product, producer
from labelsvc.web.profiles.section_pages import (
    UPLOADS,
    ProfileEditor,
    section_page,
    send_profile_file,
    submit_section,
)
from labelsvc.web.profiles.sections import ContentChange
from labelsvc.workflows.profiles.producers_content import ProducersContent, content_now, producers_content, tasks_of

LONGEST_NOTE = 1_000


def _content(product_id: int) -> ProducersContent:
    services = desk.services()
    return producers_content(own_product(product_id), services.profiles, services.proposals)


@producer.get("/products/<int:product_id>/profile")
def profile(product_id: int) -> PageAnswer:
    """Show what the profile has and lacks, and what became of proposals."""
    stored, content = own_product(product_id), _content(product_id)
    return render_template(
        "producer/profile.html",
        active="products",
        stored=stored,
        product=stored.product,
        profile=content.shown.profile,
        texts=content.shown.texts,
        tasks=tasks_of(stored, content.shown, desk.today()),
        changed=content.differences,
        proposal=content.proposal,
        note=content.proposal.note if content.proposal and content.proposal.state == "draft" else "",
        past=[each for each in desk.services().proposals.of_product(product_id) if each.state != "draft"][:10],
    )


def _editor(product_id: int) -> ProfileEditor:
    services, stored = desk.services(), own_product(product_id)

    def save(change: ContentChange) -> object:
        now = content_now(stored, services.profiles)
        return services.proposals.save_draft(product_id, now, change, desk.context())

    content = _content(product_id)
    return ProfileEditor("producer", stored, content.shown, save, unsent=content.unsent)


@producer.get("/products/<int:product_id>/profile/<section>")
def profile_section(product_id: int, section: str) -> PageAnswer:
    """Show a section's forms."""
    return section_page(_editor(product_id), section)


@producer.post("/products/<int:product_id>/profile/<section>")
@limiter.limit(UPLOADS, key_func=lambda: f"profile {asking_account()}")
def submit_profile_section(product_id: int, section: str) -> PageAnswer:
    """Keep a section in the draft."""
    return submit_section(_editor(product_id), section, lambda: _editor(product_id))


@producer.get("/products/<int:product_id>/profile/files/<digest>")
def profile_file(product_id: int, digest: str) -> AnyResponse:
    """Send a picture or a file of one's own product."""
    own_product(product_id)
    return send_profile_file(product_id, digest)


@producer.post("/products/<int:product_id>/profile/send")
def send_profile(product_id: int) -> AnyResponse:
    """Send the draft to the office, with a note."""
    own_product(product_id)
    note = normal_story(request.form.get("note", ""))[:LONGEST_NOTE].strip()
    try:
        desk.services().proposals.send(product_id, desk.context(note))
    except NotFound as error:  # it was sent on another device
        desk.flash_refusal(error)
    else:
        desk.flash_success("profile.sent")
    return redirect(url_for("producer.profile", product_id=product_id))


@producer.post("/products/<int:product_id>/profile/withdraw")
def withdraw_profile(product_id: int) -> AnyResponse:
    """Take back the proposal that waits."""
    own_product(product_id)
    waiting = [each for each in desk.services().proposals.of_product(product_id) if each.state == "proposed"]
    try:
        for each in waiting:
            desk.services().proposals.withdraw(each.id, desk.context())
    except LabelsvcError as error:  # the office was faster
        desk.flash_refusal(error)
    else:
        if waiting:
            desk.flash_success("profile.taken_back")
    return redirect(url_for("producer.profile", product_id=product_id))


@producer.post("/products/<int:product_id>/profile/discard")
def discard_profile(product_id: int) -> AnyResponse:
    """Let the draft be what stands."""
    now = content_now(own_product(product_id), desk.services().profiles)
    desk.services().proposals.save_draft(product_id, now, lambda _: now, desk.context())
    desk.flash_success("profile.discarded")
    return redirect(url_for("producer.profile", product_id=product_id))
