"""An issuer's words are read as a kind of authority, and doubted where it cannot have given such stars."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.programme.issuers import issuer_doubt, kind_of_issuer
from labelsvc.domain.programme.rules import IssuerKind, rules_on

PROVINCE, DISTRICT, COMMUNE, MINISTRY = (
    IssuerKind.PROVINCE, IssuerKind.DISTRICT, IssuerKind.COMMUNE, IssuerKind.MINISTRY,
)  # fmt: skip

SPELLINGS = {
    PROVINCE: (
        "UBND thành phố Hà Nội", "UBND TP Hà Nội", "UBND TP. Hà Nội", "UBNDTP Hà Nội", "ubnd tp.ha noi",
        "Ủy ban nhân dân thành phố Hà Nội", "Uỷ ban nhân dân Thành phố Hà Nội", "Chủ tịch UBND TP.Hà Nội",
        "U.B.N.D thành phố Hà Nội", "UBND Thành phố", "UBND Hà Nội", "Cấp tỉnh", "UBND tỉnh Quảng Ninh",
        "Hanoi People's Committee", "Hanoi City People's Committee",
    ),
    DISTRICT: (
        "UBND huyện Ba Vì", "UBND H. Ba Vì", "UBND huyện Đan Phượng, thành phố Hà Nội", "UBND quận Hà Đông",
        "UBND Q.Hà Đông", "UBND thị xã Sơn Tây", "UBND TX Sơn Tây", "cấp huyện", "UBND thành phố Hạ Long",
        "Hội đồng OCOP cấp huyện", "People's Committee of Ba Vi District, Hanoi City",
    ),
    COMMUNE: (
        "UBND xã Bát Tràng", "UBND X. Bát Tràng", "ubnd xa bat trang", "UBND xã Bát Tràng, TP Hà Nội",
        "UBND phường Hà Đông", "UBND P. Hà Đông", "UBND thị trấn Phùng", "UBND TT Phùng", "UBND đặc khu Phú Quốc",
        "cấp xã", "Xã", "TM. UBND xã Bát Tràng", "PCT UBND xã Bát Tràng", "Bat Trang commune",
    ),
    MINISTRY: (
        "Bộ Nông nghiệp và Môi trường", "Bộ NN&PTNT", "Bộ NN&MT", "BỘ NÔNG NGHIỆP VÀ PTNT",
        "Bộ trưởng Bộ Nông nghiệp và Môi trường", "bo nong nghiep va moi truong", "Trung ương", "Cấp quốc gia",
        "Ministry of Agriculture and Environment",
    ),
    None: ("", "HTX Chè", "Hợp tác xã Ba Vì", "UBND Đan Phượng", "UBND Bố Trạch", "UBND Tịnh Biên", "Sở NN&MT"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in SPELLINGS.items() for text in texts])
def test_an_issuer_is_known_in_its_spellings(text: str, kind: IssuerKind | None) -> None:
    assert kind_of_issuer(text) is kind


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert kind_of_issuer(text) in {*IssuerKind, None}


DAYS = st.dates(date(2018, 5, 7), date(2032, 12, 31))
ISSUERS = st.sampled_from([(kind, text) for kind, texts in SPELLINGS.items() if kind for text in texts])


@given(ISSUERS, st.integers(3, 5), DAYS)
def test_an_issuer_is_doubted_unless_the_days_rules_name_it(issuer: Any, stars: int, day: date) -> None:
    kind, text = issuer

    doubt = issuer_doubt(text, stars, day)

    assert (doubt is None) is (kind is rules_on(day).recogniser_of(stars))
    if kind is COMMUNE:
        assert doubt
        assert doubt.code == "recognition.issuer_commune"


@given(st.sampled_from([text for texts in SPELLINGS.values() for text in texts]), st.integers(1, 2), DAYS)
def test_nobody_is_asked_for_stars_without_a_decision(text: str, stars: int, day: date) -> None:
    assert issuer_doubt(text, stars, day) is None
