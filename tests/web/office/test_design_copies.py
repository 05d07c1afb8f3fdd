"""A producer copies a design, changes what is open, sends it; the office approves, and it prints for that one alone."""

from __future__ import annotations

from typing import Any

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskClient, DeskOffice

BAND = '<rect x="-3" y="-3" width="31" height="7.8" fill="#0B5A3A"/>'
MINE, OTHERS = "chuthe@htx.vn", "khac@htx.vn"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("copies"))
    office.take(4)
    for email, product_id in ((MINE, 1), (OTHERS, 2)):
        office.add(email, Role.PRODUCER, office.services.product_lists.producer_of(product_id))
    return office


def send_json(client: DeskClient, path: str, **body: Any) -> Any:
    return client.http.post(path, json=body, headers={"X-CSRFToken": client.csrf})


def test_copy_is_changed_sent_declined_approved_and_printed(desk: DeskOffice) -> None:
    mine, admin = desk.client(MINE), desk.client(Role.ADMINISTRATOR)
    copies = desk.services.design_copies
    source = desk.services.assets.design_source("tem-25x35").decode()
    gold = source.replace(BAND, BAND.replace("#0B5A3A", "#6B5200"))
    mine.get("/producer/designs")

    begun = mine.post("/producer/products/1/designs", design="tem-25x35", title="Tem vàng")
    studio = mine.get(begun.headers["Location"]).text
    moved = send_json(
        mine, "/producer/designs/1/studio/save", name="own.1", base=1, source=gold.replace('x="14.42"', 'x="14.3"')
    )
    saved = send_json(mine, "/producer/designs/1/studio/save", name="own.1", base=1, source=gold)
    looked = send_json(mine, "/producer/designs/1/studio/look", source=gold.replace('x="14.42"', 'x="14.3"'))

    assert '"is_office": false' in studio
    assert moved.status_code == 422
    assert "«Sao» do văn phòng khóa" in moved.json["text"]
    assert (saved.status_code, saved.json["version"]) == (201, 2)
    assert any("do văn phòng khóa" in finding["text"] for finding in looked.json["findings"])

    mine.post("/producer/designs/1/send", revision="2", note="Màu của HTX")
    admin.get("/office/design-copies")
    shown = admin.get("/office/design-copies/1").text
    silent = admin.post("/office/design-copies/1/decline", revision="2")
    admin.post("/office/design-copies/1/decline", revision="2", answer="Màu chưa đều")
    told = mine.get("/producer/designs").text
    mine.post("/producer/designs/1/send", revision="2")
    admin.post("/office/design-copies/1/approve", revision="2")

    assert shown.count('stroke="#C8102E"') >= 2
    assert silent.status_code == 422
    assert "Màu chưa đều" in told
    assert copies.get(1).prints
    made = mine.post("/producer/products/1/labels", design="own.1", quantity="2", nonce="n1")
    assert made.status_code == 302
    assert "Tem vàng" in mine.get(made.headers["Location"]).text
    owner, other = (desk.services.product_lists.producer_of(each) for each in (1, 2))
    offered = [desk.services.looks.copies_for(of) for of in ([owner], [owner, other], [other])]
    assert [[copy.title for copy, _ in each] for each in offered] == [["Tem vàng"], [], []]


def test_others_find_and_print_nothing_of_a_copy(desk: DeskOffice) -> None:
    theirs, admin = desk.client(OTHERS), desk.client(Role.ADMINISTRATOR)
    theirs.get("/producer/designs")
    paths = "/producer/designs/1/studio", "/producer/designs/1.png"

    found = [theirs.get(path).status_code for path in paths]
    saved = send_json(theirs, "/producer/designs/1/studio/save", name="own.1", base=2, source="<svg/>")
    made = theirs.post("/producer/products/2/labels", design="own.1", quantity="1", nonce="n2")

    assert found == [404, 404]
    assert saved.status_code == 404
    assert theirs.post("/producer/designs/1/send", revision="2").status_code == 404
    assert made.status_code == 422
    assert "Làm bản riêng của mình" in made.text
    assert theirs.get("/producer/products/2/labels/own.1.png").status_code == 404
    assert 'value="own.1"' not in made.text
    assert admin.get("/producer/designs").status_code == 404
    assert theirs.get("/office/design-copies/1").status_code == 404
