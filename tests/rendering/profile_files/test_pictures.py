"""Uploaded pictures are made anew: their pixels alone, upright, in sRGB, small enough for a page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageCms

from labelsvc.rendering.profile_files.certificates import look_through_pdf
from labelsvc.rendering.profile_files.pictures import PAGE_BYTES, PictureFile, PictureRefused, remade_picture
from tests import CHECKOUT
from tests.samples import hostile_pictures as hostile

PROFILE = CHECKOUT / "templates" / "press" / "FOGRA39L_coated.icc"


def opened(file: PictureFile) -> Image.Image:
    image = Image.open(BytesIO(file.content))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (file.width_px, file.height_px))
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    return image


def colour(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    found: Any = image.getpixel((round(x * (image.width - 1)), round(y * (image.height - 1))))
    return tuple(found)


def remade(content: bytes) -> tuple[Image.Image, Image.Image]:
    page, large = remade_picture(content, PROFILE)
    assert len(page.content) <= PAGE_BYTES
    return opened(page), opened(large)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_made_anew_in_both_sizes(kind: str) -> None:
    size = (1700, 1275) if kind == "JPEG" else (1000, 750)
    page, large = remade(hostile.saved(hostile.photograph(*size), kind))

    assert (page.size, large.size) == ((960, 720), min(size, (1600, 1200)))
    assert np.allclose(colour(page, 0.2, 0.2), (200, 30, 30), atol=12)


def test_the_noisiest_picture_is_small_enough_for_a_page() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (600, 800, 3), dtype=np.uint8)

    page, large = remade(hostile.saved(Image.fromarray(noise), "PNG"))

    assert page.width >= 300
    assert large.width >= 600


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (640, 480), (0.1, 0.1)),
        (3, (640, 480), (0.9, 0.9)),
        (6, (480, 640), (0.9, 0.1)),
        (8, (480, 640), (0.1, 0.9)),
    ],
)
def test_place_and_camera_go_and_the_turn_is_carried_out(
    orientation: int, size: tuple[int, int], red: tuple[float, float]
) -> None:
    content = hostile.with_place(orientation)

    for image, file in zip(remade(content), remade_picture(content, PROFILE), strict=True):
        assert image.size == size
        assert np.allclose(colour(image, *red), (200, 30, 30), atol=12)
        assert hostile.PLACE not in file.content
        assert b"script" not in file.content


@pytest.mark.parametrize("behind", [hostile.PDF, hostile.PAGE, b"PK\x03\x04 archive"])
def test_what_stands_behind_or_inside_a_picture_is_left_behind(behind: bytes) -> None:
    plain = hostile.saved(hostile.photograph(), "JPEG", comment=behind)

    for file in remade_picture(plain + behind, PROFILE):
        assert behind not in file.content
        assert file.content.startswith(b"\xff\xd8\xff")
        assert file.content.endswith(b"\xff\xd9")


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    page, _ = remade(hostile.animated(kind))

    assert np.allclose(colour(page, 0.2, 0.2), (200, 30, 30), atol=12)


def test_inks_become_the_colours_they_have_on_paper() -> None:
    red, green, blue = colour(remade(hostile.in_inks())[0], 0.5, 0.5)

    assert red < 60
    assert 100 < green < 190  # the cyan of FOGRA39 is no pure 0, 255, 255
    assert blue > 180


def test_colours_of_another_profile_become_srgb() -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    wrong = hostile.saved(hostile.photograph(), "JPEG", icc_profile=own)
    broken = hostile.saved(hostile.photograph(), "PNG", icc_profile=b"no profile")

    for content in (wrong, broken):
        assert "icc_profile" not in remade(content)[0].info


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        (Image.new("RGBA", (300, 300), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (300, 300), (0, 255)), (0, 0, 0)),
        (Image.new("P", (300, 300), 0), (0, 0, 0)),
        (Image.new("1", (300, 300), 1), (255, 255, 255)),
        (Image.fromarray(np.full((300, 300), 0x8000, dtype=np.uint16)), (128, 128, 128)),
        (Image.fromarray(np.full((1600, 6400), 0x8000, dtype=np.uint16)), (128, 128, 128)),
        (Image.new("RGBA", (6400, 1600), (255, 0, 0, 0)), (255, 255, 255)),
    ],
    ids=["clear", "grey-alpha", "palette", "one-bit", "16-bits", "large-16-bits", "large-clear"],
)
def test_every_kind_of_pixel_becomes_a_colour_on_white(image: Image.Image, shown: tuple[int, int, int]) -> None:
    page, _ = remade(hostile.saved(image, "PNG"))

    assert np.allclose(colour(page, 0.5, 0.5), shown, atol=3)


def refusal(content: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        remade_picture(content, PROFILE)
    return refused.value.code


JPEG = hostile.saved(hostile.photograph(), "JPEG")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (hostile.png_of(60_000, 60_000, rows=9), "too_many_pixels"),
        (hostile.png_of(8_000, 6_000, rows=9), "too_many_pixels"),
        (hostile.png_of(2**31 - 1, 2**31 - 1, rows=0), "too_many_pixels"),
        (hostile.text_bomb(), "broken"),
        (JPEG[: len(JPEG) // 2], "broken"),
        (JPEG[:300], "broken"),
        (hostile.saved(hostile.photograph(), "WEBP")[:900], "broken"),
        (hostile.saved(Image.new("RGB", (199, 900)), "PNG"), "too_small"),
        (hostile.saved(Image.new("RGB", (1200, 250)), "PNG"), "too_narrow"),
        (hostile.SVG, "not_a_picture"),
        (hostile.PDF, "not_a_picture"),
        (hostile.PAGE, "not_a_picture"),
        (hostile.saved(hostile.photograph(), "TIFF"), "not_a_picture"),
        (hostile.saved(hostile.photograph(), "BMP"), "not_a_picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 900 900\n", "not_a_picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\xff\xd8\xff", "not_a_picture"),
        (b"GIF89a" + bytes(20), "not_a_picture"),
    ],
)
def test_what_is_no_whole_picture_of_ours_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


WEB = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://a.vn")


def pdf(change: Any = None, pages: int = 1) -> bytes:
    made, stream = pikepdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    if change:
        change(made)
    made.save(stream)
    return stream.getvalue()


def acting(**entries: Any) -> Any:
    def change(made: pikepdf.Pdf) -> None:
        made.Root["/OpenAction"] = pikepdf.Dictionary(**entries)

    return change


def test_the_pdf_of_a_certificate_is_taken_as_it_came() -> None:
    assert look_through_pdf(pdf(pages=3)) == 3


def going_to_a_page(made: pikepdf.Pdf) -> None:
    made.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[made.pages[0].obj, pikepdf.Name.Fit])


def with_a_link(made: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=WEB)
    made.pages[0].obj["/Annots"] = pikepdf.Array([link])


def opening_with_its_page(made: pikepdf.Pdf) -> None:
    made.pages[0].obj["/AA"] = pikepdf.Dictionary(O=WEB)


@pytest.mark.parametrize("change", [going_to_a_page, with_a_link])
def test_a_pdf_may_begin_at_a_page_and_have_links(change: Any) -> None:
    assert look_through_pdf(pdf(change)) == 1


def attaching(made: pikepdf.Pdf) -> None:
    made.attachments["a.exe"] = b"MZ"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(acting(S=pikepdf.Name.JavaScript, JS="app.alert(1)")), "pdf_acts"),
        (pdf(acting(S=pikepdf.Name.Launch, F="cmd.exe")), "pdf_acts"),
        (pdf(acting(S=pikepdf.Name.URI, URI="https://a.vn")), "pdf_acts"),
        (pdf(opening_with_its_page), "pdf_acts"),
        (pdf(attaching), "pdf_acts"),
        (pdf(pages=31), "pdf_pages"),
        (pdf() + hostile.PAGE, "pdf_broken"),
        (pdf()[:200], "pdf_broken"),
        (b"\n" + pdf(), "pdf_broken"),
        (b"%PDF-1.7\n" + bytes(100) + b"%%EOF", "pdf_broken"),
    ],
    ids=[
        "script",
        "program",
        "web-page",
        "web-page-later",
        "file-inside",
        "pages",
        "page-behind",
        "half",
        "late-head",
        "nothing",
    ],
)
def test_a_pdf_that_acts_or_is_not_whole_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        look_through_pdf(content)

    assert refused.value.code == code


def test_a_pdf_with_a_password_is_refused() -> None:
    made, stream = pikepdf.open(BytesIO(pdf())), BytesIO()
    made.save(stream, encryption=pikepdf.Encryption(owner="a", user="b"))

    with pytest.raises(PictureRefused, match="pdf_password"):
        look_through_pdf(stream.getvalue())
