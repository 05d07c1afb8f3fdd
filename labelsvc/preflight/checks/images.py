"""Pictures, transparency and device settings of a page (GWG 2015, ISO 15930-7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.checks.picture_headers import channels_said
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.colours import CMYK, GRAY, INKS_ONLY, space_of
from labelsvc.preflight.content.graphics_state import IMAGE, PaintedObject
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, number_of, object_number
from labelsvc.preflight.content.walk import ContentWalk
from labelsvc.preflight.findings import Findings
from labelsvc.preflight.ink.page_pictures import printed_ppi
from labelsvc.preflight.ink.picture_ink import MOST_DARK_INK, CmykPictures

LEAST_PPI, LEAST_BITMAP_PPI, MOST_BITS = 200, 550, 8
STANDARD_BLENDS = frozenset(
    (
        "/Normal",
        "/Compatible",
        "/Multiply",
        "/Screen",
        "/Overlay",
        "/Darken",
        "/Lighten",
        "/ColorDodge",
        "/ColorBurn",
        "/HardLight",
        "/SoftLight",
        "/Difference",
        "/Exclusion",
        "/Hue",
        "/Saturation",
        "/Color",
        "/Luminosity",
    )
)
_DEVICE_KEYS = ("/TR", "/TR2", "/HT", "/BG", "/BG2", "/UCR", "/UCR2")


def stencil(image: Any) -> bool:
    """Return whether a picture is a stencil mask (ISO 32000-1, 8.9.6.2)."""
    given = image if isinstance(image, pikepdf.Stream) else image.obj
    return bool(_entry(given, "/ImageMask", "/IM"))


def check_images(
    placed: PlacedPaintings, beside: Sequence[PaintedObject], pictures: CmykPictures, findings: Findings
) -> bool:
    """Check the pictures of a page at their printed sizes, and their masks; ``beside``: those in masks and marks.

    Outside the bleed any resolution is fine. Returns whether the data of every picture match its dictionary, so that it
    can be rendered.
    """
    sheet, sound = placed.sheet, True
    seen = [(painting, placed.in_bleed(at)) for at, painting in enumerate(placed.painted) if painting.kind == IMAGE]
    for painting, printed in [*seen, *((painting, True) for painting in beside if painting.kind == IMAGE)]:
        inline = not isinstance(painting.image, pikepdf.Stream)
        _check_spaces(painting, sheet, findings)
        if printed:
            _check_sizes(painting, sheet, findings)
        if not inline and not _check_channels(painting, sheet, findings):
            sound = False
        elif not inline and printed:
            _check_shadows(painting, pictures, sheet, findings)
    return sound


def _check_sizes(painting: PaintedObject, sheet: PageBoxes, findings: Findings) -> None:
    """Check a picture and its masks as printed."""
    inline = not isinstance(painting.image, pikepdf.Stream)
    given = painting.image.obj if inline else painting.image
    _check_image(painting, given, painting.stream if inline else object_number(given), sheet, findings)
    for mask in _masks(given):
        _check_image(painting, mask, object_number(mask), sheet, findings)


def _check_spaces(painting: PaintedObject, sheet: PageBoxes, findings: Findings) -> None:
    """Check that a picture is in inks and its soft mask in grey."""
    given = painting.image if isinstance(painting.image, pikepdf.Stream) else painting.image.obj
    if not stencil(painting.image) and painting.colour.family not in INKS_ONLY:
        _not_inks(painting, painting.colour.family, given, sheet, findings)
    for mask in _masks(given):
        family = space_of(mask.get("/ColorSpace")).family
        if not stencil(mask) and family != GRAY:
            _not_inks(painting, family, mask, sheet, findings)


def _masks(given: Any) -> list[Any]:
    return [mask for key in ("/SMask", "/Mask") if isinstance(mask := given.get(key), pikepdf.Stream)]


def _check_channels(painting: PaintedObject, sheet: PageBoxes, findings: Findings) -> bool:
    differing = channels_said(painting.image, space_of(painting.image.get("/ColorSpace")))
    if differing:
        problem = Problem("preflight.image_channels", {"held": differing[0], "asked": differing[1]})
        findings.fault(
            "colour_spaces", problem, sheet.number, sheet.corner(painting.box), object_number(painting.image)
        )
    return differing is None


def _not_inks(painting: PaintedObject, family: str, image: Any, sheet: PageBoxes, findings: Findings) -> None:
    problem = Problem("preflight.colour_spaces", {"space": family})
    findings.fault(
        "colour_spaces", problem, sheet.number, sheet.corner(painting.box), object_number(image) or painting.stream
    )


def _check_shadows(painting: PaintedObject, pictures: CmykPictures, sheet: PageBoxes, findings: Findings) -> None:
    if painting.colour.family != CMYK or stencil(painting.image):
        return
    findings.mark_checked("dark_colours")
    if most := pictures.darkest(painting.image, _ppi(painting, painting.image)):
        facts = {"colour": str(painting.colour), "sum": round(most), "most": round(100 * MOST_DARK_INK)}
        problem = Problem("preflight.dark_colours", facts)
        findings.fault("dark_colours", problem, sheet.number, sheet.corner(painting.box), object_number(painting.image))


def _check_image(painting: PaintedObject, given: Any, number: int, sheet: PageBoxes, findings: Findings) -> None:
    place = sheet.corner(painting.box)
    mask = bool(_entry(given, "/ImageMask", "/IM"))
    bits = 1 if mask else int(number_of(_entry(given, "/BitsPerComponent", "/BPC")) or 8)
    rule, least = ("bitmap_resolution", LEAST_BITMAP_PPI) if bits == 1 else ("image_resolution", LEAST_PPI)
    findings.mark_checked(rule, "image_depth", "image_extras")
    ppi = _ppi(painting, given)
    if ppi < least * 0.995:
        problem = Problem(f"preflight.{rule}", {"ppi": round(ppi), "least": least})
        findings.fault(rule, problem, sheet.number, place, number)
    if bits > MOST_BITS:
        findings.fault("image_depth", Problem("preflight.image_depth", {"bits": bits}), sheet.number, place, number)
    if bool(_entry(given, "/Interpolate", "/I")):
        problem = Problem("preflight.image_extras", {"what": "Interpolate"})
        findings.fault("image_extras", problem, sheet.number, place, number)


def _entry(given: Any, name: str, short: str) -> Any:
    return given.get(name, given.get(short))


def _ppi(painting: PaintedObject, given: Any) -> float:
    """Return the lower printed resolution of a picture; infinite for a picture without area."""
    wide, high = (number_of(_entry(given, *names)) or 0 for names in (("/Width", "/W"), ("/Height", "/H")))
    return printed_ppi(painting, wide, high)


def check_states(page: Any, walk: ContentWalk, sheet: PageBoxes, findings: Findings) -> None:
    """Check transparency and device settings."""
    findings.mark_checked("transparency", "device_settings")
    for state in walk.states:
        number = object_number(state)
        for mode in {name_of(mode) for mode in items_of(state.get("/BM")) or [state.get("/BM")]} - {""}:
            if mode not in STANDARD_BLENDS:
                problem = Problem("preflight.blend_mode", {"name": mode[1:]})
                findings.fault("transparency", problem, sheet.number, object_number=number)
        for key in _DEVICE_KEYS:
            if key in state and name_of(state.get(key)) not in ("/Default", "/Identity"):
                problem = Problem("preflight.device_settings", {"name": key[1:]})
                findings.fault("device_settings", problem, sheet.number, object_number=number)
    forms = [*walk.forms, *walk.groups_aside]
    groups = [(dictionary_of(form.get("/Group")), object_number(form)) for form in forms]
    for group, number in [(dictionary_of(page.get("/Group")), object_number(page)), *groups]:
        family = space_of(group.get("/CS")).family if "/CS" in group else ""
        if family not in ("", "DeviceCMYK"):
            problem = Problem("preflight.group_space", {"space": family})
            findings.fault("transparency", problem, sheet.number, object_number=number)
    if _transparent(walk) and "/CS" not in dictionary_of(page.get("/Group")):
        findings.fault(
            "transparency", Problem("preflight.no_group", {}), sheet.number, object_number=object_number(page)
        )


def _transparent(walk: ContentWalk) -> bool:
    masked = any("/SMask" in painting.image for painting in walk.painted if isinstance(painting.image, pikepdf.Stream))
    return masked or any(painting.transparent for painting in walk.painted)
