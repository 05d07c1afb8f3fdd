"""Say how much of each room the tests ran, in lines and branches, and hold the floor.

    python -m slipcover --immediate --out .coverage -m pytest
    python -m tests.house.coverage .coverage

What runs in a process of its own, commands and forked children, is not seen.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

FLOOR = 90.1
"""Per cent of lines and branches together: a point under what it is."""

_Counts = Counter[str]


def counts_by_room(files: dict[str, Any]) -> dict[str, _Counts]:
    """Return the sums of each room; modules beside the rooms are added up as ``labelsvc``."""
    rooms: dict[str, _Counts] = {}
    for name, file in sorted(files.items()):
        inside = Path(name).parts[1:]
        rooms.setdefault(inside[0] if len(inside) > 1 else "labelsvc", Counter()).update(file["summary"])
    return rooms


def line(name: str, counts: _Counts) -> str:
    """Return a line of the table: how many lines and branches there are, and how many of each ran."""
    cells = f"{name:<16}"
    for kind in ("lines", "branches"):
        covered = counts[f"covered_{kind}"]
        total = covered + counts[f"missing_{kind}"]
        cells += f"{total:>9,}{100 * covered / (total or 1):>7.1f} %"
    return cells


def main(path: str) -> None:
    """Print the table; exit with a message where the floor is not reached."""
    measured = json.loads(Path(path).read_text(encoding="utf-8"))
    summary = Counter(measured["summary"])
    share = summary.pop("percent_covered")
    print(f"\n{'room':<16}{'lines':>9}{'run':>9}{'branches':>9}{'run':>9}")
    for room, counts in sorted(counts_by_room(measured["files"]).items()):
        print(line(room, counts))
    print(line("all", summary))
    print(f"Lines and branches together: {share:.2f} %; the floor is {FLOOR:g} %.")
    if share < FLOOR:
        sys.exit("The tests run less of labelsvc than they did.")


if __name__ == "__main__":
    main(sys.argv[1])
