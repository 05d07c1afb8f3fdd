"""Pictures in designs: their colours in inks, their place on the paper, and what the press would refuse."""

from __future__ import annotations

import io
import struct
import subprocess
import zlib
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.pdf.pdf_file import PdfFile
from labelsvc.rendering.design.linked_files import embed_files
from labelsvc.rendering.design.picture_inks import MOST_PIXELS, MOST_PPI, read_picture
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.preflight_file import preflight_file
from labelsvc.workflows.print_assets import source_of
from tests.samples.artwork_files import colours, embedded, picture
from tests.samples.labels_on_paper import HOST, ROOM, added, design, facts, label_pdf, ls_source, part_of, trim_pixels
from tests.samples.sheet_jobs import PROFILE

CARD = ls_source("bien-ke-105x74")
"""A large design: from (5, 1) to (70, 5) mm it is white and empty, and from (0, 69) to (71, 74)."""
WIDE, HIGH = 24.0, 4.0
"""The size in mm of the pictures here; 300 ppi are 284 × 48 pixels."""


def placed(content: bytes, more: str = "", kind: str = "image/png", box: str = 'x="40" y="69.5"') -> str:
    """Return the card with a picture on it."""
    href = embedded(content, kind)
    return added(f'<image href="{href}" {box} width="{WIDE:g}" height="{HIGH:g}" {more}/>', CARD)


@dataclass(frozen=True)
class Written:
    """An image of a PDF as another library reads it: ``pixels``[y, x, ink]."""

    space: str
    bits: int
    keys: frozenset[str]
    pixels: NDArray[np.uint8]


def xobject(content: bytes) -> Written:
    """Return a picture as it is written into a PDF."""
    stream = io.BytesIO()
    pdf = PdfFile(stream)
    number = read_picture(content, WIDE, HIGH, PROFILE)(pdf)
    pages = pdf.add(b"<</Type/Pages/Kids[]/Count 0>>")
    pdf.close(pdf.add(b"<</Type/Catalog/Pages %d 0 R>>" % pages), pages, b"0" * 16)
    with pikepdf.open(stream) as opened:
        one: Any = opened.get_object(number, 0)
        flat = np.frombuffer(one.read_bytes(), np.uint8).reshape(int(one.Height), int(one.Width), -1)
        return Written(str(one.ColorSpace), int(one.BitsPerComponent), frozenset(one.keys()), flat)


def inks(content: bytes) -> NDArray[np.uint8]:
    """Return the pixels of a picture as printed: [y, x, C M Y K], 0 to 255."""
    return xobject(content).pixels


def refused(content: bytes) -> Problem:
    with pytest.raises(InvalidValue) as error:
        read_picture(content, WIDE, HIGH, PROFILE)
    return error.value.problems[0]


def test_pictures_stand_where_placed_in_their_own_colours() -> None:
    image = Image.fromarray(colours(284, 48))
    flag = np.zeros((48, 284, 3), np.uint8)
    flag[:, :142], flag[:, 142:] = (200, 40, 40), (40, 90, 160)

    pixels = trim_pixels(label_pdf(design(placed(picture(Image.fromarray(flag)))), facts()))
    smooth = trim_pixels(label_pdf(design(placed(picture(image))), facts()))

    left, right = part_of(pixels, 41, 70, 10, 3), part_of(pixels, 53, 70, 10, 3)
    assert np.abs(left.mean(axis=(0, 1)) - (200, 40, 40)).max() < 25
    assert np.abs(right.mean(axis=(0, 1)) - (40, 90, 160)).max() < 25
    assert (part_of(pixels, 38, 69.6, 1.9, 3.8) > 250).all()
    assert (part_of(pixels, 64.1, 69.6, 1.9, 3.8) > 250).all()
    edge = part_of(pixels, 51.7, 70, 0.6, 3)
    assert edge[:, 0, 0].mean() > 150 > edge[:, -1, 0].mean()
    assert part_of(smooth, 41, 70, 2, 3).mean(axis=(0, 1))[2] > part_of(smooth, 61, 70, 2, 3).mean(axis=(0, 1))[2]


def test_the_ways_of_fitting_are_those_of_svg() -> None:
    square = Image.new("RGB", (284, 284), (20, 90, 60))

    def inked(how: str) -> tuple[float, float]:
        pixels = trim_pixels(label_pdf(design(placed(picture(square), how)), facts()), 600)
        box = part_of(pixels, 36, 68.5, 34, 5.5, 600).max(axis=2) < 160
        columns, rows = np.flatnonzero(box.any(axis=0)), np.flatnonzero(box.any(axis=1))
        return (columns[-1] - columns[0] + 1) * 25.4 / 600, (rows[-1] - rows[0] + 1) * 25.4 / 600

    assert inked("") == pytest.approx((HIGH, HIGH), abs=0.1)
    assert inked('preserveAspectRatio="xMidYMid slice"') == pytest.approx((WIDE, HIGH), abs=0.1)
    assert inked('preserveAspectRatio="none"') == pytest.approx((WIDE, HIGH), abs=0.1)
    assert inked('transform="rotate(45 52 71.5)"')[0] == pytest.approx(HIGH * 2**0.5, abs=0.15)


def test_no_pixel_takes_more_ink_than_the_press_takes() -> None:
    dark = np.zeros((48, 284, 3), np.uint8)
    dark[:, :100], dark[:, 100:200] = (8, 4, 10), (60, 10, 0)

    shown = inks(picture(Image.fromarray(dark))).astype(int)
    total = shown.sum(axis=2) / 2.55

    assert total.max() <= 300.5
    assert total[shown[..., 3] >= 217].max() <= 280.5
    assert shown[..., 3].max() > 200, "deep black stays black"


def test_cmyk_pictures_keep_inks_unless_they_have_a_profile() -> None:
    rich = Image.new("CMYK", (284, 48), (10, 200, 180, 20))
    heavy = Image.new("CMYK", (284, 48), (255, 255, 255, 200))
    profiled = picture(rich, "JPEG", quality=95, icc_profile=PROFILE)

    assert np.abs(inks(picture(rich, "JPEG", quality=95)).astype(int) - (10, 200, 180, 20)).max() <= 3
    assert np.abs(inks(profiled).astype(int) - (10, 200, 180, 20)).max() <= 12
    assert inks(picture(heavy, "TIFF"))[0, 0].astype(int).sum() <= 765
    assert inks(picture(heavy, "TIFF"))[0, 0][3] == 200


def test_a_profile_in_the_picture_is_taken_instead_of_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = Image.new("RGB", (284, 48), (220, 30, 30))

    assert (inks(picture(plain, icc_profile=lab)) == inks(picture(plain))).all()
    assert refused(picture(plain, icc_profile=PROFILE)).code == "design.picture_profile"
    assert refused(picture(plain, icc_profile=b"no profile at all")).code == "design.picture_profile"


def test_transparency_becomes_paper_and_grey_prints_in_black() -> None:
    see_through = np.dstack([colours(284, 48), np.zeros((48, 284), np.uint8)])
    see_through[:, :100, 3] = 255
    grey = Image.fromarray(colours(284, 48)[..., 0])

    flat = inks(picture(Image.fromarray(see_through)))
    assert flat[:, 110:].max() == 0
    assert flat[:, :90].max() > 0
    assert not xobject(picture(Image.fromarray(see_through))).keys & {"/SMask", "/Mask"}
    for mode in ("L", "LA", "1"):
        written = xobject(picture(grey.convert(mode)))
        assert (written.space, written.bits) == ("/DeviceGray", 8)
    assert xobject(picture(grey.convert("P"))).space == "/DeviceCMYK"


def test_sixteen_bits_become_eight_and_a_turned_photograph_stands_upright() -> None:
    deep = Image.fromarray((np.arange(284 * 48, dtype=np.uint32).reshape(48, 284) * 4).astype(np.uint16))
    turned = Image.fromarray(np.rot90(colours(284, 48), 1).copy())
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera's right is up

    shown = xobject(picture(deep))
    upright = xobject(picture(turned, "JPEG", exif=exif.tobytes(), quality=95))

    assert shown.bits == 8
    assert upright.pixels.shape == (48, 284, 4)


@pytest.mark.parametrize(("width", "right"), [(int(WIDE / 25.4 * 190), False), (int(WIDE / 25.4 * 201) + 1, True)])
def test_low_resolution_pictures_are_refused_with_a_size_that_works(width: int, right: bool) -> None:
    content = picture(Image.new("RGB", (width, 60)))

    if right:
        assert read_picture(content, WIDE, HIGH, PROFILE)
        return
    problem = refused(content)
    assert problem.code == "design.picture_ppi"
    assert problem.facts["ppi"] == 189
    assert float(str(problem.facts["width"])) == pytest.approx(WIDE * 189.5 / 200, abs=0.2)
    with pytest.raises(DesignRefused, match="picture_ppi"):
        design(placed(content, 'preserveAspectRatio="none"'))


def test_the_size_counts_as_printed_behind_all_transforms() -> None:
    enough = picture(Image.new("RGB", (284, 48)))

    assert design(placed(enough, 'transform="translate(20 30) scale(0.5)"'))
    with pytest.raises(DesignRefused, match="picture_ppi"):
        design(placed(enough, 'transform="translate(-52 -69.5) scale(2)"'))


def test_overly_fine_pictures_are_downsampled() -> None:
    written = xobject(picture(Image.fromarray(colours(2000, 400))))

    assert written.pixels.shape == (ceil(HIGH / 25.4 * MOST_PPI), ceil(WIDE / 25.4 * MOST_PPI), 4)


def test_a_picture_that_is_used_often_is_written_once_a_file(tmp_path: Path) -> None:
    href = embedded(picture(Image.fromarray(colours(284, 48))), "image/png")
    image = f'<image id="logo" href="{href}" x="40" y="69.5" width="{WIDE:g}" height="{HIGH:g}"/>'
    source = added(f'<defs>{image}</defs><use href="#logo"/><use href="#logo" y="-68"/>', CARD)

    pdf = label_pdf(design(source), facts())

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        images = [one for one in opened.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    assert len(images) == 1
    assert (part_of(trim_pixels(pdf), 42, 2, 20, 3).min(axis=2) < 200).any()


def test_a_label_with_pictures_passes_preflight_and_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "label.pdf"
    cut = '<clipPath id="round"><circle cx="52" cy="71.5" r="1.9"/></clipPath>'
    source = placed(picture(Image.fromarray(colours(284, 48))), 'clip-path="url(#round)"').replace(
        "<ls:stars", f"{cut}<ls:stars", 1
    )
    path.write_bytes(label_pdf(design(source), facts()))

    results = preflight_file(path, 1).results

    assert [result.rule.name for result in results if result.faults] == []
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    for command in (["mutool", "draw", "-q", "-o", f"{tmp_path}/m.png", "-r", "150"], ["gs", "-q", "-dSAFER"]):
        more = ["-dNOPAUSE", "-dBATCH", "-sDEVICE=png16m", "-r150", f"-sOutputFile={tmp_path}/g.png"]
        subprocess.run([*command, *(more if command[0] == "gs" else []), path], check=True, capture_output=True)
    for name in ("m.png", "g.png"):
        with Image.open(tmp_path / name) as image:
            assert np.asarray(image.convert("RGB")).std() > 20


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("logo.png", "design.link_outside"),
        ("http://127.0.0.1:9/logo.png", "design.link_outside"),
        ("file:///etc/passwd", "design.link_outside"),
        ("data:image/png,abc", "design.link_kind"),
        ("data:image/gif;base64,R0lGODlhAQABAAAAACw=", "design.link_kind"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "design.link_kind"),
        ("data:image/png;base64,A", "design.link_broken"),
        ("data:image/png;base64,", "design.picture_unreadable"),
        ("data:image/png;base64,iVBORw0KGgo=", "design.picture_unreadable"),
        ("", "design.link_outside"),
    ],
)
def test_references_to_no_picture_are_refused_by_line(href: str, code: str) -> None:
    source = added(f'<image href="{href}" x="40" y="69.5" width="24" height="4"/>', CARD)

    with pytest.raises(DesignRefused) as error:
        design(source)

    problem = error.value.problems[0]
    assert problem.code == "design.at"
    assert problem.facts["line"] == CARD.count("\n", 0, CARD.index("</svg>")) + 1
    assert str(code) in str(problem.facts["why"])


@pytest.mark.parametrize("side", [8_000, 30_000])
def test_a_bomb_is_refused_before_its_pixels_are_unpacked(side: int) -> None:
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]

    problem = refused(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))

    assert side * side > MOST_PIXELS
    assert problem.code == "design.picture_pixels"


@settings(max_examples=25)
@given(st.data())
def test_a_damaged_picture_is_refused_or_drawn_and_nothing_else(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "TIFF"]))
    content = bytearray(picture(Image.fromarray(colours(284, 48)), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))

    with suppress(InvalidValue):
        assert read_picture(bytes(content[:cut]), WIDE, HIGH, PROFILE).data


def test_adjacent_files_are_embedded_and_line_numbers_stay(tmp_path: Path) -> None:
    (tmp_path / "hinh").mkdir()
    (tmp_path / "hinh" / "lô-gô & co.png").write_bytes(picture(Image.fromarray(colours(284, 48))))
    written = added(
        '<!-- href="none.png" -->\n<image\n  href="hinh/lô-gô &amp; co.png" x="40" y="69.5" width="24" height="4"/>',
        CARD,
    )
    path = tmp_path / "thu.svg"
    path.write_text(written)

    source = source_of(path)

    assert source.count(b"\n") == written.count("\n")
    assert b'href="none.png"' in source
    assert check_design("thu", source, ROOM, HOST) == []
    assert embed_files(source, tmp_path) == source


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("khong-co.png", "design.link_missing"),
        ("../ngoai.png", "design.link_missing"),
        ("/etc/passwd.png", "design.link_missing"),
        ("hinh.svg", "design.link_kind"),
        ("hinh.gif", "design.link_kind"),
        ("https://example.vn/a.png", "design.link_missing"),
        ("lon.png", "design.link_large"),
        ("lien-ket.png", "design.link_missing"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_with_its_line(tmp_path: Path, href: str, code: str) -> None:
    folder = tmp_path / "mau"
    folder.mkdir()
    (tmp_path / "ngoai.png").write_bytes(b"x")
    (folder / "lien-ket.png").symlink_to(tmp_path / "ngoai.png")
    (folder / "lon.png").write_bytes(bytes(7_000_001))

    with pytest.raises(DesignRefused) as error:
        embed_files(f'<svg>\n<image href="{href}"/></svg>'.encode(), folder)

    assert error.value.problems[0].facts["line"] == 2
    assert code in str(error.value.problems[0].facts["why"])
    assert href in str(error.value.problems[0].facts["why"])


def test_a_picture_over_the_qr_is_seen_by_the_check() -> None:
    source = placed(picture(Image.new("RGB", (300, 300))), box='x="80" y="12"')

    assert [problem.code for problem in check_design("thử", source.encode(), ROOM, HOST)] == ["design.quiet_zone"]
