"""Hosts: what a printed URL may name."""

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import EXAMPLE, Host


def test_the_default_host_is_a_specimen_of_eighteen_letters() -> None:
    host = Host.parse(EXAMPLE)

    assert host.specimen
    assert not host.trial
    assert len(host.name) == 18


def test_a_host_with_a_scheme_is_a_trial() -> None:
    host = Host.parse("http://192.168.1.7:8000/")

    assert host.trial
    assert host.prefix == "HTTP://192.168.1.7:8000/"


@pytest.mark.parametrize("text", ["", "có dấu.vn", "a b", "https://", "host/path", "ftp://host", "a..b", "host:123456"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"host\.unreadable"):
        Host.parse(text)
