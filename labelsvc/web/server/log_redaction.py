"""Logs without whole codes and without addresses: a code is a stamp's secret name, an address somebody's trail."""

from __future__ import annotations

import logging
import re

from labelsvc.log_context import work_at_hand

_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:(?:%20|[ +\t_.\xa0-]){0,3}[0-9A-Za-z]){19}(?![0-9A-Za-z])")
_KEPT = 4
_IN_FOUR = r"\d{1,3}(?:\.\d{1,3}){3}"
_ADDRESS = re.compile(
    rf"(?<![\w:])(?:[0-9a-fA-F]{{0,4}}:){{2,8}}(?:{_IN_FOUR}|[0-9a-fA-F]{{0,4}})(?![\w:])|\b{_IN_FOUR}\b"
)
_TIME = re.compile(r"\d{1,2}:\d{2}:\d{2}")


def redact(text: str) -> str:
    """Return a line of a log with codes cut to their first four characters and addresses taken out."""
    return _CODE.sub(_cut, _ADDRESS.sub(_hide, text))


def _hide(found: re.Match[str]) -> str:
    """Hide an address; a time of day, which is written with colons too, stays, and so does a name of C++'s kind."""
    text = found[0]
    return text if _TIME.fullmatch(text) or text == "::" else "[address]"


def _cut(found: re.Match[str]) -> str:
    """Cut a code; words that happen to have 20 letters between them stay."""
    text = found[0]
    words = not text.isalnum() and sum(map(str.isdigit, text)) < 2
    return text if words else f"{text[:_KEPT]}…"


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and cuts codes and addresses out of it; ``work`` is what is at hand."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it may be kept."""
        facts = work_at_hand()
        record.work = f" [{' '.join(f'{name}={value}' for name, value in facts.items())}]" if facts else ""
        return redact(super().format(record))
