"""Each rule of the data with a product that breaks it, in every class that it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.judging import RuleState, RuleVerdict, judge_product
from labelsvc.domain.law.rules import LawRule, RuleKind
from labelsvc.domain.product import Product
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES
from labelsvc.workflows.law_files import read_law
from tests import CHECKOUT

LAW = read_law(CHECKOUT / "templates" / "law")
TODAY = date(2026, 11, 29)
NEEDED = ("name", "producer")
CASES = [
    (rule, each)
    for rule in LAW.rules
    if rule.kind is RuleKind.FIELD and not rule.if_any and not {*rule.value} & {*NEEDED}
    for each in GoodsClass
    if each in rule.classes
]


def verdicts(product: Product, day: date = TODAY) -> dict[str, RuleVerdict]:
    rules = LAW.on(day, GoodsClass(product.goods_class))
    return {verdict.rule.name: verdict for verdict in judge_product(product, rules)}


def broken(product: Product) -> dict[str, RuleState]:
    """Return the rules that a record does not meet."""
    bad = (RuleState.LACKING, RuleState.FAULT)
    return {name: each.state for name, each in verdicts(product).items() if each.state in bad}


@pytest.mark.parametrize("goods_class", GoodsClass, ids=lambda each: each.value)
def test_a_whole_record_of_each_class_breaks_no_rule(goods_class: GoodsClass) -> None:
    assert broken(CLASS_EXAMPLES[goods_class]) == {}


@pytest.mark.parametrize(("rule", "goods_class"), CASES, ids=[f"{rule.name}-{each.value}" for rule, each in CASES])
def test_an_empty_field_lacks_its_rule_in_each_class(rule: LawRule, goods_class: GoodsClass) -> None:
    empty = replace(CLASS_EXAMPLES[goods_class], **dict.fromkeys(rule.value, ""))

    assert broken(empty)[rule.name] is RuleState.LACKING


@pytest.mark.parametrize(
    ("goods_class", "changed", "rule", "state"),
    [
        (GoodsClass.FOOD, {"nutrition": ""}, "nutrition", RuleState.LACKING),
        (GoodsClass.FOOD, {"nutrition": "năng lượng 450 kcal; đường 3 g"}, "nutrition", RuleState.LACKING),
        (GoodsClass.FOOD, {"nutrition": "năng lượng 450 kcal"}, "sugars", RuleState.LACKING),
        (GoodsClass.FOOD, {"nutrition": "năng lượng 450 kcal"}, "saturated-fat", RuleState.LACKING),
        (GoodsClass.FOOD, {"ingredients": "Đậu xanh, đường"}, "named-ingredient", RuleState.LACKING),
        (GoodsClass.DRINK, {"ingredients": "Nước, quả mơ tươi, đường"}, "named-ingredient", RuleState.LACKING),
        (GoodsClass.HEALTH_FOOD, {"ingredients": "Nghệ, mật ong"}, "named-ingredient", RuleState.LACKING),
        (GoodsClass.RICE, {"producer": "HTX Thụy Lâm"}, "full-names", RuleState.LACKING),
        (GoodsClass.TEXTILE, {"address": "Vạn Phúc, HN"}, "full-names", RuleState.LACKING),
        (GoodsClass.PLANT, {"shelf_life": "HSD 2027-05-31"}, "date-form", RuleState.LACKING),
        (GoodsClass.COSMETIC, {"shelf_life": "05/31/2027"}, "date-form", RuleState.LACKING),
        (GoodsClass.ALCOHOL, {"net_content": "500ml"}, "quantity-form", RuleState.FAULT),
        (GoodsClass.CERAMIC, {"net_content": "khoảng 2 kg"}, "quantity-form", RuleState.FAULT),
        (GoodsClass.WOOD, {"net_content": "0,5 kg"}, "quantity-form", RuleState.FAULT),
        (GoodsClass.HANDICRAFT, {"brand": "Nón Chuông®"}, "registered-mark", RuleState.FAULT),
        (GoodsClass.SERVICE, {"brand": "Ba Vì®"}, "registered-mark", RuleState.FAULT),
    ],
)
def test_a_record_that_breaks_a_rule_says_which(
    goods_class: GoodsClass, changed: dict[str, str], rule: str, state: RuleState
) -> None:
    product = replace(CLASS_EXAMPLES[goods_class], **changed)

    assert broken(product)[rule] is state
    assert verdicts(product)[rule].remedy is not None


@pytest.mark.parametrize("reason", ["single_ingredient", "salt", "vinegar", "plain_tea_coffee", "small_maker"])
def test_each_exemption_stands_for_the_nutrition_table(reason: str) -> None:
    product = replace(CLASS_EXAMPLES[GoodsClass.FOOD], nutrition="", nutrition_exemption=reason)

    assert broken(product) == {}
    assert verdicts(product)["nutrition"].state is RuleState.NOTHING_TO_SAY


def test_an_exemption_holds_only_while_a_rule_names_it() -> None:
    product = replace(CLASS_EXAMPLES[GoodsClass.FOOD], nutrition="", nutrition_exemption="salt")
    rules = tuple(rule for rule in LAW.on(TODAY, GoodsClass.FOOD) if rule.kind is not RuleKind.EXEMPTION)

    lacking = {each.remedy and each.remedy.code for each in judge_product(product, rules)}

    assert "law.write_nutrition" in lacking


def test_a_thing_named_after_its_material_needs_no_composition() -> None:
    named = replace(CLASS_EXAMPLES[GoodsClass.CERAMIC], name="Bát gốm men lam", ingredients="")

    assert broken(named) == {}


def test_unit_words_may_be_abbreviated() -> None:
    named = replace(
        CLASS_EXAMPLES[GoodsClass.RICE], address="Khu 5, P. Hà Đông, TP. Hà Nội, cạnh UBND", producer="Công ty TNHH A"
    )

    assert broken(named) == {}


def test_abbreviations_are_written_out() -> None:
    named = replace(CLASS_EXAMPLES[GoodsClass.RICE], producer="Cty CP Gạo Việt")

    remedy = verdicts(named)["full-names"].remedy
    assert remedy
    assert remedy.facts["right"] == "Công ty Cổ phần Gạo Việt"


def test_a_service_bears_no_goods_label() -> None:
    assert set(verdicts(CLASS_EXAMPLES[GoodsClass.SERVICE])) == {"registered-mark"}


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2026, 1, 22), "letter-height-until-2026"),
        (date(2026, 1, 23), "letter-height"),
    ],
)
def test_rules_hold_from_their_first_day_to_their_last(day: date, in_force: str) -> None:
    rules = {rule.name: rule for rule in LAW.on(day, GoodsClass.FOOD) if rule.kind is RuleKind.LETTER_HEIGHT}

    assert list(rules) == [in_force]
    assert rules[in_force].house is (in_force == "letter-height")


def test_the_decree_of_2026_asks_nothing_before_its_day() -> None:
    assert "origin" not in verdicts(CLASS_EXAMPLES[GoodsClass.FOOD], date(2026, 1, 22))
    assert "origin" in verdicts(CLASS_EXAMPLES[GoodsClass.FOOD], date(2026, 1, 23))
