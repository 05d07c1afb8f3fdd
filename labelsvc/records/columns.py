"""The columns of a records file: their contents and the headings that people use.

A heading is recognised by its letters and digits only: case, accents, spaces, punctuation and text in brackets ("Ngày
quyết định (dd/mm/yyyy)") are ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Literal

from labelsvc.domain.product import Product, without_diacritics

ColumnKind = Literal["text", "stars", "score", "date", "flag", "group", "quantity", "gtin", "gln", "class"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its field, the kind of its cells, and its headings, the official one first."""

    field: str
    kind: ColumnKind
    headings: tuple[str, ...]
    longest: int = 2_000
    needed: bool = False

    @property
    def heading(self) -> str:
        """The heading in the office's own files."""
        return self.headings[0]


NAME_LENGTH = 300
"""The longest name or address that a label holds; ingredients and the like use the column's default."""


def _of_class(field: str, *headings: str, longest: int = NAME_LENGTH) -> Column:
    """Return a column of what a goods class needs, in the forms that ``domain.law.entered_values`` takes."""
    return Column(field, "class", headings, longest)


def _text(field: str, *headings: str, longest: int = 2_000, needed: bool = False) -> Column:
    return Column(field, "text", headings, longest, needed)


COLUMNS = (
    _text(
        "name", "Tên sản phẩm", "Sản phẩm", "Tên SP", "Tên hàng hóa", "Tên sản phẩm OCOP", "Tên sản phẩm/dịch vụ",
        "Product name", "Product", "Name of product", longest=NAME_LENGTH, needed=True,
    ),
    _text(
        "brand", "Nhãn hiệu", "Thương hiệu", "Tên nhãn hiệu", "Brand", "Brand name", "Trademark", longest=NAME_LENGTH
    ),
    Column(
        "registered_mark", "flag",
        ("Nhãn hiệu đăng ký (®)", "Nhãn hiệu đã đăng ký", "Đăng ký nhãn hiệu", "Đã đăng ký nhãn hiệu",
         "Registered mark", "Registered trademark", "Registered"),
    ),
    _text(
        "producer", "Chủ thể", "Tên chủ thể", "Chủ thể OCOP", "Chủ thể sản xuất", "Tên chủ thể sản xuất",
        "Cơ sở sản xuất", "Tên cơ sở", "Đơn vị sản xuất", "Nhà sản xuất", "Producer", "Producer name", "Manufacturer",
        longest=NAME_LENGTH, needed=True,
    ),
    _text("address", "Địa chỉ", "Địa chỉ sản xuất", "Địa chỉ chủ thể", "Address", longest=NAME_LENGTH),
    _text(
        "commune", "Xã/Phường", "Xã", "Phường", "Xã/Phường/Thị trấn", "Cấp xã", "Commune", "Ward", "Commune/Ward",
        longest=NAME_LENGTH,
    ),
    _text(
        "district", "Quận/Huyện", "Huyện", "Quận", "Quận/Huyện/Thị xã", "Huyện/Quận", "Huyện/Quận/Thị xã", "Cấp huyện",
        "District", longest=NAME_LENGTH,
    ),
    Column("group", "group", ("Nhóm sản phẩm", "Nhóm", "Nhóm ngành", "Ngành hàng", "Product group", "Group")),
    Column(
        "stars", "stars",
        ("Hạng sao", "Số sao", "Sao", "Xếp hạng", "Xếp hạng sao", "Hạng OCOP", "Phân hạng", "Phân hạng sao",
         "Đạt sao", "Kết quả phân hạng", "Stars", "Star rating", "Rating"),
        needed=True,
    ),
    Column("score", "score", ("Điểm", "Số điểm", "Tổng điểm", "Điểm đánh giá", "Score", "Points")),
    Column(
        "potential_five", "flag",
        ("Tiềm năng 5 sao", "Tiềm năng năm sao", "Potential five stars", "Potential 5 stars", "Potential five"),
    ),
    _text(
        "decision_number", "Số quyết định", "Quyết định số", "Số QĐ", "Quyết định", "QĐ", "Quyết định công nhận",
        "Số, ngày quyết định", "Số, ngày QĐ", "Số và ngày quyết định", "Số QĐ, ngày QĐ", "Số quyết định, ngày",
        "Số, ngày, tháng, năm quyết định", "Quyết định số, ngày", "Decision number",
        "Decision no.", "Decision", "Decision number and date", longest=NAME_LENGTH,
    ),
    Column(
        "decision_date", "date",
        ("Ngày quyết định", "Ngày QĐ", "Ngày ban hành", "Ngày ban hành quyết định", "Ngày công nhận", "Ngày ký",
         "Decision date", "Date of decision"),
        needed=True,
    ),
    _text(
        "issuer", "Cơ quan cấp", "Cơ quan ban hành", "Cơ quan công nhận", "Cấp công nhận", "Nơi cấp", "Issuer",
        "Issued by", longest=NAME_LENGTH,
    ),
    Column("valid_from", "date", ("Hiệu lực từ", "Có hiệu lực từ", "Hiệu lực từ ngày", "Ngày hiệu lực", "Valid from")),
    Column(
        "valid_until", "date",
        ("Hiệu lực đến", "Có hiệu lực đến", "Hiệu lực đến ngày", "Có giá trị đến", "Ngày hết hiệu lực",
         "Valid until", "Valid to"),
    ),
    _text(
        "net_content", "Khối lượng tịnh", "Khối lượng", "Định lượng", "Dung tích", "Thể tích thực", "Quy cách",
        "Net content", "Net weight", "Net quantity", longest=NAME_LENGTH,
    ),
    _text(
        "ingredients", "Thành phần", "Thành phần cấu tạo", "Thành phần nguyên liệu", "Nguyên liệu", "Chất liệu",
        "Ingredients", "Composition", "Materials",
    ),
    _text("storage", "Bảo quản", "Hướng dẫn bảo quản", "Điều kiện bảo quản", "Storage", "Storage conditions"),
    _text("shelf_life", "Hạn sử dụng", "Hạn dùng", "HSD", "Thời hạn sử dụng", "Shelf life", longest=NAME_LENGTH),
    _text("directions", "Hướng dẫn sử dụng", "HDSD", "Cách dùng", "Cách sử dụng", "Directions", "Directions for use"),
    _text("warnings", "Cảnh báo", "Thông tin cảnh báo", "Khuyến cáo", "Lưu ý", "Warnings", "Warning"),
    _text("origin", "Xuất xứ", "Nguồn gốc", "Nguồn gốc xuất xứ", "Origin", "Country of origin", longest=NAME_LENGTH),
    Column("gtin", "gtin", ("GTIN", "Mã GTIN", "Mã vạch", "Mã số mã vạch", "Barcode", "EAN")),
    Column("gln", "gln", ("GLN", "Mã GLN", "Mã địa điểm toàn cầu", "Mã số địa điểm toàn cầu")),
    _text(
        "ocop_code", "Mã OCOP", "Mã sản phẩm OCOP", "Mã số OCOP", "Mã sản phẩm", "OCOP code", "OCOP product code",
        longest=NAME_LENGTH,
    ),
    _of_class("product_set", "Bộ sản phẩm", "Số bộ sản phẩm", "Bộ sản phẩm số", "Product set"),
    _of_class(
        "goods_class", "Loại hàng hóa", "Nhóm hàng hóa", "Loại hàng hóa ghi nhãn", "Goods class", "Class of goods"
    ),
    _of_class(
        "nutrition", "Giá trị dinh dưỡng", "Thành phần dinh dưỡng", "Dinh dưỡng", "Bảng dinh dưỡng",
        "Thành phần dinh dưỡng, giá trị dinh dưỡng", "Nutrition", "Nutrition facts", longest=2_000,
    ),
    _of_class(
        "nutrition_exemption", "Lý do miễn ghi dinh dưỡng", "Miễn ghi dinh dưỡng", "Miễn dinh dưỡng",
        "Nutrition exemption",
    ),
    _of_class(
        "alcohol", "Độ cồn", "Nồng độ cồn", "Hàm lượng ethanol", "Hàm lượng etanol", "Độ rượu", "Nồng độ",
        "Alcohol", "Alcohol by volume", "ABV",
    ),
    _text(
        "target_users", "Đối tượng sử dụng", "Đối tượng dùng", "Dùng cho", "Target users", "For whom",
    ),
    _text("dose", "Liều dùng", "Liều lượng", "Liều sử dụng", "Dose", "Dosage"),
    _text(
        "technical_data", "Thông số kỹ thuật", "Thông tin kỹ thuật", "Kích thước", "Đặc tính", "Cấp giống, đặc tính",
        "Technical data", "Specifications",
    ),
    _of_class("production_year", "Năm sản xuất", "Năm SX", "Production year", "Year of production", "Year of make"),
    _text(
        "circulation_number", "Số lưu hành", "Số công bố", "Số đăng ký", "Số tiếp nhận", "Số tiếp nhận công bố",
        "Số đăng ký bản công bố", "Số tự công bố", "Số phiếu công bố", "Circulation number", "Registration number",
        longest=NAME_LENGTH,
    ),
    _text(
        "craft_village", "Làng nghề", "Làng nghề, nghệ nhân", "Nghệ nhân", "Tên làng nghề",
        "Craft village", "Craft village or artisan", "Artisan", longest=NAME_LENGTH,
    ),
    Column(
        "quantity", "quantity",
        ("Số lượng", "Số lượng in", "Số lượng tem", "Số tem", "Số lượng nhãn", "SL", "Quantity", "Qty"),
    ),
)  # fmt: skip
"""In the order of the office's own file."""

COLUMN = {column.field: column for column in COLUMNS}
NEEDED = tuple(column.field for column in COLUMNS if column.needed)
PRODUCT_FIELDS = frozenset(each.name for each in fields(Product))
RECOGNITION_FIELDS = frozenset(COLUMN) - PRODUCT_FIELDS - {"quantity"}
ERRORS_HEADING = "Lỗi"
"""The last column of a file of refused rows; ignored on re-import."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@lru_cache(4_096)
def heading_key(text: str) -> str:
    """Return the letters and digits of a heading: no case, no accents, no spaces, no marks."""
    return "".join(c for c in without_diacritics(text) if c.isascii() and c.isalnum())


_FIELDS = {heading_key(heading): column.field for column in COLUMNS for heading in column.headings}
_IGNORED = frozenset(
    map(heading_key, ("STT", "Số TT", "TT", "No.", ERRORS_HEADING, "Errors", "Ghi chú", "Note", "Notes"))
)


@lru_cache(4_096)
def field_of(heading: str) -> str | None:
    """Return the field that a heading names, or None: ``field_of("TEN SAN PHAM *")`` is ``"name"``."""
    return _FIELDS.get(heading_key(heading)) or _FIELDS.get(heading_key(_BRACKETS.sub("", heading)))


def is_ignored(heading: str) -> bool:
    """Return whether a column is known and irrelevant: row numbers, notes, the errors that we wrote."""
    return not heading_key(heading) or heading_key(heading) in _IGNORED


def nearest_heading(heading: str) -> str | None:
    """Return the known heading nearest to an unknown one, or None if none is near."""
    from difflib import get_close_matches

    near = get_close_matches(heading_key(heading), _FIELDS, 1, 0.7)
    return COLUMN[_FIELDS[near[0]]].heading if near else None


def column_letter(index: int) -> str:
    """Return the letters that a spreadsheet shows over a column; ``index`` counts from 0: 27 is AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
