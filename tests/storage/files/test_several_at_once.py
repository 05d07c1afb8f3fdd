"""Requests that are under way at once: in order, few, and none after the first that fails."""

from __future__ import annotations

import threading
from itertools import count

import pytest

from labelsvc.storage.files.several_at_once import several_at_once

AT_ONCE = 3


def test_answers_come_in_order_and_few_are_fetched_ahead() -> None:
    asked, together = list[int](), threading.Barrier(AT_ONCE, timeout=10)

    def ask(number: int) -> int:
        asked.append(number)
        if number < AT_ONCE:
            together.wait()  # all of them are under way
        return number * 2

    answers = several_at_once(ask, count(), AT_ONCE)

    assert [next(answers) for _ in range(10)] == [number * 2 for number in range(10)]
    answers.close()
    assert sorted(asked) == list(range(len(asked)))
    assert len(asked) <= 10 + AT_ONCE


def test_the_first_error_leaves_what_has_not_begun() -> None:
    asked = list[int]()

    def ask(number: int) -> None:
        asked.append(number)
        raise ConnectionError(number)

    with pytest.raises(ConnectionError):
        list(several_at_once(ask, range(1000), AT_ONCE))

    assert len(asked) <= AT_ONCE


def test_nothing_to_ask_has_no_answers() -> None:
    assert list(several_at_once(str, (), AT_ONCE)) == []
