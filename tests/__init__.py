"""Tests, a mirror of the rooms."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
"""The folder of the project."""


def cpu_seconds() -> float:
    """Return the CPU time of this process and of its processes that ended: the same however busy the machine is."""
    return sum(os.times()[:4])
