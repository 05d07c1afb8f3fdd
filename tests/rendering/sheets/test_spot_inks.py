"""The palette's second column: the gold of the stars on a plate of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from tests.offices.printing_office import PrintingOffice


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def plates(pdf: Path, folder: Path) -> dict[str, int]:
    """Return how many pixels of each plate of the first page are full of ink."""
    folder.mkdir()
    command = ["gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r200", "-dLastPage=1"]
    subprocess.run([*command, f"-sOutputFile={folder}/page.tif", pdf], check=True)
    found = {path.stem[5:-1]: np.asarray(Image.open(path)) for path in folder.glob("page(*).tif")}
    return {name: int((plate == 0).sum()) for name, plate in found.items()}


def test_stars_get_a_gold_plate_where_spot_inks_are_on(office: PrintingOffice, tmp_path: Path) -> None:
    process = office.printed(2, 3, stock="single")
    spot = office.printed(2, 3, stock="single", spot_inks=True)

    of_process = plates(process.folder / "labels-001.pdf", tmp_path / "process")
    of_spot = plates(spot.folder / "labels-001.pdf", tmp_path / "spot")

    assert "GOLD" not in of_process
    assert of_spot["GOLD"] > 300
    assert of_process["Yellow"] - of_spot["Yellow"] > of_spot["GOLD"] / 2


def test_spot_inks_are_defined_once_and_named_on_the_ticket(office: PrintingOffice) -> None:
    folder = office.printed(1, 2, spot_inks=True).folder

    with pikepdf.open(folder / "labels-001.pdf") as pdf:
        spaces = pdf.pages[0].Resources.ColorSpace
        assert [str(part) for part in spaces["/CS_GOLD"][:3]] == ["/Separation", "/GOLD", "/DeviceCMYK"]
        assert [float(part) for part in spaces["/CS_GOLD"][3].C1] == [0.08, 0.38, 1, 0.02]
    ticket = subprocess.run(["pdftotext", folder / "ticket.pdf", "-"], capture_output=True, text=True, check=True)
    assert "GOLD" in ticket.stdout


def test_a_resumed_batch_keeps_its_inks(office: PrintingOffice) -> None:
    batch = office.printed(1, 2, spot_inks=True)
    before = (batch.folder / "labels-001.pdf").read_bytes()
    (batch.folder / "labels-001.pdf").unlink()

    office.print(batch.batch.name)

    assert (batch.folder / "labels-001.pdf").read_bytes() == before
