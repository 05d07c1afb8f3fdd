"""Author and confirmation of acts that cannot be undone."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence

import click

from labelsvc.cli.messages import say, warn
from labelsvc.domain.serial_ranges import SerialRange

YES = ("y", "yes", "c", "có")
PIECES_SHOWN = 12


def clerk_name() -> str:
    """Return the name of the logged-in system user, or "cli" if unknown."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "cli"


def confirmed(*sentences: str, sure: bool) -> bool:
    """Describe the consequence and ask for confirmation on a terminal; else ``sure`` is required (UsageError)."""
    if sure:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError(say("usage.needs_yes"))
    for sentence in sentences:
        warn(sentence)
    answer = click.prompt(say("usage.go_on"), default="", show_default=False, prompt_suffix=" ", err=True)
    if str(answer).strip().casefold() in YES:
        return True
    warn(say("usage.nothing_done"))
    return False


def named_pieces(pieces: Sequence[SerialRange]) -> str:
    """Return pieces in the form in which they are typed, shortened if there are many."""
    more = " …" if len(pieces) > PIECES_SHOWN else ""
    return " ".join(map(str, pieces[:PIECES_SHOWN])) + more
