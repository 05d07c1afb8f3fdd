"""Versions and levels: what each holds, and which one a slot gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import Host
from labelsvc.domain.qr_version import LEAST_MODULE_MM, QrVersion, UrlPrefix
from labelsvc.rendering.qr.choice import choose, choose_as_before, readability

GTIN = "8934567890128"


def prefix(letters: int, gtin: str = "") -> UrlPrefix:
    return Host(("TEM." + "X" * letters)[:letters]).url_prefix(gtin=gtin)


@pytest.mark.parametrize(
    ("version", "gtin", "letters"),
    [
        ("2-M", "", 4),
        ("3-Q", "", 13),
        ("3-M", "", 28),
        ("4-Q", "", 34),
        ("4-Q", GTIN, 13),
        ("4-M", GTIN, 36),
        ("5-Q", GTIN, 33),
    ],
)
def test_longest_host_of_each_version_is_the_standards(version: str, gtin: str, letters: int) -> None:
    bits = QrVersion.parse(version).data_bits

    assert prefix(letters, gtin).data_bits <= bits < prefix(letters + 1, gtin).data_bits


@given(st.integers(4, 60), st.floats(10, 60))
def test_shorter_host_never_reads_worse_than_a_longer_one(letters: int, slot_mm: float) -> None:
    longer, shorter = choose(prefix(letters), slot_mm), choose(prefix(letters - 1), slot_mm)

    assert readability(shorter, slot_mm) >= readability(longer, slot_mm)


@given(st.integers(4, 60), st.floats(10, 60))
def test_modules_are_never_too_small_if_a_version_fits(letters: int, slot_mm: float) -> None:
    lowest = next(number for number in range(1, 10) if prefix(letters).data_bits <= QrVersion(number, "M").data_bits)

    chosen = choose(prefix(letters), slot_mm)

    fits = QrVersion(lowest, "M").module_mm(slot_mm) >= LEAST_MODULE_MM
    assert chosen.module_mm(slot_mm) >= LEAST_MODULE_MM if fits else chosen.number == lowest


def test_urls_too_long_for_any_version_are_refused() -> None:
    with pytest.raises(InvalidValue, match=r"qr\.too_long"):
        choose(prefix(250), 100)


@pytest.mark.parametrize("name", ["https://a.vn", "Ô.VN", "A_B.VN"])
def test_host_outside_of_the_alphanumeric_mode_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue, match=r"qr\.letters"):
        Host(name).url_prefix()


@pytest.mark.parametrize("text", ["", "3", "3-L", "0-M", "10-M", "3-q", "-Q", "Q-3", "3-Q-"])
def test_invalid_qr_versions_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"qr\.version"):
        QrVersion.parse(text)


@pytest.mark.parametrize(
    ("host", "gtin", "version"),
    [
        ("OCOP.HANOI.EXAMPLE", "", "3-Q"),
        ("OCOP.HANOI.EXAMPLES", "", "3-M"),
        ("OCOPHN.VN", "", "2-M"),
        ("OCOP.HANOI.GOV.V", GTIN, "4-Q"),
    ],
)
def test_batches_from_before_keep_the_version_that_they_had(host: str, gtin: str, version: str) -> None:
    assert str(choose_as_before(Host(host).url_prefix("capitals", gtin))) == version
