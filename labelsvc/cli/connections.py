"""Checks before the start whether PostgreSQL has enough connections for the service at its busiest."""

from __future__ import annotations

from labelsvc.cli.messages import say, warn
from labelsvc.config import LEAST_CONNECTIONS
from labelsvc.domain.errors import ServingRefused
from labelsvc.services import Services

OF_A_PRINTER = 1
"""A process that prints does one thing at a time."""
OF_THE_REST = 3
"""Whoever looks after the queue, and a command or two beside the service."""


def check_connections(services: Services, web_processes: int, *, prints: bool) -> None:
    """Warn where the server has fewer connections than may be taken; ServingRefused if it has far too few."""
    room = services.database.room()
    if room is None:
        return
    printers = services.settings.processes + 1 if prints else 0  # one for small batches
    others = OF_THE_REST + OF_A_PRINTER * printers
    fitting = (room - others) // web_processes
    facts = {
        "room": room,
        "needed": web_processes * services.settings.connections + others,
        "processes": web_processes,
        "fitting": fitting,
    }
    if fitting < LEAST_CONNECTIONS:
        raise ServingRefused.from_code("web.too_few_connections", **facts)
    if fitting < services.settings.connections:
        warn(say("cli.few_connections", **facts))
