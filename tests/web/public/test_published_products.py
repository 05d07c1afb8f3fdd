"""Products as the office's database publishes them: register, page, badge and pictures follow it at once."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.trace.profile import ProductPicture, ProductProfile
from labelsvc.storage.profiles.file_rows import UploadedFile
from labelsvc.web.public.app import public_app
from tests.offices.desk_office import DeskOffice

BYTES = b"\xff\xd8 a picture"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("published"))
    office.take(6)
    return office


@pytest.fixture(scope="module")
def public(desk: DeskOffice) -> FlaskClient:
    return public_app(desk.services).test_client()


def paths(desk: DeskOffice) -> list[str]:
    return re.findall(r'href="(/p/[0-9a-z]{10})"', desk.app.test_client().get("/register").text)


def tell(desk: DeskOffice, product_id: int, profile: ProductProfile) -> None:
    desk.services.profiles.change(product_id, lambda _: profile, ChangeContext("lan", desk.now))


def test_the_register_links_to_the_page_of_every_product(desk: DeskOffice, public: FlaskClient) -> None:
    http = desk.app.test_client()
    files = http.get("/register/register.json").get_json()["products"]
    rows = http.get("/api/v1/register").get_json()["items"]

    pages = [public.get(path) for path in paths(desk)]

    assert len(pages) == 6
    assert {each.status_code for each in pages} == {200}
    assert {each["page"].rpartition("/p/")[2] for each in files} == {path[3:] for path in paths(desk)}
    assert sorted(each["page"] for each in rows) == sorted(each["page"] for each in files)
    assert all(each["name"] in page.text for each in files for page in pages if each["page"][-10:] in page.text)


def test_public_ids_tell_neither_number_nor_order(desk: DeskOffice) -> None:
    ids = [path[3:] for path in paths(desk)]

    assert len({each[:3] for each in ids}) == len(ids)
    assert not any(each.isdigit() and int(each) < 1_000 for each in ids)


def test_a_picture_is_public_while_the_profile_that_holds_names_it(desk: DeskOffice, public: FlaskClient) -> None:
    path = paths(desk)[0]
    product_id = next(
        stored.id for stored in desk.services.products.all() if stored.product.name in public.get(path).text
    )
    digest = desk.services.profile_files.add(
        product_id, UploadedFile(BYTES, "image/jpeg", b"small", 40, 30), ChangeContext("lan", desk.now)
    )

    proposed = public.get(f"/picture/{digest}").status_code
    tell(desk, product_id, ProductProfile(story="Chuyện", pictures=(ProductPicture(digest, 40, 30),)))
    shown, large, page = (public.get(each) for each in (f"/picture/{digest}", f"/picture/{digest}/large", path))
    tell(desk, product_id, ProductProfile(story="Chuyện khác"))
    withdrawn = public.get(f"/picture/{digest}")

    assert proposed == 404
    assert (shown.data, large.data) == (b"small", BYTES)
    assert f'src="/picture/{digest}"' in page.text
    assert withdrawn.status_code == 404
    assert "Chuyện khác" in public.get(path).text
    assert digest not in public.get(path).text


def test_an_id_is_not_given_again_after_an_undone_import(tmp_path: Path) -> None:
    office = DeskOffice(tmp_path)
    office.take(1)
    before = paths(office)
    with office.services.database.writing() as connection:
        for table in ("recognitions", "products"):
            connection.exec_driver_sql(f"DELETE FROM {table}")

    office.take(1)

    assert len(before) == len(paths(office)) == 1
    assert before != paths(office)
    assert public_app(office.services).test_client().get(before[0]).status_code == 404


def test_page_and_badge_turn_grey_when_the_term_is_over(desk: DeskOffice) -> None:
    path = paths(desk)[0]
    services = desk.services
    later = desk.now + timedelta(days=4_000)
    app = public_app(services, clock=lambda: later).test_client()

    assert "không có hạng sao" in app.get(path).text
    assert "#4b5750" in app.get(f"{path}/badge.svg").text
