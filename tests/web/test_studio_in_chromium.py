"""The studio in a browser: by mouse and by keyboard alone, the source says what was done and the picture follows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from werkzeug.serving import make_server

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.web.public.app import public_app
from labelsvc.web.server.front import FrontDoor
from tests.offices.desk_office import DeskOffice

DESIGN = "tem-25x35"
WIDTH_MM = 25
SHOWN = "#stage img:not([hidden])"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("studio"))
    office.take(6)
    return office


@pytest.fixture(scope="module")
def address(desk: DeskOffice) -> Iterator[str]:
    """The desk over HTTP, from a thread of the tests' own process."""
    front = FrontDoor(public_app(desk.services), desk.app, desk.services)
    with make_server("127.0.0.1", 0, front, threaded=True) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def cookie(desk: DeskOffice) -> str:
    """The session of a clerk who has signed in."""
    found = desk.client(Role.CLERK).http.get_cookie("labelsvc")
    assert found
    return found.value


class StudioPage:
    """The studio as somebody at a screen sees it; a script of the page that fails, fails the test."""

    def __init__(self, browser: Any, address: str, cookie: str, width: int = 1280) -> None:
        self.page = browser.new_context(viewport={"width": width, "height": 800}, locale="vi-VN").new_page()
        self.page.context.add_cookies([{"name": "labelsvc", "value": cookie, "url": address}])
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.address = address

    def _note(self, said: Any) -> None:
        if said.type == "error" and "409" not in said.text:  # a conflict is an answer, but browsers call it an error
            self.faults.append(said.text)

    def open(self, name: str = DESIGN) -> StudioPage:
        self.page.goto(f"{self.address}/office/designs/{name}/studio")
        self.page.wait_for_selector(SHOWN)
        return self

    @property
    def source(self) -> str:
        """The unsaved source; empty where nothing is unsaved."""
        drafts = self.page.evaluate("Object.entries(sessionStorage)")
        return "".join(json.loads(kept)["source"] for key, kept in drafts if key.startswith("studio "))

    def box(self, kind: str) -> list[float]:
        """What the panel says of where the chosen element stands: left, top, width and height in mm."""
        self.choose(kind)
        inputs = self.page.locator("#properties .control-row input").all()[:4]
        return [float(each.input_value().replace(",", ".")) for each in inputs]

    def choose(self, title: str) -> None:
        self.page.click(f"#layers li:has-text('{title}')")

    def new_picture(self, act: Any) -> None:
        """Do something, and wait until another picture is shown."""
        before = self.page.get_attribute(SHOWN, "src")
        act()
        self.page.wait_for_function("before => document.querySelector('#stage img').src !== before", arg=before)


@pytest.fixture
def studio(browser: Any, address: str, cookie: str) -> Iterator[StudioPage]:
    page = StudioPage(browser, address, cookie)
    yield page.open()
    assert page.faults == []


def test_a_qr_dragged_two_millimetres_moves_in_source_and_picture(studio: StudioPage) -> None:
    page = studio.page
    left, top, *_ = studio.box("Mã QR")
    sheet = page.locator(".sheet-of-label").bounding_box()
    frame = page.locator(".frame .body").bounding_box()
    assert sheet
    assert frame
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2

    def drag() -> None:
        page.mouse.move(*middle)
        page.mouse.down()
        page.keyboard.down("Alt")  # nothing snaps
        page.mouse.move(middle[0] + 2 * sheet["width"] / WIDTH_MM, middle[1], steps=4)
        page.mouse.up()
        page.keyboard.up("Alt")

    studio.new_picture(drag)
    moved = studio.box("Mã QR")
    page.click("[data-do=undo]")

    assert moved[:2] == pytest.approx([left + 2, top], abs=0.05)
    assert studio.box("Mã QR")[:2] == [left, top]
    assert studio.source == ""


def test_everything_is_done_by_keyboard_alone(studio: StudioPage, desk: DeskOffice) -> None:
    page = studio.page
    before = studio.box("Số thứ tự")
    page.focus("#layers")

    page.keyboard.press("ArrowLeft")
    nudged = studio.box("Số thứ tự")
    page.keyboard.press("Alt+KeyH")
    centred = studio.box("Số thứ tự")
    page.keyboard.press("Control+z")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    studio.new_picture(lambda: page.keyboard.type("Ngon"))
    words = studio.source
    page.focus("#stage")
    page.keyboard.press("Delete")
    for _ in range(3):  # deleted, written, added
        page.keyboard.press("Control+z")
    page.keyboard.press("Control+s")
    page.keyboard.type("tem-ban-phim")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tem-ban-phim/studio")

    assert nudged[:2] == pytest.approx([before[0] - 0.1, before[1]])
    assert centred[0] + centred[2] / 2 == pytest.approx(WIDTH_MM / 2, abs=0.01)
    assert ">Ngon<" in words
    assert desk.services.design_shelf.newest("tem-ban-phim")


def test_what_is_found_leads_to_its_element(studio: StudioPage) -> None:
    page = studio.page
    studio.choose("Hạng sao")
    page.fill("#properties .control-row input >> nth=0", "-1")
    page.keyboard.press("Enter")

    finding = page.locator("#findings li:has-text('Hạng sao') button").first
    finding.wait_for()
    studio.choose("Mã QR")
    finding.click()

    assert page.inner_text("#properties h3") == "Hạng sao"


def test_a_reload_loses_nothing_and_somebody_elses_version_is_named(studio: StudioPage, desk: DeskOffice) -> None:
    source = desk.services.assets.design_source(DESIGN)
    desk.services.design_shelf.add("tem-hai-nguoi", source, ChangeContext("khac@vanphong.vn", desk.now))
    page = studio.open("tem-hai-nguoi").page
    studio.choose("OCOP HÀ NỘI")
    page.fill("#properties textarea", "OCOP Thủ đô")
    written = studio.source
    desk.services.design_shelf.add("tem-hai-nguoi", source + b"\n", ChangeContext("khac@vanphong.vn", desk.now))

    page.reload()
    page.wait_for_selector(SHOWN)
    kept, restored = studio.source, page.inner_text("#told")
    page.click("[data-do=save]")
    page.wait_for_selector("#told a")
    told = page.inner_text("#told")
    page.click("#told button.small")
    page.wait_for_selector("#changed", state="hidden")
    newest = desk.services.design_shelf.newest("tem-hai-nguoi")

    assert written
    assert kept == written
    assert "chưa lưu" in restored
    assert "2" in told
    assert newest
    assert newest.version == 3


def test_words_are_changed_on_a_phone(browser: Any, address: str, cookie: str) -> None:
    studio = StudioPage(browser, address, cookie, width=360).open()
    page = studio.page
    studio.choose("OCOP HÀ NỘI")
    page.fill("#properties textarea", "OCOP Thủ đô")

    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run().then(results => results.violations)")
    assert "OCOP Thủ đô" in studio.source
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert studio.faults == []


def test_the_source_and_the_canvas_edit_one_document(studio: StudioPage) -> None:
    page = studio.page
    studio.choose("Mã QR")
    page.click("[data-do=source]")
    page.wait_for_selector(".CodeMirror .chosen-source")

    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.focus()")
    page.evaluate(
        "(() => { const editor = document.querySelector('.CodeMirror').CodeMirror;"
        " editor.setValue(editor.getValue().replace('OCOP HÀ NỘI', 'OCOP Thủ đô')); })()"
    )
    page.wait_for_selector("#layers li:has-text('OCOP Thủ đô')")
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run().then(results => results.violations)")

    assert re.search(r"OCOP Thủ đô", studio.source)
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
