"""Placeholders known by their ids: what Illustrator, Figma and Affinity drop comes back from the former version."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from labelsvc.rendering.design.open_format.recalling import recalled
from tests.samples.designs_compared import printed
from tests.samples.labels_on_paper import design
from tests.samples.open_designs import OPEN

BARE = re.sub(r'\sdata-ls[\w-]*="[^"]*"', "", OPEN)
"""The design as an editor saves it that keeps ids alone; rows of legal fields had none."""
NAMED = OPEN.replace('<g data-ls="field" data-ls-label="Tên', '<g id="ls-field-a" data-ls="field" data-ls-label="Tên')
NAMED = NAMED.replace('<g data-ls="field" data-ls-figures', '<g id="ls-field-b" data-ls="field" data-ls-figures')
NAMED = NAMED.replace(
    '<g data-ls="field" data-ls-label="NSX"', '<g id="ls-field-c" data-ls="field" data-ls-label="NSX"'
)
NAMED = NAMED.replace('<g data-ls="text"><rect x="45" y="4"', '<g id="ls-text" data-ls="text"><rect x="45" y="4"')
DROPPED = re.sub(r'\sdata-ls[\w-]*="[^"]*"', "", NAMED)


def back(source: str, former: str = NAMED) -> str:
    return recalled(source.encode(), former.encode()).decode()


def test_placeholders_get_back_by_id_what_an_editor_dropped() -> None:
    assert printed(design(back(DROPPED))) == printed(design(NAMED))


def test_moved_placeholders_stay_moved_when_they_are_recalled() -> None:
    moved = DROPPED.replace('<g id="ls-qr"', '<g id="ls-qr" transform="translate(-2 1)"')
    expected = NAMED.replace('<g id="ls-qr"', '<g id="ls-qr" transform="translate(-2 1)"')

    assert printed(design(back(moved))) == printed(design(expected))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id="ls-qr"', 'id="ls_x2D_qr"'),
        ('id="ls-qr"', 'id="ls-qr_00000012345678_"'),
        ('id="ls-qr"', 'id="ls-qr_1_"'),
        ('id="ls-qr"', 'id="g12" data-name="ls-qr"'),
        ('id="ls-qr"', 'id="g12" xmlns:serif="http://www.serif.com/" serif:id="ls-qr"'),
        ('id="ls-qr"', 'id="g12" xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="ls-qr"'),
    ],
)
def test_ids_are_known_as_editors_write_them(old: str, new: str) -> None:
    assert printed(design(back(DROPPED.replace(old, new))))["qr"] == printed(design(NAMED))["qr"]


def test_empty_rows_that_an_editor_dropped_come_back_in_their_order() -> None:
    dropped = re.sub(r'<g id="ls-field-c"[^>]*/>', "", DROPPED)
    assert dropped != DROPPED

    assert printed(design(back(dropped))) == printed(design(NAMED))


def test_letters_that_became_shapes_keep_their_type() -> None:
    outlined = re.sub(
        r'(<g id="ls-name".*?)<text.*?</text>', r'\1<path d="M4 4h9v3z" fill="#17231C"/>', DROPPED, flags=re.S
    )

    assert printed(design(back(outlined))) == printed(design(NAMED))


def test_what_a_file_says_itself_is_not_recalled() -> None:
    changed = NAMED.replace("{{ product.name }}", "{{ product.name | upper }}")

    assert back(changed) == changed


def test_sources_that_are_no_svg_are_left_alone() -> None:
    for source in (b"", b"%PDF-1.6", b"<svg", b"\x00\xff"):
        assert recalled(source, NAMED.encode()) == source
    assert recalled(DROPPED.encode(), b"%PDF") == DROPPED.encode()


def test_layers_named_after_a_kind_are_placeholders_without_a_former_version() -> None:
    source = re.sub(r'(<g id="ls-(?:qr|stars)") data-ls="\w+"', r"\1", OPEN)
    assert source.count("data-ls=") == OPEN.count("data-ls=") - 2

    assert printed(design(source)) == printed(design(OPEN))


def test_recalled_file_is_xml_that_says_its_letters() -> None:
    assert "Cốm" in "".join(etree.fromstring(back(DROPPED).encode()).itertext())
