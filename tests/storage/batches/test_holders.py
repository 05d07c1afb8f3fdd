"""Processes that hold claims: alive, dead, dead with their worker, or of another machine."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from labelsvc.storage.batches import holders
from labelsvc.storage.batches.holders import Holder, own_holder


def own() -> Holder:
    holder = Holder.parse(own_holder())
    assert holder
    return holder


def test_this_process_is_alive_and_its_text_is_read_back() -> None:
    assert own().fate == "alive"
    assert str(own()) == own_holder()
    assert (own().pid, own().parent) == (os.getpid(), os.getppid())


def test_a_later_process_of_the_same_number_is_another_one() -> None:
    assert replace(own(), start=own().start - 1).fate == "died"
    assert replace(own(), start=own().start - 1, parent_start=1).fate == "died_with_parent"


def test_a_killed_process_is_gone_before_anybody_waited_for_it() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        start = int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19])
        holder = Holder(own().machine, process.pid, start, os.getpid(), own().start)
        alive = holder.fate
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        gone = holder.fate

    assert (alive, gone) == ("alive", "died")


def test_a_living_process_that_is_hidden_is_judged_by_time_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A /proc without others' processes: hidepid of systemd's ProtectProc, beside PrivateUsers."""
    for shown in ("sys", "self", str(os.getpid())):
        (tmp_path / shown).symlink_to(f"/proc/{shown}")
    with subprocess.Popen(["sleep", "60"]) as process:
        holder = Holder(own().machine, process.pid, 1, os.getpid(), own().start)
        monkeypatch.setattr(holders, "_PROC", tmp_path)
        hidden = holder.fate
        process.kill()
        process.wait()
        gone = holder.fate

    assert (own().fate, hidden, gone) == ("alive", "unknown", "died")


def test_a_process_that_died_under_a_hidden_parent_died_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for shown in ("sys", "self", str(os.getpid())):
        (tmp_path / shown).symlink_to(f"/proc/{shown}")
    monkeypatch.setattr(holders, "_PROC", tmp_path)

    assert replace(own(), start=own().start - 1).fate == "died"


def test_nobody_judges_processes_of_another_machine() -> None:
    assert replace(own(), machine="another/1").fate == "unknown"
    assert replace(own(), machine="").fate == "unknown"


def test_texts_that_name_no_holder_are_none() -> None:
    for text in ("", "nobody", "boot/1 2 3 4", "boot/1 2 3 4 five", "boot/1 -2 3 4 5"):
        assert Holder.parse(text) is None
