"""``labelsvc backup``: everything that is kept, in one encrypted file; or a look at such a file."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from labelsvc.cli.backups.passphrases import identity_option, lock_of, passphrase_option, unlock_of
from labelsvc.cli.backups.summary import facts_of, print_audit, print_summary, step_code
from labelsvc.cli.messages import explain, open_services, print_line, say, warn
from labelsvc.cli.options import AS_JSON, QUIET
from labelsvc.cli.progress import shown_steps
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import NewFile
from labelsvc.domain.errors import BackupRefused

EXIT_BROKEN = 1


@click.command(cls=TranslatedCommand, help=say("help.backup"))
@click.argument("file", type=NewFile(), metavar=say("usage.file"))
@click.option("--check", is_flag=True, help=say("help.backup_check"))
@click.option("-r", "--recipient", multiple=True, metavar="age1…", help=say("help.backup_recipient"))
@passphrase_option
@identity_option
@click.option("--without-keys", is_flag=True, help=say("help.backup_without_keys"))
@click.option("--output-files", is_flag=True, help=say("help.backup_output_files"))
@click.option("--overwrite", is_flag=True, help=say("help.backup_overwrite"))
@QUIET
@AS_JSON
def backup(
    file: Path,
    check: bool,
    recipient: tuple[str, ...],
    passphrase_file: Path | None,
    identity: Path | None,
    without_keys: bool,
    output_files: bool,
    overwrite: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Back up, or look a backup through."""
    if check and (recipient or without_keys or output_files or overwrite):
        raise click.UsageError(say("backup.check_alone"))
    if check:
        return _check(file, passphrase_file, identity, quiet=quiet or as_json, as_json=as_json)
    if identity:
        raise click.UsageError(say("backup.identity_opens"))

    from labelsvc.workflows.backups.make_backup import BackupChoice, make_backup

    if file.exists() and not overwrite:
        raise BackupRefused.from_code("backup.exists", path=str(file))
    office, lock = open_services().office_places(), lock_of(passphrase_file, recipient)
    choice = BackupChoice(keys=not without_keys, output_files=output_files)
    with closing(office.database), shown_steps(quiet or as_json, step_code) as progress:
        made = make_backup(office, file, lock, office.now(), progress, choice)
    of_file = {"file": str(file), "size": made.file.size, "sha256": made.file.sha256}
    if as_json:
        print_line(json.dumps(of_file | facts_of(made.facts), ensure_ascii=False))
    else:
        print_line(say("backup.made", path=file, size=made.file.size, sha256=made.file.sha256))
        print_summary(made.facts)
    if made.not_noted:
        warn(say("backup.not_noted", why=explain(made.not_noted)))
    return 0


def _check(file: Path, passphrase_file: Path | None, identity: Path | None, *, quiet: bool, as_json: bool) -> int:
    from labelsvc.workflows.backups.check_backup import check_backup

    if not file.exists():
        raise BackupRefused.from_code("backup.no_file", path=str(file))
    unlock = unlock_of(file, passphrase_file, identity)
    with shown_steps(quiet, step_code) as progress:
        checked = check_backup(file, unlock, progress)
    if as_json:
        facts = facts_of(checked.facts) | {"whole": True, "audit_holds": checked.audit_holds}
        print_line(json.dumps({"file": str(file)} | facts, ensure_ascii=False))
    else:
        print_line(say("backup.checked", path=file))
        print_summary(checked.facts)
        print_audit(checked)
    return 0 if checked.audit_holds else EXIT_BROKEN
