"""Classes of goods that annex I of decree 37/2026 tells apart, as far as the programme has them."""

from __future__ import annotations

from enum import Enum


class GoodsClass(Enum):
    """A class of goods; the values are what records, rules and designs call it."""

    RICE = "rice"
    FOOD = "food"
    DRINK = "drink"
    ALCOHOL = "alcohol"
    HEALTH_FOOD = "health_food"
    COSMETIC = "cosmetic"
    TEXTILE = "textile"
    CERAMIC = "ceramic"
    WOOD = "wood"
    HANDICRAFT = "handicraft"
    PLANT = "plant"
    SERVICE = "service"


class NutritionExemption(Enum):
    """Why a food bears no nutrition table (circular 29/2023); the rules say from when to when each holds."""

    SINGLE_INGREDIENT = "single_ingredient"
    SALT = "salt"
    VINEGAR = "vinegar"
    PLAIN_TEA_COFFEE = "plain_tea_coffee"
    SMALL_MAKER = "small_maker"


GOODS_CLASSES = tuple(each.value for each in GoodsClass)
NUTRITION_EXEMPTIONS = tuple(each.value for each in NutritionExemption)
