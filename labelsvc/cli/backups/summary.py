"""What a backup has, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelsvc.cli.messages import print_line, say, shown_moment, warn

if TYPE_CHECKING:
    from labelsvc.services import BackupFacts
    from labelsvc.workflows.backups.check_backup import CheckedBackup

COUNTED = ("products", "producers", "recognitions", "batches", "lines", "scans", "accounts", "audit")


def facts_of(facts: BackupFacts) -> dict[str, object]:
    """Return what a program wants to know of a backup."""
    return {
        "made_at": facts.made_at.isoformat(),
        "program": facts.program,
        "dialect": facts.dialect,
        "revision": facts.revision,
        "rows": dict(facts.rows),
        "audit_head": facts.audit,
        "epochs": list(facts.epochs),
        "keys": list(facts.keys),
        "lacking_keys": _lacking(facts),
        "output_files": facts.output_files,
    }


def print_summary(facts: BackupFacts) -> None:
    """Say from when a backup is, what it has, and what it has not."""
    at = shown_moment(facts.made_at)
    print_line(say("backup.from", at=at, program=facts.program, database=say(f"backup.kind_{facts.dialect}")))
    rows = {name: facts.rows.get(name, 0) for name in COUNTED}
    print_line(say("backup.rows", **rows))
    print_line(say("backup.epochs", epochs=list(facts.epochs) or "–", keys=list(facts.keys) or "–"))
    if facts.audit:
        print_line(say("backup.audit", head=facts.audit))
    if facts.output_files:
        print_line(say("backup.output_files", count=facts.output_files))
    not_in_it = "not_in_it_of_output" if facts.output_files else "not_in_it"
    print_line(say(f"backup.{not_in_it}", output=facts.output))
    if lacking := _lacking(facts):
        warn(say("backup.lacking_keys", epochs=lacking))


def print_audit(checked: CheckedBackup) -> None:
    """Say where the log of changes is not what was recorded."""
    if checked.audit_holds:
        print_line(say("cli.audit_whole"))
        return
    for row in checked.audit.broken if checked.audit else ():
        warn(say("cli.audit_broken", row=row))
    warn(say("cli.audit_lacks", head=checked.facts.audit))


def step_code(step: str) -> str:
    """Return the sentence of a step."""
    return f"backup.step_{step}"


def _lacking(facts: BackupFacts) -> list[str]:
    """Return the epochs whose keys the backup has not."""
    return [name for name in facts.epochs if name not in facts.keys]
