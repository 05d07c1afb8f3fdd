"""A design for thermal printers, and readers of their languages that know nothing of how the files were written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image
from pyzbar import pyzbar
from zebrafy.zebrafy_zpl import ZebrafyZPL

Dots = NDArray[np.bool_]
GTIN = "8936012345674"
THERMAL_60X40 = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:ls="urn:labelsvc:design:1"
     width="60mm" height="40mm" viewBox="0 0 60 40">
  <title>Tem máy in nhiệt</title>
  <rect x="-3" y="-3" width="66" height="46" fill="#FFFFFF"/>
  <ls:text field="Tên sản phẩm" x="2" y="1.8" width="34" height="8" size="10" min-size="6" weight="700"
    fill="#17231C" lines="2" leading="1.15">{{ product.name }}</ls:text>
  <ls:text field="Nhãn hiệu" x="2" y="10.5" width="34" height="5.2" size="7" min-size="6" weight="500"
    fill="#17231C" lines="2" leading="1.15">{{ product.shown_brand }}</ls:text>
  <ls:stars x="2" y="16" size="2.6" gap="0.6" fill="#17231C"/>
  <ls:code x="2" y="19.4" width="34" height="5" size="6.6" weight="600" fill="#17231C" align="left" lines="2"
    leading="1.3"/>
  <ls:serial x="46" y="36" width="12" height="2" size="6" weight="500" fill="#17231C" prefix=""/>
  <ls:qr x="37.5" y="2" size="20"/>
  <ls:gtin x="2" y="24.7" width="43.2" height="13.8"/>
  <ls:mark x="46" y="26" width="12" height="3" size="8" min-size="6" weight="800" fill="#17231C"/>
</svg>"""


def zpl_labels(path: Path) -> list[Dots]:
    """Return the labels of a ZPL file, each cut to its width (^PW) and height (^LL)."""
    text = path.read_text(encoding="ascii")
    sizes = [(int(wide), int(high)) for wide, high in re.findall(r"\^PW(\d+)\^LL(\d+)", text)]
    images = ZebrafyZPL(text).to_images()
    return [
        np.asarray(image.convert("L"))[:high, :wide] < 128 for image, (wide, high) in zip(images, sizes, strict=True)
    ]


def tspl_labels(path: Path, dots_per_mm: float) -> Iterator[Dots]:
    """Yield the labels of a TSPL file, as its BITMAPs fall on a label of its SIZE."""
    data = path.read_bytes()
    size = re.match(rb"SIZE ([\d.]+) mm,([\d.]+) mm\r\n", data)
    assert size
    wide, high = (-(-float(side) * dots_per_mm // 1) for side in size.groups())
    at, label = size.end(), None
    while at < len(data):
        if data.startswith(b"CLS\r\n", at):
            label, at = np.zeros((int(high), int(wide) + 8), dtype=bool), at + 5
        elif bitmap := re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,").match(data, at):
            x, y, octets, rows = map(int, bitmap.groups())
            bits = np.frombuffer(data, np.uint8, octets * rows, bitmap.end()).reshape(rows, octets)
            label[y : y + rows, x : x + octets * 8] = np.unpackbits(bits, axis=1) == 0
            at = bitmap.end() + octets * rows + 2
        else:
            line = data[at : data.index(b"\r\n", at)]
            at += len(line) + 2
            if line == b"PRINT 1,1":
                yield label[:, : int(wide)]


def png_labels(path: Path) -> list[Image.Image]:
    """Return the pictures of a ZIP, in the order of their names."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        images: list[Image.Image] = [Image.open(archive.open(name)) for name in sorted(archive.namelist())]
        for image in images:
            image.load()
    return images


def read_qr(dots: Dots) -> tuple[str, str]:
    """Return what zxing-cpp and zbar read of the QR of a label."""
    pixels = np.kron(np.where(dots, 0, 255).astype(np.uint8), np.ones((2, 2), np.uint8))
    by_zxing = zxingcpp.read_barcode(pixels, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    by_zbar = pyzbar.decode(Image.fromarray(pixels), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return by_zxing.text if by_zxing else "", by_zbar[0].data.decode() if by_zbar else ""


def read_ean(dots: Dots) -> tuple[str, str]:
    """Return what both read of the EAN-13 of a label."""
    pixels = np.kron(np.where(dots, 0, 255).astype(np.uint8), np.ones((2, 2), np.uint8))
    by_zxing = zxingcpp.read_barcode(pixels, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.EAN13))
    by_zbar = pyzbar.decode(Image.fromarray(pixels), symbols=[pyzbar.ZBarSymbol.EAN13])
    return by_zxing.text if by_zxing else "", by_zbar[0].data.decode() if by_zbar else ""
