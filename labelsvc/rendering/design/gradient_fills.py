"""Fills by gradients: which one a shape refers to, whether the press can print it, and the form that paints it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from labelsvc.pdf.inks import SCREEN_BLACK, Ink
from labelsvc.rendering.design.builder import DesignBuilder
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.shapes import transform_matrix
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.svg.colours import split_paint
from labelsvc.rendering.svg.gradient_reading import GRADIENTS, read_gradient
from labelsvc.rendering.svg.gradients import MOST_RUNS, Gradient, GradientForm, runs_needed

_LONGEST_CHAIN = 8


def gradient_of(builder: DesignBuilder, element: DesignElement, at: ElementContext, path: Any) -> Gradient | Ink | None:
    """Return the gradient that fills a shape, or the ink that is left of it; ``path`` is before the context."""
    reference, plain = split_paint(at.inherited.get("fill", ""))
    if not reference or at.inherited.get("fill-opacity") == "0":
        return None
    if plain and not builder.references.has(reference):
        return None
    chain = _chain(builder, element, f"#{reference}")
    if not chain:
        return None
    matrices = transform_matrix, at.matrix
    found = builder.made(
        chain[0], lambda: read_gradient(chain, path.bbox(), matrices, lambda stop: _stop_ink(builder, stop))
    )
    if isinstance(found, Gradient):
        _judge(builder, element, found)
    return found


def shading(
    builder: DesignBuilder, element: DesignElement, gradient: Gradient, box: tuple[float, float, float, float]
) -> bytes:
    """Return the name of the form that paints a gradient over a box."""
    if runs_needed(gradient, box) > MOST_RUNS:
        builder.fault(element, "svg.gradient_runs", most=MOST_RUNS)
        gradient = replace(gradient, spread="pad")
    form = GradientForm(gradient, box, builder.height_mm)
    return builder.xobject(form, form)


def _chain(builder: DesignBuilder, element: DesignElement, said: str) -> list[DesignElement]:
    """Return a gradient and those that it refers to, one by one."""
    chain: list[DesignElement] = []
    while said and len(chain) <= _LONGEST_CHAIN:
        found = builder.references.find(
            chain[-1] if chain else element, said, "fill" if not chain else "href", GRADIENTS
        )
        if found is None or found in chain:
            if found:
                builder.fault(found, "design.reference", attribute="href", value=said, nearest="")
            return []
        chain.append(found)
        said = found.get("href")
    return chain


def _stop_ink(builder: DesignBuilder, stop: DesignElement) -> Ink | None:
    if stop.get("stop-opacity", "1") != "1":
        builder.fault(stop, "svg.opacity", attribute="stop-opacity", value=stop.get("stop-opacity"))
    said = stop.get("stop-color", SCREEN_BLACK)
    if said == "currentColor":  # whose colour it is, programs do not agree upon
        builder.fault(stop, "svg.value", attribute="stop-color", value=said)
        return None
    return builder.paint(stop, said, "stop-color")


def _judge(builder: DesignBuilder, element: DesignElement, gradient: Gradient) -> None:
    if gradient.has_spots:
        builder.fault(element, "svg.gradient_spot", inks=[ink.spot for ink in gradient.inks if ink.spot])
    if found := gradient.too_much_ink():
        builder.fault(element, "svg.gradient_ink", sum=found[0], most=found[1])
