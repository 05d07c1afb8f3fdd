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
from tests.samples.labels_on_paper import HOST, ROOM, design, facts, label_pdf

ROUND = ROOM.design_source("tem-tron-32").decode()
ARCH = "M0 16A16 16 0 0 1 32 16V32H0Z"
"""A rectangle with a half circle on top: the round design stands on it with all that it holds."""


def outlined(d: str = ARCH, source: str = ROUND) -> str:
    at = source.index("<ls:label")
    end = source.index("/>", at) + 2
    return source[:at] + f'<ls:label shape="path" d="{d}"/>' + source[end:]


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
        "M0 0H32V32H0ZM8 8H20V20H8Z",
        "M0 0H32V32H0Zx",
        "M0 0L32 32Z",
    ],
)
def test_an_outline_that_cannot_be_cut_is_refused(d: str) -> None:
    with pytest.raises(DesignRefused, match=r"design\.at|design\.geometry"):
        design(outlined(d))


def test_what_stands_beyond_the_outline_is_seen() -> None:
    label = ROOM.design_source("tem-25x35").decode()

    found = check_design("thử", outlined("M12.5 0L25 35H0Z", label).encode(), ROOM, HOST)

    assert "design.beyond_trim" in {problem.code for problem in found}
    assert {"ls:qr", "ls:stars"} <= {problem.facts["element"] for problem in found}


def test_sheets_of_outlined_labels_pass_preflight_and_keep_their_neighbours_out(tmp_path: object) -> None:
    office = PrintingOffice(tmp_path)  # type: ignore[arg-type]

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
