"""Shared models of the API: value types, paging, paths. Names are the domain's; days are ISO 8601."""

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


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


GroupName = Annotated[Literal["food", "drink", "herbal", "craft", "ornamental", "tourism"], BeforeValidator(_lower)]
"""A group; capitals are taken too, as the desk's addresses have them."""


class Strict(BaseModel):
    """Rejects unknown fields."""

    model_config = ConfigDict(extra="forbid")


class Body(Strict):
    """A JSON body: numbers are not strings, and booleans are not numbers."""

    model_config = ConfigDict(strict=True)


def _day(value: object) -> object:
    if isinstance(value, str):
        return date.fromisoformat(value) if _DAY.fullmatch(value) else value
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Day = Annotated[date, BeforeValidator(_day)]
"""A day in JSON: ISO 8601 only."""


class Paging(Strict):
    """The page of a list; pages count from 1."""

    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(50, ge=1, le=200)


class Page(Strict):
    """The page number, and the number of entries of the whole list."""

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
    """The reason of a change, recorded in the log of changes."""

    reason: Annotated[Words, Field(min_length=1)]


class Made(Strict):
    """The id of what was created, and its address."""

    id: int
    url: str
