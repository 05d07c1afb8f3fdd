"""The parts that make a PDF a press file: PDF/X-4 identification, output intent, die line layer, inks, overprint.

The rules are those of PRESS-RULES (GWG 2015 clauses, ISO 19593-1 for processing steps); a file is checked against them,
never certified. All dates are the order's, all identifiers come from the file's title: same order, same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from html import escape
from uuid import UUID

from deflate import zlib_compress

from labelsvc.domain.errors import PrintRefused
from labelsvc.pdf.pdf_file import PdfFile, text_string
from labelsvc.pdf.units import number

CUT = "CutContour"
"""The die line's spot ink, as cutters' software expects it by name."""
CUT_CMYK = (0.0, 1.0, 0.0, 0.0)
BLEED = "Bleed"
"""The spot ink of the bleed's edge; like the die line, it is never printed."""
BLEED_CMYK = (0.3, 0.0, 0.0, 0.0)
ALL_INKS = "All"
"""The ink of registration marks: it paints on every plate (ISO 32000-1, 8.6.6.4)."""
ALL_INKS_CMYK = (1.0, 1.0, 1.0, 1.0)
CONDITION = b"FOGRA39"
STEPS = {CUT: b"Cutting", BLEED: b"Bleed"}
"""The processing steps that have a layer of their own, by the spot ink that they are drawn in."""
BLACK = b"0 0 0 1 k 0 0 0 1 K\n"
BLACK_OVERPRINTING = b"/GSk gs " + BLACK
BLACK_KNOCKING_OUT = b"/GSn gs " + BLACK
GRAPHICS_STATES = b"<</GSk<</Type/ExtGState/OP true/op true/OPM 1>>/GSn<</Type/ExtGState/OP false/op false/OPM 0>>>>"
CMYK = tuple[float, float, float, float]

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<pdf:Producer>{producer}</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
<xmpMM:DocumentID>uuid:{document}</xmpMM:DocumentID>
<xmpMM:InstanceID>uuid:{instance}</xmpMM:InstanceID>
<xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class PdfIdentity:
    """A file's metadata: ``title`` (unique per file), ``ordered_at`` (aware), ``producer`` (our version)."""

    title: str
    ordered_at: datetime
    producer: str

    def digest(self, what: str) -> bytes:
        """Return 16 bytes that identify ``what`` within this file."""
        said = "\n".join((what, self.title, self.ordered_at.isoformat(), self.producer))
        return sha256(said.encode()).digest()[:16]


def close_press_file(
    pdf: PdfFile, identity: PdfIdentity, pages: int, profile: bytes, layers: Sequence[int] = ()
) -> None:
    """Write catalog, metadata, output intent and trailer; ``layers`` are those of processing steps.

    Raises PrintRefused press.profile for a profile that is not a CMYK printer's.
    """
    xmp = pdf.add_stream(b"/Type/Metadata/Subtype/XML", _xmp(identity), compress=False)
    intent = (
        b"<</Type/OutputIntent/S/GTS_PDFX/OutputConditionIdentifier(%b)/OutputCondition(Coated FOGRA39L)" % CONDITION
    )
    intent += b"/RegistryName(http://www.color.org)/Info(ISO 12647-2:2004/Amd 1, coated paper, Fogra39L)"
    intent += b"/DestOutputProfile %d 0 R>>" % _put_profile(pdf, profile)
    shown = _layers(layers) if layers else b""
    root = pdf.add(
        b"<</Type/Catalog/Version/1.6/Pages %d 0 R/Metadata %d 0 R/OutputIntents[%b]%b/ViewerPreferences"
        b"<</DisplayDocTitle true>>>>" % (pages, xmp, intent, shown)
    )
    pdf.close(root, pdf.add(_info(identity)), identity.digest("file"))


def close_plain_file(pdf: PdfFile, identity: PdfIdentity, pages: int) -> None:
    """Write catalog, document information and trailer: a file that others place, with no printing condition of its own.

    It claims no PDF/X: black alone (100 % K) is the same in every condition, and a profile would be 99 % of the file.
    """
    root = pdf.add(b"<</Type/Catalog/Version/1.6/Pages %d 0 R/ViewerPreferences<</DisplayDocTitle true>>>>" % pages)
    pdf.close(root, pdf.add(_info(identity)), identity.digest("file"))


def put_layer(pdf: PdfFile, spot: str) -> int:
    """Write the optional content group of a processing step (ISO 19593-1): Structural, Cutting or Bleed.

    A coating is a Varnish, a group that carries no type.
    """
    step = b"/Structural/GTS_ProcStepsType/%b" % STEPS[spot] if spot in STEPS else b"/Varnish"
    step = b"/GTS_Metadata<</GTS_ProcStepsGroup%b>>" % step
    return pdf.add(b"<</Type/OCG/Name(%b)/Intent/View%b>>" % (spot.encode(), step))


def colour_space_name(spot: str) -> bytes:
    """Return the resource name of a spot ink's colour space: /CS_<spot>."""
    return b"/CS_" + _pdf_name(spot)


def colour_spaces(spots: Mapping[str, CMYK]) -> bytes:
    """Return the ColorSpace dictionary of spot inks, each with its alternate in CMYK (0 to 1)."""
    entries = [colour_space_name(spot) + _separation(spot, cmyk) for spot, cmyk in sorted(spots.items())]
    return b"<<%b>>" % b"".join(entries)


def _separation(spot: str, cmyk: CMYK) -> bytes:
    full = " ".join(number(part, 4) for part in cmyk).encode()
    tint = b"<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[%b]/N 1>>" % full
    return b"[/Separation/%b/DeviceCMYK%b]" % (_pdf_name(spot), tint)


def _pdf_name(name: str) -> bytes:
    return b"".join(b"%c" % c if chr(c).isalnum() or c in b"_-." else b"#%02X" % c for c in name.encode())


def _layers(layers: Sequence[int]) -> bytes:
    listed = b" ".join([b"%d 0 R" % layer for layer in layers])
    return b"/OCProperties<</OCGs[%b]/D<</Name(Default)/BaseState/ON/Order[%b]>>>>" % (listed, listed)


def _put_profile(pdf: PdfFile, profile: bytes) -> int:
    return pdf.add_stream(b"/N 4/Alternate/DeviceCMYK/Filter/FlateDecode", _compressed(profile), compress=False)


@cache
def _compressed(profile: bytes) -> bytes:
    """Return a profile checked and compressed, once per process: it takes as long as a few hundred pieces."""
    size = int.from_bytes(profile[:4], "big")
    end = min(size, len(profile), 132 + 12 * int.from_bytes(profile[128:132], "big"))
    tags = {profile[at : at + 4] for at in range(132, end, 12)}
    fits = size == len(profile) and profile[36:40] == b"acsp" and profile[12:20] == b"prtrCMYK"
    if not (fits and {b"A2B0", b"B2A0"} <= tags):
        raise PrintRefused.from_code("press.profile", size=len(profile))
    return bytes(zlib_compress(profile, 9))


def _xmp(identity: PdfIdentity) -> bytes:
    return _XMP.format(
        title=escape(identity.title, quote=False),
        producer=escape(identity.producer, quote=False),
        date=identity.ordered_at.isoformat(timespec="seconds"),
        document=UUID(bytes=identity.digest("document"), version=4),
        instance=UUID(bytes=identity.digest("instance"), version=4),
    ).encode()


def _info(identity: PdfIdentity) -> bytes:
    said = identity.ordered_at.strftime("D:%Y%m%d%H%M%S%z")
    date = f"({said[:-2]}'{said[-2:]}')".encode()
    producer = text_string(identity.producer)
    return b"<</Title%b/Creator%b/Producer%b/CreationDate%b/ModDate%b/Trapped/False>>" % (
        text_string(identity.title),
        producer,
        producer,
        date,
        date,
    )
