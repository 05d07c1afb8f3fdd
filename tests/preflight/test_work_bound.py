"""Files of a few kilobytes that would keep a machine busy: bounded by work, and told what there is too much of."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from labelsvc.preflight.content import work
from labelsvc.preflight.content.streams import StreamTooLarge, decoded
from labelsvc.preflight.content.text_extent import widths_of
from labelsvc.preflight.content.work import TooMuchWork, WorkBudget
from labelsvc.preflight.ink.total_ink import bands, window_means
from tests.samples.fault_planting import Change, form, good, painted, saved, slug_font
from tests.samples.preflighted_files import checked, failed


def packed(part: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(part) for _ in range(times)) + packer.flush()


def contents(part: bytes, times: int) -> Change:
    """Let the second page's content be a part, many times."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].obj.Contents = pdf.make_stream(b"")
        pdf.pages[1].obj.Contents.write(packed(part, times), filter=Name.FlateDecode)

    return change


LITTLE_WORK = 500_000
"""Eight times what a sheet of 132 stamps takes: it is used up in an eighth of the time."""
STROKES = form(b"0 0 0 1 K 1 w " + b"0 0 m 1 1 l S " * 2000)
TOO_MUCH: dict[str, tuple[Change, str]] = {
    "states without end": (contents(b"q Q " * 16384, 100), "too_many_operators"),
    "paths that are nothing but begun": (contents(b"0 0 m " * 16384, 80), "too_many_operators"),
    "operators without spaces": (contents(b"[]d()Tj" * 16384, 30), "too_many_operators"),
    "numbers without operators": (contents(b"1 " * 32768, 120), "too_many_operators"),
    "rectangles that are filled together": (contents(b"0 0 1 1 re " * 8192 + b"f ", 200), "too_many_operators"),
    "a string of 64 MB": (contents(b"(" + b"a" * (1 << 20) + b") Tj ", 33), "stream_too_large"),
    "a form at thousands of places": (
        painted("/GSk gs " + "q 1 0 0 1 1 0 cm /X Do Q " * 2000, XObject=("X", STROKES)),
        "too_many_operators",
    ),
    "shadings without end": (
        painted("/S sh " * 4000, Shading=("S", "<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]>>")),
        "too_many_operators",
    ),
}


@pytest.mark.parametrize(("change", "code"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_content_that_costs_too_much_ends_in_a_sentence(
    change: Change, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST_WORK", LITTLE_WORK)

    found = failed(checked(tmp_path, saved(change)))

    assert {fault.problem.code for fault in found["bounds"].faults} == {f"preflight.{code}"}
    assert {fault.page for fault in found["bounds"].faults} == {2}


def layers_that_show_each_other(pdf: pikepdf.Pdf) -> None:
    order = pdf.make_indirect(Array([*pdf.Root.OCProperties.OCGs]))
    for _ in range(19):
        order = pdf.make_indirect(Array([order] * 6))
    pdf.Root.OCProperties.D.Order = order


def functions_that_show_each_other(pdf: pikepdf.Pdf) -> Any:
    one = pdf.make_indirect(pikepdf.Object.parse(b"<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 0 0 1]/N 1>>"))
    for _ in range(7):
        entries = {"/FunctionType": 3, "/Domain": Array([0, 1]), "/Functions": Array([one] * 20)}
        one = pdf.make_indirect(Dictionary(entries))
    return Array([Name.Separation, Name.Gold, Name.DeviceCMYK, one])


MULTIPLYING: dict[str, Change] = {
    "layers in powers of six": layers_that_show_each_other,
    "functions in powers of twenty": painted("", ColorSpace=("Gold", functions_that_show_each_other)),
}


@pytest.mark.parametrize("change", MULTIPLYING.values(), ids=MULTIPLYING)
def test_objects_that_show_each_other_in_powers_are_looked_at_once(change: Change, tmp_path: Path) -> None:
    assert not failed(checked(tmp_path, saved(change)))


@pytest.mark.parametrize(
    ("data", "filters"),
    [
        (packed(bytes(1 << 20), 8), [Name.FlateDecode]),
        (zlib.compress(packed(bytes(1 << 20), 8)), [Name.FlateDecode, Name.FlateDecode]),
        (packed(bytes(1 << 20), 8).hex().encode() + b">", [Name.ASCIIHexDecode, Name.FlateDecode]),
        (bytes((129, 0)) * 65536, [Name.RunLengthDecode]),
    ],
    ids=["packed", "packed twice", "packed and written in letters", "repeated"],
)
def test_streams_are_decoded_up_to_a_bound_whatever_their_filters(data: bytes, filters: list[Any]) -> None:
    pdf = pikepdf.new()
    stream = pdf.make_stream(b"")
    stream.write(data, filter=Array(filters))

    with pytest.raises(StreamTooLarge):
        decoded(stream, 1 << 20)


def test_predictors_are_not_undone_for_overlong_input() -> None:
    pdf = pikepdf.new()
    stream = pdf.make_stream(b"")
    stream.write(packed(bytes(1 << 20), 8), filter=Name.FlateDecode, decode_parms=Dictionary(Predictor=12, Columns=64))

    with pytest.raises(StreamTooLarge):
        decoded(stream, 1 << 20)


@pytest.mark.parametrize("filter_name", ["/ASCII85Decode", "/ASCIIHexDecode"])
def test_streams_of_letters_are_decoded_as_written(filter_name: str) -> None:
    written = {"/ASCII85Decode": b"9jqo^ BlbD-\nBleB1DJ~>", "/ASCIIHexDecode": b"4D 61 6e\n 2>"}[filter_name]
    pdf = pikepdf.new()
    stream = pdf.make_stream(b"")
    stream.write(written, filter=Name(filter_name))

    assert decoded(stream) == {"/ASCII85Decode": b"Man is distin", "/ASCIIHexDecode": b"Man "}[filter_name]


def test_widths_of_ranges_without_end_are_not_listed() -> None:
    pdf = pikepdf.open(io.BytesIO(good()))
    key, _ = slug_font()
    font = pdf.pages[1].Resources.Font[f"/{key}"]
    font.DescendantFonts[0].W = Array([number for _ in range(30_000) for number in (0, 65_535, 500)])

    assert widths_of(font) is None


def test_work_is_counted_before_a_stream_is_parsed() -> None:
    work = WorkBudget()

    with pytest.raises(TooMuchWork) as refused:
        work.take_stream(b"q" * 1000 + b" " * 4_000_000)

    assert refused.value.code == "preflight.too_many_operators"


@pytest.mark.parametrize("rows", [5, 1000, 1003, 2500])
def test_windows_in_bands_are_those_of_the_whole(rows: int) -> None:
    picture = np.arange(rows * 7, dtype=np.float32).reshape(rows, 7)

    parts = [window_means(band, 4) for band in bands(picture, 4)]

    assert np.concatenate(parts) == pytest.approx(window_means(picture, 4))
