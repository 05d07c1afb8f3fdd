"""``labelsvc law`` as a clerk types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES
from tests.offices.command_line import CommandLine
from tests.offices.prepared_databases import put_sqlite
from tests.samples.designer_labels import label_pdf, lines_of
from tests.samples.records_files import csv_of

DRINK = CLASS_EXAMPLES[GoodsClass.DRINK]
COLUMNS = {
    "Tên sản phẩm": DRINK.name,
    "Chủ thể": DRINK.producer,
    "Địa chỉ": DRINK.address,
    "Xã/Phường": DRINK.commune,
    "Hạng sao": "4",
    "Ngày quyết định": "01/06/2026",
    "Loại hàng hóa": "Đồ uống",
    "Khối lượng tịnh": DRINK.net_content,
    "Thành phần": DRINK.ingredients,
    "Bảo quản": DRINK.storage,
    "Hạn sử dụng": DRINK.shelf_life,
    "Hướng dẫn sử dụng": DRINK.directions,
    "Cảnh báo": DRINK.warnings,
    "Xuất xứ": DRINK.origin,
}


@pytest.fixture
def clerk(tmp_path: Path) -> CommandLine:
    (tmp_path / "a.csv").write_bytes(csv_of(tuple(COLUMNS), tuple(COLUMNS.values())))
    (tmp_path / "good.pdf").write_bytes(label_pdf(lines_of(DRINK)))
    (tmp_path / "bad.pdf").write_bytes(label_pdf([line for line in lines_of(DRINK) if "Xuất xứ" not in line[0]]))
    clerk = CommandLine(tmp_path)
    put_sqlite(clerk.home / "labelsvc.db")
    assert clerk.run("import", "a.csv").status == 0
    return clerk


def test_a_designers_file_is_told_rule_by_rule_with_sources(clerk: CommandLine) -> None:
    good = clerk.run("law", "check", "good.pdf", "--product", DRINK.name, language="en")
    bad = clerk.run("law", "check", "bad.pdf", "--product", DRINK.name)

    assert good.status == 0, good.out
    assert "✓ The origin of the goods [decree 37/2026/NĐ-CP, art. 42]" in good.out
    assert "[house rule]" in good.out
    assert "lawful" not in good.out
    assert bad.status == 1
    assert "✗ Xuất xứ hàng hóa" in bad.out
    assert "không thấy «Việt Nam»" in bad.out


def test_the_json_has_each_rule_with_its_result(clerk: CommandLine) -> None:
    said = clerk.run("law", "check", "bad.pdf", "--product", DRINK.name, "--json")
    rules = {row["rule"]: row for row in json.loads(said.out)["rules"]}

    assert said.status == 1
    assert rules["origin"]["result"] == "broken"
    assert rules["origin"]["code"] == "law.label_lacks"
    assert rules["letter-height"]["house_rule"]


def test_the_sheet_is_written_and_unknown_products_are_named(clerk: CommandLine) -> None:
    assert clerk.run("law", "sheet", DRINK.name, "-o", "phieu.pdf").status == 0
    assert (clerk.folder / "phieu.pdf").read_bytes().startswith(b"%PDF-")

    unknown = clerk.run("law", "check", "good.pdf", "--product", "Kẹo dừa")
    assert unknown.status == 1
    assert "Kẹo dừa" in unknown.err
