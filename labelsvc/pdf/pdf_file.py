"""A PDF file written sequentially: objects are written as soon as they are put, so memory stays flat.

Classic cross-reference table (ISO 32000-1, 7.5.4); the bytes depend only on what is put.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from deflate import zlib_compress

HEADER = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"


class PdfFile:
    """Objects are numbered by :meth:`reserve`, each put once; :meth:`close` writes the table of their offsets."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0
        self._offsets = array("Q", [0])
        self._write(HEADER)

    def reserve(self) -> int:
        """Reserve the number of an object that is put later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def put(self, number: int, body: bytes) -> None:
        """Write an object."""
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def add(self, body: bytes) -> int:
        """Write an object under a new number; return it."""
        number = self.reserve()
        self.put(number, body)
        return number

    def put_stream(self, number: int, entries: bytes, data: bytes, compress: bool = True, level: int = 6) -> None:
        """Write a stream; ``entries`` are its dictionary's own entries, without Length and Filter."""
        if compress:
            entries, data = entries + b"/Filter/FlateDecode", bytes(zlib_compress(data, level))
        self.put(number, b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data))

    def add_stream(self, entries: bytes, data: bytes, compress: bool = True, level: int = 6) -> int:
        """Write a stream under a new number; return it."""
        number = self.reserve()
        self.put_stream(number, entries, data, compress, level)
        return number

    def close(self, root: int, info: int, file_id: bytes) -> None:
        """Write cross-reference table and trailer. Every reserved object must have been put (else AssertionError)."""
        missing = [number for number, offset in enumerate(self._offsets) if number and not offset]
        if missing:
            raise AssertionError(f"PDF objects {missing[:5]} were reserved and never put")
        start, count = self._at, len(self._offsets)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        self._write(b"".join([b"%010d 00000 n \n" % offset for offset in self._offsets[1:]]))
        name = file_id.hex().upper().encode()
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\n" % (count, root, info, name, name)
        self._write(b"%bstartxref\n%d\n%%%%EOF\n" % (trailer, start))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._at += len(data)


XObjectWriter = Callable[[PdfFile], int]
"""Writes an XObject (a picture, artwork) into a file and returns its number."""


def text_string(text: str) -> bytes:
    """Return a text string as a PDF operand: plain where it is ASCII, else UTF-16 in hex (ISO 32000-1, 7.9.2)."""
    if text.isascii() and text.isprintable():
        return b"(%b)" % text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode()
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode()


PAGES_IN_NODE = 100


class PageTree:
    """Pages in the order in which they are added, in nodes of a hundred, so that a viewer opens a long file fast."""

    def __init__(self, pdf: PdfFile) -> None:
        self._pdf = pdf
        self.root = pdf.reserve()
        self._nodes: list[tuple[int, list[int]]] = []

    def add(self, entries: bytes) -> None:
        """Write a page; ``entries`` are those of its dictionary without Type and Parent."""
        if not self._nodes or len(self._nodes[-1][1]) == PAGES_IN_NODE:
            self._nodes.append((self._pdf.reserve(), []))
        node, pages = self._nodes[-1]
        pages.append(self._pdf.add(b"<</Type/Page/Parent %d 0 R%b>>" % (node, entries)))

    def close(self) -> None:
        """Write the nodes and the root."""
        for node, pages in self._nodes:
            self._put(node, b"/Parent %d 0 R" % self.root, len(pages), pages)
        self._put(self.root, b"", sum(len(pages) for _, pages in self._nodes), [node for node, _ in self._nodes])

    def _put(self, node: int, parent: bytes, count: int, kids: list[int]) -> None:
        said = b" ".join([b"%d 0 R" % kid for kid in kids])
        self._pdf.put(node, b"<</Type/Pages%b/Count %d/Kids[%b]>>" % (parent, count, said))


def filled_page(size: tuple[float, float], path: bytes) -> bytes:
    """Return a PDF of one page of a size in points, on which a path is filled in black, its holes left out."""
    stream = BytesIO()
    pdf = PdfFile(stream)
    pages = PageTree(pdf)
    content = pdf.add_stream(b"", b"0 g\n%bf*\n" % path)
    pages.add(f"/MediaBox[0 0 {size[0]:.4f} {size[1]:.4f}]/Resources<<>>/Contents {content} 0 R".encode())
    pages.close()
    root = pdf.add(b"<</Type/Catalog/Pages %d 0 R>>" % pages.root)
    pdf.close(root, pdf.add(b"<<>>"), bytes(16))
    return stream.getvalue()
