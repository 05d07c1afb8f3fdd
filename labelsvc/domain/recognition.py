"""A recognition: the stars that a decision gave a product, and how long they are valid.

Everything that a decision can change is in the dated rows of :mod:`labelsvc.domain.programme.rules`.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from datetime import date, timedelta
from enum import Enum

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.programme.issuers import issuer_doubt
from labelsvc.domain.programme.renewal import ExtensionAllowed, extension_allowed
from labelsvc.domain.programme.rules import MOST_STARS, last_day_by_rules, rules_on, stars_for_score
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround

POTENTIAL_STARS = 4
"""Where 90 points or more wait for the ministry: four stars with the flag of potential five."""

FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2100, 12, 31)
"""Between these lie all days of decisions: the programme began in 2018, and what lies beyond is a typing error."""


class RecognitionStatus(Enum):
    """The status of a recognition on a day."""

    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Extension:
    """The stars hold until ``until``, inclusive, past the decision's last day.

    ``by_office``: the office decided so itself; no rule of the programme extends these stars. Extensions of before
    the rules by date lack it; ``Recognition.extension_rule`` judges them by their days.
    """

    until: date
    reason: str
    by_office: bool = False


@dataclass(frozen=True, slots=True)
class Suspension:
    """The stars are suspended from ``since`` to ``until`` (open when None), both inclusive."""

    since: date
    reason: str
    until: date | None = None
    decision_number: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The stars are withdrawn (thu hồi) from ``since`` on, on one of six grounds; ``reason`` says it in words."""

    since: date
    reason: str
    decision_number: str = ""
    ground: WithdrawalGround = WithdrawalGround.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Stars with their decision and validity; the first and last day are both valid.

    ``valid_until`` None takes the rules' term from the decision's day, to the same day of the month.
    ``as_stored``: rules were checked when it was stored; they change, and it must remain readable.
    """

    stars: int
    decision_date: date
    decision_number: str = ""
    issuer: str = ""
    score: float | None = None
    potential_five: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    extension: Extension | None = None
    suspension: Suspension | None = None
    withdrawal: Withdrawal | None = None
    as_stored: InitVar[bool] = False

    def __post_init__(self, as_stored: bool) -> None:
        self._check_days()
        if not 1 <= self.stars <= MOST_STARS:
            raise InvalidValue.from_code("recognition.stars", field="stars", value=self.stars)
        if self.potential_five and self.stars != POTENTIAL_STARS:
            raise InvalidValue.from_code("recognition.potential_five", field="potential_five", value=self.stars)
        if not as_stored:
            self._check_by_rules()

    def _check_by_rules(self) -> None:
        self._check_score()
        if self.first_day > self.last_day_by_decision:
            last, first = self.last_day_by_decision, self.first_day
            raise InvalidValue.from_code("recognition.valid_until", field="valid_until", value=last, first=first)
        check_extension(self)

    def _check_score(self) -> None:
        """Refuse a score that does not match the stars. Potential five stars are four with the score of five."""
        if self.score is None:
            return
        by_score = stars_for_score(self.score, self.decision_date)
        if self.potential_five and by_score != MOST_STARS:
            lowest = dict(rules_on(self.decision_date).lowest_score)[MOST_STARS]
            raise InvalidValue.from_code("recognition.potential_score", field="score", value=self.score, lowest=lowest)
        if by_score != (MOST_STARS if self.potential_five else self.stars):
            flag = by_score == MOST_STARS and self.stars == POTENTIAL_STARS
            hint = Problem("recognition.potential_hint") if flag else ""
            facts = {"value": self.score, "stars": self.stars, "hint": hint}
            raise InvalidValue.from_code("recognition.score", field="score", **facts)

    def _check_days(self) -> None:
        days: list[tuple[str, date | None]] = [("decision_date", self.decision_date)]
        days += [("valid_from", self.valid_from), ("valid_until", self.valid_until)]
        if self.suspension is not None:
            days += [("since", self.suspension.since), ("until", self.suspension.until)]
        if self.withdrawal is not None:
            days.append(("since", self.withdrawal.since))
        for field, day in days:
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                raise InvalidValue.from_code("recognition.day", field=field, value=day, first=FIRST_DAY, last=LAST_DAY)

    @property
    def first_day(self) -> date:
        """The first day on which the stars are valid."""
        return self.valid_from or self.decision_date

    @property
    def last_day_by_decision(self) -> date:
        """The last day by the decision (the office's own, or the rules' term), without an extension."""
        if self.valid_until is not None:
            return self.valid_until
        return last_day_by_rules(self.decision_date)

    @property
    def last_day(self) -> date:
        """The last day on which the stars are valid, including an extension that lengthens the term."""
        decided = self.last_day_by_decision
        return max(self.extension.until, decided) if self.extension else decided

    @property
    def issuer_doubt(self) -> Problem | None:
        """Why this issuer may not have given these stars on that day; None if nothing speaks against it."""
        return issuer_doubt(self.issuer, self.stars, self.decision_date)

    @property
    def extension_rule(self) -> ExtensionAllowed | None:
        """The transitional clause by which the stars are extended; None where the office decided so itself."""
        if self.extension is None or self.extension.by_office:
            return None
        return extension_allowed(self.last_day_by_decision)

    def status_on(self, day: date) -> RecognitionStatus:
        """Return the status on a day: withdrawn before suspended before expired."""
        if self.withdrawal and day >= self.withdrawal.since:
            return RecognitionStatus.WITHDRAWN
        if day < self.first_day:
            return RecognitionStatus.NOT_YET
        if day > self.last_day:
            return RecognitionStatus.EXPIRED
        if self.suspension and self.suspension.since <= day <= (self.suspension.until or date.max):
            return RecognitionStatus.SUSPENDED
        return RecognitionStatus.EXTENDED if day > self.last_day_by_decision else RecognitionStatus.IN_FORCE

    def holds_on(self, day: date) -> bool:
        """Return whether the stars are valid on a day."""
        return self.status_on(day) in (RecognitionStatus.IN_FORCE, RecognitionStatus.EXTENDED)

    def ends_soon_on(self, day: date) -> bool:
        """Return whether stock printed on that day may outlive the stars (the rules' warning period, 90 days)."""
        return self.last_day - day <= timedelta(days=rules_on(day).print_warning_days)


def check_extension(recognition: Recognition) -> None:
    """Refuse an extension that lengthens nothing, or one by law that no transitional clause covers."""
    extension, last = recognition.extension, recognition.last_day_by_decision
    if extension is None:
        return
    until = extension.until
    facts = {"field": "extension", "value": until, "last": last}
    if until > LAST_DAY:
        raise InvalidValue.from_code("recognition.day", **facts | {"first": FIRST_DAY, "last": LAST_DAY})
    if until <= last:
        raise InvalidValue.from_code("recognition.extension_short", **facts)
    if extension.by_office:
        return
    allowed = extension_allowed(last)
    if allowed is None:
        raise InvalidValue.from_code("recognition.extension_none", **facts)
    if until > allowed.until:
        by = {"longest": allowed.until, "source": allowed.source, "article": allowed.article}
        raise InvalidValue.from_code("recognition.extension", **facts | by)
