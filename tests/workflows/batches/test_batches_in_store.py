"""A batch in an object store is that of a folder: printed, downloaded, cancelled, reprinted, kept for so long."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4
from zipfile import ZipFile

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.serial_ranges import parse_numbers
from labelsvc.storage.files.object_file_system import file_system
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.cancel_batch import cancel_batch
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import ReprintResult, reprint_pieces
from labelsvc.workflows.upkeep.clear_output import clear_output
from tests.offices.desk_office import DeskOffice
from tests.offices.object_store import BUCKET, ObjectStore

pytestmark = pytest.mark.faults
KEEP_DAYS = 30
KEPT = {"manifest.csv", "proof.json", "ticket.pdf", "reprint-001.csv", "reprint-001.json"}
MakeDesk = Callable[..., DeskOffice]


@pytest.fixture
def desk_in(tmp_path: Path, object_store: ObjectStore) -> MakeDesk:
    """Make a desk whose output is a folder, or a prefix of the store."""

    def make(kind: str = "store", **settings: str) -> DeskOffice:
        place = str(tmp_path / "output") if kind == "folder" else f"{object_store.url}/{uuid4().hex}"
        return DeskOffice(tmp_path, settings={"OUTPUT": place, **settings})

    return make


def ordered(desk: DeskOffice) -> str:
    return desk.office.order(desk.office.plan(desk.take(3), quantity=20, queued=True, who="web"))


def folder_of(desk: DeskOffice, name: str) -> StoredFolder:
    return folder_at(desk.services.batches.get(name).folder)


def contents(folder: StoredFolder) -> dict[str, bytes]:
    return {name: folder.read(name) for name in folder.files()}


def reprinted(desk: DeskOffice, name: str) -> ReprintResult:
    services = desk.office.batch_services
    plan = plan_reprint(name, services, desk.office.today, sheets=parse_numbers("1"))
    output = desk.services.output_of(desk.services.batches.get(name))
    return reprint_pieces(plan, services, output, ChangeContext("lan", desk.now, "Hỏng"))


def test_a_store_has_the_very_files_of_a_folder(desk_in: MakeDesk, tmp_path: Path) -> None:
    desk = desk_in()
    name = ordered(desk)
    desk.work()
    in_store = contents(folder_of(desk, name))

    desk.office.print(name, tmp_path / "elsewhere", processes=2)
    in_folder = contents(folder_at(tmp_path / "elsewhere" / name))

    assert in_store.keys() == {"labels-001.pdf", "manifest.csv", "proof.json", "ticket.pdf"}
    assert in_store == in_folder
    with desk.services.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT folder FROM batches").scalar_one()
    assert kept == str(tmp_path / "elsewhere" / name), "where it was printed last"


def test_downloads_of_a_store_come_whole_and_in_ranges(desk_in: MakeDesk) -> None:
    desk = desk_in()
    name = ordered(desk)
    desk.work()
    clerk, pdf = desk.client(Role.CLERK), folder_of(desk, name).read("labels-001.pdf")
    address, part = f"/office/batches/{name}/files/labels-001.pdf", slice(1_000, len(pdf) - 7)
    wanted = {"Range": f"bytes={part.start}-{part.stop - 1}"}

    whole, some = clerk.get(address), clerk.get(address, headers=wanted)
    same = clerk.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    beyond = clerk.get(address, headers={"Range": f"bytes={len(pdf)}-"})
    archive = clerk.get(f"/office/batches/{name}/all.zip")
    rest = clerk.get(f"/office/batches/{name}/all.zip", headers={"Range": "bytes=5000-"})

    assert (whole.status_code, whole.data, whole.mimetype) == (200, pdf, "application/pdf")
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{name}-labels-001.pdf"'
    assert (some.status_code, some.data) == (206, pdf[part])
    assert (same.status_code, beyond.status_code) == (304, 416)
    with ZipFile(io.BytesIO(archive.data)) as packed:
        assert packed.testzip() is None
        assert packed.read(f"{name}/labels-001.pdf") == pdf
    assert (rest.status_code, rest.data) == (206, archive.data[5_000:])


def test_a_signed_link_needs_the_right_to_the_file(desk_in: MakeDesk) -> None:
    desk = desk_in(OUTPUT_LINKS="yes")
    name = ordered(desk)
    desk.work()
    address = f"/office/batches/{name}/files/labels-001.pdf"

    sent, stranger = desk.client(Role.CLERK).get(address), desk.client().get(address)

    with urlopen(sent.headers["Location"]) as answer:
        assert answer.read() == folder_of(desk, name).read("labels-001.pdf")
    assert (sent.status_code, sent.headers["Cache-Control"]) == (302, "private, no-store")
    assert "X-Amz-Signature" not in stranger.headers.get("Location", "")


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_a_cancelled_batch_leaves_nothing(desk_in: MakeDesk, kind: str) -> None:
    desk = desk_in(kind)
    name = ordered(desk)
    services = desk.office.batch_services
    folder = desk.services.output().batch(name)
    folder.make()
    desk.services.batches.set_folder(name, folder.place)
    for file in ("labels-001.pdf", ".manifest-001.csv", ".proof-001.json"):
        with folder.write(file) as made:
            made.write(b"half a batch")

    assert cancel_batch(name, services, ChangeContext("thu", desk.now, "nhầm"))

    assert (folder.exists(), folder.files(), desk.services.batches.get(name).folder) == (False, {}, "")


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_a_lost_original_is_remade_for_a_reprint(desk_in: MakeDesk, kind: str) -> None:
    desk = desk_in(kind)
    name = ordered(desk)
    desk.work()
    folder = folder_of(desk, name)
    folder.discard("labels-001.pdf")

    done = reprinted(desk, name)

    assert done.exact
    assert sha256(folder.read("reprint-001.pdf")).hexdigest() == done.record.sha256


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_press_files_go_when_their_time_is_over(desk_in: MakeDesk, kind: str) -> None:
    desk = desk_in(kind)
    name, later = ordered(desk), desk.now + timedelta(days=KEEP_DAYS + 1)
    desk.work()
    part, output = desk.services.batches.parts(name)[0], desk.services.output()
    reprinted(desk, name)
    clear_output(desk.office.batch_services, output, KEEP_DAYS)
    before = set(folder_of(desk, name).files())
    services = replace(desk.office.batch_services, clock=lambda: later)

    clear_output(services, output, 0)
    untouched = set(folder_of(desk, name).files())
    clear_output(services, output, KEEP_DAYS)

    assert before == untouched == KEPT | {"labels-001.pdf", "reprint-001.pdf"}
    assert set(folder_of(desk, name).files()) == KEPT
    audit = desk.client(Role.ADMINISTRATOR).get("/office/audit").text
    assert "Số tệp in còn giữ" in audit
    assert "hệ thống" in audit
    page, clerk = desk.client(Role.CLERK).get(f"/office/batches/{name}"), desk.client(Role.CLERK)
    assert "LABELSVC_KEEP_DAYS" in page.text
    assert clerk.get(f"/office/batches/{name}/files/ticket.pdf").status_code == 200
    assert clerk.get(f"/office/batches/{name}/files/labels-001.pdf").status_code == 410
    assert clerk.get(f"/office/batches/{name}/files/manifest.csv").status_code == 200
    desk.office.now = later
    services = desk.office.batch_services
    plan = plan_reprint(name, services, desk.office.today, sheets=parse_numbers("1"))
    again = reprint_pieces(plan, services, desk.services.output(), ChangeContext("lan", later, "Hỏng"))
    assert again.exact
    assert part.sha256


def test_a_part_waits_for_a_store_that_is_down(
    desk_in: MakeDesk, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_in()
    name = ordered(desk)
    claims = desk.services.claims
    check = claims.check

    def goes_down(claim: object) -> None:
        check(claim)
        object_store.stop_gateway()

    with monkeypatch.context() as patch:
        patch.setattr(claims, "check", goes_down)
        desk.services.queue_runner.run_next()
    waits = desk.services.batches.parts(name)[0].state, desk.services.batches.get(name).state
    page = desk.client(Role.CLERK).get(f"/office/batches/{name}").status_code
    object_store.start_gateway()
    half = set(folder_of(desk, name).files())

    claims.waits.works("")  # the pause is over
    desk.work()

    assert (waits, page, half) == (("waiting", "running"), 200, set())
    assert desk.services.batches.get(name).state == "ready"
    assert not [key for key in file_system("s3").find(BUCKET) if key.endswith(".part")]


def test_a_page_says_that_the_store_is_down(desk_in: MakeDesk, object_store: ObjectStore) -> None:
    desk = desk_in()
    name = ordered(desk)
    desk.work()
    clerk = desk.client(Role.CLERK)
    object_store.stop_gateway()
    try:
        page = clerk.get(f"/office/batches/{name}")
        download = clerk.get(f"/office/batches/{name}/files/labels-001.pdf")
    finally:
        object_store.start_gateway()

    assert (page.status_code, download.status_code) == (200, 503)
    assert "AWS_ENDPOINT_URL" in page.text
