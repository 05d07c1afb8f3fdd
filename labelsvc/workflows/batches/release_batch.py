"""Joins the results of a batch's parts, writes the proof report, and releases it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from labelsvc.domain.errors import FolderInUse
from labelsvc.rendering.sheets.manifest import MANIFEST_HEADER
from labelsvc.storage.batches.batch_records import Batch, BatchPart
from labelsvc.storage.batches.held_folder import hold_batch
from labelsvc.storage.files.output_folder import MANIFEST, OutputFolder, join_manifests, part_manifest, part_pdf
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.render_part import RenderedPart

PROOF = "proof.json"
PAGES, SYMBOLS, NOTHING = "pages", "symbols", "nothing"
ProofReport = Mapping[str, Any]
"""The proof report of a part, as in proof.json."""


def is_whole(batch: Batch, folder: StoredFolder) -> bool:
    """Return whether a batch was released and still has its joined files."""
    return batch.state == "ready" and {MANIFEST, PROOF} <= folder.files().keys()


def take_up(services: BatchServices, batch: Batch, folder: StoredFolder) -> dict[int, ProofReport]:
    """Take a batch up again: return what the proofs of its finished parts said; parts without files wait anew.

    Of a whole batch nothing but a lost PDF is made again, and its bytes are the same: all else may stay.
    """
    reports: dict[int, ProofReport] = {}
    whole, stored = is_whole(batch, folder), folder.files()
    for part in services.batches.parts(batch.name):
        number = part.part.number
        if part.state != "done":
            continue
        there = part_pdf(number) in stored
        if there and not whole and {report_name(number), part_manifest(number)} <= stored.keys():
            reports[number] = json.loads(folder.read(report_name(number)))
        elif not (there and whole):
            services.progress.part_again(batch.name, number)
    return reports


def kept_reports(folder: StoredFolder, parts: int) -> dict[int, ProofReport]:
    """Return what the proofs of the parts found, of those whose files are all there."""
    stored = folder.files()
    whole = {
        report_name(number): number
        for number in range(1, parts + 1)
        if {report_name(number), part_manifest(number), part_pdf(number)} <= stored.keys()
    }
    return {whole[name]: json.loads(content) for name, content in folder.read_all(list(whole)).items()}


def keep_report(folder: StoredFolder, rendered: RenderedPart) -> ProofReport:
    """Keep what a part's proof found until all parts are joined; return it."""
    found = {
        "part": rendered.number,
        **rendered.pdf.to_json(),
        "pages": rendered.pages,
        "pieces": rendered.pieces,
        "symbols_decoded": rendered.symbols_decoded,
        "pages_read": list(rendered.pages_read),
        "pieces_read": rendered.pieces_read,
        "texts_read": rendered.texts_read,
        **({"printer": rendered.printer.to_json()} if rendered.printer else {}),
    }
    with folder.write(report_name(rendered.number)) as report:
        report.write(json.dumps(found).encode())
    return found


def join_parts(contents: BatchContents, folder: StoredFolder, reports: Mapping[int, ProofReport]) -> ProofReport:
    """Write manifest.csv and proof.json; return what the latter says.

    ``least_sheets``: fewer sheets than that cannot hold the pieces. ``checked``: see :func:`what_was_checked`;
    ``passed`` is None if no page was read: nothing failed there, and nothing was proved.
    """
    manifest = join_manifests(folder, len(contents.parts), MANIFEST_HEADER + "\r\n")
    pieces = contents.pieces
    counted = {
        key: sum(report[key] for report in reports.values()) for key in ("symbols_decoded", "pieces_read", "texts_read")
    }
    proof = {
        "batch": contents.batch.name,
        "sheets": contents.sheets,
        "least_sheets": -(-(pieces + contents.parts[0].part.skip) // contents.layout.per_sheet),
        "proof": contents.batch.options.proof,
        "passed": True if counted["pieces_read"] else None,
        "checked": what_was_checked(counted),
        "pieces": pieces,
        **counted,
        "coverage": round(counted["pieces_read"] / pieces, 4),
        "manifest": manifest.to_json(),
        "parts": [reports[number] for number in sorted(reports)],
    }
    with folder.write(PROOF) as file:
        file.write((json.dumps(proof, ensure_ascii=False, indent=1) + "\n").encode())
    return proof


def what_was_checked(proof: Mapping[str, Any]) -> str:
    """Return what a proof looked at: finished ``pages``, ``symbols`` alone before they were drawn, or ``nothing``."""
    if proof["pieces_read"]:
        return PAGES
    return SYMBOLS if proof["symbols_decoded"] else NOTHING


def checked_of(batch: Batch) -> str:
    """Return what the proof of a batch that is ready looked at, by its proof.json; ``pages`` where that is gone."""
    try:
        return what_was_checked(json.loads(folder_at(batch.folder).read(PROOF)))
    except (OSError, ValueError, KeyError):
        return PAGES


def release_batch(contents: BatchContents, services: BatchServices, folder: StoredFolder) -> bool:
    """Clear away what was kept of the parts, and say that the batch is ready; False if it was cancelled."""
    discard_reports(contents.parts, folder)
    return services.progress.release(contents.batch.name, folder.place, services.clock())


def clear_late(batch: Batch, parts: Sequence[BatchPart], services: BatchServices) -> None:
    """Clear away what a process kept of its part after others had released the batch: it slept, and lost its claim."""
    with suppress(FolderInUse), hold_batch(services.claims, OutputFolder.around(batch.folder), batch.name) as held:
        discard_reports(parts, held.folder)


def discard_reports(parts: Sequence[BatchPart], folder: StoredFolder) -> None:
    """Remove what was kept of parts until their batch is released."""
    numbers = [part.part.number for part in parts]
    folder.discard_all([name for number in numbers for name in (report_name(number), part_manifest(number))])


def report_name(number: int) -> str:
    """Return the name of what a part's proof found, until all parts are joined."""
    return f".proof-{number:03}.json"
