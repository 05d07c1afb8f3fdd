"""A design's colours on the screen: coloured blocks with inks and their sum."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from labelsvc.cli.messages import print_line, say

if TYPE_CHECKING:
    from labelsvc.workflows.designs.show_swatches import Ink

_HEADINGS = ("colour", "screen", "inks", "spot", "sum", "limit")


def show_swatches(inks: list[Ink]) -> None:
    """Print the inks: a table with coloured blocks on a terminal, aligned plain lines in a pipe."""
    rows = [_cells(ink) for ink in inks]
    headings = [say(f"cli.swatch_{name}") for name in _HEADINGS]
    if sys.stdout.isatty():
        _table(headings, rows)
        return
    widths = [max(len(row[at]) for row in [headings, *rows]) for at in range(len(headings))]
    for row in [headings, *rows]:
        print_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cells(ink: Ink) -> list[str]:
    from labelsvc.workflows.designs.show_swatches import ink_limit

    cyan, magenta, yellow, black = ink.cmyk
    most = ink_limit(ink.cmyk)
    sign = "✓" if ink.total <= most else "✗"
    return [
        ink.name,
        ink.screen,
        f"C{cyan} M{magenta} Y{yellow} K{black}",
        ink.spot or "–",
        f"{ink.total} %",
        f"{sign} ≤ {most} %",
    ]


def _table(headings: list[str], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", *headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(Text("██████", style=row[1]), *row)
    Console().print(table)
