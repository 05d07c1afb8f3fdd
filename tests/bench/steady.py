"""Phones that come at a constant rate, whatever the server does: an answer's time counts from when it was due.

So a server that stands still for a second has a second's worth of slow answers, as people would see it. (A client that
waits for one answer before it asks for the next would count one: coordinated omission.)
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steady:
    """Latencies in milliseconds at a rate, and requests that were not answered with 200."""

    rate: float
    p50: float
    p99: float
    worst: float
    errors: int

    def __str__(self) -> str:
        wrong = f"   {self.errors} ERRORS" if self.errors else ""
        times = f"p50 {self.p50:>5.1f} ms   p99 {self.p99:>6.1f} ms   worst {self.worst:>6.0f} ms"
        return f"{self.rate:>6,.0f}/s   {times}{wrong}"


def ask_steadily(port: int, paths: Sequence[str], rate: float, seconds: float) -> Steady:
    """Ask for the paths at a rate, each on a connection of its own."""
    with uncollected():
        return asyncio.run(_ask_all(port, paths, rate, seconds))


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave garbage for later: a collection of ours, 0.1 s among thousands of tasks, was told as the server's pause."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _ask_all(port: int, paths: Sequence[str], rate: float, seconds: float) -> Steady:
    count, begun = int(rate * seconds), time.perf_counter()
    waiting = []
    for number in range(count):
        due = begun + number / rate
        if (ahead := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        waiting.append(asyncio.create_task(_ask(port, paths[number % len(paths)], due)))
    found = sorted(await asyncio.gather(*waiting))
    late = [took for took, _ in found]
    errors = sum(not fine for _, fine in found)
    return Steady(rate, late[count // 2] * 1e3, late[int(count * 0.99)] * 1e3, late[-1] * 1e3, errors)


async def _ask(port: int, path: str, due: float) -> tuple[float, bool]:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: phone {path}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        content = await reader.read()
        writer.close()
    except OSError:
        return time.perf_counter() - due, False
    return time.perf_counter() - due, content.startswith(b"HTTP/1.1 200 ")
