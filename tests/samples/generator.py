"""Makes records of products that do not exist, in Vietnamese, the same for the same seed.

    python -m tests.samples.generator --products 753 --quantity 1328 -o records.csv --day 2026-11-24

The default is a year's printing of the coordination office: 753 products and 999,984 stamps. All are in force on the
given day and for more than 90 days after it, so that all may be printed without a warning.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

PRODUCTS = 753
QUANTITY = 1_328

HEADINGS = (
    "Tên sản phẩm", "Nhãn hiệu", "Chủ thể", "Địa chỉ", "Xã/Phường", "Quận/Huyện", "Nhóm sản phẩm", "Hạng sao", "Điểm",
    "Số quyết định", "Ngày quyết định", "Cơ quan cấp", "Khối lượng tịnh", "Thành phần", "Bảo quản", "Hạn sử dụng",
    "Hướng dẫn sử dụng", "Cảnh báo", "Xuất xứ", "GTIN", "Số lượng",
)  # fmt: skip

COMMUNES = {
    "Ba Vì": ("Minh Châu", "Quảng Oai", "Vật Lại", "Cổ Đô", "Bất Bạt", "Suối Hai", "Yên Bài"),
    "Chương Mỹ": ("Phú Nghĩa", "Xuân Mai", "Trần Phú", "Hòa Phú", "Quảng Bị"),
    "Đan Phượng": ("Đan Phượng", "Ô Diên", "Liên Minh", "Ô Diên", "Liên Minh"),
    "Đông Anh": ("Thư Lâm", "Đông Anh", "Phúc Thịnh", "Thiên Lộc", "Vĩnh Thanh"),
    "Gia Lâm": ("Bát Tràng", "Gia Lâm", "Thuận An", "Phù Đổng", "Bát Tràng"),
    "Hoài Đức": ("Hoài Đức", "Dương Hòa", "Sơn Đồng", "An Khánh", "Dương Hòa"),
    "Mê Linh": ("Mê Linh", "Yên Lãng", "Tiến Thắng", "Quang Minh", "Mê Linh"),
    "Mỹ Đức": ("Mỹ Đức", "Hương Sơn", "Hồng Sơn", "Phúc Sơn", "Hương Sơn"),
    "Phú Xuyên": ("Chuyên Mỹ", "Phượng Dực", "Đại Xuyên", "Phú Xuyên", "Chuyên Mỹ"),
    "Phúc Thọ": ("Phúc Thọ", "Phúc Lộc", "Hát Môn", "Phúc Thọ", "Hát Môn"),
    "Quốc Oai": ("Quốc Oai", "Hưng Đạo", "Kiều Phú", "Phú Cát", "Kiều Phú"),
    "Sóc Sơn": ("Sóc Sơn", "Nội Bài", "Đa Phúc", "Kim Anh", "Trung Giã"),
    "Thạch Thất": ("Thạch Thất", "Hạ Bằng", "Tây Phương", "Hòa Lạc", "Yên Xuân"),
    "Thanh Oai": ("Tam Hưng", "Bình Minh", "Thanh Oai", "Dân Hòa", "Bình Minh"),
    "Thường Tín": ("Thường Tín", "Thượng Phúc", "Chương Dương", "Hồng Vân", "Ngọc Hồi"),
    "Ứng Hòa": ("Vân Đình", "Ứng Thiên", "Hòa Xá", "Ứng Hòa", "Vân Đình"),
}
"""Communes of today by the district that records name beside them."""
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý", "Phùng", "Khuất")
MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Thu", "Hữu", "Ngọc", "Thế", "Quang", "Bích", "Xuân")
GIVEN = (
    "Hiền",
    "Phương",
    "Thắng",
    "Quỳnh",
    "Hường",
    "Tuấn",
    "Yến",
    "Dũng",
    "Hoà",
    "Thủy",
    "Ánh",
    "Kiên",
    "Luyến",
    "Vượng",
)
FIRMS = (
    "An Phú",
    "Hồng Hà",
    "Sen Việt",
    "Tâm An",
    "Thăng Long",
    "Xứ Đoài",
    "Đại Việt",
    "Tản Viên",
    "Minh Dương",
    "Ngọc Ước",
)

FOOD, DRINK, CRAFT = "Thực phẩm", "Đồ uống", "Hàng thủ công mỹ nghệ"
HERBAL, ORNAMENTAL = "Dược liệu và sản phẩm từ dược liệu", "Sinh vật cảnh"
DRY, COLD = "Nơi khô ráo, thoáng mát, tránh ánh nắng trực tiếp", "Ngăn mát tủ lạnh, 0–5 °C"
KINDS = (
    # name, group, net content, ingredients, storage, shelf life
    ("Miến dong {}", FOOD, "500 g", "Tinh bột dong riềng 100 %", DRY, "12 tháng kể từ NSX"),
    ("Bún khô gạo lứt {}", FOOD, "400 g", "Gạo lứt, nước, muối", DRY, "9 tháng kể từ NSX"),
    ("Chè lam {}", FOOD, "300 g", "Bột nếp, mật mía, gừng, lạc", DRY, "45 ngày kể từ NSX"),
    ("Giò lụa {}", FOOD, "500 g", "Thịt lợn, nước mắm, hạt tiêu", COLD, "10 ngày kể từ NSX"),
    ("Nem chua {}", FOOD, "200 g", "Thịt lợn, bì lợn, thính gạo, tỏi, ớt", COLD, "7 ngày kể từ NSX"),
    ("Đậu phụ {}", FOOD, "400 g", "Đậu tương, nước", COLD, "3 ngày kể từ NSX"),
    ("Trứng vịt thảo dược {}", FOOD, "10 quả", "Trứng vịt tươi", DRY, "20 ngày kể từ NSX"),
    ("Gạo nếp cái hoa vàng {}", FOOD, "1 kg", "Gạo nếp cái hoa vàng", DRY, "6 tháng kể từ NSX"),
    ("Mật ong hoa nhãn {}", FOOD, "500 ml", "Mật ong nguyên chất", DRY, "24 tháng kể từ NSX"),
    ("Bưởi Diễn {}", FOOD, "1 quả", "Bưởi tươi", DRY, "30 ngày kể từ ngày thu hoạch"),
    ("Rượu nếp cẩm ủ chum {}", DRINK, "500 ml", "Gạo nếp cẩm, men lá, nước", DRY, "36 tháng kể từ NSX"),
    ("Nước ép dâu tằm {}", DRINK, "330 ml", "Dâu tằm, nước, đường", COLD, "6 tháng kể từ NSX"),
    ("Trà búp ướp sen {}", DRINK, "100 g", "Búp chè, gạo sen", DRY, "18 tháng kể từ NSX"),
    ("Cao cà gai leo {}", HERBAL, "100 g", "Cà gai leo, xạ đen, mật nhân", DRY, "24 tháng kể từ NSX"),
    ("Tinh dầu sả chanh {}", HERBAL, "10 ml", "Tinh dầu sả chanh", DRY, "36 tháng kể từ NSX"),
    ("Lọ hoa gốm men lam {}", CRAFT, "", "", "", ""),
    ("Khăn lụa tơ tằm dệt tay {}", CRAFT, "", "", "", ""),
    ("Giỏ mây tre đan {}", CRAFT, "", "", "", ""),
    ("Tranh khảm trai Tứ Quý {}", CRAFT, "", "", "", ""),
    ("Nón lá thêu {}", CRAFT, "", "", "", ""),
    ("Quất cảnh {}", ORNAMENTAL, "", "", "", ""),
    ("Hoa lan hồ điệp {}", ORNAMENTAL, "", "", "", ""),
)
SORTS = (
    "truyền thống",
    "đặc biệt",
    "cổ truyền",
    "hữu cơ",
    "thượng hạng",
    "gia truyền",
    "loại nhỏ",
    "hộp quà",
    "số 1",
    "xuất khẩu",
)
SCORES = {3: (50, 69.9), 4: (70, 89.9), 5: (90, 99)}

Record = dict[str, str]
"""A row: heading to text, as somebody would type it."""


def make_records(
    products: int = PRODUCTS, quantity: int = QUANTITY, *, day: date = date(2026, 11, 24), seed: int = 1
) -> list[Record]:
    """Return so many records of different products, in force on ``day``; the same for the same arguments."""
    chance = random.Random(seed)
    producers = [_producer(chance) for _ in range(max(1, products // 2))]
    used: set[tuple[str, str]] = set()
    records = []
    while len(records) < products:
        record = _record(chance, chance.choice(producers), quantity, day)
        key = record["Tên sản phẩm"].casefold(), record["Chủ thể"].casefold()
        if key in used:
            record["Tên sản phẩm"] += f" mẫu {len(records) + 1}"
            key = record["Tên sản phẩm"].casefold(), key[1]
        used.add(key)
        records.append(record)
    return records


def write_csv(path: Path, records: Iterable[Record], headings: Sequence[str] = HEADINGS) -> None:
    """Write records as Excel does it: UTF-8 with a mark, commas, CRLF."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, headings, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(records)


def write_xlsx(path: Path, records: Iterable[Record], headings: Sequence[str] = HEADINGS) -> None:
    """Write records as a workbook of one sheet."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(list(headings))
    for record in records:
        sheet.append([record.get(heading) or None for heading in headings])
    book.save(path)


def _producer(chance: random.Random) -> Record:
    district = chance.choice(sorted(COMMUNES))
    commune = chance.choice(COMMUNES[district])
    person = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"
    firm = chance.choice(FIRMS)
    name = chance.choice(
        (
            f"Hợp tác xã Nông nghiệp {commune}",
            f"Hợp tác xã Dịch vụ tổng hợp {firm} {commune}",
            f"Công ty TNHH {firm}",
            f"Công ty Cổ phần Thương mại và Sản xuất {firm}",
            f"Hộ kinh doanh {person}",
            f"Cơ sở sản xuất {person}",
        )
    )
    brand = chance.choice(("", firm, firm, f"{firm} {commune}"))
    address = chance.choice(
        ("", f"Thôn {chance.randint(1, 12)}", f"Số {chance.randint(1, 200)} đường {chance.choice(FIRMS)}")
    )
    return {"Chủ thể": name, "Nhãn hiệu": brand, "Địa chỉ": address, "Xã/Phường": commune, "Quận/Huyện": district}


def _record(chance: random.Random, producer: Record, quantity: int, day: date) -> Record:
    name, group, net, ingredients, storage, shelf_life = chance.choice(KINDS)
    stars = chance.choices((3, 4, 5), (55, 40, 5))[0]
    decided = day - timedelta(days=chance.randint(1, 950))
    edible = bool(ingredients)
    return producer | {
        "Tên sản phẩm": name.format(chance.choice((*SORTS, producer["Xã/Phường"]))),
        "Nhóm sản phẩm": group,
        "Hạng sao": str(stars),
        "Điểm": f"{chance.uniform(*SCORES[stars]):.1f}".replace(".", ","),
        "Số quyết định": f"{chance.randint(100, 7000)}/QĐ-{'BNNMT' if stars == 5 else 'UBND'}",
        "Ngày quyết định": decided.strftime("%d/%m/%Y"),
        "Cơ quan cấp": "Bộ Nông nghiệp và Môi trường" if stars == 5 else "UBND thành phố Hà Nội",
        "Khối lượng tịnh": net,
        "Thành phần": ingredients,
        "Bảo quản": storage,
        "Hạn sử dụng": shelf_life,
        "Hướng dẫn sử dụng": "Dùng theo khẩu vị" if edible else "",
        "Cảnh báo": "Không dùng sản phẩm quá hạn hoặc có dấu hiệu hư hỏng" if edible else "",
        "Xuất xứ": "Việt Nam",
        "GTIN": _gtin(chance) if edible and chance.random() < 0.4 else "",
        "Số lượng": str(quantity),
    }


def _gtin(chance: random.Random) -> str:
    digits = f"893{chance.randrange(10**9):09}"
    weighted = sum(int(digit) * (3 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(digits)))
    return f"{digits}{-weighted % 10}"


def main() -> None:
    """Write a file of records."""
    parser = argparse.ArgumentParser(description="Write records of products that do not exist.")
    parser.add_argument("--products", type=int, default=PRODUCTS)
    parser.add_argument("--quantity", type=int, default=QUANTITY)
    parser.add_argument("--day", type=date.fromisoformat, default=date(2026, 11, 24), help="all are in force on it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, required=True, help=".csv or .xlsx")
    given = parser.parse_args()
    records = make_records(given.products, given.quantity, day=given.day, seed=given.seed)
    write = write_xlsx if given.output.suffix == ".xlsx" else write_csv
    write(given.output, records)


if __name__ == "__main__":
    main()
