"""``labelsvc user``: accounts for a first start, and for whoever lost the way in."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from secrets import choice
from typing import TYPE_CHECKING

import click

from labelsvc.cli.speech import say, tell, workshop
from labelsvc.cli.usage import SpokenCommand, SpokenGroup
from labelsvc.cli.values import Number, OneOf

if TYPE_CHECKING:
    from labelsvc.domain.account import Role

ROLES = ("administrator", "clerk", "auditor", "producer")
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105  no two that look alike
PASSWORD_LENGTH = 20


@click.group(cls=SpokenGroup, help=say("help.user"))
def user() -> None:
    """Accounts."""


@user.command("add", cls=SpokenCommand, help=say("help.user_add"))
@click.argument("email", metavar=say("usage.email"))
@click.option("--role", type=OneOf(ROLES), default="administrator", metavar="|".join(ROLES), help=say("help.user_role"))
@click.option("--name", default="", metavar=say("usage.name"), help=say("help.user_name"))
@click.option("--producer", type=Number(1, 2**31 - 1), metavar="N", help=say("help.user_producer"))
def add(email: str, role: str, name: str, producer: int | None) -> None:
    """Make an account; the password comes from standard input, or is made up and shown once."""
    from labelsvc.domain.account import Role, normal_email

    address = normal_email(email)
    given = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    password = given or _made_up()
    _add(address, name or address.partition("@")[0], Role(role), producer, password)
    tell(say("cli.user_added", email=address, role=role))
    if not given:
        tell(say("cli.user_password", password=password))


@user.command("list", cls=SpokenCommand, help=say("help.user_list"))
def list_users() -> None:
    """List all accounts."""
    for account in workshop().accounts.all():
        tell(f"{account.email}  {account.role.value}  {account.name}{'' if account.active else '  –'}")


@user.command("reset", cls=SpokenCommand, help=say("help.user_reset"))
@click.argument("email", metavar=say("usage.email"))
def reset(email: str) -> None:
    """Give an account a new password, take its second factor away, and end its sessions."""
    from labelsvc.domain.account import normal_email
    from labelsvc.domain.errors import NotFound
    from labelsvc.domain.occasion import Occasion
    from labelsvc.workflows.sign_in import change_password

    found = workshop().accounts.credentials(normal_email(email))
    if found is None:
        raise NotFound.of("cli.no_user", email=email)
    password, occasion = _made_up(), Occasion("cli", datetime.now(UTC))
    change_password(workshop().accounts, found.account, password, occasion)
    workshop().accounts.set_second_factor(found.account.id, "", 0, occasion)
    workshop().accounts.set_active(found.account.id, True, occasion)
    tell(say("cli.user_password", password=password))


@user.command("demonstration", cls=SpokenCommand, help=say("help.user_demonstration"))
def demonstration() -> None:
    """Make three accounts to try everything with, once, and show their passwords; only where all is a specimen."""
    from labelsvc.domain.account import Role
    from labelsvc.domain.errors import InvalidValue

    shop = workshop()
    if not shop.settings.host.specimen:
        raise InvalidValue.of("cli.user_not_demonstration", host=shop.settings.host)
    if shop.accounts.count():
        tell(say("cli.users_there"))
        return
    products = shop.products.all()
    maker = shop.product_lists.producer_of(products[0].id) if products else None
    people: list[tuple[str, Role, int | None]] = [("quantri", Role.ADMINISTRATOR, None), ("canbo", Role.CLERK, None)]
    if maker:
        people.append(("chuthe", Role.PRODUCER, maker))
    tell(say("cli.users_made"))
    for name, role, producer in people:
        password = _made_up()
        _add(f"{name}@ocop.example", say(f"cli.role_{role.value}"), role, producer, password)
        tell(f"  {name}@ocop.example  {password}  ({say(f'cli.role_{role.value}')})")


def _add(email: str, name: str, role: Role, producer: int | None, password: str) -> None:
    from labelsvc.domain.account import Account
    from labelsvc.domain.occasion import Occasion
    from labelsvc.workflows.sign_in import add_account

    shop, occasion = workshop(), Occasion("cli", datetime.now(UTC))
    if producer is not None:
        shop.accounts.producer_name(producer)
    add_account(shop.accounts, Account(email=email, name=name, role=role, producer_id=producer), password, occasion)


def _made_up() -> str:
    letters = "".join(choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH))
    return "-".join(letters[i : i + 5] for i in range(0, PASSWORD_LENGTH, 5))
