"""Values of SVG's properties that are numbers."""

from __future__ import annotations


def opacity_of(text: str) -> float | None:
    """Return an opacity from 0 to 1, of a number or per cent; None for anything else."""
    try:
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None
    if number != number:
        return None
    opacity = min(max(number, 0.0), 1.0)
    return 1.0 if opacity > 0.995 else 0.0 if opacity < 1e-6 else opacity
