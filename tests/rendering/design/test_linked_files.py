"""Files inside of designs: what somebody writes to cost time or memory costs neither."""

from __future__ import annotations

import resource
import time
from hashlib import sha256

import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.rendering.design.linked_files import (
    fold_files,
    has_official_slot,
    rename_links,
    unfold_files,
    with_official,
)


@pytest.mark.parametrize(
    "piece",
    [b"<image ", b"<ls:official ", b"<image href='", b"<image href  ", b"<a.b:artwork\n", b"<g data-ls", b"<g "],
)
def test_unfinished_links_are_read_in_linear_time(piece: bytes) -> None:
    source = piece * (500_000 // len(piece))
    begun = time.process_time()

    fold_files(source)
    unfold_files(source, {})
    rename_links(source, {"a.png": "b.png"})
    has_official_slot(source)
    with_official(source, b"", "image/png")

    assert time.process_time() - begun < 1.5


def test_official_artwork_is_written_into_marked_groups_too() -> None:
    slots = b'<g id="a" data-ls="official"/><rect data-ls="official"/><g data-ls="official" data-ls-href="data:x"/>'
    other = b'<g data-ls="text"/><g/><rect/>'
    uri = b'data-ls-href="data:image/png;base64,AAAA"'

    written = with_official(b"<svg>" + slots + other + b"</svg>", bytes(3), "image/png")

    assert has_official_slot(slots)
    assert not has_official_slot(other)
    assert written.count(uri) == 2
    assert b'<g %b id="a" data-ls="official"/>' % uri in written
    assert fold_files(written)[1] == {sha256(bytes(3)).hexdigest(): bytes(3)}


def test_kept_files_are_summed_before_being_written_to_a_source() -> None:
    content = bytes(6_900_000)
    digest = sha256(content).hexdigest()
    source = b"<svg>%b</svg>" % (b'<image href="kept:%b.png"/>' % digest.encode() * 120)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(DesignRefused) as refusal:
        unfold_files(source, {digest: content})

    assert refusal.value.problems[0].code == "looks.too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_artwork_in_a_thousand_slots_is_refused_before_writing() -> None:
    source = b"<svg>" + b"<ls:official/>" * 1_000 + b"</svg>"

    with pytest.raises(DesignRefused):
        with_official(source, bytes(6_900_000), "image/png")
