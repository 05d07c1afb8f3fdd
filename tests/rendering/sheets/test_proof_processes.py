"""Pages that are shared out to processes are all read, whatever becomes of these."""

from __future__ import annotations

import os
import signal
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
