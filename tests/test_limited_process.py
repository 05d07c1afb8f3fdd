"""A child with limits ends; whoever started it goes on."""

from __future__ import annotations

import pytest

from labelsvc.limited_process import start_child

LIMITS = "from labelsvc.limited_process import *; limit_memory(1 << 30); limit_seconds(1); forbid_files(); "


def test_child_finds_our_modules_and_answers() -> None:
    with start_child("from labelsvc.domain.host import EXAMPLE; print(EXAMPLE, *sys.argv[1:])", "a b") as child:
        assert child.stdout is not None
        assert child.stdout.read() == b"OCOP.HANOI.EXAMPLE a b\n"

    assert child.returncode == 0


@pytest.mark.parametrize(
    "deed",
    ["bytes(1 << 31)", "while True: pass", "import tempfile; tempfile.TemporaryFile().write(b'x' * 99_999)"],
    ids=["memory", "time", "file"],
)
def test_child_ends_at_its_limits(deed: str) -> None:
    with start_child(f"{LIMITS}\n{deed}", stderr=-3) as child:
        assert child.wait(20) != 0
