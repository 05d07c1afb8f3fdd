"""Designs: what is taken, what is refused with its line, what stays clear on the label, and what is painted."""

from __future__ import annotations

import numpy as np
import pytest
from lxml import etree

from labelsvc.domain.errors import DesignRefused, PrintRefused, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.rendering.design.filling import fill
from labelsvc.rendering.design.source import MOST_BYTES
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.workflows.designs.check_design import check_design
from tests.samples.labels_on_paper import (
    ADDED_LINE,
    FIRST_DESIGNS,
    HOST,
    ROOM,
    STAMP,
    added,
    altered,
    design,
    facts,
    label_pdf,
    ls_source,
    part_of,
    replaced,
    trim_pixels,
)

SVG = "{http://www.w3.org/2000/svg}"
NAME_TEXT = "{{ product.name }}"
ROUND = ls_source("tem-tron-32")


def refused(source: str) -> Problem:
    """Return the first fault of a design that is not taken."""
    with pytest.raises(DesignRefused) as error:
        design(source)
    return error.value.problems[0]


def why(source: str) -> Problem:
    """Return the value that an element's line was refused for."""
    problem = refused(source)
    assert (problem.code, problem.facts["line"]) == ("design.at", ADDED_LINE)
    inner = problem.facts["why"]
    assert isinstance(inner, Problem)
    return inner


def checked(source: str, host: Host = HOST) -> list[tuple[str, object]]:
    return [(one.code, one.facts.get("element")) for one in check_design("thử", source.encode(), ROOM, host)]


@pytest.mark.parametrize("name", ROOM.design_names)
def test_every_shipped_design_is_svg_in_millimetres_and_passes_its_check(name: str) -> None:
    root = etree.fromstring(ROOM.design_source(name))

    problems = check_design(name, None, ROOM, HOST)

    assert problems == []
    assert root.tag == SVG + "svg"
    width, height = (float(root.get(side).removesuffix("mm")) for side in ("width", "height"))
    assert root.get("viewBox") == f"0 0 {width:g} {height:g}"
    assert root.findtext(SVG + "title")


@pytest.mark.parametrize(
    ("elements", "code", "what", "nearest"),
    [
        ("<rektangle/>", "design.element", "rektangle", "rect"),
        ('<rect width="1" height="1" fil="#FFFFFF"/>', "design.attribute", "fil", "fill"),
        ('<rect width="1" height="1" style="fill:#0b5a3c"/>', "design.colour", "#0B5A3C", "#0B5A3A (green)"),
        ('<rect width="1" height="1" fill="#0B5A3B"/>', "design.colour", "#0B5A3B", "#0B5A3A (green)"),
        (
            '<ls:text x="1" y="1" width="9" height="3" size="9">{{ product.nmae }}</ls:text>',
            "design.name",
            "product.nmae",
            "product.name",
        ),
        (
            '<ls:text x="1" y="1" width="9" height="3" size="9">{% if 0 %}{{ prodct }}{% endif %}</ls:text>',
            "design.name",
            "prodct",
            "product",
        ),
    ],
)
def test_unknown_words_are_refused_with_line_and_nearest_name(
    elements: str, code: str, what: str, nearest: str
) -> None:
    problem = refused(added("\n" + elements))

    assert (problem.code, problem.facts["line"]) == (code, ADDED_LINE + 1)
    assert what in problem.facts.values()
    assert problem.facts["nearest"] == nearest


def test_an_unknown_face_is_refused_with_the_weights_that_there_are() -> None:
    problem = refused(replaced('weight="700"', 'weight="750"'))

    assert (problem.code, problem.facts["value"]) == ("design.weight", "750")
    assert problem.facts["known"] == [400, 500, 600, 700, 800]


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("<script/>", "svg.script"),
        ("<foreignObject/>", "svg.foreign_object"),
        ("<animate/>", "svg.animation"),
        ("<iframe/>", "design.element"),
        ('<rect width="1" height="1" filter="url(#f)"/>', "svg.filter"),
        ('<rect width="1" height="1" mask="url(#m)"/>', "svg.mask"),
        ('<rect width="1" height="1" style="mix-blend-mode:multiply"/>', "svg.blend"),
        ('<path d="M1 1h1" marker-end="url(#m)"/>', "svg.marker"),
        ('<rect width="1" height="1" opacity=".5"/>', "svg.opacity"),
    ],
)
def test_scripts_animations_and_effects_are_refused(element: str, code: str) -> None:
    assert refused(added(element)).code == code


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "design.dtd"),
        ('<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', "design.dtd"),
        ('<!DOCTYPE svg [<!ATTLIST svg x CDATA "1">]>', "design.dtd"),
        ('<?xml-stylesheet href="http://127.0.0.1:9/x.css"?>', "svg.css_rule"),
        ("<!DOCTYPE svg><?xml-stylesheet href='a.css'?>", "svg.css_rule"),
    ],
)
def test_entities_and_doctypes_are_refused_and_nothing_is_fetched(head: str, code: str) -> None:
    assert refused(head + STAMP).code == code


@pytest.mark.parametrize("head", ["<!DOCTYPE svg>", '<!DOCTYPE svg SYSTEM "http://127.0.0.1:9/x.dtd">'])
def test_a_document_type_that_defines_nothing_is_not_looked_up(head: str) -> None:
    assert design(head + STAMP).items


@pytest.mark.parametrize("attribute", ["onload", "onclick"])
def test_what_would_run_is_refused(attribute: str) -> None:
    problem = refused(added(f'<rect width="1" height="1" {attribute}="alert(1)"/>'))

    assert (problem.code, problem.facts["value"]) == ("svg.script", attribute)


@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
def test_what_would_fetch_is_no_attribute(attribute: str) -> None:
    source = replaced("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ')

    problem = refused(added(f'<rect width="1" height="1" {attribute}="http://127.0.0.1:9/"/>', source))

    assert (problem.code, problem.facts["attribute"]) == ("design.attribute", attribute.removeprefix("xlink:"))


def test_a_file_that_is_too_large_is_not_parsed() -> None:
    assert refused(STAMP + " " * MOST_BYTES).code == "design.too_large"


@pytest.mark.parametrize(
    "text",
    [
        "{{ product.__class__ }}",
        "{{ product.name.__class__.__mro__ }}",
        "{{ product['__class__'] }}",
        "{{ product | attr('__class__') }}",
        "{{ ''.__class__ }}",
        "{{ product.name.format.__globals__ }}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{{ self.__init__ }}",
        "{{ 1 / 0 }}",
        "{{ product.name | no_such_filter }}",
        "{% if product.brand %}",
        "{{ product.group.no_such_thing }}",
        "{{ range(10 ** 9) | list }}",
    ],
)
def test_jinja_is_kept_in_its_box(text: str) -> None:
    source = added(f'<ls:text x="1" y="1" width="20" height="3" size="9">{text}</ls:text>')

    with pytest.raises(DesignRefused) as error:
        fill(design(source), facts())

    assert error.value.problems[0].code in ("design.template", "design.name", "design.barred")
    assert error.value.problems[0].facts["line"] == ADDED_LINE


@pytest.mark.parametrize(
    ("element", "attribute"),
    [
        ('<rect width="-1" height="1"/>', "width"),
        ('<rect width="0" height="1"/>', "width"),
        ('<rect x="1lh" width="1" height="1"/>', "x"),
        ('<rect x="nan" width="1" height="1"/>', "x"),
        ('<rect x="1e9" width="1" height="1"/>', "x"),
        ("<circle/>", "r"),
        ('<polygon points="1,2 3"/>', "points"),
        ('<polyline points=""/>', "points"),
        ("<path/>", "d"),
        ('<path d="M0 0L5"/>', "d"),
        ('<path d="M0 0 X 5"/>', "d"),
        ('<path d="5 5"/>', "d"),
        ('<path d="M0 0h1e999"/>', "d"),
        ('<rect width="1" height="1" transform="rotat(45)"/>', "transform"),
        ('<rect width="1" height="1" transform="rotate(a)"/>', "transform"),
        ('<rect width="1" height="1" transform="translate(1"/>', "transform"),
    ],
)
def test_geometry_is_read_strictly(element: str, attribute: str) -> None:
    problem = why(added(element))

    assert (problem.code, problem.facts["attribute"]) == ("design.geometry", attribute)


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ('<ls:text x="1" y="1" width="0" height="3" size="9">a</ls:text>', "text.box"),
        ('<ls:text x="1" y="1" width="9" height="3" size="9" min-size="10">a</ls:text>', "text.sizes"),
        ('<ls:arc cx="12" cy="12" radius="0" size="9">a</ls:arc>', "text.arc"),
        ('<ls:fields x="1" y="1" width="9" height="9" label-width="0.5" size="5"/>', "text.box"),
        ('<ls:fields x="1" y="1" width="9" height="9" label-width="4" size="5" min-size="6"/>', "text.sizes"),
    ],
)
def test_empty_boxes_are_refused_with_their_line(element: str, code: str) -> None:
    assert why(added(element)).code == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('height="35mm"', 'height="35"', "design.canvas"),
        ('width="25mm"', 'width="26mm"', "design.canvas"),
        ("0 0 25 35", "0 0 25 inf", "svg.size"),
        ("0 0 25 35", "1 0 25 35", "design.canvas"),
        ('shape="rectangle"', 'shape="circle"', "design.shape"),
        ('shape="rectangle"', 'shape="heart"', "design.shape"),
        ('corner="1.5"', 'corner="15"', "design.at"),
        ('prefix="Số "', 'prefix="№漢"', "design.at"),
        ('rotate="90"', 'rotate="45"', "design.choice"),
        ('balanced="yes"', 'balanced="si"', "design.choice"),
        ('align="center"', 'align="justify"', "design.choice"),
        ('size="6.2"', 'size="6.2pt"', "design.number"),
        ('fill="#E0A100"/>', 'fill="#E0A1"/>', "design.no_colour"),
        ("</svg>", '<ls:qr x="1" y="1" size="15"/></svg>', "design.twice"),
        ("</svg>", '<ls:code x="1" y="1" width="9" height="2" size="4"/></svg>', "design.twice"),
        ("</svg>", '<path d="M1 1h1v1z" fill-rule="odd"/></svg>', "design.choice"),
        ("</svg>", '<rect width="1" height="1" stroke="#17231C" stroke-width="0.3x"/></svg>', "design.number"),
        ("</svg>", '<rect width="1" height="1" stroke="#0B5A3A" stroke-width="0.05"/></svg>', "design.thin_line"),
        (
            "</svg>",
            '<ls:text x="1" y="1" width="9" height="3" size="7.9" fill="#0B5A3A">a</ls:text></svg>',
            "design.small_type",
        ),
    ],
)
def test_values_that_cannot_be_are_refused(old: str, new: str, code: str) -> None:
    assert refused(replaced(old, new)).code == code


def test_code_in_three_lines_is_refused() -> None:
    assert refused(altered("ls:code", lines=3)).code == "design.choice"


def test_slot_without_size_is_refused() -> None:
    assert refused(altered("ls:qr", size=0)).code == "design.number"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("</svg>", "chữ rơi</svg>", "design.stray_text"),
        ("</svg>", "<g>chữ rơi</g></svg>", "design.stray_text"),
        ("</svg>", '<rect width="1" height="1"><rect width="1" height="1"/></rect></svg>', "design.misplaced"),
        ("</svg>", '<ls:field label="a">b</ls:field></svg>', "design.misplaced"),
        ("</svg>", '<defs><ls:qr x="1" y="1" size="15"/></defs></svg>', "design.misplaced"),
        (NAME_TEXT, NAME_TEXT + '<rect width="1" height="1"/>', "design.misplaced"),
        (
            "</svg>",
            '<g transform="scale(2)"><ls:text x="1" y="1" width="9" height="3" size="9">a</ls:text></g></svg>',
            "design.group",
        ),
        ("</svg>", '<g display="none"><ls:mark x="1" y="1" width="9" height="3" size="9"/></g></svg>', "design.group"),
    ],
)
def test_nothing_that_a_file_says_is_dropped_in_silence(old: str, new: str, code: str) -> None:
    assert refused(replaced(old, new)).code == code


def test_a_text_goes_on_behind_a_comment() -> None:
    filled = fill(design(replaced(NAME_TEXT, NAME_TEXT + "<!-- và --> loại một")), facts())

    lines = [" ".join(fitted.lines) for fitted in filled.fitted if hasattr(fitted, "lines")]

    assert "Cốm làng Vòng loại một" in lines


@pytest.mark.parametrize(
    ("element", "lacking"),
    [("ls:qr", "ls:qr"), ("ls:code", "ls:code"), ("ls:stars", "ls:stars"), ("ls:mark", "ls:mark")],
)
def test_designs_must_have_the_required_elements(element: str, lacking: str) -> None:
    lines = [line for line in STAMP.splitlines() if f"<{element} " not in line]

    problem = refused("\n".join(lines))

    assert (problem.code, problem.facts["element"]) == ("design.lacks", lacking)


def test_every_fault_is_named_at_once() -> None:
    source = added('<rect width="1" height="1" fill="red"/>\n<path d="x"/>\n<rect width="a" height="1"/>')

    with pytest.raises(DesignRefused) as error:
        design(source)

    assert [problem.facts["line"] for problem in error.value.problems] == [ADDED_LINE + i for i in range(3)]


OVER = 'x="6" y="20" width="5" height="3"'


@pytest.mark.parametrize(
    ("source", "element"),
    [
        (added('<rect x="6" y="20" width="1" height="1" fill="#17231C"/>'), "rect"),
        (added('<path d="M0 16L25 30" fill="none" stroke="#17231C"/>'), "path"),
        (added('<line x1="5" y1="15" x2="5" y2="31" stroke="#17231C" stroke-width="0.4"/>'), "line"),
        (added('<g transform="translate(0 20)"><circle cx="12" cy="0" r="1"/></g>'), "circle"),
        (added(f'<ls:text {OVER} size="5" fill="#17231C">Chữ</ls:text>'), "ls:text"),
        (added('<ls:arc cx="12.5" cy="23" radius="3" size="5" fill="#17231C">Chữ vòng</ls:arc>'), "ls:arc"),
        (added('<ls:stars x="1" y="16" size="2" fill="#17231C"/>'), "ls:stars"),
        (added(f'<ls:mark {OVER} size="7" fill="#17231C"/>'), "ls:mark"),
        (altered("ls:code", y=20.6, x=6), "ls:code"),
        (altered("ls:serial", y=17), "ls:serial"),
    ],
)
def test_shapes_over_the_slot_are_refused_by_name(source: str, element: str) -> None:
    assert ("design.quiet_zone", element) in checked(source)


DARK = '<rect x="4" y="14.4" width="17" height="17" fill="#17231C"/>'
QR = ROOM.design("tem-25x35").qr


def around_slot(more_mm: float) -> str:
    """Return the place of a square that is so much larger than the slot at each side."""
    size = round(QR.size_mm + 2 * more_mm, 3)
    return f'x="{QR.x_mm - more_mm:.3f}" y="{QR.y_mm - more_mm:.3f}" width="{size}" height="{size}"'


CIRCLE = f'cx="{QR.x_mm + QR.size_mm / 2}" cy="{QR.y_mm + QR.size_mm / 2}" r="{QR.size_mm * 0.708:.3f}"'


@pytest.mark.parametrize(
    "cover",
    [
        '<rect x="4" y="14" width="17" height="17" fill="none" stroke="#FFFFFF"/>',
        '<path d="M0 0L30 0L0 50Z" fill="#FFFFFF"/>',
        '<path d="M4 14h17v17h-17zM8 18h9v9h-9z" fill-rule="evenodd" fill="#FFFFFF"/>',
        '<ellipse cx="12.5" cy="22.8" rx="9" ry="8" fill="#FFFFFF"/>',
        '<rect x="4" y="14" width="17" height="17" fill="#FFFFFF" display="{% if product.brand %}none{% endif %}"/>',
        '<rect x="5" y="14" width="17" height="17" fill="#FFFFFF" transform="rotate(45 12.5 22.8)"/>',
    ],
)
def test_paper_that_covers_part_of_the_slot_covers_nothing(cover: str) -> None:
    assert ("design.quiet_zone", "rect") in checked(added(DARK + cover))


@pytest.mark.parametrize(
    "elements",
    [
        f'<rect {around_slot(0.15)} fill="none" stroke="#17231C" stroke-width="0.2"/>',
        DARK + f'<rect {around_slot(0.05)} rx="0" fill="#FFFFFF"/>',
        DARK + f'<circle {CIRCLE} fill="#FFFFFF"/>',
        DARK + f'<rect {around_slot(0.1)} fill="#FFFFFF" stroke="#17231C" stroke-width="0.15"/>',
    ],
)
def test_a_frame_around_the_slot_and_paper_under_it_are_taken(elements: str) -> None:
    assert checked(added(elements)) == []


@pytest.mark.parametrize(
    ("source", "element"),
    [
        (altered("ls:qr", x=11), "ls:qr"),
        (altered("ls:code", y=34.6), "ls:code"),
        (added('<ls:text x="20" y="6" width="9" height="3" size="5">Chữ</ls:text>'), "ls:text"),
        (altered("ls:stars", x=-1), "ls:stars"),
        (altered("ls:arc", ROUND, radius=14.6), "ls:arc"),
        (altered("ls:code", ROUND, radius=16.2), "ls:code"),
    ],
)
def test_content_beyond_the_trim_is_refused(source: str, element: str) -> None:
    assert ("design.beyond_trim", element) in checked(source)


@pytest.mark.parametrize("name", FIRST_DESIGNS)
@pytest.mark.parametrize("mark", ["", "MẪU THỬ"])
def test_the_quiet_zone_is_white_on_paper(name: str, mark: str) -> None:
    looked_at, dpi = ROOM.design(name), 600
    long = "Hợp tác xã Nông nghiệp hữu cơ Đông Cao"
    slot = looked_at.qr
    modules = encoder_for(HOST, slot.size_mm).version.modules_with_quiet_zone

    pixels = trim_pixels(label_pdf(looked_at, facts(mark=mark, brand=long)), dpi)

    cut = part_of(pixels, slot.x_mm, slot.y_mm, slot.size_mm, slot.size_mm, dpi).min(axis=2)
    border = QUIET_ZONE * slot.size_mm / modules * dpi / 25.4
    outer, inner = 2, int(border) - 2  # a pixel's rounding at either side
    ring = np.ones(cut.shape, dtype=bool)
    ring[inner:-inner, inner:-inner] = False
    ring[:outer] = ring[-outer:] = False
    ring[:, :outer] = ring[:, -outer:] = False
    assert cut[ring].min() == 255
    assert cut[~ring].min() < 60


def test_a_slot_too_small_for_its_modules_is_refused() -> None:
    small = altered("ls:qr", size=14.7)

    problems = check_design("thử", small.encode(), ROOM, HOST)

    assert [problem.code for problem in problems] == ["design.module"]
    assert problems[0].facts == {"name": "thử", "module": 0.397, "least": 0.4, "size": 14.8}


def test_a_host_too_long_for_the_slot_is_refused() -> None:
    assert checked(STAMP, Host.parse(f"{'XAC-MINH.' * 7}HANOI.GOV.VN")) == [("design.module", None)]


def test_hidden_groups_are_not_printed() -> None:
    hidden = '<g display="{% if product.brand %}none{% endif %}"><rect x="1" y="16" width="3" height="3"/></g>'
    looked_at = design(added(hidden))

    without, shown = (trim_pixels(label_pdf(looked_at, facts(brand=brand))) for brand in ("Mễ Trì", ""))

    assert part_of(without, 1.2, 16.2, 2.6, 2.6).min() == 255
    assert part_of(shown, 1.2, 16.2, 2.6, 2.6).max() < 60


def test_transformed_shapes_stand_right_and_lines_scale_with_them() -> None:
    shapes = (
        '<g transform="translate(2 22) scale(2)" stroke="#17231C"><path d="M0 0h1" stroke-width="0.5"/></g>'
        '<rect x="0" y="0" width="1" height="1" transform="translate(3 26) rotate(45)" fill="#17231C"/>'
    )

    pixels = trim_pixels(label_pdf(design(added(shapes)), facts()), 600).min(axis=2)

    line = part_of(pixels, 1.5, 21, 3.2, 2, 600) < 128
    turned = part_of(pixels, 1.5, 25.5, 3.2, 2, 600) < 128
    assert line.sum() / (600 / 25.4) ** 2 == pytest.approx(2 * 1.0, rel=0.05)
    assert line.any(axis=1).sum() * 25.4 / 600 == pytest.approx(1.0, abs=0.06)
    assert turned.sum() / (600 / 25.4) ** 2 == pytest.approx(1, rel=0.05)
    assert turned.any(axis=0).sum() * 25.4 / 600 == pytest.approx(2**0.5, abs=0.1)


@pytest.mark.parametrize("count", ["0", "1", "2", "6", "-4", "bốn", "", "4.0"])
def test_a_design_cannot_say_stars_that_the_programme_does_not_print(count: str) -> None:
    source = altered("ls:stars", count=f"{{{{ {count!r} }}}}")

    with pytest.raises(PrintRefused, match=r"design\.stars"):
        fill(design(source), facts())
