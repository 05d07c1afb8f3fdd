"""Cells of exported tables that no spreadsheet takes for a formula (OWASP, CSV injection)."""

from __future__ import annotations

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Return a text that begins with no sign of a formula: an apostrophe goes before one."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text
