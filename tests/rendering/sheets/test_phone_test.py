"""The phone test sheet: every host in both cases and all sizes, boxes to tick, Vietnamese with English below."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from labelsvc.domain.host import Host
from labelsvc.rendering.sheets.phone_test import MODULES_MM
from labelsvc.wording import Wording
from labelsvc.workflows.designs.phone_test import SAMPLES, make_phone_test
from labelsvc.workflows.preflight_file import preflight_file
from tests import CHECKOUT
from tests.samples.labels_on_paper import ROOM

SPOKEN = tuple(Wording(CHECKOUT / "templates" / "wording", language).say for language in ("vi", "en"))
NOW = datetime(2026, 12, 1, tzinfo=UTC)
HOSTS = ["OCOP.HANOI.EXAMPLE", *SAMPLES]


def sheet(path: Path, hosts: list[str]) -> Path:
    make_phone_test(path, [Host.parse(name) for name in hosts], ROOM, SPOKEN, NOW)
    return path


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sheet(tmp_path_factory.mktemp("phones") / "sheet.pdf", HOSTS)


def test_every_host_stands_in_both_cases_and_all_sizes(paper: Path) -> None:
    page = pypdfium2.PdfDocument(paper)[0].render(scale=300 / 72, grayscale=True).to_numpy()

    found = zxingcpp.read_barcodes(page.reshape(page.shape[:2]), formats=zxingcpp.BarcodeFormat.QRCode)
    read = [each.text for each in found]

    for host in HOSTS:
        for scheme in ("https", "HTTPS"):
            assert sum(text.startswith(f"{scheme}://{host}/") for text in read) == len(MODULES_MM)
    assert len(set(read)) == len(read)
    narrow = min(found, key=lambda each: each.position.top_right.x - each.position.top_left.x).position
    assert (narrow.top_right.x - narrow.top_left.x) / 300 * 25.4 == pytest.approx(29 * 0.40, abs=0.15)


def test_sheet_passes_preflight(paper: Path) -> None:
    assert preflight_file(paper, processes=1).passed


def test_sheet_says_everything_in_vietnamese_and_english(paper: Path) -> None:
    text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range()

    for say in SPOKEN:
        assert say("press.phone_test_title") in text
        assert text.count(say("press.phone_test_phone")) == 4
        for module_mm in MODULES_MM:
            assert say("press.phone_test_size", module_mm=module_mm) in text


def test_more_hosts_take_more_pages(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(sheet(tmp_path / "sheet.pdf", [f"{'X' * n}.VN" for n in (1, 10, 25, 40)]))

    assert len(document) == 2
