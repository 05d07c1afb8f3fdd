"""The benchmark's own parts: what it measures is what is printed, and its chart is a picture."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest

from labelsvc.rendering.sheets import sheet_pdf
from tests.bench.run import Figure, chart, ours, times
from tests.bench.stages import STAGES
from tests.bench.yardsticks import YARDSTICKS, codes, dark_runs, matrix
from tests.samples.sheet_jobs import job, place

SVG = "{http://www.w3.org/2000/svg}"


def test_the_chart_is_a_picture_that_names_every_figure() -> None:
    figures = [Figure("ours < theirs", 1_000, 0.05, 0.1, 100, 100, ours=True), Figure("theirs", 60, 0.5, 0.5, 0, 10)]

    root = ElementTree.fromstring(chart(figures))

    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"ours < theirs", "theirs", "20,000", "120"} <= set(texts)
    bars = [float(element.get("width")) for element in root.iter(f"{SVG}rect") if element.get("rx")]
    assert bars == sorted(bars)


def test_our_rates_are_given_as_multiples_of_the_yardstick() -> None:
    theirs, limit = Figure("theirs", 60, 0.5, 0.5, 0, 10), Figure("limit", 60, 0.1, 0.1, 0, 10)
    first, cold = Figure("ours", 1_000, 0.05, 0.1, 100, 100, ours=True), Figure("cold", 1, 1, 1, 1, 1, ours=True)

    assert [line.split() for line in times([theirs, cold, first, limit])] == [["ours", "167", "x", "theirs"]]
    assert times([first]) == []


def test_a_figure_is_a_whole_print_whose_labels_were_read_back(tmp_path: Path) -> None:
    seen: list[Path] = []

    figure = ours("small", 2, 3, "--proof", "none", look=seen.append)

    assert (figure.labels, figure.ours) == (6, True)
    assert 0.1 < figure.cpu < 30
    assert 20e6 < figure.peak < 300e6
    assert seen[0].name.endswith("-001")


def test_every_stage_that_is_timed_is_part_of_a_print(monkeypatch: pytest.MonkeyPatch) -> None:
    called: set[str] = set()
    for name, owner, attribute in STAGES:
        rightly = getattr(owner, attribute)
        monkeypatch.setattr(
            owner,
            attribute,
            lambda *given, _rightly=rightly, _name=name, **named: called.add(_name) or _rightly(*given, **named),  # type: ignore[func-returns-value]
        )

    sheet_pdf.write_part(io.BytesIO(), io.BytesIO(), job(place("a4"), (3,)))

    assert called == {name for name, _, _ in STAGES}


def test_yardsticks_draw_symbols_of_codes_that_differ() -> None:
    some = codes(50)

    drawn = sum(length for _, _, length in dark_runs(some[0]))

    assert len(set(some)) == 50
    assert drawn == sum(map(sum, matrix(some[0])))
    assert len(YARDSTICKS) == 4
