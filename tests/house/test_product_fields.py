"""A text field of a product reaches every place where people read or write it."""

from labelsvc.domain.product import PRODUCT_TEXTS
from labelsvc.records.columns import COLUMN
from labelsvc.storage.db.tables.products import products
from labelsvc.web.api.product_models import ProductChange, ProductDetail
from labelsvc.wording import Wording
from tests import CHECKOUT

API_NAMES = {"warnings": "warnings_text"}
"""``warnings`` of the API are what is to be heeded before printing."""


def test_every_text_of_a_product_has_its_places() -> None:
    words = Wording(CHECKOUT / "templates" / "wording", "vi")
    of_api = {API_NAMES.get(name, name) for name in PRODUCT_TEXTS}

    assert set(PRODUCT_TEXTS) <= COLUMN.keys()
    assert set(PRODUCT_TEXTS) <= set(products.c.keys())
    assert of_api <= ProductDetail.model_fields.keys()
    assert of_api <= ProductChange.model_fields.keys()
    assert all(words.has(f"product.field_{name}") for name in PRODUCT_TEXTS)
