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


SHOWN = {
    ProductGroup.FOOD: Product(
        name="Mật ong hoa nhãn",
        brand="Hoa Nhãn Vàng",
        producer="Hợp tác xã Nuôi ong Minh Phú",
        commune="Xã Kim Anh",
        goods_class="food",
        net_content="500 g",
        ingredients="Mật ong nguyên chất 100 %",
        storage="Nơi khô mát, tránh ánh nắng",
        shelf_life="24 tháng kể từ NSX",
        directions="Pha nước ấm hoặc dùng trực tiếp",
        warnings="Không dùng cho trẻ dưới 1 tuổi",
        origin="Việt Nam",
    ),
    ProductGroup.DRINK: Product(
        name="Rượu nếp cái hoa vàng",
        brand="Đại Lâm",
        producer="Hợp tác xã Rượu Đại Lâm",
        commune="Xã Ứng Hòa",
        goods_class="alcohol",
        net_content="500 ml",
        alcohol="29,5",
        ingredients="Gạo nếp cái hoa vàng, men, nước",
        storage="Nơi khô mát",
        warnings="Không dùng cho người dưới 18 tuổi",
        origin="Việt Nam",
    ),
    ProductGroup.CRAFT: Product(
        name="Bình gốm vẽ sen",
        brand="Gốm Chi",
        producer="Hợp tác xã Gốm sứ Bát Tràng",
        commune="Xã Bát Tràng",
        goods_class="ceramic",
        technical_data="Cao 24 cm, rộng 14 cm",
        ingredients="Đất sét, men tro",
        directions="Lau bằng khăn mềm",
        warnings="Dễ vỡ",
        craft_village="Làng nghề gốm Bát Tràng",
        origin="Việt Nam",
    ),
}
"""Made-up products whose record is complete: what a design's picture shows, by the design's first group."""


def shown_product(groups: Collection[ProductGroup]) -> Product:
    """Return the made-up product that a design for these groups is shown with."""
    return next((SHOWN[group] for group in ProductGroup if group in groups and group in SHOWN), TYPICAL)


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
