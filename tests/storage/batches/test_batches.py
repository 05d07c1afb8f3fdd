"""Batches: names, lines and parts that are nobody else's, and found again exactly as ordered."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from labelsvc.domain.batch import plan_parts
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound, PrintRefused
from labelsvc.domain.print_options import PrintOptions
from labelsvc.storage.batches.batch_records import SourceFile
from labelsvc.storage.batches.stop_reasons import StopReason
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.designs import sources
from tests.offices.stored_office import NOW, Stores, record

PROCESSES, ORDERS = 3, 4
CONTEXT = ChangeContext("cli", NOW)


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def test_a_batch_is_found_again_as_it_was_ordered(stores: Stores) -> None:
    design = SourceFile("tem-25x35", "<svg>Mẫu</svg>".encode())
    options = PrintOptions(proof="all", others={"skip": 3, "host": "Hà Nội"})
    new = stores.new_batch(
        10, 2, design=design, trial=True, mark="IN THỬ", options=options, versions={"zlib": "1.3"}, who="thu"
    )

    ordered = stores.batches.order(new, NOW)

    batch = stores.batches.get("2026-001")
    assert ordered.batch == batch == stores.batches.last()
    assert (batch.design, batch.design.content, batch.stock.name) == (design, design.content, "a4")
    assert (batch.host, batch.trial, batch.mark, batch.who) == ("OCOP.HANOI.EXAMPLE", True, "IN THỬ", "thu")
    assert (batch.options, batch.versions, batch.state, batch.ordered_at) == (options, {"zlib": "1.3"}, "ordered", NOW)
    assert ordered.epoch is not None
    assert batch.epoch == ordered.epoch.name == stores.epochs.ready(NOW).name


def test_a_part_reads_its_own_lines_alone(stores: Stores) -> None:
    name, other = stores.order(10, 2, 30, 5, 1), stores.order(7, 8)

    assert stores.batches.lines(name, range(1, 4)) == stores.batches.lines(name)[1:4]
    ends = [stores.batches.line_ends(each) for each in (name, other, name)]
    assert ends == [(10, 12, 42, 47, 48), (7, 15), (10, 12, 42, 47, 48)]


def test_line_numbers_follow_printing_order_across_batches(stores: Stores) -> None:
    first, second = stores.order(10, 2, 30), stores.order(5, 5)

    numbers = [
        [(each.line.number, each.line.quantity) for each in stores.batches.lines(name)] for name in (first, second)
    ]

    assert numbers == [[(1, 10), (2, 2), (3, 30)], [(4, 5), (5, 5)]]
    assert stores.epochs.all()[0].next_line == 6
    assert stores.marks.read().next_lines == {stores.epochs.all()[0].name: 6}


def test_a_line_keeps_what_was_printed_when_its_product_changes(stores: Stores) -> None:
    stores.save(record(brand="Cũ"))
    name = stores.order(10, specimen=True)
    stores.save(record(brand="Mới", stars=3))

    line = stores.batches.lines(name)[0]

    assert (line.product.brand, line.recognition.stars, line.specimen) == ("Cũ", 4, True)
    rated = record().recognition
    printed = replace(rated, valid_until=rated.last_day_by_decision)
    assert (line.product, line.recognition) == (replace(record(brand="Cũ").product, goods_class="food"), printed)
    assert stores.products.get(line.product_id).product.brand == "Mới"


def test_uncounted_lines_are_found_again_as_uncounted(stores: Stores) -> None:
    line = stores.batches.lines(stores.order(24, counted=False))[0].line

    assert (line.counted, line.quantity) == (False, 24)


def test_a_design_is_kept_once_however_often_it_is_used(stores: Stores) -> None:
    for content in (b"<svg/>", b"<svg/>", b"<svg> </svg>"):
        stores.order(1, design=SourceFile("tem", content))

    with stores.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(sources)) == 4  # two designs, stock, looks
    assert [batch.design.content for batch in stores.batches.recent()] == [b"<svg> </svg>", b"<svg/>", b"<svg/>"]


def test_the_same_order_key_gives_the_same_batch_and_takes_nothing(stores: Stores) -> None:
    new = stores.new_batch(10, order_key="don-17")
    first = stores.batches.order(new, NOW)

    again = stores.batches.order(new, NOW)

    assert (first.again, again.again) == (False, True)
    assert again.batch == first.batch
    assert stores.epochs.all()[0].next_line == 2


def test_orders_without_a_key_are_as_many_batches(stores: Stores) -> None:
    assert [stores.order(1) for _ in range(3)] == ["2026-001", "2026-002", "2026-003"]


def test_numbers_begin_anew_with_each_year_in_vietnam(stores: Stores) -> None:
    stores.order(1)

    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # midnight in Hanoi
    names = [stores.batches.order(stores.new_batch(1), now).batch.name for now in (new_year, NOW)]

    assert names == ["2027-001", "2026-002"]


def test_names_of_folders_that_are_there_already_are_not_given(stores: Stores) -> None:
    ordered = stores.batches.order(stores.new_batch(1), NOW, taken={"2026-001", "2026-002", "2026-004"})

    assert ordered.batch.name == "2026-003"
    assert stores.order(1) == "2026-004"


def test_an_order_that_fails_takes_neither_name_nor_lines(stores: Stores) -> None:
    stores.order(1)
    new = stores.new_batch(1)

    with pytest.raises(PrintRefused, match=r"print\.record_changed"):
        stores.batches.order(replace(new, lines=[replace(new.lines[0], product_id=999)]), NOW)
    with pytest.raises(InvalidValue, match=r"batch\.quantity"):
        stores.order(1 << 20)

    assert stores.order(1) == "2026-002"
    assert stores.epochs.all()[0].next_line == 3


def test_orders_whose_parts_do_not_hold_their_pieces_are_impossible(stores: Stores) -> None:
    with pytest.raises(ValueError, match="parts"):
        stores.new_batch(10, parts=plan_parts([9], 24))
    with pytest.raises(ValueError, match="parts"):
        stores.new_batch(parts=())


def test_a_part_is_claimed_once_and_ends_with_its_file(stores: Stores) -> None:
    name = stores.order(50_000)
    assert [part.state for part in stores.batches.parts(name)] == ["waiting", "waiting"]

    stores.progress.take_up(name, "", CONTEXT)
    claim, second = (stores.claims.part(name, 1, NOW) for _ in range(2))
    assert claim
    stores.progress.part_done(claim, "labels-001.pdf", "ab" * 32, 1 << 33, NOW)

    done, waiting = stores.batches.parts(name)
    assert second is None
    assert (done.state, done.file, done.sha256, done.size) == ("done", "labels-001.pdf", "ab" * 32, 1 << 33)
    assert waiting.state == "waiting"
    assert (done.part, waiting.part) == plan_parts([50_000], 24)


def test_parts_of_a_killed_run_wait_again_unless_finished(stores: Stores) -> None:
    name = stores.order(80_000)
    stores.progress.take_up(name, "", CONTEXT)
    first, second, third = (stores.claims.part(name, number, NOW) for number in (1, 2, 3))
    assert first
    assert second
    assert third
    stores.progress.part_done(first, "labels-001.pdf", "", 1, NOW)
    stores.progress.part_failed(second, StopReason("Củ cải: chữ quá dài"), NOW)
    failed = stores.batches.parts(name)[1]

    stores.progress.take_up(name, "", CONTEXT)

    assert (failed.state, failed.reason) == ("failed", "Củ cải: chữ quá dài")
    assert [part.state for part in stores.batches.parts(name)] == ["done", "waiting", "waiting", "waiting"]
    stores.progress.part_again(name, 1)
    assert stores.batches.parts(name)[0].state == "waiting"


def test_a_batch_reports_its_state(stores: Stores) -> None:
    name = stores.order(1)

    stores.batches.set_folder(name, "/srv/output/2026-001")
    stores.progress.stop(name, "held", StopReason("3 mã không đọc được"), NOW)

    batch = stores.batches.get(name)
    assert (batch.state, batch.reason) == ("held", "3 mã không đọc được")
    assert batch.folder == "/srv/output/2026-001"


def test_a_batch_that_is_not_there_is_not_found(stores: Stores) -> None:
    assert stores.batches.last() is None
    assert stores.batches.lines("2026-001") == ()
    for action in (stores.batches.get, lambda name: stores.batches.set_folder(name, "/srv")):
        with pytest.raises(NotFound, match=r"storage\.no_batch"):
            action("2026-001")


def order_some(url: str, home: Path, answers: multiprocessing.Queue[list[tuple[str, str, list[int]]]]) -> None:
    stores = Stores(Database.open(url), home)
    done = []
    for _ in range(ORDERS):
        batch = stores.batches.order(stores.new_batch(3, 4), NOW).batch
        done.append((batch.name, batch.epoch, [each.line.number for each in stores.batches.lines(batch.name)]))
    answers.put(done)


def test_processes_that_order_at_once_get_different_names_and_lines(database_url: str, tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    processes = [
        fork.Process(target=order_some, args=(database_url, tmp_path / "home", answers)) for _ in range(PROCESSES)
    ]

    for process in processes:
        process.start()
    done = [each for _ in processes for each in answers.get(timeout=60)]
    for process in processes:
        process.join()

    names = sorted(name for name, _, _ in done)
    assert names == [f"2026-{number:03}" for number in range(1, PROCESSES * ORDERS + 1)]
    assert len({epoch for _, epoch, _ in done}) == 1
    assert sorted(number for _, _, numbers in done for number in numbers) == list(range(1, 2 * PROCESSES * ORDERS + 1))


def order_once(url: str, home: Path, answers: multiprocessing.Queue[tuple[str, bool]]) -> None:
    stores = Stores(Database.open(url), home)
    ordered = stores.batches.order(stores.new_batch(1, order_key="don-17"), NOW)
    answers.put((ordered.batch.name, ordered.again))


def test_processes_that_send_one_order_at_once_make_one_batch(database_url: str, tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    processes = [
        fork.Process(target=order_once, args=(database_url, tmp_path / "home", answers)) for _ in range(PROCESSES)
    ]

    for process in processes:
        process.start()
    done = sorted(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()

    assert done == [("2026-001", False), ("2026-001", True), ("2026-001", True)]


def test_the_database_itself_refuses_a_line_or_a_name_twice(stores: Stores) -> None:
    stores.order(1)
    with stores.database.reading() as connection:
        line = dict(connection.execute(select(lines)).mappings().one())
        batch = dict(connection.execute(select(batches)).mappings().one())

    with pytest.raises(IntegrityError), stores.database.writing() as connection:
        connection.execute(insert(lines).values(line | {"position": 9}))
    with pytest.raises(IntegrityError), stores.database.writing() as connection:
        connection.execute(insert(batches).values(batch | {"id": 9, "number": 9}))
