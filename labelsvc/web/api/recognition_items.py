"""Recognitions as the API gives them."""

from __future__ import annotations

from datetime import date
from typing import Any

from labelsvc.domain.errors import NotFound
from labelsvc.domain.history import StoredProduct, standing_of, superseded_on
from labelsvc.domain.programme.renewal import renewal_window
from labelsvc.domain.recognition import Recognition
from labelsvc.web.api import recognition_models as r
from labelsvc.web.api.blueprint import api
from labelsvc.web.desk import context as desk

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
            renewal=_renewal(each.recognition, today),
            issuer_doubt=desk.explain(doubt) if (doubt := each.recognition.issuer_doubt) else "",
        )
        for each in stored.recognitions
    ]


def recognition_item(stored: StoredProduct, recognition_id: int) -> r.RecognitionItem:
    """Return one recognition; NotFound if the product has none of this id."""
    for item in recognition_items(stored):
        if item.id == recognition_id:
            return item
    raise NotFound.from_code("storage.no_recognition", id=recognition_id)


def _renewal(recognition: Recognition, today: date) -> r.RenewalItem | None:
    window = renewal_window(recognition.last_day_by_decision, today)
    if window is None or not recognition.holds_on(today):
        return None
    facts: dict[str, Any] = {"stage": window.stage_on(today).value, "source": window.source}
    return r.RenewalItem(opens=window.opens, closes=window.closes, **facts)


def _decided(recognition: Recognition) -> dict[str, Any]:
    """Return what the office decided of a recognition since it was given."""
    extension, suspension, withdrawal = recognition.extension, recognition.suspension, recognition.withdrawal
    return {
        "extension": extension
        and r.ExtensionItem(
            until=extension.until,
            reason=extension.reason,
            by_office=recognition.extension_rule is None,
            rule=rule.source if (rule := recognition.extension_rule) else "",
        ),
        "suspension": suspension
        and r.SuspensionItem(
            since=suspension.since,
            until=suspension.until,
            decision_number=suspension.decision_number,
            reason=suspension.reason,
        ),
        "withdrawal": withdrawal
        and r.WithdrawalItem(
            since=withdrawal.since,
            ground=withdrawal.ground.value,
            decision_number=withdrawal.decision_number,
            reason=withdrawal.reason,
        ),
    }
