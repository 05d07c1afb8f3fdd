"""A design file is repaired where it stands: colours, faces and effects, by what a person chose."""

from __future__ import annotations

import re

import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.domain.host import Host
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.designs.repair_design import RepairJob, possible_repairs, repair_apart, repair_source
from labelsvc.workflows.designs.show_swatches import design_inks
from tests import CHECKOUT
from tests.samples.labels_on_paper import ROOM, STAMP, added

HOST = Host.parse("TEM.OCOPHN.VN")
BROKEN = added(
    """<style>.a{fill:#0C5C3C;filter:url(#blur)}</style><filter id="blur"/>
<rect class="a" x="1" y="30" width="2" height="2" opacity=".9"/>
<g fill="#c8102e"><path id="p" d="M1 33h1v1z"/><path id="p" d="M2 33h1v1z" data-name="giữ"/></g>
<text x="3" y="33" font-size="2.5" font-family="Arial" text-decoration="underline">a</text>
<rect width="0" height="2"/><script>alert(1)</script>
<path d="M5 33h2" fill="none" stroke="rgba(200,16,46,.5)" stroke-width="0.02" onclick="a()"/>"""
)


def keys(source: str) -> set[str]:
    return {each.key for each in possible_repairs(source.encode(), "thử", ROOM)}


def test_repairs_are_listed_once_each_with_their_lines() -> None:
    found = {each.key: each.change.facts for each in possible_repairs(BROKEN.encode(), "thử", ROOM)}

    line = STAMP.count("\n", 0, STAMP.index("</svg>"))
    assert found["colour #C8102E"]["count"] == 3
    assert found["colour #C8102E"]["lines"] == [line + 3, line + 6]
    assert found["family Arial"]["lines"] == [line + 4]
    assert {"svg.filter", "svg.opacity", "svg.script", "svg.text_style", "id", "empty"} <= found.keys()


def test_a_file_with_all_its_repairs_is_taken() -> None:
    with pytest.raises(DesignRefused):
        ROOM.design("thử", BROKEN.encode())

    whole = repair_source(BROKEN.encode(), "thử", ROOM)

    assert ROOM.design("thử", whole).items
    assert b'data-name="gi' in whole
    assert b"script" not in whole


def test_what_was_not_chosen_stays_as_it_was() -> None:
    left = repair_source(BROKEN.encode(), "thử", ROOM, keys(BROKEN) - {"family Arial"})

    with pytest.raises(DesignRefused) as error:
        ROOM.design("thử", left)
    assert {problem.code for problem in error.value.problems} == {"design.family"}


def test_a_sound_design_has_nothing_to_repair() -> None:
    assert not keys(STAMP)
    assert repair_source(STAMP.encode(), "thử", ROOM) == STAMP.encode()
    assert not check_design("thử", STAMP.encode(), ROOM, HOST)


@pytest.mark.parametrize("source", [b"", b"<svg", b"%PDF-1.6"])
def test_what_is_no_svg_has_nothing_to_repair(source: bytes) -> None:
    assert not possible_repairs(source, "thử", ROOM)


def test_a_file_is_repaired_in_a_process_of_its_own() -> None:
    job = RepairJob(CHECKOUT / "templates", CHECKOUT / "fonts", "thử", BROKEN.encode(), ("colour #C8102E",))

    repaired = repair_apart(job, HOST)

    assert "colour #C8102E" in dict(repaired.repairs)
    assert not any(each.key == "colour #C8102E" for each in possible_repairs(repaired.source, "thử", ROOM))


def test_colours_of_classes_are_among_the_swatches() -> None:
    source = added('<style>.a{fill:rgb(107,82,0)}</style><rect class="a" x="1" y="33" width="1" height="1"/>')

    assert "#6B5200" not in {ink.screen for ink in design_inks(STAMP.encode(), ROOM)}
    assert "#6B5200" in {ink.screen for ink in design_inks(source.encode(), ROOM)}


def test_samples_of_placeholders_are_repaired_where_they_say_their_look() -> None:
    source = ROOM.design_source("tem-25x35").decode()
    place = source.index("</text>", source.index('data-ls="text"'))
    start = source.rindex("<text", 0, place)
    broken = (
        source[:start]
        + '<text font-family="Arial" fill="#17231D"'
        + re.sub(r'^<text| (?:font-family|fill)="[^"]*"', "", source[start:])
    )

    whole = repair_source(broken.encode(), "thử", ROOM)

    assert {each.key for each in possible_repairs(broken.encode(), "thử", ROOM)} >= {"family Arial"}
    assert ROOM.design("thử", whole).items
