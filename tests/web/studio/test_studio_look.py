"""The studio's look: a source from the page, drawn and judged with the office's own products."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from PIL import Image

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from tests.offices.desk_office import DeskClient, DeskOffice
from tests.samples.artwork_files import picture
from tests.samples.labels_on_paper import ls_source

OURS = ls_source("tem-25x35")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("studio"))
    office.take(7)
    return office


@pytest.fixture(scope="module")
def clerk(desk: DeskOffice) -> DeskClient:
    client = desk.client(Role.CLERK)
    client.get("/office/designs/edit")
    return client


def looked(client: DeskClient, **asked: Any) -> Any:
    headers = {"X-CSRFToken": client.csrf}
    body = {"source": OURS, "findings": False} | asked
    return client.http.post("/office/designs/tem-25x35/studio/look", json=body, headers=headers)


def test_look_shows_names_of_every_length_and_any_product(desk: DeskOffice, clerk: DeskClient) -> None:
    names = sorted((stored.product.name for stored in desk.services.products.all()), key=len)
    some = desk.services.products.all()[3]

    said = {sample: looked(clerk, sample=sample).json for sample in ("shortest", "usual", "longest", str(some.id))}

    shown = [len(each["product"]) for each in said.values()]
    assert shown == [len(names[0]), len(names[3]), len(names[-1]), len(some.product.name)]
    png = base64.b64decode(said["usual"]["picture"].partition(",")[2])
    assert Image.open(io.BytesIO(png)).size == (220, 295)
    assert said["usual"]["bleed_mm"] == 2
    titles = {item["kind"]: item["title"] for item in said["usual"]["items"]}
    assert titles["qr"] == "Mã QR"
    assert titles["text"]


def test_look_takes_kept_files_and_lays_out_a_stock(desk: DeskOffice, clerk: DeskClient) -> None:
    digest = desk.services.design_shelf.keep_file(picture(Image.new("L", (200, 200))))
    image = f'<image href="kept:{digest[:12]}.png" x="2" y="12" width="10" height="10"/>'

    said = looked(clerk, source=OURS.replace("</svg>", f"{image}</svg>"), stock="a4").json

    (placed,) = [item for item in said["items"] if item["kind"] == "picture"]
    assert placed["ppi"] == pytest.approx(450, abs=5)
    assert placed["box"] == [2, 12, 10, 10]
    assert said["layout"]["per_sheet"] > 20
    assert said["layout"]["picture"].startswith("data:image/png")


def test_older_version_opens_in_the_open_format_and_stays(desk: DeskOffice, clerk: DeskClient) -> None:
    desk.services.design_shelf.add("tem-cu", OURS.encode(), ChangeContext("ai@vanphong.vn", desk.now))

    page = html.fromstring(clerk.get("/office/designs/tem-cu/studio").text)
    opened = json.loads(page.get_element_by_id("studio-opened").text)["source"]

    assert "ls:qr" not in opened
    assert 'data-ls="qr"' in opened
    assert 'data-ls-value="{{ product.name }}"' in opened
    assert looked(clerk, source=opened).json["items"][0]["box"] == looked(clerk).json["items"][0]["box"]
    assert desk.services.design_shelf.source("tem-cu", 1) == OURS.encode()


def test_faults_of_a_source_come_at_once_and_grouped(clerk: DeskClient) -> None:
    strange = "".join(f'<rect fill="#C8102E" x="{x}" y="1" width="1" height="1"/>\n<foo/>' for x in range(3))

    answer = looked(clerk, source=OURS.replace("</svg>", f"{strange}</svg>"))

    times = {len(finding["lines"]): finding["times"] for finding in answer.json["findings"]}
    assert answer.status_code == 422
    assert times == {3: 3}
    assert all(finding["text"] and finding["level"] == "refused" for finding in answer.json["findings"])


def test_findings_name_elements_as_the_list_of_elements_does(clerk: DeskClient) -> None:
    beyond = '<ls:stars x="20" y="1" size="2" fill="#E0A100"/></svg>'

    texts = [
        found["text"] for found in looked(clerk, source=OURS.replace("</svg>", beyond), findings=True).json["findings"]
    ]

    assert any(text.startswith("«Hạng sao» nằm ra ngoài đường cắt") for text in texts), texts
    assert not any("ls:" in text or "dòng" in text for text in texts)


@pytest.mark.parametrize(
    "asked", [{"source": 3}, {"scale": -1}, {"sample": "x' OR 1"}, {"more": 1}, {"scale": "NaN"}, {"stock": "s" * 200}]
)
def test_invalid_questions_are_refused(clerk: DeskClient, asked: dict[str, Any]) -> None:
    assert looked(clerk, **asked).status_code in (400, 422)


def test_look_is_for_clerks_with_a_token_alone(desk: DeskOffice, clerk: DeskClient) -> None:
    auditor = desk.client(Role.AUDITOR)
    auditor.get("/office/designs")

    assert looked(auditor).status_code == 403
    assert looked(replace(clerk, csrf="")).status_code == 400
    assert looked(clerk, sample="999999").status_code == 404
    assert looked(clerk, stock="khong-co").status_code == 404
