"""Profiles on the desk: a producer completes and sends, the office compares, approves or answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import OF_PRODUCERS, scopes_of
from labelsvc.domain.trace.profile import ProductProfile
from labelsvc.domain.trace.proposal import PROPOSED_TEXTS
from tests.offices.desk_office import DeskClient, DeskOffice
from tests.samples import hostile_pictures as hostile
from tests.samples.generator import make_records

PICTURE = hostile.saved(hostile.photograph(), "JPEG")


@dataclass
class ProfileDesk:
    """A product of an office, its producer, and a stranger who has another one."""

    desk: DeskOffice
    id: int
    other_id: int

    def __post_init__(self) -> None:
        self.product = self.desk.services.products.get(self.id).product
        self.emails = [f"{product_id}@lang.vn" for product_id in (self.id, self.other_id)]
        for email, product_id in zip(self.emails, (self.id, self.other_id), strict=True):
            self.desk.add(email, Role.PRODUCER, self.desk.services.product_lists.producer_of(product_id))
        self.producer = self.desk.client(self.emails[0])

    def url(self, rest: str = "", place: str = "producer", product_id: int = 0) -> str:
        return f"/{place}/products/{product_id or self.id}/profile{rest}"

    def submit(self, section: str, client: DeskClient | None = None, place: str = "producer", **form: Any) -> Any:
        who = client or self.producer
        page = who.get(self.url(f"/{section}", place))
        seen = re.search(r'name="seen" value="([^"]*)"', page.text)
        if seen and section in ("story", "label"):
            form.setdefault("seen", unescaped(seen[1]))
        return who.post(self.url(f"/{section}", place), **form)

    def upload(self, content: bytes, section: str = "pictures", **form: Any) -> Any:
        return self.submit(section, file=(BytesIO(content), "a.jpg"), act="add", **form)

    def send(self) -> int:
        self.producer.post(self.url("/send"), note="Nhờ duyệt")
        waiting, _ = self.desk.services.proposals.waiting()
        return next(each.id for each in waiting if each.product_id == self.id)

    @property
    def approved(self) -> ProductProfile:
        return self.desk.services.profiles.get(self.id)


def unescaped(text: str) -> str:
    return text.replace("&#34;", '"').replace("&amp;", "&")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskOffice]:
    """An office for all tests, each of which has products of its own."""
    office = DeskOffice(tmp_path_factory.mktemp("office"))
    yield office
    office.services.close()


@pytest.fixture(scope="module")
def products(desk: DeskOffice) -> Iterator[int]:
    """Products of as many producers."""
    records = {record["Chủ thể"]: record for record in make_records(110, day=desk.office.today)}
    return iter([item.stored.id for item in desk.take_records(list(records.values()))])


@pytest.fixture
def profiles(desk: DeskOffice, products: Iterator[int]) -> ProfileDesk:
    return ProfileDesk(desk, next(products), next(products))


def seen_of(page: Any) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page.text)
    assert found
    return unescaped(found[1])


def test_a_producer_completes_a_profile_that_the_office_approves(profiles: ProfileDesk) -> None:
    pdf = hostile.plain_pdf()
    texts = {name: getattr(profiles.product, name) for name in PROPOSED_TEXTS} | {"warnings": "Tránh va đập"}

    answers = [
        profiles.upload(hostile.with_place()),
        profiles.submit("story", story="Một đoạn\r\n\r\nHai đoạn", story_en="One"),
        profiles.upload(pdf, "certificates", kind="VietGAP", number="12/2025", until="31/12/2030"),
        profiles.submit("events", act="add", what="Thu hoạch", where="Ba Vì", on="2/10/2024"),
        profiles.submit("label", **texts),
    ]
    before = profiles.approved
    clerk, proposal = profiles.desk.client(Role.CLERK), profiles.send()
    start, page = clerk.get("/office/"), clerk.get(f"/office/proposals/{proposal}")
    approved = clerk.post(f"/office/proposals/{proposal}/approved", seen=seen_of(page))

    assert [answer.status_code for answer in answers] == [302] * 5
    assert before.is_empty
    assert 'href="/office/proposals"' in start.text
    assert all(text in page.text for text in ("Nhờ duyệt", "Hai đoạn", "VietGAP", "Thu hoạch", "Tránh va đập"))
    assert approved.status_code == 302
    profile, product = profiles.approved, profiles.desk.services.products.get(profiles.id).product
    assert (profile.story, profile.story_en) == ("Một đoạn\nHai đoạn", "One")
    assert (profile.pictures[0].width_px, profile.certificates[0].number) == (480, "12/2025")
    assert (profile.events[0].what, product.warnings) == ("Thu hoạch", "Tránh va đập")
    file = clerk.get(profiles.url(f"/files/{profile.certificates[0].file}", "office"))
    assert file.data == pdf
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    versions = clerk.get(profiles.url("?version=1", "office"))
    assert profiles.emails[0] not in versions.text
    assert "canbo@vanphong.vn" in versions.text


def test_pictures_are_captioned_reordered_and_removed(profiles: ProfileDesk) -> None:
    first, second = PICTURE, hostile.saved(hostile.photograph(600, 500), "PNG")
    profiles.upload(first)
    profiles.upload(second)
    profiles.upload(first)  # sent twice

    def shown() -> list[str]:
        page = profiles.producer.get(profiles.url("/pictures")).text
        return re.findall(r'value="([0-9a-f]{64})">\s*<div class="field"', page)

    a, b = shown()
    profiles.submit("pictures", act="down", item=a)
    assert shown() == [b, a]
    profiles.submit("pictures", act="caption", item=a, caption="Gói  200 g")
    assert "Gói 200 g" in profiles.producer.get(profiles.url("/pictures")).text
    profiles.submit("pictures", act="remove", item=b)
    assert shown() == [a]
    assert profiles.submit("pictures", act="remove", item=b).status_code == 409
    profiles.producer.post(profiles.url("/discard"))
    assert shown() == []


def test_hostile_uploads_are_refused_in_words_beside_the_field(profiles: ProfileDesk) -> None:
    for content, words in (
        (hostile.SVG, "không phải ảnh"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
    ):
        answer = profiles.upload(content)
        assert answer.status_code == 422
        assert words in answer.text
    both = profiles.submit("pictures", act="add", file=[(BytesIO(PICTURE), "a.jpg"), (BytesIO(hostile.SVG), "b.jpg")])
    assert both.status_code == 302  # the good one is kept, the other one is told
    assert "không phải ảnh" in profiles.producer.get(profiles.url("/pictures")).text


def test_a_producer_reaches_neither_others_profiles_nor_their_files(profiles: ProfileDesk) -> None:
    profiles.upload(PICTURE)
    draft = profiles.desk.services.proposals.continued(profiles.id)
    assert draft is not None
    digest = draft.content.profile.pictures[0].sha256
    stranger = profiles.desk.client(profiles.emails[1])
    for path in ("", "/story", "/pictures", f"/files/{digest}?size=page"):
        assert profiles.producer.get(profiles.url(path)).status_code == 200
        assert stranger.get(profiles.url(path)).status_code == 404
    assert stranger.get(profiles.url(f"/files/{digest}", product_id=profiles.other_id)).status_code == 404
    for act in ("send", "withdraw", "discard", "story"):
        assert stranger.post(profiles.url(f"/{act}"), story="Của tôi").status_code == 404
    assert profiles.producer.get("/office/proposals").status_code == 404
    auditor = profiles.desk.client(Role.AUDITOR)
    assert auditor.get(profiles.url("/story", "office")).status_code == 403
    proposal = profiles.send()
    assert auditor.post(f"/office/proposals/{proposal}/approved").status_code == 403


def test_the_office_answers_in_words_and_the_producer_goes_on(profiles: ProfileDesk) -> None:
    profiles.submit("story", story="Ngắn")
    proposal, clerk = profiles.send(), profiles.desk.client(Role.CLERK)
    clerk.get(f"/office/proposals/{proposal}")

    assert clerk.post(f"/office/proposals/{proposal}/answered", answer=" ").status_code == 422
    assert clerk.post(f"/office/proposals/{proposal}/answered", answer="Kể thêm về nghề").status_code == 302
    page = profiles.producer.get(profiles.url())

    assert "Kể thêm về nghề" in page.text
    assert "Cần sửa" in profiles.producer.get("/producer/").text
    assert "Ngắn" in profiles.producer.get(profiles.url("/story")).text
    assert profiles.approved.is_empty


def test_an_approval_on_an_older_page_shows_what_changed_meanwhile(profiles: ProfileDesk) -> None:
    profiles.submit("story", story="Của chủ thể")
    proposal, clerk = profiles.send(), profiles.desk.client(Role.CLERK)
    seen = seen_of(clerk.get(f"/office/proposals/{proposal}"))
    edited = profiles.submit("story", clerk, "office", story="Của văn phòng", reason="Gọi điện")

    late = clerk.post(f"/office/proposals/{proposal}/approved", seen=seen)

    assert (edited.status_code, late.status_code) == (302, 409)
    assert "Của văn phòng" in late.text
    assert "Mục này đã được sửa" in late.text
    assert profiles.approved.story == "Của văn phòng"
    assert clerk.post(f"/office/proposals/{proposal}/approved", seen=seen_of(late)).status_code == 302
    assert profiles.approved.story == "Của chủ thể"
    assert clerk.post(f"/office/proposals/{proposal}/answered", answer="Muộn").status_code == 409


def test_two_devices_of_a_producer_do_not_overwrite_each_other(profiles: ProfileDesk) -> None:
    older = seen_of(profiles.producer.get(profiles.url("/story")))
    profiles.submit("story", story="Máy thứ nhất")

    late = profiles.submit("story", story="Máy thứ hai", seen=older)

    assert late.status_code == 409
    assert "Máy thứ hai" in late.text
    assert "Máy thứ nhất" in late.text


def test_label_texts_that_no_product_can_have_are_refused(profiles: ProfileDesk) -> None:
    texts = {name: getattr(profiles.product, name) for name in PROPOSED_TEXTS}

    answer = profiles.submit("label", **(texts | {"gtin": "123"}))

    assert answer.status_code == 422
    assert "Mã GTIN «123»" in answer.text


def test_the_label_form_opens_with_what_the_goods_class_wants(profiles: ProfileDesk) -> None:
    texts = dict.fromkeys(PROPOSED_TEXTS, "") | {"goods_class": "ceramic", "commune": "Bát Tràng", "dose": "1 viên"}
    profiles.submit("label", **texts)

    page = profiles.producer.get(profiles.url("/label")).text
    refused = profiles.submit("label", **(texts | {"alcohol": "mạnh"})).text

    first, rest = page[page.index("<form") :].split("<details><summary>Mục khác")
    shown = [set(re.findall(r'<(?:input|textarea|select) id="f-(\w+)"', part)) for part in (first, rest)]
    assert {"technical_data", "craft_village", "goods_class", "dose"} <= shown[0]
    assert {"nutrition", "alcohol", "production_year"} <= shown[1]
    assert set(PROPOSED_TEXTS) == shown[0] | shown[1]
    assert 'name="alcohol"' in refused.split("<details><summary>Mục khác")[0]


def test_a_form_that_changes_nothing_says_so(profiles: ProfileDesk) -> None:
    told = profiles.submit("story", story="  ")

    assert told.status_code == 302
    assert "Không có gì thay đổi" in profiles.producer.get(profiles.url("/story")).text
    assert profiles.desk.services.proposals.of_product(profiles.id) == []


def test_events_still_to_come_are_refused(profiles: ProfileDesk) -> None:
    answer = profiles.submit("events", act="add", what="Thu hoạch", where="Thôn Đoài", on="01/01/2099")

    assert answer.status_code == 422
    assert "01/01/2099 còn ở phía trước" in answer.text
    assert 'value="Thôn Đoài"' in answer.text


def test_a_proposal_is_taken_back_and_sent_again(profiles: ProfileDesk) -> None:
    profiles.submit("story", story="Chuyện")
    proposal = profiles.send()
    clerk = profiles.desk.client(Role.CLERK)

    profiles.producer.post(profiles.url("/withdraw"))

    assert clerk.get(f"/office/proposals/{proposal}").status_code == 404
    assert "Chuyện" in profiles.producer.get(profiles.url("/story")).text
    assert ">Nhờ duyệt</textarea>" in profiles.producer.get(profiles.url()).text
    assert profiles.send() == proposal


def test_a_draft_after_a_waiting_proposal_keeps_its_note(profiles: ProfileDesk) -> None:
    profiles.submit("story", story="Chuyện")
    profiles.send()

    profiles.submit("story", story="Chuyện khác")

    assert ">Nhờ duyệt</textarea>" in profiles.producer.get(profiles.url()).text


@pytest.mark.parametrize("section", ["story", "label"])
def test_a_saved_section_links_to_where_it_is_sent(profiles: ProfileDesk, section: str) -> None:
    link = f'href="{profiles.url("#send")}"'
    texts = {name: getattr(profiles.product, name) for name in PROPOSED_TEXTS} | {"warnings": "Tránh va đập"}

    before = profiles.producer.get(profiles.url(f"/{section}")).text
    profiles.submit(section, **(texts if section == "label" else {"story": "Chuyện"}))
    saved = profiles.producer.get(profiles.url(f"/{section}")).text
    profiles.send()
    sent = profiles.producer.get(profiles.url(f"/{section}")).text

    assert [link in page for page in (before, saved, sent)] == [False, True, False]


@pytest.mark.parametrize(("typed", "status"), [("5/9/26", 422), ("5/9", 422), ("5/9/2024", 302), ("5 / 9 / 2024", 302)])
def test_a_refused_day_stays_typed_beside_the_form_wanted(profiles: ProfileDesk, typed: str, status: int) -> None:
    answer = profiles.submit("events", act="add", what="Thu hoạch", on=typed)

    assert answer.status_code == status
    if status == 422:
        assert f'value="{typed}"' in answer.text
        assert f'<strong class="fault">«{typed}» không phải ngày; viết ngày/tháng/năm, năm đủ bốn' in answer.text


def test_unknown_sections_and_files_are_not_found(profiles: ProfileDesk) -> None:
    clerk = profiles.desk.client(Role.CLERK)

    assert profiles.producer.get(profiles.url("/videos")).status_code == 404
    assert profiles.producer.get(profiles.url(f"/files/{'a' * 64}")).status_code == 404
    assert clerk.get(profiles.url("/label", "office")).status_code == 404
    assert clerk.get("/office/proposals/99").status_code == 404


def test_machines_propose_and_decide_within_their_rights(profiles: ProfileDesk) -> None:
    http, path = profiles.desk.app.test_client(), f"/api/v1/products/{profiles.id}"
    own, stranger = (profiles.desk.token(email, *OF_PRODUCERS) for email in profiles.emails)
    office = profiles.desk.token(Role.CLERK, *scopes_of(Role.CLERK))
    told = {
        "story": "Một\nHai",
        "certificates": [{"kind": "VietGAP", "until": "2030-12-31"}],
        "events": [{"what": "Đóng gói", "on": "2024-10-02"}, {"what": "Thu hoạch", "on": "2024-10-01"}],
        "note": "Nhờ duyệt",
    }

    strange = {"kind": "VietGAP", "file": "a" * 64}
    refused = [
        http.post(f"{path}/proposals", json=told, headers=stranger).status_code,
        http.post(f"{path}/proposals", json=told, headers=office).status_code,
        http.post(f"{path}/proposals", json={"certificates": [strange]}, headers=own).status_code,
        http.post(f"{path}/proposals", json={"events": [{"what": "Gặt", "on": "2099-01-01"}]}, headers=own).status_code,
    ]
    sent = http.post(f"{path}/proposals", json=told, headers=own)
    url = sent.headers["Location"]
    decide = f"{url}/decide"
    listed = http.get("/api/v1/proposals", headers=office).get_json()["items"]
    steps = [
        http.get(url, headers=stranger).status_code,
        http.post(decide, json={"state": "approved"}, headers=own).status_code,
        http.post(decide, json={"state": "answered"}, headers=office).status_code,
        http.post(decide, json={"state": "approved"}, headers=office).status_code,
        http.post(decide, json={"state": "approved"}, headers=office).status_code,
    ]
    profile = http.get(path, headers=own).get_json()["profile"]

    assert refused == [404, 403, 404, 422]
    assert sent.get_json()["changes"] == ["story", "certificates", "events"]
    assert url in [each["url"] for each in listed]
    assert steps == [404, 403, 422, 200, 412]
    assert (profile["version"], profile["story"]) == (1, "Một\nHai")
    assert [each["what"] for each in profile["events"]] == ["Thu hoạch", "Đóng gói"]
