"""``labelsvc recognition``: extends, keeps in force by the office's decision, or withdraws a product's stars."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import click

from labelsvc.cli.clock import shared_now, shared_today
from labelsvc.cli.confirmation import clerk_name, confirmed
from labelsvc.cli.messages import open_services, print_line, say
from labelsvc.cli.options import AS_JSON, SURE
from labelsvc.cli.usage import TranslatedCommand, TranslatedGroup, TranslatedOption
from labelsvc.cli.values import OneOf, TypedDay, WholeNumber
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround
from labelsvc.domain.recognition import Recognition, Withdrawal

if TYPE_CHECKING:
    from labelsvc.domain.history import StoredProduct

GROUNDS = tuple(ground.value.replace("_", "-") for ground in WithdrawalGround)
EXIT_DONE, EXIT_NOTHING = 0, 1
PRODUCT = click.argument("product", type=WholeNumber(1, 10**9), metavar=say("usage.product_id"))
REASON = click.option(
    "--reason", required=True, cls=TranslatedOption, metavar=say("usage.reason"), help=say("help.recognition_reason")
)


@click.group(cls=TranslatedGroup, help=say("help.recognition"))
def recognition() -> None:
    """The office's decisions on recognitions."""


@recognition.command(cls=TranslatedCommand, help=say("help.recognition_extend"))
@PRODUCT
@click.option(
    "--until",
    type=TypedDay(),
    required=True,
    cls=TranslatedOption,
    metavar=say("usage.day"),
    help=say("help.recognition_until"),
)
@click.option("--by-office", is_flag=True, help=say("help.recognition_by_office"))
@REASON
@SURE
@AS_JSON
def extend(product: int, until: date, by_office: bool, reason: str, sure: bool, as_json: bool) -> int:
    """Extend a product's stars."""
    from labelsvc.workflows.change_recognition import extend, override_end

    stored, current = _current(product)
    act, code = (override_end, "override") if by_office else (extend, "extend")
    if not confirmed(_sentence(f"would_{code}", stored, current, day=until), reason, sure=sure):
        return EXIT_NOTHING
    act(stored, stored.id_of(current), until, open_services().recognitions, _context(reason))
    facts = {"until": until.isoformat(), "by_office": by_office}
    return _told(_sentence(f"done_{code}", stored, current, day=until), {"product_id": product, **facts}, as_json)


@recognition.command(cls=TranslatedCommand, help=say("help.recognition_withdraw"))
@PRODUCT
@click.option(
    "--ground",
    type=OneOf(GROUNDS),
    required=True,
    cls=TranslatedOption,
    metavar=say("usage.ground"),
    help=say("help.recognition_ground"),
)
@click.option(
    "--decision",
    required=True,
    cls=TranslatedOption,
    metavar=say("usage.decision"),
    help=say("help.recognition_decision"),
)
@click.option("--since", type=TypedDay(), metavar=say("usage.day"), help=say("help.recognition_since"))
@REASON
@SURE
@AS_JSON
def withdraw(
    product: int, ground: str, decision: str, since: date | None, reason: str, sure: bool, as_json: bool
) -> int:
    """Withdraw a product's stars."""
    from labelsvc.workflows.change_recognition import withdraw

    stored, current = _current(product)
    chosen, day = WithdrawalGround(ground.replace("-", "_")), since or shared_today()
    words = say(f"recognition.ground_{chosen.value}")
    if not confirmed(_sentence("would_withdraw", stored, current, day=day, ground=words), reason, sure=sure):
        return EXIT_NOTHING
    withdrawal = Withdrawal(day, reason, decision, chosen)
    withdraw(stored, stored.id_of(current), withdrawal, open_services().recognitions, _context(reason))
    facts = {"product_id": product, "since": day.isoformat(), "ground": chosen.value, "decision_number": decision}
    return _told(_sentence("done_withdraw", stored, current, day=day), facts, as_json)


def _current(product_id: int) -> tuple[StoredProduct, Recognition]:
    """Return a product and its current recognition; NotFound if it has none."""
    stored = open_services().products.get(product_id)
    current = current_recognition(stored.history, shared_today())
    if current is None:
        raise NotFound.from_code("print.no_recognition")
    return stored, current


def _sentence(code: str, stored: StoredProduct, current: Recognition, **facts: object) -> str:
    named = {"product": stored.product.name, "producer": stored.product.producer, "stars": current.stars}
    return say(f"recognition.{code}", decided=current.decision_date, **named, **facts)


def _told(sentence: str, facts: dict[str, object], as_json: bool) -> int:
    print_line(json.dumps(facts, ensure_ascii=False) if as_json else sentence)
    return EXIT_DONE


def _context(reason: str) -> ChangeContext:
    return ChangeContext(clerk_name(), shared_now(), reason)
