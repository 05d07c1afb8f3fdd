"""What pydantic refuses, in the reader's language: by the type of the error, with the field and the bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelsvc.web.desk import context as desk

_SENTENCE_OF = {
    "missing": "missing",
    "extra_forbidden": "extra",
    "string_type": "text",
    "string_too_short": "short",
    "string_too_long": "long",
    "string_pattern_mismatch": "pattern",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_from_float": "whole",
    "int_parsing_size": "whole",
    "float_type": "number",
    "float_parsing": "number",
    "finite_number": "number",
    "bool_type": "truth",
    "bool_parsing": "truth",
    "greater_than_equal": "least",
    "less_than_equal": "most",
    "literal_error": "choice",
    "date_type": "day",
    "date_parsing": "day",
    "date_from_datetime_parsing": "day",
    "date_from_datetime_inexact": "day",
    "list_type": "many",
    "too_short": "few",
    "too_long": "much",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
}
"""The types that the API's models can meet; any other is said by ``validation.other``."""
LONGEST_SHOWN = 40


def said_of(error: Mapping[str, Any]) -> str:
    """Return the sentence for one of pydantic's errors."""
    bounds = error.get("ctx", {})
    known = (bounds.get(name) for name in ("min_length", "max_length", "ge", "le"))
    return desk.say(
        f"validation.{_SENTENCE_OF.get(error['type'], 'other')}",
        field=".".join(map(str, error["loc"])) or "–",
        value=str(error.get("input", ""))[:LONGEST_SHOWN],
        bound=next((bound for bound in known if bound is not None), ""),
        expected=str(bounds.get("expected", "")).replace("'", "").replace(" or ", ", "),
    )
