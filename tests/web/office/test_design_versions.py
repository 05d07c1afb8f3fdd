"""Versions of a design on the desk: listed, compared, restored, published by a second person where that is wanted."""

from __future__ import annotations

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from tests.offices.desk_office import ADDRESSES, DeskOffice

LINE = b'<line x1="2.5" y1="12" x2="8" y2="12" stroke="#17231C" stroke-width="0.3"/></svg>'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("versions"), settings={"FOUR_EYES": "yes"})
    source = office.services.assets.design_source("tem-25x35")
    sources = (
        source,
        source.replace(b"</svg>", LINE),
        source.replace(b"</svg>", LINE.replace(b'"12"', b'"15"').replace(b"#17231C", b"#0B5A3A")),
    )
    savers = "lan@vanphong.vn", ADDRESSES[Role.ADMINISTRATOR], "lan@vanphong.vn"
    for who, each in zip(savers, sources, strict=True):
        office.services.design_shelf.add("tem-tet", each, ChangeContext(who, office.now, "Thêm đường kẻ"))
    return office


def test_versions_are_compared_in_words_and_outlines(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)

    listed = clerk.get("/office/designs/tem-tet/versions").text
    compared = clerk.get("/office/designs/tem-tet/compare?before=2&after=3").text
    alike = clerk.get("/office/designs/tem-tet/compare?before=2&after=2").text

    assert [f"Bản {number}</h2>" in listed for number in (1, 2, 3)] == [True] * 3
    assert "Thêm đường kẻ" in listed
    assert compared.count('stroke="#C8102E"') == 4  # two places, on both pictures
    assert "Hình vẽ: dời xuống 3 mm" in compared
    assert "Hình vẽ: màu " in compared
    assert "Hai bản in ra giống hệt nhau" in alike
    assert clerk.get("/office/designs/khong-co/versions").status_code == 404


def test_second_administrator_publishes_beside_the_difference(desk: DeskOffice) -> None:
    admin, shelf = desk.client(Role.ADMINISTRATOR), desk.services.design_shelf
    own = admin.get("/office/designs/tem-tet/compare?after=2").text

    blind = admin.post("/office/designs/tem-tet/1/publish")
    refused = admin.post("/office/designs/tem-tet/2/publish", compared="0")
    published = admin.post("/office/designs/tem-tet/1/publish", compared="0")
    stale = admin.post("/office/designs/tem-tet/3/publish", compared="0")

    assert "một quản trị khác công bố" in own
    assert "/2/publish" not in own
    assert blind.headers["Location"].endswith("/office/designs/tem-tet/compare?after=1")
    assert refused.headers["Location"].endswith("/office/designs")
    assert "do chính anh/chị lưu" in admin.get("/office/designs").text
    assert published.status_code == 302
    assert stale.headers["Location"].endswith("/office/designs/tem-tet/compare?after=3")
    assert [each.state for each in shelf.versions("tem-tet")] == ["draft", "draft", "published"]
    assert "/3/publish" in admin.get("/office/designs/tem-tet/compare?after=3").text


def test_restored_version_is_a_new_draft_once(desk: DeskOffice) -> None:
    clerk, shelf = desk.client(Role.CLERK), desk.services.design_shelf
    clerk.get("/office/designs/tem-tet/versions")

    restored = clerk.post("/office/designs/tem-tet/1/restore", newest="3")
    again = clerk.post("/office/designs/tem-tet/1/restore", newest="3")

    newest, *older = shelf.versions("tem-tet")
    assert restored.status_code == again.status_code == 302
    assert (newest.version, newest.restored_from, newest.state, len(older)) == (4, 1, "draft", 3)
    assert shelf.source("tem-tet", 4) == shelf.source("tem-tet", 1)
    assert "khôi phục từ bản 1" in clerk.get("/office/designs/tem-tet/versions").text
    assert desk.client(Role.AUDITOR).post("/office/designs/tem-tet/1/restore").status_code in (400, 403)


def test_source_written_meanwhile_is_kept_and_shown_beside_theirs(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")
    source = desk.services.assets.design_source("tem-25x35").replace(b"</svg>", LINE).decode()
    body = {"name": "tem-tet", "source": source, "base": 1, "note": "Thêm kẻ"}

    late = clerk.http.post("/office/designs/tem-tet/studio/save", json=body, headers={"X-CSRFToken": clerk.csrf})
    shown = clerk.get(late.json["address"]).text
    saved = clerk.http.post(
        "/office/designs/tem-tet/studio/save",
        json=body | {"base": late.json["newest"]},
        headers={"X-CSRFToken": clerk.csrf},
    )

    assert late.status_code == 409
    assert "Bản chưa lưu của anh/chị" in shown
    assert shown.count("<image ") == 2
    assert saved.status_code == 201
    assert desk.services.design_shelf.newest("tem-tet").note == "Thêm kẻ"
    assert clerk.get("/office/designs/tem-tet/compare?mine=" + "0" * 64).status_code == 404
