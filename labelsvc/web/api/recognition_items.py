"""Recognitions as the API gives them."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.errors import NotFound
from labelsvc.domain.history import standing_of, superseded_on
from labelsvc.domain.recognition import Recognition
from labelsvc.web.api import recognition_models as r
from labelsvc.web.api.blueprint import api
from labelsvc.web.desk import context as desk
from labelsvc.workflows.batches.allowance import StoredProduct

_RECOGNISED = (
    "stars", "decision_number", "decision_date", "issuer", "score", "potential_five", "first_day", "last_day",
)  # fmt: skip


def recognition_items(stored: StoredProduct) -> list[r.RecognitionItem]:
    """Return all recognitions of a product with today's standing, the oldest first."""
    today, quotas = desk.today(), desk.services().quotas.for_recognitions([each.id for each in stored.recognitions])
    return [
        r.RecognitionItem(
            id=each.id,
            url=f"{api.url_prefix}/products/{stored.id}/recognitions/{each.id}",
            **{name: getattr(each.recognition, name) for name in _RECOGNISED},
            **_decided(each.recognition),
            standing=standing_of(each.recognition, today).value,
            superseded=superseded_on(each.recognition, stored.history, today),
            quota_allowed=quotas[each.id].allowed,
            quota_used=quotas[each.id].used,
        )
        for each in stored.recognitions
    ]


def recognition_item(stored: StoredProduct, recognition_id: int) -> r.RecognitionItem:
    """Return one recognition; NotFound if the product has none of this id."""
    for item in recognition_items(stored):
        if item.id == recognition_id:
            return item
    raise NotFound.from_code("storage.no_recognition", id=recognition_id)


def _decided(recognition: Recognition) -> dict[str, Any]:
    """Return what the office decided of a recognition since it was given."""
    extension, suspension, withdrawal = recognition.extension, recognition.suspension, recognition.withdrawal
    return {
        "extension": extension and r.ExtensionItem(until=extension.until, reason=extension.reason),
        "suspension": suspension
        and r.SuspensionItem(
            since=suspension.since,
            until=suspension.until,
            decision_number=suspension.decision_number,
            reason=suspension.reason,
        ),
        "withdrawal": withdrawal
        and r.WithdrawalItem(
            since=withdrawal.since, decision_number=withdrawal.decision_number, reason=withdrawal.reason
        ),
    }
