"""Why a batch stopped is kept so that each reader has it in his own language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from labelsvc.domain.errors import Problem
from labelsvc.storage.batches.stop_reasons import StopReason, batch_reason

FACTS = {
    "parts": [1, 7],
    "why": Problem("print.part_lost_at", {"product": 'Trà «sen» "Quảng An"'}),
    "x_mm": 1.5,
    "day": date(2026, 11, 30),
    "at": datetime(2026, 11, 30, 8, 15, tzinfo=UTC),
}


def test_a_reason_comes_back_with_its_problems() -> None:
    reason = StopReason("Phần 1, 7: …", (Problem("print.parts_failed", FACTS), Problem("print.others_done")))

    assert StopReason.parse(str(reason)) == reason


@pytest.mark.parametrize("text", ["", "Củ cải: chữ quá dài", '{"said"', "{}"])
def test_reasons_of_earlier_versions_are_told_as_they_are(text: str) -> None:
    assert StopReason.parse(text) == StopReason(text)
    assert str(StopReason(text)) == text


def test_what_a_person_wrote_is_told_as_it_is() -> None:
    typed = '{"said":"", "problems": [{"code": "print.no_such", "facts": {}}]}'

    assert batch_reason("cancelled", typed) == StopReason(typed)
