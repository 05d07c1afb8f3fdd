"""The parts of docs/ that the code says itself: ``python -m tests.house.reference`` writes them anew.

A block stands between ``<!-- begin: NAME -->`` and ``<!-- end -->``; a test compares it with what would be written.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import click

from labelsvc.cli import labelsvc
from labelsvc.preflight.rules import RULES
from labelsvc.records.columns import COLUMNS
from labelsvc.rendering.design.expressions.names import NAMES
from labelsvc.rendering.design.source import KNOWN
from labelsvc.storage.db.public_rights import public_rights
from tests import CHECKOUT

DOCS = CHECKOUT / "docs"
BLOCK = re.compile(r"(<!-- begin: (?P<name>[^>]+?) -->\n)(?P<text>.*?)(<!-- end -->)", re.DOTALL)
BY_HAND = frozenset({"make labels", "first print", "bench", "log"})
"""Blocks with what a command printed once: their batches have names, days and folders that differ each time."""
HEAD = {
    "vi": ("Trường", "Tiêu đề cột được hiểu", "Cột"),
    "en": ("Field", "Headings that are understood", "Kind"),
}


def pages() -> Iterator[Path]:
    """Yield README and every page of docs/."""
    yield CHECKOUT / "README.md"
    yield from sorted(DOCS.rglob("*.md"))


def language_of(page: Path) -> str:
    return "vi" if page.parent.name == "vi" else "en"


def written(page: Path) -> str:
    """Return a page with its blocks as the code says them."""
    language = language_of(page)

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        text = match["text"] if name in BY_HAND else text_of(name, language)
        return f"{match[1]}{text}{match[4]}"

    return BLOCK.sub(block, page.read_text(encoding="utf-8"))


def text_of(name: str, language: str) -> str:
    """Return the text of a block; KeyError where nothing is called so."""
    subject, _, rest = name.partition(" ")
    return BLOCKS[subject](rest, language)


def help_of(words: str, language: str) -> str:
    """Return what ``labelsvc WORDS --help`` prints, of a group every command's, as code blocks."""
    helps = spoken_helps(language)
    some = [text for command, text in helps.items() if command == words or command.startswith(f"{words} ")]
    if not some:
        raise KeyError(words)
    return "".join("\n" + "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines()) + "\n" for text in some)


@cache
def spoken_helps(language: str) -> dict[str, str]:
    """Return every command with its help; a process of its own, as commands speak one language for life."""
    environment = {"LABELSVC_LANGUAGE": language, "COLUMNS": "100", "PATH": "", "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "tests.house.reference", "helps"]
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    helps: dict[str, str] = json.loads(done.stdout)
    return helps


def all_helps() -> dict[str, str]:
    """Return every command with its help, in this process's language."""
    helps = {}
    for words, command in commands().items():
        context = command.make_context(f"labelsvc {words}", [], resilient_parsing=True, terminal_width=88)
        helps[words] = command.get_help(context)
    return helps


@cache
def commands() -> dict[str, click.Command]:
    """Return all commands by the words that call them, those in groups as ``keys init``."""
    top = click.Context(labelsvc, info_name="labelsvc")
    found = {}
    for name in labelsvc.list_commands(top):
        command = labelsvc.get_command(top, name)
        assert command is not None
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        found |= {f"{name} {part}".strip(): each for part, each in inner.items()}
    return found


def headings(_: str, language: str) -> str:
    """Return the table of columns with every heading that is understood."""
    field, heading, kind = HEAD[language]
    rows = [f"| {field} | {heading} | {kind} |", "|---|---|---|"]
    for column in COLUMNS:
        star = "\\*" if column.needed else ""
        rows.append(f"| `{column.field}`{star} | {', '.join(column.headings)} | {column.kind} |")
    return "\n".join(rows) + "\n"


def elements(_: str, language: str) -> str:
    """Return the table of SVG's own elements with the attributes that are read."""
    first, second = {"vi": ("Phần tử", "Thuộc tính"), "en": ("element", "attributes")}[language]
    rows = [f"| {first} | {second} |", "|---|---|"]
    for element, attributes in KNOWN.items():
        if not element.startswith("ls:"):
            rows.append(f"| `{element}` | {', '.join(f'`{name}`' for name in sorted(attributes)) or '–'} |")
    return "\n".join(rows) + "\n"


def colours(_: str, language: str) -> str:
    """Return the table of the palette's colours."""
    head = {"vi": ("Màu", "Tên", "C, M, Y, K (%)", "Mực pha"), "en": ("colour", "name", "C, M, Y, K (%)", "spot ink")}
    rows = ["| " + " | ".join(head[language]) + " |", "|---|---|---|---|"]
    palette = tomllib.loads((CHECKOUT / "templates" / "press" / "palette.toml").read_text(encoding="utf-8"))
    for name, ink in palette.items():
        rows.append(f"| `{ink['screen']}` | {name} | {', '.join(map(str, ink['cmyk']))} | {ink.get('spot', '')} |")
    return "\n".join(rows) + "\n"


def names(_: str, __: str) -> str:
    """Return the names that a design's texts may use."""
    return "\n".join(f"- `{name}`" for name in sorted(NAMES)) + "\n"


def rules(_: str, language: str) -> str:
    """Return the table of preflight's rules, section by section, each with its name and its source."""
    words = tomllib.loads((CHECKOUT / "templates" / "wording" / "preflight.toml").read_text(encoding="utf-8"))
    head = {"vi": ("Quy tắc", "Tên trong JSON", "Nguồn"), "en": ("rule", "name in JSON", "source")}
    rows = ["| " + " | ".join(head[language]) + " |", "|---|---|---|"]
    for section in dict.fromkeys(rule.section for rule in RULES):
        rows.append(f"| **{words[f'section_{section}'][language]}** | | |")
        for rule in (rule for rule in RULES if rule.section == section):
            rows.append(f"| {words[f'rule_{rule.name}'][language]} | `{rule.name}` | {rule.source} |")
    return "\n".join(rows) + "\n"


def rights(role: str, _: str) -> str:
    """Return what gives a role the rights of a machine that only verifies."""
    return "\n" + "".join(f"    {statement}\n" for statement in public_rights(role)) + "\n"


BLOCKS: dict[str, Callable[[str, str], str]] = {
    "help": help_of,
    "headings": headings,
    "svg": elements,
    "palette": colours,
    "names": names,
    "rules": rules,
    "rights": rights,
}


def write() -> None:
    """Write every page anew."""
    for page in pages():
        page.write_text(written(page), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["helps"]:
        print(json.dumps(all_helps()))
    else:
        write()
