"""The press file of a part: boxes, inks, layers, metadata, and that every QR stands where the manifest says."""

import csv
import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
import svgelements
import zxingcpp
from PIL import Image
from shapely import Point, Polygon, contains_xy
from shapely import box as box_of

from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.host import Host
from labelsvc.domain.shape import Circle, PathShape, Shape
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.manifest import MANIFEST_HEADER, cell
from labelsvc.rendering.sheets.press_marks import PATCH_MM
from tests.samples.sheet_jobs import ORDERED_AT, QR_AT, QR_MM, ROUND, STAMP, art, job, place, printed

MM = 25.4 / 72
LEAF = PathShape(30, 30, "M15 0C25 5 25 25 15 30C5 25 5 5 15 0Z")


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def box(page: pikepdf.Page, name: str) -> list[float]:
    return [float(side) * MM for side in page[name]]


def rows_of(manifest: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(f"{MANIFEST_HEADER}\r\n{manifest}", newline="")))


def pixels(pdf: bytes, page: int, dpi: int = 300) -> object:
    bitmap = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True)
    return bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()


@pytest.mark.parametrize(
    ("stock", "shape", "skip"),
    [("a4", STAMP, 0), ("a4", ROUND, 3), ("avery-l7160", STAMP, 5), ("single", STAMP, 0), ("roll-25x35x4", STAMP, 0)],
)
def test_every_qr_is_read_at_its_manifest_position(stock: str, shape: object, skip: int) -> None:
    pdf, manifest = printed(job(place(stock, shape), (15, 9), skip))

    pages = {}
    for row in rows_of(manifest):
        page = int(row["page"]) - 1
        sheet = pages[page] if page in pages else pages.setdefault(page, pixels(pdf, page))
        x, y = (float(row[f"{axis}_mm"]) + at for axis, at in zip("xy", QR_AT[shape], strict=True))
        left, top, right, bottom = (round(v * 300 / 25.4) for v in (x, y, x + QR_MM, y + QR_MM))
        found = zxingcpp.read_barcode(sheet[top:bottom, left:right])
        assert found is not None
        assert found.text == row["url"] == f"https://TEM.OCOPHN.VN/{row['code']}"


def test_sideways_roll_labels_read_where_the_manifest_says() -> None:
    placed = place("roll-35x25x3", unwind=4, order="lanes")
    pdf, manifest = printed(job(placed, (40,)))

    sheet = pixels(pdf, 0)
    x_mm, y_mm = placed.square_on_page(*QR_AT[STAMP], QR_MM)
    for row in rows_of(manifest)[: placed.per_sheet]:
        x, y = float(row["x_mm"]) + x_mm, float(row["y_mm"]) + y_mm
        left, top, right, bottom = (round(v * 300 / 25.4) for v in (x, y, x + QR_MM, y + QR_MM))
        assert zxingcpp.read_barcode(sheet[top:bottom, left:right]).text == row["url"]
    assert placed.turned


@pytest.mark.parametrize("stock", ["a4", "330x480", "single", "avery-l7160", "roll-25x35x4"])
def test_qpdf_finds_nothing_wrong(stock: str, tmp_path: Path) -> None:
    pdf, _ = printed(job(place(stock), (20, 30)))
    (tmp_path / "part.pdf").write_bytes(pdf)

    said = subprocess.run(["qpdf", "--check", tmp_path / "part.pdf"], capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout + said.stderr
    assert subprocess.run(["pdftotext", tmp_path / "part.pdf", "-"], capture_output=True, check=True).stderr == b""


@pytest.mark.parametrize("stock", ["a4", "330x480", "single", "avery-l7160", "roll-25x35x4"])
def test_boxes_are_the_ordered_millimetres(stock: str) -> None:
    placed = place(stock)
    pdf, _ = printed(job(placed, (20,)))

    file = opened(pdf)

    page = file.pages[0]
    left, top, right, bottom = placed.trim_box_mm
    trim = [left, placed.page_height_mm - bottom, right, placed.page_height_mm - top]
    bleed = placed.bleed_mm
    assert box(page, "/MediaBox") == pytest.approx([0, 0, placed.page_width_mm, placed.page_height_mm], abs=0.01)
    assert box(page, "/TrimBox") == pytest.approx(trim, abs=0.01)
    assert box(page, "/BleedBox") == pytest.approx(
        [trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed], abs=0.01
    )
    assert "/Rotate" not in page


def test_it_calls_itself_pdf_x_4_in_one_voice() -> None:
    pdf, _ = printed(replace(job(place("a4"), (5,)), title="Đợt <2026> & (1)"))

    file = opened(pdf)

    xmp = file.open_metadata()
    assert pdf.startswith(b"%PDF-1.6\n%\xe2")
    assert xmp["{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"] == "PDF/X-4"
    assert xmp["dc:title"] == str(file.docinfo["/Title"]) == "Đợt <2026> & (1)"
    assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == xmp["xmp:MetadataDate"] == ORDERED_AT.isoformat()
    assert str(file.docinfo["/CreationDate"]) == "D:20260309081500+00'00'"
    assert xmp["pdf:Producer"] == str(file.docinfo["/Producer"])
    assert xmp["pdf:Trapped"] == "False"
    assert file.docinfo["/Trapped"] == pikepdf.Name("/False")
    assert all(f"xmpMM:{key}" in xmp for key in ("DocumentID", "VersionID", "RenditionClass"))
    assert len(bytes(file.trailer["/ID"][0])) == 16


def test_the_output_intent_embeds_the_profile_once() -> None:
    pdf, _ = printed(job(place("a4"), (5,)))

    file = opened(pdf)

    (intent,) = file.Root.OutputIntents
    profile = intent.DestOutputProfile
    data = profile.read_bytes()
    assert intent.S == "/GTS_PDFX"
    assert str(intent.OutputConditionIdentifier) == "FOGRA39"
    assert str(intent.RegistryName) == "http://www.color.org"
    assert profile.N == 4
    assert data[36:40] == b"acsp"
    assert len(data) == int.from_bytes(data[:4], "big")


@pytest.mark.parametrize("profile", [b"", b"not a profile" * 20])
def test_a_profile_of_another_kind_is_refused(profile: bytes) -> None:
    with pytest.raises(PrintRefused):
        printed(replace(job(place("a4"), (5,)), profile=profile))


@pytest.mark.parametrize(("place_of_layer", "spot", "step"), [(0, "CutContour", "/Cutting"), (1, "Bleed", "/Bleed")])
def test_each_contour_has_its_own_layer_and_overprinting_ink(place_of_layer: int, spot: str, step: str) -> None:
    file = opened(printed(job(place("a4", bleed_layer=True), (45,)))[0])

    page = file.pages[1]
    layer = page.Resources.Properties[f"/{spot}"]
    content = page.Contents[0].read_bytes()
    name = re.search(rb"/OC/%b BDC /(C\d+) Do EMC" % spot.encode(), content)[1].decode()
    form = page.Resources.XObject[f"/{name}"]

    operators = form.read_bytes()
    settings = file.Root.OCProperties
    ink = form.Resources.ColorSpace[f"/CS_{spot}"]
    assert layer.GTS_Metadata.GTS_ProcStepsGroup == "/Structural"
    assert layer.GTS_Metadata.GTS_ProcStepsType == step
    assert settings.D.BaseState == "/ON"
    assert str(settings.D.Name)
    assert settings.D.Order[place_of_layer].objgen == settings.OCGs[place_of_layer].objgen == layer.objgen
    assert list(ink[:3]) == ["/Separation", f"/{spot}", "/DeviceCMYK"]
    assert operators.startswith(b"/GSk gs /CS_%b CS 1 SCN 0.25 w" % spot.encode())
    assert operators.count(b"h\n") == 45 - 42
    assert form.Resources.ExtGState.GSk.OP
    painted = [one.read_bytes() for one in page.Resources.XObject.values() if one.objgen != form.objgen]
    assert not [one for one in [content, *painted] if b"CS_" + spot.encode() in one]


def test_the_bleed_edge_is_drawn_only_on_stocks_asking_for_it() -> None:
    file = opened(printed(job(place("a4"), (3,)))[0])

    page = file.pages[0]

    assert list(page.Resources.Properties) == ["/CutContour"]
    assert "/CS_Bleed" not in file.pages[0].Resources.ColorSpace
    assert b"Bleed BDC" not in page.Contents[0].read_bytes()


@pytest.mark.parametrize("stock", ["a4", "a3", "sra3", "325x430", "330x480", "330x480-dense"])
def test_registration_marks_and_colour_bar_stay_outside_every_bleed(stock: str, tmp_path: Path) -> None:
    what = job(place(stock), (3,))
    (tmp_path / "part.pdf").write_bytes(printed(what)[0])
    command = ["gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r100"]

    subprocess.run([*command, f"-sOutputFile={tmp_path}/page%d.tif", tmp_path / "part.pdf"], check=True)

    plates = {name: np.asarray(Image.open(tmp_path / f"page1({name}).tif")) < 128 for name in ("Cyan", "Black")}
    left, top, right, bottom = (round(mm * 100 / MM / 72) for mm in what.layout.trim_box_mm)
    beside = np.ones_like(plates["Cyan"])
    bleed = round(what.layout.bleed_mm * 100 / MM / 72) - 1
    beside[top - bleed : bottom + bleed, left - bleed : right + bleed] = False
    assert (plates["Cyan"] & beside)[:top].sum() > 100  # the patch of full cyan
    crosses = plates["Cyan"] & plates["Black"] & beside
    assert crosses.any()
    marks = page_marks(tmp_path / "part.pdf")
    assert b"/CS_All CS" in marks
    assert marks.count(b"re f") >= 4


@pytest.mark.parametrize("stock", ["a4", "330x480"])
def test_every_spot_ink_of_labels_has_a_patch(stock: str, tmp_path: Path) -> None:
    plain, spots = job(place(stock), (3,)), {"GOLD": (0.08, 0.38, 1.0, 0.02), "SILVER": (0.0, 0.0, 0.0, 0.4)}
    gold = replace(plain.runs[0], art=art(STAMP, plain.layout.bleed_mm, "/CS_GOLD cs 1 scn"))
    (tmp_path / "part.pdf").write_bytes(printed(replace(plain, runs=[gold], spots=spots))[0])
    command = ["gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r150"]

    subprocess.run([*command, f"-sOutputFile={tmp_path}/page%d.tif", tmp_path / "part.pdf"], check=True)

    above = round((plain.layout.trim_box_mm[1] - plain.layout.bleed_mm - 0.1) * 150 / MM / 72)
    patch = (np.asarray(Image.open(tmp_path / "page1(GOLD).tif")) == 0)[:above]
    side = round(PATCH_MM * 150 / MM / 72)
    assert patch.sum() > 0.9 * side * side  # and registration marks, where there is room
    assert not (tmp_path / "page1(SILVER).tif").exists()


@pytest.mark.parametrize("shape", [STAMP, ROUND, LEAF], ids=["rounded", "round", "leaf"])
def test_the_bleed_follows_the_shape(shape: Shape) -> None:
    placed = place("single", shape)
    pdf = printed(job(placed, (1,)))[0]

    page = np.asarray(pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72).to_pil().convert("L"))

    left, top, right, _ = (round(mm * 300 / MM / 72) for mm in placed.trim_box_mm)
    bleed = round(placed.bleed_mm * 300 / MM / 72)
    corner = page[top - bleed : top - bleed + 6, left - bleed : left - bleed + 6]
    edge = page[top - bleed + 3 : top, (left + right) // 2]
    assert corner.min() == 255
    assert edge.max() < 255


def page_marks(path: Path) -> bytes:
    """Return the operators of a file's marks."""
    with pikepdf.open(path) as file:
        return file.pages[0].Resources.XObject["/M"].read_bytes()


def test_pre_cut_sheets_have_no_die_line_and_no_marks() -> None:
    file = opened(printed(job(place("avery-l7160"), (5,)))[0])

    assert "/OCProperties" not in file.Root
    assert list(file.pages[0].Resources.XObject.keys()) == ["/A0"]
    assert "/CS_CutContour" not in file.pages[0].Resources.ColorSpace


def test_a_product_is_drawn_once_and_named_at_its_positions() -> None:
    file = opened(printed(job(place("a4"), (50, 20)))[0])

    first, second = ([name for name in page.Resources.XObject if name.startswith("/A")] for page in file.pages)

    assert first == ["/A0"]
    assert second == ["/A0", "/A1"]
    assert file.pages[0].Resources.XObject["/A0"].objgen == file.pages[1].Resources.XObject["/A0"].objgen


def test_art_ends_at_its_bleed() -> None:
    square = opened(printed(job(place("single"), (1,)))[0])
    round_, _ = printed(job(place("single", ROUND), (1,)))

    form = square.pages[0].Resources.XObject["/A0"]
    corner = pixels(round_, 0)[round(8.4 / 25.4 * 300), round(8.4 / 25.4 * 300)]

    assert [float(v) * MM for v in form.BBox] == pytest.approx([-2, -2, 27, 37], abs=0.01)
    assert corner == 255


def test_same_job_same_bytes_and_another_title_other_ids() -> None:
    first, second = printed(job(place("330x480"), (200, 100))), printed(job(place("330x480"), (200, 100)))
    other = printed(replace(job(place("330x480"), (200, 100)), title="other"))

    assert first == second
    assert bytes(opened(first[0]).trailer["/ID"][0]) != bytes(opened(other[0]).trailer["/ID"][0])


def test_the_manifest_has_one_numbered_row_per_piece() -> None:
    _, manifest = printed(job(place("a4"), (43, 5)))

    rows = rows_of(manifest)

    assert [row["page"] for row in rows] == ["1"] * 42 + ["2"] * 6
    assert [row["serial"] for row in rows] == [*map(str, range(1, 44)), *map(str, range(1, 6))]
    assert [row["line"] for row in rows] == ["7"] * 43 + ["8"] * 5
    assert rows[-1]["product"] == "Cốm làng Vòng số 1"
    assert manifest.endswith("\r\n")


def test_uncounted_pieces_have_serial_0() -> None:
    _, manifest = printed(job(place("a4"), (5,), uncounted=True))

    assert {row["serial"] for row in rows_of(manifest)} == {"0"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("-5", "'-5"),
        (" @x", "' @x"),
        ('Trà "Shan", loại 1', '"Trà ""Shan"", loại 1"'),
        ("Cốm", "Cốm"),
        ("=A,B", '"\'=A,B"'),
    ],
)
def test_a_cell_is_never_a_formula(text: str, written: str) -> None:
    assert cell(text) == written


def test_cut_and_stack_puts_neighbouring_serials_on_neighbouring_sheets() -> None:
    _, manifest = printed(job(place("a4", order="cut-and-stack"), (84,)))

    rows = rows_of(manifest)

    assert [row["serial"] for row in rows[:3]] == ["1", "3", "5"]
    assert rows[42]["serial"] == "2"
    assert (rows[0]["x_mm"], rows[0]["y_mm"]) == (rows[42]["x_mm"], rows[42]["y_mm"])


@pytest.mark.parametrize("stock", ["a4", "330x480", "330x480-dense", "sra3", "single", "roll-25x35x4"])
def test_the_slug_names_the_sheet_outside_of_every_bleed(stock: str) -> None:
    placed = place(stock)
    pdf, _ = printed(job(placed, (200,)))

    page = pypdfium2.PdfDocument(pdf)[1].get_textpage()
    text = " ".join(page.get_text_range().split())
    at = page.search("2026-001").get_next()

    sheets = -(-200 // placed.per_sheet)
    left, bottom, right, top = (v * MM for v in page.get_charbox(at[0]))
    trim_left, _, _, trim_bottom = placed.trim_box_mm
    assert f"Tờ 2/{sheets}" in text
    assert top < placed.page_height_mm - trim_bottom - placed.bleed_mm or right < trim_left - placed.bleed_mm
    assert min(left, bottom) >= max(placed.stock.marks.unprintable_mm, 1.0) - 0.01


def test_a_single_labels_slug_stays_off_the_page_edge() -> None:
    pdf, _ = printed(job(place("single"), (1,)))

    page = pypdfium2.PdfDocument(pdf)[0]
    pixels = page.render(scale=300 / 72, grayscale=True).to_numpy()

    assert (pixels[-round(1.9 / 25.4 * 300) :] == 255).all()


def test_a_slug_that_does_not_fit_loses_its_last_fields_only() -> None:
    pdf, _ = printed(job(place("single"), (1,), slug="Tờ {sheet}/{sheets} · " + " · ".join(["khổ giấy rất dài"] * 40)))

    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()

    assert "Tờ 1/1" in text
    assert 1 < text.count("khổ") < 40


def test_a_label_of_any_outline_is_cut_along_it() -> None:
    heart = PathShape(30, 30, "M15 28 C-10 10 5 -5 15 6 A 8 8 0 0 1 15 28 Z")

    file = opened(printed(job(place("a4", heart), (1,)))[0])

    operators = file.pages[0].Resources.XObject["/C0"].read_bytes()
    assert b" c\n" in operators
    assert operators.count(b"h\n") == 1


HEART = PathShape(30, 36, "M15 36 C-2 19 -3 0 7.5 0 C11 0 14 2 15 6 C16 2 19 0 22.5 0 C33 0 32 19 15 36 Z")


@pytest.mark.parametrize("shape", [HEART, ROUND])
def test_the_bleed_follows_the_shape_and_stays_off_every_neighbours_trim(shape: Shape) -> None:
    what = job(place("a4", shape), (6,))

    sheet = pixels(printed(what)[0], 0) < 250

    per_mm = 300 / MM / 72
    bleed = what.layout.bleed_mm
    contour = trim_of(shape)
    near = contour.buffer(bleed - 0.15).difference(slot_of(shape))
    far = contour.buffer(bleed + 0.2)
    for position in what.layout.positions[:6]:
        left, top = round((position.x_mm - bleed) * per_mm), round((position.y_mm - bleed) * per_mm)
        size = [round((side + 2 * bleed) * per_mm) for side in (shape.width_mm, shape.height_mm)]
        inked = sheet[top : top + size[1], left : left + size[0]]
        y, x = (np.mgrid[4 : size[1] : 9, 4 : size[0] : 9]) / per_mm - bleed
        dark = inked[4::9, 4::9]
        assert dark[contains_xy(near, x, y)].all()
        assert not dark[~contains_xy(far, x, y)].any()


def trim_of(shape: Shape) -> Polygon:
    """Return a trim as an independent polygon, in mm from its box's upper left corner."""
    if isinstance(shape, Circle):
        return Point(shape.diameter_mm / 2, shape.diameter_mm / 2).buffer(shape.diameter_mm / 2, quad_segs=64)
    path = svgelements.Path(shape.d)
    return Polygon([(place.x, place.y) for place in (path.point(i / 400, error=1e-6) for i in range(400))]).buffer(0)


def slot_of(shape: Shape) -> Polygon:
    x, y = QR_AT.get(shape, (4.0, 4.0))
    return box_of(x - 0.2, y - 0.2, x + QR_MM + 0.2, y + QR_MM + 0.2)


def test_inspection_sees_every_symbol_before_it_is_drawn() -> None:
    seen: list[str] = []
    counted = []

    def inspect(symbols: object, urls: list[str]) -> None:
        seen.extend(urls)
        counted.append(len(symbols.rows) == len(urls))  # type: ignore[attr-defined]

    _, manifest = printed(replace(job(place("a4"), (300,)), inspect=inspect))

    assert seen == [row["url"] for row in rows_of(manifest)]
    assert all(counted)


def test_spot_inks_are_defined_only_if_used() -> None:
    spots = {"GOLD": (0.08, 0.38, 1.0, 0.02), "SILVER": (0.0, 0.0, 0.0, 0.4)}
    plain = job(place("avery-l7160"), (2,))
    gold = replace(plain.runs[0], art=art(STAMP, 0, "/CS_GOLD cs 1 scn"))

    file = opened(printed(replace(plain, runs=[gold], spots=spots))[0])

    assert list(file.pages[0].Resources.ColorSpace.keys()) == ["/CS_GOLD"]


def test_a_thousand_pages_stand_in_order() -> None:
    file = opened(printed(job(place("single"), (250,)))[0])

    assert len(file.pages) == 250
    assert len(file.Root.Pages.Kids) == 3


@pytest.mark.parametrize("letters", [4, 7, 9, 13, 18, 28])
def test_a_stamp_takes_at_most_400_bytes_whatever_its_host(letters: int) -> None:
    placed = place("330x480")
    pieces = 8 * placed.per_sheet
    encoder = encoder_for(Host(("TEM.OCOP.HANOI.GOV.VN.EXAMPLES" * 2)[:letters]), QR_MM)

    pdf, _ = printed(replace(job(placed, (pieces,)), encoder=encoder))

    profile = 11 * pieces  # of a part of 20,000
    streams = [bytes(stream.read_raw_bytes()) for page in opened(pdf).pages for stream in page.Contents]
    assert (sum(map(len, streams)) + profile) / pieces <= 400
