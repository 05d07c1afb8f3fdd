"""What each property of SVG and CSS means for paper: printed, no matter there, or not to be printed.

A property that is in none of the tables is unknown, and refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping

PAINTS = frozenset({"fill", "stroke"})
COLOURS = frozenset({"color", "stop-color"})
OPACITIES = frozenset({"fill-opacity", "stroke-opacity", "stop-opacity"})
"""Kept where they are, as they are inherited: 1 and 0 are printed."""
LENGTHS = frozenset({"stroke-width", "stroke-dashoffset", "font-size", "letter-spacing", "stroke-dasharray"})
GEOMETRY = frozenset({"x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "d"})
"""Attributes that SVG 2 lets CSS say too."""
AS_WRITTEN = frozenset(
    {
        *("fill-rule", "clip-rule", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "paint-order"),
        *("font-family", "font-weight", "font-style", "text-anchor", "visibility", "display", "clip-path", "transform"),
        "overflow",
    }
)
PRINTED = PAINTS | COLOURS | OPACITIES | LENGTHS | AS_WRITTEN | {"opacity", "font", "white-space"}

NO_MATTER = frozenset(
    {
        *("color-interpolation-filters", "color-profile", "color-rendering", "cursor", "enable-background"),
        *("flood-color", "flood-opacity", "image-rendering", "isolation", "lighting-color", "line-height"),
        *("pointer-events", "shape-rendering", "solid-color", "solid-opacity", "text-rendering", "user-select"),
        *("will-change", "font-synthesis", "font-optical-sizing", "text-align", "text-align-last", "block-progression"),
        *(
            "text-decoration-color",
            "text-decoration-style",
            "text-decoration-thickness",
            "tab-size",
            "orphans",
            "widows",
        ),
        *("shape-padding", "shape-margin", "text-overflow", "content", "box-sizing", "stroke-alignment", "fill-box"),
        *("margin", "padding", "border", "outline", "stop-fill", "quotes", "hyphens", "text-underline-position"),
        *("font-smooth", "text-size-adjust", "backface-visibility", "position", "top", "left", "right", "bottom"),
        *("max-width", "max-height", "min-width", "min-height", "z-index", "float", "all-space-treatment"),
    }
)
"""Properties that change nothing on paper, or only for texts that flow, which are refused by their own names."""

NOTHING: Mapping[str, frozenset[str]] = {
    name: frozenset(values.split("|"))
    for name, values in {
        "filter": "none",
        "mask": "none",
        "mask-image": "none",
        "mix-blend-mode": "normal",
        "background-blend-mode": "normal",
        "marker": "none",
        "marker-start": "none",
        "marker-mid": "none",
        "marker-end": "none",
        "vector-effect": "none",
        "clip": "auto",
        "color-interpolation": "auto|srgb",
        "text-decoration": "none|none solid",
        "text-decoration-line": "none",
        "text-shadow": "none",
        "text-transform": "none",
        "text-indent": "0|0px",
        "writing-mode": "lr|lr-tb|horizontal-tb",
        "direction": "ltr",
        "unicode-bidi": "normal|embed|isolate|plaintext",
        "text-orientation": "mixed",
        "baseline-shift": "baseline|0|0px|0%",
        "dominant-baseline": "auto|alphabetic|baseline",
        "alignment-baseline": "auto|baseline|alphabetic",
        "word-spacing": "normal|0|0px|0em",
        "kerning": "auto|0",
        "font-kerning": "auto|normal",
        "font-variant": "normal|none",
        "font-variant-ligatures": "normal|common-ligatures",
        "font-variant-caps": "normal",
        "font-variant-numeric": "normal",
        "font-variant-alternates": "normal",
        "font-variant-position": "normal",
        "font-variant-east-asian": "normal",
        "font-feature-settings": "normal",
        "font-variation-settings": "normal",
        "font-stretch": "normal|100%",
        "font-size-adjust": "none",
        "glyph-orientation-vertical": "auto|0|0deg",
        "glyph-orientation-horizontal": "auto|0|0deg",
        "shape-inside": "auto|none",
        "shape-subtract": "auto|none",
        "inline-size": "0|0px|auto",
        "transform-origin": "0 0|0px 0px|0|0 0 0|0px 0px 0px|0% 0%",
        "transform-box": "view-box|fill-box|border-box",
        "translate": "none",
        "rotate": "none|0|0deg",
        "scale": "none|1",
        "offset-path": "none",
        "animation": "none",
        "animation-name": "none",
        "transition": "none|all|all 0s",
        "background": "none|transparent|#fff|#ffffff|white|new|rgb(255, 255, 255)",
        "background-color": "none|transparent|#fff|#ffffff|white|rgb(255, 255, 255)",
        "background-image": "none",
        "perspective": "none",
        "clip-path-units": "",
    }.items()
}
"""The values of properties that mean that nothing is done; any other of their values is not printed."""

REMEDIES: Mapping[str, str] = {
    **dict.fromkeys(("filter",), "svg.filter"),
    **dict.fromkeys(("mask", "mask-image"), "svg.mask"),
    **dict.fromkeys(("mix-blend-mode", "background-blend-mode"), "svg.blend"),
    **dict.fromkeys(("marker", "marker-start", "marker-mid", "marker-end"), "svg.marker"),
    **dict.fromkeys(("animation", "animation-name", "transition", "offset-path"), "svg.animation"),
    **dict.fromkeys(("background", "background-color", "background-image"), "svg.background"),
    **dict.fromkeys(
        (
            *(
                "text-decoration",
                "text-decoration-line",
                "text-shadow",
                "text-transform",
                "text-indent",
                "writing-mode",
            ),
            *("direction", "unicode-bidi", "text-orientation", "baseline-shift", "dominant-baseline", "word-spacing"),
            *("alignment-baseline", "kerning", "font-kerning", "font-variant", "font-variant-caps", "shape-inside"),
            *("font-variant-ligatures", "font-variant-numeric", "font-variant-alternates", "font-variant-position"),
            *("font-variant-east-asian", "font-feature-settings", "font-variation-settings", "font-stretch"),
            *("font-size-adjust", "glyph-orientation-vertical", "glyph-orientation-horizontal", "shape-subtract"),
            "inline-size",
        ),
        "svg.text_style",
    ),
}
"""The sentence for each value that is not printed; svg.value says it of the others."""


def known_property(name: str) -> bool:
    """Return whether a property is judged here; names of a maker (-webkit-…) and variables do not matter."""
    return name in PRINTED or name in NOTHING or no_matter(name)


def no_matter(name: str) -> bool:
    """Return whether a property changes nothing on paper."""
    return name in NO_MATTER or name.startswith(("-", "marker-offset", "font-variant-emoji", "text-emphasis"))
