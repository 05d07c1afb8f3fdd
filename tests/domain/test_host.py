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
    assert str(host.url_prefix()) == "http://192.168.1.7:8000/"


def test_only_the_scheme_is_printed_in_lower_case() -> None:
    host = Host.parse("tem.ocophn.vn")

    assert str(host.url_prefix()) == "https://TEM.OCOPHN.VN/"
    assert str(host.url_prefix(gtin="8934567890128")) == "https://TEM.OCOPHN.VN/01/08934567890128/21/"
    assert str(host.url_prefix("capitals")) == "HTTPS://TEM.OCOPHN.VN/"


@pytest.mark.parametrize("text", ["", "có dấu.vn", "a b", "https://", "host/path", "ftp://host", "a..b", "host:123456"])
def test_invalid_hosts_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"host\.unreadable"):
        Host.parse(text)


UNREACHABLE = {
    "one label": ["localhost", "mayin", "tem", "ocop-hanoi", "a"],
    "local names": [
        "tem.local", "a.localhost", "a.internal", "tem.lan", "tem.home", "a.b.corp", "tem.intranet", "x.private",
        "router.home.arpa", "1.168.192.in-addr.arpa", "a.onion", "a.alt", "pc.localdomain", "pc.workgroup",
    ],
    "examples": ["example.com", "tem.example.org", "www.example.net"],
    "private addresses": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.7", "192.168.1.7:8000", "100.64.0.9"],
    "this machine": ["127.0.0.1", "127.9.9.9:80", "0.0.0.0"],
    "link": ["169.254.10.20"],
    "not for hosts": ["224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.3", "203.0.113.7"],
    "odd spellings of addresses": ["127.1", "2130706433", "0x7f.1", "192.168.257", "10.0.0.01", "1.2.3", "1.2.3.4.5"],
    "no top-level domain": ["tem.v", "tem.v1", "tem.xn-1", "tem.x-y"],
    "no port": ["tem.ocophn.vn:0", "tem.ocophn.vn:65536"],
    "hyphens at a label's end": ["a-.vn", "a.-b.vn"],
}  # fmt: skip


@pytest.mark.parametrize("name", [name for names in UNREACHABLE.values() for name in names])
def test_host_that_no_phone_can_open_is_a_trial(name: str) -> None:
    host = Host.parse(name)

    assert host.trial
    assert not host.specimen
    assert Host.parse(str(host)) == host


@pytest.mark.parametrize("name", ["a.example", "tem.test", "tem.invalid"])
def test_reserved_name_is_a_specimen(name: str) -> None:
    host = Host.parse(name)

    assert (host.specimen, host.trial, host.public) == (True, False, False)


@pytest.mark.parametrize(
    "name",
    [
        "TEM.OCOPHN.VN", "a.vn", "ocop.hanoi.gov.vn", "tem.ocophn.vn:8443", "8.8.8.8", "xn--tem-ocop-abc.vn",
        "tem.xn--p1ai", "localhost.vn", "test.vn", "local.gov.vn", "example.vn", "myexample.com", "home.hanoi.vn",
        "10.0.0.1.vn", "0x7f.vn",
    ],
)  # fmt: skip
def test_host_of_the_internet_is_no_trial(name: str) -> None:
    host = Host.parse(name)

    assert (host.trial, host.specimen) == (False, False)
    assert str(host) == name.upper()
