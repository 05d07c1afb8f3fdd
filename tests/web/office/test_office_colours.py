"""The palette on the desk: judged as typed, kept in versions, seen at once, never changing what was ordered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.errors import DesignRefused
from labelsvc.domain.host import Host
from labelsvc.services import Services
from labelsvc.storage.designs.office_looks import SHIPPED
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.looks.current_looks import all_inks
from tests.offices.desk_office import DeskClient, DeskOffice, printable
from tests.offices.printing_office import HOST
from tests.samples.labels_on_paper import ROOM, ls_source

FORM = {"vi": "Đỏ cờ", "en": "Flag red", "screen": "", "cyan": "0", "magenta": "98", "yellow": "75", "black": "16"}
STAMP = ls_source("tem-25x35")
GREEN = {"vi": "Xanh", "en": "", "cyan": "80", "magenta": "30", "yellow": "80", "black": "40"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("colours"))
    office.take(2)
    return office


def administrator(desk: DeskOffice) -> tuple[DeskClient, str]:
    """Return an administrator on the palette's page, and the version that it shows."""
    client = desk.client(Role.ADMINISTRATOR)
    client.get("/office/colours/new")
    return client, str(desk.services.palettes.newest_number())


def test_a_designers_colour_is_proposed_saved_and_drawn_with_at_once(desk: DeskOffice) -> None:
    (admin, seen), clerk = administrator(desk), desk.client(Role.CLERK)
    clerk.get("/office/print")
    other = Services(desk.services.settings)
    red = STAMP.replace("#0B5A3A", "#C8102E")

    before = check_codes(other, red)
    in_trial = admin.post("/office/designs/preview", source=red).text
    proposed = admin.get("/office/colours/new?screen=c8102e").text
    refused = clerk.post("/office/colours/new", **FORM, seen=seen)
    saved = admin.post("/office/colours/new", **FORM | {"screen": "#C8102E"}, seen=seen, note="Tết")

    assert before == ["design.colour"] * red.count("#C8102E")
    assert "notice refused" in in_trial
    assert 'name="magenta" type="number" min="0" max="100" step="1" inputmode="numeric" value="98"' in proposed
    assert "#C91530" in proposed  # what those inks look like
    assert (refused.status_code, saved.status_code) == (403, 302)
    assert check_codes(other, red) == []  # a process that had read the palette before
    assert "notice refused" not in admin.post("/office/designs/preview", source=red).text  # and a confined one
    newest, *_, first = desk.services.palettes.all()
    assert (newest.who, newest.note) == ("quantri@vanphong.vn", "Tết")
    assert (first.version, first.who) == (1, "")
    assert "Đỏ cờ #C8102E · C0 M98 Y75 K16" in admin.get("/office/audit?subject=palette").text
    other.close()


def check_codes(services: Services, source: str) -> list[str]:
    try:
        return [each.code for each in check_design("thu", source.encode(), services.assets, Host.parse(HOST))]
    except DesignRefused as error:
        return [each.code for each in error.problems]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vi": "", "en": ""}, "Hãy đặt tên"),
        ({"vi": "GREEN"}, "đã có màu khác dùng"),
        ({"screen": "#0b5a3a"}, "Mã #0B5A3A là của màu"),
        ({"screen": "đỏ"}, "không phải mã màu"),
        ({"cyan": "101"}, "từ 0 đến 100"),
        ({"cyan": "-1"}, "từ 0 đến 100"),
        ({"cyan": "1e2"}, "từ 0 đến 100"),
        ({"cyan": "100", "yellow": "100", "black": "10"}, "308 %"),
        ({"cyan": "60", "black": "90", "yellow": "40"}, "280 %"),
        ({"spot": "CutContour"}, "không dùng được"),
        ({"spot": "Đỏ"}, "không dùng được"),
        ({"spot": "gold"}, "đã là của màu"),
        ({"spot": "PANTONE 186 C", "magenta": "0", "yellow": "0", "black": "0"}, "cần màu thay thế"),
    ],
)
def test_an_impossible_colour_is_refused_with_its_reason(desk: DeskOffice, changes: dict[str, str], said: str) -> None:
    admin, seen = administrator(desk)

    answer = admin.post("/office/colours/new", **{**FORM, "vi": "Màu thử", "en": "", **changes}, seen=seen)

    assert answer.status_code == 422
    assert said in answer.text
    assert str(desk.services.palettes.newest_number()) == seen


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "xám K 7"),
        ({"cyan": "88", "magenta": "32", "yellow": "84", "black": "40"}, "khó phân biệt với «green» (#0B5A3A)"),
        ({"screen": "#00FF00", "cyan": "63", "magenta": "0", "yellow": "96", "black": "0"}, "khi in thành #6CB538"),
    ],
)
def test_a_typed_colour_is_judged_beside_what_it_looks_like(
    desk: DeskOffice, changes: dict[str, str], said: str
) -> None:
    admin, _ = administrator(desk)

    shown = admin.post("/office/colours/look", **{**FORM, "vi": "Màu thử", "en": "", **changes}, is_new="1").text

    assert said in shown
    assert "notice refused" not in shown


def test_a_used_colour_cannot_vanish_and_says_which_designs(desk: DeskOffice) -> None:
    admin, seen = administrator(desk)

    page = admin.get("/office/colours/0B5A3A").text
    retired = admin.post("/office/colours/0B5A3A/retire", seen=seen)
    black = admin.post("/office/colours/17231C", vi="đen", cyan="10", magenta="0", yellow="0", black="100", seen=seen)
    rich = admin.post("/office/colours/5A6A60", vi="xám", cyan="10", magenta="10", yellow="10", black="60", seen=seen)

    assert "nhan-60x90" in page
    assert "Ngừng dùng màu này" not in page
    for answer in (retired, rich):  # grey of small type needs one ink
        assert answer.status_code == 422
        assert "nhan-60x90" in answer.text
    assert "không đổi được" in black.text
    assert str(desk.services.palettes.newest_number()) == seen


def test_a_colour_is_retired_restored_and_never_changed_unseen(desk: DeskOffice) -> None:
    (admin, seen), blue = administrator(desk), "/office/colours/1D71B8"
    form = {"vi": "Xanh biển", "screen": "#1D71B8", "cyan": "85", "magenta": "50", "yellow": "0", "black": "0"}
    admin.post("/office/colours/new", **form, seen=seen)
    newest = desk.services.palettes.newest_number()

    unseen = admin.post(f"{blue}/retire", seen=seen)
    retired = admin.post(f"{blue}/retire", seen=str(newest))
    without = desk.services.assets.palette.find("#1D71B8")
    restored = admin.post(f"{blue}/restore", seen=str(newest + 1))

    assert unseen.status_code == 422
    assert "Người khác vừa sửa" in unseen.text
    assert (retired.status_code, restored.status_code) == (302, 302)
    assert without is None
    assert desk.services.assets.palette.find("#1D71B8") is not None


def test_batches_keep_their_inks_when_the_palette_changes(desk: DeskOffice) -> None:
    admin, seen = administrator(desk)
    order = {"product": printable(desk), "quantity": 2, "design": "nhan-60x90", "stock": "a4"}
    admin.post("/office/print", **order, nonce="a")
    changed = admin.post("/office/colours/0B5A3A", **GREEN, seen=seen)
    admin.post("/office/print", **order, nonce="b")
    newer, older = desk.services.batches.recent(2)

    desk.work()

    kept = [desk.services.batches.looks(batch) for batch in (older, newer)]
    assert changed.status_code == 302
    assert ["[90, 32, 84, 40]" in looks.palette for looks in kept] == [True, False]
    assert ["[80, 30, 80, 40]" in looks.palette for looks in kept] == [False, True]
    assert desk.services.batches.looks(replace(older, looks_sha256="")) == SHIPPED


def test_colours_shipped_later_join_the_offices_own() -> None:
    shipped = ROOM.inks
    green = replace(shipped[4], cmyk=(80, 30, 80, 40))

    assert all_inks([green, *shipped[:3]], shipped) == [green, *shipped[:3], shipped[3], *shipped[5:]]


def test_the_swatches_and_pages_of_the_palette_open(desk: DeskOffice) -> None:
    auditor = desk.client(Role.AUDITOR)

    assert auditor.get("/office/colours/swatches.pdf").data.startswith(b"%PDF")
    assert auditor.get("/office/colours").status_code == auditor.get("/office/colours/E0A100").status_code == 200
    assert auditor.get("/office/colours/123456").status_code == 404
    assert auditor.get("/office/colours/new").status_code == 403
