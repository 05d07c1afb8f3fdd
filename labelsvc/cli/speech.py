"""What the command line says, in the language that is set."""

from __future__ import annotations

import os
import sys
from functools import cache

import click

from labelsvc.config import Settings, variable
from labelsvc.domain.errors import Problem
from labelsvc.wiring import Workshop, shared_folder
from labelsvc.wording import Wording


@cache
def wording() -> Wording:
    """Return the sentences in the language that the environment sets (read before the settings are checked)."""
    return Wording(shared_folder("templates") / "wording", os.environ.get(variable("language"), "vi"))


def say(code: str, /, **facts: object) -> str:
    """Return a sentence."""
    return wording().say(code, **facts)


def explain(problem: Problem) -> str:
    """Return a problem as a sentence."""
    return wording().explain(problem)


def shown(value: object) -> str:
    """Return a date or a number as people write it."""
    return wording().shown(value)


def tell(text: str, *, quiet: bool = False) -> None:
    """Write a line for people to standard output, unless they asked for quiet."""
    if not quiet:
        click.echo(text)


def warn(text: str) -> None:
    """Write a line for people to standard error."""
    click.echo(text, err=True)


@cache
def workshop() -> Workshop:
    """Return the product put together from the environment's settings."""
    return Workshop(Settings.read())


def close_workshop() -> None:
    """Close what was opened: the last one who leaves an SQLite database puts its log into it."""
    if workshop.cache_info().currsize:
        workshop().close()


def on_a_terminal() -> bool:
    """Tell whether a person looks on: progress bars then, plain lines in a pipe."""
    return sys.stderr.isatty()
