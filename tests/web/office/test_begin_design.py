"""Designs that begin with somebody's own artwork: kept with a ready OCOP block, colours told, faults in words."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.colors import Color

from labelsvc.domain.account import Role
from labelsvc.domain.errors import DesignRefused
from labelsvc.workflows.designs.begin_design import Beginning, begin_design
from tests.offices.desk_office import DeskOffice
from tests.samples.artwork_files import artwork_pdf

VIVID = (0, 220, 40)
"""A green that no press has."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    return DeskOffice(tmp_path_factory.mktemp("begun"))


def photograph(colour: tuple[int, int, int] = VIVID, size: tuple[int, int] = (720, 600)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG", dpi=(300, 300))
    return file.getvalue()


def begun(desk: DeskOffice, name: str, content: bytes, file: str, **more: str) -> tuple[int, str, str]:
    """Return status, page and address of what answers an upload."""
    upload, clerk = (io.BytesIO(content), file), desk.client(Role.CLERK)
    clerk.get("/office/designs/begin")
    answer = clerk.post("/office/designs/begin", name=name, file=upload, **more)
    return answer.status_code, answer.text, answer.headers.get("Location", "")


def test_a_picture_becomes_a_design_and_tells_its_colours(desk: DeskOffice) -> None:
    status, _, address = begun(desk, "anh-cua-toi", photograph(), "anh.jpg")
    page = desk.client(Role.CLERK).get(address).text
    source = desk.services.design_shelf.source("anh-cua-toi", 1)

    assert (status, address) == (302, "/office/designs/anh-cua-toi/1/colours")
    assert re.search(rb'width="61mm"\s+height="50.8mm"', source)
    assert b'data-ls="qr"' in source
    assert b"ls:qr" not in source
    assert "100 % diện tích" in page
    assert page.count("data:image/png") == 2


def test_a_picture_takes_the_width_that_was_typed(desk: DeskOffice) -> None:
    status, page, _ = begun(desk, "Ảnh rộng", photograph(), "anh.jpg", width="72,5")

    assert status == 302, page[page.find("notice") :][:600]
    assert b'width="72.5mm"' in desk.services.design_shelf.source("anh-rong", 1)


@pytest.mark.parametrize(
    ("name", "content", "width", "told"),
    [
        ("anh-tho", photograph(), "120", "in rõ được tới 91 mm"),
        ("anh-nho", photograph(size=(300, 200)), "", "quá nhỏ để đặt sẵn"),
        ("anh-hong", photograph()[:300], "", "không đọc được"),
        ("anh-sai", photograph(), "rộng", "không phải là chiều rộng"),
        ("tem-25x35", photograph(), "", "không dùng được"),
        ("edit", photograph(), "", "không dùng được"),
        ("khong-tep", b"", "", "Hãy chọn tệp"),
    ],
)
def test_what_cannot_be_begun_with_is_said(desk: DeskOffice, name: str, content: bytes, width: str, told: str) -> None:
    status, page, _ = begun(desk, name, content, "anh.jpg", width=width)

    assert status == 422
    assert told in page
    assert desk.services.design_shelf.newest(name) is None


def test_a_page_in_rgb_is_taken_when_converted(desk: DeskOffice) -> None:
    def paint(canvas: Any) -> None:
        canvas.setFillColor(Color(0.9, 0.1, 0.1))
        canvas.rect(0, 0, 200, 100, fill=1)

    page = artwork_pdf(paint)

    refused = begun(desk, "trang-rgb", page, "trang.pdf")
    taken = begun(desk, "trang-rgb", page, "trang.pdf", converted="yes")

    assert refused[0] == 422
    assert 'name="converted"' in refused[1]
    assert taken[2] == "/office/designs/trang-rgb/1/colours"


def test_a_page_kept_as_it_is_shows_in_editors(desk: DeskOffice) -> None:
    page = artwork_pdf()

    _, _, address = begun(desk, "trang-giu", page, "trang.pdf")
    source = desk.services.design_shelf.source("trang-giu", 1)

    assert address == "/office/designs/trang-giu/studio?version=1"
    assert re.search(
        rb'data-ls="artwork" data-ls-href="data:application/pdf;base64,[^"]+">\s*<rect[^>]*>\s*<image ', source
    )


@pytest.mark.parametrize("content", [b"\x89PNG\r\n", b"\xff\xd8\xff", b"%PDF-1.4", b"II*\0"])
@pytest.mark.parametrize("converted", [False, True])
def test_files_that_only_begin_like_artwork_are_refused(content: bytes, *, converted: bool) -> None:
    with pytest.raises(DesignRefused):
        begin_design(content, "thu", Beginning(converted=converted))


def test_a_design_without_a_picture_has_no_colours_to_compare(desk: DeskOffice) -> None:
    begun(desk, "nhan-rieng", desk.services.assets.design_source("tem-25x35"), "tem.svg")

    assert "không có ảnh nào" in desk.client(Role.CLERK).get("/office/designs/nhan-rieng/1/colours").text
