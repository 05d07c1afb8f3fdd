"""Keeps spreadsheets from interpreting exported text as a formula (OWASP, CSV injection)."""

from __future__ import annotations

_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe is put before one, even after blanks."""
    return f"'{text}" if text.lstrip(" ").startswith(_SIGNS) else text


def guarded_for_import(text: str) -> str:
    """Return the same for a file that is imported again: reading takes one apostrophe away, so one's own is doubled."""
    return f"'{text}" if text.lstrip("'").startswith(_SIGNS) else text
