"""What the resources of the API share: kinds of values, paging, paths. Names are the domain's; days are ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
LongText = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Behind the bounds of a whole number: 2.0 is one in JSON."""
Id = Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE]
StandingName = Literal["none", "not_yet", "in_force", "extended", "not_certified", "suspended", "expired", "withdrawn"]
BatchStateName = Literal["ordered", "running", "ready", "held", "failed", "cancelled"]


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


GroupName = Annotated[Literal["food", "drink", "herbal", "craft", "ornamental", "tourism"], BeforeValidator(_lower)]
"""A group; capitals are taken too, as the desk's addresses have them."""


class Strict(BaseModel):
    """Takes nothing that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Body(Strict):
    """What a machine sends as JSON: a number is no text, and a yes no number."""

    model_config = ConfigDict(strict=True)


def _day(value: object) -> object:
    if isinstance(value, str):
        return date.fromisoformat(value) if _DAY.fullmatch(value) else value
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Day = Annotated[date, BeforeValidator(_day)]
"""A day as JSON has it: ISO 8601, and nothing else that might be read as one."""


class Paging(Strict):
    """Which page of a list; pages count from 1."""

    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(50, ge=1, le=200)


class Page(Strict):
    """Which page this is, and how many entries the whole list has."""

    page: int
    per_page: int
    total: int


class ProductPath(Strict):
    """A product by its id."""

    product_id: Id


class BatchPath(Strict):
    """A batch by its name."""

    name: Name


class Reason(Body):
    """Why something is done; it stands in the log of changes."""

    reason: Annotated[Words, Field(min_length=1)]


class Made(Strict):
    """The id of what was made, and where it is."""

    id: int
    url: str
