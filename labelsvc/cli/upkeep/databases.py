"""``labelsvc db``: checks, upgrades and moves the database."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from labelsvc.cli.confirmation import confirmed
from labelsvc.cli.messages import explain, open_services, print_line, say, shown_moment, shown_value, warn
from labelsvc.cli.options import AS_JSON, SURE
from labelsvc.cli.usage import TranslatedCommand, TranslatedGroup
from labelsvc.cli.values import DatabaseUrl

if TYPE_CHECKING:
    from labelsvc.domain.errors import Problem
    from labelsvc.workflows.upkeep.check_database import DatabaseReport

EXIT_DONE, EXIT_WRONG = 0, 1


@click.group(cls=TranslatedGroup, help=say("help.db"))
def db() -> None:
    """The database as a whole."""


@db.command(cls=TranslatedCommand, help=say("help.db_check"))
@AS_JSON
def check(as_json: bool) -> int:
    """Look through the database."""
    from labelsvc.workflows.upkeep.check_database import check_database

    services = open_services()
    report = check_database(services.stored_database, services.epochs_of)
    print_line(_as_json(report)) if as_json else _print_report(report)
    return EXIT_WRONG if report.faults else EXIT_DONE


@db.command(cls=TranslatedCommand, help=say("help.db_upgrade"))
def upgrade() -> int:
    """Bring the schema up to date."""
    from labelsvc.workflows.upkeep.upgrade_database import foresee_upgrade, upgrade_database

    services = open_services()
    change = foresee_upgrade(services.stored_database)
    if change.steps:
        print_line(say("db.upgrade_from", before=change.before, after=change.after))
    upgrade_database(services.stored_database, services.settings.output, _print_step)
    done = "upgrade_done" if change.steps else "upgrade_nothing" if change.before else "upgrade_made"
    print_line(say(f"db.{done}", after=change.after))
    return EXIT_DONE


@db.command(cls=TranslatedCommand, help=say("help.db_copy"))
@click.argument("url", type=DatabaseUrl(), metavar=say("usage.database_url"))
@SURE
def copy(url: str, sure: bool) -> int:
    """Move everything to another database."""
    from labelsvc.cli.progress import shown_rows
    from labelsvc.workflows.upkeep.move_database import move_database, name_place

    services = open_services()
    services.database  # noqa: B018  brought up to date, and refused where it was moved before
    if not confirmed(say("db.would_move", place=name_place(url)), sure=sure):
        return EXIT_WRONG
    with ExitStack() as progress:

        def begin(total: int) -> Callable[[int], None]:
            return progress.enter_context(shown_rows(total))

        moved = move_database(services.settings.database, url, begin)
    _print_rows(moved.rows)
    print_line(say("db.move_done", rows=sum(moved.rows.values()), tables=len(moved.rows)))
    print_line(say("db.move_next", place=moved.place))
    return EXIT_DONE


@db.command(cls=TranslatedCommand, help=say("help.db_reopen"))
@SURE
def reopen(sure: bool) -> int:
    """Let a database that was moved be used again."""
    from labelsvc.workflows.upkeep.move_database import reopen_database

    if not confirmed(say("db.would_reopen"), sure=sure):
        return EXIT_WRONG
    place = reopen_database(open_services().stored_database)
    print_line(say("db.reopened", place=place) if place else say("db.not_moved"))
    return EXIT_DONE


def _print_step(revision: str) -> None:
    print_line(say("db.upgrade_step", revision=revision, what=say(f"upgrade.to_{revision}")))


def _print_report(report: DatabaseReport) -> None:
    if report.revision:
        print_line(say("db.schema", revision=report.revision, head=report.program_revision))
    _print_rows(report.rows)
    if report.audit and report.audit.whole:
        print_line(say("db.audit", head=report.audit.head.short))
    if report.audit:  # where it does not hold, the backup is asked for first
        made_at = report.last_backup
        print_line(say("db.last_backup", at=shown_moment(made_at)) if made_at else say("db.no_backup"))
    for note in report.notes:
        print_line(explain(note))
    for fault in report.faults:
        warn(explain(fault))
    if report.revision and not report.faults:
        print_line(say("db.whole"))


def _print_rows(rows: dict[str, int]) -> None:
    counts = {table: shown_value(count) for table, count in rows.items()}
    width = max(map(len, counts.values()), default=0)
    for table, count in counts.items():
        print_line(say("db.move_table", rows=count.rjust(width), table=table))


def _as_json(report: DatabaseReport) -> str:
    def told(problems: list[Problem]) -> list[dict[str, object]]:
        return [{"code": each.code, **each.facts, "message": explain(each)} for each in problems]

    facts: dict[str, object] = {"schema": report.revision, "program_schema": report.program_revision}
    facts |= {"moved_to": report.moved_to, "rows": report.rows}
    facts["audit_head"] = report.audit.head.short if report.audit else ""
    facts["last_backup"] = report.last_backup.isoformat() if report.last_backup else None
    return json.dumps(facts | {"faults": told(report.faults), "notes": told(report.notes)}, ensure_ascii=False)


@db.command(cls=TranslatedCommand, help=say("help.db_rights"))
@click.argument("role", metavar=say("usage.name"))
def rights(role: str) -> None:
    """Print what gives a role the rights of a machine that only verifies."""
    for statement in open_services().public_rights(role):
        print_line(statement)
