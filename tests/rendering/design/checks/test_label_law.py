"""Label law on paper: heights as drawn, the quantity's form, ®, and what each class must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labelsvc.domain.errors import Problem
from labelsvc.domain.host import Host
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.rules import RuleKind, of_kind
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.checks.label_contrast import contrast_problems
from labelsvc.rendering.design.checks.label_law import LabelProblems, design_faults, label_problems, least_height_mm
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.workflows.designs.check_design import check_design, design_warnings
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES
from labelsvc.workflows.print_assets import print_assets
from tests import CHECKOUT
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import Record, make_records
from tests.samples.labels_on_paper import ls_source

ROOM = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
HOST = Host.parse("TEM.OCOPHN.VN")
TODAY = date(2026, 11, 29)
FOOD = CLASS_EXAMPLES[GoodsClass.FOOD]
RULES = ROOM.law.on(TODAY, GoodsClass.FOOD)


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def records(office: PrintingOffice, **changed: str) -> list[Record]:
    made = make_records(40, 1, day=office.now.date(), seed=2)
    food = [record for record in made if record["Thành phần"]][:2]
    return [food[0] | changed, food[1]]


def judged(office: PrintingOffice, design: str = "nhan-60x90", strict_law: bool = False, **changed: str) -> list[str]:
    """Return the codes of the reasons against the first product; the second one must always be printed."""
    plan = office.plan(office.take(records(office, **changed)), design, strict_law=strict_law)
    first, second = plan.decisions
    assert not second.reasons
    return [problem.code for problem in first.reasons]


@pytest.mark.parametrize("design", ["nhan-60x90", "nhan-100x70"])
def test_complete_records_of_wine_fit_with_their_large_figures(office: PrintingOffice, design: str) -> None:
    made = make_records(2_000, 1, day=office.now.date(), seed=4)

    plan = office.plan(office.take([record for record in made if "Rượu" in record["Tên sản phẩm"]]), design)

    assert len(plan.decisions) > 50
    assert not [problem for decision in plan.decisions for problem in decision.reasons]


@pytest.mark.parametrize("name", ROOM.design_names)
def test_shipped_designs_obey_the_law_at_their_smallest_size(name: str) -> None:
    assert check_design(name, None, ROOM, HOST) == []


def test_designs_that_may_shrink_below_the_law_name_the_field() -> None:
    source = ls_source("nhan-60x90").encode().replace(b'min-size="4.9"', b'min-size="4.2"')

    problems = design_faults(ROOM.design("thử", source), RULES)

    assert {problem.code for problem in problems} == {"law.height"}
    assert problems[0].facts["least_mm"] == 0.9
    assert problems[0].facts["height_mm"] < 0.9


@pytest.mark.parametrize(
    ("transform", "size", "high"),
    [
        ("scale(1,0.5)", 2.4, False),
        ("scale(0.5,1)", 2.4, True),
        ("skewX(60) scale(1,0.5)", 2.4, False),
        ("rotate(90 30 45) scale(1,0.5)", 2.4, False),
        ("scale(1,2)", 1.2, True),
    ],
)
def test_letters_are_measured_square_to_their_baseline_as_drawn(transform: str, size: float, high: bool) -> None:
    text = f'<g transform="{transform}"><text x="8" y="20" font-size="{size}">Hạn dùng</text></g></svg>'
    source = ls_source("nhan-60x90").encode().replace(b"</svg>", text.encode())

    problems = design_faults(ROOM.design("thử", source), RULES)

    assert [problem.code for problem in problems] == ([] if high else ["law.height"])


def test_a_face_of_eighty_square_centimetres_needs_higher_letters() -> None:
    small, large = ROOM.design("nhan-60x90"), ls_source("nhan-60x90").encode()
    larger = large.replace(b'width="60mm"', b'width="90mm"').replace(b'viewBox="0 0 60 90"', b'viewBox="0 0 90 90"')

    (rule,) = of_kind(RULES, RuleKind.LETTER_HEIGHT)
    assert least_height_mm(small, rule) == 0.9
    assert least_height_mm(ROOM.design("rộng", larger.replace(b'width="60"', b'width="90"')), rule) == 1.2


def test_the_sign_of_a_registered_mark_needs_a_registered_mark(office: PrintingOffice) -> None:
    assert judged(office, **{"Nhãn hiệu": "Tản Viên®"}) == ["law.registered"]


def test_the_sign_also_stops_a_stamp(office: PrintingOffice) -> None:
    assert judged(office, "tem-25x35", **{"Nhãn hiệu": "Tản Viên®"}) == ["law.registered"]


def test_a_missing_field_stops_printing_only_under_strict_law(office: PrintingOffice) -> None:
    plan = office.plan(office.take(records(office, **{"Thành phần": ""})), "nhan-60x90")
    lined = [problem for problem in plan.decisions[0].warnings if problem.code == "design.blank_box"]
    assert "Thành phần" in str(lined[0].facts["fields"])
    assert not plan.decisions[0].reasons

    office = PrintingOffice(office.folder / "strict")
    strict = office.plan(office.take(records(office, **{"Thành phần": ""})), "nhan-60x90", strict_law=True)
    assert "print.lacks_fields" in [problem.code for problem in strict.decisions[0].reasons]
    assert not strict.decisions[0].warnings


@pytest.mark.parametrize("written", ["500g", "khoảng 500 g", "0,5 kg", "10 gói x 50 g"])
def test_a_quantity_in_a_wrong_form_stops_a_goods_label(office: PrintingOffice, written: str) -> None:
    assert judged(office, **{"Khối lượng tịnh": written}) == ["law.quantity_form"]
    assert judged(PrintingOffice(office.folder / "tem"), "tem-25x35", **{"Khối lượng tịnh": written}) == []


def on_label(product: Product, source: bytes | None = None) -> LabelProblems:
    """Judge a product's label in a design with the legal fields."""
    design = ROOM.design("thử", source or ls_source("nhan-60x90").encode())
    recognition = Recognition(stars=4, decision_date=date(2026, 6, 1))
    filled = fill(design, LabelFacts(product=product, recognition=recognition, host=HOST.name))
    return label_problems(filled, product, ROOM.law.on(TODAY, GoodsClass(product.goods_class)))


@pytest.mark.parametrize("said", ["Một hộp", "Một bộ ấm chén", "Một kg"])
def test_a_quantity_in_words_alone_has_no_figures_to_measure(said: str) -> None:
    assert on_label(replace(CLASS_EXAMPLES[GoodsClass.FOOD], net_content=said)).faults == ()


CARD = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:ls="urn:labelsvc:design:1" width="90mm" height="100mm"
  viewBox="0 0 90 100"><title>Thử</title><ls:label title-en="Trial" shape="rectangle"/>
<ls:text field="Tên" x="5" y="4" width="80" height="12" size="%s" fill="#17231C">{{ product.name }}</ls:text>
<ls:text field="Lượng" x="5" y="18" width="80" height="12" size="%s" fill="#17231C">{{ product.net_content }}</ls:text>
<ls:fields x="5" y="32" width="80" height="30" label-width="20" size="7" fill="#17231C" label-fill="#17231C">
<ls:field label="Xuất xứ">{{ product.origin }}</ls:field></ls:fields>
<ls:text field="Hiệu" x="5" y="64" width="50" height="4" size="7" fill="#17231C">{{ product.shown_brand }}</ls:text>
<ls:stars x="5" y="70" size="4" fill="#E0A100"/><ls:mark x="5" y="76" width="30" height="5" size="10" fill="#17231C"/>
<ls:qr x="60" y="70" size="18.5"/><ls:code x="5" y="86" width="40" height="5" size="6.4" weight="600" fill="#17231C"/>
<ls:serial x="5" y="96" width="25" height="1.6" size="5.6" fill="#17231C" prefix="Số "/></svg>"""


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("quantity", "least_mm"), [("50 g", 2), ("51 g", 3), ("200 ml", 3), ("500 g", 4), ("1 kg", 4), ("1,5 l", 6)]
)
def test_figures_lower_than_the_law_stop_a_label(quantity: str, least_mm: float) -> None:
    product = replace(FOOD, name="Bánh đậu", net_content=quantity)
    size = least_mm / (25.4 / 72) / 0.74

    high = on_label(product, (CARD % (26, round(size + 0.1, 1))).encode())
    low = on_label(product, (CARD % (26, round(size - 0.2, 1))).encode())

    assert "law.label_figures" not in codes(high.faults)
    assert "law.label_figures" in codes(low.faults)
    assert low.faults[0].facts["least_mm"] == least_mm


def test_a_name_that_is_not_the_largest_is_warned_of() -> None:
    product = replace(FOOD, name="Bánh đậu", net_content="200 g")

    assert "law.name_not_largest" in codes(on_label(product, (CARD % (12, 16)).encode()).warnings)
    assert "law.name_not_largest" not in codes(on_label(product, (CARD % (17, 16)).encode()).warnings)


def test_what_neither_record_nor_label_says_is_warned_of() -> None:
    product = replace(FOOD, nutrition="", storage="", producer="HTX Thụy Lâm", ingredients="Đậu xanh, đường")

    found = {problem.code: problem for problem in on_label(product, (CARD % (20, 16)).encode()).warnings}

    assert found["law.record_lacks"].facts["fields"] == ["Bảo quản"]
    assert {"law.write_nutrition", "law.abbreviated", "law.quantify"} <= found.keys()


@pytest.mark.parametrize(("size", "larger"), [(9, True), (7, False)])
def test_foreign_text_larger_than_its_vietnamese_is_warned_of(size: int, larger: bool) -> None:
    added = f'<text x="5" y="68" font-size="{size * 25.4 / 72:.2f}">Origin</text><ls:qr'
    source = (CARD % (20, 16)).replace("<ls:qr", added)

    found = codes(on_label(FOOD, source.encode()).warnings)

    assert ("law.label_foreign" in found) is larger


def test_a_health_food_without_its_sentences_is_warned_of() -> None:
    product = CLASS_EXAMPLES[GoodsClass.HEALTH_FOOD]

    assert codes(on_label(product, (CARD % (26, 16)).encode()).warnings).count("law.label_lacks") == 2


@pytest.mark.parametrize("goods_class", [each for each in GoodsClass if each is not GoodsClass.SERVICE])
def test_shipped_designs_print_all_that_each_class_must_say(goods_class: GoodsClass) -> None:
    found = on_label(CLASS_EXAMPLES[goods_class])

    assert found == LabelProblems((), ())


@pytest.mark.parametrize("name", ROOM.design_names)
def test_shipped_designs_are_right_for_every_class_they_are_for(name: str) -> None:
    assert design_warnings(name, None, ROOM) == []


def test_design_check_names_what_a_class_lacks_and_low_contrast() -> None:
    source = (CARD % (26, 16)).replace('size="26" fill="#17231C"', 'size="26" fill="#E0A100"')

    said = [problem for problem in design_warnings("thử", source.encode(), ROOM) if problem.code.startswith("law.")]

    by_class = {
        str(problem.facts.get("goods_class")): problem for problem in said if problem.code == "law.design_lacks"
    }
    assert "Liều dùng" in str(by_class["law.goods_class_health_food()"].facts["fields"])
    assert "Làng nghề" in str(by_class["law.goods_class_ceramic()"].facts["fields"])
    assert "law.design_contrast" in [problem.code for problem in said]


def test_contrast_of_a_row_in_its_own_ink_is_judged() -> None:
    pale = ls_source("nhan-60x90").encode().replace(b'weight="700" fill="#0B5A3A" leading', b'fill="#E0A100" leading')

    good, bad = (list(contrast_problems(each, RULES)) for each in (ROOM.design("nhan-60x90"), ROOM.design("thử", pale)))

    assert good == []
    assert [problem.facts["element"] for problem in bad] == ["ls:fields"]


def test_two_stars_are_refused_with_one_sentence(office: PrintingOffice) -> None:
    assert judged(office, **{"Hạng sao": "2", "Điểm": ""}) == ["print.too_few_stars"]
