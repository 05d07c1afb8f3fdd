"""Folders in the database: relative if inside the output, so that they are found when it moves."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Dialect, Engine, Text, TypeDecorator

OUTPUT = "labelsvc_output"
"""An engine's dialect has the output under this name: nothing else of an engine reaches a type."""


def set_output(engine: Engine, output: Path | str | None) -> None:
    """Say where the output is, by its path or URL; None leaves folders as they are kept."""
    setattr(engine.dialect, OUTPUT, output and str(output))


def kept_folder(folder: str, output: Path | str | None) -> str:
    """Return a folder as it is kept: relative where it lies in the output."""
    place = str(output or "").rstrip("/")
    return folder.removeprefix(f"{place}/") if place and folder.startswith(f"{place}/") else folder


def _found_folder(kept: str, output: str) -> str:
    """Return where a folder is: one that is kept by a path or URL of its own stays where it was."""
    return kept if kept.startswith("/") or "://" in kept else f"{output.rstrip('/')}/{kept}"


class OutputPath(TypeDecorator[str]):
    """An absolute path or a URL to whoever reads and writes it; empty if there is none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Keep a folder of the output by its name there."""
        return value and kept_folder(value, getattr(dialect, OUTPUT, None))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return where a folder is now; one outside the output stays where it was."""
        output = getattr(dialect, OUTPUT, None)
        return _found_folder(value, output) if value and output else value
