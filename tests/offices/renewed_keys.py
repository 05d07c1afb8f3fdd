"""Waits for keys that are asked for beside the tests."""

from __future__ import annotations

import threading


def wait_until_renewed() -> None:
    """Wait for the command that runs beside."""
    for thread in threading.enumerate():
        if thread.name == "renew-keys":
            thread.join(10)
