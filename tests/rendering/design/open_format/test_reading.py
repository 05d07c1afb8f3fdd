"""Placeholders of the open format: read as the ``ls:`` elements that they stand for, or refused by name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree
from svgelements import Matrix

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.design.open_format.reading import read_elements
from labelsvc.rendering.design.source import DesignElement
from tests.samples.designs_compared import printed
from tests.samples.labels_on_paper import design
from tests.samples.open_designs import LS, OPEN, mm

KINDS = ("name", "scan", "brand", "stars", "fields", "qr", "code", "serial", "official", "mark")


def group(source: str, name: str) -> str:
    """Return the opening tag of a placeholder."""
    tag = re.search(rf'<g id="ls-{name}"[^>]*>', source)
    assert tag
    return tag[0]


def within(name: str, around: str, source: str = OPEN) -> str:
    """Return a design one of whose placeholders stands in a group of its own."""
    start = source.index(group(source, name))
    following = re.search(r'\n(<g id="ls-|</svg>)', source[start + 5 :])
    assert following
    end = start + 5 + following.start()
    return f"{source[:start]}<g {around}>{source[start:end]}</g>{source[end:]}"


def refused(source: str) -> list[Problem]:
    with pytest.raises(DesignRefused) as error:
        design(source)
    return list(error.value.problems)


def element(source: str, name: str) -> DesignElement:
    """Return the ``ls:`` element that a placeholder becomes."""
    node = [each.get("id") for each in etree.fromstring(source.encode()).iter("*")].index(f"ls-{name}")
    root = read_elements(source.encode(), "thử", by_node=True).root
    return next(each for each in every(root) if each.line == node and each.placed)


def every(root: DesignElement) -> list[DesignElement]:
    return [root, *(below for child in root.children for below in every(child))]


def test_open_design_prints_what_its_ls_elements_print() -> None:
    assert printed(design(OPEN)) == printed(design(LS))


@pytest.mark.parametrize("name", KINDS)
def test_placeholder_in_a_moved_group_is_printed_where_it_was_moved(name: str) -> None:
    moved = within(name, 'transform="translate(-2 1)"')
    by_hand = within(name, 'transform="matrix(1 0 0 1 -2 1)"')
    there_and_back = within(name, 'transform="translate(5,-4)"', moved).replace("</svg>", "</svg>")

    assert printed(design(moved)) == printed(design(by_hand)) != printed(design(OPEN))
    assert printed(design(there_and_back)) != printed(design(moved))
    assert printed(design(within(name, 'transform="translate(2 -1)"', moved))) == printed(design(OPEN))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "name",
            {"x": "2", "y": "1", "width": "31", "height": "6.4", "size": "9", "min-size": "4", "tracking": "0.04"},
        ),
        ("brand", {"cx": "15", "cy": "15", "radius": "6", "size": "3.5", "min-size": "2.5", "rise": "1"}),
        ("stars", {"x": "2", "y": "12", "size": "2", "gap": "0.4"}),
        ("fields", {"x": "2", "width": "18", "size": "3", "min-size": "2.45", "label-width": "6", "gap": "0.25"}),
        ("qr", {"x": "22.5", "y": "7.8", "size": "10.5"}),
        ("code", {"x": "2", "y": "20", "width": "18", "size": "3.3", "leading": "1.3"}),
        (
            "mark",
            {"x": "22.5", "y": "19", "width": "10.5", "height": "3", "size": "6", "min-size": "3", "rotate": "90"},
        ),
    ],
)
def test_scaled_placeholder_is_printed_scaled(name: str, expected: dict[str, str]) -> None:
    said = element(within(name, 'transform="scale(0.5)"'), name).attributes

    assert {key: said.get(key) for key in expected} == expected


def test_rows_of_scaled_fields_shrink_with_them() -> None:
    rows = element(within("fields", 'transform="scale(0.5)"'), "fields").children

    assert [(row.get("size"), row.get("min-size")) for row in rows] == [("4.5", "4"), ("", ""), ("", "")]


def test_stretched_text_keeps_its_height_of_letters() -> None:
    said = element(within("name", 'transform="scale(1.1 1)"'), "name").attributes

    assert (said["width"], said["height"], said["size"]) == ("68.2", "12.8", "18")


@pytest.mark.parametrize("transform", ["rotate(90)", "rotate(5)", "skewX(10)", "scale(-1 1)", "scale(0)"])
@pytest.mark.parametrize("name", ["name", "brand", "stars", "fields", "qr", "official"])
def test_turned_placeholder_is_refused_by_name_with_its_line(name: str, transform: str) -> None:
    source = within(name, f'transform="{transform}"')
    line = etree.fromstring(source.encode()).find(f".//*[@id='ls-{name}']").sourceline

    first = refused(source)[0]

    assert (first.facts["line"], first.facts.get("name", f"ls-{name}")) == (line, f"ls-{name}")
    assert "turned" in str(first) or "geometry" in str(first)


@pytest.mark.parametrize("name", ["name", "fields", "qr"])
def test_endless_transform_around_a_placeholder_is_refused(name: str) -> None:
    found = refused(within(name, 'transform="scale(1e999)"'))

    assert any(problem.code == "design.at" and "scale(1e999)" in str(problem) for problem in found)


def test_mark_may_be_turned_by_quarters_alone() -> None:
    def turned(degrees: int) -> str:
        return OPEN.replace("rotate(-90 55.5 41)", f"rotate({degrees} 55.5 41)")

    assert element(turned(90), "mark").get("rotate") == "-90"
    assert element(turned(0), "mark").get("rotate") == ""
    assert "placeholder_turned" in str(refused(turned(180))[0])
    assert "placeholder_turned" in str(refused(turned(30))[0])


@pytest.mark.parametrize(
    ("old", "new", "code", "fact"),
    [
        ('data-ls="qr"', 'data-ls="qrr"', "design.element", 'data-ls="qr"'),
        ("data-ls-lines", "data-ls-linse", "design.attribute", "data-ls-lines"),
        ("data-ls-corner", "data-ls-corners", "design.attribute", "data-ls-corner"),
        ('data-ls="label"', 'data-ls="labels"', "design.element", 'data-ls="label"'),
        ('<path d="M45', '<path data-ls="text" d="M45', "design.misplaced", None),
        ("<title>", '<title data-ls-field="x">', "design.attribute", "data-ls"),
        ('<text x="35"', '<text data-ls-value="x" x="35"', "design.attribute", "data-ls"),
        ('<rect x="4" y="24" width="23.2"', '<rect x="4" y="24" width="19"', "design.at_placeholder", None),
        ('<rect x="45" y="15.6" width="21"', '<rect x="45" y="15.6" width="22"', "design.at_placeholder", None),
        ('<rect x="45" y="15.6" width="21"', '<rect x="45" y="NaN" width="21"', "design.at_placeholder", None),
        ('<circle cx="30" cy="30" r="12"', '<ellipse cx="30" cy="30" rx="12" ry="9"', "design.at_placeholder", None),
        ('<circle cx="30" cy="30" r="12"', '<path d="M0 0h1"', "design.at_placeholder", None),
        ('font-weight="bold" fill', 'font-weight="bold" font-style="italic" fill', "design.at_placeholder", None),
        ("'Be Vietnam Pro', sans-serif", "Arial", "design.family", None),
        ("<tspan x=\"4\" y=\"15\"", '<tspan fill="#0B5A3A" x="4" y="15"', "design.at_placeholder", None),
        ('<g id="ls-qr"', '<g opacity="0.5" id="ls-qr"', "svg.opacity", None),
        ('<g id="ls-qr"', '<g clip-path="url(#b)" id="ls-qr"', "design.group", None),
        ('<g id="ls-qr"', '<g display="none" id="ls-qr"', "design.attribute", None),
        ('<g data-ls="field" data-ls-label="NSX"', '<path d="M0 0h9"/><g data-ls="field" data-ls-label="NSX"',
         "design.misplaced", None),
    ],
)  # fmt: skip
def test_what_placeholder_cannot_print_is_refused(old: str, new: str, code: str, fact: str | None) -> None:
    assert old in OPEN
    problems = refused(OPEN.replace(old, new))

    assert code in [problem.code for problem in problems]
    if fact:
        assert fact in [problem.facts.get("nearest") for problem in problems]


def notes(source: str) -> list[tuple[str, object, object]]:
    return [(note.code, note.facts["element"], note.facts["name"]) for note in read_elements(source.encode(), "").notes]


@pytest.mark.parametrize("name", ["name", "brand", "stars", "code", "serial", "mark"])
@pytest.mark.parametrize("drawn", ["circle", "image"])
def test_drawing_beside_a_sample_is_noted_by_name(name: str, drawn: str) -> None:
    box = re.search(rf'<g id="ls-{name}"[^>]*><(rect|circle)[^>]*/>', OPEN)
    assert box

    found = notes(OPEN.replace(box[0], f"{box[0]}<g><{drawn} fill='#0B5A3A'/><{drawn} fill='#0B5A3A'/></g>"))

    assert found == [("design.placeholder_unprinted", drawn, f"ls-{name}")]


def test_drawing_in_a_row_of_legal_fields_is_noted() -> None:
    found = notes(OPEN.replace("100 g</text>", "100 g</text><circle r='1'/>"))

    assert found == [("design.placeholder_unprinted", "circle", 'data-ls="field"')]


def test_samples_and_outlined_letters_are_not_noted() -> None:
    outlined = re.sub(r'(<g id="ls-name".*?/>)<text.*?</text>', r'\1<path d="M0 0h9v9z"/><path d="M0 0h9v9z"/>', OPEN,
                      flags=re.DOTALL)  # fmt: skip

    assert "<path" in outlined.split("</g>")[0]
    assert notes(OPEN) == notes(outlined) == []


def test_lone_text_says_its_box_from_its_own_place() -> None:
    text = (
        f'<text data-ls="text" data-ls-box="-1 -3 30 4" x="5" y="45" font-size="{mm(6)}">{{{{ product.place }}}}</text>'
    )
    source = OPEN.replace("</svg>", f'<g transform="translate(1 2)">{text}</g></svg>')

    item: Any = design(source).items[-1]

    assert (item.x_mm, item.y_mm, item.box.width_mm, item.box.height_mm, item.box.size_pt) == (5, 44, 30, 4, 6)
    assert design(source).values.template(item.value) == "{{ product.place }}"


def test_marked_rect_alone_is_the_place_of_a_code() -> None:
    source = re.sub(
        r'<g id="ls-qr".*?</g>', '<rect data-ls="qr" x="45" y="15.6" width="21" height="21" fill="#FFFFFF"/>', OPEN
    )

    assert printed(design(source))["qr"] == printed(design(OPEN))["qr"]


def test_display_beside_a_condition_is_for_editors_only() -> None:
    condition = "{% if not product.brand %}none{% endif %}"
    source = OPEN.replace('<g id="ls-name"', f'<g id="ls-name" display="none" data-ls-display="{condition}"')
    ls = LS.replace('<ls:text id="ls-name"', f'<ls:text id="ls-name" display="{condition}"')

    assert printed(design(source)) == printed(design(ls))


def test_condition_on_plain_shapes_hides_them() -> None:
    condition = "{% if not product.brand %}none{% endif %}"
    source = OPEN.replace('<rect x="-3"', f'<rect display="none" data-ls-display="{condition}" x="-3"')
    ls = LS.replace('<rect x="-3"', f'<rect display="{condition}" x="-3"')

    assert printed(design(source)) == printed(design(ls))


def test_look_is_inherited_as_in_any_svg() -> None:
    plain = re.sub(r'(<g id="ls-scan".*?)style="[^"]*"', r"\1", OPEN, flags=re.S)

    assert printed(design(within("scan", f'font-size="{mm(7)}" fill="#17231C"', plain))) == printed(design(OPEN))


def test_flattened_rows_have_the_type_that_most_of_them_have() -> None:
    flat = OPEN.replace(
        f' font-size="{mm(6)}" font-weight="500" fill="#17231C">\n  <rect x="4" y="30"', '><rect x="4" y="30"'
    )
    look = f'font-size="{mm(6)}" font-weight="500" fill="#17231C"'
    flat = flat.replace("<text>100 g", f"<text {look}>100 g").replace(
        'font-weight="500"><text fill="#5A', '><text fill="#5A'
    )
    row = (
        f'<g data-ls="field" data-ls-label="B" data-ls-value="x"><text fill="#5A6A60">B</text><text {look}>x</text></g>'
    )

    fields = element(
        flat.replace('<g data-ls="field" data-ls-label="NSX"', row + '<g data-ls="field" data-ls-label="NSX"'), "fields"
    )

    assert [fields.get(name) for name in ("size", "weight", "fill")] == ["6", "500", "#17231C"]
    assert [row.get("size") for row in fields.children] == ["9", "", "", ""]


def test_node_numbers_count_all_elements_of_the_file() -> None:
    nodes = list(etree.fromstring(OPEN.encode()).iter("*"))

    for each in every(read_elements(OPEN.encode(), "thử", by_node=True).root):
        if each.get("id"):
            assert nodes[each.line].get("id") == each.get("id")


def test_deeply_nested_groups_are_refused_without_a_traceback() -> None:
    deep = within("qr", 'transform="scale(1)"')
    for _ in range(100):
        deep = within("qr", 'transform="scale(1)"', deep)

    assert [problem.code for problem in refused(deep)] == ["design.too_many"]


def test_transforms_multiply_from_the_outside_in() -> None:
    expected = Matrix("translate(2 3)") * Matrix("scale(0.5)") * Matrix("translate(10 20)")
    source = within("qr", 'transform="translate(10 20) scale(0.5) translate(2 3)"')
    slot = element(source, "qr")

    corner = expected.point_in_matrix_space((45, 15.6))
    assert float(slot.get("x")) == pytest.approx(corner.x)
    assert float(slot.get("y")) == pytest.approx(corner.y)


def test_file_in_other_units_prints_the_same() -> None:
    root = etree.fromstring(OPEN.encode())
    root.set("viewBox", "0 0 700 500")
    lengths = {"x", "y", "width", "height", "cx", "cy", "r", "font-size", "letter-spacing"}
    for each in root.iterdescendants():
        for name in lengths & set(each.attrib):
            each.set(name, f"{float(each.get(name)) * 10:.6g}")
    source = etree.tostring(root, encoding="unicode").replace("rotate(-90 55.5 41)", "rotate(-90 555 410)")
    source = source.replace(f"font-size:{mm(7)}px", f"font-size:{float(mm(7)) * 10:.6g}px")

    assert printed(design(source)) | {"items": []} == printed(design(OPEN)) | {"items": []}
    placed = [each for each in every(read_elements(source.encode(), "thử").root) if each.placed]
    expected = [each for each in every(read_elements(OPEN.encode(), "thử").root) if each.placed]
    assert [numbers(each) for each in placed] == [numbers(each) for each in expected]


def numbers(element: DesignElement) -> dict[str, float]:
    said = {name: value for name, value in element.attributes.items() if re.fullmatch(r"-?[\d.]+", value)}
    return {name: round(float(value), 2) for name, value in said.items()}


@pytest.mark.parametrize("unit", ["x", "NaN", "0", "-1"])
def test_units_that_a_file_makes_up_change_nothing(unit: str) -> None:
    assert printed(design(within("fields", f'data-unit="{unit}"'))) == printed(design(OPEN))
