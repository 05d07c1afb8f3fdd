"""Columns that many tables have, and what they check."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, Text, text


def text_column(name: str) -> Column[str]:
    """Return a column of texts, empty where a row gives none."""
    return Column(name, Text, nullable=False, server_default="")


def flag_column(name: str, default: bool = False) -> Column[bool]:
    """Return a column of true or false."""
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def count_column(name: str) -> Column[int]:
    """Return a column of numbers that begin at 0."""
    return Column(name, Integer, nullable=False, server_default="0")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Return the rule that a column has one of these values."""
    return CheckConstraint(f"{column} IN {values}", name=column)
