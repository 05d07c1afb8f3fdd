"""What comes of a host: its QR code in each design, and what to warn of before thousands of labels bear it."""

from __future__ import annotations

import pytest

from labelsvc.domain.host import EXAMPLE, Host
from labelsvc.workflows.designs.host_symbols import host_facts, host_symbols, host_warnings
from tests.samples.labels_on_paper import ROOM

STAMP_SLOT_MM = ROOM.design("tem-25x35").qr.size_mm


def warned(name: str, slot_mm: float = STAMP_SLOT_MM) -> list[str]:
    return [problem.code for problem in host_warnings(Host.parse(name), slot_mm)]


@pytest.mark.parametrize("name", ["OCOPHN.VN", "TEM.OCOP.VN", "TEM.OCOPHN.VN", "OCOP.HANOI.GOV.VN", EXAMPLE])
def test_ordinary_host_is_not_warned_of(name: str) -> None:
    assert warned(name) == []


@pytest.mark.parametrize("name", ["localhost", "192.168.1.7", "mayin", "http://10.0.0.1:8000"])
def test_host_that_no_phone_can_open_is_warned_of(name: str) -> None:
    assert warned(name) == ["host.unreachable"]


def test_host_that_reads_clearly_worse_is_warned_of() -> None:
    (problem,) = host_warnings(Host.parse("TEM.SO.HOA.OCOP.THANH-PHO.HANOI.VN"), STAMP_SLOT_MM)

    assert problem.code == "host.reads_worse"
    assert problem.facts["module_mm"] < problem.facts["best_module_mm"]


@pytest.mark.parametrize("letters", range(5, 29))
def test_shorter_host_has_no_smaller_modules_and_no_lower_level(letters: int) -> None:
    shorter, longer = (host_symbols(Host(f"{'A' * (n - 3)}.VN"), ROOM) for n in (letters - 1, letters))

    for short, long in zip(shorter, longer, strict=True):
        assert short.module_mm >= long.module_mm
        assert "MQH".index(short.version.level) >= "MQH".index(long.version.level)


def test_stamp_symbols_have_modules_of_at_least_0_45_mm() -> None:
    stamp = next(each for each in host_symbols(Host.parse(EXAMPLE), ROOM) if each.design == "tem-25x35")

    assert stamp.module_mm >= 0.45
    assert stamp.fact.code == "qr.in_design"


def test_host_too_long_for_any_version_is_said() -> None:
    host = Host(f"{'A' * 250}.VN")

    assert [problem.code for problem in host_facts("x", ROOM.design_source("tem-25x35"), ROOM, host)] == ["qr.too_long"]
