"""The log of changes in words: fields, days, states and roles, each act once with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from flask import url_for

from labelsvc.domain.account import Right, Role
from labelsvc.domain.product import PRODUCT_TEXTS
from labelsvc.web.desk import context as desk
from labelsvc.workflows.import_report import FieldDifference, as_text

if TYPE_CHECKING:
    from labelsvc.services import RecordedChange

SUBJECTS = (
    "product", "profile", "recognition", "batch", "import", "stamp_order", "design", "design_copy", "stock",
    "official_artwork", "palette", "font", "account", "invitation", "key", "sign_in",
)  # fmt: skip
"""The subjects of changes; each has a word, ``people.subject_<name>``."""

DAYS = frozenset(
    {
        "decision_date",
        "valid_from",
        "valid_until",
        "extended_until",
        "suspended_since",
        "suspended_until",
        "withdrawn_since",
    }
)
FLAGS = frozenset(
    {
        "registered_mark",
        "potential_five",
        "extension_by_office",
        "active",
        "second_factor",
        "exception_law",
        "undone",
        "given_up",
        "leaked",
        "copy_prints",
    }
)
NUMBERS = frozenset(
    {
        "stars",
        "exception_quota",
        "quantity",
        "rows_new",
        "rows_changed",
        "sessions",
        "in_use",
        "recovery_codes",
        "press_files",
    }
)
MAKING = frozenset(
    {
        "product",
        "recognition",
        "ordered",
        "import",
        "account",
        "invited",
        "saved_by",
        "design",
        "design_copy",
        "copy_state",
        "stock",
        "colour",
        "colour_retired",
        "colour_restored",
        "font",
        "token",
        "void",
        "lot",
        "reprint",
        "password",
        "issuing_key",
        "verifying_key",
        "rows_new",
        "rows_changed",
        "exception_quota",
        "exception_law",
        "signed_in",
        "sign_in_refused",
        "token_network",
        "passkey",
        "tokens_waiting",
        "proposal",
        "token_confirmed",
    }
)
"""Fields that were nothing before: their "before" is said only where there is one."""
STATES = {
    "batch": "office.state", "stamp_order": "ordering.state", "design": "looks.state", "stock": "papers.state",
    "font": "font.state",
}  # fmt: skip
_ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_COUNT = re.compile(r"^[0-9]+")
_ROLE = re.compile(r"\((" + "|".join(role.value for role in Role) + r")\)$")


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field with its values before and after; ``before`` is None if it was created."""

    field: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """What somebody changed of one subject at one moment. ``link`` is empty if it has no visible page."""

    at: datetime
    who: str
    subject: str
    name: str
    link: str
    fields: tuple[FieldWords, ...]
    reason: str


def act_words(changes: Sequence[RecordedChange]) -> list[ChangeWords]:
    """Return changes as acts, in their order; neighbours of one moment, person and thing are one act."""
    named = desk.services().change_subjects.named(changes)
    acts = []
    for (at, who, reason, subject, subject_id), rows in groupby(changes, _act):
        found = named.get((subject, subject_id))
        fields = [row for row in reversed(list(rows)) if not (row.field.endswith("_reason") and row.after == reason)]
        acts.append(
            ChangeWords(
                at=at,
                who=person(who),
                subject=_subject(subject),
                name=_name(subject, found.name if found else "", subject_id),
                link=_link(subject, found.page) if found else "",
                fields=tuple(field_words(FieldDifference(row.field, row.before, row.after), subject) for row in fields),
                reason=reason,
            )
        )
    return acts


def field_word(name: str) -> str:
    """Return what people call a field; one that this program does not know stays as it is written."""
    code = f"product.field_{name}" if name in PRODUCT_TEXTS else f"change.field_{name}"
    return desk.say(code) if desk.wording().has(code) else name


def value_words(subject: str, field: str, value: str) -> str:
    """Return a recorded value as people write it."""
    if not value:
        return desk.say("change.empty")
    if field in FLAGS:
        return desk.say("change.no" if value == "False" else "change.yes")
    if field == "state" and subject in STATES and desk.wording().has(code := f"{STATES[subject]}_{value}"):
        return desk.say(code)
    if field == "proposal" and desk.wording().has(code := f"profile.state_{value}"):
        return desk.say(code)
    if field == "copy_state" and desk.wording().has(code := f"copy.state_{value}"):
        return desk.say(code)
    if field == "role" and value in {role.value for role in Role}:
        return desk.say(f"office.role_{value}")
    if field in ("goods_class", "nutrition_exemption") and desk.wording().has(f"law.{field}_{value}"):
        return desk.say(f"law.{field}_{value}")
    if field == "withdrawal_ground":
        return desk.say(f"recognition.ground_{value}")
    if field == "product_group":
        return desk.say(f"office.group_{value.lower()}")
    if field == "password":
        return desk.say("change.password")
    if field in NUMBERS and value.isdigit():
        return desk.wording().shown(int(value))
    if field == "ordered":
        return _ordered(value)
    if field in ("signed_in", "sign_in_refused"):
        return _sign_in(field, value)
    if field == "score":
        return desk.wording().shown(float(value))
    if field in DAYS or field == "recognition":
        return _ISO_DAY.sub(lambda day: desk.wording().shown(date.fromisoformat(day[0])), value)
    return _ROLE.sub(lambda role: f"({desk.say(f'office.role_{role[1]}')})", value)


def _ordered(value: str) -> str:
    """Return what was ordered with the titles of design and stock; what is written otherwise keeps its words."""
    value = _COUNT.sub(lambda count: desk.wording().shown(int(count[0])), value)
    match value.split(" · "):
        case [count, design, stock]:
            return " · ".join((count, desk.design_title(design), desk.stock_title(stock)))
    return value


def _sign_in(field: str, value: str) -> str:
    """Return how and from which network somebody signed in, or was refused for the n-th time."""
    how, network, *more = value.split(" · ")
    known = "network_new" if more == ["new"] else "network"
    told = [desk.say(f"change.by_{how}"), desk.say(f"change.{known}", mark=network)]
    if field == "sign_in_refused":
        told.append(desk.say("change.times", count=int(more[0])))
    return " · ".join(told)


def field_words(difference: FieldDifference, subject: str = "") -> FieldWords:
    """Return a difference that is not recorded yet as people write it."""
    before, after = as_text(difference.before), as_text(difference.after)
    made = difference.field in MAKING and not before
    before_words = None if made else value_words(subject, difference.field, before)
    return FieldWords(field_word(difference.field), before_words, value_words(subject, difference.field, after))


def _act(change: RecordedChange) -> tuple[datetime, str, str, str, int]:
    return change.at, change.who, change.reason, change.subject, change.subject_id


def person(who: str) -> str:
    """Return who did something as people write it: an address, the command line, or the system itself."""
    return desk.say("change.by_command") if who == "cli" else who or desk.say("change.by_itself")


def _subject(subject: str) -> str:
    return desk.say(f"people.subject_{subject}") if subject in SUBJECTS else subject


def _name(subject: str, name: str, subject_id: int) -> str:
    if subject == "sign_in" and not name:
        return desk.say("change.unknown_address")
    if name or subject in ("official_artwork", "palette"):
        return name or desk.say("looks.official_version", version=subject_id)
    return desk.say("change.gone")


def _link(subject: str, page: str) -> str:
    if subject in ("product", "profile", "recognition"):
        return url_for("office.product", product_id=int(page))
    if subject == "batch":
        return url_for("office.batch", name=page)
    if subject == "import":
        return url_for("office.import_done", import_id=int(page))
    if subject == "stamp_order":
        return url_for("office.stamp_orders")
    if subject == "design":
        return url_for("office.designs")
    if subject == "design_copy":
        return url_for("office.design_copy", copy_id=int(page))
    if subject == "stock":
        return url_for("office.stocks")
    if subject == "font":
        return url_for("office.fonts")
    if subject == "palette":
        return url_for("office.colours")
    if subject in ("account", "invitation", "sign_in") and desk.me().may(Right.ADMINISTER):
        return url_for("office.accounts")
    return ""
