"""A batch that stopped or lost files goes on to the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labelsvc.domain.errors import LabelsvcError
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts
from labelsvc.workflows import part_jobs
from labelsvc.workflows.batches import render_part
from labelsvc.workflows.batches.proof_part import ReadBackCount, proof_part
from tests.offices.printing_office import PrintingOffice, files
from tests.samples.generator import make_records


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 40)


@pytest.mark.usefixtures("small_parts")
def test_batches_have_the_same_bytes_whatever_the_process_count(office: PrintingOffice, tmp_path: Path) -> None:
    items = office.take(make_records(7, 20, day=office.now.date(), seed=3))
    name = office.order(office.plan(items))

    first = files(office.print(name, tmp_path / "one", processes=1).folder)
    second = files(office.print(name, tmp_path / "three", processes=3).folder)

    assert len([file for file in first if file.endswith(".pdf")]) >= 3
    assert first == second


@pytest.mark.usefixtures("small_parts")
def test_only_lost_parts_are_remade_with_the_same_bytes(office: PrintingOffice) -> None:
    items = office.take(make_records(7, 20, day=office.now.date(), seed=3))
    name = office.order(office.plan(items))
    folder = office.print(name).folder
    before = files(folder)
    (folder / "labels-002.pdf").unlink()
    done: list[int] = []

    office.print(name, progress=done.append)

    assert files(folder) == before
    assert sum(done) == 140
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("lost", ["manifest.csv", "proof.json"])
def test_a_batch_without_manifest_or_proof_is_rebuilt(office: PrintingOffice, lost: str) -> None:
    items = office.take(make_records(3, 30, day=office.now.date(), seed=3))
    name = office.order(office.plan(items))
    folder = office.print(name).folder
    before = files(folder)
    (folder / lost).unlink()

    office.print(name)

    assert files(folder) == before


def test_a_batch_that_is_whole_is_left_as_it_is(office: PrintingOffice) -> None:
    batch = office.printed(2, 5)
    before = {path: path.stat().st_mtime_ns for path in batch.folder.iterdir()}

    again = office.print(batch.batch.name)

    assert (again.pieces, again.sheets) == (10, 1)
    assert {path: path.stat().st_mtime_ns for path in batch.folder.iterdir()} == before


@pytest.mark.faults
def test_a_killed_print_resumes_to_identical_bytes(
    office: PrintingOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 4_000)
    items = office.take(make_records(4, 4_000, day=office.now.date()))
    name = office.order(office.plan(items, stock="330x480", proof="none"))
    command = [sys.executable, "-c", "from labelsvc.cli import main; main()", "print", "--resume", name]
    command += ["--processes", "1"]
    run = subprocess.Popen(
        command, env={**os.environ, **office.environment}, stderr=subprocess.DEVNULL, start_new_session=True
    )
    folder = Path(office.services.settings.output) / name
    until = time.monotonic() + 60
    while not list(folder.glob("labels-*.pdf")):
        assert run.poll() is None
        assert time.monotonic() < until
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    whole = [path for path in folder.iterdir() if not path.name.startswith(".")]
    assert whole
    assert not (folder / "manifest.csv").exists()

    resumed = files(office.print(name).folder)

    assert not [path for path in folder.iterdir() if path.name.endswith(".part")]
    shutil.move(folder, tmp_path / "resumed")
    assert files(office.print(name, tmp_path / "undisturbed", processes=2).folder) == resumed


def in_small_parts(office: PrintingOffice) -> tuple[str, str]:
    """Order a batch of several parts; return it, and the product in the middle of it."""
    name = office.order(office.plan(office.take(make_records(7, 20, day=office.now.date()))))
    return name, office.services.batches.lines(name)[3].product.name


def fault_at(product: str, act: Callable[[], object]) -> Callable[[Design, LabelFacts], FilledLabel]:
    """Return what fills labels, and does something else at those of one product."""
    rightly = part_jobs.fill  # type: ignore[attr-defined]

    def fill(design: Design, facts: LabelFacts) -> FilledLabel:
        if facts.product.name == product:
            act()
        return rightly(design, facts)

    return fill


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def break_down() -> None:
    raise ZeroDivisionError


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(("act", "processes"), [(kill_itself, 2), (break_down, 2), (break_down, 1)])
def test_a_product_that_ends_its_process_is_named(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], processes: int
) -> None:
    name, product = in_small_parts(office)
    with monkeypatch.context() as patched:
        patched.setattr(part_jobs, "fill", fault_at(product, act))
        with pytest.raises(LabelsvcError) as stopped:
            office.print(name, processes=processes)
    failed, states = office.services.batches.get(name), [each.state for each in office.services.batches.parts(name)]

    assert failed.state == "failed"
    assert f"Sản phẩm {product}:" in failed.reason
    assert stopped.value.problems == failed.problems
    assert [problem.code for problem in failed.problems] == ["print.parts_failed", "print.others_done"]
    assert failed.problems[0].facts["parts"] == [states.index("failed") + 1]
    assert states.count("done") == len(states) - 1
    assert not list((Path(office.services.settings.output) / name).glob(".*.part"))
    assert office.print(name, processes=2).pieces == 140


@pytest.mark.usefixtures("small_parts")
def test_a_process_that_is_killed_once_is_replaced_and_shows_nothing(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name, product = in_small_parts(office)

    def kill_once() -> None:
        if not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            kill_itself()

    monkeypatch.setattr(part_jobs, "fill", fault_at(product, kill_once))

    assert office.print(name, processes=2).pieces == 140
    assert (tmp_path / "killed").exists()


@pytest.mark.usefixtures("small_parts")
def test_pieces_of_a_part_that_is_tried_again_count_once(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = in_small_parts(office)
    told: list[int] = []

    def break_once(*_: object) -> ReadBackCount:
        monkeypatch.setattr(render_part, "proof_part", proof_part)
        raise ZeroDivisionError

    monkeypatch.setattr(render_part, "proof_part", break_once)
    office.print(name, progress=told.append)

    assert sum(told) == 140


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))
from labelsvc.cli import main
sys.argv = ["labelsvc", "print", "--resume", sys.argv[1]]
main()
"""


def test_a_full_disk_leaves_no_half_file_and_printing_resumes(office: PrintingOffice) -> None:
    name = office.order(office.plan(office.take(make_records(2, 1_500, day=office.now.date())), proof="none"))
    environment = {**os.environ, **office.environment}

    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, name], env=environment, capture_output=True, text=True, check=False
    )

    folder = Path(office.services.settings.output) / name
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert str(folder / "labels-001.pdf") in run.stderr
    assert f"--resume {name}" in run.stderr
    assert [path.name for path in folder.iterdir()] == []
    assert office.print(name).pieces == 3_000
