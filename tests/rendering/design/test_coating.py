"""Coatings that are scratched off: a spot ink and a layer of their own over QR and code, which stay what they were."""

from __future__ import annotations

import io

import pikepdf
import pytest

from labelsvc.preflight.content.ink_names import is_coating, is_technical
from labelsvc.workflows.designs.check_design import check_design
from tests.samples.labels_on_paper import HOST, ROOM, added, facts, label_pdf

STAMP = "tem-cao-60x30"


@pytest.mark.parametrize("spot_inks", [False, True])
def test_coating_is_a_spot_ink_whatever_inks_the_batch_has(spot_inks: bool) -> None:
    inks = ROOM.inked(spot_inks=spot_inks).palette.inks.values()

    assert [ink.spot for ink in inks if ink.coating] == ["SCRATCH"]
    assert ("GOLD" in {ink.spot for ink in inks}) is spot_inks


def test_coating_overprints_in_a_layer_of_its_own() -> None:
    with pikepdf.open(io.BytesIO(label_pdf(ROOM.design(STAMP), facts()))) as pdf:
        layers = {str(layer.Name): layer for layer in pdf.Root.OCProperties.OCGs}
        form = next(
            each for each in pdf.objects if isinstance(each, pikepdf.Stream) and b"/OC/SCRATCH" in each.read_bytes()
        )
        operators = form.read_bytes()

        assert str(layers["SCRATCH"].GTS_Metadata.GTS_ProcStepsGroup) == "/Varnish"
        assert form.Resources.Properties.SCRATCH.objgen == layers["SCRATCH"].objgen
        assert b"/OC/SCRATCH BDC /GSk gs /CS_SCRATCH cs 1 scn" in operators
        assert form.Resources.ColorSpace.CS_SCRATCH[1] == "/SCRATCH"


def test_coating_over_the_qr_is_no_fault_and_another_colour_is() -> None:
    slot = ROOM.design("tem-25x35").qr
    sides = f'x="{slot.x_mm}" y="{slot.y_mm}" width="{slot.size_mm}" height="{slot.size_mm}"'

    found = [
        [problem.code for problem in check_design("thử", added(f'<rect {sides} fill="{fill}"/>').encode(), ROOM, HOST)]
        for fill in ("#A3AAA6", "#B9C2BC")
    ]

    assert found == [[], ["design.quiet_zone"]]


@pytest.mark.parametrize("ink", ["SCRATCH", "Scratch-off silver", "Lớp phủ cào"])
def test_coatings_are_known_by_the_names_of_the_trade(ink: str) -> None:
    assert is_coating(ink)
    assert is_technical(ink)
    assert not is_coating("GOLD")
