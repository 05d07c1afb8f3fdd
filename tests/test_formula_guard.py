"""No exported cell is taken for a formula."""

from __future__ import annotations

import pytest

from labelsvc.formula_guard import guarded, guarded_for_import


@pytest.mark.parametrize("text", ["=1+1", "+84 24", "-5", "@SUM(A1)", "  =1", "\t=1", "＝1", "\r=1"])
def test_cells_that_look_like_formulas_get_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Cốm làng Vòng", "5-10 °C", "'=1", "a=b"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize(("text", "cell"), [("=1", "'=1"), ("'=1", "''=1"), ("'tis", "'tis"), ("＋84", "'＋84")])
def test_cells_of_files_to_import_keep_their_own_apostrophe(text: str, cell: str) -> None:
    assert guarded_for_import(text) == cell
