"""Options of a batch: kept as JSON, read whatever their age."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.print_options import PrintOptions

FULL = PrintOptions(
    proof="symbols", order="piles", spot_inks=True, step_and_repeat=True, apart_mm=0.35, qr_version="4-Q"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerOptions(PrintOptions):
    foil: str = "none"


@pytest.mark.parametrize("options", [PrintOptions(), FULL, NewerOptions(foil="gold", spot_inks=True)])
def test_options_read_back_equal_from_json(options: PrintOptions) -> None:
    assert type(options).from_json(json.loads(json.dumps(options.to_json()))) == options


def test_options_that_a_batch_lacks_are_those_of_its_time() -> None:
    assert PrintOptions.from_json({}) == PrintOptions(
        apart_mm=0.0,
        places_once=False,
        districts=True,
        url_scheme="capitals",
        may_turn=False,
        writing_lines=False,
        svg_lines=False,
        job_on_ticket=False,
        local_day=False,
    )
    assert PrintOptions().to_json() == {
        "apart_mm": 0.2,
        "places_once": True,
        "districts": False,
        "url_scheme": "lower",
        "may_turn": True,
        "writing_lines": True,
        "job_on_ticket": True,
        "local_day": True,
        "svg_lines": True,
    }
    assert NewerOptions.from_json(FULL.to_json()) == NewerOptions(
        proof="symbols", order="piles", spot_inks=True, step_and_repeat=True, apart_mm=0.35, qr_version="4-Q"
    )


def test_options_of_a_newer_version_are_kept() -> None:
    newer = NewerOptions(foil="gold", proof="all")

    read = PrintOptions.from_json(newer.to_json())

    assert read == PrintOptions(proof="all", others={"foil": "gold"})
    assert NewerOptions.from_json(read.to_json()) == newer


@pytest.mark.parametrize("wrong", [{"proof": "some"}, {"order": "snake"}, {"url_scheme": "upper"}, {"proof": None}])
def test_unknown_values_of_options_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidValue, match=r"print\.option"):
        PrintOptions.from_json(wrong)
