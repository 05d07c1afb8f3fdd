"""PDF artwork as a design's background: kept as it is, or refused by name for what prepress would stop."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.colors import CMYKColor, CMYKColorSep, Color
from reportlab.lib.utils import ImageReader

from labelsvc.domain.errors import DesignRefused, InvalidValue
from labelsvc.rendering.design.artwork import read_artwork
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.preflight_file import preflight_file
from labelsvc.workflows.print_assets import source_of
from tests.offices.printing_office import PrintingOffice
from tests.samples.artwork_files import CARD, KIND, MM, SPOT, artwork_pdf, colours, embedded, on_card, reasons
from tests.samples.labels_on_paper import HOST, ROOM, design, facts, label_pdf, part_of, trim_pixels


def changed(content: bytes, change: Callable[[pikepdf.Pdf], None], **how: Any) -> bytes:
    """Return a PDF that pikepdf changed."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(stream, **how)
    return stream.getvalue()


@pytest.fixture(scope="module")
def label() -> bytes:
    return label_pdf(design(on_card(artwork_pdf())), facts())


def test_the_page_keeps_its_size_under_the_label_and_bleeds(label: bytes) -> None:
    pixels = trim_pixels(label)

    ground = part_of(pixels, 50, 2, 10, 3).reshape(-1, 3).mean(axis=0)
    spot = part_of(pixels, 18, 49, 4, 2).reshape(-1, 3)
    assert ground[2] < 200 < ground[0], "the ground of the page"
    assert part_of(pixels, 0.5, 30, 1, 10).reshape(-1, 3).std(axis=0).max() < 3, "it reaches the trim"
    assert (np.abs(spot.astype(int) - ground).max(axis=1) > 20).mean() > 0.5
    with pikepdf.open(io.BytesIO(label)) as pdf:
        boxes = [
            [float(side) for side in one.BBox]
            for one in pdf.objects
            if isinstance(one, pikepdf.Stream) and "/BBox" in one
        ]
    assert any(box == pytest.approx([0, 0, 111 * MM, 80 * MM], abs=0.01) for box in boxes)


def test_spot_inks_and_texts_of_the_page_are_kept(label: bytes, tmp_path: Path) -> None:
    path = tmp_path / "label.pdf"
    path.write_bytes(label)

    command = ["gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r100"]
    subprocess.run([*command, f"-sOutputFile={tmp_path}/page.tif", path], check=True)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout

    plate = np.asarray(Image.open(tmp_path / f"page({SPOT}).tif"))
    assert (plate == 0).sum() * (25.4 / 100) ** 2 == pytest.approx(np.pi * 100, rel=0.1), "a circle of 10 mm, covered"
    assert text.count("Cốm làng Vòng") + text.count("Cốm\nlàng Vòng") >= 1
    assert design(on_card(artwork_pdf())).artwork_spots == (SPOT,)


def test_a_label_on_artwork_passes_preflight_and_other_programs(label: bytes, tmp_path: Path) -> None:
    path = tmp_path / "label.pdf"
    path.write_bytes(label)

    results = preflight_file(path, 1).results

    assert [result.rule.name for result in results if result.faults] == []
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    subprocess.run(["mutool", "draw", "-q", "-r", "72", "-o", f"{tmp_path}/m.png", path], check=True)
    subprocess.run(["pdftoppm", "-r", "72", "-png", path, f"{tmp_path}/p"], check=True)
    with Image.open(tmp_path / "m.png") as one, Image.open(next(tmp_path.glob("p*.png"))) as other:
        shown = [np.asarray(image.convert("L").resize((300, 220))).astype(int) for image in (one, other)]
    assert np.abs(shown[0] - shown[1]).mean() < 12


def test_a_batch_keeps_the_page_and_the_ticket_names_its_ink(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    (tmp_path / "nen.pdf").write_bytes(artwork_pdf())
    design_file = tmp_path / "the-nen-pdf.svg"
    design_file.write_text(on_card(b"").replace(embedded(b"", KIND), "nen.pdf"))

    batch = office.printed(2, 3, design="the-nen-pdf", design_source=source_of(design_file), stock="a4")
    (tmp_path / "nen.pdf").unlink()
    before = (batch.folder / "labels-001.pdf").read_bytes()
    (batch.folder / "labels-001.pdf").unlink()
    office.print(batch.batch.name)

    assert (batch.folder / "labels-001.pdf").read_bytes() == before
    assert [one.rule.name for one in preflight_file(batch.folder / "labels-001.pdf", 1).results if one.faults] == []
    ticket = subprocess.run(["pdftotext", batch.folder / "ticket.pdf", "-"], capture_output=True, text=True, check=True)
    assert SPOT in ticket.stdout
    faults = {one.rule.name for one in preflight_file(batch.folder / "ticket.pdf", 1).results if one.faults}
    assert faults <= {"hairlines", "small_text", "text_size", "white_text"}, "the label is shown smaller than it is"
    with pikepdf.open(batch.folder / "labels-001.pdf") as pdf:
        forms = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form"]
        assert sum("PANTONE" in str(dict(one.Resources.get("/ColorSpace", {}))) for one in forms) == 1


def _rgb(canvas: Any) -> None:
    canvas.setFillColor(Color(1, 0, 0))
    canvas.rect(50, 50, 20, 20, stroke=0, fill=1)


def _rgb_picture(canvas: Any) -> None:
    canvas.drawImage(ImageReader(Image.fromarray(colours(600, 600))), 50, 50, 60, 60)


def _coarse(canvas: Any) -> None:
    canvas.drawImage(ImageReader(Image.new("CMYK", (40, 40))), 50, 50, 60, 60)


def _unembedded(canvas: Any) -> None:
    canvas.setFont("Helvetica", 20)
    canvas.drawString(50, 50, "Com")


def _see_through(canvas: Any) -> None:
    canvas.setFillAlpha(0.5)
    canvas.rect(50, 50, 20, 20, stroke=0, fill=1)


def _hairline(canvas: Any) -> None:
    canvas.setLineWidth(0.1)
    canvas.setStrokeColor(CMYKColor(0, 0, 0, 1))
    canvas.line(50, 50, 90, 50)


def _drenched(canvas: Any) -> None:
    canvas.setFillColor(CMYKColor(1, 1, 1, 0.5))
    canvas.rect(50, 50, 60, 60, stroke=0, fill=1)


def _die_line(canvas: Any) -> None:
    canvas.setStrokeColor(CMYKColorSep(0, 1, 0, 0, spotName="CutContour"))
    canvas.rect(50, 50, 60, 60, stroke=1, fill=0)


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (_rgb, "preflight.colour_spaces"),
        (_rgb_picture, "preflight.colour_spaces"),
        (_coarse, "preflight.image_resolution"),
        (_unembedded, "preflight.font_not_embedded"),
        (_see_through, "design.artwork_transparent"),
        (_hairline, "preflight.hairlines"),
        (_drenched, "preflight.total_ink"),
        (_die_line, "preflight.die_line_outside"),
    ],
)
def test_artwork_that_prepress_would_reject_is_refused_by_name(draw: Callable[[Any], None], reason: str) -> None:
    assert reason in reasons(on_card(artwork_pdf(draw)))


def _annotated(pdf: pikepdf.Pdf) -> None:
    note = {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.FreeText, "/Rect": [10, 10, 90, 90]}
    pdf.pages[0].obj.Annots = pdf.make_indirect([pdf.make_indirect(pikepdf.Dictionary(note))])


def _turned(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Rotate = 90


def _layered(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="nền"))
    page.resources.Properties = pikepdf.Dictionary(L0=group)
    page.contents_add(b"/OC/L0 BDC", prepend=True)
    page.contents_add(b"EMC")


def _own_space(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].resources.ColorSpace.DefaultCMYK = pikepdf.Name.DeviceCMYK


def _outside(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 1, 1])
    form["/F"] = pikepdf.String("other.bin")
    pdf.pages[0].resources.XObject = pikepdf.Dictionary(X=form)


def _inherited(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.Parent.Resources = page.Resources
    del page["/Resources"]


def _nothing(pdf: pikepdf.Pdf) -> None:
    """Change nothing."""


@pytest.mark.parametrize(
    ("change", "how", "reason"),
    [
        (_annotated, {}, "design.artwork_annotations"),
        (_turned, {}, "design.artwork_turned"),
        (_layered, {}, "design.artwork_layers"),
        (_own_space, {}, "preflight.colour_spaces"),
        (_outside, {}, "design.artwork_outside"),
        (_nothing, {"encryption": pikepdf.Encryption(owner="chủ", user="khách")}, "design.artwork_password"),
        (_nothing, {"encryption": pikepdf.Encryption(owner="chủ", user="")}, "design.artwork_password"),
    ],
)
def test_uncopyable_content_is_refused_by_name(
    change: Callable[[pikepdf.Pdf], None], how: dict[str, Any], reason: str
) -> None:
    assert reason in reasons(on_card(changed(artwork_pdf(), change, **how)))


def test_wrong_page_sizes_or_numbers_are_refused_with_both_sizes() -> None:
    assert reasons(on_card(artwork_pdf(width=100))) == ["design.artwork_size"]
    assert reasons(on_card(artwork_pdf(), 'page="2"')) == ["design.artwork_page"]
    assert reasons(on_card(artwork_pdf(), 'page="1.5"')) == ["design.artwork_page"]
    assert reasons(on_card(b"%PDF-1.4 broken")) == ["design.artwork_unreadable"]
    assert reasons(on_card(b"")) == ["design.artwork_unreadable"]
    assert reasons(on_card(artwork_pdf()).replace(KIND, "image/png")) == ["design.link_kind"]
    assert design(on_card(artwork_pdf(bleed=0, boxes=False)))


def test_an_ink_is_defined_once_on_a_label() -> None:
    def gold(canvas: Any) -> None:
        canvas.setFillColor(CMYKColorSep(0, 0.3, 0.9, 0.1, spotName="GOLD"))
        canvas.circle(100, 100, 20, stroke=0, fill=1)

    source = on_card(artwork_pdf(gold)).encode()

    assert ROOM.design("thử", source).artwork_spots == ("GOLD", SPOT)
    with pytest.raises(DesignRefused, match="artwork_ink"):
        ROOM.inked(spot_inks=True).design("thử", source)


def test_a_page_that_is_coloured_at_the_edge_must_bleed() -> None:
    def bleeds(content: bytes) -> list[tuple[str, object]]:
        found = check_design("thử", on_card(content).encode(), ROOM, HOST)
        return [(problem.code, problem.facts.get("side")) for problem in found]

    assert bleeds(artwork_pdf()) == []
    assert bleeds(artwork_pdf(bleed=2)) == []
    assert bleeds(artwork_pdf(bleed=0, boxes=False, ground=False)) == []
    assert bleeds(artwork_pdf(bleed=1)) == [
        ("design.artwork_bleed", side) for side in ("left", "top", "right", "bottom")
    ]


def test_a_page_over_the_qr_is_seen_by_the_check() -> None:
    element = f'<ls:artwork href="{embedded(artwork_pdf(), KIND)}" x="0" y="0" width="105" height="74"/></svg>'
    source = CARD.replace("</svg>", element).encode()

    assert "design.quiet_zone" in [problem.code for problem in check_design("thử", source, ROOM, HOST)]


@settings(max_examples=25)
@given(st.data())
def test_a_damaged_page_is_refused_or_drawn_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(artwork_pdf())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        artwork = read_artwork(bytes(content), 1)
    except InvalidValue:
        return
    assert min(artwork.size_mm) > 0


def test_what_a_page_inherits_is_taken_with_it() -> None:
    content = changed(artwork_pdf(), _inherited)

    pixels = [trim_pixels(label_pdf(design(on_card(one)), facts()), 72) for one in (content, artwork_pdf())]

    assert (pixels[0] == pixels[1]).all()
