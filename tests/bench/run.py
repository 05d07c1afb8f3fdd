"""``make bench``: labels per CPU-second of the whole command, beside yardsticks measured in the same run.

What people wait for on the web follows (``service_benchmark``).

Each of our figures is a whole process tree: start, import, order, symbols, PDF/X-4, manifest; its user and system time,
and the peak memory of its largest process. A seeded sample of each run's labels is cut out of the raster and read
before its figure is printed. The chart is written to ``output/benchmark.svg``.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from tests.bench import service as service_benchmark
from tests.bench.stages import profile
from tests.bench.yardsticks import YARDSTICKS, physical_limit
from tests.samples.generator import make_records, write_csv

SAMPLE = 25
CHART = Path("output/benchmark.svg")
GREEN, GREY = "#0B5A3A", "#8A9690"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured run: CPU and wall in seconds, peak in bytes (0: not measured apart), bytes of PDF."""

    name: str
    labels: int
    cpu: float
    wall: float
    peak: int
    size: int
    ours: bool = False

    @property
    def rate(self) -> float:
        """Labels per CPU-second."""
        return self.labels / self.cpu

    def __str__(self) -> str:
        peak = f"{self.peak / 1e6:,.0f}" if self.peak else "–"
        size = f"{self.size / self.labels:,.0f}" if self.size else "–"
        return f"{self.name:<44}{self.labels:>10,}{self.rate:>14,.0f}{self.wall:>9.2f}{peak:>10}{size:>13}"


HEADING = f"{'':<44}{'labels':>10}{'labels/CPU-s':>14}{'wall s':>9}{'peak MB':>10}{'bytes/label':>13}"


MEASURE = """
import os, sys
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, file=file)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small process between us and the command: what is spawned counts the memory of its parent as its own peak."""


def labelsvc(home: Path, *arguments: str) -> tuple[Path, float, int]:
    """Run our command; return the folder that its last line names, its CPU seconds and the peak of a process."""
    environment = {**os.environ, "LABELSVC_HOME": str(home / "home"), "LABELSVC_OUTPUT": str(home / "output")}
    measure = [sys.executable, "-I", "-S", "-c", MEASURE, str(home / "used")]
    command = [*measure, str(Path(sys.executable).with_name("labelsvc")), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"labelsvc {arguments[0]} failed: {done.stderr[-2000:]}")
    cpu, peak = (home / "used").read_text().split()
    return Path(done.stdout.splitlines()[-1]), float(cpu), int(peak)


def read_back(folder: Path, seed: int) -> None:
    """Rasterise a sample of the batch's labels; stop where zxing-cpp does not read what the manifest says."""
    import pypdfium2
    import zxingcpp

    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in random.Random(seed).sample(rows, min(SAMPLE, len(rows))):
        document = pypdfium2.PdfDocument(folder / f"labels-{int(row['part']):03}.pdf")
        pixels = document[int(row["page"]) - 1].render(scale=300 / 72, grayscale=True).to_numpy().squeeze()
        x, y = (int(float(row[side]) * 300 / 25.4) for side in ("x_mm", "y_mm"))
        found = zxingcpp.read_barcodes(pixels[y : y + 1100, x : x + 800])
        if row["url"] not in {symbol.text for symbol in found}:
            raise SystemExit(f"{folder}: {row['code']} does not read back")
        document.close()


def ours(name: str, products: int, quantity: int, *more: str, look: Callable[[Path], None] | None = None) -> Figure:
    """Measure one print of products that do not exist, from an empty home; ``look`` at its folder afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        records = Path(scratch, "records.csv")
        write_csv(records, make_records(products, quantity, day=date.today(), seed=4))
        start = time.perf_counter()
        folder, cpu, peak = labelsvc(Path(scratch), "print", str(records), "--stock", "330x480", "--quiet", *more)
        wall = time.perf_counter() - start
        size = sum(path.stat().st_size for path in folder.glob("labels-*.pdf"))
        read_back(folder, seed=products)
        if look:
            look(folder)
        return Figure(name, products * quantity, cpu, wall, peak, size, ours=True)


def measured(name: str, labels: int, run: Callable[[], int]) -> Figure:
    """Measure what runs in this process."""
    cpu, wall = time.process_time(), time.perf_counter()
    size = run()
    return Figure(name, labels, time.process_time() - cpu, time.perf_counter() - wall, 0, size)


def yardsticks() -> list[Figure]:
    """Measure what people use today; one that cannot be measured here is named."""
    figures = []
    for name, run, labels in YARDSTICKS:
        try:
            run(1)
            figures.append(told(measured(name, labels, lambda run=run, labels=labels: run(labels))))  # type: ignore[misc]
        except (ImportError, OSError) as error:
            print(f"{name:<44}not measured: {str(error).splitlines()[0]}")
    return figures


def told(figure: Figure) -> Figure:
    """Print a figure as soon as it is known."""
    print(figure, flush=True)
    return figure


def limit(folder: Path, figures: list[Figure]) -> None:
    """Measure what compressing and writing the same bytes takes."""
    labels, run = physical_limit(folder, 4)
    figures.append(told(measured("limit: compressing and writing those bytes", labels, run)))


def our_figures() -> list[Figure]:
    """Measure ourselves, from one label to a million."""
    stamps = ("--design", "tem-25x35", "--proof", "none")
    found: list[Figure] = []
    runs: list[tuple[str, int, int, Sequence[str]]] = [
        ("labelsvc, 1 stamp, cold", 1, 1, stamps),
        ("labelsvc, 1,000 stamps", 10, 100, stamps),
        ("labelsvc, 10,000 stamps", 10, 1_000, stamps),
        ("labelsvc, 100,000 stamps of 753 products", 753, 133, stamps),
        ("the same, every symbol decoded", 753, 133, ("--design", "tem-25x35", "--proof", "symbols")),
        ("labelsvc, 2,000 different labels 60 × 90", 2_000, 1, ("--design", "nhan-60x90", "--proof", "none")),
    ]
    found += [told(ours(name, products, quantity, *more)) for name, products, quantity, more in runs]
    million = "labelsvc, 1,000,000 stamps of 753 products"
    limits: list[Figure] = []
    found.append(told(ours(million, 753, 1_328, *stamps, look=lambda folder: limit(folder, limits))))
    return found + limits


def chart(figures: Sequence[Figure]) -> str:
    """Return bars of labels per CPU-second, each step of the grid ten times the one before."""
    from math import log10

    left, wide, high = 330, 620, 30
    bars = []
    for i, figure in enumerate(sorted(figures, key=lambda figure: figure.rate)):
        length, y = wide * log10(max(figure.rate, 1)) / 6, 40 + i * high
        colour = GREEN if figure.ours else GREY
        bars.append(
            f'<text x="{left - 10}" y="{y + 16}" text-anchor="end">{escape(figure.name)}</text>'
            f'<rect x="{left}" y="{y + 2}" width="{length:.1f}" height="{high - 10}" rx="3" fill="{colour}"/>'
            f'<text x="{left + length + 8:.1f}" y="{y + 16}">{figure.rate:,.0f}</text>'
        )
    bottom = 40 + len(figures) * high
    grid = "".join(
        f'<path d="M{left + wide * i / 6:.1f} 34V{bottom}" stroke="#DDE3E0"/>'
        f'<text x="{left + wide * i / 6:.1f}" y="26" text-anchor="middle" fill="#5A6660">{10**i:,}</text>'
        for i in range(7)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1040 {bottom + 20}" '
        f'font-family="Be Vietnam Pro, sans-serif" font-size="13"><title>Labels per CPU-second</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{grid}{"".join(bars)}</svg>\n'
    )


def times(figures: Sequence[Figure]) -> list[str]:
    """Return what holds on any machine: our rates as multiples of the first yardstick's of the same run."""
    yardstick = next((figure for figure in figures if not figure.ours), None)
    if yardstick is None:
        return []
    ours = [figure for figure in figures if figure.ours and figure.labels > 1]
    return [f"{figure.name:<44}{figure.rate / yardstick.rate:>10,.0f} x {yardstick.name}" for figure in ours]


def main() -> None:
    """Measure, print, draw."""
    print(HEADING)
    figures = yardsticks() + our_figures()
    print("", *times(figures), sep="\n")
    peaks = {figure.labels: figure.peak for figure in figures if figure.ours}
    most = max(peaks)
    print()
    for few in (1_000, 10_000):
        print(f"Peak memory of a process, {few:,} to {most:,} stamps: {peaks[most] / peaks[few] - 1:+.0%}")
    print("\nMicroseconds a stamp, by stage:")
    for stage, spent in profile():
        print(f"  {stage:<32}{spent:>6.1f}")
    print()
    service_benchmark.main()
    CHART.parent.mkdir(exist_ok=True)
    CHART.write_text(chart([figure for figure in figures if figure.labels > 1]), encoding="utf-8")
    print(f"\n{CHART}")


if __name__ == "__main__":
    main()
