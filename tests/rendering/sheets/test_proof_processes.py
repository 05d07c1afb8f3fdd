"""Pages that are shared out to processes are all read, whatever becomes of these, unless nobody wants more."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from labelsvc.rendering.sheets import proof
from labelsvc.rendering.sheets.proof import SymbolFault

ITSELF = os.getpid()


def fault_of(page: int) -> SymbolFault:
    return SymbolFault(page, 0.0, 0.0, "", "")


def read_or_die(share: tuple[Path, Any, float]) -> list[list[SymbolFault]]:
    if os.getpid() != ITSELF:
        os.kill(os.getpid(), signal.SIGKILL)
    return [[fault_of(page)] for page, _ in share[1]]


def test_pages_of_a_killed_process_are_read_by_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "_proof_share", read_or_die)
    monkeypatch.setattr(proof, "LEAST_PAGES_A_PROCESS", 1)

    read = list(proof.proof_pages(Path("labels-001.pdf"), [(1, []), (2, []), (3, [])], 0.4, processes=2))

    assert read == [[fault_of(page)] for page in (1, 2, 3)]


def read_first_page_at_once(share: tuple[Path, Any, float]) -> list[list[SymbolFault]]:
    pdf, pages, _ = share
    if pages[0][0] > 1:
        time.sleep(3)
        pdf.with_name("read").touch()
    return [[fault_of(page)] for page, _ in pages]


def test_a_fault_that_is_found_waits_for_no_other_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(proof, "_proof_share", read_first_page_at_once)
    monkeypatch.setattr(proof, "LEAST_PAGES_A_PROCESS", 1)

    reading = iter(proof.proof_pages(tmp_path / "labels-001.pdf", [(1, []), (2, [])], 0.4, processes=2))
    found = next(reading)
    del reading

    assert found == [fault_of(1)]
    assert not (tmp_path / "read").exists()
