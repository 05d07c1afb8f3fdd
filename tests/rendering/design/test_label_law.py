"""Label law: letters high enough as drawn, ® only beside a registered mark, mandatory fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.host import Host
from labelsvc.rendering.design.label_law import design_faults, least_height_mm
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.print_assets import print_assets
from tests import CHECKOUT
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import Record, make_records

ROOM = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
HOST = Host.parse("TEM.OCOPHN.VN")


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def records(office: PrintingOffice, **changed: str) -> list[Record]:
    made = make_records(40, 1, day=office.now.date(), seed=2)
    food = [record for record in made if record["Thành phần"]][:2]
    return [food[0] | changed, food[1]]


def judged(office: PrintingOffice, design: str = "nhan-60x90", strict_law: bool = False, **changed: str) -> list[str]:
    """Return the codes of the reasons against the first product; the second one must always be printed."""
    plan = office.plan(office.take(records(office, **changed)), design, strict_law=strict_law)
    first, second = plan.decisions
    assert not second.reasons
    return [problem.code for problem in first.reasons]


@pytest.mark.parametrize("name", ROOM.design_names)
def test_shipped_designs_obey_the_law_at_their_smallest_size(name: str) -> None:
    assert check_design(name, None, ROOM, HOST) == []


def test_designs_that_may_shrink_below_the_law_name_the_field() -> None:
    source = ROOM.design_source("nhan-60x90").replace(b'min-size="4.9"', b'min-size="4.2"')

    problems = design_faults(ROOM.design("thử", source))

    assert {problem.code for problem in problems} == {"law.height"}
    assert problems[0].facts["least_mm"] == 0.9
    assert problems[0].facts["height_mm"] < 0.9


@pytest.mark.parametrize(
    ("transform", "size", "high"),
    [
        ("scale(1,0.5)", 2.4, False),
        ("scale(0.5,1)", 2.4, True),
        ("skewX(60) scale(1,0.5)", 2.4, False),
        ("rotate(90 30 45) scale(1,0.5)", 2.4, False),
        ("scale(1,2)", 1.2, True),
    ],
)
def test_letters_are_measured_square_to_their_baseline_as_drawn(transform: str, size: float, high: bool) -> None:
    text = f'<g transform="{transform}"><text x="8" y="20" font-size="{size}">Hạn dùng</text></g></svg>'
    source = ROOM.design_source("nhan-60x90").replace(b"</svg>", text.encode())

    problems = design_faults(ROOM.design("thử", source))

    assert [problem.code for problem in problems] == ([] if high else ["law.height"])


def test_a_face_of_eighty_square_centimetres_needs_higher_letters() -> None:
    small, large = ROOM.design("nhan-60x90"), ROOM.design_source("nhan-60x90")
    larger = large.replace(b'width="60mm"', b'width="90mm"').replace(b'viewBox="0 0 60 90"', b'viewBox="0 0 90 90"')

    assert least_height_mm(small) == 0.9
    assert least_height_mm(ROOM.design("rộng", larger.replace(b'width="60"', b'width="90"'))) == 1.2


def test_the_sign_of_a_registered_mark_needs_a_registered_mark(office: PrintingOffice) -> None:
    assert judged(office, **{"Nhãn hiệu": "Tản Viên®"}) == ["law.registered"]


def test_the_sign_also_stops_a_stamp(office: PrintingOffice) -> None:
    assert judged(office, "tem-25x35", **{"Nhãn hiệu": "Tản Viên®"}) == ["law.registered"]


def test_a_missing_field_stops_printing_only_under_strict_law(office: PrintingOffice) -> None:
    plan = office.plan(office.take(records(office, **{"Thành phần": ""})), "nhan-60x90")
    assert [problem.code for problem in plan.decisions[0].warnings] == ["design.blank_box"]
    assert plan.decisions[0].warnings[0].facts["fields"] == ["Thành phần"]
    assert not plan.decisions[0].reasons

    assert judged(office, strict_law=True, **{"Thành phần": ""}) == ["print.lacks_fields"]


def test_two_stars_are_refused_with_one_sentence(office: PrintingOffice) -> None:
    assert judged(office, **{"Hạng sao": "2", "Điểm": ""}) == ["print.too_few_stars"]
