"""Parses a list's address into a filter; invalid values are ignored."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from labelsvc.domain.collation import collation_key
from labelsvc.domain.history import Standing
from labelsvc.domain.places.spelling import bare_name
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.product_filter import HOLDING, SORTS, ProductFilter

LONGEST_WORDS = 200
HOLDS = "holds"
"""The choice of all standings under which stars hold."""


def product_filter(producer_id: int | None = None) -> ProductFilter:
    """Return the filter of this request's address."""
    asked = request.values
    standing, stars, within = asked.get("standing", ""), asked.get("stars", ""), asked.get("within", "")
    group = asked.get("group", "").upper()
    return ProductFilter(
        words=asked.get("words", "")[:LONGEST_WORDS].replace("\0", ""),
        district=asked.get("district", "")[:LONGEST_WORDS].replace("\0", ""),
        commune=asked.get("commune", "")[:LONGEST_WORDS].replace("\0", ""),
        group=group if group in ProductGroup.__members__ else "",
        stars=int(stars) if stars in ("1", "2", "3", "4", "5") else 0,
        standings=HOLDING if standing == HOLDS else _standings(standing),
        ends_within=int(within) if within.isascii() and within.isdigit() and len(within) < 5 else None,
        lacks_trace={"lacks": True, "whole": False}.get(asked.get("trace", "")),
        producer_id=producer_id if producer_id is not None else _number(asked.get("producer", "")),
    )


def sorting(default: str = "name") -> tuple[str, bool]:
    """Return by what the list is sorted, and whether downwards: ``sort=stars&down=1``, or ``sort=stars-down``."""
    asked = request.args.get("sort", default)
    name = asked.removesuffix("-down")
    return name if name in SORTS else default, request.args.get("down") == "1" or asked.endswith("-down")


def communes(places: Iterable[tuple[str, str]], district: str) -> list[str]:
    """Return the communes of a district, of all where none is chosen, by their names without the kind."""
    offered = {commune for of, commune in places if commune and district in ("", of)}
    return sorted(offered, key=lambda commune: (collation_key(bare_name(commune)), collation_key(commune)))


def _standings(asked: str) -> tuple[Standing, ...]:
    return (Standing(asked),) if asked in {standing.value for standing in Standing} else ()


def _number(asked: str) -> int | None:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
