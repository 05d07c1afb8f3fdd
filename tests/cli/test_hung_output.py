"""An output on a network folder that hangs stops printing, not the service: its start waits for it a bounded time."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from labelsvc.cli.serving import look_at_output
from labelsvc.config import Settings
from labelsvc.domain.errors import OutputRefused
from labelsvc.services import Services
from labelsvc.storage.db.database import Database
from labelsvc.storage.files import folder_probe
from labelsvc.storage.files.folder_probe import folder_answers
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.keys.output_identity import OutputIdentity
from labelsvc.worker.print_queue import PrintQueue


@pytest.fixture
def hung(tmp_path: Path) -> Path:
    """An output whose mark file answers nobody, as a network folder does whose server is gone."""
    folder = tmp_path / "output"
    folder.mkdir()
    os.mkfifo(folder / ".issued.json")
    return folder


def test_a_folder_that_hangs_is_told_from_one_that_is_missing(hung: Path) -> None:
    begun = time.monotonic()

    assert not folder_answers(hung, ".issued.json", seconds=0.3)
    assert time.monotonic() - begun < 2
    assert folder_answers(hung / "missing", ".issued.json")
    assert folder_answers(hung, "missing")


def test_a_hung_output_is_refused_by_name(hung: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_probe.place_answers, "__defaults__", (0.2,))
    database = Database.open(f"sqlite:///{tmp_path}/labelsvc.db")

    with pytest.raises(OutputRefused, match="no_answer"):
        OutputIdentity(database, folder_at(hung)).check_answers()
    database.close()


def test_neither_the_service_nor_its_worker_waits_for_a_hung_output(
    hung: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(folder_probe.place_answers, "__defaults__", (0.2,))
    services = Services(Settings.read({"LABELSVC_HOME": str(tmp_path / "home"), "LABELSVC_OUTPUT": str(hung)}))
    begun = time.monotonic()

    look_at_output(services, has_keys=True)
    with pytest.raises(OutputRefused, match="no_answer"):
        PrintQueue(services).tidy()
    seconds = time.monotonic() - begun
    services.close()

    assert seconds < 5
    assert f"{hung} không trả lời" in capsys.readouterr().err
