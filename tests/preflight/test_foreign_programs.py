"""Preflight of what other programs write rightly, which once was or easily is called wrong; and of codes on labels."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from labelsvc.domain.label_code import EpochKey, StampIdentity
from labelsvc.preflight.qr.codes import counted_code
from labelsvc.workflows.preflight_apart import preflight_apart
from tests.samples.fault_planting import image
from tests.samples.foreign_labels import (
    ART,
    BLEED_MM,
    HIGH,
    KNOCK,
    OVER,
    PLAIN,
    SPOT,
    TRIM,
    WIDE,
    LabelFile,
    circle,
    cut,
    mm,
    qr,
    rectangle,
    text,
)
from tests.samples.preflighted_files import checked, failed
from tests.samples.sheet_jobs import BOOK

LABEL = f"{ART} {cut(TRIM)}"
ALL = SPOT.format("All", "1 1 1 1")


def with_spot(name: str, space: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Resources.ColorSpace[f"/{name}"] = pikepdf.Object.parse(space.encode())

    return change


def custom_condition(pdf: pikepdf.Pdf) -> None:
    intent = pdf.Root.OutputIntents[0]
    intent.OutputConditionIdentifier = String("Custom")
    intent.Info = String("Coated paper of our own press")
    del intent["/RegistryName"]


def own_condition(pdf: pikepdf.Pdf) -> None:
    custom_condition(pdf)
    pdf.Root.OutputIntents[0].OutputConditionIdentifier = String("House condition 7")


def whole_font(pdf: pikepdf.Pdf) -> None:
    """A TrueType font whole, by WinAnsiEncoding, without ToUnicode: as layout programs embed Latin text."""
    face = BOOK.face("BeVietnamPro-Regular")
    data = face.file.data
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/BeVietnamPro-Regular"), Flags=32, ItalicAngle=0, StemV=80,
        FontBBox=Array([-400, -300, 1400, 1100]), Ascent=1000, Descent=-265, CapHeight=700,
        FontFile2=pdf.make_stream(data, Length1=len(data)),
    )  # fmt: skip
    pdf.pages[0].obj.Resources.Font["/Whole"] = Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/BeVietnamPro-Regular"), FirstChar=110, LastChar=110,
        GlyphWidths=Array([602]), Encoding=Name.WinAnsiEncoding, FontDescriptor=pdf.make_indirect(descriptor),
    )  # fmt: skip


def coarse_logo(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im=image()(pdf))


def tagged(pdf: pikepdf.Pdf) -> None:
    """What a drawing program leaves in a file for itself."""
    page = pdf.pages[0].obj
    page.PieceInfo = Dictionary(Illustrator=Dictionary(LastModified=String("D:20260309081500Z"), Private=Dictionary()))
    page.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True)
    page.Resources.Properties["/MC9"] = Dictionary(Color=Array([1, 0, 0]), Title=String("Layer 1"))


def mark(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{mm(x0, y0)} m {mm(x1, y1)} l"


MARKS = " ".join(
    mark(*line) for line in [(0, -1.5, 0, -6), (WIDE, -1.5, WIDE, -6), (-1.5, 0, -6, 0), (-1.5, HIGH, -6, HIGH)]
)
BARS = " ".join(f"{mm(x, y, 3, 3)} re" for x in (-6, WIDE + 3) for y in (2, 8, 14, 20))
HEAVY = f"{KNOCK} 1 1 1 1 k {mm(4, HIGH + 2.4, 6, 4.4)} re f"
PATCHES = f"{KNOCK} 1 1 0 0 k {BARS} f {HEAVY} {KNOCK} /All cs 1 scn {text(5, 1, -5, '/All cs 1 scn', state=KNOCK)}"
SHRUNK = rectangle(2, 2, WIDE - 4, HIGH - 4)
STICKERS = " ".join(circle(x, y, 3) for x in (8, 17) for y in (8, 17, 26))
RIGHT: dict[str, LabelFile] = {
    "custom condition with a profile": replace(PLAIN, change=custom_condition),
    "condition of a house with a profile": replace(PLAIN, change=own_condition),
    "font embedded whole without ToUnicode": replace(
        PLAIN, content=f"{LABEL} {OVER} 0 0 0 1 k BT /Whole 8 Tf {mm(5, 9)} Td (nnn) Tj ET", change=whole_font
    ),
    "crop marks that begin within the bleed": replace(
        PLAIN, content=f"{LABEL} {KNOCK} /All CS 1 SCN .25 w {MARKS} S", change=with_spot("All", ALL)
    ),
    "colour bars on both sides, and a heavy patch": replace(
        PLAIN, content=f"{LABEL} {PATCHES}", change=with_spot("All", ALL)
    ),
    "coarse logo in the slug": replace(
        PLAIN, content=f"{LABEL} q {mm(20)} 0 0 {mm(4)} {mm(0, -7)} cm /Im Do Q", change=coarse_logo
    ),
    "marked content and a page group": replace(
        PLAIN,
        content=f"/Layer /MC9 BDC {ART} EMC /Span <</ActualText (nn)>> BDC {text(8, 5, 9)} EMC {cut(TRIM)}",
        change=tagged,
    ),
    "kiss cut within a thru cut": replace(
        PLAIN, content=f"{ART} {cut(TRIM, 'ThruCut')} {cut(SHRUNK, 'KissCut')}", inks=("ThruCut", "KissCut")
    ),
    "stickers on a sheet": replace(PLAIN, content=f"{ART} {cut(STICKERS)}"),
    "label of a circle": replace(
        PLAIN,
        content=f"{KNOCK} 0 1 0 0 k {circle(12.5, 12.5, 14.5)} f {cut(circle(12.5, 12.5, 12.5))}",
        trim="7 7 32 32",
    ),
    "sheet cut from edge to edge": replace(
        PLAIN, content=f"{LABEL} {cut(mark(-BLEED_MM, HIGH / 2, WIDE + BLEED_MM, HIGH / 2))}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_correct_files_of_other_programs_have_no_faults(name: str, tmp_path: Path) -> None:
    done = checked(tmp_path, RIGHT[name].data())

    assert not failed(done)
    assert done.passed


def test_a_condition_said_to_be_registered_must_be(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OutputIntents[0].OutputConditionIdentifier = String("House condition 7")

    assert set(failed(checked(tmp_path, replace(PLAIN, change=change).data()))) == {"output_condition"}


KEY = EpochKey(bytes(range(32)))
FIRST, SECOND = (KEY.seal(StampIdentity(1, serial)) for serial in (1, 2))
ALIKE = KEY.seal(StampIdentity(1, 0))


def stamps(*said: str, labels: int = 1) -> LabelFile:
    """One symbol a label, page after page."""
    symbols = [qr(one, 5, 9) for one in said]
    return replace(PLAIN, contents=symbols, labels=labels, pages=len(said) // labels)


def address(code: str) -> str:
    return f"https://TEM.OCOPHN.VN/{code}"


@pytest.mark.parametrize(
    ("file", "pages"),
    [
        (stamps(address(FIRST), address(FIRST), labels=2), {1}),
        (stamps(address(FIRST), address(SECOND), address(FIRST)), {3}),
        (stamps(address(FIRST), f"HTTPS://TEM.OCOPHN.VN/{FIRST}"), {2}),
        (stamps(f"https://T.VN/01/08938505974012/21/{FIRST}", f"https://T.VN/01/08938505974012/21/{FIRST}"), {2}),
    ],
    ids=["beside it", "two pages on", "in another spelling", "as a GS1 link"],
)
def test_a_code_on_two_labels_is_found_with_both_places(file: LabelFile, pages: set[int], tmp_path: Path) -> None:
    found = failed(checked(tmp_path, file.data()))

    assert set(found) == {"qr_unique"}
    assert {fault.page for fault in found["qr_unique"].faults} == pages
    facts = found["qr_unique"].faults[0].problem.facts
    assert facts["code"] == FIRST
    assert facts["page"] == 1


def test_a_file_that_several_processes_check_finds_codes_on_two_labels(tmp_path: Path) -> None:
    data = stamps(*(address(code) for code in (FIRST, SECOND, FIRST))).data()

    assert set(failed(checked(tmp_path, data, processes=3))) == {"qr_unique"}


@pytest.mark.parametrize(
    "file",
    [
        stamps(address(FIRST), address(SECOND), labels=2),
        stamps("https://shop.example/p/17", "https://shop.example/p/17", labels=2),
        replace(PLAIN, contents=[f"{qr(address(FIRST), 4, 4, 0.4)} {qr(address(FIRST), 4, 20, 0.4)}"]),
    ],
    ids=["two codes", "a shop's address", "twice on one label"],
)
def test_labels_that_rightly_share_no_code_or_an_address_pass(file: LabelFile, tmp_path: Path) -> None:
    assert not failed(checked(tmp_path, file.data()))


def test_codes_printed_uncounted_may_repeat_where_the_key_is_known(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(stamps(address(ALIKE), address(ALIKE), labels=2).data())

    unknown, known = checked(tmp_path, path.read_bytes()), preflight_apart(path, 1, None, lambda: [KEY])

    assert set(failed(unknown)) == {"qr_unique"}
    assert not failed(known)


def test_preflight_runs_where_no_key_and_no_environment_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELSVC_KEYS", KEY.name)
    path = tmp_path / "file.pdf"
    path.write_bytes(stamps(*map(address, 3 * [ALIKE, FIRST])).data())
    seen: list[bytes] = []

    def look(done: int, pages: int) -> None:
        for child in Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split():
            for each in [child, *Path(f"/proc/{child}/task/{child}/children").read_text().split()]:
                with suppress(ProcessLookupError):  # it has ended meanwhile
                    seen.append(Path(f"/proc/{each}/environ").read_bytes())

    preflight_apart(path, 2, look, list)

    assert len(seen) > 1
    assert not any(b"LABELSVC" in environment for environment in seen)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (f"https://TEM.OCOPHN.VN/{FIRST}", FIRST),
        (f"https://tem.ocophn.vn/{FIRST.lower()}?lang=en", FIRST),
        ("https://T.VN/01/08938505974012/21/AB-1", "HTTPS://T.VN/01/08938505974012/21/AB-1"),
        ("https://shop.example/nuoc-mam-cat-hai-10", None),
        ("https://shop.example/", None),
        (FIRST, None),
        ("", None),
    ],
)
def test_a_labels_distinguishing_part_is_read_from_its_address(said: str, code: Any) -> None:
    assert counted_code(said) == code
