"""An option that is new comes through everything that happens to a batch: order, queue, reprint, replacement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.storage.batches import batch_rows
from labelsvc.workflows.batches.pieces.replace_pieces import plan_replacement
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerOptions(PrintOptions):
    foil: str = "none"


@pytest.mark.parametrize("reader", [PrintOptions, NewerOptions])
def test_new_option_stays_with_its_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: type[PrintOptions]
) -> None:
    monkeypatch.setattr(batch_rows, "PrintOptions", reader)
    office = PrintingOffice(tmp_path)
    options = NewerOptions(foil="gold", proof="symbols", step_and_repeat=True, qr_version="3-Q")  # what its host gets
    items = office.take(make_records(2, 3, day=office.now.date()))

    name = office.order(office.plan(items, "tem-25x35", "a4", options=options, queued=True))
    while office.services.queue_runner.run_next():
        pass
    printed = office.services.batches.get(name)
    (line, _) = office.services.batches.lines(name)
    replacement = plan_replacement(
        name,
        [SerialRange(line.line.number, 2, 2)],
        office.batch_services,
        ChangeContext("thu", office.now, "mất"),
    )
    replaced = office.services.batches.get(office.print(office.order(replacement.plan)).batch.name)

    assert printed.state == replaced.state == "ready"
    assert NewerOptions.from_json(printed.options.to_json()) == options
    assert NewerOptions.from_json(replaced.options.to_json()) == options
