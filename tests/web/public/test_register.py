"""The public register: what stands on it, in which language, and what it says to a filter that makes no sense."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import text

from labelsvc.domain.account import Role
from labelsvc.domain.collation import collation_key
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.programme.rules import RULES
from labelsvc.storage.files.list_files import ListFiles
from labelsvc.storage.products.lists import kept_list
from labelsvc.web.desk.product_query import communes
from labelsvc.web.public import register
from tests.offices.desk_office import DeskOffice
from tests.offices.one_line import one_line

ENGLISH, VIETNAMESE = {"Accept-Language": "en"}, {"Accept-Language": "vi"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("register"))
    office.take(30)
    return office


def rows(desk: DeskOffice, path: str, **headers: str) -> list[list[str]]:
    answer = desk.app.test_client().get(path, headers=headers)
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", ["", "/register.csv", "/register.json"])
def test_no_cache_gives_one_reader_anothers_language(desk: DeskOffice, path: str) -> None:
    answer = desk.app.test_client().get(f"/register{path}")

    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_a_spreadsheet_speaks_the_readers_language_in_headings_and_groups(desk: DeskOffice) -> None:
    vietnamese, english = (rows(desk, "/register/register.csv?group=craft", **each) for each in (VIETNAMESE, ENGLISH))
    districts = {district for district, _ in desk.services.product_lists.places()}

    assert vietnamese[0][3:6] == ["Xã, phường", "Quận, huyện", "Nhóm"]
    assert english[0][3:6] == ["Commune", "District", "Group"]
    assert {row[4] for row in vietnamese[1:]} <= districts
    assert {row[5] for row in vietnamese[1:]} == {"Thủ công mỹ nghệ"}
    assert {row[5] for row in english[1:]} == {"Crafts"}


def test_a_group_is_taken_in_either_case(desk: DeskOffice) -> None:
    http = desk.app.test_client()

    files = [http.get(f"/register/register.json?group={name}").get_json() for name in ("craft", "CRAFT", "Craft")]
    lists = [http.get(f"/api/v1/register?group={name}").get_json() for name in ("craft", "CRAFT")]

    assert files[0] == files[1] == files[2]
    assert {one["group"] for one in files[0]["products"]} == {"craft"}
    assert lists[0] == lists[1]
    assert lists[0]["total"] == len(files[0]["products"])


@pytest.mark.parametrize("query", ["stars=9", "stars=abc", "stars=2", "group=vàng"])
def test_nonsensical_filters_get_errors_for_machines_and_hints_for_people(desk: DeskOffice, query: str) -> None:
    http, value = desk.app.test_client(), query.partition("=")[2]

    table, facts, api = (
        http.get(f"{path}?{query}")
        for path in ("/register/register.csv", "/register/register.json", "/api/v1/register")
    )
    page, every = http.get(f"/register?{query}"), http.get("/register")

    assert [each.status_code for each in (table, facts, api)] == [400] * 3
    assert facts.mimetype == api.mimetype == "application/problem+json"
    for said in (table.text, facts.get_json()["detail"], api.get_json()["detail"]):
        assert f"«{value}»" in said
    assert page.status_code == 200
    assert f"«{value}»" in page.text
    assert page.text.count("<tr>") == every.text.count("<tr>")


def test_the_filters_are_folded_until_one_is_set(desk: DeskOffice) -> None:
    http = desk.app.test_client()

    folded, opened = (one_line(http.get(f"/register{query}").text) for query in ("", "?stars=4"))

    assert '<details class="folded">' in folded
    assert '<details class="folded" open>' in opened
    assert folded.index('name="words"') < folded.index("<details") < folded.index('name="district"')


def test_a_list_names_the_words_beyond_ten(desk: DeskOffice) -> None:
    clerk, asked = desk.client(Role.CLERK), "?words=xa+chu+co+Đồng+A+B+C+D+E+G+H+I+K+L"
    paths = ("/register", "/office/products", "/office/producers")

    pages = [clerk.get(f"{path}{asked}").text for path in paths]
    pages += [clerk.get(f"{path}{asked}", headers={"HX-Request": "true"}).text for path in paths[:2]]

    assert ["không tìm theo: k, l." in page for page in pages] == [True] * 5
    assert "không tìm theo" not in clerk.get(f"/register{asked.removesuffix('+K+L')}").text


def test_the_stars_on_offer_are_those_that_are_certified(desk: DeskOffice) -> None:
    page = desk.app.test_client().get("/register").text

    offered = [stars for stars in range(1, 6) if f'<option value="{stars}">' in page]

    assert offered == list(range(RULES[-1].lowest_printed_stars, 6))
    assert all(f'value="{group.name}"' in page for group in ProductGroup)


def test_the_brand_is_written_alike_in_both_languages(desk: DeskOffice) -> None:
    pages = [desk.app.test_client().get("/register", headers=each).text for each in (VIETNAMESE, ENGLISH)]

    assert all('">OCOP HÀ NỘI</a>' in page for page in pages)


def test_communes_to_choose_from_stand_in_vietnamese_order(desk: DeskOffice) -> None:
    places = desk.services.product_lists.places()

    chosen = re.search(r'<select id="f-commune".*?</select>', desk.app.test_client().get("/register").text, re.S)
    offered = re.findall(r'<option value="([^"]+)"', chosen[0]) if chosen else []

    assert offered == sorted({commune for _, commune in places}, key=collation_key)


@pytest.mark.parametrize(
    ("district", "offered"),
    [("", ["Ba Trại", "Đông Hội", "Yên Bài"]), ("Ba Vì", ["Ba Trại", "Yên Bài"]), ("Đông Anh", ["Đông Hội"])],
)
def test_communes_are_those_of_the_district_that_was_chosen(district: str, offered: list[str]) -> None:
    places = [("Ba Vì", "Yên Bài"), ("Đông Anh", "Đông Hội"), ("Ba Vì", "Ba Trại"), ("Ba Vì", "")]

    assert communes(places, district) == offered


def test_the_whole_list_is_made_once_until_the_records_change(desk: DeskOffice) -> None:
    client, folder = desk.client(), desk.services.home / "register"

    first, again = (client.get("/register/register.csv") for _ in range(2))
    made = {path.name: path.stat().st_mtime_ns for path in folder.glob("csv-*")}
    filtered = client.get("/register/register.csv?group=craft")
    with desk.services.database.writing() as connection:
        connection.execute(text("UPDATE products SET brand = 'Nhãn mới'"))
    changed = client.get("/register/register.csv")

    assert first.data == again.data
    assert len(made) == 1
    assert filtered.data != first.data
    assert "Nhãn mới" in changed.text
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert len(list(folder.glob("csv-*"))) == 1
    assert made.keys() != {path.name for path in folder.glob("csv-*")}


def test_a_known_etag_is_answered_without_building_the_list(desk: DeskOffice) -> None:
    etag = desk.client().get("/register/register.json").headers["ETag"]
    for path in (desk.services.home / "register").iterdir():
        path.unlink()

    answer = desk.client().get("/register/register.json", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")
    assert list((desk.services.home / "register").iterdir()) == []


def test_lists_are_limited_by_address(desk: DeskOffice) -> None:
    client = desk.client()

    statuses = [client.get("/register/register.json").status_code for _ in range(31)]

    assert statuses == [200] * 30 + [429]


def test_filtered_files_are_limited_more_than_the_whole_one(desk: DeskOffice) -> None:
    client = desk.client()

    filtered = [client.get("/register/register.csv?stars=4").status_code for _ in range(11)]
    whole = client.get("/register/register.csv").status_code

    assert filtered == [200] * 10 + [429]
    assert whole == 200


def test_a_large_file_says_of_which_state_it_is(desk: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    client = desk.client()
    monkeypatch.setattr(desk.services, "list_files", ListFiles(desk.services.home / "register", large=1))

    first = client.get("/register/register.json")
    with desk.services.database.writing() as connection:
        connection.execute(text("UPDATE products SET brand = 'Nhãn sau'"))
    again = client.get("/register/register.json")
    known = client.get("/register/register.json", headers={"If-None-Match": first.headers["ETag"]})

    assert again.data == first.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.last_modified == first.last_modified is not None
    assert (known.status_code, known.data) == (304, b"")


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_filter_that_leaves_too_many_for_one_answer_is_refused(
    desk: DeskOffice, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(register, "MOST_FILTERED", 1)
    client = desk.client()

    refused, whole, page = (
        client.get(path)
        for path in (f"/register/register.{kind}?words=c", f"/register/register.{kind}", "/register?words=c")
    )

    assert (refused.status_code, whole.status_code, page.status_code) == (400, 200, 200)
    assert "nhiều nhất 1" in (refused.text if kind == "csv" else refused.get_json()["detail"])


@pytest.mark.parametrize("path", ["/register", "/register/register.csv", "/register/register.json", "/api/v1/register"])
def test_a_list_to_be_written_first_is_answered_503(
    desk: DeskOffice, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(kept_list, "FEW", 0)
    monkeypatch.setattr(kept_list, "VERY_MANY", 0)
    with desk.services.database.writing() as connection:
        connection.execute(text("UPDATE products SET brand = :path"), {"path": path})
    client = desk.client()

    refused = client.get(path)
    desk.services.product_lists.renewal.wait()
    shown = client.get(path)

    assert (refused.status_code, shown.status_code) == (503, 200)
    assert refused.headers["Retry-After"] == "5"
    assert "Danh sách sản phẩm đang được lập lại" in one_line(
        refused.get_json()["detail"] if refused.is_json else refused.text
    )
