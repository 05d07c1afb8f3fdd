"""Made-up products: one for previews without records, and those that a design is tried with when it is checked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from labelsvc.domain.host import Host
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.filling import LabelFacts

TYPICAL = Product(
    name="Củ cải trắng Đông Cao",
    brand="Đông Cao",
    producer="Hợp tác xã Dịch vụ tổng hợp Đông Cao",
    commune="Xã Mê Linh",
    net_content="1 kg",
    ingredients="Củ cải trắng tươi",
    storage="Nơi khô mát, 5–10 °C",
    shelf_life="5 ngày kể từ ngày thu hoạch",
    origin="Việt Nam",
)
BARE = Product(name="Chè", producer="Hộ kinh doanh Lê Thị Hoa")
"""What a record needs, and nothing else."""
FULL = Product(
    name="Gạo nếp cái hoa vàng Đông Anh",
    brand="Nếp Vàng",
    registered_mark=True,
    producer="Hợp tác xã Nông nghiệp Thụy Lâm",
    address="Thôn Hương Trầm, xã Thư Lâm",
    commune="Xã Thư Lâm",
    district="Đông Anh",
    net_content="500 g",
    ingredients="Gạo nếp cái hoa vàng 85 %, đậu xanh 10 %, đường, muối",
    storage="Nơi khô mát, tránh ánh nắng",
    shelf_life="12 tháng kể từ NSX",
    directions="Vo sạch, nấu với nước theo tỷ lệ 1 : 1,2",
    warnings="Không dùng khi có mùi lạ",
    origin="Việt Nam",
    gtin="08936012345674",
    gln="8936012345674",
    ocop_code="01-10045-0001-2026",
)
LONG = replace(
    TYPICAL,
    name="Bộ ấm chén gốm men rạn vẽ vàng Bát Tràng",
    brand="",
    producer="Hợp tác xã Dịch vụ nông nghiệp tổng hợp Thụy Lâm",
)
EXAMPLES = (TYPICAL, BARE, FULL, LONG)


def example_facts(
    host: Host,
    mark: str,
    today: date,
    groups: Collection[ProductGroup] = tuple(ProductGroup),
    product: Product = TYPICAL,
) -> LabelFacts:
    """Return facts of a made-up product that is recognised today, of the first of these groups."""
    grouped = replace(product, group=next(group for group in ProductGroup if group in groups))
    recognition = Recognition(stars=4, decision_date=today)
    return LabelFacts(product=grouped, recognition=recognition, host=host.name, mark=mark)
