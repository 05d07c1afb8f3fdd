"""``labelsvc import``: imports spreadsheets; reports accepted and refused rows, with reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelsvc.cli.clock import shared_now, shared_today
from labelsvc.cli.messages import explain, open_services, print_line, say, warn
from labelsvc.cli.options import AS_JSON, QUIET
from labelsvc.cli.places import PLACES, RENEW_PLACES, print_places
from labelsvc.cli.progress import shown_steps
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import Folder, ReadableFile
from labelsvc.domain.errors import OutputRefused
from labelsvc.domain.time_zone import VIETNAM

if TYPE_CHECKING:
    from labelsvc.workflows.import_report import ImportReport
    from labelsvc.workflows.profiles.measure_import import ImportMeter

REFUSED_SHOWN = 20
RECORDS = click.argument("records", nargs=-1, type=ReadableFile(), metavar=say("usage.records"))


@click.command("import", cls=TranslatedCommand, help=say("help.import"))
@RECORDS
@click.option("--refused", type=Folder(), metavar=say("usage.folder"), help=say("help.import_refused"))
@click.option("--dry-run", is_flag=True, help=say("help.import_dry_run"))
@click.option("--convert-legacy", is_flag=True, help=say("help.import_convert"))
@RENEW_PLACES
@PLACES
@QUIET
@AS_JSON
def import_records(records: tuple[Path, ...], refused: Path | None, quiet: bool, as_json: bool, **asked: Any) -> int:
    """Import spreadsheets."""
    if not records:
        raise click.UsageError(say("cli.no_records"))
    dry_run, convert_legacy = asked["dry_run"], asked["convert_legacy"]
    report = import_files(
        records,
        preview=dry_run,
        convert_legacy=convert_legacy,
        places=asked["places"],
        renew_places=asked["renew_places"],
        quiet=quiet or as_json,
    )
    written = write_refused(report, records[0], refused) if report.refused and not dry_run else None
    if as_json:
        facts: dict[str, object] = {"problems": list(map(explain, report.problems)), "refused_file": str(written or "")}
        if convert_legacy:
            facts["converted"] = [{"before": each.before, "after": each.after} for each in report.conversions]
        facts["places"] = report.places.facts()
        if dry_run:
            facts["trace"] = _trace_facts(report)
        print_line(json.dumps({**report.counts, "dry_run": dry_run, **facts}, ensure_ascii=False))
    else:
        if convert_legacy:
            print_conversions(report, quiet=quiet)
        print_import_report(report, written, quiet=quiet, preview=dry_run)
        print_places(report.places, quiet=quiet, details=dry_run)
        if dry_run:
            meter = _meter(report)
            print_line(say("meter.preview", whole=meter.whole, products=meter.products), quiet=quiet)
    return 1 if not report.taken else 3 if report.problems else 0


def _meter(report: ImportReport) -> ImportMeter:
    """Say what trace codes of a preview's products would lack."""
    from labelsvc.workflows.profiles.measure_import import measure_import

    return measure_import(report, open_services().profiles, shared_today())


def _trace_facts(report: ImportReport) -> dict[str, object]:
    """Return the meter of a preview for a program: how many are complete, and what each row lacks."""
    meter = _meter(report)
    rows = [
        {"file": row.place.file, "sheet": row.place.sheet, "row": row.place.row, "product": row.name}
        | {"lacking": [name.value for name in row.lacking]}
        for row in meter.rows
    ]
    return {"products": meter.products, "complete": meter.whole, "rows": rows}


def import_files(
    records: Sequence[Path],
    *,
    preview: bool = False,
    convert_legacy: bool = False,
    places: Sequence[str] = (),
    renew_places: bool = False,
    quiet: bool = False,
) -> ImportReport:
    """Import files and return the report; a preview writes nothing, not even an empty database.

    ``places``: what divided units are, «Quảng An, Tây Hồ=Phường Tây Hồ»; naming one renews places too. A terminal
    shows how far it is, unless ``quiet``.
    """
    from labelsvc.domain.places.renewal import PlaceRenewer
    from labelsvc.workflows.import_products import ImportOptions, import_products
    from labelsvc.workflows.places.place_answers import read_place_answers

    services, now = open_services(), shared_now()
    if preview:
        services.rehearse()
    files = [(path.name, path) for path in records]
    today = now.astimezone(VIETNAM).date()
    with shown_steps(quiet, lambda step: f"cli.import_{step}") as progress:
        options = ImportOptions(
            services.demonstration_records,
            preview,
            convert_legacy=convert_legacy,
            places=PlaceRenewer(services.gazetteer, read_place_answers(places, services.gazetteer)),
            renew_places=renew_places or bool(places),
            profiles=services.demonstration_profiles,
            progress=progress,
        )
        return import_products(files, services.imports, who="cli", now=now, today=today, options=options)


def write_refused(report: ImportReport, source: Path, folder: Path | None) -> Path:
    """Write the refused rows beside their file or into a folder; into the current one if that fails."""
    content = report.refused_file(explain)
    name = f"{source.stem}-bi-tu-choi.csv"
    for place in (folder or source.parent, Path.cwd()):
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
        except OSError as error:
            warn(say("cli.refused_elsewhere", path=place, reason=error.strerror or str(error)))
        else:
            return place / name
    raise OutputRefused.from_code("cli.refused_nowhere", name=name)


def print_conversions(report: ImportReport, *, quiet: bool) -> None:
    """Print which cells were converted, before and after."""
    if report.conversions:
        print_line(say("cli.converted", count=len(report.conversions)), quiet=quiet)
    for each in report.conversions[:REFUSED_SHOWN]:
        print_line(f"  {explain(each.place.named())}, {each.heading}: {each.before} → {each.after}", quiet=quiet)
    if (more := len(report.conversions) - REFUSED_SHOWN) > 0:
        print_line("  " + say("cli.more_converted", count=more), quiet=quiet)


def print_import_report(report: ImportReport, written: Path | None, *, quiet: bool, preview: bool = False) -> None:
    """Print what was imported, or would be; problems go to standard error."""
    counts = {key: report.counts[key] for key in ("new", "changed", "unchanged", "refused")}
    print_line(say("cli.would_import" if preview else "cli.imported", **counts), quiet=quiet)
    for problem in report.warnings:
        print_line("  " + explain(problem), quiet=quiet)
    for problem in report.problems[:REFUSED_SHOWN]:
        warn("  " + explain(problem))
    if (more := len(report.problems) - REFUSED_SHOWN) > 0:
        warn("  " + say("cli.more_refused" if written else "cli.more_problems", count=more))
    if written:
        warn(say("cli.refused_file", path=written))
