"""The office's decisions on recognitions: renew, extend, override the end, suspend, withdraw, correct.

Every change is recorded with who, when and why; scans of printed labels reflect it from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict, InvalidValue, NotFound
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal, check_extension
from labelsvc.storage.products.recognitions import Recognitions


def renew(product_id: int, recognition: Recognition, recognitions: Recognitions, context: ChangeContext) -> int:
    """Give a product a new recognition, with more, fewer or the same stars; return its id."""
    return recognitions.add(product_id, recognition, context)


def extend(
    stored: StoredProduct, recognition_id: int, until: date, recognitions: Recognitions, context: ChangeContext
) -> None:
    """Extend the stars as a transitional clause allows (PRODUCT.md §1); InvalidValue where none does."""
    _extend(stored, recognition_id, Extension(until, context.reason), recognitions, context)


def override_end(
    stored: StoredProduct, recognition_id: int, until: date, recognitions: Recognitions, context: ChangeContext
) -> None:
    """Let the stars hold to a later day by the office's own decision, where no rule extends them."""
    _extend(stored, recognition_id, Extension(until, context.reason, by_office=True), recognitions, context)


def suspend(
    stored: StoredProduct,
    recognition_id: int,
    suspension: Suspension,
    recognitions: Recognitions,
    context: ChangeContext,
) -> None:
    """Suspend the stars from the first to the last day, inclusive; open-ended if that is None."""
    _needs_reason(context)
    since, until = suspension.since, suspension.until
    if until is not None and until < since:
        raise InvalidValue.from_code("recognition.suspension", field="until", value=until, first=since)

    def suspended(old: Recognition) -> Recognition:
        return replace(_standing(old), suspension=suspension, as_stored=True)

    _change(stored, recognition_id, recognitions, context, suspended)


def end_suspension(
    stored: StoredProduct, recognition_id: int, today: date, recognitions: Recognitions, context: ChangeContext
) -> None:
    """End a suspension today; one that has not begun is revoked."""
    _needs_reason(context)

    def ended(old: Recognition) -> Recognition:
        suspension = old.suspension
        if suspension is None:
            raise Conflict.from_code("recognition.not_suspended", field="until")
        yesterday = today - timedelta(days=1)
        kept = replace(suspension, until=yesterday) if suspension.since <= yesterday else None
        return replace(old, suspension=kept, as_stored=True)

    _change(stored, recognition_id, recognitions, context, ended)


def withdraw(
    stored: StoredProduct,
    recognition_id: int,
    withdrawal: Withdrawal,
    recognitions: Recognitions,
    context: ChangeContext,
) -> None:
    """Withdraw the stars (thu hồi), by a decision and on one of the programme's grounds."""
    _needs_reason(context)
    if not withdrawal.decision_number:
        raise InvalidValue.from_code("recognition.no_decision", field="decision")

    def withdrawn(old: Recognition) -> Recognition:
        return replace(_standing(old), withdrawal=withdrawal, as_stored=True)

    _change(stored, recognition_id, recognitions, context, withdrawn)


def correct_recognition(
    stored: StoredProduct, recognition_id: int, mended: Recognition, recognitions: Recognitions, context: ChangeContext
) -> None:
    """Correct typing errors; extension, suspension and withdrawal stay as they are."""

    def put_right(old: Recognition) -> Recognition:
        """Keep what was decided as it is: it was checked by the rules of its own day."""
        extension, suspension, withdrawal = old.extension, old.suspension, old.withdrawal
        return replace(mended, extension=extension, suspension=suspension, withdrawal=withdrawal, as_stored=True)

    _change(stored, recognition_id, recognitions, context, put_right)


def mend_some(
    stored: StoredProduct,
    recognition_id: int,
    facts: Mapping[str, Any],
    recognitions: Recognitions,
    context: ChangeContext,
) -> None:
    """Correct some fields, by name; all others stay as they are."""

    def corrected(old: Recognition) -> Recognition:
        return replace(replace(old, **facts, extension=None), extension=old.extension, as_stored=True)

    _change(stored, recognition_id, recognitions, context, corrected)


def recognition_of(stored: StoredProduct, recognition_id: int) -> Recognition:
    """Return one of a product's recognitions; NotFound if it has none of this id."""
    for each in stored.recognitions:
        if each.id == recognition_id:
            return each.recognition
    raise NotFound.from_code("storage.no_recognition", id=recognition_id)


def _extend(
    stored: StoredProduct,
    recognition_id: int,
    extension: Extension,
    recognitions: Recognitions,
    context: ChangeContext,
) -> None:
    _needs_reason(context)

    def extended(old: Recognition) -> Recognition:
        """Check the new extension alone: the rest was checked when it was stored."""
        longer = replace(_standing(old), extension=extension, as_stored=True)
        check_extension(longer)
        return longer

    _change(stored, recognition_id, recognitions, context, extended)


def _standing(old: Recognition) -> Recognition:
    if old.withdrawal is not None:
        raise Conflict.from_code("recognition.withdrawn", field="since", value=old.withdrawal.since)
    return old


def _change(
    stored: StoredProduct,
    recognition_id: int,
    recognitions: Recognitions,
    context: ChangeContext,
    changed: Callable[[Recognition], Recognition],
) -> None:
    seen = recognition_of(stored, recognition_id)
    recognitions.change(recognition_id, lambda current: changed(context.seen(seen, current)), context)


def _needs_reason(context: ChangeContext) -> None:
    if not context.reason.strip():
        raise InvalidValue.from_code("account.no_reason", field="reason")
