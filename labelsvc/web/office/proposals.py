"""What producers propose for their products: old beside new, approved, or answered in words."""

from __future__ import annotations

import json
from hashlib import sha256

from flask import redirect, render_template, request, url_for

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, LabelsvcError, NotFound
from labelsvc.domain.trace.profile import normal_story
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.label_pictures import warn_unfit
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.profiles.review_proposal import ProposalReview

PER_PAGE, LONGEST_ANSWER = 50, 1_000


@office.get("/proposals")
def proposals() -> str:
    """Show the proposals that wait, the oldest first."""
    page = desk.page_number()
    rows, total = desk.services().proposals.waiting(page, PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    return render_template("office/proposals.html", active="products", rows=rows, total=total, page=page, pages=pages)


@office.get("/proposals/<int:proposal_id>")
def proposal(proposal_id: int) -> PageAnswer:
    """Show what a proposal would change, old beside new."""
    return _page(desk.services().proposal_reviews.get(proposal_id), SubmittedForm({}))


def _page(review: ProposalReview, typed: SubmittedForm, status: int = 200) -> PageAnswer:
    page = render_template(
        "office/proposal.html",
        active="products",
        review=review,
        proposal=review.proposal,
        stored=review.stored,
        seen=_seen(review),
        typed=typed,
    )
    return page, status


def _seen(review: ProposalReview) -> str:
    """Return what the page shows, so that nothing else is approved on it."""
    told = json.dumps([review.now.to_json(), review.proposal.content.to_json()], sort_keys=True)
    return f"{review.number}-{sha256(told.encode()).hexdigest()[:32]}"


@office.post("/proposals/<int:proposal_id>/<any(approved, answered):act>")
@desk.needs(Right.EDIT)
def decide_proposal(proposal_id: int, act: str) -> PageAnswer:
    """Approve a proposal as a whole, or answer in words what must change."""
    services, typed = desk.services(), SubmittedForm(request.form)
    review = services.proposal_reviews.get(proposal_id)
    words = normal_story(typed.values.get("answer", ""))[:LONGEST_ANSWER].strip()
    if act == "answered" and not words:
        typed.faults["answer"] = desk.say("profile.answer_needed")
        return _page(review, typed, 422)
    try:
        if act == "answered":
            services.proposals.answer(proposal_id, desk.context(words))
        elif typed.values.get("seen") != _seen(review):
            raise ChangedMeanwhile.from_code("profile.changed_meanwhile")
        else:
            services.proposal_reviews.approve(review, desk.context(words))
    except NotFound:
        raise
    except LabelsvcError as error:
        typed.refuse(error)
        return _page(services.proposal_reviews.get(proposal_id), typed, 409)
    desk.flash_success(f"profile.done_{act}", product=review.stored.product.name)
    if act == "approved":
        warn_unfit(services.products.get(review.stored.id))
    return redirect(url_for("office.proposals"))
