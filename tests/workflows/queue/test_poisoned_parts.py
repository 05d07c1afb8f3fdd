"""A part that cannot be printed: three tries, the rest is done, and the batch says which product and why."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import KeyRefused, OutputRefused, PrintRefused, StorageRefused
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts
from labelsvc.storage.db.tables.batches import parts
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows import part_jobs
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.release_batch import ProofReport, keep_report, report_name
from labelsvc.workflows.batches.render_part import RenderedPart
from labelsvc.workflows.queue import run_queued
from labelsvc.workflows.queue.sweep import Sweep
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records

rightly = part_jobs.fill  # type: ignore[attr-defined]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PrintingOffice:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 40)
    return PrintingOffice(tmp_path)


def ordered(office: PrintingOffice) -> tuple[str, str]:
    """Return a batch of more than one part, and the product in the middle of it."""
    items = office.take(make_records(7, 20, day=office.today))
    name = office.order(office.plan(items, queued=True, proof="none"))
    assert len(office.services.batches.parts(name)) > 2
    return name, office.services.batches.lines(name)[3].product.name


def work(office: PrintingOffice) -> None:
    while office.services.queue_runner.run_next():
        pass


def deaths_of_workers(office: PrintingOffice, sweep: Sweep) -> int:
    """Let workers print, one after the other, until one survives; return how many were killed."""
    for deaths in range(20):
        child = os.fork()
        if child == 0:
            work(office)
            os._exit(0)
        if os.waitpid(child, 0)[1] != signal.SIGKILL:
            return deaths
        sweep.run(float(deaths))
    raise AssertionError


def tries(office: PrintingOffice) -> list[int]:
    with office.services.database.reading() as connection:
        return list(connection.scalars(parts.select().with_only_columns(parts.c.token).order_by(parts.c.number)))


def test_a_product_that_breaks_the_renderer_is_named_after_three_tries(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, poisoned = ordered(office)

    def fill(design: Design, facts: LabelFacts) -> FilledLabel:
        if facts.product.name == poisoned:
            raise ZeroDivisionError
        return rightly(design, facts)

    monkeypatch.setattr(part_jobs, "fill", fill)
    work(office)

    batch, states = office.services.batches.get(name), [part.state for part in office.services.batches.parts(name)]
    assert batch.state == "failed"
    assert poisoned in batch.reason
    assert "ZeroDivisionError" in batch.reason
    assert set(states) == {"done", "failed"}
    assert dict(zip(states, tries(office), strict=True)) == {"done": 1, "failed": 3}


def test_a_refused_product_is_tried_once_and_holds_the_batch_back(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, refused = ordered(office)

    def fill(design: Design, facts: LabelFacts) -> FilledLabel:
        if facts.product.name == refused:
            raise PrintRefused.from_code("proof.symbol", url=refused, count=1)
        return rightly(design, facts)

    monkeypatch.setattr(part_jobs, "fill", fill)
    work(office)

    batch, states = office.services.batches.get(name), [part.state for part in office.services.batches.parts(name)]
    assert batch.state == "held"
    assert refused in batch.reason
    assert set(states) == {"done", "failed"}
    assert set(tries(office)) == {1}
    monkeypatch.setattr(part_jobs, "fill", rightly)
    assert office.services.batch_progress.start_again(name, ChangeContext("thu", office.now))
    work(office)
    assert office.services.batches.get(name).state == "ready"


def test_a_product_that_kills_its_process_is_named_after_three_deaths(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, poisoned = ordered(office)
    sweep = Sweep(office.services.batch_services, office.services.lost_claims)

    def fill(design: Design, facts: LabelFacts) -> FilledLabel:
        if facts.product.name == poisoned:
            os.kill(os.getpid(), signal.SIGKILL)
        return rightly(design, facts)

    monkeypatch.setattr(part_jobs, "fill", fill)
    deaths = deaths_of_workers(office, sweep)

    batch, states = office.services.batches.get(name), [part.state for part in office.services.batches.parts(name)]
    assert deaths == 3
    assert batch.state == "failed"
    assert poisoned in batch.reason
    assert set(states) == {"done", "failed"}


def test_a_cancel_stops_the_part_that_is_being_rendered(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = ordered(office)
    drawn = []

    def fill(design: Design, facts: LabelFacts) -> FilledLabel:
        drawn.append(facts.product.name)
        office.services.batch_progress.cancel(name, "nhầm", ChangeContext("thu", office.now))
        return rightly(design, facts)

    monkeypatch.setattr(part_jobs, "fill", fill)
    work(office)

    assert len(set(drawn)) <= 3
    assert not office.services.output().batch(name).exists()
    assert {part.state for part in office.services.batches.parts(name)} == {"waiting"}


def test_an_output_refused_after_the_claim_was_lost_stops_nothing(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = ordered(office)
    lost_claims, taken = office.services.lost_claims, list[bool]()

    def fill(design: Design, facts: LabelFacts) -> FilledLabel:
        if taken:
            return rightly(design, facts)
        taken.extend(lost_claims.take_part(held, by_own_fault=False) for held in lost_claims.held_parts())
        raise OutputRefused.from_code("output.gone", path="/mnt", reason="gone")

    monkeypatch.setattr(part_jobs, "fill", fill)
    work(office)

    assert taken == [True]
    assert office.services.batches.get(name).state == "ready"


@pytest.mark.parametrize(("design", "stock"), [("tem-25x35", "a4"), ("tem-nhiet-50x30", "thermal-50x30-203")])
def test_whoever_lost_the_claim_leaves_no_file_behind(tmp_path: Path, design: str, stock: str) -> None:
    office = PrintingOffice(tmp_path)
    items = office.take(make_records(1, 3, day=office.today))
    name = office.order(office.plan(items, design, stock, queued=True))

    def take_away() -> None:
        assert office.services.lost_claims.take_part(*office.services.lost_claims.held_parts(), by_own_fault=False)

    office.services.queue_runner.run_next(take_away)

    folder = Path(office.services.batches.get(name).folder)
    assert [path.name for path in folder.iterdir()] == []
    assert [part.state for part in office.services.batches.parts(name)] == ["waiting"]


def test_a_release_that_was_broken_off_draws_no_part_again(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = ordered(office)

    def break_off(*_: object) -> None:
        raise StorageRefused.from_code("storage.busy", database="labelsvc.db", reason="")

    with monkeypatch.context() as broken:
        broken.setattr("labelsvc.workflows.queue.end_batch.write_batch_ticket", break_off)
        with pytest.raises(StorageRefused):
            work(office)
    work(office)

    assert office.services.batches.get(name).state == "ready"
    assert set(tries(office)) == {1}
    assert not list(Path(office.services.batches.get(name).folder).glob(".*"))


def test_a_batch_whose_end_kills_processes_fails_behind_others(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = ordered(office)
    other = office.order(office.plan(office.take(make_records(2, 20, day=office.today)), queued=True, proof="none"))
    sweep = Sweep(office.services.batch_services, office.services.lost_claims)

    def kill(_folder: object, contents: BatchContents, *_: object) -> None:
        if contents.batch.name == name:
            os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as deadly:
        deadly.setattr("labelsvc.workflows.queue.end_batch.write_batch_ticket", kill)
        deaths = deaths_of_workers(office, sweep)
    failed, others = (office.services.batches.get(each) for each in (name, other))

    assert (deaths, failed.state, others.state) == (3, "failed", "ready")
    assert failed.reason == office.services.paper_words.say("print.end_lost")
    assert office.services.batch_progress.start_again(name, ChangeContext("thu", office.now))
    work(office)
    assert office.services.batches.get(name).state == "ready"


def test_a_process_that_slept_leaves_nothing_behind(office: PrintingOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _ = ordered(office)

    def keep_late(folder: StoredFolder, made: RenderedPart) -> ProofReport:
        monkeypatch.setattr(run_queued, "keep_report", keep_report)
        claims = office.services.lost_claims
        assert all(claims.take_part(part, by_own_fault=False) for part in claims.held_parts())
        work(office)
        return keep_report(folder, made)

    monkeypatch.setattr(run_queued, "keep_report", keep_late)
    work(office)

    assert office.services.batches.get(name).state == "ready"
    assert [file for file in office.services.output().batch(name).files() if file.startswith(".")] == []


def test_a_batch_that_cannot_be_joined_fails_alone(office: PrintingOffice) -> None:
    name, _ = ordered(office)
    other = office.order(office.plan(office.take(make_records(2, 20, day=office.today)), queued=True, proof="none"))
    while {part.state for part in office.services.batches.parts(name)[:-1]} != {"done"}:
        office.services.queue_runner.run_next()
    (Path(office.services.batches.get(name).folder) / report_name(1)).write_text("{}")
    work(office)

    assert office.services.batches.get(name).state == "failed"
    assert "KeyError" in office.services.batches.get(name).reason
    assert office.services.batches.get(other).state == "ready"


def test_a_key_that_vanishes_after_the_claim_lets_the_batch_wait(office: PrintingOffice) -> None:
    name, _ = ordered(office)
    key = office.folder / "home" / "keys.json"
    away = key.with_suffix(".away")

    office.services.queue_runner.run_next(lambda: key.rename(away) and None)
    waiting = office.services.batches.get(name).state, {part.state for part in office.services.batches.parts(name)}
    with pytest.raises(KeyRefused):
        office.services.queue_runner.run_next()
    with office.services.database.reading() as connection:
        counted = set(connection.execute(parts.select().with_only_columns(parts.c.tries, parts.c.losses)))
    away.rename(key)
    work(office)

    assert waiting == ("running", {"waiting"})
    assert counted == {(0, 0)}
    assert office.services.batches.get(name).state == "ready"
