"""Designs of ``ls:`` elements written in the open format: they read as the same designs, and editors see a label."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from labelsvc.workflows.designs.open_design import open_design
from labelsvc.workflows.designs.preview_label import LabelPreview
from tests.samples.designs_compared import printed
from tests.samples.labels_on_paper import HOST, LS_DESIGNS, ROOM, design
from tests.samples.open_designs import LS, OPEN

SVG = "{http://www.w3.org/2000/svg}"
NOW = datetime(2026, 3, 9, tzinfo=UTC)


@cache
def opened(source: str) -> str:
    shown = LabelPreview(name="thử", stored=None, mark="MẪU", host=HOST, now=NOW)
    return open_design(shown, source.encode(), ROOM).decode()


def test_shipped_designs_read_the_same_in_the_open_format() -> None:
    for path in sorted(LS_DESIGNS.glob("*.svg")):
        source = path.read_text(encoding="utf-8")
        assert printed(design(opened(source))) == printed(design(source)), path.name


def test_every_kind_of_placeholder_reads_the_same_in_the_open_format() -> None:
    written = opened(LS)

    assert printed(design(written)) == printed(design(LS))
    assert "urn:labelsvc" not in written


def test_open_design_stays_as_it_is() -> None:
    once = opened(LS)

    assert opened(once) == once
    assert printed(design(opened(OPEN))) == printed(design(OPEN))


def test_sample_is_what_the_press_prints_of_a_product() -> None:
    root = etree.fromstring(opened(LS).encode())
    words = [" ".join("".join(text.itertext()).split()) for text in root.iter(f"{SVG}text")]

    assert {"Cốm làng Vòng", "Mễ Trì", "Quét để kiểm tra", "OCOP HÀ NỘI", "200 g", "MẪU", "Số 000 001"} <= set(words)
    assert not [text for text in words if "{" in text]


def test_every_placeholder_has_an_id_of_its_own() -> None:
    root = etree.fromstring(opened(LS).encode())
    ids = [each.get("id") for each in root.iter("*") if each.get("data-ls") not in (None, "label")]

    assert len(ids) == len(set(ids))
    assert all(name.startswith("ls-") for name in ids)
    assert {"ls-name", "ls-brand", "ls-qr", "ls-code", "ls-stars", "ls-fields", "ls-field-nsx"} <= set(ids)


def test_what_a_sample_hides_is_hidden_from_editors_too() -> None:
    condition = "{% if product.shown_brand|length > 3 %}none{% endif %}"
    other = "{% if product.shown_brand|length &lt;= 3 %}none{% endif %}"
    ls = LS.replace(
        '<rect x="-3"', f'<g display="{condition}"><rect x="0" y="0" width="1" height="1"/></g><rect x="-3"'
    )
    ls = ls.replace("<ls:arc ", f'<ls:arc display="{other}" ')

    written = opened(ls)

    assert re.findall(r'<(\w+)[^>]*display="none"', written) == ["g"]
    assert printed(design(written)) == printed(design(ls))


def test_look_of_groups_around_does_not_reach_samples() -> None:
    ls = LS.replace(
        '<ls:text x="4"', '<g fill="#0B5A3A" stroke="#0B5A3A" font-weight="800" text-anchor="end"><ls:text x="4"'
    )
    ls = ls.replace("Quét để kiểm tra</ls:text>", "Quét để kiểm tra</ls:text></g>")

    assert printed(design(opened(ls))) == printed(design(ls))


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda value: round(value, 3))


BOX = {"x": number(0, 20), "y": number(0, 20), "width": number(10, 40), "height": number(5, 20)}
TYPE = {
    "size": number(6, 20),
    "min-size": number(4, 6),
    "weight": st.sampled_from([400, 500, 600, 700, 800]),
    "fill": st.sampled_from(["#17231C", "#5A6A60", "#FFFFFF"]),
    "tracking": number(0, 0.2),
}
ALIGN = {"align": st.sampled_from(["left", "center", "right"])}
LEADING, YES = {"leading": number(0.9, 1.6)}, st.sampled_from(["yes", "no"])
TEXT = BOX | TYPE | ALIGN | LEADING | {"lines": st.integers(1, 4), "balanced": YES, "optional": YES}
TEXT |= {"valign": st.sampled_from(["top", "middle", "bottom"]), "figures": st.just("50:2 4"), "field": st.just("Tên")}
ARC = TYPE | {"cx": number(0, 40), "cy": number(0, 40), "radius": number(8, 20), "middle": number(0, 360)}
ROW = {key: TYPE[key] for key in ("size", "weight", "fill")} | LEADING | {"wide": YES, "balanced": YES}
ROW |= {"label": st.sampled_from(["NSX", "Thành phần", "Khối lượng"]), "figures": st.just("50:2 4")}
ROW |= {"blank": st.sampled_from(["yes", "stamped", ""])}
STARS = {"x": number(0, 9), "y": number(0, 9), "size": number(1, 5), "gap": number(0, 2)}
WORDS = st.sampled_from(
    ["{{ product.name }}", "{{ product.shown_brand | upper }}", "Quét để kiểm tra", "OCOP {{ recognition.stars }} sao",
     "{{ product.producer }}, {{ product.place }}", "{% if product.gtin %}{{ product.gtin }}{% endif %}", "A"]
)  # fmt: skip
NEEDED = frozenset({"x", "y", "width", "height", "size", "cx", "cy", "radius", "label"})


def element(
    tag: str, attributes: dict[str, st.SearchStrategy[object]], inner: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    """Return elements with all attributes that they need and some of the others."""
    needed = {name: values for name, values in attributes.items() if name in NEEDED}
    others = {name: values for name, values in attributes.items() if name not in NEEDED}

    def written(said: dict[str, object], text: str) -> str:
        attributes = "".join(f' {name}="{value}"' for name, value in said.items())
        return f"<ls:{tag}{attributes}>{text}</ls:{tag}>"

    return st.builds(written, st.fixed_dictionaries(needed, optional=others), inner)


EXTRA = st.lists(
    st.one_of(
        element("text", TEXT, WORDS),
        element("arc", ARC | {"span": number(60, 360)}, WORDS),
        element(
            "stars", {"x": number(0, 9), "y": number(0, 9), "size": number(1, 5), "gap": number(0, 2)}, st.just("")
        ),
        element("mark", BOX | TYPE | {"rotate": st.sampled_from(["0", "90", "-90"])}, st.just("")),
        element(
            "fields",
            BOX | {"width": number(30, 60)} | TYPE | LEADING | {"gap": number(0, 1), "label-fill": TYPE["fill"]},
            st.lists(element("field", ROW, WORDS), max_size=4).map("".join),
        ),
    ),
    max_size=4,
).map("".join)


@settings(max_examples=10)
@given(EXTRA)
def test_any_design_reads_the_same_in_the_open_format(extra: str) -> None:
    ls = LS.replace("</svg>", f"{extra}</svg>")

    assert printed(design(opened(ls))) == printed(design(ls))
