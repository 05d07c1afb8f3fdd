"""Made-up products, one of each goods class, whose record says all that label law asks of the class."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.product import Product

_MAKER: dict[str, Any] = {
    "producer": "Hợp tác xã Nông nghiệp Thụy Lâm",
    "address": "Thôn Hương Trầm",
    "commune": "Xã Thư Lâm",
    "origin": "Việt Nam",
}
_EATEN: dict[str, Any] = {
    "shelf_life": "12 tháng kể từ NSX",
    "storage": "Nơi khô mát",
    "directions": "Ăn ngay",
    "warnings": "Không dùng khi có mùi lạ",
}
_CRAFT: dict[str, Any] = {
    "technical_data": "Cao 12 cm, rộng 8 cm",
    "directions": "Lau bằng khăn mềm",
    "warnings": "Dễ vỡ",
    "craft_village": "Làng nghề Bát Tràng",
    "ingredients": "Đất sét, men",
}

CLASS_EXAMPLES: dict[GoodsClass, Product] = {
    GoodsClass.RICE: Product(
        name="Gạo nếp cái hoa vàng", goods_class="rice", net_content="2 kg", ingredients="Gạo nếp", **_MAKER, **_EATEN
    ),
    GoodsClass.FOOD: Product(
        name="Bánh đậu xanh chiên",
        goods_class="food",
        net_content="200 g (10 gói x 20 g)",
        ingredients="Đậu xanh 45 %, đường, dầu thực vật",
        nutrition="Trong 100 g: năng lượng 450 kcal; chất đạm 7 g; carbohydrat 60 g; đường 30 g; chất béo 20 g; "
        "chất béo bão hòa 9 g; natri 5 mg",
        **_MAKER,
        **_EATEN,
    ),
    GoodsClass.DRINK: Product(
        name="Nước mơ",
        goods_class="drink",
        net_content="500 ml",
        ingredients="Nước, mơ 20 %, đường",
        **_MAKER,
        **_EATEN,
    ),
    GoodsClass.ALCOHOL: Product(
        name="Rượu nếp Hạ Mỗ", goods_class="alcohol", net_content="500 ml", alcohol="29,5", **_MAKER, **_EATEN
    ),
    GoodsClass.HEALTH_FOOD: Product(
        name="Viên tinh nghệ",
        goods_class="health_food",
        net_content="50 g",
        ingredients="Tinh bột nghệ 300 mg, mật ong",
        target_users="Người lớn",
        dose="Ngày 2 lần, mỗi lần 2 viên",
        **_MAKER,
        **_EATEN,
    ),
    GoodsClass.COSMETIC: Product(
        name="Tinh dầu sả chanh",
        goods_class="cosmetic",
        net_content="10 ml",
        ingredients="Tinh dầu sả 100 %",
        **_MAKER,
        **_EATEN,
    ),
    GoodsClass.TEXTILE: Product(name="Khăn quàng", goods_class="textile", production_year="2026", **_MAKER, **_CRAFT),
    GoodsClass.CERAMIC: Product(name="Bình hoa men rạn", goods_class="ceramic", **_MAKER, **_CRAFT),
    GoodsClass.WOOD: Product(name="Tranh khảm", goods_class="wood", **_MAKER, **_CRAFT),
    GoodsClass.HANDICRAFT: Product(name="Nón làng Chuông", goods_class="handicraft", **_MAKER, **_CRAFT),
    GoodsClass.PLANT: Product(
        name="Hạt giống cải",
        goods_class="plant",
        net_content="20 g",
        technical_data="Giống xác nhận; chịu rét",
        directions="Gieo ở 20 °C",
        warnings="Không dùng làm thực phẩm",
        circulation_number="01-2026-GCT",
        shelf_life="12 tháng kể từ NSX",
        **_MAKER,
    ),
    GoodsClass.SERVICE: Product(name="Du lịch Ba Vì", goods_class="service", **_MAKER),
}
