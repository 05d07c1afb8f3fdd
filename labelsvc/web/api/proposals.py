"""What producers propose for their products' profiles: send; approve or answer."""

from __future__ import annotations

from typing import Any

from flask import Response

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.domain.product import normal_text
from labelsvc.domain.trace.profile import Certificate, KeyEvent, ProductProfile, normal_story
from labelsvc.domain.trace.proposal import ProductContent
from labelsvc.web.api import models as m
from labelsvc.web.api import profile_models as p
from labelsvc.web.api.access import caller, idempotent, own_producer, scoped
from labelsvc.web.api.answers import answer, list_answer
from labelsvc.web.api.blueprint import BEARER, FAILING, api
from labelsvc.web.api.visibility import get_visible_product
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.problem_json import problem
from labelsvc.workflows.profiles.producers_content import content_now
from labelsvc.workflows.profiles.review_proposal import ProposalReview


@api.get("/proposals", summary="List proposals", security=BEARER, responses={200: p.ProposalPage, **FAILING})
@scoped("products:read")
def proposals(query: m.Paging) -> Response:
    """Return a page of the proposals that wait; only for the office's tokens."""
    if own_producer() is not None:
        return problem(403, "office")
    reviews, total = desk.services().proposal_reviews.waiting(query.page, query.per_page)
    page = p.ProposalPage(
        items=[_item(each) for each in reviews], page=query.page, per_page=query.per_page, total=total
    )
    return list_answer(page, query.page, query.per_page, total)


@api.get(
    "/proposals/<int:proposal_id>", summary="A proposal", security=BEARER, responses={200: p.ProposalItem, **FAILING}
)
@scoped("products:read")
def proposal(path: p.ProposalPath) -> Response:
    """Return a proposal; a producer's token sees those of its own products."""
    return answer(_item(_review(path.proposal_id)))


@api.post(
    "/products/<int:product_id>/proposals",
    summary="Propose a profile",
    security=BEARER,
    responses={201: p.ProposalItem, **FAILING},
)
@scoped("proposals:write")
@idempotent
def propose(path: m.ProductPath, body: p.NewProposal) -> Response:
    """Send the office what one's own product should tell, with the draft of the desk; only for producers' tokens."""
    if own_producer() is None:
        return problem(403, "producers")
    services, stored = desk.services(), get_visible_product(path.product_id)
    parts = _parts(body)
    context = ChangeContext(caller().email, desk.now(), body.note)

    def changed(content: ProductContent) -> ProductContent:
        return content.with_parts(parts)

    services.proposals.save_draft(stored.id, content_now(stored, services.profiles), changed, context)
    return answer(_item(_review(services.proposals.send(stored.id, context))), 201)


@api.post(
    "/proposals/<int:proposal_id>/decide",
    summary="Decide a proposal",
    security=BEARER,
    responses={200: p.ProposalItem, **FAILING},
)
@scoped("proposals:write")
def decide_proposal(path: p.ProposalPath, body: p.ProposalDecision) -> Response:
    """Approve a proposal as a whole, or answer in words; only for the office's tokens. 409 if it was decided."""
    if own_producer() is not None:
        return problem(403, "office")
    services, review = desk.services(), _review(path.proposal_id)
    context = ChangeContext(caller().email, desk.now(), body.answer)
    if body.state == "approved":
        services.proposal_reviews.approve(review, context)
    elif body.answer.strip():
        services.proposals.answer(path.proposal_id, context)
    else:
        raise InvalidValue.from_code("profile.answer_needed", field="answer")
    return answer(_item(_review(path.proposal_id)))


def profile_item(version: int, profile: ProductProfile) -> p.ProfileItem:
    """Return an approved profile as the API tells it."""
    return p.ProfileItem(
        version=version,
        story=profile.story,
        story_en=profile.story_en,
        pictures=[_as(p.PictureItem, each) for each in profile.pictures],
        certificates=[_as(p.CertificateItem, each) for each in profile.certificates],
        events=[_as(p.KeyEventItem, each) for each in profile.events],
    )


def _as(model: Any, value: object) -> Any:
    return model(**{name: getattr(value, name) for name in model.model_fields})


def _parts(body: p.NewProposal) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name in ("story", "story_en"):
        if (story := getattr(body, name)) is not None:
            parts[name] = normal_story(story)
    if body.certificates is not None:
        parts["certificates"] = tuple(_certificate(each) for each in body.certificates)
    if body.events is not None:
        parts["events"] = tuple(sorted(map(_event, body.events), key=lambda event: event.on))
    return parts


def _event(told: p.NewKeyEvent) -> KeyEvent:
    if told.on > desk.today():
        raise InvalidValue.from_code("profile.event_future", field="events", day=told.on)
    return KeyEvent(normal_text(told.what), normal_text(told.where), told.on)


def _certificate(told: p.NewCertificate) -> Certificate:
    texts = (normal_text(told.kind), normal_text(told.number), normal_text(told.issuer))
    return Certificate(*texts, told.until, told.file or "")


def _review(proposal_id: int) -> ProposalReview:
    review = desk.services().proposal_reviews.get(proposal_id)
    try:
        get_visible_product(review.stored.id)
    except NotFound as error:
        raise NotFound.from_code("profile.no_proposal", id=proposal_id) from error
    return review


def _item(review: ProposalReview) -> p.ProposalItem:
    kept = review.proposal
    told = ("id", "product_id", "product", "producer", "state", "at", "who", "note", "answer")
    return p.ProposalItem(
        **{name: getattr(kept, name) for name in told},
        url=f"{api.url_prefix}/proposals/{kept.id}",
        changes=[each.part for each in review.differences],
    )
