"""Designs on the desk: uploaded, tried in a process with limits, published, printed, retired; hostile ones refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from desk_office import DeskOffice
from test_desk_pages import printable

from labelsvc.domain.account import Role
from labelsvc.workflows.try_design import WALL_SECONDS

OURS = (Path(__file__).parent.parent / "templates" / "labels" / "tem-25x35.svg").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("designs"))
    office.take(6)
    return office


def test_an_uploaded_design_prints_once_it_is_published_and_its_batch_keeps_it(desk: DeskOffice) -> None:
    clerk, admin = desk.client(Role.CLERK), desk.client(Role.ADMINISTRATOR)
    product = printable(desk)
    clerk.get("/office/designs/edit")
    admin.get("/office/designs")
    order = {"product": product, "quantity": 2, "design": "tem-tet", "stock": "a4"}

    saved = clerk.post("/office/designs/edit", name="tem-tet", source=OURS)
    draft = clerk.post("/office/print", **order, nonce="a")
    not_allowed = clerk.post("/office/designs/tem-tet/1/publish")
    published = admin.post("/office/designs/tem-tet/1/publish")
    shown = clerk.get(f"/office/print?product={product}").text
    printed = clerk.post("/office/print", **order, nonce="b")
    admin.post("/office/designs/tem-tet/1/retire")
    desk.work()
    batch = desk.shop.batches.last()

    assert saved.status_code == published.status_code == printed.status_code == 302
    assert draft.status_code == 409
    assert not_allowed.status_code == 403
    assert 'value="tem-tet"' in shown
    assert batch
    assert (batch.state, batch.design.content.decode()) == ("ready", OURS)


@pytest.mark.parametrize(
    "source",
    [
        OURS.replace("</svg>", "<script>alert(1)</script></svg>"),
        OURS.replace("</svg>", '<rect onload="alert(1)" width="1" height="1"/></svg>'),
        OURS.replace("</svg>", '<image href="http://example.org/x.png" width="1" height="1"/></svg>'),
        OURS.replace("</svg>", "<foreignObject/></svg>"),
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>',
        "<svg", "", "\x00", "không phải SVG",
    ],
)  # fmt: skip
def test_a_hostile_or_broken_source_is_refused_with_sentences(desk: DeskOffice, source: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")

    answer = clerk.post("/office/designs/edit", name="tem-xau", source=source)

    assert answer.status_code == 422
    assert "notice refused" in answer.text
    assert "Traceback" not in answer.text
    assert not [one for one in desk.shop.design_shelf.all() if one.name == "tem-xau"]


@pytest.mark.parametrize(
    "costly", ["{{ 9**9**9 }}", "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"]
)
def test_a_costly_expression_ends_with_its_process(desk: DeskOffice, costly: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")
    place = OURS.index("<ls:text")
    start = OURS.index(">", place) + 1
    source = OURS[:start] + costly + OURS[start:]
    begun = time.monotonic()

    answer = clerk.post("/office/designs/preview", source=source)

    assert "notice refused" in answer.text
    assert time.monotonic() - begun < WALL_SECONDS + 3


def test_the_preview_shows_a_picture_beside_the_source(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")

    answer = clerk.post("/office/designs/preview", source=OURS)

    assert 'src="data:image/png;base64,' in answer.text
    assert "notice refused" not in answer.text
