"""Faults planted in a good press file of ours, each under the rule that must find it.

``page`` is where a fault must be found (0: the whole file), ``also`` names rules that the same change breaks by its
nature.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.samples.fault_planting import (
    AREA,
    BLACK_SPOT,
    BLEED,
    CUTTING,
    GOLD,
    HELVETICA,
    KNOCK,
    KNOCKING,
    OVER,
    RED_SPOT,
    RGB_SPOT,
    SHADING,
    SMALLER,
    TYPE_3,
    Change,
    bomb,
    both,
    box,
    chain,
    changed_font,
    compressed_xmp,
    form,
    full,
    good,
    grown,
    hidden_layer,
    image,
    image_at,
    in_ink,
    layer,
    loop,
    lzw,
    own_font,
    painted,
    placed_anew,
    profile,
    program,
    rewritten,
    saved,
    setting,
    shared,
    without,
    xmp,
)


@dataclass(frozen=True)
class Planted:
    name: str
    rule: str
    page: int
    make: Callable[[], bytes]
    also: frozenset[str] = frozenset()


LAB, CALIBRATED = "[/Lab <</WhitePoint[.96 1 .82]>>]", "[/CalRGB <</WhitePoint[.96 1 .82]>>]"
PLANTED: list[Planted] = []


def plant(name: str, rule: str, change: Change, page: int = 0, also: str = "", **options: Any) -> None:
    PLANTED.append(Planted(name, rule, page, lambda: saved(change, **options), frozenset(also.split())))


def plant_bytes(name: str, rule: str, change: Callable[[bytes], bytes]) -> None:
    PLANTED.append(Planted(name, rule, 0, lambda: change(good())))


# File and metadata
plant_bytes("header of 1.7", "header", lambda data: data.replace(b"%PDF-1.6", b"%PDF-1.7", 1))
plant_bytes("header of 1.4", "header", lambda data: data.replace(b"%PDF-1.6", b"%PDF-1.4", 1))
plant_bytes("comment of letters", "binary_comment", lambda data: data[:9] + b"%abcd" + data[14:])
plant_bytes("no file identifier", "file_id", lambda data: data.replace(b"/ID[<", b"/XX[<"))
plant_bytes("short file identifier", "file_id", lambda data: re.sub(rb"/ID\[<.{32}>", b"/ID[<AB>" + b" " * 30, data))
plant_bytes("wrong cross-reference table", "structure", lambda data: data.replace(b"startxref\n", b"startxref\n7"))
plant("catalog of version 1.7", "version", setting("Root/Version", Name("/1.7")))
plant(
    "encrypted without a password",
    "encryption",
    lambda pdf: None,
    encryption=pikepdf.Encryption(user="", owner="x", R=4),
)
plant(
    "data in another file",
    "external_streams",
    setting("Root/Private", lambda pdf: pdf.make_stream(b"", F=String("a.bin"))),
)
plant("LZW", "filters", setting("Root/Private", lzw))
plant("JavaScript", "actions", setting("Root/Names", Dictionary(JavaScript=Dictionary(Names=Array([])))))
plant("action on opening", "actions", setting("Root/OpenAction", Dictionary(S=Name.URI, URI=String("http://x.vn"))))
plant("action of a page", "actions", setting("page/AA", Dictionary(O=Dictionary())), page=2)
plant("form fields", "form_fields", setting("Root/AcroForm", Dictionary(Fields=Array([]))))
plant("attached file", "embedded_files", setting("Root/Names", Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))))
plant("no XMP", "xmp", without("Root/Metadata"), also="pdfx_version xmp_dates xmp_title xmp_identifiers info_agrees")
plant(
    "XMP that is no XML",
    "xmp",
    xmp("</x:xmpmeta>"),
    also="pdfx_version xmp_dates xmp_title xmp_identifiers info_agrees",
)
plant_bytes("compressed XMP", "xmp", compressed_xmp)
plant("PDF/X-3", "pdfx_version", xmp("PDF/X-4", "PDF/X-3"))
plant("no PDF/X at all", "pdfx_version", xmp("<pdfxid:GTS_PDFXVersion>.*</pdfxid:GTS_PDFXVersion>"))
plant("no MetadataDate", "xmp_dates", xmp("<xmp:MetadataDate>.*</xmp:MetadataDate>"))
plant(
    "MetadataDate that is none",
    "xmp_dates",
    xmp("<xmp:MetadataDate>.*</xmp:MetadataDate>", "<xmp:MetadataDate>today</xmp:MetadataDate>"),
)
plant("no title", "xmp_title", both(xmp("<dc:title>.*</dc:title>"), without("Info/Title")))
plant("no DocumentID", "xmp_identifiers", xmp("<xmpMM:DocumentID>.*</xmpMM:DocumentID>"))
plant("no VersionID", "xmp_identifiers", xmp("<xmpMM:VersionID>.*</xmpMM:VersionID>"))
plant("no RenditionClass", "xmp_identifiers", xmp("<xmpMM:RenditionClass>.*</xmpMM:RenditionClass>"))
plant(
    "trapped unknown", "trapped", both(xmp("Trapped>False", "Trapped>Unknown"), setting("Info/Trapped", Name.Unknown))
)
plant("another title in Info", "info_agrees", setting("Info/Title", String("other")))
plant("another date in Info", "info_agrees", setting("Info/ModDate", String("D:20250101000000Z")))
plant("trapped in XMP only", "info_agrees", xmp("Trapped>False", "Trapped>True"))
plant("no output intent", "output_intent", without("Root/OutputIntents"))
plant("intent of PDF/A", "output_intent", setting("Root/OutputIntents/0/S", Name.GTS_PDFA1))
plant("two output intents", "output_intent", lambda pdf: pdf.Root.OutputIntents.append(pdf.Root.OutputIntents[0]))
plant("condition without a name", "output_condition", without("Root/OutputIntents/0/OutputConditionIdentifier"))
plant(
    "condition of another registry",
    "output_condition",
    setting("Root/OutputIntents/0/RegistryName", String("http://x.vn")),
)
plant("no profile", "output_profile", without("Root/OutputIntents/0/DestOutputProfile"))
plant("profile of RGB", "output_profile", profile(lambda data: data[:16] + b"RGB " + data[20:]))
plant("profile of a screen", "output_profile", profile(lambda data: data[:12] + b"mntr" + data[16:]))
plant("profile cut off", "output_profile", profile(lambda data: data[:-100]))
plant("profile without A2B0", "output_profile", profile(lambda data: data.replace(b"A2B0", b"XXXX", 1)))
plant("profile without a signature", "output_profile", profile(lambda data: data[:36] + b"xxxx" + data[40:]))
plant("profile of three channels", "output_profile", setting("Root/OutputIntents/0/DestOutputProfile/N", 3))

# Pages, layers, die line
plant("no TrimBox", "boxes", without("page/TrimBox"), page=2)
plant("TrimBox and ArtBox", "boxes", lambda pdf: setting("page/ArtBox", pdf.pages[1].obj.TrimBox)(pdf), page=2)
plant("trim beyond the bleed", "box_nesting", grown("TrimBox", 8), page=2, also="colour_spaces die_line_trim hairlines")
plant("bleed beyond the paper", "box_nesting", grown("BleedBox", 80), page=2)
plant("trim without area", "box_nesting", setting("page/TrimBox", box("40 40 40 90")), page=2)
plant("UserUnit", "page_entries", setting("page/UserUnit", 2), page=2)
plant("Rotate", "page_entries", setting("page/Rotate", 90), page=2)
plant("Trans", "page_entries", setting("page/Trans", Dictionary(S=Name.Fade)), page=2)
plant("Dur", "page_entries", setting("page/Dur", 3), page=2)
plant(
    "note on a label",
    "annotations",
    page=2,
    change=setting("page/Annots", lambda _: Array([Dictionary(Subtype=Name.Text, Rect=box("50 50 60 60"))])),
)
plant("layers without a name", "layers", without("Root/OCProperties/D/Name"))
plant("layers that are off", "layers", setting("Root/OCProperties/D/BaseState", Name.OFF))
plant("a layer that is not listed", "layers", lambda pdf: pdf.Root.OCProperties.D.Order.__delitem__(0))
plant("layers with AS", "layers", setting("Root/OCProperties/D/AS", Array([])))
plant("layers with Configs", "layers", setting("Root/OCProperties/Configs", Array([])))
plant("step of an unknown type", "processing_steps", setting(layer(1) + "/GTS_ProcStepsType", Name.Slicing))
plant("step of an unknown group", "processing_steps", setting(layer(1) + "/GTS_ProcStepsGroup", Name.Shapes))
plant("varnish with a type", "processing_steps", setting(layer(1) + "/GTS_ProcStepsGroup", Name.Varnish))
plant(
    "step that knocks out", "processing_steps", painted(f"{BLEED} {KNOCK} /CS_Bleed CS 1 SCN 3 3 m 9 9 l S EMC"), page=2
)
plant("die line that is filled", "die_line", painted(f"{CUTTING} {OVER} /CS_CutContour cs 1 scn {AREA} EMC"), page=2)
plant(
    "die line that knocks out",
    "die_line",
    painted(f"{CUTTING} {KNOCK} /CS_CutContour CS 1 SCN 3 3 m 9 9 l S EMC"),
    page=2,
)
plant(
    "die line outside of its layer", "die_line_alone", painted(f"{OVER} /CS_CutContour CS 1 SCN 3 3 m 9 9 l S"), page=2
)
plant("die line without a step", "die_line_alone", without("Root/OCProperties/OCGs/0/GTS_Metadata"), page=2)
plant(
    "something else in the die line's layer",
    "die_line_alone",
    painted(f"{CUTTING} {OVER} 0 0 0 1 K 3 3 m 9 9 l S EMC"),
    page=2,
)
plant("spot ink with two definitions", "spot_inks", painted("", ColorSpace=("Other", RED_SPOT)))
plant("spot ink by way of RGB", "spot_inks", painted("", ColorSpace=("Gold", RGB_SPOT)))

# Inks
plant("area of RGB", "colour_spaces", painted(f"{KNOCK} 1 0 0 rg {AREA}"), page=2)
plant("line of RGB", "colour_spaces", painted(f"{KNOCK} 1 0 0 RG 3 3 m 9 9 l S"), page=2)
plant("area of Lab", "colour_spaces", painted(f"{KNOCK} /L cs 50 0 0 scn {AREA}", ColorSpace=("L", LAB)), page=2)
plant(
    "area of calibrated RGB",
    "colour_spaces",
    painted(f"{KNOCK} /L cs 1 0 0 scn {AREA}", ColorSpace=("L", CALIBRATED)),
    page=2,
)
plant(
    "area of ICC",
    "colour_spaces",
    painted(
        f"{KNOCK} /L cs 1 0 0 scn {AREA}",
        ColorSpace=("L", lambda pdf: Array([Name.ICCBased, pdf.make_stream(b"", N=3)])),
    ),
    page=2,
)
plant("picture of RGB", "colour_spaces", painted(image_at(300), XObject=("Im", image(space="DeviceRGB"))), page=2)
plant(
    "picture of RGB in a form",
    "colour_spaces",
    painted(
        "/X Do", XObject=("X", form(b"10 0 0 10 3 3 cm /Im Do", XObject=("Im", image(space="DeviceRGB", size=40))))
    ),
    page=2,
)
plant("shading of RGB", "colour_spaces", painted("/S sh", Shading=("S", SHADING)), page=2)
plant("white text overprints", "white_overprint", painted(own_font(9, "0 0 0 0 k")), page=2)
plant("white area overprints", "white_overprint", painted(f"{OVER} 0 0 0 0 k {AREA}"), page=2)
plant("black text knocks out", "black_text", painted(own_font(9, state="GSn")), page=2)
plant("black text of grey", "black_text", painted(own_font(9, "0 g")), page=2)
plant(
    "black text of overprint mode 0",
    "black_text",
    painted(f"/GS0 gs {own_font(9)[8:]}", ExtGState=("GS0", "<</OP true/op true/OPM 0>>")),
    page=2,
)
plant("black line knocks out", "black_lines", painted(f"{KNOCK} 0 0 0 1 K 1 w 3 3 m 9 9 l S"), page=2)
plant("black line of grey", "black_lines", painted(f"{OVER} 0 G 1 w 3 3 m 9 9 l S"), page=2)
plant("coloured text overprints", "colour_overprint", painted(own_font(9, "0 1 0 0 k")), page=2)
plant("coloured area overprints", "colour_overprint", painted(f"{OVER} 1 0 0 0 k {AREA}"), page=2)
plant(
    "spot ink overprints",
    "colour_overprint",
    painted(f"{OVER} /Gold cs 1 scn {AREA}", ColorSpace=("Gold", GOLD)),
    page=2,
)
plant("deep black", "dark_colours", painted(f"{KNOCK} .7 .7 .6 .9 k 3 3 2 2 re f"), page=2)
plant("too much ink in one colour", "total_ink", painted(f"{KNOCK} 1 1 1 .4 k 3 3 20 20 re f"), page=2)
plant(
    "too much ink in two layers",
    "total_ink",
    painted(f"{KNOCK} .8 .8 .8 0 k 3 3 20 20 re f {OVER} 0 0 0 1 k 3 3 20 20 re f"),
    page=2,
)
plant(
    "too much ink in a picture",
    "total_ink",
    painted(image_at(300, 100), XObject=("Im", lambda pdf: full(image(size=100)(pdf)))),
    page=2,
    also="dark_colours",
)
plant(
    "thin line of two inks",
    "thin_lines",
    painted(f"{KNOCK} 1 1 0 0 K .2 w 3 3 m 3 9 l S"),
    page=2,
    also="hairlines",
)
plant("hairline", "hairlines", painted(f"{OVER} 0 0 0 1 K .2 w 3 3 m 9 9 l S"), page=2)
plant("hairline of no width", "hairlines", painted(f"{OVER} 0 0 0 1 K 0 w 3 3 m 9 9 l S"), page=2)
plant(
    "hairline made small by its matrix",
    "hairlines",
    painted(f"{OVER} 0 0 0 1 K .1 0 0 .1 3 3 cm 1 w 0 0 m 90 90 l S"),
    page=2,
)
plant("hairline as an area", "hairlines", painted(f"{OVER} 0 0 0 1 k 3 3 20 .2 re f"), page=2)
plant(
    "transparency without a group",
    "transparency",
    painted(f"/T gs {KNOCK} 1 0 0 0 k {AREA}", ExtGState=("T", "<</ca .5>>")),
    page=2,
)
plant(
    "multiply without a group",
    "transparency",
    painted(f"/T gs {KNOCK} 1 0 0 0 k {AREA}", ExtGState=("T", "<</BM/Multiply>>")),
    page=2,
)
plant("group of RGB", "transparency", setting("page/Group", Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)), page=2)
plant(
    "unknown blend mode",
    "transparency",
    both(
        setting("page/Group", Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)),
        painted("/T gs", ExtGState=("T", "<</BM/Shine>>")),
    ),
    page=2,
)
plant(
    "transfer curve",
    "device_settings",
    painted("/T gs", ExtGState=("T", "<</TR<</FunctionType 2/Domain[0 1]/N 1>>>>")),
    page=2,
)
plant(
    "halftone",
    "device_settings",
    painted("/T gs", ExtGState=("T", "<</HT<</HalftoneType 1/Frequency 60/Angle 45/SpotFunction/Round>>>>")),
    page=2,
)
plant(
    "black generation",
    "device_settings",
    painted("/T gs", ExtGState=("T", "<</UCR<</FunctionType 2/Domain[0 1]/N 1>>>>")),
    page=2,
)
plant("picture of 100 ppi", "image_resolution", painted(image_at(100), XObject=("Im", image())), page=2)
plant(
    "picture stretched to one side",
    "image_resolution",
    painted("20 0 0 3 3 3 cm /Im Do", XObject=("Im", image())),
    page=2,
)
plant("bitmap of 300 ppi", "bitmap_resolution", painted(image_at(300), XObject=("Im", image(1, "DeviceGray"))), page=2)
plant(
    "stencil of 300 ppi",
    "bitmap_resolution",
    painted(f"{OVER} 0 0 0 1 k {image_at(300)}", XObject=("Im", image(1, "DeviceGray", ImageMask=True))),
    page=2,
)
plant(
    "bitmap within the content",
    "bitmap_resolution",
    painted("9 0 0 9 3 3 cm BI /W 8 /H 8 /BPC 1 /CS /G ID \0\0\0\0\0\0\0\0 EI"),
    page=2,
)
plant("picture of 16 bits", "image_depth", painted(image_at(300), XObject=("Im", image(16))), page=2)
plant("smoothed picture", "image_extras", painted(image_at(300), XObject=("Im", image(Interpolate=True))), page=2)
plant("picture with OPI", "image_extras", painted(image_at(300), XObject=("Im", image(OPI=Dictionary()))))
plant("picture with alternates", "image_extras", painted(image_at(300), XObject=("Im", image(Alternates=Array([])))))
plant(
    "PostScript",
    "image_extras",
    painted("/P Do", XObject=("P", lambda pdf: pdf.make_stream(b"", Subtype=Name.PS))),
    page=2,
)

# Text and content
plant("small text of two inks", "small_text", painted(own_font(6, "0 .5 .5 0 k", "GSn")), page=2)
plant(
    "text made small by its matrix",
    "small_text",
    painted(f".5 0 0 .5 9 9 cm {own_font(14, '0 .5 .5 0 k', 'GSn')}"),
    page=2,
)
plant(
    "font that is not embedded",
    "fonts_embedded",
    painted(f"{OVER} 0 0 0 1 k BT /H 9 Tf 3 3 Td (a) Tj ET", Font=("H", HELVETICA)),
    page=2,
)
plant("empty font", "fonts_embedded", changed_font(program(b"")), page=2)
plant("broken font", "fonts_embedded", changed_font(program(b"no font" * 99)), page=2)
plant(
    "subset with a tag that is none",
    "font_subsets",
    changed_font(lambda font, _: font.__setitem__("/BaseFont", Name("/Abc1+BeVietnamPro-Medium"))),
    page=2,
)
plant("font without Unicode", "font_unicode", changed_font(lambda font, _: font.__delitem__("/ToUnicode")), page=2)
plant("Type 3 font", "type_3", painted(f"{OVER} 0 0 0 1 k BT /T 9 Tf 3 3 Td (a) Tj ET", Font=("T", TYPE_3)), page=2)
plant("q without Q", "balance", painted("q q"), page=2)
plant("Q without q", "balance", painted("Q Q"), page=2)
plant("EMC without BDC", "balance", painted("EMC"), page=2)
plant("missing form", "resources", painted("/Nothing Do"), page=2)
plant("missing font", "resources", painted("BT /Nothing 9 Tf ET"), page=2)
plant("missing graphics state", "resources", painted("/Nothing gs"), page=2)
plant("missing colour space", "resources", painted("/Nothing cs"), page=2)
plant("form that shows itself", "bounds", painted("/X Do", XObject=("X", loop)), page=2)
plant("forms forty deep", "bounds", painted("/X Do", XObject=("X", chain)), page=2)
plant("form of 200 MB", "bounds", painted("/X Do", XObject=("X", bomb)), page=2)

# QR
BESIDE_QR, ON_QR = "13 55 2.5 10 re f", "30 58 10 10 re f"
plant("modules of 0.36 mm", "qr_module", rewritten(SMALLER), page=2)
plant("line in the quiet zone", "qr_quiet_zone", painted(f"{OVER} 0 0 0 1 k {BESIDE_QR}"), page=2)
plant("tint in the quiet zone", "qr_quiet_zone", painted(f"{KNOCK} 0 0 .3 0 k {BESIDE_QR}"), page=2)
plant("grey symbol", "qr_contrast", rewritten(*in_ink(b"0 0 0 .4")), page=2, also="qr_ink")
plant("red symbol", "qr_ink", rewritten(*in_ink(b"0 1 1 0")), page=2)
plant("symbol of four inks", "qr_ink", rewritten(*in_ink(b".6 .5 .5 1")), page=2)
plant(
    "symbol of white on black",
    "qr_polarity",
    rewritten((rb"0 0 0 0 k ([\d.]+ [\d.]+ [\d.]+ [\d.]+ re f)", rb"0 0 0 1 k \1"), *in_ink(b"0 0 0 0")),
    page=2,
)
plant("logo on the symbol", "qr_uncovered", painted(f"{KNOCK} 0 0 0 0 k {ON_QR}"), page=2)
plant("symbol that cannot be read", "qr_readable", painted(f"{KNOCK} 0 0 0 0 k 27 44 24 24 re f"), page=2)

UNDER = rb"/GSn gs 1 0 0 0 k 47.84 85.18 3.82 3.82 re f /GSk gs \1\2"
"""Cyan below the middle of the lower left finder pattern, in the page's own points."""

# QR: by the black plate alone, whatever a screen shows
FINDER_CORE = "19.49 42.66 3.82 3.82 re f"
"""The middle of the lower left finder pattern: nine dark modules."""
plant("cyan under dark modules", "qr_ink", rewritten((rb"/GSk gs (0 0 0 1 k 0 0 0 1 K\n)(q 1\.\d+ 0)", UNDER)), page=2)
plant(
    "spot ink that looks as black",
    "qr_ink",
    both(
        rewritten(KNOCKING, (rb"0 0 0 1 k 0 0 0 1 K\n(q 1\.\d+ 0)", rb"/Night cs 1 scn \1")),
        painted("", ColorSpace=("Night", BLACK_SPOT)),
        shared("ColorSpace"),
    ),
    page=2,
)
plant("black with a tenth of cyan", "qr_ink", rewritten(*in_ink(b".1 0 0 1")), page=2)
plant("black with little of each ink", "qr_ink", rewritten(*in_ink(b".05 .05 .05 1")), page=2)
plant("black of 95 per cent", "qr_ink", rewritten(*in_ink(b"0 0 0 .95")), page=2)
plant("few red modules", "qr_ink", painted(f"{KNOCK} 0 1 1 0 k {FINDER_CORE}"), page=2)
plant("symbol that knocks out", "qr_overprint", rewritten(KNOCKING), page=2)
plant(
    "symbol of grey", "qr_overprint", rewritten(KNOCKING, (rb"0 0 0 1 k 0 0 0 1 K\n(q 1\.\d+ 0)", rb"0 g \1")), page=2
)

# QR: its quiet zone
SPECK = "14.4 50 {} {} re f"
plant(
    "speck of a module in the quiet zone",
    "qr_quiet_zone",
    painted(f"{OVER} 0 0 0 1 k {SPECK.format(1.28, 1.28)}"),
    page=2,
)
plant("speck of four modules", "qr_quiet_zone", painted(f"{OVER} 0 0 0 1 k 12.5 50 2.55 2.55 re f"), page=2)
plant(
    "scattered specks",
    "qr_quiet_zone",
    painted(f"{OVER} 0 0 0 1 k " + " ".join(f"13.1 {y} .8 .8 re f" for y in range(42, 77, 7))),
    page=2,
)
plant("line along the symbol", "qr_quiet_zone", painted(f"{OVER} 0 0 0 1 K .4 w 16.49 38 m 16.49 79 l S"), page=2)
plant("little yellow in the quiet zone", "qr_quiet_zone", painted(f"{KNOCK} 0 0 .05 0 k {SPECK.format(2, 2)}"), page=2)
plant(
    "die line through the quiet zone",
    "qr_quiet_zone",
    painted(f"{CUTTING} {OVER} /CS_CutContour CS 1 SCN .25 w 14.4 30 m 14.4 90 l S EMC"),
    page=2,
)
plant(
    "trim through the quiet zone",
    "qr_quiet_zone",
    setting("page/TrimBox", box("42.5 42.52 99.213 141.732")),
    page=2,
    also="die_line_trim",
)

# QR: what is covered, cut off, hidden, or on a page too large to look at whole
COVER = f"{KNOCK} 0 0 0 0 k "
plant("finder pattern covered", "qr_readable", painted(f"{COVER} 16 39 12 12 re f"), page=2)
plant("two finder patterns covered", "qr_readable", painted(f"{COVER} 16 39 12 40 re f"), page=2)
plant("symbol covered whole", "qr_readable", painted(f"{COVER} 12 35 47 47 re f"), page=2)
plant("symbol covered by colour", "qr_readable", painted(f"{KNOCK} .5 0 .5 0 k 12 35 47 47 re f"), page=2)
plant(
    "symbol outside the CropBox",
    "qr_readable",
    setting("page/CropBox", box("0 110 127 170")),
    page=2,
    also="box_nesting",
)
plant("symbol in a layer that is off", "qr_readable", hidden_layer, page=2, also="layers")
plant(
    "small symbol on a huge page",
    "qr_module",
    both(setting("page/MediaBox", box("0 0 2600 2600")), rewritten(SMALLER)),
    page=2,
)

# QR: its shape
plant("modules that are not square", "qr_module", placed_anew(lambda m, x, y: f"{m} 0 0 {m * 0.95} {x} {y}"), page=2)
plant("mirrored symbol", "qr_readable", placed_anew(lambda m, x, y: f"{-m} 0 0 {m} {x + 29 * m} {y}"), page=2)
