"""The studio in a browser: by mouse and by keyboard alone, the source says what was done and the picture follows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from tests.offices.desk_office import DeskOffice
from tests.offices.served_desk import served_desk
from tests.samples.font_files import FAMILY, truetype_font

DESIGN = "tem-25x35"
WIDTH_MM = 25
SERIOUS = ("serious", "critical")
OPEN = """<svg xmlns="http://www.w3.org/2000/svg"  width="25mm" height="35mm" viewBox="0 0 25 35" data-ls="label">
  <!-- kept -->
  <g id="ls-name" data-ls="text" data-ls-value="{{ product.name }}"><rect x="2" y='2' width="20" height="6"/>
    <text x="2" y="6"
          font-size="3" fill="#17231C">Mật ong</text></g>
  <g id="ls-qr" data-ls="qr"><rect x="4" y="13" width="16" height="16"/><path d="M5 14h14v14h-14z"/></g>
</svg>
"""
SHOWN = "#stage img:not([hidden])"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("studio"))
    office.take(6)
    admin = office.client(Role.ADMINISTRATOR)
    admin.get("/office/fonts")
    admin.post("/office/fonts", file=[(io.BytesIO(truetype_font(700)), "dam.ttf")])
    return office


@pytest.fixture(scope="module")
def address(desk: DeskOffice) -> Iterator[str]:
    with served_desk(desk) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def cookie(desk: DeskOffice) -> str:
    """The session of a clerk who has signed in."""
    found = desk.client(Role.CLERK).http.get_cookie("labelsvc")
    assert found
    return found.value


def somebody_else(desk: DeskOffice) -> ChangeContext:
    return ChangeContext("khac@vanphong.vn", desk.now)


class StudioPage:
    """The studio as somebody at a screen sees it; ``faults``: what a script of the page complained of."""

    def __init__(self, chromium: Any, address: str, cookie: str) -> None:
        self.page = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN").new_page()
        self.page.context.add_cookies([{"name": "labelsvc", "value": cookie, "url": address}])
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.address = address

    def _note(self, said: Any) -> None:
        if said.type == "error" and "the server responded" not in said.text:  # 409 and 422 are answers
            self.faults.append(said.text)

    def open(self, name: str, shown: str = SHOWN) -> None:
        self.page.goto(f"{self.address}/office/designs/{name}/studio")
        self.page.wait_for_selector(shown)

    def rewind(self) -> None:
        """Undo all that was done."""
        while self.page.is_enabled("[data-do=undo]"):
            self.page.click("[data-do=undo]")

    @property
    def source(self) -> str:
        """The unsaved source; empty where nothing is unsaved."""
        draft = json.loads(self.page.inner_text("#studio-opened"))["draft"]
        kept = self.page.evaluate("key => sessionStorage.getItem(key)", draft)
        return str(json.loads(kept)["source"]) if kept else ""

    def choose(self, title: str) -> None:
        self.page.click(f"#layers li:has-text('{title}')")

    def box(self, title: str) -> list[float]:
        """What the panel says of where an element stands: left, top, width and height in mm."""
        self.choose(title)
        inputs = self.page.locator("#properties .control-row input").all()[:4]
        return [float(each.input_value().replace(",", ".")) for each in inputs]

    def new_picture(self, act: Any) -> None:
        """Do something, and wait until another picture is shown."""
        before = self.page.get_attribute(SHOWN, "src")
        act()
        self.page.wait_for_function("before => document.querySelector('#stage img').src !== before", arg=before)

    def serious(self) -> list[str]:
        """What axe finds that keeps people out."""
        found = self.page.evaluate("axe.run().then(results => results.violations)")
        return [f"{each['id']} {each['nodes'][0]['html'][:120]}" for each in found if each["impact"] in SERIOUS]


@pytest.fixture(scope="module")
def opened(chromium: Any, address: str, cookie: str) -> Iterator[StudioPage]:
    studio = StudioPage(chromium, address, cookie)
    studio.open(DESIGN)
    yield studio
    studio.page.context.close()


@pytest.fixture
def studio(opened: StudioPage) -> Iterator[StudioPage]:
    """One page for all tests, with nothing done in it; a script that fails, fails the test."""
    yield opened
    assert opened.faults == []
    opened.rewind()


def test_a_qr_dragged_two_millimetres_moves_in_source_and_picture(studio: StudioPage) -> None:
    page = studio.page
    left, top, *_ = studio.box("Mã QR")
    sheet, frame = (page.locator(selector).bounding_box() for selector in (".sheet-of-label", ".frame .body"))
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


def test_the_source_and_the_canvas_edit_one_document(studio: StudioPage) -> None:
    page = studio.page
    studio.choose("Mã QR")
    page.click("[data-do=source]")
    page.wait_for_selector(".CodeMirror .chosen-source")
    replaced = "editor.setValue(editor.getValue().replace('OCOP HÀ NỘI', 'OCOP Thủ đô'))"

    page.evaluate(f"(() => {{ const editor = document.querySelector('.CodeMirror').CodeMirror; {replaced}; }})()")
    page.wait_for_selector("#layers li:has-text('OCOP Thủ đô')")
    page.evaluate(AXE_SCRIPT)
    found = studio.serious()
    page.click("[data-do=source]")

    assert "OCOP Thủ đô" in studio.source
    assert found == []


def test_words_are_changed_on_a_phone(studio: StudioPage) -> None:
    page = studio.page
    page.set_viewport_size({"width": 360, "height": 800})

    studio.choose("OCOP HÀ NỘI")
    page.fill("#properties textarea", "OCOP Thủ đô")
    changed, overflowing = studio.source, page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})

    assert "OCOP Thủ đô" in changed
    assert not overflowing


def test_everything_is_done_by_keyboard_alone(studio: StudioPage, desk: DeskOffice) -> None:
    page = studio.page
    before = studio.box("Số thứ tự")
    page.focus("#layers")

    page.keyboard.press("ArrowLeft")
    nudged = studio.box("Số thứ tự")
    page.keyboard.press("Alt+KeyH")
    centred = studio.box("Số thứ tự")
    page.keyboard.press("Control+z")
    for key in ("a", "Enter", "Enter", "Control+a"):  # adds a text, goes to its words
        page.keyboard.press(key)
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
    page.wait_for_selector(SHOWN)

    assert nudged[:2] == pytest.approx([before[0] - 0.1, before[1]])
    assert centred[0] + centred[2] / 2 == pytest.approx(WIDTH_MM / 2, abs=0.01)
    assert ">Ngon<" in words
    assert desk.services.design_shelf.newest("tem-ban-phim")


def test_a_reload_loses_nothing_and_somebody_elses_version_is_named(studio: StudioPage, desk: DeskOffice) -> None:
    page, shelf = studio.page, desk.services.design_shelf
    source = desk.services.assets.design_source(DESIGN)
    shelf.add("tem-hai-nguoi", source, somebody_else(desk))
    studio.open("tem-hai-nguoi")
    studio.choose("OCOP HÀ NỘI")
    page.fill("#properties textarea", "OCOP Thủ đô")
    written = studio.source
    shelf.add("tem-hai-nguoi", source + b"\n", somebody_else(desk))

    page.reload()
    page.wait_for_selector(SHOWN)
    kept, restored = studio.source, page.inner_text("#told")
    page.click("[data-do=save]")
    page.wait_for_selector("#told a")
    told = page.inner_text("#told")
    page.click("#told button.small")
    page.wait_for_selector("#changed", state="hidden")
    newest = shelf.newest("tem-hai-nguoi")

    assert written
    assert kept == written
    assert "chưa lưu" in restored
    assert "2" in told
    assert newest
    assert newest.version == 3


def test_placeholders_of_plain_svg_move_and_keep_what_was_not_touched(studio: StudioPage, desk: DeskOffice) -> None:
    desk.services.design_shelf.add("tem-mo", OPEN.encode(), somebody_else(desk))
    page = studio.page
    studio.open("tem-mo", "#layers li")

    for title in ("Chữ", "Mã QR"):
        studio.choose(title)
        page.focus("#layers")
        page.keyboard.press("Shift+ArrowRight")
    studio.choose("Chữ")
    page.locator(".swatches input[value='#0B5A3A']").check(force=True)
    page.get_by_label("Kiểu chữ").select_option(label=f"{FAMILY} · đậm")

    moved = OPEN.replace('x="2"', 'x="3"').replace(
        '"#17231C"', f'"#0B5A3A" font-family="\'{FAMILY}\', sans-serif" font-weight="700"'
    )
    assert studio.source == moved.replace('data-ls="qr">', 'data-ls="qr" transform="translate(1 0)">')
