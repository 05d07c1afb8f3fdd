"""Codes: sealed, opened, typed by hand, forged."""

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import (
    ALPHABET,
    HIGHEST_LINE,
    HIGHEST_SERIAL,
    EpochKey,
    StampIdentity,
    in_fives,
    parse_code,
)

KEY = EpochKey(bytes(range(32)))
MASTERS = st.binary(min_size=32, max_size=32)
NAMES = st.builds(StampIdentity, st.integers(0, HIGHEST_LINE), st.integers(0, HIGHEST_SERIAL))


@given(MASTERS, NAMES)
def test_a_code_opens_to_the_stamp_it_was_sealed_for(master, name) -> None:
    key = EpochKey(master)

    code = key.seal(name)

    assert key.open(code) == name
    assert len(code) == 20
    assert set(code) <= set(ALPHABET)


@given(NAMES, st.integers(0, 19), st.integers(1, 31))
def test_a_code_with_one_letter_flipped_never_opens(name, place, step) -> None:
    code = KEY.seal(name)
    flipped = ALPHABET[(ALPHABET.index(code[place]) + step) % 32]

    opened = KEY.open(code[:place] + flipped + code[place + 1 :])

    assert opened is None


@given(MASTERS.filter(lambda master: master != KEY.master), NAMES)
def test_another_epochs_code_does_not_open(master, name) -> None:
    assert KEY.open(EpochKey(master).seal(name)) is None


@given(NAMES)
def test_codes_follow_the_published_construction_step_by_step(name) -> None:
    payload = (name.line << 20 | name.serial).to_bytes(6, "big")
    tag_digest = blake2b(payload, key=KEY.tag_key).digest()
    tag = f"{int.from_bytes(tag_digest, 'big'):0512b}"[:52]
    mask_digest = blake2b(int(tag, 2).to_bytes(7, "big"), key=KEY.mask_key).digest()
    cipher = int.from_bytes(payload, "big") ^ int.from_bytes(mask_digest[:6], "big")
    bits = tag + f"{cipher:048b}"

    code = KEY.seal(name)

    assert code == "".join(ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, 100, 5))


@given(NAMES, st.data())
def test_a_code_typed_by_hand_is_understood(name, data) -> None:
    code = KEY.seal(name)
    lookalikes = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(lookalikes.get(c, c + c.lower()))) + data.draw(st.sampled_from(["", " ", "-"]))
        for c in in_fives(code)
    )

    assert parse_code(typed) == code


@pytest.mark.parametrize("typed", ["", "7K3QX 9ZT4M 2B8RV C5WH", "7K3QX 9ZT4M 2B8RV C5WHU", "7K3QX" * 5, "…" * 20])
def test_invalid_codes_parse_to_none(typed: str) -> None:
    assert parse_code(typed) is None


@pytest.mark.parametrize(("line", "serial"), [(HIGHEST_LINE + 1, 1), (-1, 1), (1, HIGHEST_SERIAL + 1), (1, -1)])
def test_a_name_beyond_its_bits_is_refused(line: int, serial: int) -> None:
    with pytest.raises(InvalidValue):
        StampIdentity(line, serial)


def test_a_key_never_shows_itself() -> None:
    shown = repr(KEY) + str(KEY)

    assert KEY.master.hex() not in shown
    assert repr(KEY.master) not in shown


def test_a_master_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"keys\.length"):
        EpochKey(b"short")
