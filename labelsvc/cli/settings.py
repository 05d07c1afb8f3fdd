"""``labelsvc config``: settings, their origin, and the resulting QR codes."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from labelsvc.cli.messages import explain, nearest, open_services, print_line, say, warn, warn_of_untried_store
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.config import Settings, known_variables, unknown_variables
from labelsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from labelsvc.workflows.designs.host_symbols import HostSymbol


@click.command(cls=TranslatedCommand, help=say("help.config"))
@AS_JSON
def config(as_json: bool) -> None:
    """Print every setting with its value (secrets hidden) and its origin, then the host's QR code in each design."""
    from labelsvc.workflows.confinement import Confinement

    settings = open_services().settings
    rows, confined = settings.shown(), Confinement.in_force()
    for name in unknown_variables(os.environ):
        warn(say("config.unknown", variable=name, nearest=nearest(name, known_variables())))
    warn_of_untried_store()
    if as_json:
        facts: dict[str, object] = {
            name: {"value": value, "origin": origin or "default"} for name, value, origin in rows
        }
        facts["qr"] = [
            {"design": each.design, "version": each.version.number, "level": each.version.level,
             "module_mm": each.module_mm, "prints": each.prints}
            for each in _symbols(settings)
        ]  # fmt: skip
        facts["untrusted_files"] = asdict(confined)
        print_line(json.dumps(facts, ensure_ascii=False))
        return
    width = max(len(name) for name, _, _ in rows)
    for name, value, origin in rows:
        print_line(f"{name:<{width}}  {value or '–'}  ({_told(name, origin)})")
    files = say("config.files_kept", version=confined.landlock) if confined.landlock else say("config.files_open")
    print_line(
        say("config.confined", files=files, sockets=say(f"config.sockets_{'none' if confined.sockets else 'open'}"))
    )
    symbols = _symbols(settings)
    width = max((len(each.design) for each in symbols), default=0)
    for each in symbols:
        print_line(f"{each.design:<{width}}  {explain(each.fact)}")


def _told(name: str, origin: str) -> str:
    """Return in words where a setting comes from."""
    if origin not in ("", name):
        return say("config.from_file", variable=origin)
    return say("config.environment") if origin else say("config.default")


def _symbols(settings: Settings) -> list[HostSymbol]:
    """Return the host's QR codes in the designs; none, with a warning, if its URL is too long for any."""
    from labelsvc.workflows.designs.host_symbols import host_symbols

    try:
        return host_symbols(settings.host, open_services().shipped_assets)
    except InvalidValue as error:
        warn(explain(error.problems[0]))
        return []
