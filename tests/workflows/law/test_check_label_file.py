"""A designer's PDF, judged by each rule: kept, broken, or not to be told from the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from labelsvc.domain.errors import FileUnreadable, PrintRefused
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.label_judging import LabelState, LabelVerdict, judge_label
from labelsvc.domain.law.label_reading import LabelReading
from labelsvc.domain.product import Product
from labelsvc.preflight.label_reader import read_label
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES
from labelsvc.workflows.law.check_label_file import check_label_file
from labelsvc.workflows.print_assets import print_assets
from tests import CHECKOUT
from tests.samples.designer_labels import Drawing, label_pdf, lines_of, outlined_drawing, qr_drawing

ASSETS = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
TODAY = date(2026, 11, 29)
FOOD = CLASS_EXAMPLES[GoodsClass.FOOD]
HEALTH = CLASS_EXAMPLES[GoodsClass.HEALTH_FOOD]
CLASSES = [each for each in GoodsClass if each is not GoodsClass.SERVICE]


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in this process without its limit of CPU time; one test asks a process of its own."""
    monkeypatch.setattr("labelsvc.preflight.label_reader.limit_seconds", lambda _: None)


def judged(tmp_path: Path, product: Product, pdf: bytes) -> dict[str, LabelVerdict]:
    path = tmp_path / "label.pdf"
    path.write_bytes(pdf)
    rules = ASSETS.law.on(TODAY, GoodsClass(product.goods_class))
    verdicts = judge_label(read_label(path), product, rules)
    return {verdict.rule.name if verdict.rule else "qr": verdict for verdict in verdicts}


def lines(product: Product, before: str = "", after: str = "", size: float = 0.0) -> list[tuple[str, float]]:
    """Return a product's lines with a text changed, in a size of its own where one is given."""
    return [
        (text.replace(before, after), size or old) if before and before in text else (text, old)
        for text, old in lines_of(product)
    ]


@pytest.mark.parametrize("goods_class", CLASSES, ids=lambda each: each.value)
def test_a_label_with_all_texts_keeps_every_rule(tmp_path: Path, goods_class: GoodsClass) -> None:
    product = CLASS_EXAMPLES[goods_class]

    found = judged(tmp_path, product, label_pdf(lines_of(product), qr_drawing("https://A.VN/ABC", 14)))

    assert {
        name: each.why for name, each in found.items() if each.state in (LabelState.BROKEN, LabelState.UNKNOWN)
    } == {}
    assert found["qr"].state is LabelState.KEPT


@pytest.mark.parametrize(
    ("product", "before", "after", "size", "rule"),
    [
        (FOOD, "200 g (10", "200 g (10", 11.0, "figure-height"),
        (CLASS_EXAMPLES[GoodsClass.RICE], "2 kg", "2 kg", 22.0, "figure-height"),
        (CLASS_EXAMPLES[GoodsClass.DRINK], "500 ml", "500ml", 0, "quantity-form"),
        (CLASS_EXAMPLES[GoodsClass.DRINK], "tịnh: 500", "tịnh: khoảng 500", 0, "quantity-form"),
        (FOOD, FOOD.name, FOOD.name, 14.0, "largest-name"),
        (FOOD, "Xuất xứ: Việt Nam", "", 0, "origin"),
        (FOOD, "NSX:", "nsx:", 0, "made-on"),
        (FOOD, "NSX", "", 0, "made-on"),
        (FOOD, "natri 5 mg", "", 0, "nutrition"),
        (FOOD, "natri 5 mg", "natri 50 mg", 0, "nutrition"),
        (FOOD, "đường 30 g", "", 0, "sugars"),
        (FOOD, "chất béo bão hòa 9 g", "", 0, "saturated-fat"),
        (FOOD, "Đậu xanh 45 %", "Đậu xanh", 0, "ingredients"),
        (HEALTH, "Thực phẩm này không phải là thuốc", "Đây không phải là thuốc", 0, "health-food-is-no-drug"),
        (HEALTH, "Người lớn", "", 0, "health-food-users"),
        (CLASS_EXAMPLES[GoodsClass.ALCOHOL], "29,5", "30", 0, "alcohol"),
        (CLASS_EXAMPLES[GoodsClass.TEXTILE], "2026", "", 0, "production-year"),
        (CLASS_EXAMPLES[GoodsClass.CERAMIC], "Làng nghề Bát Tràng", "", 0, "craft-village"),
        (CLASS_EXAMPLES[GoodsClass.WOOD], "Cao 12 cm", "", 0, "technical-data"),
        (CLASS_EXAMPLES[GoodsClass.HANDICRAFT], "Hợp tác xã", "HTX", 0, "full-names"),
        (CLASS_EXAMPLES[GoodsClass.PLANT], "Số lô", "", 0, "plant-lot"),
        (CLASS_EXAMPLES[GoodsClass.PLANT], "12 tháng kể từ NSX", "2027-05-31", 0, "date-form"),
        (CLASS_EXAMPLES[GoodsClass.COSMETIC], "Xuất xứ", "Xuất xứ", 5.0, "letter-height"),
        (CLASS_EXAMPLES[GoodsClass.COSMETIC], "Xuất xứ", "Origin® Xuất xứ", 0, "registered-mark"),
    ],
)
def test_a_label_that_breaks_a_rule_says_which(
    tmp_path: Path, product: Product, before: str, after: str, size: float, rule: str
) -> None:
    found = judged(tmp_path, product, label_pdf(lines(product, before, after, size)))

    assert found[rule].state is LabelState.BROKEN
    assert found[rule].why is not None


def test_figures_are_measured_as_drawn(tmp_path: Path) -> None:
    high, low = (judged(tmp_path, FOOD, label_pdf(lines(FOOD, "200 g", "200 g", size))) for size in (11.6, 11.3))

    assert high["figure-height"].state is LabelState.KEPT
    assert low["figure-height"].why
    assert low["figure-height"].why.facts["height_mm"] == pytest.approx(11.3 * 0.74 * 25.4 / 72, abs=0.01)


@pytest.mark.parametrize(
    ("product", "also"),
    [(replace(FOOD, net_content="100 g"), "Giá trị dinh dưỡng trong 100 g"), (FOOD, f"{FOOD.name} loại một")],
)
def test_a_name_or_quantity_counts_where_it_stands_largest(tmp_path: Path, product: Product, also: str) -> None:
    found = judged(tmp_path, product, label_pdf([(also, 7.0), *lines_of(product)]))

    assert {found[rule].state for rule in ("figure-height", "largest-name")} == {LabelState.KEPT}


def test_foreign_text_larger_than_its_vietnamese_is_told(tmp_path: Path) -> None:
    larger = judged(tmp_path, FOOD, label_pdf([*lines_of(FOOD), ("Ingredients:", 9.0)]))
    smaller = judged(tmp_path, FOOD, label_pdf([*lines_of(FOOD), ("Ingredients:", 6.0)]))
    alone = judged(tmp_path, FOOD, label_pdf([*lines(FOOD, "Cảnh báo", "Chú ý"), ("Warning:", 6.0)]))

    assert larger["foreign-text"].state is LabelState.BROKEN
    assert smaller["foreign-text"].state is LabelState.KEPT
    assert alone["foreign-text"].state is LabelState.UNKNOWN


def _ground(*colour: float) -> Drawing:
    def draw(canvas: object) -> None:
        canvas.setFillColorRGB(*colour)  # type: ignore[attr-defined]
        canvas.rect(-10, -10, 1000, 1000, stroke=0, fill=1)  # type: ignore[attr-defined]

    return draw


@pytest.mark.parametrize(
    ("ink", "ground", "state"),
    [
        ((0.6, 0.6, 0.6), (1, 1, 1), LabelState.BROKEN),
        ((0.3, 0.3, 0.3), (1, 1, 1), LabelState.KEPT),
        ((119 / 255,) * 3, (1, 1, 1), LabelState.BROKEN),  # #777777: 4.48, the nearest grey that is too light
        ((118 / 255,) * 3, (1, 1, 1), LabelState.KEPT),
        ((1, 1, 1), (0.04, 0.35, 0.23), LabelState.KEPT),
        ((0, 0, 0), (0.2, 0.2, 0.25), LabelState.BROKEN),
    ],
)
def test_contrast_is_measured_against_the_ground_as_drawn(
    tmp_path: Path, ink: tuple[float, ...], ground: tuple[float, ...], state: LabelState
) -> None:
    found = judged(tmp_path, FOOD, label_pdf(lines_of(FOOD), _ground(*ground), ink))

    assert found["contrast"].state is state


def test_each_page_is_judged_on_its_own_ground_and_codes(tmp_path: Path) -> None:
    front = label_pdf(lines_of(FOOD), _ground(0.04, 0.35, 0.23), (1, 1, 1))
    back = label_pdf([], qr_drawing("https://A.VN/ABC", 14))
    with pikepdf.open(BytesIO(front)) as pdf, pikepdf.open(BytesIO(back)) as other:
        pdf.pages.extend(other.pages)
        pdf.save(both := BytesIO())

    found = judged(tmp_path, FOOD, both.getvalue())

    assert (found["contrast"].state, found["qr"].state) == (LabelState.KEPT, LabelState.KEPT)


def test_text_in_outlines_cannot_be_told_and_is_said_so(tmp_path: Path) -> None:
    found = judged(tmp_path, FOOD, label_pdf(lines_of(FOOD)[1:], outlined_drawing(FOOD.name, 24)))

    assert found["name"].state is LabelState.UNKNOWN
    assert found["name"].why
    assert found["name"].why.code == "law.label_outlined"
    assert found["ingredients"].state is LabelState.KEPT


@pytest.mark.parametrize(
    ("side_mm", "state"), [(14.0, LabelState.KEPT), (7.0, LabelState.BROKEN), (0.0, LabelState.NOT_NEEDED)]
)
def test_the_qr_is_found_and_its_modules_measured(tmp_path: Path, side_mm: float, state: LabelState) -> None:
    also = qr_drawing("https://OCOP.HANOI.EXAMPLE/ABCDE12345ABCDE12345", side_mm) if side_mm else None

    assert judged(tmp_path, FOOD, label_pdf(lines_of(FOOD), also))["qr"].state is state


def test_a_record_without_a_fact_is_not_judged_by_it(tmp_path: Path) -> None:
    found = judged(tmp_path, replace(FOOD, storage=""), label_pdf(lines_of(FOOD)))

    assert found["storage"].state is LabelState.UNKNOWN


def test_files_that_are_no_label_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "label.pdf"
    whole = label_pdf(lines_of(FOOD))
    for content in (b"not a PDF", b"%PDF-1.4\n%%EOF", whole[:400] + b"%%EOF", whole.replace(b"/Pages", b"/Pagos")):
        path.write_bytes(content)
        with pytest.raises(FileUnreadable):
            check_label_file(path, FOOD, ASSETS, TODAY)


def test_a_service_has_no_label_to_check(tmp_path: Path) -> None:
    with pytest.raises(PrintRefused):
        check_label_file(tmp_path / "label.pdf", CLASS_EXAMPLES[GoodsClass.SERVICE], ASSETS, TODAY)


def test_a_program_without_our_memory_reads_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.preflight.label_reader._read", lambda _: LabelReading((), (), 1.0))  # forks see it
    path = tmp_path / "label.pdf"
    path.write_bytes(label_pdf(lines_of(FOOD)))

    report = check_label_file(path, FOOD, ASSETS, TODAY)

    assert report.count(LabelState.BROKEN) == 0


def test_locked_files_and_books_are_refused_by_what_they_are(tmp_path: Path) -> None:
    path, whole = tmp_path / "label.pdf", label_pdf(lines_of(FOOD))
    path.write_bytes(whole)
    with pikepdf.open(path) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
        for _ in range(8):
            pdf.pages.append(pdf.pages[0])
        pdf.save(tmp_path / "book.pdf")

    for name, code in (("locked", "preflight.password"), ("book", "law.too_many_pages")):
        with pytest.raises(FileUnreadable) as refused:
            check_label_file(tmp_path / f"{name}.pdf", FOOD, ASSETS, TODAY)
        assert refused.value.problems[0].code == code


def test_a_turned_page_is_read_as_it_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "label.pdf"
    path.write_bytes(label_pdf(lines_of(FOOD), qr_drawing("https://A.VN/ABC", 14)))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(path)

    found = judged(tmp_path, FOOD, path.read_bytes())

    assert {name for name, each in found.items() if each.state is LabelState.BROKEN} == set()
    assert found["contrast"].state is LabelState.KEPT
