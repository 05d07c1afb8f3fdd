"""Shell completion of design and stock names: the shipped ones, read from their folders.

Completion must be instant, so no database is opened; designs published by the office must be typed in full.
"""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from labelsvc.services import shared_folder


def designs(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the designs with this prefix."""
    from labelsvc.workflows.shipped_names import shipped_designs

    return _beginning(begun, shipped_designs(shared_folder("templates")))


def designs_or_files(context: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the designs with this prefix; if there are none, let the shell complete paths."""
    return designs(context, param, begun) or paths(begun)


def stocks(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the stocks with this prefix."""
    from labelsvc.workflows.shipped_names import shipped_stocks

    return _beginning(begun, shipped_stocks(shared_folder("templates")))


def paths(begun: str, kind: str = "file") -> list[CompletionItem]:
    """Leave it to the shell to complete a path; ``kind`` is "file" or "dir"."""
    return [CompletionItem(begun, type=kind)]


def _beginning(begun: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(begun)]
