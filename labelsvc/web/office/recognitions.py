"""What the office decides of a product's recognitions: a new one, an act on one, an exception that it grants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Response, redirect, request, url_for

from labelsvc.domain.account import Right
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, LabelsvcError
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.permission import Quota
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround
from labelsvc.domain.recognition import Suspension, Withdrawal
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.seen import beside, recognition_texts, refuse_unseen
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.product import product_page
from labelsvc.workflows import change_recognition
from labelsvc.workflows.change_recognition import recognition_of

MOST_GRANTED, MOST_ALLOWED = 1_000_000, 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecognitionForm:
    """A form about one recognition, with what forms of all acts have; each method is an act."""

    stored: StoredProduct
    recognition_id: int
    typed: SubmittedForm
    context: ChangeContext
    since: date | None
    until: date | None
    decision: str

    @classmethod
    def read(cls, stored: StoredProduct, recognition_id: int, typed: SubmittedForm) -> _RecognitionForm:
        """Read a form; faults of its fields are its own."""
        return cls(
            stored=stored,
            recognition_id=recognition_id,
            typed=typed,
            context=desk.context(typed.text("reason"), as_seen=bool(typed.values.get("seen"))),
            until=typed.day("until"),
            since=typed.day("since"),
            decision=typed.text("decision"),
        )

    def extend(self) -> None:
        store, until = desk.services().recognitions, self._needed_until()
        change_recognition.extend(self.stored, self.recognition_id, until, store, self.context)

    def override(self) -> None:
        store, until = desk.services().recognitions, self._needed_until()
        change_recognition.override_end(self.stored, self.recognition_id, until, store, self.context)

    def suspend(self) -> None:
        store = desk.services().recognitions
        suspension = Suspension(self.since or desk.today(), self.context.reason, self.until, self.decision)
        change_recognition.suspend(self.stored, self.recognition_id, suspension, store, self.context)

    def resume(self) -> None:
        store = desk.services().recognitions
        change_recognition.end_suspension(self.stored, self.recognition_id, desk.today(), store, self.context)

    def withdraw(self) -> None:
        store, since = desk.services().recognitions, self.since or desk.today()
        withdrawal = Withdrawal(since, self.context.reason, self.decision, self._ground())
        change_recognition.withdraw(self.stored, self.recognition_id, withdrawal, store, self.context)

    def mend(self) -> None:
        store = desk.services().recognitions
        if mended := self.typed.recognition():
            change_recognition.correct_recognition(self.stored, self.recognition_id, mended, store, self.context)

    def _needed_until(self) -> date:
        if self.until is None:
            self.typed.faults.setdefault("until", desk.say("form.needed"))
            raise LabelsvcError
        return self.until

    def _ground(self) -> WithdrawalGround:
        """Return the ground that was chosen; a form without one (of an older page) has its words alone."""
        chosen = self.typed.values.get("ground", WithdrawalGround.OTHER.value)
        if chosen not in {ground.value for ground in WithdrawalGround}:
            self.typed.faults["ground"] = desk.say("product.ground_needed")
            raise LabelsvcError
        return WithdrawalGround(chosen)


_ACTS = {
    "extend": _RecognitionForm.extend,
    "override": _RecognitionForm.override,
    "suspend": _RecognitionForm.suspend,
    "resume": _RecognitionForm.resume,
    "withdraw": _RecognitionForm.withdraw,
    "mend": _RecognitionForm.mend,
}
"""By the last part of a form's address."""


@office.post("/products/<int:product_id>/recognitions")
@desk.needs(Right.EDIT)
def renew(product_id: int) -> PageAnswer:
    """Give the product a new recognition."""
    typed = SubmittedForm(request.form)
    new = typed.recognition()

    def do() -> None:
        if new:
            change_recognition.renew(product_id, new, desk.services().recognitions, desk.context(typed.text("reason")))

    return _done(product_id, typed, "renew", do)


@office.post("/products/<int:product_id>/recognitions/<int:recognition_id>/<act>")
@desk.needs(Right.EDIT)
def recognition_act(product_id: int, recognition_id: int, act: str) -> PageAnswer:
    """Extend, override the end, suspend, end a suspension, withdraw, or put right; anything else is not found."""
    stored = desk.services().products.get(product_id)
    current = recognition_texts(recognition_of(stored, recognition_id))
    if act not in _ACTS:
        return Response(status=404)
    form = _RecognitionForm.read(stored, recognition_id, SubmittedForm(request.form))

    def do() -> None:
        refuse_unseen(form.typed, current)
        _ACTS[act](form)

    def theirs() -> dict[str, str]:
        return recognition_texts(recognition_of(desk.services().products.get(product_id), recognition_id))

    return _done(product_id, form.typed, f"{act}-{recognition_id}", do, theirs)


@office.post("/products/<int:product_id>/recognitions/<int:recognition_id>/exceptions")
@desk.needs(Right.ADMINISTER)
def grant(product_id: int, recognition_id: int) -> PageAnswer:
    """Grant more stamps than the quota, or a pass from the strict label law."""
    recognition_of(desk.services().products.get(product_id), recognition_id)
    typed = SubmittedForm(request.form)
    law = request.form.get("kind") == "law"
    pieces = 0 if law else typed.number("pieces", 1, MOST_GRANTED) or 0
    allowed = typed.number("seen", 0, MOST_ALLOWED, needed=False)

    def do() -> None:
        context, seen = desk.context(typed.text("reason")), None if law or allowed is None else Quota(allowed)
        desk.services().quotas.grant("law" if law else "quota", recognition_id, context, pieces=pieces, seen=seen)

    return _done(product_id, typed, f"grant-{'law' if law else 'quota'}-{recognition_id}", do)


def _done(
    product_id: int,
    typed: SubmittedForm,
    opened: str,
    do: Callable[[], None],
    theirs: Callable[[], dict[str, str]] = dict,
) -> PageAnswer:
    """Do something to a product; where it is refused, show its page with the form as it was typed.

    ``theirs`` returns what somebody else made of it meanwhile.
    """
    if not typed.faults:
        try:
            do()
        except ChangedMeanwhile as error:
            typed = beside(typed, theirs())
            typed.refuse(error)
            return product_page(product_id, typed, opened), 409
        except LabelsvcError as error:
            typed.refuse(error)
    if typed.faults:
        return product_page(product_id, typed, opened), 422
    desk.flash_success("product.saved")
    return redirect(url_for("office.product", product_id=product_id))
