"""May it be printed? One function answers for the command line, the web and the API, with every reason at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from labelsvc.domain.errors import OverQuota, Problem
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.recognition import Recognition, RecognitionStatus, rules_on


@dataclass(frozen=True, slots=True)
class PrintPermission:
    """The recognition that a label would belong to, why it may not be printed, and what to be warned of."""

    recognition: Recognition | None
    reasons: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def granted(self) -> bool:
        """Tell whether the label may be printed."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Quota:
    """How many stamps a recognition may have in all, and how many were ordered already (pieces).

    ``allowed``: the rules' number and what an administrator granted on top.
    """

    allowed: int
    used: int = 0

    @property
    def left(self) -> int:
        """How many more may be ordered."""
        return max(0, self.allowed - self.used)


def may_print(
    history: Iterable[Recognition], today: date, *, quantity: int = 0, quota: Quota | None = None
) -> PrintPermission:
    """Tell whether so many labels of a product with this history may be printed today (PRODUCT.md §1).

    It takes a recognition in force on that day with at least the lowest printed stars, and a quantity within the
    recognition's ``quota`` where one is told. A recognition that ends within the warning's days is warned of: stock
    must not outlive the stars.
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
    """Tell whether a design for these groups may bear a product; one whose group is unknown is taken by all."""
    return group is None or group in groups


def over_quota(quantity: int, quota: Quota) -> Problem:
    """Return the reason against a quantity that the quota does not hold."""
    return OverQuota("print.over_quota", {"quantity": quantity, "left": quota.left, "allowed": quota.allowed})


def suggested_quantity(recognition: Recognition, quantity: int, quota: Quota, today: date) -> int:
    """Return how many labels are sensible where ``quantity`` is asked for; 0 where nothing is left.

    No more than the quota has left. Where the stars end soon, no more than the quota holds for the days that are left,
    were it used evenly from the first day to the last, in whole tens: stock must not outlive the stars.
    """
    most = min(quantity, quota.left)
    if recognition.ends_soon_on(today):
        left = (recognition.last_day - today).days + 1
        whole = (recognition.last_day - recognition.first_day).days + 1
        most = min(most, ceil(quota.allowed * left / whole / 10) * 10)
    return most


def may_reprint(printed: Recognition, history: Iterable[Recognition], today: date, *, stars: int) -> PrintPermission:
    """Tell whether labels that were printed under a recognition, with some stars, may be made again today.

    The recognition itself must hold as it must for printing, and the product must hold as many stars as on paper.
    """
    permission = may_print((printed,), today)
    newest = current_recognition(history, today)
    if permission.granted and newest is not None and newest.stars < stars:
        return PrintPermission(printed, (Problem("reprint.lowered", {"printed": stars, "stars": newest.stars}),))
    return permission


def current_recognition(history: Iterable[Recognition], day: date) -> Recognition | None:
    """Return the newest recognition that holds on a day, else the newest that began, else the first to come."""
    newest_first = sorted(history, key=lambda r: (r.first_day, r.decision_date), reverse=True)
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
    """What a producer asks for."""

    producer_id: int
    product_id: int
    quantity: int
    design: str
    note: str = ""
