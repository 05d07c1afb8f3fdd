"""Parameter types of options and arguments; invalid values are rejected with a hint."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from labelsvc.cli.completion import paths
from labelsvc.cli.messages import explain, nearest, say
from labelsvc.cli.usage import TranslatedOption
from labelsvc.config import setting_values
from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.domain.trace.lot_terms import BY_SHELF_LIFE

Command = TypeVar("Command", bound=Callable[..., Any])
_LENGTH = re.compile(r"\d{1,4}(\.\d{1,2})?")


class _Value(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    def refuse(self, code: str, param: click.Parameter | None, ctx: click.Context | None, **facts: object) -> Any:
        self.fail(say(code, **facts), param, ctx)


class ReadableFile(_Value):
    """An existing readable file."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path."""
        path = Path(value)
        if os.path.isdir(path):
            self.refuse("usage.is_folder", param, ctx, path=path)
        if not os.path.exists(path):
            meant = nearest(path.name, _files(path.parent), likeness=0.6)
            self.refuse("usage.no_file_near" if meant else "usage.no_file", param, ctx, path=path, nearest=meant)
        if not os.access(path, os.R_OK):
            self.refuse("usage.not_readable", param, ctx, path=path)
        return path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete a path."""
        return paths(incomplete)


class NewFile(_Value):
    """A file to write, in an existing folder."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path."""
        path = Path(value)
        if os.path.isdir(path):
            self.refuse("usage.is_folder", param, ctx, path=path)
        if not os.path.isdir(path.parent):
            self.refuse("usage.no_folder", param, ctx, path=path.parent)
        return path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete a path."""
        return paths(incomplete)


def file_out(said: str) -> Callable[[Command], Command]:
    """Return the option of the file that a command writes, which it needs; ``said``: the code of its help."""
    about = {"metavar": say("usage.file"), "help": say(said)}
    return click.option("-o", "--out", required=True, type=NewFile(), cls=TranslatedOption, **about)


class Folder(_Value):
    """A folder, created if missing."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its absolute path, so that it is found from elsewhere."""
        path = Path(value).absolute()
        if os.path.exists(path) and not os.path.isdir(path):
            self.refuse("usage.is_file", param, ctx, path=path)
        return path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete a folder."""
        return paths(incomplete, "dir")


class DatabaseUrl(_Value):
    """The URL of a database, of which nothing but its scheme is told where it cannot be used."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as it is given; it is refused for what the setting is, by the argument's name."""
        try:
            return setting_values.database("database", str(value))
        except InvalidValue as error:
            problem = error.problems[0]
            named = {**problem.facts, "variable": say("usage.database_url")}
            raise click.UsageError(explain(Problem(problem.code, named)), ctx) from None


class WholeNumber(_Value):
    """A whole number."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and len(text) < 12 and self.least <= int(text) <= self.most):
            self.refuse("usage.number", param, ctx, value=text, least=self.least, most=self.most)
        return int(text)


class TypedDay(_Value):
    """A day as people write it, 31/12/2026, or as programs do, 2026-12-31."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        if isinstance(value, date):
            return value
        for form in ("%d/%m/%Y", "%Y-%m-%d"):
            with suppress(ValueError):
                return datetime.strptime(value.strip(), form).date()
        self.refuse("usage.not_a_day", param, ctx, value=value)
        raise AssertionError


class DayOrShelfLife(TypedDay):
    """A day, or ``shelf-life``: as the ISO text or the word that options of a batch keep."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text."""
        if value in ("", BY_SHELF_LIFE):
            return value
        return super().convert(value, param, ctx).isoformat()


class OneOf(_Value):
    """One of a few words."""

    name = "choice"

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = choices

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word."""
        if value not in self.choices:
            self.refuse("usage.choice", param, ctx, value=value, choices=self.choices)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the words that begin so."""
        return [CompletionItem(word) for word in self.choices if word.startswith(incomplete)]


class Millimetres(_Value):
    """A length in millimetres, with a point or a comma."""

    name = "millimetres"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the length."""
        typed = str(value).replace(",", ".", 1)
        if not _LENGTH.fullmatch(typed):
            self.refuse("begin.width_fault", param, ctx, width=value)
        return float(typed)


class Offset(_Value):
    """A printer's offset in millimetres, right and down: ``0.5,-0.3``."""

    name = "offset"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> PrinterOffset:
        """Return the offset."""
        try:
            across, down = map(float, str(value).split(","))
            return PrinterOffset(across, down)
        except InvalidValue as error:
            self.fail(explain(error.problems[0]), param, ctx)
        except ValueError:
            self.fail(say("usage.not_an_offset", value=value), param, ctx)


class HostName(_Value):
    """A host as :meth:`Host.parse` reads it."""

    name = "host"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Host:
        """Return the host."""
        try:
            return value if isinstance(value, Host) else Host.parse(value)
        except InvalidValue as error:
            self.fail(explain(error.problems[0]), param, ctx)


def _files(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
