"""Labels of any outline: the die line and the bleed follow it, nothing stands beyond it, neighbours keep apart."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.domain.shape import PathShape
from labelsvc.rendering.design.painted_areas import trim_area
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.preflight_file import preflight_file
from tests.offices.printing_office import PrintingOffice, page_pixels
from tests.samples.labels_on_paper import ARCH, HOST, ROOM, design, facts, label_pdf, ls_source, outlined


def test_a_design_can_have_any_closed_outline() -> None:
    shape = design(outlined()).shape

    assert shape == PathShape(32, 32, ARCH)
    assert trim_area(shape).area == pytest.approx(32 * 16 + np.pi * 16**2 / 2, rel=0.001)
    assert check_design("thử", outlined().encode(), ROOM, HOST) == []


@pytest.mark.parametrize(
    "d",
    [
        "",
        "M0 0H32V32H0",
        "M0 0H30V32H0Z",
        "M1 0H33V32H1Z",
        "M0 0L32 32V0L0 32Z",
        "M0 0H32V32H0ZM8 8H20V20H8",
        "M0 0H32V32H0ZM28 8H36V20H28Z",
        "M0 0H32V32H0ZM8 8H20V20H8ZM8 8H20V20H8Z",
        "M0 0H32V32H0Zx",
        "M0 0L32 32Z",
    ],
)
def test_an_outline_that_cannot_be_cut_is_refused(d: str) -> None:
    with pytest.raises(DesignRefused, match=r"design\.at|design\.geometry"):
        design(outlined(d))


def test_what_stands_beyond_the_outline_is_seen() -> None:
    label = ls_source("tem-25x35")

    found = check_design("thử", outlined("M12.5 0L25 35H0Z", label).encode(), ROOM, HOST)

    assert "design.beyond_trim" in {problem.code for problem in found}
    assert {"ls:qr", "ls:stars"} <= {problem.facts["element"] for problem in found}


def test_sheets_of_outlined_labels_pass_preflight_and_keep_their_neighbours_out(tmp_path: object) -> None:
    office = PrintingOffice(tmp_path)

    batch = office.printed(1, 30, design="vom", design_source=outlined().encode(), stock="a4")

    path = batch.folder / "labels-001.pdf"
    assert [one.rule.name for one in preflight_file(path, 1).results if one.faults] == []
    pixels = page_pixels(batch.folder, 1, 1, dpi=150)
    assert (pixels < 128).any()


def test_the_die_line_follows_the_outline() -> None:
    pdf = label_pdf(design(outlined()), facts())

    page = pypdfium2.PdfDocument(pdf)[0]
    left, bottom, right, top = page.get_trimbox()
    width, height = page.get_size()
    crop = (left, bottom, width - right, height - top)
    pixels = np.asarray(page.render(scale=300 / 72, crop=crop).to_pil().convert("RGB")).astype(int)
    magenta = (pixels[..., 0] > 180) & (pixels[..., 1] < 120) & (pixels[..., 2] > 90)
    rows, columns = np.nonzero(magenta)
    upper = rows < 15.5 / 25.4 * 300
    away = np.hypot(columns[upper] * 25.4 / 300 - 16, rows[upper] * 25.4 / 300 - 16)

    assert upper.sum() > 100
    assert np.percentile(np.abs(away - 16), 95) < 0.2


HANG_TAG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:ls="urn:labelsvc:design:1" width="40mm" height="70mm" viewBox="0 0 40 70">
  <title>Thẻ treo</title>
  <ls:label shape="path" d="M6 0H34L40 6V70H0V6ZM22.5 6A2.5 2.5 0 1 0 17.5 6A2.5 2.5 0 1 0 22.5 6Z"/>
  <rect x="-3" y="-3" width="46" height="76" fill="#FCF3DC"/>
  <rect x="9" y="29" width="22" height="22" fill="#FFFFFF"/>
  <ls:text field="Tên sản phẩm" x="4" y="14" width="32" height="10" size="12" min-size="7" weight="700" fill="#17231C" lines="2" align="center">{{ product.name }}</ls:text>
  <ls:text field="Nhãn hiệu" x="4" y="25" width="32" height="3" size="6" min-size="5" weight="500" fill="#17231C" align="center">{{ product.shown_brand }}</ls:text>
  <ls:stars x="11" y="10" size="3" gap="0.6" fill="#E0A100"/>
  <ls:qr x="9.5" y="29.5" size="21"/>
  <ls:code x="4" y="53" width="32" height="5" size="6.4" weight="600" fill="#17231C" lines="2" leading="1.3" align="center"/>
  <ls:serial x="4" y="60" width="32" height="2" size="5.6" weight="400" fill="#17231C" prefix="Số " align="center"/>
  <ls:mark x="12" y="64" width="16" height="3" size="7" min-size="5" weight="800" fill="#17231C"/>
</svg>"""  # noqa: E501


def test_a_hang_tag_with_a_hole_suits_every_die_line_stock(tmp_path: object) -> None:
    office = PrintingOffice(tmp_path)
    source = HANG_TAG.encode()

    folders = [
        office.printed(1, 3, design="vom", design_source=source, stock=stock).folder for stock in ("a4", "single")
    ]

    assert check_design("thử", source, ROOM, HOST) == []
    for folder in folders:
        found = [result.rule.name for result in preflight_file(folder / "labels-001.pdf", 1).results if result.faults]
        assert found == []


def test_what_stands_in_a_hole_is_seen() -> None:
    through_qr = HANG_TAG.replace("M22.5 6A2.5 2.5 0 1 0 17.5 6A2.5 2.5 0 1 0 22.5 6Z", "M12 32H26V46H12Z")

    found = check_design("thử", through_qr.encode(), ROOM, HOST)

    assert "ls:qr" in {problem.facts.get("element") for problem in found}
