"""Lost pieces: void for ever, replaced once, by a batch that looks the same."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import DesignRefused, InvalidValue, NotFound, PrintRefused
from labelsvc.domain.host import Host
from labelsvc.domain.recognition import Withdrawal
from labelsvc.domain.serial_ranges import SerialRange, parse_serial_ranges
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.products.recognitions import Recognitions
from labelsvc.workflows.batches.order_batch import place_order
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.replace_pieces import Replacement, plan_replacement
from tests.offices.prepared_databases import on_sqlite_alone
from tests.offices.printing_office import Printed, PrintingOffice, manifest
from tests.samples.generator import make_records
from tests.samples.labels_on_paper import altered

WHO, WHY = "lan", "Mất ở kho Mê Linh"
AT_ONCE = 3


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[PrintingOffice]:
    office = PrintingOffice(tmp_path, settings={"DATABASE": database_url})
    yield office
    office.services.close()


def look(office: PrintingOffice, batch: str, serials: str, why: str = WHY) -> Replacement:
    context = ChangeContext(WHO, office.now, why)
    return plan_replacement(batch, parse_serial_ranges([serials]), office.batch_services, context)


def order(office: PrintingOffice, replacement: Replacement) -> str:
    return place_order(replacement.plan, office.services.batches, now=office.now, taken=()).batch.name


def replaced(office: PrintingOffice, batch: str, serials: str) -> Printed:
    return office.print(order(office, look(office, batch, serials)))


def case_of(office: PrintingOffice, row: dict[str, str], *, is_scan: bool = True) -> VerdictCase:
    return office.services.verifier.verify(row["code"], office.now, is_scan=is_scan).case


def test_lost_pieces_are_void_and_their_replacements_are_good(office: PrintingOffice) -> None:
    old = office.printed(3, 10)
    rows = manifest(old.folder)
    before = {case_of(office, row) for row in rows}

    new = replaced(office, old.batch.name, "1:2-3 3:10")

    lost = [row for row in rows if f"{row['line']}:{row['serial']}" in ("1:2", "1:3", "3:10")]
    issued = manifest(new.folder)
    assert VerdictCase.REPORTED_LOST not in before
    assert [case_of(office, row) for row in lost] == [VerdictCase.REPORTED_LOST] * 3
    assert {case_of(office, row) for row in rows if row not in lost} == before
    assert {case_of(office, row) for row in issued} <= before
    assert [row["product"] for row in issued] == [row["product"] for row in lost]
    assert not {row["code"] for row in issued} & {row["code"] for row in rows}


def test_looks_and_scans_say_the_same_of_lost_pieces(office: PrintingOffice) -> None:
    old = office.printed(1, 3)
    replaced(office, old.batch.name, "1:2")

    cases = [case_of(office, manifest(old.folder)[1], is_scan=is_scan) for is_scan in (False, True, False)]

    assert cases == [VerdictCase.REPORTED_LOST] * 3


@on_sqlite_alone
def test_a_new_batch_keeps_design_stock_host_and_options(office: PrintingOffice) -> None:
    host = Host.parse("TEM2.OCOPHN.VN")
    old = office.printed(2, 5, "nhan-60x90", "a3", host=host, proof="all", step_and_repeat=True, order="columns")

    new = replaced(office, old.batch.name, "1:1-2 2:5")

    assert (new.batch.design, new.batch.stock, new.batch.host) == (old.batch.design, old.batch.stock, old.batch.host)
    assert new.batch.options == old.batch.options
    assert new.batch.who == WHO
    assert manifest(new.folder)[0]["url"].startswith("https://TEM2.OCOPHN.VN/")


@on_sqlite_alone
def test_a_batchs_design_is_not_judged_by_later_rules(office: PrintingOffice) -> None:
    before = altered("ls:code", size=3.85).encode()
    with pytest.raises(DesignRefused, match="tiny_type"):
        office.printed(1, 3, design_source=before)
    old = office.printed(1, 3, design_source=before, kept_design=True)

    new = replaced(office, old.batch.name, "1:2")

    assert new.batch.design == old.batch.design
    assert [row["product"] for row in manifest(new.folder)] == [manifest(old.folder)[1]["product"]]


@on_sqlite_alone
def test_a_design_that_was_changed_since_is_printed_as_it_was(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = office.printed(1, 5)
    monkeypatch.setattr("labelsvc.workflows.print_assets.PrintAssets.design_source", lambda *_: b"<svg>changed</svg>")

    new = replaced(office, old.batch.name, "1:1")

    assert new.batch.design == old.batch.design


def test_both_batches_know_of_each_other(office: PrintingOffice) -> None:
    old = office.printed(1, 5)

    new = replaced(office, old.batch.name, "1:1,3-4")

    of_old = office.services.voids.for_batch(old.batch.name)
    assert of_old == office.services.voids.replaced_by(new.batch.name)
    assert [(each.pieces, each.who, each.reason) for each in of_old] == [
        (SerialRange(1, 1, 1), WHO, WHY),
        (SerialRange(1, 3, 4), WHO, WHY),
    ]
    assert {each.replaced_by for each in of_old} == {new.batch.name}


def test_a_replacement_may_be_lost_too(office: PrintingOffice) -> None:
    first = office.printed(1, 3)
    second = replaced(office, first.batch.name, "1:2")

    third = replaced(office, second.batch.name, "2:1")

    assert case_of(office, manifest(second.folder)[0]) is VerdictCase.REPORTED_LOST
    assert case_of(office, manifest(third.folder)[0]) in (VerdictCase.IN_FORCE, VerdictCase.ENDS_SOON)


def test_void_pieces_are_neither_replaced_nor_reprinted(office: PrintingOffice) -> None:
    name, services = office.printed(1, 10).batch.name, office.batch_services
    replaced(office, name, "1:4-6")

    for serials in ("1:6", "1:1-10"):
        with pytest.raises(PrintRefused, match=r"replace\.already_void"):
            look(office, name, serials)
    for asked in ({"sheets": [range(1, 2)]}, {"serials": parse_serial_ranges(["1:5-7"])}):
        with pytest.raises(PrintRefused, match=r"replace\.already_void"):
            plan_reprint(name, services, office.now.date(), **asked)
    assert plan_reprint(name, services, office.now.date(), serials=parse_serial_ranges(["1:3,7"])).pieces


def _order_in_a_process(settings: dict[str, str], folder: Path, plan: object, outcomes: object) -> None:
    office = PrintingOffice(folder, settings=settings)
    try:
        outcomes.put(order(office, plan))  # type: ignore[attr-defined]
    except PrintRefused as refusal:
        outcomes.put(refusal.problems[0].code)  # type: ignore[attr-defined]
    finally:
        office.services.close()


def test_two_replacements_at_once_void_once_and_issue_once(office: PrintingOffice) -> None:
    name = office.printed(1, 10).batch.name
    plans = [look(office, name, serials) for serials in ("1:4-6", "1:6-8", "1:1-10")]
    fork = multiprocessing.get_context("fork")
    outcomes = fork.Queue()

    processes = [
        fork.Process(target=_order_in_a_process, args=(office.settings, office.folder, plan, outcomes))
        for plan in plans
    ]
    for process in processes:
        process.start()
    said = [outcomes.get(timeout=30) for _ in processes]
    for process in processes:
        process.join()

    assert sorted(said) == ["2026-002".replace("2026", name[:4]), *["replace.already_void"] * 2]
    with office.services.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(batches)) == 2
    assert len(office.services.voids.for_batch(name)) == 1


@on_sqlite_alone
def test_uncounted_pieces_cannot_be_reported_lost(office: PrintingOffice) -> None:
    name = office.printed(1, 5, counted=False).batch.name

    with pytest.raises(NotFound, match=r"pieces\.uncounted"):
        look(office, name, "1:1")


def test_without_a_recognition_in_force_nothing_is_voided_or_ordered(office: PrintingOffice) -> None:
    name = office.printed(1, 5).batch.name
    stored = office.services.products.all()[0].recognitions[0]
    withdrawn = replace(stored.recognition, withdrawal=Withdrawal(date(2020, 1, 1), "Vi phạm"))
    Recognitions(office.services.database).change(stored.id, lambda _: withdrawn, ChangeContext("thu", office.now, ""))

    with pytest.raises(PrintRefused, match=r"print\.withdrawn"):
        look(office, name, "1:1")

    assert office.services.voids.for_batch(name) == []


@on_sqlite_alone
def test_incomplete_batches_unknown_pieces_and_missing_reasons_are_refused(office: PrintingOffice) -> None:
    whole = office.printed(1, 5).batch.name
    waiting = office.order(office.plan(office.take(make_records(1, 4, day=office.now.date()))))

    with pytest.raises(PrintRefused, match=r"reprint\.not_whole"):
        look(office, waiting, "2:1")
    with pytest.raises(NotFound, match=r"pieces\.no_serial"):
        look(office, whole, "1:5-6")
    with pytest.raises(InvalidValue, match=r"reprint\.no_reason"):
        look(office, whole, "1:5", " ")
