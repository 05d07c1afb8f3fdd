"""No log holds a whole code or an address, in whatever spelling."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.label_code import in_fives
from labelsvc.web.server.log_redaction import redact
from tests.offices.verification_office import (
    CODE,
)


@pytest.mark.parametrize(
    "spelling",
    [
        CODE,
        CODE.lower(),
        in_fives(CODE),
        in_fives(CODE).replace(" ", "%20"),
        f"/{CODE}?lang=en",
        *(in_fives(CODE).replace(" ", between) for between in ("  ", "_", ".", " - ", "%20%20", "++", "\t", "\xa0")),
    ],
)
def test_a_log_never_holds_a_whole_code_or_an_address(spelling: str) -> None:
    line = redact(f"Invalid request from ip=203.0.113.7 or 2001:db8::8a2e:370:7334: GET /{spelling} HTTP/1.1")

    assert CODE[5:].lower() not in re.sub(r"%20|[\W_]", "", line.lower())
    assert "203.0.113.7" not in line
    assert "370:7334" not in line


@pytest.mark.parametrize("before", ["", "from ", "ip=", "(", "[", '"'])
@given(st.ip_addresses())
def test_no_address_in_any_spelling_stays_in_a_log(before: str, address: IPv4Address | IPv6Address) -> None:
    spellings = {str(address), address.exploded, str(address).upper()}
    if isinstance(address, IPv4Address):
        spellings |= {f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}"}

    lines = {redact(f"a request {before}{spelling} was refused") for spelling in spellings - {"::"}}

    assert lines <= {f"a request {before}[address] was refused"}


@pytest.mark.parametrize("address", ["::1", "::ffff:10.0.0.1", "fe80::1", "1::", "10.0.0.1", "::ffff:0:10.0.0.1"])
def test_short_addresses_are_taken_out_whole(address: str) -> None:
    assert redact(f"from {address} at 02:31:24") == "from [address] at 02:31:24"


@given(st.lists(st.sampled_from(["", " ", "  ", "-", "_", ".", "+", "%20"]), min_size=19, max_size=19))
def test_no_code_in_any_spacing_stays_in_a_log(between: list[str]) -> None:
    spelled = "".join(letter + gap for letter, gap in zip(CODE, [*between, ""], strict=True))

    kept = re.sub(r"%20|[\W_]", "", redact(f"GET /{spelled} HTTP/1.1"))

    assert CODE[5:] not in kept


def test_a_log_keeps_its_words_and_times() -> None:
    text = "[2026-11-24 02:31:24 +0000] Error handling request GET / (no record of line 12, serial 417)"

    assert redact(text) == text
