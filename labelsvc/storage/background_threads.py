"""Threads that work beside what is asked. A system that has no room for one says so when it is begun, and not before.

Limits of tasks (``TasksMax=`` of systemd, pids of a container) and of memory are met just then, when much is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread

LOG = logging.getLogger("labelsvc.storage")


def begin_thread(work: Callable[[], object], name: str) -> Thread | None:
    """Begin a thread that goes with the process; None, which the log says, where there is no room for it just now."""
    thread = Thread(target=work, daemon=True, name=name)
    try:
        thread.start()
    except RuntimeError as error:
        LOG.warning("no room for the thread %s: %s", name, error)
        return None
    return thread
