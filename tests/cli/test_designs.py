"""``labelsvc design``: lists, checks, previews."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from labelsvc.config import Settings
from labelsvc.domain.change_context import ChangeContext
from labelsvc.services import Services
from labelsvc.storage.designs.brand_kit import BrandKit
from labelsvc.storage.designs.design_shelf import DesignShelf
from tests.offices.command_line import CommandLine, records
from tests.samples.artwork_files import SPOT, artwork_pdf, colours, picture
from tests.samples.labels_on_paper import LS_DESIGNS

DESIGNS = {"tem-25x35", "tem-tron-32", "nhan-60x90", "nhan-100x70", "bien-ke-105x74"}
SOURCE = LS_DESIGNS / "tem-25x35.svg"


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_the_five_designs_are_listed_with_their_titles(office: CommandLine) -> None:
    plain, listed = office.run("design", "list"), office.run("design", "list", "--json")

    assert {line.split()[0] for line in plain.out.splitlines()} >= DESIGNS
    assert {one["name"] for one in listed.json} >= DESIGNS
    assert "Tem" in listed.out  # not escaped
    assert "25 × 35 mm" in next(line for line in plain.out.splitlines() if line.startswith("tem-25x35 "))
    assert {one["name"]: one["use"] for one in listed.json}["tem-25x35"] == "stamp"
    groups = {one["name"]: one["groups"] for one in listed.json}
    assert ("tourism" in groups["bien-ke-105x74"], "tourism" in groups["tem-25x35"]) == (True, False)


def test_designs_are_listed_in_english_by_their_english_titles(office: CommandLine) -> None:
    said = office.run("design", "list", language="en")

    assert "Round stamp Ø 32 mm" in said.out
    assert "Tem tròn" not in said.out


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_every_design_of_ours_passes_its_check(office: CommandLine, design: str) -> None:
    said = office.run("design", "check", design)

    assert (said.status, said.err) == (0, "")
    assert design in said.out


def test_design_is_written_in_the_open_format_and_passes_its_check(office: CommandLine) -> None:
    (office.folder / "cũ.svg").write_bytes((LS_DESIGNS / "nhan-60x90.svg").read_bytes())

    written = office.run("design", "open", "cũ.svg", "-o", "mới.svg")
    checked = office.run("design", "check", "mới.svg")

    assert (written.status, written.err, checked.status, checked.err) == (0, "", 0, "")
    assert 'data-ls="fields"' in (office.folder / "mới.svg").read_text(encoding="utf-8")


def test_a_design_begins_from_a_picture_or_is_refused(office: CommandLine) -> None:
    (office.folder / "ảnh.png").write_bytes(picture(Image.fromarray(colours(720, 600))))
    (office.folder / "chữ.txt").write_text("không phải ảnh", encoding="utf-8")

    begun = office.run("design", "begin", "ảnh.png", "--width", "72,5", "-o", "mới.svg")
    refused = [
        office.run("design", "begin", *typed, "-o", "khác.svg")
        for typed in (("ảnh.png", "--width", "200"), ("ảnh.png", "--width", "rộng"), ("chữ.txt",))
    ]

    assert (begun.status, office.run("design", "check", "mới.svg").status) == (0, 0)
    assert re.search(
        r'width="72.5mm" height="60.4mm".* data-ls="label"', (office.folder / "mới.svg").read_text("utf-8")
    )
    assert [run.status for run in refused] == [1, 2, 2]
    assert "91 mm" in refused[0].err
    assert not (office.folder / "khác.svg").exists()


def test_a_file_is_repaired_but_for_what_is_left_out(office: CommandLine) -> None:
    shapes = '<path fill="#C8102E" d="M1 33h1v1z"/>\n<path fill="#C8102E" opacity=".5" d="M2 33h1v1z"/>\n</svg>'
    (office.folder / "đỏ.svg").write_text(
        SOURCE.read_text(encoding="utf-8").replace("</svg>", shapes), encoding="utf-8"
    )

    checked = office.run("design", "check", "đỏ.svg")
    in_part = office.run("design", "repair", "đỏ.svg", "--leave", "2", "-o", "một-phần.svg")
    whole = office.run("design", "repair", "đỏ.svg", "-o", "xong.svg")

    assert (checked.status, checked.out.count("labelsvc design repair")) == (1, 1)
    assert "✗ 2 chỗ · Dòng" in checked.err
    assert [line.split()[1] for line in in_part.out.splitlines()[:2]] == ["✓", "–"]
    assert office.run("design", "check", "một-phần.svg").status == 1
    assert (whole.status, office.run("design", "check", "xong.svg").status) == (0, 0)
    assert office.run("design", "repair", "xong.svg", "-o", "nữa.svg").status == 1


def test_a_file_is_checked_and_every_fault_named_with_its_line(office: CommandLine) -> None:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    end = next(number for number, line in enumerate(lines) if "</svg>" in line)
    lines[end:end] = ['<rektangle width="1"/>', '<rect x="0" y="0" width="1" height="1" fil="#0B5A3A"/>']
    (office.folder / "mới.svg").write_text("\n".join(lines), encoding="utf-8")

    said = office.run("design", "check", "mới.svg")

    assert said.status == 1
    assert f"Dòng {end + 1}: " in said.err
    assert "«rektangle»" in said.err
    assert "«rect»" in said.err
    assert f"Dòng {end + 2}: " in said.err
    assert "«fill»" in said.err


def test_quiet_zone_intruders_are_named_as_in_the_file(office: CommandLine) -> None:
    mark = '<ls:text x="5" y="18" width="15" height="3" size="5" min-size="4" fill="#17231C">Chữ</ls:text></svg>'
    content = SOURCE.read_text(encoding="utf-8").replace("</svg>", mark)
    (office.folder / "mới.svg").write_text(content, encoding="utf-8")

    said = office.run("design", "check", "mới.svg")

    assert said.status == 1
    assert "«ls:text» lấn vào vùng trắng" in said.err


@pytest.mark.parametrize(
    ("content", "part"), [(b"", "dòng 1"), (b"MZ\x90" + bytes(300), "dòng 1"), (b"<html/>", "«html»")]
)
def test_a_file_that_is_no_design_is_refused(office: CommandLine, content: bytes, part: str) -> None:
    (office.folder / "hỏng.svg").write_bytes(content)

    said = office.run("design", "check", "hỏng.svg")

    assert said.status == 1
    assert "Mẫu hỏng" in said.err
    assert part in said.err


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("tem-25x36", "gần giống nhất: tem-25x35"),
        ("mất.svg", "không có tệp"),
        ("thư-mục.svg", "là một thư mục"),
    ],
)
def test_an_unknown_design_is_wrong_usage(office: CommandLine, name: str, part: str) -> None:
    (office.folder / "thư-mục.svg").mkdir()

    said = office.run("design", "check", name)

    assert said.status == 2
    assert part in said.err


def test_a_preview_is_a_picture_of_the_label_at_300_dpi(office: CommandLine) -> None:
    said = office.run("design", "preview", "tem-25x35", "-o", "xem.png")

    assert (said.status, said.last) == (0, "xem.png")
    with Image.open(office.folder / "xem.png") as picture:
        width, height = picture.size
        colours = picture.convert("RGB").getcolors(1 << 20)
    assert abs(width - 25 / 25.4 * 300) < 2
    assert abs(height - 35 / 25.4 * 300) < 2
    assert colours is not None
    assert len(colours) > 10


def test_own_files_are_checked_and_shown_with_adjacent_files(office: CommandLine) -> None:
    (office.folder / "nen.pdf").write_bytes(artwork_pdf(width=25, height=35))
    (office.folder / "anh.png").write_bytes(picture(Image.fromarray(colours(60, 60))))
    element = '<ls:artwork href="nen.pdf" x="0" y="0" width="25" height="35"/>'
    photo = '<image href="anh.png" x="0.8" y="10" width="2.4" height="2.4"/>'
    white = '<rect x="4" y="13.2" width="17" height="17" fill="#FFFFFF"/>'
    content = SOURCE.read_text(encoding="utf-8").replace("<ls:official", f"{element}{photo}{white}<ls:official", 1)
    (office.folder / "mới.svg").write_text(content, encoding="utf-8")

    checked = office.run("design", "check", "mới.svg")
    shown = office.run("design", "preview", "mới.svg", "-o", "xem.pdf")
    (office.folder / "anh.png").unlink()
    lost = office.run("design", "preview", "mới.svg", "-o", "xem2.pdf")

    assert (checked.status, checked.err) == (0, "")
    assert SPOT in checked.out
    assert shown.status == 0
    with pikepdf.open(office.folder / "xem.pdf") as pdf:
        assert any(isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image" for one in pdf.objects)
    assert lost.status != 0
    assert "anh.png" in lost.err
    assert not (office.folder / "xem2.pdf").exists()
    assert not office.home.exists(), "nothing was written but the preview"


def test_a_published_design_is_listed_and_prints_in_the_brand_kit(office: CommandLine) -> None:
    context = ChangeContext("thu", datetime.now(UTC))
    with closing(Services(Settings.read(office.environment({}))).database) as database:
        shelf = DesignShelf(database)
        shelf.add("tem-tet", SOURCE.read_bytes(), context)
        draft = office.run("design", "list")
        shelf.publish("tem-tet", 1, context)
        BrandKit(database).add(picture(Image.fromarray(colours(300, 100))), "image/png", "", context)

    listed = office.run("design", "list")
    printed = office.run("print", office.records(*records(1, 2)), "--design", "tem-tet")

    assert "tem-tet" not in draft.out
    assert "tem-tet" in listed.out
    assert printed.status == 0
    with pikepdf.open(Path(printed.last) / "labels-001.pdf") as pdf:
        assert any(isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image" for one in pdf.objects)


@pytest.mark.parametrize("name", ["xem.pdf", "XEM.PDF"])
def test_a_preview_as_pdf_holds_the_product(office: CommandLine, name: str) -> None:
    office.run("import", office.records(*records(1, Tên_sản_phẩm="Chè xanh Ba Trại")))

    said = office.run("design", "preview", "nhan-60x90", "--product", "che xanh", "--out", name)

    assert said.status == 0
    text = pypdfium2.PdfDocument(office.folder / name)[0].get_textpage().get_text_range()
    assert "Chè xanh Ba Trại" in " ".join(text.split())
    assert "MẪU" in text


def test_the_symbol_of_the_upright_label_is_flush_with_its_texts(office: CommandLine) -> None:
    office.run("design", "preview", "nhan-60x90", "-o", "xem.png")

    with Image.open(office.folder / "xem.png") as picture:
        pixels = picture.convert("L")
    below_fields = pixels.crop((0, round(71.6 / 25.4 * 300), 300, round(86.1 / 25.4 * 300)))
    left = below_fields.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert left is not None
    assert left[0] == pytest.approx(4.5 / 25.4 * 300, abs=1)


@pytest.mark.parametrize("typed", ["Trà Phúc", "tra phuc"])
def test_previews_prefer_an_exact_product_name_over_matching_words(office: CommandLine, typed: str) -> None:
    office.run("import", office.records(*records(1, Tên_sản_phẩm="Tranh ghép", Chủ_thể="A", Quận_Huyện="Vạn Phúc")))
    office.run("import", office.records(*records(1, Tên_sản_phẩm="Trà Phúc", Chủ_thể="Hợp tác xã Yên")))

    said = office.run("design", "preview", "nhan-60x90", "--product", typed, "--out", "xem.pdf")

    assert said.status == 0
    text = pypdfium2.PdfDocument(office.folder / "xem.pdf")[0].get_textpage().get_text_range()
    assert "Trà Phúc" in " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        (("tem-25x35",), 2, "Thiếu --out"),
        (("tem-25x35", "-o", "xem.jpg"), 2, ".png hoặc .pdf"),
        (("tem-25x35", "-o", "chưa có/xem.png"), 2, "không có thư mục chưa có"),
        (("tem-25", "-o", "xem.png"), 2, "gần giống nhất: tem-25x35"),
        (("tem-25x35", "-o", "xem.png", "--product", "không có"), 1, "«không có»"),
    ],
)
def test_a_preview_that_cannot_be_is_refused_with_its_remedy(
    office: CommandLine, words: tuple[str, ...], status: int, part: str
) -> None:
    said = office.run("design", "preview", *words)

    assert said.status == status
    assert part in said.err
    assert not list(office.folder.glob("xem*"))
