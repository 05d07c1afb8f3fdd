"""Tests, a mirror of the rooms."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
"""The folder of the project."""
