"""Ways to spoil a good press file of ours: its bytes, its objects, or what is painted on its second page."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from labelsvc.preflight.content.font_codes import unicode_map
from tests.samples.sheet_jobs import job, place, printed

PT = 72 / 25.4
GOLD = "[/Separation /Gold /DeviceCMYK <</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[.2 .3 .8 .1]/N 1>>]"


Change = Callable[[pikepdf.Pdf], object]


@cache
def good() -> bytes:
    """Two pages of one stamp each, with marks, die line and slug."""
    return printed(replace(job(place("single", bleed_layer=True), (2,)), title="good"))[0]


def saved(change: Change, **options: Any) -> bytes:
    """Return the good file with a change."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good())) as pdf:
        change(pdf)
        if "encryption" not in options:
            options["stream_decode_level"] = pikepdf.StreamDecodeLevel.none
        pdf.save(out, force_version="1.6", compress_streams=False, fix_metadata_version=False, **options)
    return out.getvalue()


def compressed_xmp(data: bytes) -> bytes:
    """Compress the XMP where it stands; what is won is filled up, so that no offset changes."""
    head = re.search(rb"/Type/Metadata/Subtype/XML/Length (\d+)>>stream\n", data)
    assert head
    end = data.index(b"endobj\n", head.end())
    packed = zlib.compress(data[head.end() : head.end() + int(head[1])])
    entries = b"/Type/Metadata/Subtype/XML/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    made = entries + packed + b"\nendstream\n"
    return data[: head.start()] + made + b" " * (end - head.start() - len(made)) + data[end:]


# Changes of objects


def at(pdf: pikepdf.Pdf, path: str) -> tuple[Any, str]:
    """Return the object that holds the last part of a path, and that part: ``Root/OCProperties/D/Name``."""
    *way, last = path.split("/")
    one: Any = pdf
    for step in way:
        one = {"Root": lambda: pdf.Root, "Info": lambda: pdf.trailer.Info, "page": lambda: pdf.pages[1].obj}.get(
            step, lambda one=one, step=step: one[int(step)] if step.isdigit() else one[f"/{step}"]
        )()
    return one, last


def setting(path: str, value: Any) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        one, last = at(pdf, path)
        one[f"/{last}"] = value(pdf) if callable(value) else value

    return change


def without(path: str) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        one, last = at(pdf, path)
        del one[f"/{last}"]

    return change


def both(*changes: Change) -> Change:
    return lambda pdf: [change(pdf) for change in changes]


def xmp(pattern: str, to: str = "") -> Change:
    """Replace what a pattern finds in the XMP packet; it must be there."""

    def change(pdf: pikepdf.Pdf) -> None:
        text, count = re.subn(pattern, to, pdf.Root.Metadata.read_bytes().decode())
        assert count
        pdf.Root.Metadata.write(text.encode())

    return change


def profile(change_bytes: Callable[[bytes], bytes]) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = pdf.Root.OutputIntents[0].DestOutputProfile
        stream.write(change_bytes(stream.read_bytes()))

    return change


def layer(number: int) -> str:
    return f"Root/OCProperties/OCGs/{number}/GTS_Metadata"


# Changes of what is painted


def painted(operators: str, **resources: Any) -> Change:
    """Paint on the second page, from the lower left corner of its trim; resources by name: ``Font=("F9", object)``."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        for kind, (name, value) in resources.items():
            if f"/{kind}" not in page.Resources:
                page.Resources[f"/{kind}"] = Dictionary()
            made = value(pdf) if callable(value) else pikepdf.Object.parse(value.encode())
            shared = Dictionary(dict(page.Resources[f"/{kind}"].items()))
            shared[f"/{name}"] = made
            page.Resources[f"/{kind}"] = shared
        x, y = (float(side) for side in page.TrimBox[:2]) if "/TrimBox" in page else (0.0, 0.0)
        content = f"q 1 0 0 1 {x} {y} cm {operators} Q".encode()
        page.Contents = Array([*page.Contents, pdf.make_stream(content)])

    return change


def rewritten(*pairs: tuple[bytes, bytes | Callable[[re.Match[bytes]], bytes]]) -> Change:
    """Replace patterns in the second page's contents and in the arts that it shows; each must be found somewhere."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        drawn = page.Resources.XObject.A0
        entries = {key: value for key, value in drawn.items() if key not in ("/Filter", "/Length")}
        arts = [pdf.make_stream(drawn.read_bytes(), Dictionary(entries))]
        page.Resources.XObject = Dictionary({**dict(page.Resources.XObject.items()), "/A0": arts[0]})
        page.Contents = Array([pdf.make_stream(one.read_bytes()) for one in page.Contents])
        found = 0
        for stream in [*page.Contents, *arts]:
            data = stream.read_bytes()
            for pattern, to in pairs:
                data, count = re.subn(pattern, to, data)
                found += count
            stream.write(data)
        assert found

    return change


def image(bits: int = 8, space: str = "DeviceCMYK", size: int = 10, **more: Any) -> Callable[[pikepdf.Pdf], Any]:
    channels = {"DeviceCMYK": 4, "DeviceRGB": 3, "DeviceGray": 1}[space]

    def make(pdf: pikepdf.Pdf) -> Any:
        row = -(-size * bits * channels // 8)
        entries = {
            "/Type": Name.XObject,
            "/Subtype": Name.Image,
            "/Width": size,
            "/Height": size,
            "/BitsPerComponent": bits,
            "/ColorSpace": Name(f"/{space}"),
        }
        entries |= {f"/{name}": value(pdf) if callable(value) else value for name, value in more.items()}
        if entries.get("/ImageMask"):
            del entries["/ColorSpace"]
        return pdf.make_stream(bytes(row * size), Dictionary(entries))

    return make


def image_at(ppi: float, size: int = 10) -> str:
    """Show the image Im at a resolution, in the lower left corner of the trim."""
    side = size / ppi * 72
    return f"{side:.3f} 0 0 {side:.3f} 3 3 cm /Im Do"


def form(content: bytes, **resources: Any) -> Callable[[pikepdf.Pdf], Any]:
    def make(pdf: pikepdf.Pdf) -> Any:
        entries = {"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 100, 100])}
        made = {f"/{kind}": Dictionary({f"/{name}": value(pdf)}) for kind, (name, value) in resources.items()}
        return pdf.make_stream(content, Dictionary(entries | {"/Resources": Dictionary(made)}))

    return make


def loop(pdf: pikepdf.Pdf) -> Any:
    one = pdf.make_indirect(form(b"/X Do")(pdf))
    one.Resources = Dictionary(XObject=Dictionary(X=one))
    return one


def chain(pdf: pikepdf.Pdf, depth: int = 40) -> Any:
    one = pdf.make_indirect(form(b"0 0 0 1 k")(pdf))
    for _ in range(depth):
        one = pdf.make_indirect(form(b"/X Do", XObject=("X", lambda _, one=one: one))(pdf))
    return one


def bomb(pdf: pikepdf.Pdf) -> Any:
    """A form that would be 200 MB of operators."""
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(b"0 0 m " * 400_000) for _ in range(84)) + packer.flush()
    one = form(b"")(pdf)
    one.write(data, filter=Name.FlateDecode)
    return one


def lzw(pdf: pikepdf.Pdf) -> Any:
    stream = pdf.make_stream(b"")
    stream.write(bytes.fromhex("800b6050220c0c8501"), filter=Name.LZWDecode)
    return stream


def changed_font(change: Callable[[Any, pikepdf.Pdf], object]) -> Change:
    """Change the font of the codes (Medium), which stands on both pages: a copy of it on the second."""

    def apply(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        fonts = dict(page.Resources.Font.items())
        key = next(name for name, font in fonts.items() if "Medium" in str(font.BaseFont))
        copy = pdf.make_indirect(Dictionary(dict(fonts[key].items())))
        inner = pdf.make_indirect(Dictionary(dict(copy.DescendantFonts[0].items())))
        inner.FontDescriptor = pdf.make_indirect(Dictionary(dict(inner.FontDescriptor.items())))
        copy.DescendantFonts = Array([inner])
        change(copy, pdf)
        page.Resources.Font = Dictionary({**fonts, key: copy})

    return apply


def program(data: bytes) -> Callable[[Any, pikepdf.Pdf], object]:
    def change(font: Any, pdf: pikepdf.Pdf) -> None:
        font.DescendantFonts[0].FontDescriptor.FontFile2 = pdf.make_stream(data, Length1=len(data))

    return change


def own_font(size: float, colour: str = "0 0 0 1 k", state: str = "GSk") -> str:
    """Write a letter with the font that the slug has: the first of the page."""
    font, letter = slug_font()
    return f"/{state} gs {colour} BT /{font} {size} Tf 3 3 Td <{letter}> Tj ET"


@cache
def slug_font(letter: str = "n") -> tuple[str, str]:
    """The name of the slug's font, and a letter's code in it."""
    with pikepdf.open(io.BytesIO(good())) as pdf:
        name, font = next(one for one in pdf.pages[1].Resources.Font.items() if "Regular" in str(one[1].BaseFont))
        texts = unicode_map(font.ToUnicode.read_bytes())
        return name[1:], next(f"{code:04X}" for code, text in texts.items() if text == letter)


def box(values: str) -> Array:
    return Array([float(value) for value in values.split()])


def too_large_to_check() -> bytes:
    """A good file whose second page is so wide that nobody looks whether a dashed line on it is part of a symbol."""
    page = setting("page/MediaBox", box("0 0 14000 14000"))
    return saved(both(page, painted("/GSn gs 0 0 0 .1 K [3] 0 d 300 300 13000 13000 re S")))


def grown(name: str, by: float) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        sides = [float(side) for side in page[f"/{name}"]]
        page[f"/{name}"] = Array([sides[0] - by, sides[1] - by, sides[2] + by, sides[3] + by])

    return change


SHADING = (
    "<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 9 9]"
    "/Function<</FunctionType 2/Domain[0 1]/C0[0 0 0]/C1[1 1 1]/N 1>>>>"
)
TYPE_3 = (
    "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<<>>/Encoding<</Differences[]>>"
    "/FirstChar 0/LastChar 0/Widths[0]>>"
)
HELVETICA = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
RED_SPOT = "[/Separation /CutContour /DeviceCMYK <</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 1 1 0]/N 1>>]"
BLACK_SPOT = "[/Separation /Night /DeviceCMYK <</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 0 0 1]/N 1>>]"
RGB_SPOT = "[/Separation /Gold /DeviceRGB <</FunctionType 2/Domain[0 1]/C0[1 1 1]/C1[.8 .6 .1]/N 1>>]"
OVER, KNOCK = "/GSk gs", "/GSn gs"
AREA = "3 3 20 5 re f"
CUTTING, BLEED = "/OC /CutContour BDC", "/OC /Bleed BDC"

SMALLER = (rb"q ([\d.]+) 0 0 [\d.]+ ([\d.]+) ([\d.]+) cm\n", rb"q 1.02 0 0 1.02 \2 \3 cm\n")
KNOCKING = (rb"/GSk gs 0 0 0 1 k 0 0 0 1 K\n(q 1\.\d+ 0)", rb"/GSn gs 0 0 0 1 k 0 0 0 1 K\n\1")


def in_ink(ink: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Draw the symbol, which knocks out then, in another ink."""
    return KNOCKING, (rb"/GSn gs 0 0 0 1 k 0 0 0 1 K\n(q 1\.\d+ 0)", rb"/GSn gs " + ink + rb" k \1")


def placed_anew(matrix: Callable[[float, float, float], str]) -> Change:
    """Show the symbol by another matrix: ``matrix`` makes it of the module and the symbol's lower left corner."""

    def operators(found: re.Match[bytes]) -> bytes:
        module, x, y = (float(found[at]) for at in (1, 2, 3))
        return f"q {matrix(module, x, y)} cm\n".encode()

    return rewritten((rb"q ([\d.]+) 0 0 [\d.]+ ([\d.]+) ([\d.]+) cm\n", operators))


def shared(kind: str) -> Change:
    """Give the second page's art the page's own resources of a kind."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        art = page.Resources.XObject.A0
        art.Resources = Dictionary({**dict(art.Resources.items()), f"/{kind}": page.Resources[f"/{kind}"]})

    return change


def hidden_layer(pdf: pikepdf.Pdf) -> None:
    """Put the second page's symbols into a layer that is off."""
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("Hidden")))
    settings = pdf.Root.OCProperties
    settings.OCGs.append(layer)
    settings.D.Order.append(layer)
    settings.D.OFF = Array([layer])
    page = pdf.pages[1].obj
    page.Resources.Properties = Dictionary({**dict(page.Resources.get("/Properties", {}).items()), "/Hid": layer})
    rewritten((rb"(?s)/GSk gs 0 0 0 1 k 0 0 0 1 K\n(q 1\.\d+ 0.*?f Q)", rb"/OC /Hid BDC /GSk gs 0 0 0 1 k \1 EMC"))(pdf)
    shared("Properties")(pdf)


def full(picture: Any) -> Any:
    picture.write(b"\xff" * (picture.Width * picture.Height * 4))
    return picture
