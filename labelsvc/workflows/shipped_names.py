"""The names of designs and stocks that come with the product, read without what they are drawn with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labelsvc.rendering.sheets.stocks import stock_names


def shipped_designs(templates: Path) -> Sequence[str]:
    """Return the names of the designs, sorted."""
    return sorted(path.stem for path in (templates / "labels").glob("*.svg"))


def shipped_stocks(templates: Path) -> Sequence[str]:
    """Return the names of the stocks, sorted; a roll under the size that its file names."""
    return stock_names(templates / "sheets")
