"""What is a yes, and what is none."""

from __future__ import annotations

import io
import sys

import pytest

from labelsvc.cli.confirmation import confirmed


class Terminal(io.StringIO):
    """What somebody typed on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "goes_on"),
    [("y", True), ("Yes", True), ("c", True), ("có", True), ("CÓ ", True), ("", False), ("n", False), ("x", False)],
)
def test_only_a_yes_in_either_language_goes_on(
    answer: str, goes_on: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(f"{answer}\n"))

    done = confirmed("Sẽ in lại 2 tem.", sure=False)

    said = capsys.readouterr().err
    assert done is goes_on
    assert "Sẽ in lại 2 tem." in said
    assert ("Chưa làm gì." in said) is not goes_on
