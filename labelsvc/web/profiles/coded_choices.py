"""The choices of text fields that hold one of a few values."""

from __future__ import annotations

from labelsvc.domain.law.goods_class import GOODS_CLASSES, NUTRITION_EXEMPTIONS
from labelsvc.web.desk import context as desk


def coded_choices() -> dict[str, list[tuple[str, str]]]:
    """Return codes and their words in the page's language, by field."""
    return {
        "goods_class": [(code, desk.say(f"law.goods_class_{code}")) for code in GOODS_CLASSES],
        "nutrition_exemption": [(code, desk.say(f"law.nutrition_exemption_{code}")) for code in NUTRITION_EXEMPTIONS],
    }
