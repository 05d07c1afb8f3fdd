"""The most ink that boxes prove: black on a white area does not lie on the heavy colour below it."""

from __future__ import annotations

import io

import pikepdf
import pytest

from labelsvc.preflight.checks.layers import check_layers
from labelsvc.preflight.content.interpreter import start_walk
from labelsvc.preflight.ink.ink_bound import apart
from tests.samples.fault_planting import form, painted, saved

GREEN, BLACK = "/GSn gs .9 .9 .9 0 k 0 0 50 18 re f", "/GSk gs 0 0 0 1 k 12 6 8 6 re f"
STATES = {
    "ExtGState": (
        "GSn",
        lambda pdf: pikepdf.Dictionary(OP=False, op=False, OPM=0),
    )
}
ROUND = "16 18 m 28 18 28 0 16 0 c 4 0 4 18 16 18 c h f"


def proved(art: str, black: str = BLACK) -> bool:
    """Tell whether the boxes prove that no black of a page lies on the heavy colour of its art, a form."""
    data = saved(painted(f"1 0 0 1 2 80 cm /X Do {black}", XObject=("X", form(art.encode(), **STATES))))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        walk, layers = start_walk(pdf, lambda *_: None), check_layers(pdf, None)
        drawn = walk.page(pdf.pages[1].obj)
        return apart(drawn, [at for at, one in enumerate(drawn) if not layers.technical(one.layers)], walk.again, 300)


@pytest.mark.parametrize(
    "white",
    ["/GSn gs 0 0 0 0 k 10 4 12 10 re f", "0 g 1 g 10 4 12 10 re f", f"/GSn gs 0 0 0 0 k {ROUND}"],
    ids=["square", "of grey", "round"],
)
def test_black_on_a_white_area_is_apart_from_what_lies_below(white: str) -> None:
    assert not proved(GREEN)
    assert proved(f"{GREEN} {white}")


@pytest.mark.parametrize(
    "art",
    [
        f"/GSn gs 0 0 0 0 k 10 4 12 10 re f {GREEN}",
        f"{GREEN} /GSn gs 0 0 0 0 k 10 4 4 4 re f",
        f"{GREEN} /GSn gs 0 .2 0 0 k 10 4 12 10 re f {GREEN}",
        f"{GREEN} q 0 0 15 18 re W n /GSn gs 0 0 0 0 k 10 4 12 10 re f Q",
        f"{GREEN} /GSn gs 0 0 0 0 k 10 4 m 22 4 l 22 14 l 16 7 l 10 14 l h f",
        f"{GREEN} /GSn gs 0 0 0 0 k 10 4 12 10 re 12 6 8 6 re f*",
    ],
    ids=["below it", "smaller", "painted over", "clipped", "with a notch", "with a hole"],
)
def test_black_counts_as_overlapping_where_white_does_not_cover(art: str) -> None:
    assert not proved(art)
