"""Uploads are read in a confined process, which may die without harm."""

from __future__ import annotations

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.workflows.profiles.read_upload import LARGEST_PDF, LARGEST_UPLOAD, read_upload
from tests import CHECKOUT
from tests.samples import hostile_pictures as hostile

PROFILE = CHECKOUT / "templates" / "press" / "FOGRA39L_coated.icc"


def refusal(content: bytes, *, pdf_allowed: bool = False) -> str:
    with pytest.raises(InvalidValue) as refused:
        read_upload(content, PROFILE, pdf_allowed=pdf_allowed)
    assert refused.value.field == "file"
    return refused.value.problems[0].code


def test_a_picture_comes_back_in_two_sizes_without_its_place() -> None:
    taken = read_upload(hostile.with_place(6), PROFILE)

    assert (taken.media_type, taken.width_px, taken.height_px) == ("image/jpeg", 480, 640)
    assert taken.page_content is not None
    assert taken.content.startswith(b"\xff\xd8\xff")
    assert hostile.PLACE not in taken.content + taken.page_content


def test_inks_are_read_with_the_profile_of_the_press() -> None:
    assert read_upload(hostile.in_inks(), PROFILE).width_px == 400


def test_a_svg_named_as_a_picture_is_refused_by_its_content() -> None:
    assert refusal(hostile.SVG) == "profile.file_not_a_picture"


def test_a_pdf_is_taken_only_where_one_is_asked_for() -> None:
    assert refusal(hostile.PDF) == "profile.file_not_a_picture"
    assert refusal(hostile.PDF, pdf_allowed=True) == "profile.file_pdf_broken"


def test_bombs_of_pixels_are_refused_unpacked() -> None:
    assert refusal(hostile.png_of(60_000, 60_000, rows=9)) == "profile.file_too_many_pixels"


@pytest.mark.parametrize(
    ("content", "pdf_allowed", "code"),
    [
        (b"", False, "empty"),
        (bytes(LARGEST_UPLOAD + 1), False, "too_large"),
        (b"%PDF" + bytes(LARGEST_PDF), True, "too_large"),
    ],
    ids=["empty", "picture", "pdf"],
)
def test_what_is_empty_or_too_large_starts_no_process(content: bytes, pdf_allowed: bool, code: str) -> None:
    assert refusal(content, pdf_allowed=pdf_allowed) == f"profile.file_{code}"
