"""Millimetres to points, and numbers as PDF operands: the one place where lengths change their unit."""

from __future__ import annotations

POINTS_PER_MM = 72 / 25.4
MM_PER_POINT = 25.4 / 72


def points(length_mm: float) -> float:
    """Return a length in PDF points (1/72 inch)."""
    return length_mm * POINTS_PER_MM


def number(value: float, digits: int = 2) -> str:
    """Return a number as a PDF operand: at most ``digits`` decimals, no trailing zeros, no exponent, no ``-0``."""
    text = f"{value:.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
