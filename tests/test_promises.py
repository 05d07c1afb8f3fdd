"""What is printed is for ever: these vectors only grow; a change that breaks one breaks labels on paper."""

import pytest

from labelsvc.domain.host import Host
from labelsvc.domain.label_code import EpochKey, StampName, in_fives

EPOCHS = [
    ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "471HW2CK", (
        (0, 0, "TNV9QB00B3C3F4CMKHAF"),
        (1, 0, "WEJ3D4NNMCPP6J2GXTCZ"),
        (1, 1, "9Z3GJN6WGYQ5M85GCFMV"),
        (5, 417, "5R7SPP25X8TZBJ12B6PF"),
        (753, 1328, "K2DV0EAY631SQS8BE7WS"),
        (268435455, 1048575, "6YX82BA0GN60WA2GSXP4"),
    )),
    ("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "4KYNS2VH", (
        (0, 0, "VSKX33E5GT80F89MDMCZ"),
        (1, 0, "RH04B75VDECDRD8588PM"),
        (1, 1, "0D2JQM7EV4W5T9SJHNWB"),
        (5, 417, "DQMKJ3VQCVBR5NDZJ1WK"),
        (753, 1328, "Y6YHBWEY8DQN9459F1EX"),
        (268435455, 1048575, "T02DJ90E1QA7PQD58YMG"),
    )),
    ("420672b8491feeb58d1bcfd67fadb227044096b5f4dedd9143d232712c102247", "6G7XPKE6", (
        (0, 0, "M7B7H5YW40AZ00RF3NGV"),
        (1, 0, "C1TSW8NRB8Z8C58EC7YT"),
        (1, 1, "ZFTT0H7SM8NXKW9498MS"),
        (5, 417, "ASSMG7T68GM89JBTG6P6"),
        (753, 1328, "NH0EZJA4AVR8TGBXCBZN"),
        (268435455, 1048575, "PRATFYP5SE9N974F2DCQ"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("master", "epoch", "codes"), EPOCHS)
def test_codes_of_2026_are_the_same_for_ever(master, epoch, codes) -> None:
    key = EpochKey(bytes.fromhex(master))

    assert key.name == epoch
    for line, serial, code in codes:
        assert key.seal(StampName(line, serial)) == code
        assert key.open(code) == StampName(line, serial)


def test_urls_of_2026_are_the_same_for_ever() -> None:
    host = Host.parse("ocop.hanoi.gov.vn")

    assert host.prefix == "HTTPS://OCOP.HANOI.GOV.VN/"
    assert host.gs1_prefix("8934567890128") == "HTTPS://OCOP.HANOI.GOV.VN/01/08934567890128/21/"
    assert in_fives("5R7SPP25X8TZBJ12B6PF") == "5R7SP P25X8 TZBJ1 2B6PF"
