"""A verdict for machines: the JSON under a code's URL (``Accept: application/json``). Keys are only ever added.

verdict        the case: in_force, ends_soon, extended, renewed, lowered, not_yet, expired, suspended, withdrawn,
               many_devices, reported_lost, reported_destroyed, unknown_record, not_ours,
               key_leaked, cannot_be_checked, records_away (the last two answered 503: ask again after Retry-After;
               records_away is genuine)
colour         green, amber, grey, red
in_force       whether the stamp is good for a rating that the product holds on the day: its colour is green
day            the day (in Vietnam) that the verdict speaks of; all days are ISO 8601
language       of title and text
title, text    as the page says it
code           the 20 characters; null where they are not the office's
asked          the 20 characters that were asked for, whoever's they are
issued_by      the office, where its key sealed the code; else null
serial         the stamp's number in its line; 0 if copies cannot be told from it; null where no record is known
product        name, brand, producer, place, origin, gtin (texts, empty if the record lacks them); or null
recognition    the one that the stamp was printed under: stars, decision_number, decision_date, issuer, first_day,
               last_day (an extension included), status, extension (until, reason, rule: the decision that extends the
               stars, empty where the office decided so itself; or null), withdrawal (since, ground, reason,
               decision_number; or null); or null
rating         the recognition that holds on the day, with the same keys; or null
scans          count and first (a moment with its offset, or null); where they were many, most_devices on most_day;
               or null
void           of a stamp that was reported lost or destroyed: since (the day) and reason; or null
lot            of the goods that the stamp stands on, where one was entered: number, made_on, use_by (days or null),
               use_by_passed; or null
traceable      whether all nine facts are there that a trace code must lead to (decree 37/2026/NĐ-CP, art. 23(5))
page           the whole address of the product's own page, or null
details        of the product: story, story_en, pictures, certificates, events, other_products, as in the JSON of its
               page (:mod:`labelsvc.web.product_json`); or null
trial, specimen  printed to be tried; of no value: demonstration data, or printed or shown under an example host

It is signed besides, over the web and by ``labelsvc verify --json`` (:mod:`labelsvc.workflows.sign_verdict`):
signed_at, and signature with algorithm, key and value, or null.
"""

from __future__ import annotations

from datetime import date

from labelsvc.domain.product import Product
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.domain.trace.lot import Lot
from labelsvc.domain.verification.stamp_record import ScanHistory, VoidedRange
from labelsvc.domain.verification.verdict import Verdict, VerdictColour
from labelsvc.web.product_json import details_json, page_of
from labelsvc.web.recognition_json import recognition_json
from labelsvc.web.verdict_words import page_place, verdict_words
from labelsvc.wording import Wording


def verdict_json(verdict: Verdict, code: str, wording: Wording, *, address: str, specimen: bool) -> dict[str, object]:
    """Return the verdict on a code as JSON's values.

    ``address``: scheme and host of the public pages; ``specimen``: every page of the service bears the banner.
    """
    record, words = verdict.record, verdict_words(verdict, wording)
    return {
        "verdict": verdict.case.value,
        "colour": verdict.colour.value,
        "in_force": verdict.colour is VerdictColour.GREEN,
        "day": verdict.day.isoformat(),
        "language": wording.language,
        "title": words.title,
        "text": " ".join((*words.sentences, *words.notes)),
        "code": code if verdict.stamp else None,
        "asked": code,
        "issued_by": wording.say("web.office") if verdict.stamp else None,
        "serial": verdict.stamp.serial if verdict.stamp and record else None,
        "product": _product(record.product) if record else None,
        "recognition": recognition_json(record.recognition, verdict.day) if record else None,
        "rating": recognition_json(verdict.rating, verdict.day) if verdict.rating else None,
        "scans": _scans(verdict.scans) if verdict.scans else None,
        "void": _void(verdict.void) if verdict.void else None,
        "lot": _lot(verdict.lot, verdict.day) if verdict.lot else None,
        "traceable": verdict.is_traceable,
        "page": page_of(record.details, address) if record else None,
        "details": details_json(record.details, verdict.day, address) if record else None,
        "trial": bool(record and record.trial),
        "specimen": specimen or bool(record and record.specimen),
    }


def _product(product: Product) -> dict[str, str]:
    texts = {name: getattr(product, name) for name in ("name", "brand", "producer", "origin", "gtin")}
    return texts | {"place": page_place(product)}


def _lot(lot: Lot, day: date) -> dict[str, object]:
    days = {"made_on": lot.made_on, "use_by": lot.use_by}
    facts = {name: value.isoformat() if value else None for name, value in days.items()}
    return {"number": lot.number, **facts, "use_by_passed": lot.use_by_passed(day)}


def _void(void: VoidedRange) -> dict[str, str]:
    return {"since": void.day.isoformat(), "reason": void.reason}


def _scans(scans: ScanHistory) -> dict[str, object]:
    first = scans.first.astimezone(VIETNAM).isoformat(timespec="seconds") if scans.first else None
    facts: dict[str, object] = {"count": scans.count, "first": first}
    if scans.too_many and scans.most_day:
        facts |= {"most_devices": scans.most_devices, "most_day": scans.most_day.isoformat()}
    return facts
