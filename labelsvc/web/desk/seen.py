"""What a form was filled in on: it goes with the form, so that nobody overwrites what somebody else wrote meanwhile.

A form carries the values that it showed (``seen``). Where the record has others when the form comes back, nothing is
stored: the page comes again with all that was typed, theirs beside it field by field, and carries what it shows now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import Enum

from labelsvc.domain.errors import ChangedMeanwhile
from labelsvc.domain.product import PRODUCT_TEXTS, Product
from labelsvc.domain.recognition import Recognition
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import SubmittedForm

FormTexts = Mapping[str, str]
"""Values by the names of a form's fields, as people type them."""


def product_texts(product: Product) -> dict[str, str]:
    """Return a product as its form shows it."""
    texts = {name: getattr(product, name) for name in PRODUCT_TEXTS}
    texts["group"] = product.group.name if product.group else ""
    return texts | {"registered_mark": _text(product.registered_mark)}


def recognition_texts(recognition: Recognition) -> dict[str, str]:
    """Return a recognition as its forms show it, with what was decided of it since."""
    own = (
        "stars", "score", "decision_number", "decision_date", "issuer", "valid_from", "valid_until", "potential_five",
    )  # fmt: skip
    texts = {name: _text(getattr(recognition, name)) for name in own}
    for name in ("extension", "suspension", "withdrawal"):
        decided = getattr(recognition, name)
        for field in type(decided).__dataclass_fields__ if decided else ():
            value = getattr(decided, field)
            texts[f"{name}.{field}"] = _text(value.value if isinstance(value, Enum) else value)
    return texts


def seen_text(texts: FormTexts) -> str:
    """Return what a form's ``seen`` field holds."""
    return json.dumps({name: value for name, value in texts.items() if value}, ensure_ascii=False, sort_keys=True)


def refuse_unseen(typed: SubmittedForm, current: FormTexts) -> bool:
    """Refuse (ChangedMeanwhile) a form that was filled in on other values; return whether it says on which it was."""
    seen = typed.values.get("seen", "")
    if seen and seen != seen_text(current):
        raise ChangedMeanwhile.from_code("form.changed_meanwhile")
    return bool(seen)


def beside(typed: SubmittedForm, current: FormTexts) -> SubmittedForm:
    """Return a form with what stands in the record now beside what was typed.

    A field that was left as it was shown takes the record's value; one that both changed keeps what was typed.
    """
    seen, values, theirs = _read(typed.values.get("seen", "")), dict(typed.values), dict[str, str]()
    for name, value in current.items():
        if value == seen.get(name, ""):
            continue
        theirs[name] = value or desk.say("form.theirs_empty")
        if values.get(name, "").strip() in (seen.get(name, ""), value):
            values[name] = value
    return replace(typed, values=values, theirs=theirs)


def _read(seen: str) -> dict[str, str]:
    try:
        read = json.loads(seen)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in read.items()} if isinstance(read, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)
