"""Every case of PRODUCT.md §8 that records can produce, as a table, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.label_code import OpenedCode, StampIdentity
from labelsvc.domain.product import Product
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.verification.judging import judge, judge_unopened, judge_without_records
from labelsvc.domain.verification.stamp_record import MANY_DEVICES, ScanHistory, StampRecord, VoidedRange
from labelsvc.domain.verification.verdict import COLOUR_OF, Verdict
from labelsvc.domain.verification.verdict import VerdictCase as Case
from labelsvc.domain.verification.verdict import VerdictColour as Colour
from labelsvc.web.verdict_words import stamp_number, stamp_words, verdict_words
from labelsvc.wording import Wording
from tests import CHECKOUT

TODAY = date(2026, 11, 24)
STAMP = StampIdentity(7, 417)
AWAY: Any = object()
"""In the place of a record: the database is away."""
PRODUCT = Product(
    name="Củ cải trắng", producer="Hợp tác xã Đông Cao", brand="Đông Cao", commune="Tráng Việt", district="Mê Linh"
)
LONGER = Extension(date(2027, 3, 1), "Chờ Hội đồng.", by_office=True)
WORDING = {lang: Wording(CHECKOUT / "templates" / "wording", lang) for lang in ("vi", "en")}


def recognition(stars: int = 4, decided: date = date(2025, 12, 30), **facts: object) -> Recognition:
    return Recognition(stars=stars, decision_date=decided, **facts)


def record(printed: Recognition, *others: Recognition, **facts: object) -> StampRecord:
    return StampRecord(
        product=PRODUCT, recognition=printed, history=(printed, *others), **({"quantity": 2_000} | facts)
    )


OLD = recognition(4, date(2023, 6, 30))
NEW = recognition(4, date(2026, 8, 1))
LOST = (
    VoidedRange(3, 3, datetime(2026, 10, 1, tzinfo=UTC), "Rách"),
    VoidedRange(400, 420, datetime(2026, 11, 1, 17, tzinfo=UTC), "Rơi trên đường."),
    VoidedRange(500, 501, datetime(2026, 11, 2, tzinfo=UTC), "Rách"),
)

TABLE = [
    # stamp, record → case, colour, HTTP status, what the headline and text must hold in Vietnamese and in English
    (STAMP, record(recognition()), Case.IN_FORCE, Colour.GREEN, 200,
     ["OCOP 4 sao, còn hiệu lực", "30/12/2028"], ["OCOP 4 stars, in force", "30/12/2028"]),
    (STAMP, record(recognition(decided=date(2024, 2, 22))), Case.ENDS_SOON, Colour.GREEN, 200,
     ["sắp hết hiệu lực", "22/02/2027", "còn 90 ngày"], ["ending soon", "22/02/2027", "in 90 days"]),
    (STAMP, record(recognition(decided=date(2024, 2, 23))), Case.IN_FORCE, Colour.GREEN, 200,
     ["còn hiệu lực", "23/02/2027"], ["in force", "23/02/2027"]),
    (STAMP, record(recognition(decided=date(2023, 11, 25))), Case.ENDS_SOON, Colour.GREEN, 200,
     ["sau ngày mai, 25/11/2026"], ["after tomorrow, 25/11/2026"]),
    (STAMP, record(recognition(decided=TODAY.replace(year=2023))), Case.ENDS_SOON, Colour.GREEN, 200,
     ["Hôm nay, 24/11/2026, là ngày cuối"], ["Today, 24/11/2026, is the last day"]),
    (STAMP, record(recognition(decided=date(2023, 9, 1), extension=Extension(date(2027, 2, 28), "Chờ Hội đồng."))),
     Case.EXTENDED, Colour.GREEN, 200,
     ["được gia hạn", "28/02/2027 theo quyết định 26/2026/QĐ-TTg", "01/09/2026", "Lý do: Chờ Hội đồng."],
     ["extended", "28/02/2027 by decision 26/2026", "Reason: Chờ"]),
    (STAMP, record(recognition(decided=date(2023, 12, 30), extension=LONGER)), Case.IN_FORCE, Colour.GREEN, 200,
     ["01/03/2027", "Sau ngày 30/12/2026 là thời gian giữ hiệu lực theo quyết định của Văn phòng", "Lý do: Chờ"],
     ["01/03/2027", "After 30/12/2026 the stars hold by the office’s decision", "Reason: Chờ"]),
    (STAMP, record(recognition(decided=date(2023, 10, 1), extension=LONGER)), Case.EXTENDED, Colour.GREEN, 200,
     ["theo quyết định của Văn phòng", "Văn phòng quyết định giữ hiệu lực đến hết ngày 01/03/2027", "01/10/2026"],
     ["by the office’s decision", "the office decided to keep it in force through 01/03/2027", "Reason: Chờ"]),
    (STAMP, record(recognition(3, date(2024, 1, 5)), recognition(5, date(2026, 10, 1))), Case.RENEWED, Colour.GREEN,
     200,
     ["OCOP 5 sao, còn hiệu lực", "lần công nhận trước (3 sao)"], ["OCOP 5 stars, in force", "(3 stars)"]),
    (STAMP, record(recognition(4, date(2024, 1, 5)), recognition(3, date(2026, 10, 1))), Case.LOWERED, Colour.GREY, 200,
     ["Hôm nay là OCOP 3 sao, không còn 4 sao", "có thể được làm ra trước"], ["Today OCOP 3 stars", "made before"]),
    (STAMP, record(recognition(valid_from=date(2026, 12, 31))), Case.NOT_YET, Colour.AMBER, 200,
     ["chưa có hiệu lực", "từ ngày 31/12/2026"], ["not in force yet", "begins on 31/12/2026"]),
    (STAMP, record(OLD), Case.EXPIRED, Colour.GREY, 200,
     ["đã hết hiệu lực", "30/06/2026", "có thể được làm ra trước", "không có hạng sao nào còn hiệu lực"],
     ["has ended", "30/06/2026", "may have been made before", "no rating in force"]),
    (STAMP, record(OLD, NEW), Case.EXPIRED, Colour.GREY, 200,
     ["đã hết hiệu lực", "Hôm nay sản phẩm được xếp hạng OCOP 4 sao", "01/08/2029"],
     ["has ended", "Today the product is rated OCOP 4 stars", "01/08/2029"]),
    (STAMP, record(recognition(suspension=Suspension(date(2026, 11, 1), "Kiểm nghiệm lại", None, "7011/QĐ-UBND"))),
     Case.SUSPENDED, Colour.RED, 200,
     ["đang bị tạm dừng", "01/11/2026", "chưa định ngày kết thúc", "7011/QĐ-UBND", "Lý do: Kiểm nghiệm lại."],
     ["suspended", "01/11/2026", "no end set", "7011/QĐ-UBND"]),
    (STAMP, record(recognition(suspension=Suspension(date(2026, 11, 1), "", date(2026, 12, 1)))),
     Case.SUSPENDED, Colour.RED, 200, ["từ ngày 01/11/2026 đến hết ngày 01/12/2026"], ["through 01/12/2026"]),
    (STAMP, record(recognition(suspension=Suspension(date(2026, 9, 1), "", date(2026, 11, 23)))),
     Case.IN_FORCE, Colour.GREEN, 200, ["còn hiệu lực"], ["in force"]),
    (STAMP, record(recognition(withdrawal=Withdrawal(TODAY, "Vi phạm", "6120/QĐ-UBND"))),
     Case.WITHDRAWN, Colour.RED, 200,
     ["đã bị thu hồi", "24/11/2026", "6120/QĐ-UBND", "Lý do: Vi phạm."], ["withdrawn", "24/11/2026", "6120/QĐ-UBND"]),
    (STAMP, record(recognition(withdrawal=Withdrawal(TODAY, "Tem 5 sao.", "7/QĐ", WithdrawalGround.MISUSE_OF_MARK))),
     Case.WITHDRAWN, Colour.RED, 200,
     ["Căn cứ: Dùng nhãn hiệu OCOP sai hoặc gây hiểu lầm.", "Lý do: Tem 5 sao."],
     ["Ground: Wrong or misleading use of the OCOP mark.", "Reason: Tem 5 sao."]),
    (STAMP, record(recognition(withdrawal=Withdrawal(TODAY, "")), recognition(3, date(2026, 11, 1))),
     Case.WITHDRAWN, Colour.RED, 200, ["đã bị thu hồi", "Hôm nay sản phẩm được xếp hạng OCOP 3 sao"], ["rated OCOP 3"]),
    (STAMP, record(recognition(), voids=LOST), Case.REPORTED_LOST, Colour.RED, 200,
     ["đã báo mất và không còn giá trị", "từ ngày 02/11/2026", "Lý do: Rơi trên đường"],
     ["reported lost and is void", "since 02/11/2026", "Reason: Rơi trên đường"]),
    (STAMP, record(OLD, voids=LOST), Case.REPORTED_LOST, Colour.RED, 200, ["đã báo mất"], ["reported lost"]),
    (StampIdentity(7, 421), record(recognition(), voids=LOST), Case.IN_FORCE, Colour.GREEN, 200,
     ["hiệu lực"], ["in f"]),
    (STAMP, None, Case.UNKNOWN_RECORD, Colour.AMBER, 200,
     ["Không tìm thấy hồ sơ", "khóa của Văn phòng", "nhìn thấy điều này ở bàn làm việc"],
     ["with the Office’s key", "sees this at its desk"]),
    (STAMP, record(recognition(), quantity=416), Case.UNKNOWN_RECORD, Colour.AMBER, 200, ["hồ sơ"], ["record"]),
    (StampIdentity(7, 0), record(recognition()), Case.UNKNOWN_RECORD, Colour.AMBER, 200, ["hồ sơ"], ["record"]),
    (STAMP, record(recognition(), counted=False), Case.UNKNOWN_RECORD, Colour.AMBER, 200, ["hồ sơ"], ["record"]),
    (STAMP, record(recognition(), key_leaked=True), Case.KEY_LEAKED, Colour.AMBER, 200,
     ["Hãy hỏi Văn phòng", "đã bị lộ", "hôm nay sản phẩm được xếp hạng OCOP 4 sao", "30/12/2028"],
     ["Ask the Office", "leaked", "today the product is rated OCOP 4 stars", "30/12/2028"]),
    (STAMP, record(OLD, key_leaked=True), Case.KEY_LEAKED, Colour.AMBER, 200, ["không có hạng sao"], ["no rating"]),
    (STAMP, record(recognition(), voids=LOST, key_leaked=True), Case.REPORTED_LOST, Colour.RED, 200, ["mất"], ["lost"]),
    (StampIdentity(7, 0), record(recognition(), counted=False), Case.IN_FORCE, Colour.GREEN, 200,
     ["còn hiệu lực", "không phân biệt được bản sao"], ["in force", "copies can’t be told apart"]),
    (OpenedCode(certain=False), None, Case.CANNOT_BE_CHECKED, Colour.AMBER, 503,
     ["chưa kiểm tra được", "không có nghĩa là tem không đúng", "quét lại"], ["right now", "scan it again"]),
    (STAMP, AWAY, Case.RECORDS_AWAY, Colour.AMBER, 503,
     ["do Văn phòng phát hành", "chưa xem được hạng sao", "quét lại"], ["Issued by the Office", "right now"]),
    (OpenedCode(), None, Case.NOT_OURS, Colour.RED, 404,
     ["không có trong hệ thống", "20 ký tự", "từ trước khi có hệ thống", "nơi khác phát hành"],
     ["not in the Office’s system", "20 characters", "before this system", "issued elsewhere"]),
]  # fmt: skip


def judged(stamp: StampIdentity | OpenedCode, found: StampRecord | None, scans: ScanHistory | None = None) -> Verdict:
    if isinstance(stamp, OpenedCode):
        return judge_unopened(stamp, TODAY)
    return judge_without_records(stamp, TODAY) if found is AWAY else judge(stamp, found, scans, TODAY)


def said(verdict: Verdict, language: str) -> str:
    words = verdict_words(verdict, WORDING[language])
    rows = [f"{label}: {value}" for label, value in words.rows]
    stamp = stamp_words(verdict, WORDING[language])
    return " | ".join([words.sign, words.title, *words.sentences, *rows, *words.notes, *words.banners, *stamp])


@pytest.mark.parametrize(("stamp", "found", "case", "colour", "status", "vietnamese", "english"), TABLE)
def test_a_scan_answers_its_case_in_both_languages(
    stamp: StampIdentity | OpenedCode,
    found: StampRecord | None,
    case: Case,
    colour: Colour,
    status: int,
    vietnamese: list[str],
    english: list[str],
) -> None:
    verdict = judged(stamp, found, ScanHistory(1, datetime(2026, 11, 24, 2, 12, tzinfo=UTC)))

    assert (verdict.case, verdict.colour, verdict.http_status) == (case, colour, status)
    for language, parts in (("vi", vietnamese), ("en", english)):
        for part in parts:
            assert part in said(verdict, language)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[2].value)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_verdict_calls_a_stamp_fake_or_its_goods_genuine(row: tuple, language: str) -> None:
    text = said(judged(row[0], row[1]), language).casefold()

    assert not re.search(r"tem giả|hàng giả|chính hãng|100 ?%|\bfake|counterfeit|genuine|authentic", text)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[2].value)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_sentence_is_left_with_a_hole(row: tuple, language: str) -> None:
    text = said(judged(row[0], row[1]), language)

    assert not re.search(r"None|\{|\}|: \.|\.\.|  ", text)


def test_every_case_has_a_colour_and_words_in_both_languages() -> None:
    assert set(COLOUR_OF) == set(Case)
    for case in Case:
        for part in ("sign", "title", "text"):
            for wording in WORDING.values():
                wording.say(f"verify.{case.value}_{part}", **dict.fromkeys(NAMES_OF_FACTS, "x"))


NAMES_OF_FACTS = (
    "stars", "last_day", "days", "printed_stars", "printed_last_day", "first_day", "by_decision", "since", "until",
    "renewed_on", "void_since", "rule",
)  # fmt: skip


def test_a_label_stays_with_the_recognition_it_was_printed_under() -> None:
    verdict = judge(STAMP, record(OLD, NEW), None, TODAY)

    assert verdict.record is not None
    assert verdict.record.recognition is OLD
    assert verdict.rating is NEW
    assert verdict.rated_anew


def test_only_a_right_tag_without_a_record_raises_the_alarm() -> None:
    alarming = {row[2] for row in TABLE if judged(row[0], row[1]).alarm}

    assert alarming == {Case.UNKNOWN_RECORD}


MANY = ScanHistory(60, datetime(2026, 11, 2, 2, 12, tzinfo=UTC), MANY_DEVICES, date(2026, 11, 12))
FEW = ScanHistory(60, datetime(2026, 11, 2, 2, 12, tzinfo=UTC), MANY_DEVICES - 1, date(2026, 11, 12))


@pytest.mark.parametrize(("scans", "case"), [(MANY, Case.MANY_DEVICES), (FEW, Case.IN_FORCE), (None, Case.IN_FORCE)])
def test_many_devices_in_a_day_are_looked_at(scans: ScanHistory | None, case: Case) -> None:
    verdict = judge(STAMP, record(recognition()), scans, TODAY)

    assert verdict.case is case
    assert verdict.rating is not None


def test_many_devices_matter_only_with_valid_stars_and_unique_codes() -> None:
    ended = judge(STAMP, record(recognition(decided=date(2020, 1, 1))), MANY, TODAY)
    shared = judge(StampIdentity(7, 0), record(recognition(), counted=False), MANY, TODAY)

    assert (ended.case, shared.case) == (Case.EXPIRED, Case.IN_FORCE)


@pytest.mark.parametrize("scans", [None, ScanHistory(0, None), ScanHistory(1, datetime(2026, 11, 2, tzinfo=UTC))])
def test_the_page_mentions_an_alarm_only_if_stored(scans: ScanHistory | None) -> None:
    verdict = judge(STAMP, None, scans, TODAY)

    assert ("bàn làm việc" in said(verdict, "vi")) == bool(scans and scans.count)


def test_stamps_of_a_line_share_a_verdict_except_number_and_scans() -> None:
    found = record(recognition())
    first = judge(StampIdentity(7, 1), found, ScanHistory(1, datetime(2026, 1, 1, tzinfo=UTC)), TODAY)
    other = judge(StampIdentity(7, 2_000), found, ScanHistory(9, datetime(2025, 1, 1, tzinfo=UTC)), TODAY)

    assert first.of_line == other.of_line
    assert hash(first.of_line) == hash(other.of_line)


@pytest.mark.parametrize(
    ("scans", "vietnamese", "english"),
    [
        (None, "Tem số 000 417", "Stamp no. 000 417"),
        (ScanHistory(0, None), "Tem số 000 417", "Stamp no. 000 417"),
        (
            ScanHistory(1, datetime(2026, 11, 24, 2, 12, tzinfo=UTC)),
            "quét lần đầu lúc 09:12 hôm nay",
            "first scanned today at 09:12",
        ),
        (
            ScanHistory(1, datetime(2026, 11, 23, 18, 0, tzinfo=UTC)),
            "quét lần đầu lúc 01:00 hôm nay",
            "first scanned today at 01:00",
        ),
        (ScanHistory(1, datetime(2026, 11, 2, 2, 12, tzinfo=UTC)), "quét lần đầu 02/11/2026 09:12", "02/11/2026 09:12"),
        (ScanHistory(1_234, datetime(2026, 11, 2, 2, 12, tzinfo=UTC)), "đã quét 1.234 lần", "scanned 1,234 times"),
        (
            ScanHistory(1_234, datetime(2026, 11, 2, 2, 12, tzinfo=UTC), 57, date(2026, 11, 12)),
            "nhiều nhất 57 máy trong ngày 12/11/2026",
            "by 57 devices on 12/11/2026",
        ),
    ],
)
def test_a_stamp_says_when_it_was_first_scanned_in_vietnams_time(
    scans: ScanHistory | None, vietnamese: str, english: str
) -> None:
    verdict = judge(STAMP, record(recognition()), scans, TODAY)

    assert vietnamese in " · ".join(stamp_words(verdict, WORDING["vi"]))
    assert english in " · ".join(stamp_words(verdict, WORDING["en"]))


@pytest.mark.parametrize(
    ("serial", "shown"), [(1, "000 001"), (417, "000 417"), (999_999, "999 999"), (1_048_575, "1 048 575")]
)
def test_a_serial_is_shown_as_it_is_printed(serial: int, shown: str) -> None:
    assert stamp_number(serial) == shown


def test_trials_and_demonstration_data_carry_banners() -> None:
    verdict = judge(STAMP, record(recognition(), trial=True, specimen=True), None, TODAY)

    banners = verdict_words(verdict, WORDING["vi"]).banners

    assert [banner.partition(":")[0] for banner in banners] == ["IN THỬ", "MẪU"]


@given(st.dates(date(2019, 1, 1), date(2032, 1, 1)), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 5))
def test_verdicts_are_green_exactly_while_the_stars_are_valid(today: date, decided: date, stars: int) -> None:
    printed = recognition(stars, decided)

    verdict = judge(STAMP, record(printed), None, today)

    assert (verdict.colour is Colour.GREEN) == printed.holds_on(today)
    assert "{" not in said(verdict, "vi")
