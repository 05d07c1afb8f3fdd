"""Logs without whole codes and without addresses: a code is a stamp's secret name, an address somebody's trail."""

from __future__ import annotations

import logging
import re

_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:(?:%20|[ +-])?[0-9A-Za-z]){19}(?![0-9A-Za-z])")
_KEPT = 4
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])")


def discreet(text: str) -> str:
    """Return a line of a log with codes cut to their first four characters and addresses taken out."""
    return _ADDRESS.sub("[address]", _CODE.sub(_cut, text))


def _cut(found: re.Match[str]) -> str:
    """Cut a code; words that happen to have 20 letters between them stay."""
    text = found[0]
    words = not text.isalnum() and sum(map(str.isdigit, text)) < 2
    return text if words else f"{text[:_KEPT]}…"


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback included, and cuts codes and addresses out of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it may be kept."""
        return discreet(super().format(record))
