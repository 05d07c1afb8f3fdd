"""Separations of a page with an RGB renderer: colours are rewritten so that each channel is a plate.

Every colour space becomes a DeviceN whose tint transform gives RGB = 1 − (three plates); overprinting becomes the blend
mode Darken, which keeps of two inks on one plate the stronger. So PDFium, which simulates no overprint, paints the
plates: cyan, magenta, yellow in one picture; black and all spot inks together in another. Blending is slow: where
nothing but black overprints, it is left out of the coloured plates, and painted plainly on the black one.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2

from labelsvc.preflight.content.colours import (
    ALL,
    CMYK_SPACE,
    GRAY_SPACE,
    INKS_ONLY,
    PATTERN,
    PROCESS,
    ColourSpace,
    space_of,
)
from labelsvc.preflight.content.pdf_values import dictionary_of, name_of, number_of
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.preflight.ink.overprinting import darkening, vanishing
from labelsvc.preflight.ink.page_pictures import PagePictures, PictureSteps, in_channels, ink_samples
from labelsvc.preflight.ink.printed_layers import printed_operators

DPI = 100
MOST_CONVERTED = 4_000_000
"""Pixels of a page's pictures whose colours PDFium converts, a microsecond each."""
NO_PICTURES = PagePictures()
COLOURED, BLACK_AND_SPOTS = ("Cyan", "Magenta", "Yellow"), ("Black", "", "")
_NAMES = {"g": "PfG", "k": "PfC"}
_STACKED = "/PfS"
_DEEPEST = 28
PLATE_ERRORS = (
    pikepdf.PdfError,
    pypdfium2.PdfiumError,
    StreamTooLarge,
    StreamUnreadable,
    ValueError,
    TypeError,
    RuntimeError,
)
"""What prevents plates from being made."""
Plates = npt.NDArray[np.float32]


def ink_sum(
    page: Any, technical: Collection[str], pictures: PagePictures = NO_PICTURES, *, black_only: bool = False
) -> Plates:
    """Return the inks on a page in per cent, summed over all plates, at DPI: float32[height, width].

    ``technical``: spot inks that are not printed (the die line's); ``black_only``: nothing is transparent, no other
    spot ink is painted, all that overprints is 100 K, and what is technical stands in layers of processing steps.
    """
    coloured, others = (
        _rendered(_Rewriter(plates, technical, PictureSteps(pictures, DPI), black_only).page(page))
        for plates in (COLOURED, BLACK_AND_SPOTS)
    )
    bare = coloured.sum(axis=2, dtype=np.int16) + others[:, :, :2].sum(axis=2, dtype=np.int16)
    total: Plates = (5 * 255 - bare) / np.float32(2.55)
    return total


def plate_file(
    page: Any, plates: Sequence[str], technical: Collection[str], pictures: PictureSteps, *, stacked: bool = False
) -> bytes:
    """Return a file of a page in three plates, without its layers and its CropBox: red, green and blue are 1 − ink.

    ``stacked``: nothing knocks out, so that all which is ever painted on a plate is seen.
    """
    return _Rewriter(plates, technical, pictures, stacked=stacked).page(page)


def _rendered(pdf: bytes) -> npt.NDArray[np.uint8]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[0].render(scale=DPI / 72, draw_annots=False, may_draw_forms=False, rev_byteorder=True)
        pixels: npt.NDArray[np.uint8] = bitmap.to_numpy()[:, :, :3].copy()
        return pixels
    finally:
        document.close()


class _Rewriter:
    """Rewrites a page for one picture of plates."""

    def __init__(
        self,
        plates: Sequence[str],
        technical: Collection[str],
        pictures: PictureSteps,
        black_only: bool = False,
        stacked: bool = False,
    ) -> None:
        self._plates, self._technical, self._black_only = plates, technical, black_only
        self._pictures, self._stacked, self._converted = pictures, stacked, 0
        self._pdf = pikepdf.new()
        self._done: set[tuple[int, int]] = set()

    def page(self, page: Any) -> bytes:
        """Return a file of this page only, in plates."""
        self._pdf.pages.append(pikepdf.Page(page))
        copy = self._pdf.pages[0]
        copy.contents_coalesce()
        obj: Any = copy.obj
        for key in ("/Group", "/CropBox"):
            if key in obj:
                del obj[key]
        obj.Resources = self._resources(obj.get("/Resources"), 0)
        if "/Contents" in obj:
            obj.Contents = pikepdf.Stream(self._pdf, self._content(obj.Contents, obj.Resources))
        stream = BytesIO()
        self._pdf.save(stream, compress_streams=False)
        return stream.getvalue()

    def _resources(self, given: Any, depth: int) -> Any:
        resources = pikepdf.Dictionary(dict(dictionary_of(given).items()))
        spaces = pikepdf.Dictionary({"/PfC": self._space(CMYK_SPACE), "/PfG": self._space(GRAY_SPACE)})
        for name, value in dictionary_of(resources.get("/ColorSpace")).items():
            spaces[name] = self._replaced(value)
        resources["/ColorSpace"] = spaces
        states = {name: self._state(state) for name, state in dictionary_of(resources.get("/ExtGState")).items()}
        if self._stacked:
            states |= {_STACKED: pikepdf.Dictionary(BM=pikepdf.Name.Darken)}
        resources["/ExtGState"] = pikepdf.Dictionary(states)
        for kind in ("/XObject", "/Pattern", "/Shading"):
            for _, item in dictionary_of(resources.get(kind)).items():
                self._object(item, resources, depth + 1)
        return resources

    def _object(self, stream: Any, outer: Any, depth: int) -> None:
        if stream.objgen in self._done and stream.objgen != (0, 0):
            return
        self._done.add(stream.objgen)
        if depth > _DEEPEST:
            return
        if "/ColorSpace" in stream and not stream.get("/ImageMask", False):
            self._picture(stream)
        if "/Shading" in stream:
            self._object(stream.get("/Shading"), outer, depth + 1)
        if isinstance(stream, pikepdf.Stream) and (
            name_of(stream.get("/Subtype")) == "/Form" or "/PatternType" in stream
        ):
            if "/Group" in stream:
                del stream["/Group"]
            own = stream.get("/Resources")
            stream["/Resources"] = self._resources(own, depth) if own is not None else outer
            stream.write(self._content(stream, stream["/Resources"]))

    def _picture(self, image: Any) -> None:
        """Put a picture into plates here where possible; else let PDFium convert its colours, which is slow."""
        space = _of_inks(space_of(image.get("/ColorSpace")))
        plain = isinstance(image, pikepdf.Stream) and not isinstance(image.get("/Mask"), pikepdf.Array)
        inks = ink_samples(image, space, self._pictures.step(image)) if plain else None
        if inks is None:
            self._take_conversion(image, space)
            image["/ColorSpace"] = self._replaced(image.get("/ColorSpace"))
            return
        image.write(in_channels(inks, lambda at, channel: self._channel(space.inks[at], channel)).tobytes())
        image["/Height"], image["/Width"] = inks.shape[:2]
        image["/ColorSpace"], image["/BitsPerComponent"] = pikepdf.Name.DeviceRGB, 8
        if "/Decode" in image:
            del image["/Decode"]

    def _take_conversion(self, image: Any, space: ColourSpace) -> None:
        """Raise StreamTooLarge where pictures have more colours to convert than a page may cost."""
        wide, high, bits = (number_of(image.get(key)) or 0 for key in ("/Width", "/Height", "/BitsPerComponent"))
        if space.family in INKS_ONLY and not space.indexed and bits != 1:
            self._converted += int(wide * high)
        if self._converted > MOST_CONVERTED:
            raise StreamTooLarge

    def _state(self, state: Any) -> Any:
        """Return an ExtGState in which overprinting is what this picture shows of it."""
        if self._stacked:
            return pikepdf.Dictionary({**dict(dictionary_of(state).items()), "/BM": pikepdf.Name.Darken})
        if not self._black_only:
            return darkening(state)
        return vanishing(state) if self._plates == COLOURED else state

    def _content(self, stream: Any, resources: Any) -> bytes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            steps = pikepdf.parse_content_stream(pikepdf.Stream(self._pdf, decoded(stream)))
        written: list[Any] = [([], pikepdf.Operator("q")), *_black_first(), ([], pikepdf.Operator("q"))]
        if self._stacked:
            written.append(([pikepdf.Name(_STACKED)], pikepdf.Operator("gs")))
        for step in printed_operators(steps, resources) if self._black_only else steps:
            operator = str(step.operator)
            if operator == "INLINE IMAGE" and not step.operands[0].image_mask:
                written.append(([self._outlined(step.operands[0], resources)], pikepdf.Operator("Do")))
            elif operator in ("g", "G", "k", "K"):
                chosen, setting = ("CS", "SC") if operator.isupper() else ("cs", "sc")
                written.append(([pikepdf.Name("/" + _NAMES[operator.lower()])], pikepdf.Operator(chosen)))
                written.append((list(step.operands), pikepdf.Operator(setting)))
            elif operator in ("cs", "CS") and str(step.operands[0]) in ("/DeviceGray", "/DeviceCMYK"):
                name = "/PfG" if str(step.operands[0]) == "/DeviceGray" else "/PfC"
                written.append(([pikepdf.Name(name)], step.operator))
            else:
                written.append(step)
        ends: list[Any] = [([], pikepdf.Operator("Q")), ([], pikepdf.Operator("Q"))]
        return bytes(pikepdf.unparse_content_stream(written + ends))

    def _outlined(self, image: Any, resources: Any) -> Any:
        """Put an inline image among the resources, whose colour space need not be a name; return its name there."""
        given = dict(image.obj.items())
        space = given.get("/ColorSpace")
        named = dictionary_of(resources.get("/ColorSpace")).get(str(space)) if isinstance(space, pikepdf.Name) else None
        given["/ColorSpace"] = self._replaced(space) if named is None else named
        entries = pikepdf.Dictionary({"/Subtype": pikepdf.Name.Image, **given})
        made = self._pdf.make_stream(image.read_raw_bytes(), entries)
        images = pikepdf.Dictionary(dict(dictionary_of(resources.get("/XObject")).items()))
        name = f"/PfI{len(images)}"
        images[name] = made
        resources["/XObject"] = images
        return pikepdf.Name(name)

    def _replaced(self, value: Any) -> Any:
        space = space_of(value)
        if space.family == PATTERN and isinstance(value, pikepdf.Array) and len(value) > 1:
            return pikepdf.Array([value[0], self._replaced(value[1])])
        if isinstance(value, pikepdf.Array) and name_of(value[0]) in ("/Indexed", "/I") and len(value) == 4:
            return pikepdf.Array([value[0], self._replaced(value[1]), value[2], value[3]])
        space = _of_inks(space)
        return self._space(space) if space.family in INKS_ONLY else value

    def _space(self, space: ColourSpace) -> Any:
        names = pikepdf.Array([pikepdf.Name(f"/PfInk{at}") for at in range(len(space.inks))])
        domain = [0, 1] * len(space.inks)
        entries = {"/FunctionType": 4, "/Domain": domain, "/Range": [0, 1, 0, 1, 0, 1]}
        function = self._pdf.make_stream(self._program(space), pikepdf.Dictionary(entries))
        return pikepdf.Array([pikepdf.Name("/DeviceN"), names, pikepdf.Name("/DeviceRGB"), function])

    def _program(self, space: ColourSpace) -> bytes:
        """Return the calculator function that gives the picture's three channels (ISO 32000-1, 7.10.5)."""
        count, parts = len(space.inks), []
        for channel in range(3):
            chosen = [at for at, ink in enumerate(space.inks) if self._channel(ink, channel)]
            parts.append("0")
            for at in chosen:
                parts.append(f"{count - at + channel} index {'1 exch sub ' if space.inverted else ''}add")
            parts.append("dup 1 gt {pop 1} if 1 exch sub")
        parts.append(f"{count + 3} 3 roll" + " pop" * count)
        return f"{{{' '.join(parts)}}}".encode()

    def _channel(self, ink: str, channel: int) -> bool:
        """Return whether an ink is on a channel of the picture."""
        if ink == ALL:
            return bool(self._plates[channel]) or channel == 1
        if self._plates == COLOURED:
            return ink == self._plates[channel]
        spot = ink not in PROCESS and ink not in self._technical and ink != "None"
        return (channel == 0 and ink == "Black") or (channel == 1 and spot)


def _of_inks(space: ColourSpace) -> ColourSpace:
    """Return the space of inks that a space with a profile of a press or of grey stands for."""
    if space.family == "ICCBased" and space.components in (1, 4):
        return CMYK_SPACE if space.components == 4 else GRAY_SPACE
    return space


def _black_first() -> list[Any]:
    """Return the operators that choose what a page begins with: black, as DeviceGray 0."""
    return [
        item
        for chosen, setting in (("cs", "sc"), ("CS", "SC"))
        for item in (([pikepdf.Name("/PfG")], pikepdf.Operator(chosen)), ([0], pikepdf.Operator(setting)))
    ]
