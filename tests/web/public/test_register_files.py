"""The register's files, written by the thousand, have the bytes that one row after the other would give."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from labelsvc.domain.host import Host
from labelsvc.domain.trace.published_product import PublishedProduct
from labelsvc.web.public.register_files import csv_parts, json_parts

HOST = Host.parse("ocop.hanoi.gov.vn")
HEADINGS = ["Tên", "Nhãn", "Cơ sở", "Xã", "Quận", "Nhóm", "Sao", "Đến"]
PLAIN = PublishedProduct("Chè lam", "", "HTX Đồng Tâm", "Xã A", "", "FOOD", "k3k3k3k3k3", 4, date(2027, 2, 1))
ROWS = [
    PLAIN,
    PLAIN._replace(name='Gốm "Bát Tràng", loại 1', brand="=1+1", producer=" +84", group=None, public_id=None),
    PLAIN._replace(name="Hai\ndòng", commune="＠xã", district="-", group="CRAFT", last_day=None),
]
GROUPS = {"FOOD": "Thực phẩm", "CRAFT": "-Thủ công"}


@pytest.mark.parametrize("lots", [[], [ROWS], [ROWS[:1], ROWS[1:]]])
def test_a_csv_is_the_same_in_whatever_lots_it_is_written(lots: list[list[PublishedProduct]]) -> None:
    written = "".join(csv_parts(lots, HEADINGS, GROUPS))

    lines = [
        ["Chè lam", "", "HTX Đồng Tâm", "Xã A", "", "Thực phẩm", "4", "2027-02-01"],
        ['Gốm "Bát Tràng", loại 1', "'=1+1", "' +84", "Xã A", "", "", "4", "2027-02-01"],
        ["Hai\ndòng", "", "HTX Đồng Tâm", "'＠xã", "'-", "'-Thủ công", "4", ""],
    ]
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADINGS, *(lines if lots else [])])
    assert written == "\ufeff" + stream.getvalue()


@pytest.mark.parametrize("lots", [[], [ROWS], [ROWS[:1], ROWS[1:]]])
def test_a_json_is_the_same_in_whatever_lots_it_is_written(lots: list[list[PublishedProduct]]) -> None:
    written = "".join(json_parts(lots, date(2026, 11, 30), HOST))

    keys = ("name", "brand", "producer", "commune", "district")
    facts = [
        {key: getattr(row, key) for key in keys} | {"group": group, "stars": 4, "valid_until": until, "page": page}
        for row, group, until, page in zip(
            ROWS,
            ("food", "", "craft"),
            ("2027-02-01", "2027-02-01", ""),
            (f"{HOST.address}/p/k3k3k3k3k3", "", f"{HOST.address}/p/k3k3k3k3k3"),
            strict=True,
        )
    ]
    whole = {"date": "2026-11-30", "products": facts if lots else []}
    assert written == json.dumps(whole, ensure_ascii=False)
