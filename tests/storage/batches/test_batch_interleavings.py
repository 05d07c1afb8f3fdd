"""Whatever people and workers do at once: no quota is issued twice, no serial twice void, and the audit is true."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, update

from labelsvc.domain.batch import BATCH_STEPS, StoppedState, plan_parts
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import LabelsvcError, PrintRefused, RecordsRefused
from labelsvc.domain.permission import StampRequest
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.storage.batches.claims import PartClaim
from labelsvc.storage.batches.stamp_orders import StampOrders
from labelsvc.storage.batches.stop_reasons import StopReason
from labelsvc.storage.batches.voids import ReportedLoss, Voids
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.db.tables.serials import voids
from labelsvc.storage.products.import_undo import PastImports
from labelsvc.storage.products.quotas import Quotas
from tests.offices.stored_office import NOW, Stores, record

CONTEXT = ChangeContext("lan", NOW, "nhầm")
QUOTA, SEEDS, STEPS = 2_000, 5, 60
PROCESSES, TURNS = 3, 20
STOPPED: tuple[StoppedState, ...] = ("held", "failed")
Outcome = tuple[Counter[str], Counter[str]]
"""How often each batch was released, and cancelled."""


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


class Crowd:
    """People and workers who do one thing after another to the batches of one product, in an order made of a seed.

    ``released`` holds what went out to a press, ``cancelled`` what somebody was told is cancelled; a worker may believe
    something of a batch that is true no more.
    """

    def __init__(self, stores: Stores, seed: int, product: str) -> None:
        self.stores = stores
        self.random = Random(seed)
        self.stored = stores.products.search(product)[0]
        self.names: list[str] = []
        self.claim: PartClaim | None = None
        self.released: Counter[str] = Counter()
        self.cancelled: Counter[str] = Counter()

    def act(self) -> None:
        acts = [self.order, self.order, self.replace, self.void, *[self.work] * 5, *[self.release] * 3]
        acts += [self.cancel, self.cancel, self.stop, self.again, self.take_up, self.sweep]
        with suppress(PrintRefused):
            self.random.choice(acts)()

    def order(self, *, replaces: ReportedLoss | None = None) -> None:
        pieces = sum(some.count for some in replaces.pieces) if replaces else self.random.randint(200, 1_300)
        new = self.stores.new_batch(pieces, parts=plan_parts([pieces], 24), queued=True, holds_quota=True)
        rated, product = self.stored.recognitions[0], self.stored.product
        line = replace(new.lines[0], product_id=self.stored.id, product=product, recognition_id=rated.id)
        self.names.append(self.stores.batches.order(replace(new, lines=[line], replaces=replaces), NOW).batch.name)

    def replace(self) -> None:
        if self.released:
            self.order(replaces=self._loss(self.random.choice(list(self.released))))

    def void(self) -> None:
        if self.names:
            Voids(self.stores.database).add(self._loss(self.random.choice(self.names)), CONTEXT)

    def work(self) -> None:
        if name := self._any():
            steps = self.stores.progress
            claim = self.stores.claims.next_part(NOW) or self.stores.claims.part(name, 1, NOW) or self.claim
            if claim and (claim is not self.claim or self.random.random() < 0.3):
                end = self.random.random()
                if end < 0.7:
                    steps.part_done(claim, "labels-001.pdf", "ab" * 32, 1, NOW)
                elif end < 0.85:
                    steps.part_failed(claim, StopReason("chữ quá dài"), NOW)
            self.claim = claim

    def release(self) -> None:
        if (name := self._any()) and self.stores.progress.release(name, f"/srv/{name}", NOW):
            self.released[name] += 1

    def cancel(self) -> None:
        if (name := self._any()) and self.stores.progress.cancel(name, "nhầm", CONTEXT):
            self.cancelled[name] += 1

    def stop(self) -> None:
        if name := self._any():
            self.stores.progress.stop(name, self.random.choice(STOPPED), StopReason("mã không đọc được"), NOW)

    def again(self) -> None:
        if name := self._any():
            self.stores.progress.start_again(name, CONTEXT)

    def take_up(self) -> None:
        if name := self._any():
            self.stores.progress.take_up(name, "/srv", CONTEXT)

    def sweep(self) -> None:
        for part in self.stores.lost_claims.held_parts():
            self.stores.lost_claims.take_part(part, by_own_fault=False)

    def _any(self) -> str:
        return self.random.choice(self.names[-3:]) if self.names else ""

    def _loss(self, name: str) -> ReportedLoss:
        line = self.stores.batches.lines(name)[0].line
        first = self.random.randint(1, line.quantity)
        return ReportedLoss(name, [SerialRange(line.number, first, min(line.quantity, first + 50))], "mất")


def check_books(crowd: Crowd) -> None:
    """Look at all that is kept of a crowd's batches: quotas, void serials, and what the audit says of each."""
    stores = crowd.stores
    of_batch = select(batches.c.id, batches.c.name, batches.c.state, func.sum(lines.c.quantity).label("pieces"))
    replacing = select(voids.c.replaced_by).where(voids.c.replaced_by.is_not(None))
    with stores.database.reading() as connection:
        known = connection.execute(
            of_batch.join(lines).where(batches.c.name.in_(crowd.names)).group_by(batches.c.id)
        ).all()
        replaced = set(connection.scalars(replacing))
        said = connection.execute(
            select(audit.c.subject_id, audit.c.before, audit.c.after)
            .where(audit.c.subject == "batch", audit.c.field == "state")
            .order_by(audit.c.id)
        ).all()
        void = connection.execute(select(voids.c.line, voids.c.first_serial, voids.c.last_serial)).all()
    ready = {row.name for row in known if row.state == "ready"}
    assert len(known) == len(crowd.names) > 0
    assert crowd.released.keys() == ready, "what went out stays ready, and nothing else is"
    assert crowd.cancelled == Counter(row.name for row in known if row.state == "cancelled"), "once, and for ever"
    taken = sum(row.pieces for row in known if row.state != "cancelled" and row.id not in replaced)
    assert taken <= QUOTA
    serials = Counter((line, serial) for line, first, last in void for serial in range(first, last + 1))
    assert max(serials.values(), default=1) == 1, "a serial is void once"
    for row in known:
        steps = [(one.before, one.after) for one in said if one.subject_id == row.id]
        states = ["ordered", *(after for _, after in steps)]
        assert [before for before, _ in steps] == states[:-1], "each step begins where the one before it ended"
        assert all(after in BATCH_STEPS[before] for before, after in steps)
        assert states[-1] == row.state


def test_any_order_of_steps_keeps_quotas_and_the_audit_true(stores: Stores) -> None:
    stores.save(*(record(name=f"Sản phẩm {seed}") for seed in range(10, 10 + SEEDS)))
    for seed in range(10, 10 + SEEDS):
        crowd = Crowd(stores, seed, f"Sản phẩm {seed}")
        for _ in range(STEPS):
            crowd.act()
        check_books(crowd)


def crowd_process(url: str, home: Path, seed: int, answers: multiprocessing.Queue[Outcome]) -> None:
    crowd = Crowd(Stores(Database.open(url), home), seed, "Sản phẩm")
    for _ in range(TURNS):
        with crowd.stores.database.reading() as connection:
            crowd.names = list(connection.scalars(select(batches.c.name)))
        crowd.act()
    answers.put((crowd.released, crowd.cancelled))


def test_processes_at_once_keep_quotas_and_the_audit_true(database_url: str, stores: Stores) -> None:
    stores.new_batch(1)
    stores.epochs.ready(NOW)
    fork, crowd = multiprocessing.get_context("fork"), Crowd(stores, 0, "Sản phẩm")
    answers = fork.Queue()
    crowds = [
        fork.Process(target=crowd_process, args=(database_url, stores.home, seed, answers)) for seed in range(PROCESSES)
    ]
    for process in crowds:
        process.start()
    for _ in crowds:
        released, cancelled = answers.get(timeout=60)
        crowd.released.update(released)
        crowd.cancelled.update(cancelled)
    for process in crowds:
        process.join()

    crowd.names = [batch.name for batch in stores.batches.recent(PROCESSES * TURNS)]
    check_books(crowd)


def at_once(act: Callable[[], object], times: int = 4) -> list[object]:
    """Do something in so many threads at the same moment; return what each got, a refusal as its error."""
    start, outcomes = threading.Barrier(times), list[object]()

    def run() -> None:
        start.wait()
        try:
            outcomes.append(act())
        except LabelsvcError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def refusals(outcomes: list[object]) -> int:
    return sum(isinstance(one, LabelsvcError) for one in outcomes)


def test_void_and_replacement_at_once_count_once(stores: Stores) -> None:
    batch = stores.order(100)
    loss = ReportedLoss(batch, [SerialRange(1, 5, 20)], "mất")
    new, turns = stores.new_batch(16, replaces=loss), iter(range(4))

    outcomes = at_once(
        lambda: stores.batches.order(new, NOW) if next(turns) % 2 else Voids(stores.database).add(loss, CONTEXT)
    )

    assert refusals(outcomes) == 3
    assert len(Voids(stores.database).for_batch(batch)) == 1


def test_a_batch_is_cancelled_or_released_never_both(stores: Stores) -> None:
    name, steps, turns = stores.order(10, queued=True), stores.progress, iter(range(4))
    claim = stores.claims.next_part(NOW)
    assert claim
    steps.part_done(claim, "labels-001.pdf", "", 1, NOW)

    outcomes = at_once(
        lambda: steps.release(name, "/srv", NOW) if next(turns) % 2 else steps.cancel(name, "nhầm", CONTEXT)
    )

    cancelled = stores.batches.get(name).state == "cancelled"
    assert outcomes.count(True) == (1 if cancelled else 2), "a batch that is ready is released again without harm"


def test_an_exception_that_several_grant_at_once_is_granted_once(stores: Stores) -> None:
    stores.new_batch(1)
    recognition_id, quotas = stores.products.all()[0].recognitions[0].id, Quotas(stores.database)
    seen = quotas.for_recognitions([recognition_id])[recognition_id]

    more = at_once(lambda: quotas.grant("quota", recognition_id, CONTEXT, pieces=500, seen=seen))
    law = at_once(lambda: quotas.grant("law", recognition_id, CONTEXT))
    lacking = at_once(lambda: quotas.grant_lacking({recognition_id: QUOTA + 800}, CONTEXT))

    assert (refusals(more), refusals(law)) == (3, 3)
    assert sorted(map(int, map(str, lacking))) == [0, 0, 0, 300]
    assert quotas.for_recognitions([recognition_id])[recognition_id].allowed == QUOTA + 800


def test_a_producers_order_is_approved_once_and_printed_in_one_batch(stores: Stores) -> None:
    new = stores.new_batch(40)
    with stores.database.reading() as connection:
        producer_id = connection.scalar(select(products.c.producer_id)) or 0
    orders = StampOrders(stores.database)
    order_id = orders.ask(StampRequest(producer_id, new.lines[0].product_id, 40, "tem-25x35"), CONTEXT)

    approved = at_once(lambda: orders.change(order_id, "approved", CONTEXT))
    printed = at_once(lambda: stores.batches.order(stores.new_batch(40, stamp_order_id=order_id), NOW))

    assert (refusals(approved), refusals(printed)) == (3, 3)
    assert [batch.name for batch in stores.batches.recent()] == [orders.get(order_id).batch]


def test_an_import_is_undone_or_printed_never_both(stores: Stores) -> None:
    new, past, turns = stores.new_batch(10), PastImports(stores.database), iter(range(2))

    outcomes = at_once(lambda: stores.batches.order(new, NOW) if next(turns) else past.undo(1, CONTEXT), 2)

    refusal = next(one for one in outcomes if isinstance(one, LabelsvcError))
    assert refusals(outcomes) == 1
    assert isinstance(refusal, PrintRefused if stores.products.count() == 0 else RecordsRefused)


def test_records_changed_since_the_plan_are_not_printed(stores: Stores) -> None:
    new = stores.new_batch(10)
    with stores.database.writing() as connection:
        connection.execute(update(products).values(brand="Vừa đổi"))

    with pytest.raises(PrintRefused, match="record_changed"):
        stores.batches.order(new, NOW)

    assert stores.batches.last() is None


def test_a_batch_that_is_not_there_takes_no_step(stores: Stores) -> None:
    steps = stores.progress

    assert not steps.cancel("2026-001", "nhầm", CONTEXT)
    assert not steps.release("2026-001", "/srv", NOW)
    assert stores.claims.part("2026-001", 1, NOW) is None
    assert stores.claims.next_part(NOW) is None
