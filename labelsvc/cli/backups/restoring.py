"""``labelsvc restore``: a backup into an empty home, where it prints on under a new key."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from labelsvc.cli.backups.passphrases import identity_option, passphrase_option, unlock_of
from labelsvc.cli.backups.summary import print_audit, print_summary, step_code
from labelsvc.cli.messages import explain, open_services, print_line, say, warn
from labelsvc.cli.options import QUIET, TAKE_OUTPUT
from labelsvc.cli.progress import shown_steps
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import ReadableFile
from labelsvc.domain.errors import KeyRefused, OutputRefused
from labelsvc.services import Services

EXIT_PRINTS_NOT_YET = 3


@click.command(cls=TranslatedCommand, help=say("help.restore"))
@click.argument("file", type=ReadableFile(), metavar=say("usage.file"))
@passphrase_option
@identity_option
@TAKE_OUTPUT
@QUIET
def restore(file: Path, passphrase_file: Path | None, identity: Path | None, take_output: bool, quiet: bool) -> int:
    """Restore, and let a new epoch begin."""
    from labelsvc.workflows.backups.restore_backup import check_empty, restore_backup

    services = open_services()
    office = services.office_places()
    with closing(office.database):
        check_empty(office)  # before anybody types a passphrase for nothing
        unlock = unlock_of(file, passphrase_file, identity)
        with shown_steps(quiet, step_code) as progress:
            restored = restore_backup(office, file, unlock, progress)
    print_line(say("backup.restored", path=file, home=services.settings.home))
    print_summary(restored.facts)
    print_audit(restored)
    return 0 if _begin_epoch(services, take_output=take_output) else EXIT_PRINTS_NOT_YET


def _begin_epoch(services: Services, *, take_output: bool) -> bool:
    """Let a new epoch begin; return whether this machine may print, and say what is to be done where it may not."""
    may_print = True
    if take_output:
        services.output_identity.take()
    try:
        services.output_identity.check_answers()
        services.output_identity.check()
    except OutputRefused as error:
        warn(explain(error.problems[0]))
        may_print = False
    try:
        epoch = services.epochs.ready(services.shared_now())
    except (KeyRefused, OutputRefused) as error:
        warn(explain(error.problems[0]))
        return False
    if epoch.started:
        print_line(say(f"keys.started_{epoch.started}", epoch=epoch.name, path=services.epochs.place))
    if epoch.held:
        warn(say("backup.held", batches=list(epoch.held)))
    return may_print
