"""Reads the gazetteer that is shipped, ``templates/places/hanoi.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from labelsvc.domain.places.gazetteer import Gazetteer
from labelsvc.domain.places.unit import FormerUnit, Share, Unit


@lru_cache(4)
def read_gazetteer(templates: Path) -> Gazetteer:
    """Return the gazetteer of a folder of templates, read once a process."""
    content = tomllib.loads((templates / "places" / "hanoi.toml").read_text(encoding="utf-8"))
    units: list[Unit] = []
    parts: dict[tuple[str, str], list[tuple[Unit, Share]]] = {}
    for table in content["unit"]:
        unit = Unit(table["code"], table["name"])
        units.append(unit)
        for share in Share:
            for district, names in table.get(share.value, {}).items():
                for name in names:
                    parts.setdefault((district, name), []).append((unit, share))
    disputed = {(each["district"], each["name"]): each["why"] for each in content["disputed"]}
    former = [
        FormerUnit(name, district, tuple(went), disputed.get((district, name), ""))
        for (district, name), went in parts.items()
    ]
    return Gazetteer(
        units, former, since=content["since"], until=content["former_labels"]["until"], source=content["source"]
    )
