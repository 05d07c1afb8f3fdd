"""Messages of the command line, in the configured language."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import click

from labelsvc.config import Settings
from labelsvc.config.setting_values import variable
from labelsvc.domain.errors import LabelsvcError, OutputRefused, Problem
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.services import Services, shared_folder
from labelsvc.wording import Wording


@cache
def wording() -> Wording:
    """Return the sentences in the environment's language (read before the settings are checked)."""
    return Wording(shared_folder("templates") / "wording", os.environ.get(variable("language"), "vi"))


def say(code: str, /, **facts: object) -> str:
    """Return a sentence."""
    return wording().say(code, **facts)


def explain(problem: Problem) -> str:
    """Return a problem as a sentence."""
    return wording().explain(problem)


def shown_value(value: object) -> str:
    """Return a date or a number as people write it."""
    return wording().shown(value)


def shown_moment(moment: datetime) -> str:
    """Return a moment as people in Vietnam write it."""
    local = moment.astimezone(VIETNAM)
    return f"{local:%H:%M} {shown_value(local.date())}"


class OutputClosed(Exception):
    """The reader of a pipe is gone (click would exit with status 1, which has its own meaning here)."""


def print_line(text: str, *, quiet: bool = False) -> None:
    """Write a line to standard output, unless quiet.

    Raises OutputClosed if the pipe is closed, OutputRefused if the disk is full.
    """
    if not quiet:
        try:
            _echo(text, err=False)
        except OSError as error:
            raise OutputRefused.from_code("cli.not_told", reason=error.strerror or str(error)) from error


def warn(text: str) -> None:
    """Write a line to standard error; OutputClosed if the pipe is closed."""
    _echo(text, err=True)


def _echo(text: str, *, err: bool) -> None:
    try:
        click.echo(text, err=err)
    except BrokenPipeError as error:
        raise OutputClosed from error


def refuse(error: LabelsvcError) -> None:
    """Report a refusal on standard error."""
    for problem in error.problems:
        warn(explain(problem))


def nearest(typed: str, known: Iterable[str], *, likeness: float = 0.0) -> str:
    """Return the most likely intended name, or an empty string."""
    from difflib import get_close_matches

    return "".join(get_close_matches(typed, list(known), n=1, cutoff=likeness))


@cache
def open_services() -> Services:
    """Return the product put together from the environment's settings; LabelsvcError for one that cannot be used.

    The log is for services: commands print messages, and log only if a level is set.
    """
    settings = Settings.read()
    if settings.origin["log"]:
        from labelsvc.web.server.log import set_up_log

        set_up_log(settings)
    else:
        import logging

        logging.getLogger("labelsvc").addHandler(logging.NullHandler())
    services = Services(settings, _warn_of_closed)
    services.check_given_keys()
    return services


def _warn_of_closed(closed: Sequence[Path]) -> None:
    """Warn about what was open to others: exposed keys may be known."""
    keys = next((path for path in closed if path.name == "keys.json"), None)
    warn(say("cli.keys_were_open", path=keys) if keys else say("cli.home_was_open", count=len(closed), path=closed[0]))


def warn_of_untried_store() -> None:
    """Warn where batches go to a kind of store that labelsvc was never tried with."""
    settings = open_services().settings
    if kind := settings.untried_store:
        warn(say("config.untried_store", variable=variable("output"), value=settings.output, kind=kind))


def close_services() -> None:
    """Close what was opened: the last process to leave an SQLite database checkpoints its log."""
    if open_services.cache_info().currsize:
        open_services().close()


def on_a_terminal() -> bool:
    """Return whether output goes to a terminal: progress bars then, plain lines in a pipe."""
    return sys.stderr.isatty()
