"""A look at a design in the making: the picture is what the press prints, and everything found has its element."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import product
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pikepdf
import pytest
from lxml import etree
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from labelsvc.domain.product import Product, ProductGroup
from labelsvc.workflows.designs.example_products import BARE, LONG, TYPICAL, shown_product
from labelsvc.workflows.designs.preview_label import LabelPreview, label_pdf
from labelsvc.workflows.print_assets import print_assets
from labelsvc.workflows.studio.label_drawing import LookQuestion
from labelsvc.workflows.studio.look import _NEWEST, DesignLook, look
from labelsvc.workflows.studio.samples import GroupSamples, SampleProduct, choose_samples
from tests import CHECKOUT
from tests.samples.labels_on_paper import HOST, ls_source

ASSETS = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
NOW = datetime(2026, 11, 29, 5, tzinfo=UTC)
STAMP = ls_source("tem-25x35").encode()
COSTLY = STAMP.replace(b"{{ product.name }}", b"{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}" * 2)
DPI, EDGE = 254, 30
"""Ten pixels a millimetre; the edge has the bleed, and the die line that only the printed file has."""


def looked(source: bytes, account: int = 1, **asked: Any) -> DesignLook:
    how = {"name": "thu", "source": source, "host": HOST, "now": NOW, "findings": False} | asked
    return look(LookQuestion(**how), ASSETS, account)


def blurred(picture: bytes) -> NDArray[np.float64]:
    return np.asarray(Image.open(BytesIO(picture)).convert("L").filter(ImageFilter.BoxBlur(1)), float)


def by_poppler(pdf: bytes, folder: Path) -> bytes:
    """Return what poppler shows of a label with its bleed."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[0]
        page.obj.MediaBox = page.obj.CropBox = page.obj.BleedBox
        opened.save(folder / "label.pdf")
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", folder / "label.pdf", folder / "paper"], check=True)
    return next(folder.glob("paper*.png")).read_bytes()


def likeness(picture: bytes, other: bytes) -> float:
    """Return the correlation of two pictures that may be a pixel off."""
    one, two = blurred(picture), blurred(other)
    high, wide = (min(sides) - EDGE for sides in zip(one.shape, two.shape, strict=True))
    shown = one[EDGE:high, EDGE:wide].ravel()
    shifts = product((-1, 0, 1), repeat=2)
    return max(np.corrcoef(shown, two[EDGE + y : high + y, EDGE + x : wide + x].ravel())[0, 1] for y, x in shifts)


def test_picture_is_what_another_renderer_shows_of_the_printed_pdf(tmp_path: Path) -> None:
    source = ls_source("nhan-60x90").encode()
    preview = LabelPreview(name="nhan", stored=None, mark="", host=HOST, now=NOW, source=source)

    printed = by_poppler(label_pdf(preview, ASSETS), tmp_path)
    facts = preview.facts(ASSETS.design("nhan", source))
    same = SampleProduct(facts.product, facts.recognition)
    shown = looked(source, scale=DPI / 96, product=same, product_name="1").picture
    other = looked(source, scale=DPI / 96, sample="longest").picture

    assert likeness(shown, printed) > max(0.965, likeness(other, printed) + 0.02)


def test_findings_and_items_name_elements_by_their_place_in_the_document() -> None:
    source = STAMP.replace(
        b"</svg>", b'<rect x="1" y="1" width="30" height="0.05" fill="#123456"/>\n<foo/><foo/></svg>'
    )
    nodes = [etree.QName(node).localname for node in etree.fromstring(source).iter("*")]

    refused = looked(source)
    drawn = looked(STAMP)

    assert not refused.drawn
    assert not refused.picture
    assert [(nodes[finding.node or 0], finding.judge, finding.level) for finding in refused.findings] == [
        ("foo", "svg", "refused"),
        ("foo", "svg", "refused"),
        ("rect", "svg", "refused"),
    ]
    assert [finding.problem.facts["line"] for finding in refused.findings[:2]] == [
        source[: source.index(b"<foo")].count(b"\n") + 1
    ] * 2
    kinds = {item["kind"]: item for item in drawn.said["items"]}
    assert {"text", "stars", "qr", "code", "serial", "mark", "shape"} <= kinds.keys()
    assert len({(item["node"], item["kind"]) for item in drawn.said["items"]}) == len(drawn.said["items"])
    assert kinds["qr"]["box"][2] == kinds["qr"]["box"][3] == pytest.approx(37 * kinds["qr"]["module_mm"], abs=0.05)
    assert all(0 <= item["node"] < len(nodes) for item in drawn.said["items"])


def test_text_too_long_is_found_and_the_rest_drawn() -> None:
    long_name = replace(LONG, name=" ".join([LONG.name] * 3))
    samples = (GroupSamples(ProductGroup.FOOD, 3, [*map(SampleProduct, (BARE, TYPICAL, long_name))]),)

    found = looked(STAMP, samples=samples, findings=True)

    (finding,) = [each for each in found.findings if each.problem.code == "text.too_long"]
    (item,) = [item for item in found.said["items"] if item["node"] == finding.node]
    assert finding.samples == ("longest",)
    assert (item["kind"], item["field"]) == ("text", "Tên sản phẩm")
    assert found.picture
    assert looked(STAMP, samples=samples, sample="longest").picture != found.picture


@pytest.mark.parametrize("element", ["qr", "code", "stars", "mark", "text"])
def test_design_that_lacks_an_element_is_drawn_and_refused(element: str) -> None:
    root = etree.fromstring(STAMP)
    for node in root.findall(f".//{{urn:labelsvc:design:1}}{element}"):
        node.getparent().remove(node)

    pictured, judged = (
        looked(etree.tostring(root), findings=found, stock=ASSETS.stock("a4")) for found in (False, True)
    )

    assert pictured.picture
    assert judged.sheet
    assert element not in {item["kind"] for item in pictured.said["items"]}
    for found in (pictured, judged):
        assert {"design.lacks"} <= {each.problem.code for each in found.findings if each.level == "refused"}


def test_preflight_names_the_element_that_a_press_would_spoil() -> None:
    thin = STAMP.replace(b"</svg>", b'<line x1="3" y1="3" x2="20" y2="3" stroke="#17231C" stroke-width="0.05"/></svg>')
    node = len(list(etree.fromstring(thin).iter("*"))) - 1

    found = looked(thin, findings=True)

    assert {(each.problem.code.partition(".")[0], each.node) for each in found.findings if each.judge == "press"} >= {
        ("preflight", node)
    }


def test_stock_is_laid_out_or_refused() -> None:
    wide = ls_source("bien-ke-105x74").encode()

    found = looked(STAMP, stock=ASSETS.stock("a4"), picture=False)
    refused = looked(wide, stock=ASSETS.stock("roll-25x35x4"))

    assert found.said["layout"]["per_sheet"] == found.said["layout"]["columns"] * found.said["layout"]["rows"]
    assert found.sheet.startswith(b"\x89PNG")
    assert not found.picture
    assert [each.code.partition(".")[0] for each in refused.layout_problems] == ["stock"] * len(refused.layout_problems)
    assert refused.layout_problems


def test_stock_of_a_thermal_printer_finds_every_colour_with_its_element() -> None:
    printer = ASSETS.stock("thermal-60x40-203")

    coloured = looked(STAMP, stock=printer, findings=True, picture=False)
    black = looked(ASSETS.design_source("tem-nhiet-60x40"), stock=printer, findings=True, picture=False)

    found = [each for each in coloured.findings if each.problem.code == "printer.colour"]
    assert {each.judge for each in found} == {"press"}
    assert all(each.node for each in found)
    assert "printer.colour" not in {each.problem.code for each in black.findings}


def test_newer_look_of_an_account_ends_the_older() -> None:
    answers: list[DesignLook] = []
    older = Thread(target=lambda: answers.append(looked(COSTLY, account=7)))

    older.start()
    while older.is_alive() and 7 not in _NEWEST:
        older.join(0.01)
    newer = looked(STAMP, account=7)
    older.join()

    assert newer.drawn
    assert answers[0].over


def test_costly_design_is_refused_and_the_next_look_drawn() -> None:
    drawn, refused, again = looked(STAMP, account=8), looked(COSTLY, account=8), looked(STAMP, account=8)

    assert drawn.picture == again.picture
    assert refused.findings


@pytest.mark.parametrize(("scale", "wide"), [(1.0, 109), (1e9, 1754), (1e-9, 27)])
def test_scale_of_a_picture_is_bounded(scale: float, wide: int) -> None:
    picture = Image.open(BytesIO(looked(STAMP, scale=scale).picture))

    assert abs(picture.width - wide) < wide / 10
    assert picture.width * picture.height < 6_100_000


def test_samples_are_of_the_groups_that_a_design_is_for() -> None:
    def named(*names: str) -> list[SampleProduct]:
        return [SampleProduct(Product(name=name, producer="A"), None) for name in names]

    food = GroupSamples(ProductGroup.FOOD, 9, named("Chè", "Chè xanh", "Chè xanh Ba Vì"))
    drink = GroupSamples(ProductGroup.DRINK, 2, named("Bia", "Bia", "Rượu nếp cái hoa vàng"))
    tourism = GroupSamples(ProductGroup.TOURISM, 99, named("A", "A", "A" * 60))

    chosen = choose_samples([food, drink, tourism], {ProductGroup.FOOD, ProductGroup.DRINK})

    assert [sample.product.name for sample in chosen.values()] == ["Chè", "Chè xanh", "Rượu nếp cái hoa vàng"]
    assert choose_samples([tourism], {ProductGroup.FOOD})["usual"].product == shown_product({ProductGroup.FOOD})
