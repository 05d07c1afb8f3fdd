"""The goods class of a product: as the record names it, else guessed from its product set, its group, its name."""

from __future__ import annotations

from functools import lru_cache

from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.product import Product, ProductGroup, name_key

ClassWords = tuple[tuple[GoodsClass, tuple[str, ...]], ...]

OF_SET = {
    3: GoodsClass.RICE,
    14: GoodsClass.ALCOHOL,
    15: GoodsClass.ALCOHOL,
    16: GoodsClass.DRINK,
    17: GoodsClass.DRINK,
    18: GoodsClass.HEALTH_FOOD,
    19: GoodsClass.COSMETIC,
    22: GoodsClass.TEXTILE,
    23: GoodsClass.PLANT,
    24: GoodsClass.PLANT,
    25: GoodsClass.PLANT,
    26: GoodsClass.SERVICE,
}
"""Product sets of one class. The other foods are food; 20 (oils and herbs) and 21 (crafts) are told by the name."""

_BEGINNINGS: ClassWords = (
    (GoodsClass.RICE, ("gạo", "thóc", "đỗ", "đậu xanh", "đậu đen", "lạc nhân")),
    (GoodsClass.ALCOHOL, ("rượu", "bia")),
)
"""ClassWords that a name begins with: gạo lứt is rice, bánh gạo is not."""
_ALCOHOL: ClassWords = ((GoodsClass.ALCOHOL, ("rượu", "vang", "bia", "whisky", "vodka")),)
_HERBAL: ClassWords = (
    (
        GoodsClass.COSMETIC,
        ("tinh dầu", "dầu gội", "kem", "sữa rửa mặt", "xà phòng", "xà bông", "son", "mặt nạ"),
    ),
    (GoodsClass.HEALTH_FOOD, ("thực phẩm bảo vệ sức khỏe", "thực phẩm chức năng", "viên", "siro")),
)
_MATERIALS: ClassWords = (
    (GoodsClass.CERAMIC, ("gốm", "sứ")),
    (GoodsClass.TEXTILE, ("lụa", "vải", "thêu", "đũi", "tơ", "tơ tằm", "dệt", "da")),
    (GoodsClass.HANDICRAFT, ("mây", "tre", "cói", "sơn mài", "đồng", "bạc", "sừng", "giấy")),
    (GoodsClass.WOOD, ("gỗ",)),
)
_THINGS: ClassWords = (
    (GoodsClass.CERAMIC, ("ấm chén", "bát đĩa", "bình hoa", "lọ hoa", "ấm trà")),
    (GoodsClass.TEXTILE, ("áo", "khăn", "váy", "quần", "chăn", "giày")),
    (GoodsClass.WOOD, ("bàn", "ghế", "tủ", "sập")),
)
_PLAIN_CRAFTS: ClassWords = (
    (GoodsClass.CERAMIC, ("gốm", "sứ", "ấm chén", "bát đĩa")),
    (GoodsClass.TEXTILE, ("lụa", "áo", "khăn", "thêu")),
    (GoodsClass.HANDICRAFT, ("mây tre", "nón", "quạt", "sơn mài")),
)
"""ClassWords that name a craft where the record has no group; all else counts as food, so that no field is lost."""


def goods_class_of(product: Product) -> GoodsClass:
    """Return the class in the record, or else the guessed one."""
    return goods_class_by(product.goods_class, product.product_set, product.group, product.name)


@lru_cache(8_192)
def goods_class_by(goods_class: str, product_set: str, group: ProductGroup | None, name: str) -> GoodsClass:
    """Return the class by all that it depends on, as it stands in a record."""
    if goods_class:
        return GoodsClass(goods_class)
    number = int(product_set or 0)
    return OF_SET.get(number) or _of_group(_group_of_set(number) or group, name_key(name))


def _group_of_set(number: int) -> ProductGroup | None:
    return next((group for group in ProductGroup if number in group.value), None)


def _of_group(group: ProductGroup | None, name: str) -> GoodsClass:
    match group:
        case ProductGroup.FOOD:
            return _starting(name, _BEGINNINGS) or GoodsClass.FOOD
        case ProductGroup.DRINK:
            return _containing(name, _ALCOHOL) or GoodsClass.DRINK
        case ProductGroup.HERBAL:
            return _containing(name, _HERBAL) or GoodsClass.FOOD
        case ProductGroup.CRAFT:
            return _containing(name, _MATERIALS) or _containing(name, _THINGS) or GoodsClass.HANDICRAFT
        case ProductGroup.ORNAMENTAL:
            return GoodsClass.PLANT
        case ProductGroup.TOURISM:
            return GoodsClass.SERVICE
    return _starting(name, _BEGINNINGS) or _containing(name, _PLAIN_CRAFTS) or GoodsClass.FOOD


def _starting(name: str, words: ClassWords) -> GoodsClass | None:
    """Return the class of the words that a name begins with."""
    return next((each for each, some in words if any(f"{name} ".startswith(f"{word} ") for word in some)), None)


def _containing(name: str, words: ClassWords) -> GoodsClass | None:
    """Return the class of the words in a name, whole syllables only: the one that comes first in the name."""
    padded = f" {name} "
    found = [(padded.find(f" {word} "), each.value) for each, some in words for word in some if f" {word} " in padded]
    return GoodsClass(min(found)[1]) if found else None
