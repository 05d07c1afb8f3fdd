"""Several requests at once to a place that is far away: their answers come in order, and few wait in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def several_at_once(
    ask: Callable[[Item], Answer], items: Iterable[Item], at_once: int
) -> Generator[Answer, None, None]:
    """Yield the answer to each item, in their order, while those to the next ones are fetched by threads.

    The first error is raised, and what has not begun by then is left: a place that hangs holds nobody once for each.
    """
    coming = iter(items)
    with ThreadPoolExecutor(at_once, thread_name_prefix="several-at-once") as threads:
        under_way = deque(threads.submit(ask, item) for item in islice(coming, at_once))
        try:
            while under_way:
                answer = under_way.popleft().result()
                under_way.extend(threads.submit(ask, item) for item in islice(coming, 1))
                yield answer
        finally:
            threads.shutdown(cancel_futures=True)
