"""JSON schemas in words, for the documentation page: value types, and the fields of an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_BOUNDS = (
    ("minimum", "≥ {}"), ("maximum", "≤ {}"), ("minLength", "≥ {} chars"), ("maxLength", "≤ {} chars"),
    ("minItems", "≥ {} items"), ("maxItems", "≤ {} items"), ("format", "{}"),
)  # fmt: skip


def kind_of(schema: Schema) -> str:
    """Return the kind of a value in short: ``integer (≥ 1)``, ``"food" | "drink"``, ``OrderLine[]``, ``… | null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(map(kind_of, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        kind = f"{kind_of(schema.get('items', {}))}[]"
    bounds = [words.format(_plain(schema[name])) for name, words in _BOUNDS if name in schema]
    return f"{kind} ({', '.join(bounds)})" if bounds else kind


def _plain(bound: object) -> object:
    """Return a bound as people write it: 1, not 1.0."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def fields_of(schema: Schema) -> Iterator[tuple[str, str, bool, str]]:
    """Yield the fields of an object: name, type, whether it is required, and its description or default."""
    needed = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        default = f"= {field['default']}" if field.get("default") not in (None, "") else ""
        yield name, kind_of(field), name in needed, str(field.get("description", default))
