"""The gazetteer that is shipped: whole, and as another source has it wherever the two agree."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from labelsvc.domain.places.districts import HANOI_DISTRICTS
from labelsvc.domain.places.spelling import bare_name, district_key, plain_key
from labelsvc.domain.places.unit import Share
from labelsvc.services import shared_folder
from labelsvc.workflows.places.read_gazetteer import read_gazetteer

GAZETTEER = read_gazetteer(shared_folder("templates"))
HANOI, FORMER_UNITS = "thanhphohanoi", 526


def _other_source() -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return the units of today by code, and the codes that each former unit went to, as vietnamadminunits has them.

    Its files are read, not its code, which takes seconds to load.
    """
    spec = find_spec("vietnamadminunits")
    assert spec is not None
    data = Path(str(spec.origin)).parent / "data"
    with closing(sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True)) as database:
        units = database.execute("SELECT wardCode, ward, wardKey FROM admin_units WHERE provinceCode = '01'").fetchall()
        former = database.execute(
            "SELECT district, ward, districtKey, wardKey FROM admin_units_legacy WHERE provinceCode = '01'"
        ).fetchall()
    went = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    codes = {key: code for code, _, key in units}
    into: dict[str, set[str]] = defaultdict(set)
    for unit, whole in went["DICT_PROVINCE_WARD_NO_DIVIDED"][HANOI].items():
        for key in whole:
            into[key].add(codes[unit])
    for key, parts in went["DICT_PROVINCE_WARD_DIVIDED"][HANOI].items():
        into[key] = {codes[part["newWardKey"]] for part in parts}
    names = {f"{HANOI}_{near}_{ward}": plain_key(f"{name}, {district}") for district, name, near, ward in former}
    return {code: name for code, name, _ in units}, {names[key]: codes for key, codes in into.items()}


def test_hanoi_has_51_wards_and_75_communes() -> None:
    kinds = Counter(unit.name.split()[0] for unit in GAZETTEER.units)

    assert kinds == {"Phường": 51, "Xã": 75}
    assert len({unit.code for unit in GAZETTEER.units}) == len({unit.name for unit in GAZETTEER.units}) == 126


def test_every_former_unit_is_covered_once() -> None:
    assert len(GAZETTEER.former) == len({(old.name, old.district) for old in GAZETTEER.former}) == FORMER_UNITS
    assert {district_key(old.district) for old in GAZETTEER.former} == set(map(district_key, HANOI_DISTRICTS))


def test_units_of_today_are_those_of_the_other_source() -> None:
    units, _ = _other_source()

    assert {unit.code: unit.name for unit in GAZETTEER.units} == units


def test_former_units_went_where_the_other_source_says() -> None:
    _, into = _other_source()

    ours = {plain_key(f"{old.name}, {old.district}"): {unit.code for unit in old.choices} for old in GAZETTEER.former}
    differing = {key for key in into if ours[key] != into[key]}
    asked = {plain_key(f"{old.name}, {old.district}") for old in GAZETTEER.former if old.disputed}
    assert ours.keys() == into.keys()
    assert differing <= asked


def test_what_sources_dispute_is_asked_about() -> None:
    disputed = [old for old in GAZETTEER.former if old.disputed]

    assert {old.name for old in disputed} == {"Xã Cổ Bi", "Xã Đặng Xá", "Xã Văn Khê"}
    assert all(old.successor is None and len(old.choices) > 1 for old in disputed)


def test_shares_of_a_former_unit_fit_together() -> None:
    shares = {(old.name, old.district): Counter(share for _, share in old.parts) for old in GAZETTEER.former}

    for unit, counted in shares.items():
        if counted[Share.WHOLE]:
            assert counted == {Share.WHOLE: 1}, unit
        elif counted[Share.PEOPLE]:
            assert counted[Share.PEOPLE] == 1, unit
            assert not counted[Share.PART], unit
        else:
            assert counted[Share.PART], unit
            assert counted.total() > 1, unit


def test_dates_of_the_change_are_data() -> None:
    assert (GAZETTEER.since, GAZETTEER.until) == (date(2025, 7, 1), date(2027, 7, 1))
    assert GAZETTEER.source == "1656/NQ-UBTVQH15"


@pytest.mark.parametrize("number", [0, 1])
def test_names_differ_within_a_district_and_kind(number: int) -> None:
    keys = [
        (district_key(old.district), old.name.split()[0], (plain_key(bare_name(old.name)), bare_name(old.name))[number])
        for old in GAZETTEER.former
    ]

    assert len(keys) == len(set(keys))
