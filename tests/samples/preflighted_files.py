"""Preflight of bytes, as a command or in this process, and what of it failed."""

from __future__ import annotations

import resource
from pathlib import Path

from labelsvc.preflight.findings import PreflightReport, RuleResult
from labelsvc.preflight.inspection import inspect_file, inspect_pages
from labelsvc.preflight.qr.codes import check_codes
from labelsvc.workflows.preflight_file import preflight_file


def checked(folder: Path, data: bytes, processes: int = 1) -> PreflightReport:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return preflight_file(path, processes)


def inspected(folder: Path, data: bytes) -> PreflightReport:
    """Return what :func:`checked` does, from this process: to start others takes longer than a small file."""
    path = folder / "file.pdf"
    path.write_bytes(data)
    seconds = resource.getrlimit(resource.RLIMIT_CPU)
    try:
        pages, findings = inspect_file(path)
        findings.add_all(inspect_pages(path, range(1, pages + 1)))
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, seconds)  # it is the limit of a process that other tests go on in
    check_codes(findings, lambda code: False)
    return PreflightReport(pages, tuple(findings.results()))


def failed(done: PreflightReport) -> dict[str, RuleResult]:
    return {result.rule.name: result for result in done.results if result.status == "failed"}
