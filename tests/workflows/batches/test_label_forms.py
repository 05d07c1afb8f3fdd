"""Labels that were taken once, in every form: the same serials and codes, and nothing more is taken."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from labelsvc.domain.errors import NotFound
from labelsvc.rendering.sheets.symbol_files import STRIP
from labelsvc.workflows.batches.label_exports import LabelExports
from labelsvc.workflows.preflight_file import preflight_file
from tests.offices.printing_office import PrintingOffice, manifest
from tests.samples.artwork_files import artwork_pdf, embedded
from tests.samples.labels_on_paper import ls_source

EXAMPLE_HOST = "OCOP.HANOI.EXAMPLE"


def forms(office: PrintingOffice, quantity: int = 3, design: str = "tem-25x35", stock: str = "single") -> LabelExports:
    """Print labels of one product; return their forms."""
    name = office.printed(1, quantity, design, stock).batch.name
    return LabelExports.for_batch(office.services.batches.get(name), office.batch_services)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> LabelExports:
    return forms(PrintingOffice(tmp_path_factory.mktemp("office")))


@pytest.fixture(scope="module")
def specimens(tmp_path_factory: pytest.TempPathFactory) -> LabelExports:
    return forms(PrintingOffice(tmp_path_factory.mktemp("office"), host=EXAMPLE_HOST), 1)


def urls(taken: LabelExports) -> list[str]:
    return [row["url"] for row in manifest(Path(taken.batch.folder))]


def read(picture: Image.Image) -> list[str]:
    """Return what a decoder reads, with transparent places on white."""
    ground = Image.new("RGB", picture.size, "white")
    rgba = picture.convert("RGBA")
    ground.paste(rgba, mask=rgba.getchannel("A"))
    return sorted(str(one.text) for one in zxingcpp.read_barcodes(np.asarray(ground)))


def unpacked(taken: LabelExports, file: str, first: int = 1) -> list[bytes]:
    name, content = taken.make(file, first)
    if not name.endswith(".zip"):
        return [content]
    with ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(one) for one in archive.namelist()]


def test_labels_of_any_stock_are_available_in_every_format(three: LabelExports, tmp_path: Path) -> None:
    on_sheet = forms(PrintingOffice(tmp_path), stock="avery-l7160")

    of_single, of_sheet = ({form.file for form in taken.forms()} for taken in (three, on_sheet))

    made = {
        "labels-300dpi-png.zip",
        "labels-600dpi-png.zip",
        "labels-svg.zip",
        "qr-svg.zip",
        "qr-pdf.zip",
        "qr-png.zip",
    }
    assert of_single == made | {"a4-office.pdf", "avery-3427.pdf", "avery-l7160.pdf", "avery-l7169.pdf"}
    assert of_sheet == made | {"a4-office.pdf", "avery-3427.pdf", "single.pdf", "avery-l7169.pdf"}


def test_only_stocks_that_hold_the_design_are_offered(tmp_path: Path) -> None:
    large = forms(PrintingOffice(tmp_path), 1, "nhan-60x90")

    pdfs = [form.of for form in large.forms() if form.kind == "pdf"]

    assert pdfs == ["a4-office", "avery-l7169"]
    with pytest.raises(NotFound):
        large.make("avery-l7160.pdf")


@pytest.mark.parametrize("stock", ["a4-office", "avery-l7160"])
def test_another_stock_yields_the_same_codes_and_stable_bytes(three: LabelExports, stock: str) -> None:
    contents = [three.make(f"{stock}.pdf")[1] for _ in range(2)]

    page = pypdfium2.PdfDocument(contents[0])[0].render(scale=300 / 72).to_pil()
    assert contents[0] == contents[1]
    assert read(page) == sorted(urls(three))


def test_scissor_sheets_have_only_crop_marks(three: LabelExports) -> None:
    content = three.make("a4-office.pdf")[1]

    assert b"CutContour" not in content
    assert b"/OCProperties" not in content


def test_another_stock_passes_preflight(three: LabelExports, tmp_path: Path) -> None:
    assert faults(three.make("a4-office.pdf")[1], tmp_path) == []


@pytest.mark.parametrize("products", [1, 2])
def test_qr_codes_of_uncounted_labels_are_those_on_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, products: int
) -> None:
    monkeypatch.setattr("labelsvc.workflows.batches.label_exports.MOST_SYMBOLS", products)
    office = PrintingOffice(tmp_path)
    name = office.printed(products, 3, stock="single", counted=False).batch.name
    taken = LabelExports.for_batch(office.services.batches.get(name), office.batch_services)

    drawn = [read(Image.open(io.BytesIO(content))) for content in unpacked(taken, "qr-png.zip")]

    assert sorted(drawn) == [[url] for url in sorted(set(urls(taken)))]


def test_pictures_and_drawings_are_one_a_label(three: LabelExports) -> None:
    pictures = [read(Image.open(io.BytesIO(one))) for one in unpacked(three, "labels-300dpi-png.zip")]
    drawings = unpacked(three, "labels-svg.zip")

    assert pictures == [[url] for url in urls(three)]
    assert len(drawings) == 3
    assert all(one.startswith(b"<svg") for one in drawings)


def test_one_label_is_a_picture_and_not_an_archive(specimens: LabelExports) -> None:
    files = [form.file for form in specimens.forms()]

    assert "labels-300dpi.png" in files
    assert specimens.make("labels-300dpi.png")[1].startswith(b"\x89PNG")
    assert not any(file.endswith(".zip") for file in files)
    made = [specimens.make(file)[0] for file in files if not file.endswith(".pdf")]
    assert made == [f"{specimens.batch.name}-{file}" for file in files if not file.endswith(".pdf")]


def test_many_labels_are_had_in_sets_of_a_hundred(tmp_path: Path) -> None:
    many = forms(PrintingOffice(tmp_path), 130)

    last = unpacked(many, "labels-300dpi-png.zip", 101)

    assert [(some.start, some[-1]) for some in many.sets] == [(1, 100), (101, 130)]
    assert [read(Image.open(io.BytesIO(one))) for one in last[:2]] == [[url] for url in urls(many)[100:102]]
    assert len(last) == 30
    with pytest.raises(NotFound):
        many.make("labels-300dpi-png.zip", 102)


def test_a_design_on_a_pdf_page_stays_pdf(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    artwork = f'<ls:artwork href="{embedded(artwork_pdf(), "application/pdf")}" x="0" y="0" width="105" height="74"/>'
    source = ls_source("bien-ke-105x74").replace('<rect x="72"', f'{artwork}<rect x="72"')
    batch = office.printed(1, 1, "bien-ke-105x74", "single", design_source=source.encode()).batch
    batch = office.services.batches.get(batch.name)

    kinds = {form.kind for form in LabelExports.for_batch(batch, office.batch_services).forms()}

    assert kinds == {"pdf", "png", "qr"}


def faults(pdf: bytes, folder: Path) -> list[str]:
    """Return what our own preflight finds in a file."""
    path = folder / "form.pdf"
    path.write_bytes(pdf)
    return [str(fault.problem) for result in preflight_file(path, 1).results for fault in result.faults]


def faults_of_content(pdf: bytes, folder: Path) -> list[str]:
    """Return the same but for what makes a file PDF/X, which a file to be placed is not."""
    of_files = ("preflight.xmp", "preflight.info", "preflight.pdfx_version", "preflight.output_intent")
    return [fault for fault in faults(pdf, folder) if not fault.startswith(of_files)]


def test_a_qr_pdf_is_small_and_pure_black_on_white(three: LabelExports, tmp_path: Path) -> None:
    content = unpacked(three, "qr-pdf.zip")[0]

    page = pypdfium2.PdfDocument(content)[0].render(scale=4, fill_color=(255, 0, 0, 255)).to_pil().convert("RGB")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        claims = {"/OutputIntents", "/Metadata"} & set(pdf.Root.keys())
        boxes = [list(pdf.pages[0].obj[box]) for box in ("/MediaBox", "/TrimBox")]
    assert faults_of_content(content, tmp_path) == []
    assert claims == set()
    assert len(content) < 5_000  # with a profile it was 220,000
    assert boxes[0] == boxes[1]
    assert page.getpixel((2, 2)) == (255, 255, 255)
    assert read(page) == [urls(three)[0]]


def test_a_qr_svg_is_white_under_its_quiet_zone(three: LabelExports) -> None:
    drawn = unpacked(three, "qr-svg.zip")[0].decode()

    side = 29 + 8
    assert f'viewBox="0 0 {side} {side}"' in drawn
    assert f'<path d="M0 0h{side}v{side}H0z" fill="#FFFFFF"/>' in drawn
    assert drawn.index("#FFFFFF") < drawn.index("crispEdges")


def test_qr_files_of_specimens_bear_their_mark_below_the_quiet_zone(specimens: LabelExports, tmp_path: Path) -> None:
    svg, png, pdf = (unpacked(specimens, f"qr.{ending}")[0] for ending in ("svg", "png", "pdf"))

    side, pixel = 29 + 8, 16
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
    strip = picture[side * pixel :]
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    page = np.asarray(pypdfium2.PdfDocument(pdf)[0].render(scale=8).to_pil().convert("L"))
    below = page[-round(STRIP * 0.5 / 25.4 * 72 * 8) :]
    assert f'viewBox="0 0 {side} {side + STRIP}"' in svg.decode()
    assert picture.shape == ((side + STRIP) * pixel, side * pixel)
    assert (strip == 0).any()
    assert not (picture[(side - 4) * pixel : side * pixel] == 0).any()
    assert not (strip[0] == 0).any()
    assert not (strip[-1] == 0).any()
    assert "MẪU" in text
    assert faults_of_content(pdf, tmp_path) == []
    assert (below < 100).any()
    assert read(Image.fromarray(picture)) == urls(specimens)
