"""Logs without whole codes and without addresses: a code is a stamp's secret name, an address somebody's trail."""

from __future__ import annotations

import logging
import re

_CODE = re.compile(
    r"(?<![0-9A-Za-z])([0-9A-Za-z]{4})(?:[ +-]|%20)?(?:[0-9A-Za-z](?:[ +-]|%20)?){15}[0-9A-Za-z](?![0-9A-Za-z])"
)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])")


def discreet(text: str) -> str:
    """Return a line of a log with codes cut to their first four characters and addresses taken out."""
    return _ADDRESS.sub("[address]", _CODE.sub(r"\1…", text))


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback included, and cuts codes and addresses out of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it may be kept."""
        return discreet(super().format(record))
