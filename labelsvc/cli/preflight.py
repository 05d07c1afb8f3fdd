"""``labelsvc preflight``: what prepress would say about a PDF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelsvc.cli.messages import explain, open_services, print_line, say, shown_value, warn
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.progress import shown_pages
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import ReadableFile
from labelsvc.domain.errors import Problem

if TYPE_CHECKING:
    from labelsvc.workflows.preflight_apart import Fault, PreflightReport, RuleResult

EXIT_PASSED, EXIT_FAULTS = 0, 1
SHOWN_FAULTS = 8
"""The most faults shown per rule; --json has all."""
_SIGNS = {"passed": "✓", "failed": "✗", "not_applicable": "–", "not_checked": "?"}


@click.command(cls=TranslatedCommand, help=say("help.preflight"))
@click.argument("file", type=ReadableFile(), metavar=say("usage.file"))
@click.option("--quiet", is_flag=True, help=say("help.preflight_quiet"))
@AS_JSON
def preflight(file: Path, quiet: bool, as_json: bool) -> int:
    """Check a press file."""
    from labelsvc.workflows.preflight_apart import preflight_apart

    with shown_pages(quiet or as_json) as progress:
        services = open_services()
        done = preflight_apart(file, services.settings.processes, progress, lambda: services.verifying_keys.all())
    if as_json:
        print_line(json.dumps(_report(file, done), ensure_ascii=False))
    else:
        _tell(file, done, quiet)
    return EXIT_PASSED if done.passed else EXIT_FAULTS


def _tell(file: Path, done: PreflightReport, quiet: bool) -> None:
    section = ""
    for result in done.results:
        if quiet and result.status not in ("failed", "not_checked"):
            continue
        if result.rule.section != section:
            section = result.rule.section
            print_line(say(f"preflight.section_{section}"))
        title, note = say(f"preflight.rule_{result.rule.name}"), _note(result)
        print_line(f"  {_SIGNS[result.status]} {title} [{result.rule.source}]{note}")
        for fault in result.faults[:SHOWN_FAULTS]:
            print_line("      " + _fault(fault))
        if len(result.faults) > SHOWN_FAULTS:
            print_line("      " + say("preflight.further", count=len(result.faults) - SHOWN_FAULTS))
    counts = {status: sum(result.status == status for result in done.results) for status in _SIGNS}
    print_line(
        say(
            "preflight.summary_passed" if done.passed else "preflight.summary_failed",
            file=file,
            pages=done.pages,
            **counts,
        )
    )
    for warning in _warnings(done):
        warn("! " + explain(warning))


def _warnings(done: PreflightReport) -> list[Problem]:
    """Return remarks that must be seen though they are no faults: label sheets with pages without a QR."""
    remarks = [result.remark for result in done.results if result.remark]
    return [remark for remark in remarks if remark.code == "preflight.no_qr"]


def _note(result: RuleResult) -> str:
    said = "" if result.status in ("passed", "failed") else say(f"preflight.{result.status}")
    remark = explain(result.remark) if result.remark else ""
    return "".join(f" – {part}" for part in (said, remark) if part)


def _fault(fault: Fault) -> str:
    place = [say("preflight.at_page", page=fault.page)] if fault.page else []
    if fault.place:
        place.append(f"{shown_value(fault.place[0])} × {shown_value(fault.place[1])} mm")
    if fault.object_number:
        place.append(say("preflight.at_object", number=str(fault.object_number)))
    if fault.times > 1:
        place.append(say("preflight.times", count=fault.times))
    return f"{', '.join(place)}: {explain(fault.problem)}" if place else explain(fault.problem)


def _report(file: Path, done: PreflightReport) -> dict[str, Any]:
    return {
        "file": str(file),
        "pages": done.pages,
        "passed": done.passed,
        "warnings": list(map(explain, _warnings(done))),
        "rules": [
            {
                "rule": result.rule.name,
                "section": result.rule.section,
                "title": say(f"preflight.rule_{result.rule.name}"),
                "source": result.rule.source,
                "result": result.status,
                "remark": explain(result.remark) if result.remark else None,
                "faults": [_fault_json(fault) for fault in result.faults],
            }
            for result in done.results
        ],
    }


def _fault_json(fault: Fault) -> dict[str, Any]:
    x_mm, y_mm = fault.place or (None, None)
    return {
        "code": fault.problem.code,
        "says": explain(fault.problem),
        "page": fault.page or None,
        "x_mm": x_mm,
        "y_mm": y_mm,
        "object": fault.object_number or None,
        "times": fault.times,
    }
