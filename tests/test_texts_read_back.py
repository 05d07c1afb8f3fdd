"""Proof by reading back: the texts of a label are looked for in what its page says."""

from __future__ import annotations

from labelsvc.rendering.proof import ExpectedLabel


def test_a_text_that_the_mark_stands_between_is_found_and_one_that_lacks_a_letter_is_not() -> None:
    label = ExpectedLabel(1, (0, 0, 60, 90), ("MẪU", "BXZ4BPQ587R69FMTFK4P", "Số 000 001"), ())

    whole = label.missing("BXZ4B PQ587\r\nMẪU\r\nR69FM TFK4P\r\nSố 000 001", "")
    shortened = label.missing("BXZ4B PQ587\r\nMẪU\r\nR69FM TFK4\r\nSố 000 001", "")
    unmarked = label.missing("BXZ4B PQ587\r\nR69FM TFK4P\r\nSố 000 001", "")

    assert (whole, shortened, unmarked) == ([], ["BXZ4BPQ587R69FMTFK4P"], ["MẪU"])
