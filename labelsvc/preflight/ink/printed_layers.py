"""What of a page is printed: all but its layers of processing steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf

from labelsvc.preflight.content.pdf_values import dictionary_of, name_of

_PATH_PAINTING = frozenset(("f", "F", "f*", "S", "s", "B", "B*", "b", "b*"))
_PAINTING = frozenset(("Do", "sh", "Tj", "TJ", "'", '"', "INLINE IMAGE"))


def printed_operators(steps: Iterable[Any], resources: Any) -> Iterator[Any]:
    """Yield the operators of a content stream without what is painted in layers of processing steps (ISO 19593-1)."""
    layers = dictionary_of(resources.get("/Properties"))
    technical = {name for name, layer in layers.items() if "/GTS_Metadata" in dictionary_of(layer)}
    hidden: list[bool] = []
    for step in steps:
        operator = str(step.operator)
        if operator in ("BDC", "BMC"):
            of_layer = operator == "BDC" and name_of(step.operands[0]) == "/OC"
            hidden.append(of_layer and name_of(step.operands[1]) in technical)
        elif operator == "EMC" and hidden:
            hidden.pop()
        elif not any(hidden):
            yield step
        elif operator in _PATH_PAINTING:
            yield pikepdf.ContentStreamInstruction([], pikepdf.Operator("n"))
        elif operator not in _PAINTING:
            yield step
