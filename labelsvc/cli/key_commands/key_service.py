"""A new key where the environment or a key service gives the keys: it is shown before an epoch is named after it.

A key service must give it by then, so no code is ever made with a key that the machines that verify cannot ask for.
"""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from labelsvc.cli.messages import print_line, say, warn
from labelsvc.domain.errors import KeyRefused

if TYPE_CHECKING:
    from labelsvc.domain.label_code import EpochKey
    from labelsvc.services import Services

WAITED_SECONDS = 900.0
ASKED_EVERY_SECONDS = 5.0


def given_new_key(services: Services, out: Path | None) -> EpochKey:
    """Show what is to be set from now on, wait until a key service gives it, and return the new key.

    ``out``: a new file for it, which only its owner reads, instead of standard output. Whoever stops it, and whoever
    waits in vain (KeyRefused keys.not_given), has changed nothing.
    """
    key, text = services.epochs.with_new_key()
    if out:
        write_secret(out, text)
    else:
        print_line(text)
    if not services.epochs.by_command:
        return key
    warn(say("keys.give", epoch=key.name, minutes=round(WAITED_SECONDS / 60)))
    until = monotonic() + WAITED_SECONDS
    while not services.epochs.is_given(key):
        if monotonic() > until:
            raise KeyRefused.from_code("keys.not_given", epoch=key.name)
        sleep(ASKED_EVERY_SECONDS)
    return key


def write_secret(out: Path, text: str) -> None:
    """Write a new file that only its owner reads; KeyRefused cli.not_written if it is there already, or cannot be."""
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeyRefused.from_code("cli.not_written", path=str(out), reason=error.strerror or str(error)) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text + "\n")
