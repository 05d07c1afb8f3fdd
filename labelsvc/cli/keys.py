"""``labelsvc keys``: the epochs and their masters."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from labelsvc.cli.speech import say, shown, tell, warn, workshop
from labelsvc.domain.verdict import VIETNAM


@click.group(help=say("help.keys"))
def keys() -> None:
    """Keys."""


@keys.command(help=say("help.keys_init"))
def init() -> None:
    """Make the first key."""
    epochs = workshop().epochs
    epoch = epochs.create(datetime.now(UTC))
    tell(say(f"keys.started_{epoch.started}", epoch=epoch.name, path=epochs.place))


@keys.command("list", help=say("help.keys_list"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def list_keys(as_json: bool) -> None:
    """List the epochs."""
    found = workshop().epochs.all()
    if as_json:
        rows = [
            {"epoch": e.name, "created": e.created_at.isoformat(), "issues": e.issues, "key_present": e.key_present}
            for e in found
        ]
        tell(json.dumps(rows))
        return
    for epoch in found:
        state = "issues" if epoch.issues else "verifies"
        key = say("cli.key_there") if epoch.key_present else say("cli.key_missing")
        tell(f"{epoch.name}  {shown(epoch.created_at.astimezone(VIETNAM).date())}  {say(f'cli.epoch_{state}')}  {key}")
    if not found:
        tell(say("cli.no_keys"))


@keys.command(help=say("help.keys_rotate"))
@click.option("--lost", multiple=True, help=say("help.keys_lost"))
def rotate(lost: tuple[str, ...]) -> None:
    """Start a new epoch."""
    epochs = workshop().epochs
    epoch = epochs.rotate(datetime.now(UTC), given_up=lost)
    tell(say("keys.started_rotated", epoch=epoch.name, path=epochs.place))
    if epochs.by_environment:
        tell(epochs.export())


@keys.command(help=say("help.keys_export"))
@click.option("-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=say("help.keys_out"))
def export(out: Path) -> int:
    """Export the keys to a new file that only its owner reads."""
    content = workshop().epochs.export()
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        warn(say("cli.not_written", path=out, reason=error.strerror or str(error)))
        return 1
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(content + "\n")
    warn(say("cli.exported", path=out))
    return 0


@keys.command("import", help=say("help.keys_import"))
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_keys(source: Path) -> None:
    """Take another database's keys, which only verify."""
    taken = workshop().epochs.import_verifying(source.read_text(encoding="ascii").strip(), datetime.now(UTC))
    tell(say("cli.keys_taken", count=len(taken)))
