"""Fonts on the desk: uploaded, used by designs at once, kept with batches, never taken from designs that print."""

from __future__ import annotations

import io

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from tests import CHECKOUT
from tests.offices.desk_office import DeskClient, DeskOffice, printable
from tests.samples.font_files import FAMILY, cff_font, truetype_font

OURS = (CHECKOUT / "templates" / "labels" / "tem-25x35.svg").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("fonts"))
    office.take(2)
    return office


def uploaded(admin: DeskClient, *files: tuple[bytes, str]) -> str:
    """Send fonts to the page, and return the page that follows."""
    admin.get("/office/fonts")
    answer = admin.post("/office/fonts", file=[(io.BytesIO(content), name) for content, name in files])
    return str(answer.text) if answer.status_code == 422 else str(admin.get("/office/fonts").text)


def test_fonts_are_refused_by_name_and_reason_beside_those_taken(desk: DeskOffice) -> None:
    admin, clerk = desk.client(Role.ADMINISTRATOR), desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")

    page = uploaded(
        admin,
        (truetype_font(700, fs_type=4), "dam.ttf"),
        (truetype_font(lacking="Ẵ"), "thieu.ttf"),
        (truetype_font(family="Be Vietnam Pro"), "san-co.ttf"),
        (b"GIF89a", "anh.ttf"),
    )

    assert "thieu.ttf: Phông thiếu 1 ký tự" in page
    assert "san-co.ttf: Be Vietnam Pro đã đi kèm" in page
    assert "anh.ttf: Tệp không phải phông" in page
    (bold,) = [font for font in desk.services.office_fonts.all() if font.weight == 700]
    assert (bold.family, bold.state, bold.facts["licence"]) == (FAMILY, "in_use", "preview")
    assert "chỉ cho phép nhúng để xem và in" in page
    assert admin.get(f"/office/fonts/{bold.id}.png").data.startswith(b"\x89PNG")
    assert clerk.post("/office/fonts", file=(io.BytesIO(truetype_font()), "a.ttf")).status_code == 403
    assert f"{FAMILY} 700" in admin.get("/office/audit?subject=font").text


def test_a_batch_keeps_the_font_that_its_design_names(desk: DeskOffice) -> None:
    admin = desk.client(Role.ADMINISTRATOR)
    uploaded(admin, (cff_font(), "thuong.otf"))
    source = OURS.replace('data-ls="serial"', f'data-ls="serial" data-ls-family="{FAMILY}"')
    shelf, services, context = desk.services.design_shelf, desk.services, ChangeContext("cli", desk.now)
    shelf.publish("nhan-chu-thu", shelf.add("nhan-chu-thu", source.encode(), context), context)
    order = {"product": printable(desk), "quantity": 2, "design": "nhan-chu-thu", "stock": "a4"}

    first = services.office_fonts.all()[0]
    admin.get("/office/print")
    ordered = admin.post("/office/print", **order, nonce="a")
    desk.work()
    retired = admin.post(f"/office/fonts/{first.id}/retire")
    uploaded(admin, (truetype_font(), "thuong-2.ttf"))
    batch = services.batches.last()
    assert batch, ordered.text
    plan = plan_reprint(batch.name, services.batch_services, desk.now.date(), sheets=(range(1, 2),))
    made = reprint_pieces(plan, services.batch_services, services.output(), ChangeContext("cli", desk.now, "rách"))

    assert ordered.status_code == 302
    assert batch.state == "ready"
    assert first.id in [face.id for face in services.batches.looks(batch).fonts]
    assert made.exact
    assert retired.status_code == 422
    assert "nhan-chu-thu" in retired.text
    versions = [(font.version, font.state) for font in services.office_fonts.all() if font.weight == 400]
    assert versions == [(2, "in_use"), (1, "retired")]


def test_an_unknown_family_or_weight_is_refused_with_what_there_is(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")
    text = '<text x="3" y="30" font-family="{}" font-size="2" font-weight="{}">a</text></svg>'

    family = clerk.post("/office/designs/preview", source=OURS.replace("</svg>", text.format("Chu Thu", 400)))
    weight = clerk.post("/office/designs/preview", source=OURS.replace("</svg>", text.format("chữthử", 555)))

    assert FAMILY in family.text
    assert "400" in weight.text
    assert "555" in weight.text
