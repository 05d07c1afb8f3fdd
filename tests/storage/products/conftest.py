"""An office of three products, for tests of their lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.product_editing import ProductEditing
from tests.offices.stored_office import NOW, Stores, record


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    """Three products: one of one recognition, one that was renewed, one without any."""
    made = Stores(database, tmp_path / "home")
    made.save(record("Chè sen", commune="Tây Hồ"), record("Gốm"), record("Gốm", decision_date=date(2026, 5, 1)))
    ProductEditing(database).add(record("Đào cảnh").product, ChangeContext("canbo", NOW, "bổ sung"))
    return made
