"""Lost or destroyed pieces are void without others in their place, whatever the product may be printed for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound, PrintRefused
from labelsvc.domain.recognition import Recognition, Suspension, Withdrawal
from labelsvc.domain.serial_ranges import parse_serial_ranges
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.storage.products.recognitions import Recognitions
from labelsvc.workflows.batches.pieces.void_pieces import plan_void
from tests.offices.printing_office import PrintingOffice, manifest

WHY = "Mất ở kho Mê Linh"


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[PrintingOffice]:
    office = PrintingOffice(tmp_path, settings={"DATABASE": database_url})
    yield office
    office.services.close()


def void(office: PrintingOffice, batch: str, serials: str, kind: str = "lost", why: str = WHY) -> None:
    services = office.services
    loss = plan_void(batch, parse_serial_ranges([serials]), kind, why, services.batches, services.voids)
    services.voids.add(loss, ChangeContext("lan", office.now, loss.reason))


def cases(office: PrintingOffice, folder: Path) -> list[VerdictCase]:
    codes = [row["code"] for row in manifest(folder)]
    return [office.services.verifier.verify(code, office.now, is_scan=True).case for code in codes]


@pytest.mark.parametrize(
    "change",
    [
        lambda held: replace(held, withdrawal=Withdrawal(date(2020, 1, 1), "Vi phạm")),
        lambda held: replace(held, suspension=Suspension(date(2020, 1, 1), "Kiểm nghiệm lại")),
        lambda held: replace(held, valid_until=date(2020, 1, 1), valid_from=date(2019, 1, 1)),
        lambda held: held,
    ],
    ids=["withdrawn", "suspended", "expired", "in force"],
)
def test_pieces_of_any_product_are_void_without_printing(office: PrintingOffice, change: object) -> None:
    printed = office.printed(1, 4)
    stored = office.services.products.all()[0].recognitions[0]
    changed: Recognition = change(stored.recognition)
    Recognitions(office.services.database).change(stored.id, lambda _: changed, ChangeContext("thu", office.now, ""))

    void(office, printed.batch.name, "1:2-3")

    answers = cases(office, printed.folder)
    assert answers[1:3] == [VerdictCase.REPORTED_LOST] * 2
    assert VerdictCase.REPORTED_LOST not in (answers[0], answers[3])
    assert len(office.services.batch_lists.page()[0]) == 1, "no other batch is ordered"


def test_destroyed_pieces_are_called_destroyed(office: PrintingOffice) -> None:
    printed = office.printed(1, 2)

    void(office, printed.batch.name, "1:2", "destroyed", "Rách khi dán")

    [record] = office.services.voids.for_batch(printed.batch.name)
    assert (record.kind, record.reason, record.replaced_by, record.who) == ("destroyed", "Rách khi dán", "", "lan")
    assert cases(office, printed.folder)[1] is VerdictCase.REPORTED_DESTROYED


def test_quotas_of_other_batches_stay_as_they_are(office: PrintingOffice) -> None:
    printed = office.printed(1, 5)
    recognition = office.services.products.all()[0].recognitions[0].id

    void(office, printed.batch.name, "1:1")

    assert office.services.quotas.for_recognitions([recognition])[recognition].used == 5


def test_void_pieces_are_not_voided_again(office: PrintingOffice) -> None:
    name = office.printed(1, 5).batch.name
    void(office, name, "1:2-3")

    with pytest.raises(PrintRefused, match=r"replace\.already_void"):
        void(office, name, "1:3-4")


def test_a_kind_a_reason_and_pieces_of_the_batch_are_needed(office: PrintingOffice) -> None:
    name = office.printed(1, 5).batch.name

    with pytest.raises(InvalidValue, match=r"void\.no_kind"):
        void(office, name, "1:1", "stolen")
    with pytest.raises(InvalidValue, match=r"reprint\.no_reason"):
        void(office, name, "1:1", why=" ")
    with pytest.raises(NotFound, match=r"pieces\.no_serial"):
        void(office, name, "1:6")
    with pytest.raises(NotFound, match=r"pieces\.no_line"):
        void(office, name, "2:1")
    assert office.services.voids.for_batch(name) == []
