"""``make bench``: labels per CPU-second of the whole command, beside yardsticks measured in the same run.

Each of our figures is a whole process: start, import, order, symbols, PDF/X-4, manifest; user and system time of all
its children. A seeded sample of each run's codes is read back from the raster before its figure is printed.
"""

import argparse
import csv
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.generator import make_records, write_csv

PREFIX = "HTTPS://OCOP.HANOI.EXAMPLE/"
SAMPLE = 20


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def labelsvc(home: Path, *arguments: str) -> str:
    environment = {**os.environ, "LABELSVC_HOME": str(home), "LABELSVC_OUTPUT": str(home / "output")}
    command = [sys.executable, "-c", "from labelsvc.cli import main; main()", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed: {done.stderr[-2000:]}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def read_back(folder: Path, seed: int) -> None:
    """Rasterise a sample of the batch's labels and compare what zxing-cpp reads with the manifest."""
    import pypdfium2
    import zxingcpp

    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in random.Random(seed).sample(rows, min(SAMPLE, len(rows))):
        document = pypdfium2.PdfDocument(folder / f"labels-{int(row['part']):03}.pdf")
        page = document[int(row["page"]) - 1]
        scale = 300 / 72
        pixels = page.render(scale=scale, grayscale=True).to_numpy().squeeze()
        mm = 300 / 25.4
        x, y = int(float(row["x_mm"]) * mm), int(float(row["y_mm"]) * mm)
        found = zxingcpp.read_barcodes(pixels[y : y + int(90 * mm), x : x + int(60 * mm)])
        if row["url"] not in {one.text for one in found}:
            raise SystemExit(f"{row['code']} does not read back")
        document.close()


def ours(products: int, quantity: int, design: str, stock: str, proof: str) -> tuple[int, float, float, float]:
    """Return labels, CPU seconds, wall seconds and bytes of PDF a label."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        write_csv(home / "records.csv", make_records(products, quantity, day=date.today(), seed=4))
        cpu, wall = cpu_of_children(), time.perf_counter()
        arguments = ["--design", design, "--stock", stock, "--proof", proof, "--quiet"]
        folder = Path(labelsvc(home, "print", str(home / "records.csv"), *arguments))
        cpu, wall = cpu_of_children() - cpu, time.perf_counter() - wall
        size = sum(path.stat().st_size for path in folder.glob("labels-*.pdf"))
        read_back(folder, seed=products)
        return products * quantity, cpu, wall, size / (products * quantity)


def plain_reportlab(labels: int) -> tuple[int, float, float, float]:
    """Draw the same stamp with ReportLab alone: one ``qrcode`` symbol and its rectangles for each label."""
    import qrcode
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    cpu, wall = time.process_time(), time.perf_counter()
    canvas = Canvas(stream, pageCompression=1)
    for i in range(labels):
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0)
        code.add_data(f"{PREFIX}{i:020}")
        code.make()
        canvas.drawString(20 + i % 6 * 90, 30 + i // 6 % 7 * 110, f"{i:020}")
        for y, row in enumerate(code.get_matrix()):
            for x, dark in enumerate(row):
                if dark:
                    canvas.rect(20 + i % 6 * 90 + x * 1.1, 40 + i // 6 % 7 * 110 - y * 1.1, 1.1, 1.1, stroke=0, fill=1)
        if i % 42 == 41:
            canvas.showPage()
    canvas.save()
    return labels, time.process_time() - cpu, time.perf_counter() - wall, len(stream.getvalue()) / labels


def zxing_encoding(labels: int) -> tuple[int, float, float, float]:
    """Only make the symbols with zxing-cpp, draw nothing."""
    import zxingcpp

    cpu, wall = time.process_time(), time.perf_counter()
    for i in range(labels):
        zxingcpp.create_barcode(f"{PREFIX}{i:020}", zxingcpp.BarcodeFormat.QRCode, ec_level="Q").to_image(scale=1)
    return labels, time.process_time() - cpu, time.perf_counter() - wall, 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true", help="also a million stamps (about a minute)")
    wanted = parser.parse_args()
    runs = [
        ("ReportLab + qrcode, a label at a time", lambda: plain_reportlab(84)),
        ("zxing-cpp, making symbols only", lambda: zxing_encoding(2_000)),
        ("labelsvc, 1,000 stamps", lambda: ours(10, 100, "tem-25x35", "330x480", "none")),
        ("labelsvc, 20,000 stamps", lambda: ours(20, 1_000, "tem-25x35", "330x480", "none")),
        ("labelsvc, 100,000 stamps of 753 products", lambda: ours(753, 133, "tem-25x35", "330x480", "none")),
        ("the same, every symbol decoded", lambda: ours(753, 133, "tem-25x35", "330x480", "symbols")),
        ("labelsvc, 2,000 different labels 60 × 90", lambda: ours(2_000, 1, "nhan-60x90", "330x480", "none")),
    ]
    if wanted.million:
        runs.append(("labelsvc, 1,000,000 stamps", lambda: ours(753, 1_328, "tem-25x35", "330x480", "none")))
    print(f"{'':<44}{'labels':>10}{'labels/CPU-s':>14}{'wall s':>9}{'bytes/label':>13}")
    for name, run in runs:
        labels, cpu, wall, size = run()
        print(f"{name:<44}{labels:>10,}{labels / cpu:>14,.0f}{wall:>9.2f}{size:>13,.0f}", flush=True)


if __name__ == "__main__":
    main()
