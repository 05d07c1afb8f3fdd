"""Imports of files with former communes: proposed, asked about once a file, never changed unasked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.services import shared_folder
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.products import Products
from labelsvc.workflows.import_products import ImportOptions, import_products
from labelsvc.workflows.import_report import ImportReport
from labelsvc.workflows.places.place_answers import chosen_answers, read_place_answers
from labelsvc.workflows.places.read_gazetteer import read_gazetteer
from tests import CHECKOUT
from tests.samples.records_files import TODAY, csv_of

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
GAZETTEER = read_gazetteer(shared_folder("templates"))
SAMPLE = CHECKOUT / "templates" / "demonstration" / "san-pham-ocop-ha-noi.csv"
HEADINGS = ("Tên sản phẩm", "Chủ thể", "Địa chỉ", "Xã/Phường", "Quận/Huyện", "Hạng sao", "Ngày quyết định")
RADISH = ("Củ cải", "HTX Đông Cao", "Thôn Đông Cao, xã Tráng Việt", "Tráng Việt", "Mê Linh", "4", "30/12/2025")
LOTUS = ("Trà sen", "Hộ Hiền", "", "Quảng An", "Tây Hồ", "4", "30/12/2025")
CAKE = ("Bánh", "Hộ Thanh Vân", "", "Quảng An", "Q. Tây Hồ", "4", "30/12/2025")
ELSEWHERE = ("Chè", "HTX Tân Cương", "Xóm 3", "Tân Cương", "Thái Nguyên", "4", "30/12/2025")
ANSWER = "Quảng An, Tây Hồ=Phường Tây Hồ"


class Office:
    """A database that files are imported into, with their places."""

    def __init__(self, database: Database) -> None:
        self.imports, self.products = Imports(database), Products(database)

    def take(
        self, content: bytes, answers: Iterable[str] = (), *, renew: bool = True, preview: bool = False
    ) -> ImportReport:
        places = PlaceRenewer(GAZETTEER, read_place_answers(answers, GAZETTEER))
        options = ImportOptions(SAMPLE, preview, places=places, renew_places=renew)
        return import_products(
            [("a.csv", BytesIO(content))], self.imports, who="thu", now=NOW, today=TODAY, options=options
        )

    @property
    def places(self) -> list[tuple[str, str, str]]:
        stored = (each.product for each in self.products.all())
        return [(product.address, product.commune, product.district) for product in stored]


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_without_being_asked_nothing_changes_but_everything_is_proposed(office: Office) -> None:
    report = office.take(csv_of(HEADINGS, RADISH, LOTUS, ELSEWHERE), renew=False)

    assert sorted(office.places) == sorted(row[2:5] for row in (RADISH, LOTUS, ELSEWHERE))
    proposal, question = report.places.proposals[0], report.places.unanswered[0]
    assert proposal.lines == {"Thôn Đông Cao, xã Tráng Việt, Mê Linh": "Thôn Đông Cao, Xã Mê Linh"}
    assert (question.question, question.records) == ("Phường Quảng An, Quận Tây Hồ", 1)


def test_renewed_rows_are_stored_with_units_of_today(office: Office) -> None:
    office.take(csv_of(HEADINGS, RADISH, ELSEWHERE))

    assert sorted(office.places) == [
        ("Thôn Đông Cao", "Xã Mê Linh", "Mê Linh"),
        ("Xóm 3", "Tân Cương", "Thái Nguyên"),
    ]


def test_one_answer_holds_for_all_rows_of_a_file(office: Office) -> None:
    report = office.take(csv_of(HEADINGS, LOTUS, CAKE), [ANSWER])

    assert {commune for _, commune, _ in office.places} == {"Phường Tây Hồ"}
    assert (len(report.places.questions), report.places.unanswered) == (1, [])


def test_unanswered_rows_are_taken_as_they_are(office: Office) -> None:
    report = office.take(csv_of(HEADINGS, RADISH, LOTUS))

    assert {commune for _, commune, _ in office.places} == {"Xã Mê Linh", "Quảng An"}
    assert report.counts["new"] == 2


@pytest.mark.parametrize("renew", [False, True])
def test_the_same_old_file_again_leaves_renewed_places(office: Office, renew: bool) -> None:
    content = csv_of(HEADINGS, RADISH, LOTUS, CAKE)
    office.take(content, [ANSWER])
    renewed = office.places

    again = office.take(content, renew=renew)

    assert office.places == renewed
    assert (again.counts["unchanged"], again.places.changes) == (3, {})


def test_another_commune_in_the_file_is_still_a_change(office: Office) -> None:
    office.take(csv_of(HEADINGS, LOTUS), [ANSWER])

    report = office.take(csv_of(HEADINGS, (*LOTUS[:3], "Võng La", "Đông Anh", *LOTUS[5:])))

    assert report.counts["changed"] == 1
    assert office.places == [("", "Xã Thiên Lộc", "Đông Anh")]


def test_a_preview_of_renewed_places_writes_nothing(office: Office) -> None:
    report = office.take(csv_of(HEADINGS, RADISH), preview=True)

    assert [stored.product.commune for stored, _ in report.foreseen] == ["Xã Mê Linh"]
    assert office.places == []


def test_the_demonstration_gets_communes_with_three_questions(office: Office) -> None:
    first = office.take(SAMPLE.read_bytes(), renew=False, preview=True)
    answers = [f"{change.question}={change.choices[-1].name}" for change in first.places.questions]

    report = office.take(SAMPLE.read_bytes(), answers)

    communes = {commune for _, commune, _ in office.places if commune}
    assert len(answers) == 3
    assert report.places.unanswered == []
    assert communes <= {unit.name for unit in GAZETTEER.units}
    assert [commune for _, commune, _ in office.places].count("") == 5  # the file names none


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Quảng An, Tây Hồ=Phường Bưởi", "places.not_a_part"),
        ("Quảng An, Tây Hồ=Xã Gia Lâm", "places.not_a_part"),
        ("Võng La, Đông Anh=Xã Thiên Lộc", "places.not_divided"),
        ("Tân Cương, Thái Nguyên=Xã Thiên Lộc", "places.not_divided"),
    ],
)
def test_answers_that_cannot_be_are_refused(answer: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_place_answers([answer], GAZETTEER)

    assert refused.value.problems[0].code == code


def test_forms_answer_by_key_and_code() -> None:
    assert chosen_answers(["1f3a09bc:00103", "1f3a09bc", "2f:99999", ""], GAZETTEER) == {
        "1f3a09bc": next(unit for unit in GAZETTEER.units if unit.name == "Phường Tây Hồ")
    }
