"""Folders in the database: relative if inside the output, so that they are found when it moves."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Dialect, Engine, Text, TypeDecorator

_OUTPUT = "labelsvc_output"
"""An engine's dialect has the output under this name: nothing else of an engine reaches a type."""


def set_output(engine: Engine, output: Path | None) -> None:
    """Say where the output is; None leaves folders as they are kept."""
    setattr(engine.dialect, _OUTPUT, output)


def kept_folder(folder: str, output: Path | None) -> str:
    """Return a folder as it is kept: relative where it lies in the output."""
    if output is None or not folder or not Path(folder).is_relative_to(output):
        return folder
    return str(Path(folder).relative_to(output))


class OutputPath(TypeDecorator[str]):
    """An absolute path to whoever reads and writes it; empty if there is none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Keep a folder of the output by its name there."""
        return value and kept_folder(value, getattr(dialect, _OUTPUT, None))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return where a folder is now; one outside the output stays where it was."""
        output = getattr(dialect, _OUTPUT, None)
        return str(output / value) if value and output else value
