"""What ``serve`` and ``worker`` do without a key: they begin, and say so."""

from __future__ import annotations

from labelsvc.cli.messages import explain, say, warn
from labelsvc.domain.errors import KeyRefused
from labelsvc.services import Services


def has_all_keys(services: Services) -> bool:
    """Return whether every key is at hand; where one is not, warn.

    A service that did not begin would not answer the codes of those that are there, and would not notice when the
    missing one comes back.
    """
    try:
        services.epochs.check()
    except KeyRefused as error:
        warn(explain(error.problems[0]))
        warn(say("keys.begun_without"))
        return False
    return True
