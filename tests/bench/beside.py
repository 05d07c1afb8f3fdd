"""``python -m tests.bench.beside [ROUNDS]``: the page of a stamp at half of its top rate while a batch is rendered.

The batch takes all processors, at several priorities; the service has two processes of each kind. Each round has all
priorities in turn and is printed, then the median of the rounds, and the worst answer of them all. Needs wrk.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench import wrk
from tests.bench.served import COMMAND, serving
from tests.bench.service import printed_codes
from tests.bench.steady import Steady, ask_steadily
from tests.offices.children import children_of
from tests.samples.generator import make_records, write_csv

ROUNDS, SECONDS = 3, 4
PLANNING_SECONDS = 60
PRIORITIES: dict[str, Sequence[str]] = {
    "nothing": (),
    "a batch, nice 0": ("nice", "-n", "0"),
    "a batch, nice 10": ("nice", "-n", "10"),
    "a batch, nice 19": ("nice", "-n", "19"),
    "a batch, SCHED_IDLE": ("chrt", "--idle", "0", "ionice", "-c", "3"),
}


def main(rounds: int = ROUNDS) -> None:
    """Measure and print; ``rounds``: how many."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        environment = {**os.environ, "LABELSVC_HOME": str(home / "home"), "LABELSVC_OUTPUT": str(home / "output")}
        codes = printed_codes(home, environment)
        write_csv(home / "many.csv", make_records(100, 20_000))
        with serving([COMMAND, "serve", "--port", "0", "--workers", "2", "--no-worker"], environment) as server:
            tops = [wrk.top_rate(server.port, codes, home, first=2_000 * number) for number in range(ROUNDS)]
            top = max(tops, key=lambda each: each.rate)
            print(f"{'top rate, nothing beside':<32}{top}", flush=True)
            found: dict[str, list[Steady]] = {name: [] for name in PRIORITIES}
            for number in range(rounds * len(PRIORITIES)):
                name, priority = list(PRIORITIES.items())[number % len(PRIORITIES)]
                with rendering(home, environment, priority):
                    found[name].append(ask_steadily(server.port, codes[number * 500 :], top.rate / 2, SECONDS))
                print(f"  round {number // len(PRIORITIES) + 1}, {name:<25}{found[name][-1]}", flush=True)
        for name, measured in found.items():
            print(f"{f'half of it, beside {name}':<40}{middle(measured)}", flush=True)


def middle(rounds: Sequence[Steady]) -> Steady:
    """Return the medians of rounds, and the worst answer and all errors of them together."""
    p50, p99 = statistics.median(each.p50 for each in rounds), statistics.median(each.p99 for each in rounds)
    return Steady(rounds[0].rate, p50, p99, max(each.worst for each in rounds), sum(each.errors for each in rounds))


@contextmanager
def rendering(home: Path, environment: dict[str, str], priority: Sequence[str]) -> Iterator[None]:
    """Print a batch that takes longer than we look; it is given up in the end."""
    if not priority:
        yield
        return
    command = [
        *priority,
        COMMAND,
        "print",
        str(home / "many.csv"),
        "--stock",
        "330x480",
        "--quiet",
        "--over-quota",
        "x",
    ]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as batch:
        until = time.monotonic() + PLANNING_SECONDS
        while len(children_of(batch.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(children_of(batch.pid)) >= 2, "nothing is rendered"
        try:
            yield
            assert batch.poll() is None, "the batch was over too soon"
        finally:
            os.killpg(batch.pid, signal.SIGKILL)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
