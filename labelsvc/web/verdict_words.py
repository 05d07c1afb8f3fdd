"""A verdict in words: the same sentences for the page, its JSON and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from labelsvc.domain.places.address_units import page_line
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.domain.trace.lot import Lot
from labelsvc.domain.verification.stamp_record import VoidedRange
from labelsvc.domain.verification.verdict import Verdict, VerdictCase
from labelsvc.wording import Wording

MINUTES_KEPT = 1_024
"""Minutes of first scans whose words are remembered: most scans are first ones, of this minute."""

_NOT_RATED_IS_NEWS = (
    VerdictCase.KEY_LEAKED,
    VerdictCase.EXPIRED,
    VerdictCase.SUSPENDED,
    VerdictCase.WITHDRAWN,
    VerdictCase.REPORTED_LOST,
    VerdictCase.REPORTED_DESTROYED,
)


Cause = Extension | Suspension | Withdrawal | VoidedRange
"""What changes a recognition's term, or makes a stamp void."""


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """What a verdict says of every stamp of a line: a sign above the headline, sentences below it, rows of the record.

    ``notes`` bound what may be read out of it; ``banners`` mark trials and demonstration data.
    """

    sign: str
    title: str
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    banners: tuple[str, ...]


def verdict_words(verdict: Verdict, wording: Wording) -> VerdictWords:
    """Put a verdict into words."""
    facts = _facts(verdict)
    case = verdict.case.value
    return VerdictWords(
        sign=wording.say(f"verify.{case}_sign"),
        title=wording.say(f"verify.{_title_of(verdict, facts)}", **facts),
        sentences=tuple(_sentences(verdict, facts, wording)),
        rows=tuple(_rows(verdict, wording)),
        notes=tuple(_notes(verdict, wording)),
        banners=tuple(_banners(verdict, wording)),
    )


def stamp_words(verdict: Verdict, wording: Wording) -> tuple[str, ...]:
    """Say a stamp's number, when it was first scanned, how often, and by how many devices where they were many.

    Nothing where it has no number or no record.
    """
    if not (verdict.record and verdict.stamp and verdict.stamp.serial):
        return ()
    number = wording.say("verify.stamp", serial=stamp_number(verdict.stamp.serial))
    if not (verdict.scans and verdict.scans.first):
        return (number,)
    first = _first_scan(verdict.scans.first.replace(second=0), verdict.day, wording)
    if verdict.scans.count == 1:
        return number, first
    count = wording.say("verify.scan_count", count=verdict.scans.count)
    if not verdict.scans.too_many:
        return number, first, count
    most = {"devices": verdict.scans.most_devices, "day": verdict.scans.most_day}
    return number, first, count, wording.say("verify.most_devices", **most)


def _facts(verdict: Verdict) -> Mapping[str, object]:
    facts: dict[str, object] = {"days": verdict.days_left}
    if verdict.record:
        printed = verdict.record.recognition
        facts |= {
            "printed_stars": printed.stars,
            "printed_last_day": printed.last_day,
            "first_day": printed.first_day,
            "by_decision": printed.last_day_by_decision,
        }
        if rule := printed.extension_rule:
            facts["rule"] = rule.source
        if isinstance(cause := _cause(verdict), Suspension | Withdrawal):
            facts["since"] = cause.since
            facts["until"] = getattr(cause, "until", None)
    if verdict.void:
        facts["void_since"] = verdict.void.day
    if rating := verdict.rating:
        facts |= {"stars": rating.stars, "last_day": rating.last_day, "renewed_on": rating.first_day}
    return facts


def _sentences(verdict: Verdict, facts: Mapping[str, object], wording: Wording) -> Iterator[str]:
    yield wording.say(f"verify.{_text_of(verdict, facts)}", **facts)
    if verdict.rating and verdict.case in (VerdictCase.IN_FORCE, VerdictCase.ENDS_SOON):
        yield from later_words(verdict.rating, wording)
    if cause := _cause(verdict):
        yield from cause_words(cause, wording)
    if verdict.alarm_stored:
        yield wording.say("verify.alarm_stored")
    if verdict.case is VerdictCase.KEY_LEAKED and verdict.rating:
        yield wording.say("verify.key_leaked_rated", **facts)
    elif verdict.void and verdict.rating:
        yield wording.say("verify.reported_lost_rated", **facts)
    elif verdict.rated_anew and verdict.case not in (
        VerdictCase.RENEWED,
        VerdictCase.LOWERED,
        VerdictCase.MANY_DEVICES,
    ):
        yield wording.say("verify.rated_today", **facts)
    elif verdict.rating is None and verdict.case in _NOT_RATED_IS_NEWS:
        yield wording.say("verify.not_rated_today")


def _title_of(verdict: Verdict, facts: Mapping[str, object]) -> str:
    return "extended_by_office_title" if _by_office(verdict, facts) else f"{verdict.case.value}_title"


def _by_office(verdict: Verdict, facts: Mapping[str, object]) -> bool:
    """Return whether the stars hold by the office's own decision: no rule of the programme extends them."""
    return verdict.case is VerdictCase.EXTENDED and "rule" not in facts


def _text_of(verdict: Verdict, facts: Mapping[str, object]) -> str:
    if verdict.case is VerdictCase.ENDS_SOON and verdict.days_left in (0, 1):
        return ("ends_today_text", "ends_tomorrow_text")[verdict.days_left]
    if _by_office(verdict, facts):
        return "extended_by_office_text"
    if verdict.case is VerdictCase.SUSPENDED and facts.get("until"):
        return "suspended_until_text"
    if verdict.case is VerdictCase.REPORTED_LOST and verdict.void and verdict.void.replaced:
        return "reported_lost_replaced_text"
    return f"{verdict.case.value}_text"


def cause_words(cause: Cause, wording: Wording) -> Iterator[str]:
    """Say why it is so: the decision, the ground and the reason that the record gives, whichever are known."""
    if decision := getattr(cause, "decision_number", ""):
        yield wording.say("verify.by_decision", decision=decision)
    if isinstance(cause, Withdrawal):
        yield wording.say("verify.ground", ground=wording.say(f"recognition.ground_{cause.ground.value}"))
    if reason := cause.reason.rstrip(" ."):
        yield wording.say("verify.because", reason=reason)


def later_words(rating: Recognition, wording: Wording) -> Iterator[str]:
    """Say on whose word stars will hold past the decision's own term, while that still runs."""
    if rating.extension is None or rating.last_day <= rating.last_day_by_decision:
        return
    facts = {"by_decision": rating.last_day_by_decision}
    if rule := rating.extension_rule:
        yield wording.say("verify.extended_later", **facts, rule=rule.source)
    else:
        yield wording.say("verify.kept_later", **facts)
        yield from cause_words(rating.extension, wording)


def _cause(verdict: Verdict) -> Cause | None:
    if verdict.record is None:
        return None
    if verdict.void:
        return verdict.void
    printed = verdict.record.recognition
    return {
        VerdictCase.EXTENDED: printed.extension,
        VerdictCase.SUSPENDED: printed.suspension,
        VerdictCase.WITHDRAWN: printed.withdrawal,
    }.get(verdict.case)


@lru_cache(MINUTES_KEPT)
def _first_scan(minute: datetime, today: date, wording: Wording) -> str:
    first = minute.astimezone(VIETNAM)
    if first.date() == today:
        return wording.say("verify.first_scan_today", time=f"{first:%H:%M}")
    return wording.say("verify.first_scan", moment=first)


def stamp_number(serial: int) -> str:
    """Return a serial as it is printed: six digits in two groups, seven in three ("000 417", "1 048 575")."""
    return f"{serial:07,}".replace(",", " ") if serial < 1_000_000 else f"{serial:,}".replace(",", " ")


def _rows(verdict: Verdict, wording: Wording) -> Iterator[tuple[str, str]]:
    if verdict.record:
        yield from rows_of_product(verdict.record.product, wording)
        if verdict.lot:
            yield from _rows_of_lot(verdict.lot, verdict.day, wording)
        yield from rows_of_decision(verdict.rating or verdict.record.recognition, wording)
        yield from _rows_of_validity(verdict, verdict.record.recognition, wording)


def page_place(product: Product) -> str:
    """Return the place as pages and their JSON name it: a commune of before 1/7/2025 with its district."""
    return page_line(product.address, product.commune, product.district)


def rows_of_product(product: Product, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield what identifies a product, each fact with its name."""
    for name, value in (
        ("brand", product.brand),
        ("producer", product.producer),
        ("place", page_place(product)),
        ("origin", product.origin),
        ("shelf_life", product.shelf_life),
    ):
        if value:
            yield wording.say(f"verify.{name}"), value


def _rows_of_lot(lot: Lot, day: date, wording: Wording) -> Iterator[tuple[str, str]]:
    """The lot of the goods under the stamp; that its last day is over is a fact of theirs, no verdict."""
    if lot.number:
        yield wording.say("verify.lot"), lot.number
    if lot.made_on:
        yield wording.say("verify.made_on"), wording.shown(lot.made_on)
    if lot.use_by:
        name = "use_by_passed" if lot.use_by_passed(day) else "use_by_day"
        yield wording.say("verify.use_by"), wording.say(f"verify.{name}", day=lot.use_by)


def rows_of_decision(shown: Recognition, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield who decided on the stars, and when."""
    if shown.decision_number:
        value = wording.say("verify.decision_numbered", number=shown.decision_number, day=shown.decision_date)
    else:
        value = wording.say("verify.decision_dated", day=shown.decision_date)
    yield wording.say("verify.decision"), value
    if shown.issuer:
        yield wording.say("verify.issuer"), shown.issuer


def _rows_of_validity(verdict: Verdict, printed: Recognition, wording: Wording) -> Iterator[tuple[str, str]]:
    """Until when the rating holds; without one, the term of the stamp's own, unless it was cut short. None if void."""
    if verdict.void:
        return
    if verdict.rating:
        yield wording.say("verify.valid"), wording.say("verify.valid_through", day=verdict.rating.last_day)
    elif verdict.case not in (VerdictCase.SUSPENDED, VerdictCase.WITHDRAWN):
        between = wording.say("verify.valid_between", first=printed.first_day, day=printed.last_day)
        yield wording.say("verify.valid"), between


def _notes(verdict: Verdict, wording: Wording) -> Iterator[str]:
    if verdict.record:
        if verdict.stamp and verdict.stamp.serial == 0:
            yield wording.say("verify.uncounted")
        yield wording.say("verify.reported_lost_advice" if verdict.void else "verify.limits")
    elif verdict.case in (VerdictCase.NOT_OURS, VerdictCase.CANNOT_BE_CHECKED, VerdictCase.RECORDS_AWAY):
        yield wording.say(f"verify.{verdict.case.value}_advice")


def _banners(verdict: Verdict, wording: Wording) -> Iterator[str]:
    if verdict.record:
        for mark in ("trial", "specimen"):
            if getattr(verdict.record, mark):
                yield wording.say(f"verify.{mark}")
