"""Layers, processing steps and spot inks of a file (ISO 32000-1, 8.11; ISO 19593-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.content.graphics_state import PaintedObject
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, object_number, text_of
from labelsvc.preflight.findings import Findings

STRUCTURAL = frozenset(
    (
        "/Cutting",
        "/PartialCutting",
        "/ReversePartialCutting",
        "/Creasing",
        "/ReverseCreasing",
        "/CuttingCreasing",
        "/ReverseCuttingCreasing",
        "/PartialCuttingCreasing",
        "/ReversePartialCuttingCreasing",
        "/Drilling",
        "/Gluing",
        "/FoilStamping",
        "/ColdFoilStamping",
        "/Embossing",
        "/Debossing",
        "/Perforating",
        "/Bleed",
        "/VarnishFree",
        "/InkFree",
        "/InkVarnishFree",
        "/Folding",
        "/Punching",
        "/Stapling",
    )
)
TYPED_GROUPS: Mapping[str, frozenset[str]] = {
    "/Structural": STRUCTURAL,
    "/Positions": frozenset(["/Hologram", "/Barcode", "/ContentArea", "/CodingMarking", "/Imprinting"]),
}
"""Groups of processing steps that carry a type, and their types."""
UNTYPED_GROUPS = frozenset(["/Dimensions", "/Braille", "/Legend", "/White", "/Varnish"])
CUTTING = "/Cutting"
NO_LINES = frozenset(("/Bleed", "/VarnishFree", "/InkFree", "/InkVarnishFree"))
"""Structural types that describe areas, not lines for a machine to follow."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The meaning of a file's layers: processing steps (group, type) by object number, and the declared layers."""

    steps: Mapping[int, tuple[str, str]]
    declared: frozenset[int] = frozenset()

    def technical(self, layers: tuple[int, ...]) -> bool:
        """Return whether content in these layers is a processing step, which is not printed."""
        return any(layer in self.steps for layer in layers)

    def cutting(self, layers: tuple[int, ...]) -> bool:
        """Return whether one of the layers is the die line's."""
        return any(self.steps.get(layer) == ("/Structural", CUTTING) for layer in layers)

    def structural(self, layers: tuple[int, ...]) -> bool:
        """Return whether one of the layers holds lines to be cut, creased, perforated or the like."""
        steps = [self.steps[layer] for layer in layers if layer in self.steps]
        return any(group == "/Structural" and kind not in NO_LINES for group, kind in steps)


def check_layers(pdf: pikepdf.Pdf, findings: Findings | None) -> Layers:
    """Check the configuration of layers; return their meaning (``findings`` None: without judging)."""
    findings = findings or Findings()
    properties = dictionary_of(pdf.Root.get("/OCProperties"))
    layers = items_of(properties.get("/OCGs"))
    if "/OCProperties" in pdf.Root:
        _check_configuration(properties, layers, findings)
    steps = {}
    for layer in layers:
        given = dictionary_of(layer).get("/GTS_Metadata")
        if isinstance(given, pikepdf.Dictionary):
            findings.mark_checked("processing_steps")
            group, kind = name_of(given.get("/GTS_ProcStepsGroup")), name_of(given.get("/GTS_ProcStepsType"))
            steps[object_number(layer)] = (group, kind)
            _check_step(layer, group, kind, findings)
    return Layers(steps, frozenset(map(object_number, layers)))


def check_used_layers(painted: Iterable[PaintedObject], layers: Layers, sheet: PageBoxes, findings: Findings) -> None:
    """Check that a page paints only in layers declared in the catalog."""
    for number in {layer for painting in painted for layer in painting.layers} - layers.declared:
        problem = Problem("preflight.layers", {"what": "OCGs"})
        findings.fault("layers", problem, sheet.number, object_number=number)


def _check_configuration(properties: Any, layers: list[Any], findings: Findings) -> None:
    findings.mark_checked("layers")
    settings = dictionary_of(properties.get("/D"))
    wrong = [] if text_of(settings.get("/Name")) else ["Name"]
    wrong += ["BaseState"] if name_of(settings.get("/BaseState", pikepdf.Name.ON)) != "/ON" else []
    listed = _listed(settings.get("/Order"))
    wrong += ["Order"] if {object_number(layer) for layer in layers} - listed else []
    wrong += ["OFF"] if items_of(settings.get("/OFF")) else []
    wrong += ["AS"] if "/AS" in settings else []
    wrong += ["Configs"] if "/Configs" in properties else []
    for what in wrong:
        findings.fault("layers", Problem("preflight.layers", {"what": what}))


def _listed(order: Any) -> set[int]:
    """Return the numbers of the layers in an Order array; arrays may refer to each other, so each is visited once."""
    listed, seen, waiting = set[int](), set[int](), [order]
    while waiting:
        item = waiting.pop()
        number = object_number(item)
        if isinstance(item, pikepdf.Array):
            waiting += items_of(item) if not number or number not in seen else []
            seen.add(number)
        else:
            listed.add(number)
    return listed


def _check_step(layer: Any, group: str, kind: str, findings: Findings) -> None:
    right = kind in TYPED_GROUPS[group] if group in TYPED_GROUPS else group in UNTYPED_GROUPS and not kind
    if not right:
        facts = {"group": group[1:] or "–", "kind": kind[1:] or "–", "layer": text_of(layer.get("/Name")) or "–"}
        findings.fault(
            "processing_steps", Problem("preflight.processing_steps", facts), object_number=object_number(layer)
        )
