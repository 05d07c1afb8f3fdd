"""``labelsvc keys``: the epochs and their masters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from labelsvc.cli.clock import shared_now
from labelsvc.cli.key_commands.key_service import given_new_key, write_secret
from labelsvc.cli.messages import open_services, print_line, say, shown_value, warn
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.usage import TranslatedGroup
from labelsvc.cli.values import NewFile, ReadableFile, file_out
from labelsvc.domain.errors import KeyRefused, NotFound
from labelsvc.domain.time_zone import VIETNAM

LONGEST_EXPORT = 1 << 20
"""Bytes; more are no exported keys."""


@click.group(cls=TranslatedGroup, help=say("help.keys"))
def keys() -> None:
    """Keys."""


@keys.command(help=say("help.keys_init"))
def init() -> None:
    """Make the first key."""
    epochs = open_services().epochs
    epoch = epochs.create(shared_now())
    print_line(say(f"keys.started_{epoch.started}", epoch=epoch.name, path=epochs.place))


@keys.command("list", help=say("help.keys_list"))
@AS_JSON
def list_keys(as_json: bool) -> None:
    """List the epochs."""
    found = open_services().epochs.all()
    if as_json:
        rows = [
            {
                "epoch": e.name,
                "created": e.created_at.isoformat(),
                "issues": e.issues,
                "key_present": e.key_present,
                "given_up": e.given_up,
                "leaked": e.leaked,
            }
            for e in found
        ]
        print_line(json.dumps(rows))
        return
    for epoch in found:
        state = "issues" if epoch.issues else "verifies"
        day = shown_value(epoch.created_at.astimezone(VIETNAM).date())
        key = "there" if epoch.key_present else "given_up" if epoch.given_up else "missing"
        key = "leaked" if epoch.leaked else key
        print_line(f"{epoch.name}  {day}  {say(f'cli.epoch_{state}')}  {say(f'cli.key_{key}')}")
    if not found:
        print_line(say("cli.no_keys"))


@keys.command(help=say("help.keys_rotate"))
@click.option("--lost", multiple=True, metavar=say("usage.name"), help=say("help.keys_lost"))
@click.option("--leaked", multiple=True, metavar=say("usage.name"), help=say("help.keys_leaked"))
@click.option("-o", "--out", type=NewFile(), metavar=say("usage.file"), help=say("help.keys_rotate_out"))
def rotate(lost: tuple[str, ...], leaked: tuple[str, ...], out: Path | None) -> None:
    """Start a new epoch."""
    from labelsvc.cli.serving import seal_second_factors

    services = open_services()
    epochs = services.epochs
    at_hand = {epoch.name: epoch.key_present for epoch in epochs.all()} | dict.fromkeys(epochs.lost(), False)
    given_up = [name.upper() for name in lost]
    for name in given_up:
        _check_lost(name, at_hand)
    known_to_others = [name.upper() for name in leaked]
    for name in known_to_others:
        _check_known(name, at_hand)
    if out and not epochs.by_environment:
        raise click.UsageError(say("keys.out_for_services", path=epochs.place))
    key = given_new_key(services, out) if epochs.by_environment else None
    epoch = epochs.rotate(shared_now(), key=key, given_up=given_up, leaked=known_to_others)
    warn_or_print = warn if epochs.by_environment else print_line  # what a service takes is alone on standard output
    warn_or_print(say("keys.started_rotated", epoch=epoch.name, path=epochs.place))
    if epochs.by_command or not epochs.by_environment:  # else no process has it before the service begins anew
        seal_second_factors(services)
    if given_up:
        warn(say("keys.given_up", epoch=given_up))
    if known_to_others:
        warn(say("keys.leaked_told", epoch=known_to_others))


@keys.command(help=say("help.keys_export"))
@click.option("--verifying", is_flag=True, help=say("help.keys_verifying"))
@file_out("help.keys_out")
def export(out: Path, verifying: bool) -> int:
    """Export the keys to a new file that only its owner reads."""
    epochs = open_services().epochs
    epochs.check()
    content = epochs.export(verifying=verifying)
    if not content:
        warn(say("cli.no_keys"))
        return 1
    write_secret(out, content)
    warn(say("cli.exported", path=out))
    return 0


@keys.command("import", help=say("help.keys_import"))
@click.argument("source", type=ReadableFile(), metavar=say("usage.file"))
def import_keys(source: Path) -> None:
    """Take another database's keys, which only verify."""
    with source.open("rb") as stream:
        text = stream.read(LONGEST_EXPORT).decode("utf-8", "replace").strip()
    if ":" not in text:
        raise KeyRefused.from_code("keys.not_exported", path=str(source))
    taken = open_services().epochs.import_verifying(text, shared_now(), str(source))
    print_line(say("cli.keys_taken", count=len(taken)))


def _check_known(name: str, at_hand: Mapping[str, bool]) -> None:
    if name not in at_hand:
        raise NotFound.from_code("keys.no_epoch", epoch=name, known=list(at_hand) or "–")


def _check_lost(name: str, at_hand: Mapping[str, bool]) -> None:
    """Raise NotFound for an unknown epoch, and KeyRefused for one whose key is available."""
    _check_known(name, at_hand)
    if at_hand[name]:
        raise KeyRefused.from_code("keys.not_lost", epoch=name)
