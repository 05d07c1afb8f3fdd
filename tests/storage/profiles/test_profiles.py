"""Profiles, proposals and files in the database: versions for ever, who may see what, and whose change it is."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue, NotFound
from labelsvc.domain.product import Product
from labelsvc.domain.trace.profile import Certificate, ProductPicture, ProductProfile
from labelsvc.domain.trace.proposal import ProductContent
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.driver_connection import DriverConnection, ResultRows
from labelsvc.storage.db.tables.products import products, record_version
from labelsvc.storage.db.tables.profiles import product_files, profile_files
from labelsvc.storage.people.changes import Changes
from labelsvc.storage.products.import_undo import PastImports
from labelsvc.storage.products.public_products import MOST_OTHERS, DetailsReader, ProductIds
from labelsvc.storage.profiles.file_rows import UploadedFile
from labelsvc.storage.profiles.profile_files import ProfileFiles
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.storage.profiles.proposals import Proposals
from labelsvc.storage.profiles.shown_files import ShownFiles
from tests.offices.stored_office import NOW, Stores, record

OFFICE, PRODUCER = ChangeContext("canbo@vanphong.vn", NOW, "Bổ sung"), ChangeContext("htx@lang.vn", NOW)
PICTURE = UploadedFile(b"large", "image/jpeg", b"page", 960, 720)
PDF = UploadedFile(b"%PDF-1.7", "application/pdf")


class ProfileOffice:
    """An office with two products, and the stores of their profiles."""

    def __init__(self, database: Database, home: Path) -> None:
        stores = Stores(database, home)
        outcomes = stores.save(record(), record(name="Gốm men ngọc", storage="Tránh va đập"))
        self.id, self.other = (outcome.product_id or 0 for outcome in outcomes)
        self.database, self.stores = database, stores
        self.profiles, self.proposals, self.files = Profiles(database), Proposals(database), ProfileFiles(database)
        self.shown = ShownFiles(DriverConnection(database), nullcontext)

    def version(self) -> int:
        with self.database.reading() as connection:
            return connection.scalar(select(record_version.c.version)) or 0

    def ids(self) -> ProductIds:
        """Return what the details of the first product are found by."""
        with self.database.reading() as connection:
            columns = products.c.id, products.c.public_id, products.c.producer_id, products.c.demonstration
            return ProductIds(*connection.execute(select(*columns).where(products.c.id == self.id)).one())

    def propose(self, profile: ProductProfile, **texts: str) -> int:
        begun = ProductContent(self.profiles.get(self.id), dict.fromkeys(texts, ""))
        self.proposals.save_draft(self.id, begun, lambda _: ProductContent(profile, texts), PRODUCER)
        return self.proposals.send(self.id, replace(PRODUCER, reason="Nhờ duyệt"))


@pytest.fixture
def office(database: Database, tmp_path: Path) -> ProfileOffice:
    return ProfileOffice(database, tmp_path / "home")


def test_every_version_of_a_profile_is_kept_and_the_newest_holds(office: ProfileOffice) -> None:
    assert office.profiles.get(office.id).is_empty
    before = office.version()

    numbers = [
        office.profiles.change(office.id, lambda held: replace(held, story=held.story + "a"), OFFICE) for _ in range(3)
    ]
    same = office.profiles.change(office.id, lambda held: held, OFFICE)

    assert (numbers, same) == ([1, 2, 3], 3)
    assert office.profiles.get(office.id).story == "aaa"
    assert office.profiles.many([office.id, office.other]) == {office.id: ProductProfile(story="aaa")}
    assert [each.profile.story for each in office.profiles.versions(office.id)] == ["aaa", "aa", "a"]
    assert (office.profiles.version(office.id, 2).who, office.profiles.number(office.other)) == (OFFICE.who, 0)
    assert office.version() > before  # verdicts are made anew
    changes, total = Changes(office.database).page(subject="profile", subject_id=office.id)
    assert (total, changes[0].before, changes[0].after, changes[0].reason) == (3, "aa", "aaa", "Bổ sung")


class Counted(DriverConnection):
    """Counts the rows of each answer."""

    def rows(self, prepared: str, values: dict[str, Any]) -> ResultRows:
        found = super().rows(prepared, values)
        self.counts = [*getattr(self, "counts", []), len(found)]
        return found


def test_a_public_page_reads_the_version_that_holds_and_no_other(office: ProfileOffice) -> None:
    for _ in range(3):
        office.profiles.change(office.id, lambda held: replace(held, story=held.story + "a"), OFFICE)
    connection = Counted(office.database)

    details = DetailsReader(connection).read(office.ids())

    assert details.profile.story == "aaa"
    assert connection.counts[0] == 1
    connection.close()


def test_a_public_page_looks_at_a_bounded_number_of_other_products(office: ProfileOffice) -> None:
    office.stores.save(*(record(name=f"Gốm số {number:03}") for number in range(MOST_OTHERS + 5)))
    connection = Counted(office.database)

    details = DetailsReader(connection).read(office.ids())

    assert (connection.counts[1], len(details.others)) == (MOST_OTHERS + 1, MOST_OTHERS)
    assert [other.name for other in details.others][:2] == ["Gốm men ngọc", "Gốm số 000"]
    connection.close()


def test_profiles_of_nothing_are_not_found(office: ProfileOffice) -> None:
    with pytest.raises(NotFound):
        office.profiles.change(9_999, lambda _: ProductProfile(story="a"), OFFICE)
    with pytest.raises(NotFound):
        office.profiles.version(office.id, 1)
    with pytest.raises(NotFound):
        office.proposals.get(1)


def test_pictures_are_everybodys_only_while_the_profile_shows_them(office: ProfileOffice) -> None:
    picture, file = (office.files.add(office.id, each, PRODUCER) for each in (PICTURE, PDF))
    shown = ProductProfile(
        pictures=(ProductPicture(picture, 960, 720),), certificates=(Certificate("VietGAP", file=file),)
    )

    def public(digest: str) -> bytes:
        return office.shown.get_picture(digest, "page").content

    with pytest.raises(NotFound):
        public(picture)
    proposal = office.propose(shown)
    with pytest.raises(NotFound):
        public(picture)
    office.proposals.approve(proposal, 0, OFFICE)
    assert public(picture) == b"page"
    assert office.shown.get_picture(picture, "large").content == b"large"
    assert office.shown.get_file(file).media_type == "application/pdf"
    with pytest.raises(NotFound):  # a PDF is no picture
        office.shown.get_picture(file, "large")
    office.profiles.change(office.id, lambda _: ProductProfile(), OFFICE)
    with pytest.raises(NotFound):
        public(picture)
    assert office.files.get(office.id, picture, "page").content == b"page"


def test_files_belong_to_the_product_they_were_uploaded_for(office: ProfileOffice) -> None:
    digest = office.files.add(office.id, PICTURE, PRODUCER)
    named = ProductProfile(pictures=(ProductPicture(digest, 960, 720),))

    with pytest.raises(NotFound):
        office.files.get(office.other, digest)
    with pytest.raises(NotFound):
        office.profiles.change(office.other, lambda _: named, OFFICE)
    with pytest.raises(NotFound):
        office.proposals.save_draft(office.other, ProductContent(), lambda _: ProductContent(named), PRODUCER)
    assert office.files.add(office.other, PICTURE, PRODUCER) == digest
    assert office.profiles.change(office.other, lambda _: named, OFFICE) == 1


def test_a_sent_draft_is_approved_beside_what_the_office_changed(office: ProfileOffice) -> None:
    proposal = office.propose(ProductProfile(story="Chuyện của làng"), storage="Nơi khô")
    office.profiles.change(office.id, lambda _: ProductProfile(story_en="The village"), OFFICE)
    (waiting,), total = office.proposals.waiting()

    number = office.proposals.approve(proposal, 1, replace(OFFICE, reason=""))

    assert (total, waiting.product, waiting.note, waiting.content.texts) == (
        1,
        "Củ cải sấy",
        "Nhờ duyệt",
        {"storage": "Nơi khô"},
    )
    assert (number, office.profiles.get(office.id)) == (
        2,
        ProductProfile(story="Chuyện của làng", story_en="The village"),
    )
    assert office.proposals.get(proposal).state == "approved"
    assert office.proposals.count() == 0


def test_an_approval_of_another_version_than_was_seen_is_refused(office: ProfileOffice) -> None:
    proposal = office.propose(ProductProfile(story="Của chủ thể"))
    office.profiles.change(office.id, lambda _: ProductProfile(story="Của văn phòng"), OFFICE)

    with pytest.raises(ChangedMeanwhile):
        office.proposals.approve(proposal, 0, OFFICE)

    assert office.proposals.get(proposal).state == "proposed"
    assert office.profiles.get(office.id).story == "Của văn phòng"


def test_label_texts_and_profile_are_approved_both_or_neither(office: ProfileOffice) -> None:
    proposal = office.propose(ProductProfile(story="Chuyện của làng"), storage="Nơi khô")

    def refused(_: Product) -> Product:
        raise ChangedMeanwhile.from_code("form.changed_meanwhile")

    with pytest.raises(ChangedMeanwhile):
        office.proposals.approve(proposal, 0, OFFICE, refused)
    assert (office.proposals.get(proposal).state, office.profiles.get(office.id).is_empty) == ("proposed", True)
    with pytest.raises(ChangedMeanwhile):  # another version than was seen: the text is not stored either
        office.proposals.approve(proposal, 7, OFFICE, lambda product: replace(product, storage="Nơi khô"))
    assert office.stores.products.get(office.id).product.storage != "Nơi khô"
    office.proposals.approve(proposal, 0, OFFICE, lambda product: replace(product, storage="Nơi khô"))
    assert office.stores.products.get(office.id).product.storage == "Nơi khô"


def test_a_proposal_is_decided_once(office: ProfileOffice) -> None:
    proposal = office.propose(ProductProfile(story="Chuyện"))
    office.proposals.answer(proposal, replace(OFFICE, reason="Xin kể thêm\nvề nghề"))

    with pytest.raises(ChangedMeanwhile):
        office.proposals.approve(proposal, 0, OFFICE)
    with pytest.raises(ChangedMeanwhile):
        office.proposals.withdraw(proposal, PRODUCER)

    answered = office.proposals.get(proposal)
    assert (answered.state, answered.answer, answered.decided_by) == ("answered", "Xin kể thêm\nvề nghề", OFFICE.who)


def test_a_new_proposal_takes_the_place_of_the_one_that_waits(office: ProfileOffice) -> None:
    first, second = (office.propose(ProductProfile(story=story)) for story in ("Một", "Hai"))

    states = {each.id: each.state for each in office.proposals.of_product(office.id)}

    assert states == {first: "withdrawn", second: "proposed"}
    with pytest.raises(NotFound):  # the draft was sent
        office.proposals.send(office.id, PRODUCER)


def test_a_proposal_that_is_taken_back_is_a_draft_again(office: ProfileOffice) -> None:
    proposal = office.propose(ProductProfile(story="Chuyện"))

    office.proposals.withdraw(proposal, PRODUCER)

    continued = office.proposals.continued(office.id)
    assert continued is not None
    assert (continued.id, continued.state, continued.content.profile.story) == (proposal, "draft", "Chuyện")
    with pytest.raises(NotFound):  # the office sees no drafts
        office.proposals.get(proposal)


def test_a_draft_goes_on_from_an_answer_and_what_stands_now(office: ProfileOffice) -> None:
    office.proposals.answer(office.propose(ProductProfile(story="Chuyện")), replace(OFFICE, reason="Kể thêm"))
    office.profiles.change(office.id, lambda _: ProductProfile(story_en="The village"), OFFICE)
    now = ProductContent(office.profiles.get(office.id))

    draft = office.proposals.save_draft(office.id, now, lambda content: content, PRODUCER)

    assert draft.profile == ProductProfile(story="Chuyện", story_en="The village")
    assert [each.state for each in office.proposals.of_product(office.id)] == ["draft", "answered"]


def test_uploads_are_bounded_by_account_and_hour_and_by_product(office: ProfileOffice) -> None:
    office.files.add(office.id, PDF, PRODUCER)
    rows = [{"sha256": f"{number:064x}", "media_type": "x", "content": b"", "at": NOW} for number in range(120)]
    links = [{"product_id": office.other, "sha256": row["sha256"], "at": NOW, "who": "a"} for row in rows]
    with office.database.writing() as connection:
        connection.execute(insert(profile_files), rows)
        connection.execute(insert(product_files), links)

    with pytest.raises(InvalidValue) as too_many:
        office.files.add(office.id, PICTURE, replace(PRODUCER, who="a"))
    with pytest.raises(InvalidValue) as full:
        office.files.add(office.id, replace(PDF, content=bytes(40_000_000)), PRODUCER)

    assert too_many.value.problems[0].code == "profile.too_many_uploads"
    assert full.value.problems[0].code == "profile.full"
    office.files.add(office.id, PICTURE, replace(PRODUCER, who="a", now=NOW + timedelta(minutes=61)))


def test_files_that_nothing_names_go_after_a_day(office: ProfileOffice) -> None:
    named, unnamed = (office.files.add(office.id, replace(PDF, content=each), PRODUCER) for each in (b"1", b"2"))
    office.propose(ProductProfile(certificates=(Certificate("ISO", file=named),)))

    office.files.add(office.id, PICTURE, replace(PRODUCER, now=NOW + timedelta(days=2)))

    assert office.files.get(office.id, named).content == b"1"
    with pytest.raises(NotFound):
        office.files.get(office.id, unnamed)


def test_an_import_is_not_undone_under_what_a_producer_proposed(office: ProfileOffice) -> None:
    imports = PastImports(office.database)
    (made, *_), _ = imports.page()
    assert imports.hindrances(made.id) == ()
    office.propose(ProductProfile(story="Chuyện"))

    assert [problem.code for problem in imports.hindrances(made.id)] == ["importing.changed_later"]


def test_profiles_that_an_import_made_go_with_it(office: ProfileOffice) -> None:
    imports = PastImports(office.database)
    (made, *_), _ = imports.page()
    digest = office.files.add(office.id, PICTURE, OFFICE)
    profile = ProductProfile(pictures=(ProductPicture(digest, 960, 720),))
    office.profiles.change(office.id, lambda _: profile, replace(OFFICE, import_id=made.id))

    imports.undo(made.id, OFFICE)

    assert office.stores.products.count() == 0
    with pytest.raises(NotFound):
        office.shown.get_picture(digest, "page")
    with office.database.reading() as connection:
        assert connection.scalars(select(profile_files.c.sha256)).all() == []


def test_a_file_that_another_product_has_too_outlives_an_undone_import(office: ProfileOffice) -> None:
    imports = PastImports(office.database)
    later = office.stores.save(record(name="Củ cải"))[0].product_id or 0
    newest = imports.page()[0][0]
    digest = office.files.add(office.id, PICTURE, PRODUCER)
    office.files.add(later, PICTURE, PRODUCER)

    imports.undo(newest.id, OFFICE)

    assert office.files.get(office.id, digest).content == b"large"
