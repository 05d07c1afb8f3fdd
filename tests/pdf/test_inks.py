"""The palette: screen colours and their inks."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.pdf.inks import (
    BLACK_FROM,
    COATING,
    MOST_INK,
    MOST_INK_OVER_BLACK,
    Ink,
    Palette,
    inks_from_json,
    inks_json,
    read_inks,
)
from tests.samples.labels_on_paper import ROOM, STAMP, added, design, facts, label_pdf

FILE = ROOM.templates / "press" / "palette.toml"
INKS = {
    "#17231C": (0, 0, 0, 100),
    "#5A6A60": (0, 0, 0, 68),
    "#B9C2BC": (0, 0, 0, 25),
    "#FFFFFF": (0, 0, 0, 0),
    "#0B5A3A": (90, 32, 84, 40),
    "#E0A100": (8, 38, 100, 2),
    "#F4D58A": (2, 14, 55, 0),
    "#FCF3DC": (1, 4, 16, 0),
    "#6B5200": (30, 45, 100, 45),
    "#E6EFEA": (9, 2, 8, 0),
}


def read_palette(path: Path, *, spot_inks: bool = False) -> Palette:
    return Palette.from_inks(read_inks(path), spot_inks=spot_inks)


def written(folder: Path, content: str) -> Path:
    path = folder / "palette.toml"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(("screen", "cmyk"), INKS.items())
def test_each_screen_colour_has_its_inks(screen: str, cmyk: tuple[int, ...]) -> None:
    ink = read_palette(FILE).find(screen.lower())

    assert ink is not None
    assert (ink.screen, ink.cmyk) == (screen, cmyk)


def test_the_first_colours_stay_and_no_two_are_alike() -> None:
    palette = read_palette(FILE)

    assert set(palette.inks) >= set(INKS)
    assert len({(ink.cmyk, ink.spot) for ink in palette.inks.values()}) == len(palette.inks)


@pytest.mark.parametrize(("screen", "cmyk"), INKS.items())
def test_a_colour_of_a_design_is_painted_in_its_inks(screen: str, cmyk: tuple[int, ...]) -> None:
    looked_at = design(added(f'<rect x="1" y="16" width="3" height="3" fill="{screen}"/>'))

    operators = looked_at.items[-1].operators

    said = next(line for line in operators.decode().splitlines() if line.endswith(" k"))
    assert said.split(" gs ")[-1] == " ".join(f"{part / 100:g}" for part in cmyk) + " k"
    assert operators.startswith(b"/GSk gs" if cmyk == (0, 0, 0, 100) else b"/GSn gs")
    assert label_pdf(looked_at, facts())


@pytest.mark.parametrize(
    ("colour", "nearest"),
    [("#0B5A3B", "#0B5A3A (green)"), ("#FEFEFE", "#FFFFFF (white)"), ("#000000", "#17231C (ink)")],
)
@pytest.mark.parametrize("attribute", ["fill", "stroke"])
def test_another_colour_is_refused_by_name(colour: str, nearest: str, attribute: str) -> None:
    with pytest.raises(DesignRefused) as error:
        design(added(f'<rect width="1" height="1" {attribute}="{colour}"/>'))

    (problem,) = error.value.problems
    assert problem.code == "design.colour"
    assert (problem.facts["value"], problem.facts["nearest"]) == (colour, nearest)


@pytest.mark.parametrize("colour", ["red", "#FFF", "rgb(0,0,0)", "currentColor", "url(#a)", "{{ 1 }}", "transparent"])
def test_only_the_palettes_own_notation_is_a_colour(colour: str) -> None:
    with pytest.raises(DesignRefused, match=r"design\.(no_)?colour"):
        design(STAMP.replace("#E0A100", colour))


def test_the_inks_of_the_shipped_palette_sum_to_what_paper_takes() -> None:
    for spot_inks in (False, True):
        for ink in read_palette(FILE, spot_inks=spot_inks).inks.values():
            most = MOST_INK_OVER_BLACK if ink.cmyk[3] >= BLACK_FROM else MOST_INK
            assert sum(ink.cmyk) <= most, ink.name


@pytest.mark.parametrize(
    ("cmyk", "total"),
    [
        ("[100, 100, 60, 41]", 301),
        ("[80, 60, 56, 85]", 281),
        ("[70, 70, 41, 100]", 281),
        ("[101, 0, 0, 0]", 101),
        ("[-1, 0, 0, 0]", -1),
    ],
)
def test_too_much_ink_is_refused_by_the_colours_name(cmyk: str, total: int, tmp_path: Path) -> None:
    path = written(tmp_path, f'[mud]\nscreen = "#010101"\ncmyk = {cmyk}\n')

    with pytest.raises(DesignRefused) as error:
        read_palette(path)

    assert error.value.problems[0].code == "design.ink_sum"
    assert (error.value.problems[0].facts["name"], error.value.problems[0].facts["sum"]) == ("mud", total)


@pytest.mark.parametrize("cmyk", ["[100, 100, 60, 40]", "[80, 60, 55, 85]", "[90, 90, 36, 84]"])
def test_as_much_ink_as_paper_takes_is_taken(cmyk: str, tmp_path: Path) -> None:
    path = written(tmp_path, f'[deep]\nscreen = "#010101"\ncmyk = {cmyk}\n')

    assert read_palette(path).find("#010101") is not None


@pytest.mark.parametrize(
    "entry",
    [
        'screen = "#010101"',
        "cmyk = [0, 0, 0, 0]",
        'screen = "#010101"\ncmyk = [0, 0, 0]',
        'screen = "#010101"\ncmyk = [0, 0, 0, "k"]',
        'screen = "đen"\ncmyk = [0, 0, 0, 0]',
        'screen = "#17231c"\ncmyk = [0, 0, 0, 0]',
        'screen = "#010101"\ncmyk = [0, 0, 0, 0]\nspott = "GOLD"',
    ],
)
def test_an_entry_that_says_no_colour_is_refused_by_name(entry: str, tmp_path: Path) -> None:
    path = written(tmp_path, f'[ink]\nscreen = "#17231C"\ncmyk = [0, 0, 0, 100]\n\n[wrong]\n{entry}\n')

    with pytest.raises(DesignRefused) as error:
        read_palette(path)

    assert [(one.code, one.facts["name"]) for one in error.value.problems] == [("design.ink_entry", "wrong")]


def test_a_palette_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DesignRefused, match=r"design\.palette"):
        read_palette(written(tmp_path, "[ink\n"))


def test_spot_inks_are_used_only_on_request() -> None:
    process, spot = read_palette(FILE), read_palette(FILE, spot_inks=True)

    assert set(process.spots) == {COATING}  # which is no colour: it is never mixed of process inks
    assert spot.spots["GOLD"] == (0.08, 0.38, 1.0, 0.02)


def test_kept_inks_are_read_back_whatever_they_say_besides() -> None:
    inks = [*read_inks(FILE), Ink("đỏ", "#C8102E", (5, 100, 90, 0), "PANTONE 186 C", "đỏ cờ", "red", retired=True)]

    kept = inks_json(inks)

    assert inks_from_json(kept) == inks
    assert inks_from_json('[{"name": "a", "screen": "#010101", "cmyk": [0, 0, 0, 1], "later": 1}]')[0].name == "a"
