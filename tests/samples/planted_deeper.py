"""Faults that hide: in patterns, masks, shadings, forms shown twice, and in what fonts and pictures say of themselves.

Each is planted in the same good file, and must be found as those of ``planted_faults``, whose list they lengthen.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from tests.samples.fault_planting import (
    AREA,
    BLEED,
    CUTTING,
    GOLD,
    HELVETICA,
    KNOCK,
    OVER,
    RGB_SPOT,
    both,
    changed_font,
    form,
    image,
    image_at,
    own_font,
    painted,
    profile,
    setting,
    slug_font,
    xmp,
)
from tests.samples.planted_faults import LAB, PLANTED, plant

__all__ = ["PLANTED"]

GROUP = setting("page/Group", Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK))
CALIBRATED_GREY = "[/CalGray <</WhitePoint[.96 1 .82]>>]"
OTHER_GOLD = "[/Separation /Gold /DeviceCMYK <</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[1 0 0 0]/N 1>>]"
SMALL_CASE = "[/Separation /cutcontour /DeviceCMYK <</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 1 0 0]/N 1>>]"
Make = Callable[[pikepdf.Pdf], Any]


def tiles(content: bytes, *, coloured: bool = True, **resources: Any) -> Make:
    def make(pdf: pikepdf.Pdf) -> Any:
        entries = {
            "/PatternType": 1,
            "/PaintType": 1 if coloured else 2,
            "/TilingType": 1,
            "/BBox": Array([0, 0, 10, 10]),
            "/XStep": 10,
            "/YStep": 10,
            "/Resources": Dictionary(
                {
                    f"/{kind}": Dictionary({f"/{name}": value(pdf) if callable(value) else value})
                    for kind, (name, value) in resources.items()
                }
            ),
        }
        return pdf.make_stream(content, Dictionary(entries))

    return make


def uncoloured(space: str) -> dict[str, Any]:
    """Resources of a pattern P whose colour is chosen in the space C, based on another one."""
    return {
        "ColorSpace": ("C", f"[/Pattern {space}]"),
        "Pattern": ("P", tiles(b"0 0 5 5 re f", coloured=False)),
    }


def based(on: str) -> Make:
    """A pattern's colour space, based on one of the page's."""
    return lambda pdf: Array([Name.Pattern, pdf.pages[1].Resources.ColorSpace[on]])


def shading(space: str, first: str, last: str) -> str:
    function = f"<</FunctionType 2/Domain[0 1]/C0[{first}]/C1[{last}]/N 1>>"
    return f"<</ShadingType 2/ColorSpace{space}/Coords[0 0 40 0]/Function{function}>>"


def cut_shading(pdf: pikepdf.Pdf) -> Any:
    made = pikepdf.Object.parse(shading("/DeviceGray", "0", "1").encode())
    made.ColorSpace = pdf.pages[1].Resources.ColorSpace.CS_CutContour
    return made


def cut_picture(pdf: pikepdf.Pdf) -> Any:
    made = image(space="DeviceGray", size=40)(pdf)
    made.ColorSpace = pdf.pages[1].Resources.ColorSpace.CS_CutContour
    return made


def picture(space: str, fill: bytes = b"", size: int = 40) -> Make:
    """A picture of one channel in a space that is written out."""

    def make(pdf: pikepdf.Pdf) -> Any:
        made = image(space="DeviceGray", size=size)(pdf)
        made.ColorSpace = pikepdf.Object.parse(space.encode())
        return made

    return make


def stencil(size: int = 80) -> Make:
    return image(1, "DeviceGray", size=size, ImageMask=True)


def masked(key: str, mask: Make) -> Make:
    return image(size=40, **{key: mask})


def jpeg(pdf: pikepdf.Pdf, mode: str = "RGB", kind: str = "JPEG") -> Any:
    """A picture of three channels that is said to have four."""
    out = io.BytesIO()
    Image.new(mode, (40, 40)).save(out, kind)
    made = image(size=40)(pdf)
    made.write(out.getvalue(), filter=Name.DCTDecode if kind == "JPEG" else Name.JPXDecode)
    return made


def dark_picture(pdf: pikepdf.Pdf) -> Any:
    made = image(size=60)(pdf)
    made.write(bytes((179, 153, 153, 242)) * 3600)
    return made


def soft_mask(pdf: pikepdf.Pdf) -> Any:
    group = form(b"1 0 0 rg 0 0 90 90 re f")(pdf)
    group.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    return Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group))


def printer_mark(pdf: pikepdf.Pdf) -> Any:
    look = form(b"1 0 0 rg 0 0 9 9 re f")(pdf)
    mark = Dictionary(Subtype=Name.PrinterMark, Rect=Array([40, 60, 50, 70]), AP=Dictionary(N=look))
    return Array([pdf.make_indirect(mark)])


def profile_space(pdf: pikepdf.Pdf) -> Any:
    return Array([Name.ICCBased, pdf.Root.OutputIntents[0].DestOutputProfile])


def hidden_layer(pdf: pikepdf.Pdf) -> Any:
    return pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Loose")))


def reference(pdf: pikepdf.Pdf) -> Any:
    made = form(b"")(pdf)
    made.Ref = Dictionary(F=String("other.pdf"), Page=0)
    return made


def postscript(pdf: pikepdf.Pdf) -> Any:
    made = form(b"")(pdf)
    made.Subtype2 = Name.PS
    return made


# Die line
plant(
    "picture in the die line's ink",
    "die_line_alone",
    page=2,
    also="die_line",
    change=painted(f"{OVER} {image_at(600, 40)}", XObject=("Im", cut_picture)),
)
plant(
    "shading in the die line's ink",
    "die_line_alone",
    page=2,
    also="die_line",
    change=painted(f"{OVER} 3 3 9 9 re W n /S sh", Shading=("S", cut_shading)),
)
plant(
    "pattern in the die line's ink",
    "die_line_alone",
    page=2,
    also="die_line",
    change=painted(
        f"{OVER} /C cs 1 /P scn {AREA}",
        ColorSpace=("C", based("/CS_CutContour")),
        Pattern=("P", tiles(b"0 0 5 5 re f", coloured=False)),
    ),
)
for width in ("0", "10"):
    plant(
        f"die line of {width} pt",
        "die_line",
        page=2,
        change=painted(f"{CUTTING} {OVER} /CS_CutContour CS 1 SCN {width} w 3 3 m 40 9 l S EMC"),
    )
plant(
    "die line of 20 per cent",
    "die_line",
    page=2,
    change=painted(f"{CUTTING} {OVER} /CS_CutContour CS .2 SCN .25 w 3 3 m 40 9 l S EMC"),
)
plant("die line's ink in small letters", "spot_inks", painted("", ColorSpace=("Small", SMALL_CASE)))

# Colours
plant(
    "pattern coloured in RGB",
    "colour_spaces",
    page=2,
    change=painted(f"{KNOCK} /C cs 1 0 0 /P scn {AREA}", **uncoloured("/DeviceRGB")),
)
plant(
    "pattern coloured in Lab",
    "colour_spaces",
    page=2,
    change=painted(f"{KNOCK} /C cs 50 0 0 /P scn {AREA}", **uncoloured(LAB)),
)
plant(
    "RGB in a soft mask",
    "colour_spaces",
    page=2,
    change=both(GROUP, painted(f"/M gs {KNOCK} 0 1 0 0 k {AREA}", ExtGState=("M", soft_mask))),
)
plant(
    "CMYK that stands for a profile",
    "colour_spaces",
    page=2,
    change=painted("", ColorSpace=("DefaultCMYK", profile_space)),
)
plant(
    "grey that stands for a calibrated one",
    "colour_spaces",
    page=2,
    change=painted("", ColorSpace=("DefaultGray", CALIBRATED_GREY)),
)
plant(
    "RGB that stands for a profile in a form",
    "colour_spaces",
    page=2,
    change=painted(f"{KNOCK} /X Do", XObject=("X", form(b"0 1 0 0 k", ColorSpace=("DefaultRGB", profile_space)))),
)
plant(
    "RGB in a layer of a processing step",
    "colour_spaces",
    page=2,
    change=painted(f"{BLEED} {OVER} 1 0 0 rg {AREA} EMC"),
)
plant("RGB in a printer's mark", "colour_spaces", setting("page/Annots", printer_mark), page=2)
plant(
    "stencil of RGB",
    "colour_spaces",
    page=2,
    change=painted(f"{KNOCK} 1 0 0 rg {image_at(600, 80)}", XObject=("Im", stencil())),
)
plant(
    "JPEG of RGB that is said to be CMYK", "colour_spaces", page=2, change=painted(image_at(300), XObject=("Im", jpeg))
)
plant(
    "JPEG 2000 of RGB that is said to be CMYK",
    "colour_spaces",
    page=2,
    change=painted(image_at(300), XObject=("Im", lambda pdf: jpeg(pdf, kind="JPEG2000"))),
)
plant(
    "text in the colour of registration",
    "colour_spaces",
    page=2,
    change=painted(own_font(9, "/CS_All cs 1 scn", "GSn")),
)
plant(
    "lines in the colour of registration",
    "colour_spaces",
    page=2,
    change=painted(
        f"{KNOCK} /CS_All CS 1 SCN 1 w " + " ".join(f"3 {3 + at} m 40 {3 + at} l S" for at in range(0, 20, 4))
    ),
)

# Boxes and bleed
plant("no BleedBox", "boxes", lambda pdf: pdf.pages[1].obj.__delitem__("/BleedBox"), page=2)
plant(
    "bleed that is the trim",
    "boxes",
    page=2,
    change=lambda pdf: pdf.pages[1].obj.__setitem__("/BleedBox", pdf.pages[1].obj.TrimBox),
)
plant("paper that is shown in part", "box_nesting", setting("page/CropBox", Array([40, 60, 90, 120])), page=2)

# Hairlines
THIN = f"{KNOCK} 1 0 0 0 k 1 0 0 0 K"
for name, path in (
    ("two thin areas in one path", "3 3 20 .1 re 3 9 20 .1 re f"),
    ("five thin areas in one path", "3 3 20 9 re 3 3 20 9 re 3 3 20 9 re 3 3 20 .1 re 3 9 20 9 re f"),
    ("thin corner", "3 3 m 20 3 l 20 12 l 19.9 12 l 19.9 3.1 l 3 3.1 l h f"),
    ("slanting sliver", "3 3 m 20 12 l 20.1 12 l 3.1 3 l f"),
    ("line that is squeezed", "20 0 0 .1 3 3 cm 1 w 0 0 m 2 0 l S"),
    ("outlines of letters", own_font(30, "1 0 0 0 K .05 w", "GSn").replace("BT", "BT 1 Tr")),
):
    plant(f"hairline: {name}", "hairlines", painted(f"{THIN} {path}"), page=2)
plant(
    "hairline: in a pattern",
    "hairlines",
    page=2,
    change=painted(f"{THIN} /Pattern cs /P scn {AREA}", Pattern=("P", tiles(b"1 0 0 0 K .1 w 0 5 m 10 5 l S"))),
)
plant(
    "hairline: in a form that stands outside first",
    "hairlines",
    page=2,
    change=painted(
        f"{KNOCK} q 1 0 0 1 -25 -35 cm /X Do Q q 1 0 0 1 9 9 cm /X Do Q",
        XObject=("X", form(b"1 0 0 0 K .1 w 0 0 m 9 0 l S")),
    ),
)

# Overprint and inks
plant(
    "white stencil overprints",
    "white_overprint",
    page=2,
    change=painted(f"{OVER} 0 0 0 0 k {image_at(600, 80)}", XObject=("Im", stencil())),
)
plant(
    "coloured stencil overprints",
    "colour_overprint",
    page=2,
    change=painted(f"{OVER} 0 1 0 0 k {image_at(600, 80)}", XObject=("Im", stencil())),
)
plant(
    "picture of a spot ink overprints",
    "colour_overprint",
    page=2,
    change=painted(f"{OVER} {image_at(300, 40)}", XObject=("Im", picture(GOLD))),
)
plant(
    "shading overprints",
    "colour_overprint",
    page=2,
    change=painted(f"{OVER} 3 3 20 9 re W n /S sh", Shading=("S", shading("/DeviceCMYK", "0 0 0 0", "0 1 1 0"))),
)
plant(
    "pattern overprints",
    "colour_overprint",
    page=2,
    change=painted(f"{OVER} /Pattern cs /P scn {AREA}", Pattern=("P", tiles(b"0 1 0 0 k 0 0 5 5 re f"))),
)
plant(
    "deep black in a picture", "dark_colours", page=2, change=painted(image_at(300, 60), XObject=("Im", dark_picture))
)
plant(
    "deep black in a shading",
    "dark_colours",
    page=2,
    change=painted(
        f"{KNOCK} 3 3 9 9 re W n /S sh", Shading=("S", shading("/DeviceCMYK", ".7 .6 .6 .95", ".7 .6 .6 .95"))
    ),
)
plant(
    "small text of a shading",
    "small_text",
    page=2,
    change=painted(
        own_font(6, "/Pattern cs /P scn", "GSn"),
        Pattern=("P", f"<</PatternType 2/Shading{shading('/DeviceCMYK', '1 1 0 0', '1 1 1 0')}>>"),
    ),
)
plant(
    "too much ink in a picture within the content",
    "total_ink",
    page=2,
    change=painted("30 0 0 30 3 3 cm BI /W 90 /H 90 /BPC 8 /CS /CMYK /F /AHx ID " + "ff" * 32400 + "> EI"),
)
plant(
    "too much ink in a pattern",
    "total_ink",
    page=2,
    change=painted(
        f"{KNOCK} /C cs 1 1 1 .4 /P scn 3 3 30 30 re f",
        ColorSpace=("C", "[/Pattern /DeviceCMYK]"),
        Pattern=("P", tiles(b"0 0 10 10 re f", coloured=False)),
    ),
)

# Transparency and device settings
FAINT = f"{KNOCK} 1 0 0 0 k {AREA}"
for name, later in (("blend mode", "<</ca .5/BM/Normal>>"), ("alpha of strokes", "<</CA 1>>")):
    states = "<</ca .5>>", later.replace("/ca .5", "")
    plant(
        f"transparency before a later {name}",
        "transparency",
        page=2,
        change=both(
            painted("", ExtGState=("T", states[0])), painted(f"/T gs /U gs {FAINT}", ExtGState=("U", states[1]))
        ),
    )
plant(
    "transfer curve of a shading's pattern",
    "device_settings",
    page=2,
    change=painted(
        f"{KNOCK} /Pattern cs /P scn {AREA}",
        Pattern=(
            "P",
            f"<</PatternType 2/ExtGState<</TR<</FunctionType 2/Domain[0 1]/N 1>>>>"
            f"/Shading{shading('/DeviceCMYK', '0 0 0 0', '0 1 0 0')}>>",
        ),
    ),
)

# Spot inks
plant(
    "spot ink by way of RGB in an indexed picture",
    "spot_inks",
    painted(f"{KNOCK} {image_at(300, 40)}", XObject=("Im", picture(f"[/Indexed {RGB_SPOT} 0 <00>]"))),
)
plant(
    "spot ink with another definition in an indexed picture",
    "spot_inks",
    both(
        painted("", ColorSpace=("Gold", GOLD)),
        painted(f"{KNOCK} {image_at(300, 40)}", XObject=("Im", picture(f"[/Indexed {OTHER_GOLD} 0 <00>]"))),
    ),
)
plant(
    "spot ink with another definition as DeviceN",
    "spot_inks",
    both(
        painted("", ColorSpace=("Gold", GOLD)),
        painted("", ColorSpace=("N", OTHER_GOLD.replace("/Separation /Gold", "/DeviceN [/Gold]"))),
    ),
)

# Fonts
ALL_A = b"1 begincodespacerange <0000><FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0041> endbfrange "


def unicode(data: bytes) -> Callable[[Any, pikepdf.Pdf], object]:
    return lambda font, pdf: font.__setitem__("/ToUnicode", pdf.make_stream(data))


def other_program(key: str, data: bytes) -> Callable[[Any, pikepdf.Pdf], object]:
    def change(font: Any, pdf: pikepdf.Pdf) -> None:
        descriptor = font.DescendantFonts[0].FontDescriptor
        del descriptor["/FontFile2"]
        descriptor[key] = pdf.make_stream(data)

    return change


def emptied(font: Any, pdf: pikepdf.Pdf) -> None:
    descriptor = font.DescendantFonts[0].FontDescriptor
    program = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
    for name in program.getGlyphOrder()[340:349]:
        program["glyf"][name] = Glyph()
    out = io.BytesIO()
    program.save(out)
    descriptor.FontFile2 = pdf.make_stream(out.getvalue())


def wrong_widths(font: Any, pdf: pikepdf.Pdf) -> None:
    font.DescendantFonts[0].W = Array([0, Array([10] * 400)])


plant("ToUnicode that is empty", "font_unicode", changed_font(unicode(b"")), page=2)
plant("ToUnicode of a range that is none", "font_unicode", changed_font(unicode(ALL_A)), page=2)
plant(
    "ToUnicode without the letters that are used",
    "font_unicode",
    page=2,
    change=changed_font(unicode(b"1 beginbfchar <7777> <0041> endbfchar")),
)
plant("CFF that is none", "fonts_embedded", changed_font(other_program("/FontFile3", b"garbage" * 99)), page=2)
plant("Type 1 that is none", "fonts_embedded", changed_font(other_program("/FontFile", b"garbage" * 99)), page=2)
plant("letters without outlines", "fonts_embedded", changed_font(emptied), page=2)
plant("widths of another font", "fonts_embedded", changed_font(wrong_widths), page=2)
plant(
    "letters that clip, of a font that is not embedded",
    "fonts_embedded",
    page=2,
    change=painted("BT /H 9 Tf 7 Tr 3 3 Td (a) Tj ET", Font=("H", HELVETICA)),
)
plant(
    "font that a form takes over when it is shown again",
    "fonts_embedded",
    page=2,
    change=both(
        painted("", Font=("H", HELVETICA)),
        painted(
            f"{KNOCK} 0 1 0 0 k BT /{slug_font()[0]} 14 Tf ET /X Do BT /H 14 Tf ET q 1 0 0 1 0 9 cm /X Do Q",
            XObject=("X", form(f"BT 3 3 Td <{slug_font()[1]}> Tj ET".encode())),
        ),
    ),
)

# Content
plant("BDC without EMC", "balance", painted(BLEED), page=2)
plant("BT within BT", "balance", painted("BT BT ET"), page=2)
plant("BT without ET", "balance", painted("BT"), page=2)
plant("unknown operator", "structure", painted("1 2 foo"), page=2)
plant(
    "LZW in a picture within the content",
    "filters",
    page=2,
    change=painted(".5 0 0 .5 3 3 cm BI /W 3 /H 3 /BPC 8 /CS /G /F [/AHx /LZW] ID 800b6050220c0c8501> EI"),
)
plant(
    "picture within the content of a missing space",
    "resources",
    page=2,
    also="colour_spaces",
    change=painted("1 0 0 1 3 3 cm BI /W 4 /H 4 /BPC 8 /CS /Nothing /F /AHx ID " + "00" * 16 + "> EI"),
)
plant("form that stands for another file", "external_streams", painted("/X Do", XObject=("X", reference)), page=2)
plant("form that is PostScript", "image_extras", painted("/X Do", XObject=("X", postscript)), page=2)

# Masks of pictures, pictures in patterns
for name, rule, mask in (
    ("of 20 ppi", "image_resolution", image(space="DeviceGray", size=4)),
    ("of 16 bits", "image_depth", image(16, "DeviceGray", size=40)),
    ("that is smoothed", "image_extras", image(space="DeviceGray", size=40, Interpolate=True)),
    ("of RGB", "colour_spaces", image(space="DeviceRGB", size=40)),
):
    plant(
        f"soft mask {name}",
        rule,
        page=2,
        change=both(GROUP, painted(image_at(300, 40), XObject=("Im", masked("SMask", mask)))),
    )
plant(
    "stencil of a picture of 30 ppi",
    "bitmap_resolution",
    page=2,
    change=painted(image_at(300, 40), XObject=("Im", masked("Mask", stencil(4)))),
)
plant(
    "picture in a pattern of a form that is enlarged",
    "image_resolution",
    page=2,
    change=painted(
        f"{KNOCK} 9 0 0 9 3 3 cm /X Do",
        XObject=(
            "X",
            form(
                b"/Pattern cs /P scn 0 0 3 3 re f",
                Pattern=("P", tiles(b"q 3 0 0 3 0 0 cm /Im Do Q", XObject=("Im", image(size=20)))),
            ),
        ),
    ),
)

# Metadata, intent, layers
plant("author in Info only", "info_agrees", setting("Info/Author", String("Somebody")))
plant(
    "other keywords in Info",
    "info_agrees",
    both(setting("Info/Keywords", String("a")), xmp("<dc:format>", "<pdf:Keywords>b</pdf:Keywords><dc:format>")),
)
plant("subject in Info only", "info_agrees", setting("Info/Subject", String("a")))
plant(
    "two versions of PDF/X",
    "pdfx_version",
    xmp("<pdfxid:GTS_PDFXVersion>", "<pdfxid:GTS_PDFXVersion>PDF/X-3</pdfxid:GTS_PDFXVersion><pdfxid:GTS_PDFXVersion>"),
)
plant(
    "condition that nobody registered",
    "output_condition",
    setting("Root/OutputIntents/0/OutputConditionIdentifier", String("MY-OWN-PAPER")),
)
plant(
    "profile whose tables lie beyond its end",
    "output_profile",
    profile(lambda data: data[: data.index(b"A2B0") + 4] + b"\x7f\0\0\0" + data[data.index(b"A2B0") + 8 :]),
)
plant(
    "layer that is hidden",
    "layers",
    setting("Root/OCProperties/D/OFF", lambda pdf: Array([pdf.Root.OCProperties.OCGs[1]])),
)
plant(
    "layer that is not declared",
    "layers",
    page=2,
    change=painted(f"/OC /Loose BDC {KNOCK} 0 1 0 0 k {AREA} EMC", Properties=("Loose", hidden_layer)),
)
