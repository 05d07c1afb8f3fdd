"""``labelsvc config``: what is set, and where it came from."""

from __future__ import annotations

import json
import os

import click

from labelsvc.cli.speech import nearest, say, tell, warn
from labelsvc.cli.usage import SpokenCommand
from labelsvc.config import Settings, known_variables, unknown_variables


@click.command(cls=SpokenCommand, help=say("help.config"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def config(as_json: bool) -> None:
    """Print every setting with its value (secrets hidden) and its origin."""
    rows = Settings.read().shown()
    for name in unknown_variables(os.environ):
        warn(say("config.unknown", variable=name, nearest=nearest(name, known_variables())))
    if as_json:
        settings = {name: {"value": value, "origin": origin or "default"} for name, value, origin in rows}
        tell(json.dumps(settings, ensure_ascii=False))
        return
    width = max(len(name) for name, _, _ in rows)
    for name, value, origin in rows:
        tell(f"{name:<{width}}  {value or '–'}  ({say('config.environment') if origin else say('config.default')})")
