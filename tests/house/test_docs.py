"""README names every command, option and setting that there is, and none that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import click

from labelsvc.cli import labelsvc
from labelsvc.config import known_variables
from tests import CHECKOUT

OF_MANY = ("--json", "--quiet")
"""Options that README tells once for all commands that have them."""
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


@cache
def commands() -> dict[str, click.Command]:
    """All commands by the words that call them, those in groups as ``keys init``."""
    context = click.Context(labelsvc)
    found: dict[str, click.Command] = {}
    for name in labelsvc.list_commands(context):
        command = labelsvc.get_command(context, name)
        assert command is not None
        found |= {f"{name} {inner}": each for inner, each in getattr(command, "commands", {}).items()} or {
            name: command
        }
    return found


def options(command: str) -> set[str]:
    return {name for param in commands()[command].params for name in param.opts if name.startswith("-")}


def told() -> Iterator[tuple[str, str]]:
    """Every command that README tells, with what stands behind it: ``labelsvc keys init | list`` are two."""
    groups = {command.split()[0] for command in commands() if " " in command}
    for line in re.findall(r"(?:^    |`)labelsvc ([a-z][^`\n#]*)", README, re.MULTILINE):
        words = line.split()
        depth = 2 if words[0] in groups else 1
        for alternative in re.split(r" \| ", " ".join(words[depth - 1 :])):
            inner = alternative.split()
            if inner and inner[0].isalpha():
                yield " ".join((*words[: depth - 1], inner[0])), " ".join(inner[1:])


def table_under(heading: str) -> list[str]:
    """The first cells of the table that has a heading."""
    lines = iter(README.splitlines())
    next(line for line in lines if line.startswith(f"| {heading} |"))
    next(lines)
    return [line.split(" | ")[0] for line in iter(lambda: next(lines), "")]


def test_readme_tells_every_command_and_no_other() -> None:
    assert {command for command, _ in told()} == set(commands())


def test_the_table_of_print_has_every_option_and_no_other() -> None:
    cells = table_under("option of `print`")

    assert {name for cell in cells for name in re.findall(r"--[a-z-]+", cell)} == options("print")


def test_every_option_that_readme_shows_with_a_command_is_there() -> None:
    wrong = {
        (command, option)
        for command, words in told()
        for option in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", words)
        if option not in options(command) | {"--version"}
    }

    assert not wrong


def test_every_option_of_other_commands_is_shown() -> None:
    shown = dict.fromkeys(commands(), "")
    for command, words in told():
        shown[command] += f" {words} "

    hidden = {
        (command, param.opts[-1])
        for command, words in shown.items()
        for param in commands()[command].params
        if command != "print" and isinstance(param, click.Option) and param.opts[0] not in OF_MANY
        if not param.hidden
        if not any(re.search(rf"(?<![\w-]){re.escape(name)}\b", words) for name in param.opts)
    }

    assert not hidden
    assert all(f"`{option}`" in README for option in OF_MANY)


def test_the_table_of_settings_has_every_variable_and_no_other() -> None:
    assert [cell.strip("| `") for cell in table_under("variable")] == known_variables()


def test_the_exit_statuses_are_told() -> None:
    assert "Exit status: 0 all printed, 3 some refused, 1 nothing printed, 2 wrong usage" in README


def test_files_that_readme_links_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)

    assert all((CHECKOUT / link).exists() for link in links if "://" not in link)
