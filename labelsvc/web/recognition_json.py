"""A recognition for machines, as it is on a day. Keys are only ever added."""

from __future__ import annotations

from datetime import date

from labelsvc.domain.recognition import Recognition, Withdrawal


def recognition_json(recognition: Recognition, day: date) -> dict[str, object]:
    """Return a recognition as JSON's values, with its status on a day; days are ISO 8601."""
    return {
        "stars": recognition.stars,
        "decision_number": recognition.decision_number,
        "decision_date": recognition.decision_date.isoformat(),
        "issuer": recognition.issuer,
        "first_day": recognition.first_day.isoformat(),
        "last_day": recognition.last_day.isoformat(),
        "status": recognition.status_on(day).value,
        "extension": _extension(recognition),
        "withdrawal": _withdrawal(recognition.withdrawal) if recognition.withdrawal else None,
    }


def _extension(recognition: Recognition) -> dict[str, str] | None:
    if recognition.extension is None:
        return None
    rule = recognition.extension_rule
    facts = {"until": recognition.extension.until.isoformat(), "reason": recognition.extension.reason}
    return facts | {"rule": rule.source if rule else ""}


def _withdrawal(withdrawal: Withdrawal) -> dict[str, str]:
    facts = {"since": withdrawal.since.isoformat(), "ground": withdrawal.ground.value, "reason": withdrawal.reason}
    return facts | {"decision_number": withdrawal.decision_number}
