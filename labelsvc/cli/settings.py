"""``labelsvc config``: what is set, and where it came from."""

from __future__ import annotations

import json

import click

from labelsvc.cli.speech import say, tell
from labelsvc.config import Settings


@click.command(help=say("help.config"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def config(as_json: bool) -> None:
    """Print every setting with its value (secrets hidden) and its origin."""
    rows = Settings.read().shown()
    if as_json:
        tell(json.dumps({name: {"value": value, "origin": origin or "default"} for name, value, origin in rows}))
        return
    width = max(len(name) for name, _, _ in rows)
    for name, value, origin in rows:
        tell(f"{name:<{width}}  {value or '–'}  ({say('config.environment') if origin else say('config.default')})")
