"""May a label be printed? One function decides for command line, web and API, and gives every reason at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from labelsvc.domain.errors import OverQuota, Problem
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.recognition import Recognition, RecognitionStatus


@dataclass(frozen=True, slots=True)
class PrintPermission:
    """The recognition that a label would belong to, the reasons against printing, and warnings."""

    recognition: Recognition | None
    reasons: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def granted(self) -> bool:
        """Return whether the label may be printed."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Quota:
    """The stamps that a recognition may have in total, and those already ordered (pieces).

    ``allowed``: the number set by the rules plus what an administrator granted.
    """

    allowed: int
    used: int = 0

    @property
    def left(self) -> int:
        """The number that may still be ordered."""
        return max(0, self.allowed - self.used)


def may_print(
    history: Iterable[Recognition], today: date, *, quantity: int = 0, quota: Quota | None = None
) -> PrintPermission:
    """Decide whether a quantity of labels of a product with this history may be printed today (PRODUCT.md §1).

    A recognition with at least the lowest printed stars must be in force, and the quantity must be within its ``quota``
    if one is given. A recognition that ends within the warning period adds a warning: printed stock must not outlive
    the stars.
    """
    recognition = current_recognition(history, today)
    if recognition is None:
        return PrintPermission(None, (Problem("print.no_recognition"),))
    reasons, warnings = [], []
    if not recognition.holds_on(today):
        reasons.append(_why_not(recognition, today))
    if recognition.stars < rules_on(today).lowest_printed_stars:
        lowest = rules_on(today).lowest_printed_stars
        reasons.append(Problem("print.too_few_stars", {"stars": recognition.stars, "lowest": lowest}))
    if quota is not None and quantity > quota.left:
        reasons.append(over_quota(quantity, quota))
    if not reasons and recognition.ends_soon_on(today):
        days = (recognition.last_day - today).days
        warnings.append(Problem("print.ends_soon", {"last_day": recognition.last_day, "days": days}))
    return PrintPermission(recognition, tuple(reasons), tuple(warnings))


def design_suits(groups: Collection[ProductGroup], group: ProductGroup | None) -> bool:
    """Return whether a design for these groups suits a product; a product of unknown group suits every design."""
    return group is None or group in groups


def over_quota(quantity: int, quota: Quota) -> Problem:
    """Return the problem of a quantity that exceeds the quota."""
    return OverQuota("print.over_quota", {"quantity": quantity, "left": quota.left, "allowed": quota.allowed})


def suggested_quantity(recognition: Recognition, quantity: int, quota: Quota, today: date) -> int:
    """Return a sensible number of labels for a requested ``quantity``; 0 if nothing is left.

    At most the rest of the quota. If the stars end soon, at most the share of the quota for the days left, as if it
    were used evenly from the first day to the last, in whole tens: printed stock must not outlive the stars.
    """
    most = min(quantity, quota.left)
    if recognition.ends_soon_on(today):
        left = (recognition.last_day - today).days + 1
        whole = (recognition.last_day - recognition.first_day).days + 1
        most = min(most, ceil(quota.allowed * left / whole / 10) * 10)
    return most


def may_reprint(printed: Recognition, history: Iterable[Recognition], today: date, *, stars: int) -> PrintPermission:
    """Return whether labels printed under a recognition, with these stars, may be reprinted today.

    The recognition must be in force, as for printing, and the product must have at least the printed stars.
    """
    permission = may_print((printed,), today)
    newest = current_recognition(history, today)
    if permission.granted and newest is not None and newest.stars < stars:
        return PrintPermission(printed, (Problem("reprint.lowered", {"printed": stars, "stars": newest.stars}),))
    return permission


def current_recognition(history: Iterable[Recognition], day: date) -> Recognition | None:
    """Return the newest recognition in force on a day, else the newest that has begun, else the first to come."""
    known = tuple(history)
    if len(known) == 1:
        return known[0]  # as of most products
    newest_first = sorted(known, key=lambda r: (r.first_day, r.decision_date), reverse=True)
    for claim in (lambda r: r.holds_on(day), lambda r: r.status_on(day) is not RecognitionStatus.NOT_YET):
        for recognition in newest_first:
            if claim(recognition):
                return recognition
    return newest_first[-1] if newest_first else None


def _why_not(recognition: Recognition, today: date) -> Problem:
    status = recognition.status_on(today)
    since = {
        RecognitionStatus.NOT_YET: recognition.first_day,
        RecognitionStatus.EXPIRED: recognition.last_day,
        RecognitionStatus.WITHDRAWN: recognition.withdrawal.since if recognition.withdrawal else None,
        RecognitionStatus.SUSPENDED: recognition.suspension.since if recognition.suspension else None,
    }[status]
    return Problem(f"print.{status.value}", {"day": since})


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A producer's request for stamps."""

    producer_id: int
    product_id: int
    quantity: int
    design: str
    note: str = ""
