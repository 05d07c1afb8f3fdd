"""Embed the used letters of a face: a subset and the five PDF objects that a Type0 font is made of.

Glyph ids stay what they are in the font file; entries of unused glyphs are emptied. Sources: ISO 32000-1 §9.7 and
§9.9 (Type0 fonts, FontFile2 with the tables that CIDFontType2 needs, FontFile3 with CFF that CIDFontType0 needs),
OpenType 1.9 (table checksums, composite glyphs).
The bytes depend on the used letters only.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from hashlib import sha256
from struct import pack, unpack_from
from typing import Protocol

from labelsvc.pdf.units import number
from labelsvc.rendering.typesetting.cff_file import subset_cff
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.font_file import FontFile
from labelsvc.rendering.typesetting.fonts import FontFace

_TABLES = ("cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep")  # sorted, as the directory must be
_ITALIC, _NONSYMBOLIC = 64, 32
_WORDS_ARE_ARGUMENTS, _HAS_SCALE, _MORE, _HAS_TWO_SCALES, _HAS_MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80
_CMAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
/CMapName/Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><FFFF>
endcodespacerange
"""
_CMAP_TAIL = "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n"


class ObjectWriter(Protocol):
    """What a PDF file offers to whoever writes objects into it."""

    def reserve(self) -> int:
        """Return the number of an object that will be put later."""

    def put(self, number: int, body: bytes) -> object:
        """Write an object."""

    def put_stream(self, number: int, entries: bytes, data: bytes, compress: bool) -> object:
        """Write a stream; ``entries`` are its dictionary's own entries, without Length and Filter."""


def write_fonts(pdf: ObjectWriter, use: FontUse) -> dict[bytes, int]:
    """Write all fonts of a use; return resource name (``b"F4"``) → object number of the Type0 font."""
    return {face.resource: _write_font(pdf, face, letters) for face, letters in use.letters.items()}


def subset(font: FontFile, glyphs: Iterable[int]) -> bytes:
    """Return a TrueType font that draws only these glyphs, their components and .notdef, under their old ids."""
    kept = _closed(font, {0, *glyphs})
    outlines, offsets = bytearray(), []
    for glyph in range(font.glyph_count):
        offsets.append(len(outlines))
        if glyph in kept:
            outlines += font.outline(glyph)
            outlines += bytes(-len(outlines) % 4)
    offsets.append(len(outlines))
    tables = {tag: bytes(font.tables[tag]) for tag in _TABLES if tag in font.tables}
    tables["glyf"] = bytes(outlines) or b"\0"
    tables["loca"] = pack(f">{len(offsets)}I", *offsets)
    tables["head"] = tables["head"][:8] + bytes(4) + tables["head"][12:50] + pack(">hh", 1, 0)  # long offsets
    return _assemble(tables)


def _closed(font: FontFile, glyphs: set[int]) -> set[int]:
    """Return the glyphs and all components they are built of."""
    closed: set[int] = set()
    waiting = list(glyphs)
    while waiting:
        glyph = waiting.pop()
        if glyph not in closed:
            closed.add(glyph)
            waiting.extend(_components(font.outline(glyph)))
    return closed


def _components(outline: memoryview) -> Iterator[int]:
    if not outline or unpack_from(">h", outline)[0] >= 0:
        return
    at, flags = 10, _MORE
    while flags & _MORE:
        flags, glyph = unpack_from(">HH", outline, at)
        yield glyph
        at += 8 if flags & _WORDS_ARE_ARGUMENTS else 6
        at += 2 if flags & _HAS_SCALE else 4 if flags & _HAS_TWO_SCALES else 8 if flags & _HAS_MATRIX else 0


def _assemble(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    directory = bytearray(pack(">IHHHH", 0x10000, count, 16 << power, power, 16 * count - (16 << power)))
    body = bytearray()
    start = 12 + 16 * count
    head_at = 0
    for tag, data in tables.items():
        if tag == "head":
            head_at = start + len(body)
        directory += pack(">4sIII", tag.encode(), _checksum(data), start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    file = directory + body
    file[head_at + 8 : head_at + 12] = pack(">I", (0xB1B0AFBA - _checksum(bytes(file))) & 0xFFFFFFFF)
    return bytes(file)


def _checksum(data: bytes) -> int:
    words = array("I", data + bytes(-len(data) % 4))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF


def _write_font(pdf: ObjectWriter, face: FontFace, letters: str) -> int:
    glyphs = {face.letter(letter).glyph: letter for letter in reversed(letters)}  # of two letters, the lower is said
    name = f"{_tag(face, glyphs)}+{face.name}".encode()
    font, descendant, descriptor, file, to_unicode = (pdf.reserve() for _ in range(5))
    pdf.put(
        font,
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (name, descendant, to_unicode),
    )
    kind = b"CIDFontType0" if face.file.has_cff else b"CIDFontType2"
    mapped = b"" if face.file.has_cff else b"/CIDToGIDMap/Identity"
    pdf.put(
        descendant,
        b"<</Type/Font/Subtype/%b/BaseFont/%b"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R%b/DW %b/W[%b]>>"
        % (kind, name, descriptor, mapped, number(face.file.advances[0] * face.scale).encode(), _widths(face, glyphs)),
    )
    pdf.put(descriptor, _descriptor(face, name, file))
    if face.file.has_cff:
        data = subset_cff(bytes(face.file.tables["CFF "]), name.decode(), glyphs)
        pdf.put_stream(file, b"/Subtype/CIDFontType0C", data, compress=True)
    else:
        data = subset(face.file, glyphs)
        pdf.put_stream(file, b"/Length1 %d" % len(data), data, compress=True)
    pdf.put_stream(to_unicode, b"", _to_unicode(glyphs), compress=True)
    return font


def _tag(face: FontFace, glyphs: Iterable[int]) -> str:
    """Six capitals from a hash of the used glyphs: another subset of the same face has another name."""
    digest = sha256(f"{face.name}:{sorted(glyphs)}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _widths(face: FontFace, glyphs: Iterable[int]) -> bytes:
    """Return the entries of /W: runs of neighbouring glyphs with their widths."""
    parts: list[str] = []
    last = -2
    for glyph in sorted(glyphs):
        if glyph != last + 1:
            parts.append(f"]{glyph}[" if parts else f"{glyph}[")
        elif parts:
            parts.append(" ")
        parts.append(number(face.file.advances[glyph] * face.scale))
        last = glyph
    return "".join([*parts, "]"]).encode()


def _descriptor(face: FontFace, name: bytes, file: int) -> bytes:
    head = face.file.tables["head"]
    box = " ".join(number(bound * face.scale) for bound in unpack_from(">hhhh", head, 36))
    angle = unpack_from(">i", face.file.tables["post"], 4)[0] / 65536 if "post" in face.file.tables else 0.0
    flags = _NONSYMBOLIC | (_ITALIC if face.italic else 0)
    return (
        f"<</Type/FontDescriptor/FontName/{name.decode()}/Flags {flags}/FontBBox[{box}]/ItalicAngle {number(angle)}"
        f"/Ascent {number(face.ascent)}/Descent {number(face.descent)}/CapHeight {number(face.cap_height)}"
        f"/XHeight {number(face.x_height)}/StemV {10 + 220 * (face.weight - 50) // 900}"
        f"/{'FontFile3' if face.file.has_cff else 'FontFile2'} {file} 0 R>>"
    ).encode()


def _to_unicode(glyphs: dict[int, str]) -> bytes:
    lines = [f"<{glyph:04X}><{glyphs[glyph].encode('utf-16-be').hex().upper()}>\n" for glyph in sorted(glyphs)]
    blocks = (lines[start : start + 100] for start in range(0, len(lines), 100))  # the CMap format's limit
    body = "".join(f"{len(block)} beginbfchar\n{''.join(block)}endbfchar\n" for block in blocks)
    return (_CMAP_HEAD + body + _CMAP_TAIL).encode()
