"""Products and recognitions as rows of the database, and back.

The same names serve for columns and for the JSON of a line's snapshot; there dates are ISO texts. A snapshot is read
for ever: a key that it lacks, since the field came later, takes the field's default, and an unknown one is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from labelsvc.domain.collation import collation_key
from labelsvc.domain.law.class_of_product import goods_class_by, goods_class_of
from labelsvc.domain.product import PRODUCT_TEXTS, Product, ProductGroup, search_words
from labelsvc.domain.programme.rules import last_day_by_rules, months_later
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.trace.profile import ProductProfile
from labelsvc.domain.trace.trace_facts import lacking_by, lacking_of_profile, standards_until
from labelsvc.domain.twin_names import twin_product_key

Row = Mapping[Any, Any]

PRODUCT_COLUMNS = (*PRODUCT_TEXTS, "product_group", "registered_mark")
RECOGNITION_COLUMNS = (
    "stars", "decision_date", "decision_number", "issuer", "score", "potential_five", "valid_from", "valid_until",
    "extended_until", "extension_reason", "extension_by_office", "suspended_since", "suspended_until",
    "suspension_reason", "suspension_decision", "withdrawn_since", "withdrawal_reason", "withdrawal_decision",
    "withdrawal_ground",
)  # fmt: skip

SEARCHED = ("name", "brand", "producer", "address", "commune", "district")

MONTHS_UNTIL_2026 = 36
"""The term of all rules while a snapshot had no last day of its own where the decision named none."""

COLUMNS_OF_FIELD = {
    "group": ("product_group",),
    "extension": ("extended_until", "extension_reason", "extension_by_office"),
    "suspension": ("suspended_since", "suspended_until", "suspension_reason", "suspension_decision"),
    "withdrawal": ("withdrawn_since", "withdrawal_reason", "withdrawal_decision", "withdrawal_ground"),
}
"""Fields of a Product or a Recognition whose columns have other names."""


def product_row(product: Product) -> dict[str, Any]:
    """Return a product's facts by column."""
    row = {name: getattr(product, name) for name in PRODUCT_TEXTS}
    row["product_group"] = product.group.name if product.group else None
    row["registered_mark"] = product.registered_mark
    return row


def product_of(row: Row) -> Product:
    """Return the product in a row, or in a snapshot."""
    group = row.get("product_group")
    return Product(
        **{name: row[name] for name in PRODUCT_TEXTS if name in row},
        group=ProductGroup[group] if group else None,
        registered_mark=bool(row.get("registered_mark")),
    )


def derived(product: Row) -> dict[str, Any]:
    """Return the columns that follow from others of a product.

    What it is found by, what it is sorted by, and how much of a trace code's facts its record lacks.
    """
    keys = {"sort_key": collation_key(product["name"]), "producer_sort_key": collation_key(product["producer"])}
    keys["twin_key"] = twin_product_key(product["name"], product["producer"])
    return {"search": searchable(product), **keys, "trace_lacks_record": lacks_in_record(product)}


def lacks_in_record(product: Row) -> int | None:
    """Return how many of a trace code's facts the record lacks; None of a service, which is not traced."""
    group = product["product_group"]
    goods = goods_class_by(
        product["goods_class"], product["product_set"], ProductGroup[group] if group else None, product["name"]
    )
    place, use_by = bool(product["address"] or product["commune"]), bool(product["shelf_life"])
    lacking = lacking_by(goods, place=place, origin=bool(product["origin"]), use_by=use_by)
    return None if lacking is None else len(lacking)


def trace_columns(profile: ProductProfile) -> dict[str, Any]:
    """Return the columns of a product that follow from its profile: how many of a trace code's facts it lacks."""
    until = standards_until(profile)
    return {"trace_lacks_profile": len(lacking_of_profile(profile, date.min)), "trace_until": until}


def searchable(product: Row) -> str:
    """Return what a product's row is found by: the words of name, brand, producer and places, with single blanks."""
    brand_and_places = [_words_again(product[name]) for name in SEARCHED[1:]]
    return " ".join(filter(None, [" ".join(search_words(product["name"])), *brand_and_places]))


@lru_cache(8_192)
def _words_again(text: str) -> str:
    """Return a text's words; an import says the same brands, producers and places thousands of times."""
    return " ".join(search_words(text))


def recognition_row(recognition: Recognition) -> dict[str, Any]:
    """Return a recognition's facts by column; days are dates."""
    extension, suspension, withdrawal = recognition.extension, recognition.suspension, recognition.withdrawal
    return {
        "stars": recognition.stars,
        "decision_date": recognition.decision_date,
        "decision_number": recognition.decision_number,
        "issuer": recognition.issuer,
        "score": recognition.score,
        "potential_five": recognition.potential_five,
        "valid_from": recognition.valid_from,
        "valid_until": recognition.valid_until,
        "extended_until": extension.until if extension else None,
        "extension_reason": extension.reason if extension else "",
        "extension_by_office": extension is not None and extension.by_office,
        "suspended_since": suspension.since if suspension else None,
        "suspended_until": suspension.until if suspension else None,
        "suspension_reason": suspension.reason if suspension else "",
        "suspension_decision": suspension.decision_number if suspension else "",
        "withdrawn_since": withdrawal.since if withdrawal else None,
        "withdrawal_reason": withdrawal.reason if withdrawal else "",
        "withdrawal_decision": withdrawal.decision_number if withdrawal else "",
        "withdrawal_ground": withdrawal.ground.value if withdrawal else "",
    }


def decided_until(row: Row) -> date:
    """Return the last day by a recognition's decision, as its column says it."""
    return _day(row, "valid_until") or last_day_by_rules(_day(row, "decision_date") or date.min)


def recognition_of(row: Row, *, as_stored: bool = True) -> Recognition:
    """Return the recognition in a row, or in a snapshot; days may be dates or ISO texts.

    ``as_stored`` False looks at it as at a new one: InvalidValue for what the rules do not allow.
    """
    return Recognition(
        stars=row["stars"],
        decision_date=_day(row, "decision_date") or date.min,
        decision_number=row.get("decision_number", ""),
        issuer=row.get("issuer", ""),
        score=row.get("score"),
        potential_five=bool(row.get("potential_five")),
        valid_from=_day(row, "valid_from"),
        valid_until=_day(row, "valid_until"),
        extension=_extension(row),
        suspension=_suspension(row),
        withdrawal=_withdrawal(row),
        as_stored=as_stored,
    )


def snapshot(product: Product, recognition: Recognition) -> dict[str, Any]:
    """Return product and recognition as they are printed, in values that JSON has.

    The last day and what the goods class asks for are on paper, so both are kept as they were, whatever the rules say
    later.
    """
    facts = product_row(product) | {"goods_class": goods_class_of(product).value}
    facts |= recognition_row(recognition) | {"valid_until": recognition.last_day_by_decision}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def printed_recognition(facts: Row) -> Recognition:
    """Return the recognition in a snapshot, with the last day that was printed."""
    decided = date.fromisoformat(facts["decision_date"])
    last = facts.get("valid_until") or months_later(decided, MONTHS_UNTIL_2026)
    return recognition_of({**facts, "valid_until": last})


def _extension(row: Row) -> Extension | None:
    until = _day(row, "extended_until")
    by_office = bool(row.get("extension_by_office"))
    return Extension(until, row.get("extension_reason", ""), by_office) if until else None


def _suspension(row: Row) -> Suspension | None:
    since, until = _day(row, "suspended_since"), _day(row, "suspended_until")
    if since is None:
        return None
    return Suspension(since, row.get("suspension_reason", ""), until, row.get("suspension_decision", ""))


def _withdrawal(row: Row) -> Withdrawal | None:
    since = _day(row, "withdrawn_since")
    if since is None:
        return None
    ground = WithdrawalGround(row.get("withdrawal_ground") or WithdrawalGround.OTHER)
    return Withdrawal(since, row.get("withdrawal_reason", ""), row.get("withdrawal_decision", ""), ground)


def _day(row: Row, name: str) -> date | None:
    value: date | str | None = row.get(name)
    return date.fromisoformat(value) if isinstance(value, str) else value
