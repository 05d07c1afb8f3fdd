"""Codes of a whole line: the same letters as one by one."""

from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.label_code import HIGHEST_LINE, HIGHEST_SERIAL, EpochKey, StampIdentity
from labelsvc.rendering.qr.seal import seal_line


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(0, HIGHEST_LINE),
    st.integers(0, HIGHEST_SERIAL - 30),
    st.integers(1, 30),
)
def test_a_line_is_sealed_as_its_stamps_are_one_by_one(master, line, first, count) -> None:
    key = EpochKey(master)

    codes = seal_line(key, line, first, count)

    assert codes == [key.seal(StampIdentity(line, serial)) for serial in range(first, first + count)]
