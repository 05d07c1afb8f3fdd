"""Pages that are kept in compressed pieces read as the page that they were cut from, with the stamp's texts in it."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelsvc.web.public.kept_page import KeptPage


@given(st.lists(st.binary(max_size=5_000), min_size=1, max_size=5), st.data())
@settings(max_examples=60)
def test_a_filled_page_is_the_same_plain_and_compressed(pieces: list[bytes], data: st.DataObject) -> None:
    texts = [data.draw(st.binary(max_size=4_000)) for _ in pieces[1:]]
    expected = pieces[0] + b"".join(text + piece for text, piece in zip(texts, pieces[1:], strict=True))

    filled = KeptPage(pieces).filled(texts)

    assert filled.plain() == expected
    assert gzip.decompress(filled.gzipped()) == expected


@pytest.mark.parametrize("texts", [[], [b"1", b"2"]])
def test_a_page_takes_exactly_its_texts(texts: list[bytes]) -> None:
    with pytest.raises(ValueError, match="argument 2 is"):
        KeptPage([b"a", b"b"]).filled(texts).gzipped()
