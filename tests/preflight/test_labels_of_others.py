"""Preflight of labels as drawing programs write them: die lines, bleed, inks by name, small texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from labelsvc.preflight.content.ink_names import purpose
from tests.samples.foreign_labels import (
    ART,
    BLEED_MM,
    FOUR_INKS,
    HIGH,
    KNOCK,
    MARGIN_MM,
    OVER,
    PLAIN,
    TRIM,
    WIDE,
    circle,
    cut,
    mm,
    rectangle,
    text,
)
from tests.samples.preflighted_files import failed, inspected

VARIANTS: dict[str, Mapping[str, object]] = {
    "plain": {},
    "turned": {"turn": 90},
    "upside down": {"turn": 180},
    "as a form": {"as_form": True},
    "three labels as forms": {"as_form": True, "labels": 3},
    "three labels": {"labels": 3},
    "turned labels on two pages": {"labels": 2, "pages": 2, "turn": 270},
}
OPEN = f"{mm(0, 0)} m {mm(WIDE, 0)} l {mm(WIDE, HIGH)} l {mm(0, HIGH)} l {mm(0, 12)} l"
HALVES = f"{mm(0, 0)} m {mm(WIDE, 0)} l {mm(WIDE, HIGH)} l S {mm(0, 0)} m {mm(0, HIGH)} l {mm(WIDE, HIGH)} l"
ROUND = circle(WIDE / 2, HIGH / 2, 5)
WRONG: dict[str, tuple[str, str]] = {
    "die line open": ("die_line_closed", f"{ART} {cut(OPEN)}"),
    "hole open": ("die_line_closed", f"{ART} {cut(TRIM)} {cut(f'{mm(9, 9)} m {mm(9, 13, 15, 13, 15, 9)} c')}"),
    "die line twice": ("die_line_once", f"{ART} {cut(TRIM)} {cut(TRIM)}"),
    "die line twice in a path": ("die_line_once", f"{ART} {cut(TRIM + ' ' + TRIM)}"),
    "die line twice, as a rectangle": ("die_line_once", f"{ART} {cut(TRIM)} {cut(f'{mm(0, 0, WIDE, HIGH)} re')}"),
    "die line to the right": ("die_line_trim", f"{ART} {cut(rectangle(1, 0, WIDE, HIGH))}"),
    "die line too large": ("die_line_trim", f"{ART} {cut(rectangle(-0.5, -0.5, WIDE + 1, HIGH + 1))}"),
    "die line too small": ("die_line_trim", f"{ART} {cut(rectangle(0.3, 0.3, WIDE - 0.6, HIGH - 0.6))}"),
    "colour that ends at the trim": ("bleed", f"{KNOCK} {FOUR_INKS} {TRIM} f {cut(TRIM)}"),
    "colour that is clipped at the trim": ("bleed", f"q {TRIM} W n {ART} Q {cut(TRIM)}"),
    "stripe that ends at the trim": ("bleed", f"{KNOCK} 0 1 0 0 k {rectangle(0, 9, 30, 9)} f {cut(TRIM)}"),
    "text on the die line": ("text_die_line", f"{cut(TRIM)} {text(6, WIDE - 1, 9)}"),
    "text close to the die line": ("text_die_line", f"{cut(TRIM)} {text(6, 0.2, 9)}"),
    "text close to a hole": ("text_die_line", f"{cut(TRIM + ' ' + ROUND)} {text(6, WIDE / 2 + 5.1, HIGH / 2)}"),
    "text of 3 pt": ("text_size", f"{cut(TRIM)} {text(3, 5, 9)}"),
    "text made small": ("text_size", f"{cut(TRIM)} q .5 0 0 .5 20 20 cm {text(7, 0, 0)} Q"),
    "white text of 5 pt on four inks": ("white_text", f"{ART} {text(5, 5, 9, '0 0 0 0 k', state=KNOCK)} {cut(TRIM)}"),
    "white text of grey on four inks": ("white_text", f"{ART} {text(5, 5, 9, '1 g', state=KNOCK)} {cut(TRIM)}"),
}  # fmt: skip
RIGHT: dict[str, str] = {
    "label": f"{ART} {cut(TRIM)}",
    "die line with a hole": f"{ART} {cut(TRIM + ' ' + circle(WIDE / 2, HIGH - 5, 2.5))}",
    "die line with a slit": f"{ART} {cut(TRIM)} {cut(f'{mm(5, 30)} m {mm(20, 30)} l')}",
    "die line in two pieces that meet": f"{ART} {cut(HALVES)}",
    "die line that ends where it began": f"{ART} {cut(TRIM[:-2] + f' {mm(0, 0)} l')}",
    "white label with a panel": f"{KNOCK} 0 1 0 0 k {rectangle(3, 3, 9, 9)} f {cut(TRIM)}",
    "panel of the colour of its ground up to the trim": f"{ART} {KNOCK} {FOUR_INKS} {TRIM} f {cut(TRIM)}",
    "text at a millimetre from the die line": f"{cut(TRIM)} {text(6, 1, 1)}",
    "white text of 6 pt": f"{ART} {text(6, 5, 9, '0 0 0 0 k', state=KNOCK)} {cut(TRIM)}",
    "white text out of one ink": (
        f"{ART} {KNOCK} 0 0 0 1 k {rectangle(3, 3, 19, 9)} f {text(5, 5, 6, '0 0 0 0 k', state=KNOCK)} {cut(TRIM)}"
    ),
    "black text of 5 pt on four inks": f"{ART} {text(5, 5, 9)} {cut(TRIM)}",
    "tiny text beside the bleed": f"{ART} {text(3, 0, -6)} {cut(TRIM)}",
}


ONE_OF_EACH_RULE = {rule: name for name, (rule, _) in WRONG.items()}
ALL_WRONG = [(name, "plain") for name in WRONG]
ALL_WRONG += [(name, variant) for name in ONE_OF_EACH_RULE.values() for variant in VARIANTS if variant != "plain"]
ALL_RIGHT = [(name, "plain") for name in RIGHT]
ALL_RIGHT += [("die line with a hole", variant) for variant in VARIANTS if variant != "plain"]


@pytest.mark.parametrize(("name", "variant"), ALL_WRONG)
def test_each_kind_of_fault_is_found_however_the_file_is_written(name: str, variant: str, tmp_path: Path) -> None:
    rule, content = WRONG[name]
    file = replace(PLAIN, content=content, **VARIANTS[variant])

    found = failed(inspected(tmp_path, file.data()))

    assert set(found) == {rule}
    assert found[rule].faults[0].place is not None
    assert {fault.page for fault in found[rule].faults} == set(range(1, file.pages + 1))


@pytest.mark.parametrize(("name", "variant"), ALL_RIGHT)
def test_correct_files_pass_however_they_are_written(name: str, variant: str, tmp_path: Path) -> None:
    file = replace(PLAIN, content=RIGHT[name], **VARIANTS[variant])

    assert not failed(inspected(tmp_path, file.data()))


def test_a_fault_of_a_die_line_names_its_place_in_millimetres(tmp_path: Path) -> None:
    found = failed(inspected(tmp_path, replace(PLAIN, content=f"{ART} {cut(OPEN)}").data()))

    (fault,) = found["die_line_closed"].faults

    assert fault.place == pytest.approx((MARGIN_MM, MARGIN_MM + HIGH - 12), abs=0.05)
    assert fault.problem.facts["gap_mm"] == pytest.approx(12, abs=0.05)


CUTTING_INKS = (
    "CutContour", "cutcontour", "CUT CONTOUR", "Cut-Contour 2", "KissCut", "Kiss Cut", "kiss_cut", "Thru-cut",
    "ThruCut", "Through Cut", "Dieline", "Die Line", "DIE-LINE", "Die", "Cut", "Die Cut", "Stanze", "Stanzkontur",
    "Contour", "PerfCutContour", "Crease", "Découpe", "Fustella", "Khuôn bế", "Đường bế", "Bế",
)  # fmt: skip


@pytest.mark.parametrize("ink", CUTTING_INKS)
def test_inks_of_machines_are_known_by_their_names(ink: str) -> None:
    assert purpose(ink) in ("cut", "crease")


@pytest.mark.parametrize("ink", ["White", "WHITE 1", "Opaque White", "Weiß", "Mực trắng", "Blanc", "White_Underbase"])
def test_white_inks_are_known_by_their_names(ink: str) -> None:
    assert purpose(ink) == "white"


@pytest.mark.parametrize(
    "ink",
    ["Cyan", "Black", "PANTONE 485 C", "Gold", "Bé", "Diesel", "Cutlery Red", "Off White", "Contour Grey", "All"],
)
def test_colours_are_not_taken_for_inks_of_machines(ink: str) -> None:
    assert purpose(ink) == ""


@pytest.mark.parametrize("ink", ["CutContour", "Kiss Cut", "DIELINE", "Stanze"])
@pytest.mark.parametrize("as_form", [False, True])
def test_a_die_line_outside_of_its_layer_would_print(ink: str, as_form: bool, tmp_path: Path) -> None:
    bare = cut(TRIM, ink).replace("/OC /Cut BDC", "").replace("EMC", "")
    file = replace(PLAIN, content=f"{ART} {bare}", inks=(ink,), as_form=as_form)

    found = failed(inspected(tmp_path, file.data()))

    assert set(found) == {"die_line_alone"}
    assert found["die_line_alone"].faults[0].problem.facts["ink"] == ink


def test_a_die_line_in_a_layer_without_a_step_would_print(tmp_path: Path) -> None:
    found = failed(inspected(tmp_path, replace(PLAIN, layer=None).data()))

    assert set(found) == {"die_line_alone"}


@pytest.mark.parametrize("ink", ["KissCut", "Dieline", "CutContour 1"])
def test_a_die_line_of_any_known_name_passes_in_its_layer(ink: str, tmp_path: Path) -> None:
    done = inspected(tmp_path, replace(PLAIN, content=f"{ART} {cut(TRIM, ink)}", inks=(ink,)).data())

    assert not failed(done)


def test_a_die_line_of_any_known_name_must_overprint(tmp_path: Path) -> None:
    content = f"{ART} {cut(TRIM, 'Dieline').replace(OVER, KNOCK)}"

    found = failed(inspected(tmp_path, replace(PLAIN, content=content, inks=("Dieline",)).data()))

    assert found["die_line"].faults[0].problem.code == "preflight.die_line_knocks_out"


WHITE_PANEL = f"/White cs 1 scn {rectangle(-BLEED_MM, -BLEED_MM, WIDE + 2 * BLEED_MM, HIGH + 2 * BLEED_MM)} f"


@pytest.mark.parametrize(("state", "rules"), [(KNOCK, {"white_ink"}), (OVER, set())])
@pytest.mark.parametrize("as_form", [False, True])
def test_white_ink_must_overprint(state: str, rules: set[str], as_form: bool, tmp_path: Path) -> None:
    content = f"{ART} {state} {WHITE_PANEL} {cut(TRIM)}"
    file = replace(PLAIN, content=content, inks=("CutContour", "White"), as_form=as_form)

    assert set(failed(inspected(tmp_path, file.data()))) == rules


def test_a_legend_of_inks_beside_the_bleed_is_no_die_line(tmp_path: Path) -> None:
    legend = f"{KNOCK} /CutContour cs 1 scn {mm(2, -6, 5, 2)} re f {text(6, 8, -6, '/CutContour cs 1 scn')}"

    assert not failed(inspected(tmp_path, replace(PLAIN, content=f"{ART} {cut(TRIM)} {legend}").data()))
