"""Three products of the demonstration have profiles, whatever the day, and lose them with their import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.trace.profile import ProductProfile
from labelsvc.domain.trace.proposal import ProductContent
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.driver_connection import DriverConnection
from labelsvc.storage.products.import_undo import PastImports
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.products import Products
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.storage.profiles.shown_files import ShownFiles
from labelsvc.workflows.demonstration_profiles import DemonstrationProfiles
from labelsvc.workflows.import_products import ImportOptions, import_products
from labelsvc.workflows.profiles.producers_content import tasks_of
from tests import CHECKOUT
from tests.offices.prepared_databases import put_sqlite

FOLDER = CHECKOUT / "templates" / "demonstration"
SAMPLE = FOLDER / "san-pham-ocop-ha-noi.csv"
DAY = date(2031, 3, 1)
NOW = datetime(2031, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(put_sqlite(tmp_path / "labelsvc.db"))
    yield opened
    opened.close()


def take(database: Database, *, preview: bool = False) -> None:
    options = ImportOptions(SAMPLE, preview, profiles=DemonstrationProfiles(FOLDER, Profiles(database)))
    import_products([(SAMPLE.name, SAMPLE)], Imports(database), who="thu", now=NOW, today=DAY, options=options)


def told(database: Database) -> list[tuple[StoredProduct, ProductProfile]]:
    stored = Products(database).all()
    profiles = Profiles(database).many([each.id for each in stored])
    return [(each, profiles[each.id]) for each in stored if each.id in profiles]


def test_the_demonstration_tells_everything_of_three_products(database: Database) -> None:
    take(database, preview=True)
    assert told(database) == []
    take(database)
    take(database)  # the same file again changes nothing

    found = told(database)
    assert len(found) == 3
    for stored, profile in found:
        assert all(task.done for task in tasks_of(stored, ProductContent(profile), DAY) if task.section != "label")
        assert "MẪU" in profile.story
        assert all("MẪU" in certificate.number for certificate in profile.certificates)
        assert all(DAY - timedelta(days=365) < event.on <= DAY for event in profile.events)
        assert Profiles(database).number(stored.id) == 1


def test_drawn_pictures_are_small_and_as_large_as_told(database: Database) -> None:
    take(database)
    shown = ShownFiles(DriverConnection(database), nullcontext)

    for _, profile in told(database):
        for picture in profile.pictures:
            content = shown.get_picture(picture.sha256, "page").content
            assert len(content) <= 60_000
            assert Image.open(BytesIO(content)).size == (picture.width_px, picture.height_px)


def test_profiles_of_the_demonstration_go_with_its_import(database: Database) -> None:
    take(database)
    imports = PastImports(database)
    (made, *_), _ = imports.page()
    assert made.changes == 0

    imports.undo(made.id, ChangeContext("thu", NOW))

    assert Products(database).count() == 0
