"""When a renewal may be filed, and which recognitions may be extended without one, by the rules of the day.

The window belongs to the day on which somebody files, not to the decision that gave the stars: who renews in 2027 files
as 26/2026/QĐ-TTg says, whatever decision the stars came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from labelsvc.domain.programme.rules import RULES, rules_on


class WindowStage(Enum):
    """Where a day lies in a window for renewal."""

    TO_COME = "to_come"
    OPEN = "open"
    CLOSED = "closed"
    """No file is received any more; the stars still hold."""


@dataclass(frozen=True, slots=True)
class RenewalWindow:
    """Files for renewal are received from ``opens`` to ``closes``, both included, by ``source``."""

    opens: date
    closes: date
    source: str

    def stage_on(self, day: date) -> WindowStage:
        """Return where a day lies."""
        if day < self.opens:
            return WindowStage.TO_COME
        return WindowStage.OPEN if day <= self.closes else WindowStage.CLOSED


@dataclass(frozen=True, slots=True)
class ExtensionAllowed:
    """The rule that lets a recognition be extended, at most ``until`` that day."""

    until: date
    source: str
    article: str


def renewal_window(last_day: date, today: date) -> RenewalWindow | None:
    """Return when files are received for stars that end on ``last_day``; None where today's rules set no window."""
    rules = rules_on(today)
    if rules.filing is None:
        return None
    opens, closes = (last_day - timedelta(days=n) for n in (rules.filing.opens_days, rules.filing.closes_days))
    return RenewalWindow(opens, closes, rules.source)


def extension_allowed(last_day: date) -> ExtensionAllowed | None:
    """Return the transitional clause that lets stars that end on ``last_day`` be extended, or None.

    It covers stars that were in force when the decision took effect and whose window had closed by that day:
    26/2026/QĐ-TTg took effect on 22/5/2026 and closes the window 120 days before the end, so those that end from that
    day to 19/9/2026.
    """
    for rules in RULES:
        if rules.transition is None or rules.filing is None:
            continue
        if rules.since <= last_day <= rules.since + timedelta(days=rules.filing.closes_days):
            until = last_day + timedelta(days=rules.transition.longest_days)
            return ExtensionAllowed(until, rules.source, rules.transition.article)
    return None
