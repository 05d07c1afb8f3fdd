"""Passphrases and secret keys, as they are typed or stand in files; never in an argument, which others see."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelsvc.cli.messages import say
from labelsvc.cli.values import ReadableFile
from labelsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from labelsvc.services import Lock, Unlock

LONGEST = 1 << 16
"""Bytes of a file with a passphrase or keys."""

passphrase_option = click.option(
    "--passphrase-file", type=ReadableFile(), metavar=say("usage.file"), help=say("help.backup_passphrase_file")
)
identity_option = click.option(
    "-i", "--identity", type=ReadableFile(), metavar=say("usage.file"), help=say("help.backup_identity")
)


def lock_of(passphrase_file: Path | None, recipients: tuple[str, ...]) -> Lock:
    """Return what a new backup is closed with: keys of recipients, a file's passphrase, or one typed twice."""
    from labelsvc.workflows.backups.seals import lock_for, lock_with

    if recipients:
        if passphrase_file:
            raise click.UsageError(say("backup.one_way"))
        return lock_for(recipients)
    return lock_with(_first_line(passphrase_file) if passphrase_file else _typed(twice=True))


def unlock_of(path: Path, passphrase_file: Path | None, identity: Path | None) -> Unlock:
    """Return what opens a backup: what it asks for, from a file or typed."""
    from labelsvc.workflows.backups.seals import asks_passphrase, unlock_with

    if not asks_passphrase(path):
        return unlock_with(identities=_content(identity)) if identity else unlock_with()
    return unlock_with(_first_line(passphrase_file) if passphrase_file else _typed(twice=False))


def _typed(*, twice: bool) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError(say("backup.no_terminal"))
    typed = str(_prompt("backup.passphrase"))
    if twice and _prompt("backup.passphrase_again") != typed:
        raise InvalidValue.from_code("backup.not_the_same", field="passphrase")
    return typed


def _prompt(code: str) -> object:
    return click.prompt(say(code), hide_input=True, default="", show_default=False, prompt_suffix=" ", err=True)


def _first_line(path: Path) -> str:
    return _content(path).partition("\n")[0].rstrip("\r")


def _content(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(LONGEST).decode("utf-8", "replace")
