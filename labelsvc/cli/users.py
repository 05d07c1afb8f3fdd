"""``labelsvc user``: accounts for the first start, and for people who lost access."""

from __future__ import annotations

import json
import sys
from secrets import choice
from typing import TYPE_CHECKING

import click

from labelsvc.cli.clock import shared_now
from labelsvc.cli.messages import open_services, print_line, say
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.usage import TranslatedCommand, TranslatedGroup
from labelsvc.cli.values import OneOf

if TYPE_CHECKING:
    from labelsvc.domain.account import Role

ROLES = ("administrator", "clerk", "auditor", "producer")
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105  no two that look alike
PASSWORD_LENGTH = 20
PRODUCERS_NAMED = 8


@click.group(cls=TranslatedGroup, help=say("help.user"))
def user() -> None:
    """Accounts."""


@user.command("add", cls=TranslatedCommand, help=say("help.user_add"))
@click.argument("email", metavar=say("usage.email"))
@click.option("--role", type=OneOf(ROLES), default="administrator", metavar="|".join(ROLES), help=say("help.user_role"))
@click.option("--name", default="", metavar=say("usage.name"), help=say("help.user_name"))
@click.option("--producer", default="", metavar=say("usage.producer"), help=say("help.user_producer"))
def add(email: str, role: str, name: str, producer: str) -> None:
    """Create an account; the password comes from standard input, or is generated and shown once."""
    from labelsvc.domain.account import Role, normal_email
    from labelsvc.domain.errors import InvalidValue

    address = normal_email(email)
    if open_services().accounts.credentials(address):
        raise InvalidValue.from_code("cli.user_there", email=address)
    if bool(producer) != (role == Role.PRODUCER.value):
        raise InvalidValue.from_code(
            "cli.user_no_producer" if producer else "cli.user_producer", role=role, known=_producers()
        )
    given = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    password = given or _made_up()
    _add(address, name or address.partition("@")[0], Role(role), _producer(producer), password)
    print_line(say("cli.user_added", email=address, role=say(f"cli.role_{role}")))
    if not given:
        print_line(say("cli.user_password", password=password))


@user.command("list", cls=TranslatedCommand, help=say("help.user_list"))
@AS_JSON
def list_users(as_json: bool) -> None:
    """List all accounts."""
    everyone = open_services().accounts.all()
    if as_json:
        rows = [
            {
                "email": account.email,
                "name": account.name,
                "role": account.role.value,
                "producer": account.producer_id,
                "second_factor": account.second_factor,
                "active": account.active,
            }
            for account in everyone
        ]
        print_line(json.dumps(rows, ensure_ascii=False))
        return
    roles = [say(f"cli.role_{account.role.value}") for account in everyone]
    widths = max((len(account.email) for account in everyone), default=0), max(map(len, roles), default=0)
    for account, role in zip(everyone, roles, strict=True):
        stopped = "" if account.active else f"  ({say('people.stopped')})"
        print_line(f"{account.email:<{widths[0]}}  {role:<{widths[1]}}  {account.name}{stopped}")


@user.command("reset", cls=TranslatedCommand, help=say("help.user_reset"))
@click.argument("email", metavar=say("usage.email"))
def reset(email: str) -> None:
    """Give an account a new password, take its second factor away, and end its sessions."""
    from labelsvc.domain.account import normal_email
    from labelsvc.domain.change_context import ChangeContext
    from labelsvc.domain.errors import NotFound
    from labelsvc.workflows.sign_in import change_password

    services = open_services()
    found = services.accounts.credentials(normal_email(email))
    if found is None:
        raise NotFound.from_code("cli.no_user", email=email)
    password, context = _made_up(), ChangeContext("cli", shared_now())
    change_password(services.accounts, services.password_hashes, found.account, password, context)
    services.accounts.set_second_factor(found.account.id, "", 0, context)
    services.accounts.set_active(found.account.id, True, context)
    print_line(say("cli.user_password", password=password))


@user.command("demonstration", cls=TranslatedCommand, help=say("help.user_demonstration"))
def demonstration() -> None:
    """Create three trial accounts once, and show their passwords; only in a specimen installation."""
    from labelsvc.domain.account import Role
    from labelsvc.domain.errors import InvalidValue

    services = open_services()
    if not services.settings.host.specimen:
        raise InvalidValue.from_code("cli.user_not_demonstration", host=services.settings.host)
    if services.accounts.count():
        print_line(say("cli.users_there"))
        return
    products = services.products.all()
    maker = services.product_lists.producer_of(products[0].id) if products else None
    people: list[tuple[str, Role, int | None]] = [("quantri", Role.ADMINISTRATOR, None), ("canbo", Role.CLERK, None)]
    if maker:
        people.append(("chuthe", Role.PRODUCER, maker))
    print_line(say("cli.users_made"))
    for name, role, producer in people:
        password = _made_up()
        _add(f"{name}@ocop.example", say(f"cli.role_{role.value}"), role, producer, password)
        print_line(f"  {name}@ocop.example  {password}  ({say(f'cli.role_{role.value}')})")
    if not maker:
        print_line(say("cli.users_without_producer"))


def _producer(typed: str) -> int | None:
    from labelsvc.workflows.find_producer import find_producer

    return find_producer(open_services().producer_names, typed) if typed else None


def _producers() -> str:
    """Return some producers with their ids, to choose from."""
    found = open_services().producer_names.having("", PRODUCERS_NAMED + 1)
    return ", ".join(f"{producer.id} {producer.name}" for producer in found[:PRODUCERS_NAMED]) + (
        " …" if len(found) > PRODUCERS_NAMED else "" if found else "–"
    )


def _add(email: str, name: str, role: Role, producer: int | None, password: str) -> None:
    from labelsvc.domain.account import Account
    from labelsvc.domain.change_context import ChangeContext
    from labelsvc.workflows.sign_in import add_account

    services, account = open_services(), Account(email=email, name=name, role=role, producer_id=producer)
    add_account(services.accounts, services.password_hashes, account, password, ChangeContext("cli", shared_now()))


def _made_up() -> str:
    letters = "".join(choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH))
    return "-".join(letters[i : i + 5] for i in range(0, PASSWORD_LENGTH, 5))
