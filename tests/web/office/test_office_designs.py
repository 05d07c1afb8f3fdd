"""Designs on the desk: uploaded, tried in a process with limits, published, printed, retired; hostile ones refused."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.colors import CMYKColor, Color

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.workflows.designs.design_nursery import CPU_SECONDS
from tests import cpu_seconds
from tests.offices.desk_office import DeskOffice, printable
from tests.samples.artwork_files import MM, artwork_pdf, colours, picture
from tests.samples.labels_on_paper import altered, ls_source

OURS = ls_source("tem-25x35")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("designs"))
    office.take(6)
    return office


def test_the_gallery_says_where_no_product_was_found(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)

    asked, unasked = clerk.get("/office/designs?words=khongco").text, clerk.get("/office/designs").text

    assert "không tìm thấy; dùng sản phẩm giả định" in asked
    assert "không tìm thấy" not in unasked


def test_a_published_design_prints_and_its_batch_keeps_it(desk: DeskOffice) -> None:
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
    batch = desk.services.batches.last()

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
        "<svg",
        "",
        "\x00",
        "không phải SVG",
    ],
)
def test_a_hostile_or_broken_source_is_refused_with_sentences(desk: DeskOffice, source: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")

    answer = clerk.post("/office/designs/edit", name="tem-xau", source=source)

    assert answer.status_code == 422
    assert "notice refused" in answer.text
    assert "Traceback" not in answer.text
    assert not [one for one in desk.services.design_shelf.all() if one.name == "tem-xau"]


def test_a_refused_file_is_repaired_as_chosen(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")
    shapes = (
        '<g fill="#C8102E">\n<path d="M1 33h1v1z"/>\n<path d="M2 33h1v1z"/>\n<path d="M3 33h1v1z" opacity=".5"/></g>'
    )
    source = OURS.replace("</svg>", f"{shapes}</svg>")

    refused = clerk.post("/office/designs/edit", name="tem-do", source=source).text
    in_part = clerk.post("/office/designs/edit", name="tem-do", source=source, repair="1", fix="svg.opacity")
    whole = clerk.post(
        "/office/designs/edit", name="tem-do", source=source, repair="1", fix=["svg.opacity", "colour #C8102E"]
    )

    assert "3 chỗ · Dòng" in refused
    assert re.findall('name="fix" value="([^"]+)"', refused) == ["svg.opacity", "colour #C8102E"]
    assert 'src="data:image/svg+xml;base64,' in refused
    assert refused.count('src="data:image/png;base64,') == 1
    assert 'name="fix" value="colour #C8102E"' in in_part.text
    assert "notice refused" not in whole.text
    assert "fill:#B82626!important" in whole.text


@pytest.mark.parametrize(
    "costly", ["{{ 9**9**9 }}", "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"]
)
def test_a_costly_expression_ends_with_its_process(desk: DeskOffice, costly: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")
    place = OURS.index("<ls:text")
    start = OURS.index(">", place) + 1
    source = OURS[:start] + costly + OURS[start:]
    begun = cpu_seconds()

    answer = clerk.post("/office/designs/preview", source=source)

    assert "notice refused" in answer.text
    assert cpu_seconds() - begun < CPU_SECONDS + 3


def test_the_preview_shows_a_picture_beside_the_source(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")

    answer = clerk.post("/office/designs/preview", source=OURS)

    assert 'src="data:image/png;base64,' in answer.text
    assert "notice refused" not in answer.text


def test_a_preview_fault_keeps_the_last_good_picture(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")

    answer = clerk.post("/office/designs/preview", source=OURS.replace("<ls:qr", "<ls:qrr"))

    assert "notice refused" in answer.text
    assert "preview-picture" not in answer.text
    assert "Ảnh dưới đây là bản trước" in answer.text


def test_own_designs_are_distinguishable_in_gallery_editor_and_print(desk: DeskOffice) -> None:
    for _ in range(2):
        sent(desk, "/office/designs/edit", name="tem-xuan", source=OURS)
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/designs")
    admin.post("/office/designs/tem-xuan/2/publish")
    product = printable(desk)

    gallery = admin.get("/office/designs").text
    picture = admin.get(f"/office/designs/tem-xuan/1.png?product={product}")
    editor = admin.get("/office/designs/edit?name=tem-xuan&version=1").text
    choice = admin.get(f"/office/print?product={product}").text
    admin.post("/office/designs/tem-xuan/2/retire")

    assert gallery.count('src="/office/designs/tem-xuan/') == 2
    assert "25 × 35 mm" in gallery
    assert picture.data.startswith(b"\x89PNG")
    assert "Sửa mẫu tem-xuan · phiên bản 1" in editor
    assert choice.count("tem-xuan · phiên bản 2") == 1


def sent(desk: DeskOffice, path: str, role: Role = Role.CLERK, **form: Any) -> Any:
    """Send a form with files; each is (content, name), or a list of such."""
    client = desk.client(role)
    client.get("/office/kit" if "kit" in path else "/office/designs/edit")
    data: dict[str, Any] = {"csrf_token": client.csrf}
    for name, value in form.items():
        files = value if isinstance(value, list) else [value]
        data[name] = value if isinstance(value, str) else [(io.BytesIO(content), called) for content, called in files]
    return client.http.post(path, data=data, content_type="multipart/form-data")


def test_press_risks_are_warnings_not_faults(desk: DeskOffice) -> None:
    source = altered("ls:stars", OURS, y=4.6)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")

    preview = clerk.post("/office/designs/preview", source=source).text
    saved = clerk.post("/office/designs/edit", name="tem-sat-mep", source=source)

    assert source != OURS
    assert "notice warned" in preview
    assert "notice refused" not in preview
    assert "Đã kiểm tra, không lỗi" in preview
    assert saved.status_code == 302


PICTURE = '<image href="hinh/lang.png" x="0.8" y="13" width="2.4" height="2.4"/>'
LOGO = picture(Image.fromarray(colours(60, 60)))


def test_pictures_travel_with_a_design_and_survive_refusals(desk: DeskOffice) -> None:
    source = OURS.replace("<ls:serial", f"{PICTURE}<ls:serial", 1)

    refused = sent(desk, "/office/designs/edit", name="Tên sai", source=source, pictures=[(LOGO, "lang.png")])
    kept = re.search(r"kept:[0-9a-f]{12}\.png", refused.text)
    assert kept
    again = source.replace("hinh/lang.png", kept[0])
    saved = sent(desk, "/office/designs/edit", name="tem-lang", source=again)

    assert refused.status_code == 422
    assert saved.status_code == 302
    stored = desk.services.design_shelf.source("tem-lang", 1)
    assert b"data:image/png;base64," in stored
    assert b"kept:" not in stored
    editor = desk.client(Role.CLERK).get("/office/designs/edit?name=tem-lang&version=1").text
    assert kept[0] in editor
    assert "base64" not in editor.replace("data:image/png;base64", "", 1)
    preview = desk.client(Role.CLERK)
    preview.get("/office/designs/edit")
    assert "notice refused" not in preview.post("/office/designs/preview", source=again).text


def test_a_pdf_page_becomes_a_design_with_all_required_items(desk: DeskOffice) -> None:
    page = artwork_pdf(width=60, height=90)

    begun = sent(desk, "/office/designs/edit", name="", source="", take="1", file=(page, "nen.pdf"))
    saved = sent(desk, "/office/designs/edit", name="nhan-nen", file=(page, "nen.pdf"))
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/designs")
    admin.post("/office/designs/nhan-nen/1/publish")
    printed = admin.post("/office/print", product=printable(desk), quantity=2, design="nhan-nen", stock="a4", nonce="p")
    desk.work()
    batch = desk.services.batches.last()

    assert begun.status_code == 200
    assert "ls-artwork" in begun.text
    assert "&lt;title&gt;nen&lt;/title&gt;" in begun.text
    assert saved.status_code == printed.status_code == 302
    assert batch
    assert batch.state == "ready"
    with pikepdf.open(Path(desk.services.settings.output) / batch.name / "labels-001.pdf") as pdf:
        assert any("PANTONE" in str(one) for one in pdf.objects)


@pytest.mark.parametrize(
    "source",
    [
        "<image " * 200_000,
        "<svg>" + '<image href="kept:{large}.png"/>' * 120 + "</svg>",
        "<svg>" + "".join(f'<image href="kept:{n:064x}.png"/>' for n in range(2_000)) + "</svg>",
    ],
)
def test_expensive_sources_are_refused_at_once_with_a_sentence(desk: DeskOffice, source: str) -> None:
    large = desk.services.design_shelf.keep_file(bytes(6_900_000))
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/designs/edit")
    begun = cpu_seconds()

    answer = clerk.post("/office/designs/preview", source=source.replace("{large}", large))

    assert answer.status_code == 200
    assert "notice refused" in answer.text
    assert cpu_seconds() - begun < 3


def _rgb(canvas: Any) -> None:
    canvas.setFillColor(Color(1, 0, 0))
    canvas.rect(9, 9, 9, 9, stroke=0, fill=1)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (artwork_pdf(_rgb, width=60, height=90), "rgb.pdf", "RGB"),
        (artwork_pdf(width=30, height=20), "nho.pdf", "42"),
        (b"%PDF-1.4 broken", "hong.pdf", "PDF"),
        (b"MZ\x90", "virus.exe", "virus.exe"),
        (bytes(7_000_001), "lon.png", "lon.png"),
        (picture(Image.new("RGB", (10, 10))), "mo.png", "ppi"),
    ],
)
def test_files_that_cannot_be_printed_are_refused_by_name(
    desk: DeskOffice, content: bytes, name: str, said: str
) -> None:
    source = OURS.replace("<ls:serial", PICTURE.replace("hinh/lang.png", name) + "<ls:serial", 1)
    field = "file" if name.endswith("pdf") else "pictures"

    answer = sent(desk, "/office/designs/edit", **{"name": "tem-hong", "source": source, field: (content, name)})

    assert answer.status_code == 422
    assert said in answer.text
    assert "Traceback" not in answer.text
    assert not [one for one in desk.services.design_shelf.all() if one.name == "tem-hong"]


def _red(canvas: Any) -> None:
    canvas.setFillColor(CMYKColor(0, 1, 1, 0))
    canvas.rect(0, 0, 60 * MM, 20 * MM, stroke=0, fill=1)


def test_official_artwork_is_used_from_its_upload_until_it_is_retired(desk: DeskOffice) -> None:
    logo = artwork_pdf(_red, width=60, height=20, bleed=0, ground=False, words="")
    admin = desk.client(Role.ADMINISTRATOR)
    before = admin.get("/office/designs/tem-25x35.png").data

    written = sent(desk, "/office/kit/artwork", Role.ADMINISTRATOR, file=(artwork_pdf(width=60, height=20), "chu.pdf"))
    by_clerk = sent(desk, "/office/kit/artwork", file=(logo, "ocop.pdf"))
    rgb = sent(desk, "/office/kit/artwork", Role.ADMINISTRATOR, file=(b"%PDF-1.4", "ocop.pdf"))
    none = sent(desk, "/office/kit/artwork", Role.ADMINISTRATOR, note="không tệp")
    large = sent(desk, "/office/kit/artwork", Role.ADMINISTRATOR, file=(bytes(8_000_000), "lon.pdf"))
    used = sent(desk, "/office/kit/artwork", Role.ADMINISTRATOR, file=(logo, "ocop.pdf"), note="Công văn 12")
    with_it = admin.get("/office/designs/tem-25x35.png").data
    page = admin.get("/office/kit").text
    admin.post("/office/print", product=printable(desk), quantity=1, design="tem-25x35", stock="a4", nonce="k")
    admin.post("/office/kit/artwork/retire")
    without = admin.get("/office/designs/tem-25x35.png").data
    batch = desk.services.batches.last()

    assert (by_clerk.status_code, rgb.status_code, none.status_code, used.status_code) == (403, 422, 422, 302)
    assert before == without != with_it
    assert large.status_code == 422
    assert "7.000.000" in large.text
    assert "HUGE" not in large.text
    assert written.status_code == 422
    assert "tem-25x35" in written.text
    assert "8 pt" in written.text
    assert rgb.text.count("notice refused") == 1
    assert "Công văn 12" in page
    assert batch
    assert b"data:application/pdf" in batch.design.content
    assert admin.get("/office/kit/artwork/1").data == logo
    assert admin.get("/office/kit/artwork/99").status_code == 404
    assert admin.post("/office/kit/artwork/1/use").status_code == 302
    assert desk.services.brand_kit.in_use() == (logo, "application/pdf")
    admin.post("/office/kit/artwork/retire")


def test_a_design_that_newer_rules_refuse_stops_no_page(desk: DeskOffice) -> None:
    shelf, product = desk.services.design_shelf, printable(desk)
    start = OURS.index(">", OURS.index("<ls:text")) + 1
    macro, day = "{% macro m() %}{{ m() }}{% endmacro %}", "{{ recognition.valid_until|date }}"
    for name, text in (("tem-cu", macro), ("tem-ngay", day)):
        shelf.add(name, (OURS[:start] + text + OURS[start:]).encode(), ChangeContext("cli", desk.now))
        shelf.publish(name, 1, ChangeContext("cli", desk.now))
    clerk = desk.client(Role.CLERK)
    order = {"product": product, "quantity": 1, "stock": "a4"}

    pages = [clerk.get(path).status_code for path in ("/office/designs", f"/office/print?product={product}")]
    labels = f"/office/products/{product}/labels"
    pictures = [clerk.get(f"{labels}/{name}.png").status_code for name in ("tem-cu", "tem-ngay")]
    printed = [clerk.post("/office/print", **order, design=name, nonce=name) for name in ("tem-cu", "tem-ngay")]
    machine = desk.app.test_client().get("/api/v1/looks", headers=desk.token(Role.CLERK, "products:read"))
    for name in ("tem-cu", "tem-ngay"):
        shelf.retire(name, 1, ChangeContext("cli", desk.now))

    assert pages == [200, 200]
    assert pictures == [400, 400]
    assert [answer.status_code for answer in printed] == [409, 409]
    assert "ghi không có" in printed[1].text or "cần một ngày" in printed[1].text
    assert machine.status_code < 500


def test_the_gallery_shows_small_pictures_and_each_design_large(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)

    seals = clerk.get("/office/designs?use=seal").text
    page = clerk.get("/office/designs/tem-niem-phong-40x40").text
    sizes = [
        Image.open(io.BytesIO(clerk.get(f"/office/designs/tem-niem-phong-40x40.png{query}").data)).size
        for query in ("", "?small=1")
    ]

    assert seals.count('class="card design-card"') == 1
    assert 'src="/office/designs/tem-niem-phong-40x40.png"' in page
    assert "Đã kiểm tra, không lỗi" in page
    assert sizes[0] == (315, 315)
    assert clerk.get("/office/designs/khong-co").status_code == 404


def test_the_gallery_says_which_designs_are_not_for_the_product(desk: DeskOffice) -> None:
    desk.take(12)
    product = next(stored for stored in desk.services.products.search("", limit=50) if stored.product.group)
    clerk = desk.client(Role.CLERK)

    page = clerk.get("/office/designs", query_string={"words": product.product.name, "use": "tag"}).text

    assert page.count("Mẫu không dành cho nhóm của sản phẩm này.") >= 1


def test_upload_gets_back_what_its_editor_dropped_of_the_former_version(desk: DeskOffice) -> None:
    shipped = desk.services.assets.design_source("tem-25x35").decode()
    desk.services.design_shelf.add("tem-moi", shipped.encode(), ChangeContext("lan@vanphong.vn", desk.now))
    dropped = re.sub(r'\sdata-ls[\w-]*="[^"]*"', "", shipped)

    file = dropped.encode(), "tem.svg"
    answer = sent(desk, "/office/designs/edit", name="tem-moi", source="", newest="1", file=file)
    newest = desk.services.design_shelf.newest("tem-moi")

    assert answer.status_code == 302
    assert newest
    assert newest.version == 2
    kept = desk.services.design_shelf.source("tem-moi", 2).decode()
    assert 'data-ls-value="{{ product.name }}"' in kept
    assert desk.services.assets.design("tem-moi", kept.encode()).shape.width_mm == 25
