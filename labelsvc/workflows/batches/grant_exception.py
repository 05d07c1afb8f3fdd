"""Grant an exception: more stamps than the quota, or a pass from the strict label law; recorded with who and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.permission import current_recognition
from labelsvc.storage.products.quotas import Quotas
from labelsvc.workflows.batches.allowance import OrderItem


def grant_what_is_lacking(
    items: Sequence[OrderItem], quantity: int | None, quotas: Quotas, context: ChangeContext, today: date
) -> int:
    """Grant each recognition what its quota lacks for these items; return how many pieces were granted in all.

    InvalidValue without a reason.
    """
    asked: dict[int, int] = {}
    for item in items:
        recognition = current_recognition(item.stored.history, today)
        if recognition is not None and recognition.holds_on(today):
            recognition_id = item.stored.id_of(recognition)
            asked[recognition_id] = asked.get(recognition_id, 0) + (quantity or item.quantity or 1)
    return quotas.grant_lacking(asked, context)
