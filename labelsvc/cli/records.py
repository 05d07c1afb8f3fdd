"""``labelsvc import``: spreadsheets in; what was taken, what was refused and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelsvc.cli.speech import explain, say, tell, warn, workshop
from labelsvc.domain.verdict import VIETNAM

if TYPE_CHECKING:
    from labelsvc.workflows.import_products import ImportReport

REFUSED_SHOWN = 20
RECORDS = click.argument("records", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command("import", help=say("help.import"))
@RECORDS
@click.option("--refused", type=click.Path(file_okay=False, path_type=Path), help=say("help.import_refused"))
@click.option("--dry-run", is_flag=True, help=say("help.import_dry_run"))
@click.option("--quiet", is_flag=True, help=say("help.quiet"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def import_records(records: tuple[Path, ...], refused: Path | None, dry_run: bool, quiet: bool, as_json: bool) -> int:
    """Import spreadsheets."""
    if not records:
        raise click.UsageError(say("cli.no_records"))
    report = take_records(records, preview=dry_run)
    written = write_refused(report, records[0], refused) if report.refused and not dry_run else None
    if as_json:
        problems = [explain(problem) for problem in report.problems]
        tell(
            json.dumps({**report.counts, "problems": problems, "refused_file": str(written or "")}, ensure_ascii=False)
        )
    else:
        tell_report(report, written, quiet=quiet)
    nothing = not report.taken
    return 1 if nothing else 3 if report.problems else 0


def take_records(records: Sequence[Path], *, preview: bool = False) -> ImportReport:
    """Import files and return what became of them."""
    from labelsvc.workflows.import_products import import_products

    shop, now = workshop(), datetime.now(UTC)
    files = [(path.name, path) for path in records]
    today = now.astimezone(VIETNAM).date()
    sample = shop.demonstration_records
    return import_products(files, shop.imports, who="cli", now=now, today=today, sample=sample, preview=preview)


def write_refused(report: ImportReport, source: Path, folder: Path | None) -> Path:
    """Write the refused rows beside their file, or into a folder; into the current one where that cannot be."""
    from labelsvc.workflows.refused_rows import refused_rows_csv

    content = refused_rows_csv(report.refused, explain)
    name = f"{source.stem}-bi-tu-choi.csv"
    for place in (folder or source.parent, Path.cwd()):
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
        except OSError as error:
            warn(say("cli.refused_elsewhere", path=place, reason=error.strerror or str(error)))
        else:
            return place / name
    raise click.ClickException(say("cli.refused_nowhere", name=name))


def tell_report(report: ImportReport, written: Path | None, *, quiet: bool) -> None:
    """Tell people what was imported; problems go to standard error."""
    counts = report.counts
    tell(say("cli.imported", **{key: counts[key] for key in ("new", "changed", "unchanged", "refused")}), quiet=quiet)
    for problem in report.warnings:
        tell("  " + explain(problem), quiet=quiet)
    problems = list(report.problems)
    for problem in problems[:REFUSED_SHOWN]:
        warn("  " + explain(problem))
    if len(problems) > REFUSED_SHOWN:
        warn("  " + say("cli.more_refused", count=len(problems) - REFUSED_SHOWN))
    if written:
        warn(say("cli.refused_file", path=written))
