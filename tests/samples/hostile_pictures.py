"""Pictures as strangers upload them: large ones in few bytes, two kinds in one file, inks, places, halves."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pikepdf
from PIL import Image

from tests.samples.packed_zeros import zeros_packed

PLACE = b"Canon-of-a-stranger"


def photograph(width: int = 640, height: int = 480) -> Image.Image:
    """A picture with a red upper left quarter, so that turns and colours can be seen."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 30, 30), (0, 0, width // 2, height // 2))
    return image


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def with_place(orientation: int = 6) -> bytes:
    """A JPEG whose EXIF has a place, a camera and an orientation, and with a comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, PLACE.decode()
    exif[0x8825] = {1: "N", 2: (21.0, 1.0, 42.0), 3: "E", 4: (105.0, 50.0, 15.0)}
    return saved(photograph(), "JPEG", exif=exif, comment=PLACE + b" <script>alert(1)</script>")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, *, rows: int | None = None, before: bytes = b"") -> bytes:
    """A PNG of one bit a pixel that says it is so large; all of it is a few kB."""
    count, packer = height if rows is None else rows, zlib.compressobj(9)
    row = (b"\0" + bytes((width + 7) // 8)) if count else b""
    packed = b"".join(packer.compress(row) for _ in range(count)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a remark that unpacks to 200 MB."""
    return png_of(640, 480, before=chunk(b"zTXt", b"Comment\0\0" + zeros_packed(200)))


def animated(kind: str) -> bytes:
    """Three frames; the first is the photograph."""
    others = [Image.new("RGB", (640, 480), colour) for colour in ("blue", "green")]
    return saved(photograph(), kind, save_all=True, append_images=others, duration=100)


def in_inks() -> bytes:
    """A CMYK JPEG: pure cyan over nothing."""
    return saved(Image.new("CMYK", (400, 300), (255, 0, 0, 0)), "JPEG")


def plain_pdf(pages: int = 1) -> bytes:
    """A PDF that does nothing."""
    made, stream = pikepdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(stream)
    return stream.getvalue()


PDF = b"%PDF-1.4\n1 0 obj <</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>> endobj\n%%EOF"
PAGE = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><script>alert(1)</script></svg>'
