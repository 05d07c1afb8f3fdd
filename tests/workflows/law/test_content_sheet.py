"""The label content sheet: all of a class's texts in their right wording, on one A4 page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest

from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.host import Host
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.product import Product
from labelsvc.wording import Wording
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES
from labelsvc.workflows.law.content_sheet import content_sheet
from labelsvc.workflows.paper_words import PaperWords
from labelsvc.workflows.print_assets import print_assets
from tests import CHECKOUT

ASSETS = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
HOST = Host.parse("OCOP.HANOI.EXAMPLE")
SENTENCES = Wording(CHECKOUT / "templates" / "wording", "vi")
WORDS = PaperWords.from_sentences(SENTENCES.say, SENTENCES.explain)
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def stored(product: Product) -> StoredProduct:
    return StoredProduct(id=1, product=product, recognitions=())


def text_of(product: Product) -> str:
    document = pypdfium2.PdfDocument(content_sheet(stored(product), ASSETS, WORDS, HOST, NOW))
    assert len(document) == 1
    page = document[0]
    assert page.get_mediabox() == pytest.approx((0, 0, 595.276, 841.89), abs=0.01)
    textpage = page.get_textpage()
    assert min(textpage.get_charbox(at)[1] for at in range(textpage.count_chars())) > 20
    return " ".join(textpage.get_text_bounded().split())


def test_the_sheet_of_a_food_says_texts_heights_and_the_qr() -> None:
    text = text_of(CLASS_EXAMPLES[GoodsClass.FOOD])

    assert "200 g (10 gói x 20 g)" in text
    assert "Chữ số cao ít nhất 3 mm (Be Vietnam Pro: 11,5 pt)" in text
    assert "Chất béo bão hòa 9 g" in text
    assert "HSD: 12 tháng kể từ NSX" in text
    assert "14,8 × 14,8 mm" in text
    assert "hợp pháp" not in text


def test_the_sheet_of_a_health_food_has_its_sentences() -> None:
    text = text_of(CLASS_EXAMPLES[GoodsClass.HEALTH_FOOD])

    assert "Thực phẩm này không phải là thuốc, không có tác dụng thay thế thuốc chữa bệnh" in text


def test_the_sheet_corrects_what_the_record_has_wrong() -> None:
    text = text_of(replace(CLASS_EXAMPLES[GoodsClass.DRINK], net_content="khoảng 0,5kg", producer="HTX A", origin=""))

    assert "500 g" in text
    assert "PHIẾU NỘI DUNG NHÃN – MẪU" in text  # the demonstration's host
    assert "khoảng" not in text.partition("Chữ ")[0]
    assert "Hợp tác xã A" in text
    assert "Hồ sơ chưa có; hỏi chủ thể" in text


def test_the_longest_record_stands_on_one_page() -> None:
    long = "Bột đậu xanh nguyên chất 45 %, đường kính trắng, dầu thực vật tinh luyện, muối i-ốt, " * 8
    product = replace(CLASS_EXAMPLES[GoodsClass.HEALTH_FOOD], ingredients=long.strip(), warnings=long.strip())

    text = text_of(product)

    assert "Đã đối chiếu với các quy tắc" in text


def test_a_service_has_no_sheet() -> None:
    with pytest.raises(PrintRefused):
        content_sheet(stored(CLASS_EXAMPLES[GoodsClass.SERVICE]), ASSETS, WORDS, HOST, NOW)
