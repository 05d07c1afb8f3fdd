"""The register as CSV and JSON, written by the thousand: what is done for each of 200,000 products counts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO

from labelsvc.domain.host import Host
from labelsvc.domain.trace.published_product import PublishedProduct
from labelsvc.formula_guard import guarded
from labelsvc.web.trace_paths import product_address

COLUMNS = ("name", "brand", "producer", "commune", "district", "group", "stars", "valid_until")
ProductLots = Iterable[Sequence[PublishedProduct]]


def csv_parts(lots: ProductLots, headings: Sequence[str], groups: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts of a CSV file: UTF-8 with its mark, safe against formulas; ``groups``: their words by name."""
    told = {name: guarded(word) for name, word in groups.items()}
    yield "\ufeff" + _csv_lines([headings])
    for lot in lots:
        yield _csv_lines(_csv_cells(row, told) for row in lot)


def _csv_cells(row: PublishedProduct, groups: Mapping[str, str]) -> Sequence[object]:
    texts = map(guarded, (row.name, row.brand, row.producer, row.commune, row.district))
    return (*texts, groups.get(row.group or "", ""), row.stars, _day(row))


def _csv_lines(rows: Iterable[Sequence[object]]) -> str:
    stream = StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def json_parts(lots: ProductLots, today: date, host: Host) -> Iterator[str]:
    """Yield the parts of a JSON document with the day that it is of."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    between = ""
    yield f'{{"date": "{today.isoformat()}", "products": ['
    for lot in lots:
        yield between + encode([_facts(row, host) for row in lot])[1:-1]
        between = ", "
    yield "]}"


def _facts(row: PublishedProduct, host: Host) -> Mapping[str, object]:
    return {
        "name": row.name,
        "brand": row.brand,
        "producer": row.producer,
        "commune": row.commune,
        "district": row.district,
        "group": (row.group or "").lower(),
        "stars": row.stars,
        "valid_until": _day(row),
        "page": product_address(host, row.public_id),
    }


def _day(row: PublishedProduct) -> str:
    return row.last_day.isoformat() if row.last_day else ""
