"""What a request may hold before a page looks at it: ids that a database takes, JSON that is not nested without end.

A ``\\ud800`` alone is no letter: nothing keeps it, and no answer could say it.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

HIGHEST_ID = 2**31 - 1
"""PostgreSQL's ``integer``: nothing has a higher id, so an address that names one is not found."""


class RowId(IntegerConverter):
    """A whole number in a path, which a database takes."""

    def to_python(self, value: str) -> int:
        """Return the number; NotFound if nothing has it (that the address does not fit would be 405 to some)."""
        if len(value) > len(str(HIGHEST_ID)) or int(value) > HIGHEST_ID:
            raise NotFound
        return int(super().to_python(value))


class ShallowJson(DefaultJSONProvider):
    """JSON whose reader gives up where values are nested too deeply or hold half a letter, as where they are broken."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value; ValueError, which Flask answers with 400, where there is none that can be read."""
        try:
            value = super().loads(s, **kwargs)
            json.dumps(value, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        return value


def take_plain_input(app: Flask) -> None:
    """Let an application without routes read paths and bodies so."""
    app.url_map.converters["int"] = RowId
    app.json = ShallowJson(app)
