"""The public pages in a phone's and a desk's browser, by keyboard and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labelsvc.domain.label_code import in_fives
from tests.offices.verification_office import CODE, CODES, served_office


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served_office() as address:
        yield address


CONTRAST = """
() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parse = s => s.match(/[\\d.]+/g).map(Number);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c; }
    return [255, 255, 255]; };
  const faults = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faults.push(e.outerHTML.slice(0, 80));
  }
  return faults;
}
"""

PATHS = (
    "/", "/?code=7K3QX+9ZT4M+2B8R%C3%8A", "/nothing", "/p/7k3qx9zt4m", "/p/3333333333", "/p/6666666666",
    *(f"/{code}" for code in CODES.values()),
)  # fmt: skip
LONG_PAGES = ("/p/3333333333", "/p/6666666666", f"/{CODES['largest']}")
TYPES = "[...new Set([...document.querySelectorAll('body *')].map(e => getComputedStyle(e).fontFamily))]"


def test_every_page_fits_its_screen_in_readable_colours(address: str, browser: object) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    faults = []
    for path in PATHS:
        for language in ("vi",) if path in LONG_PAGES else ("vi", "en"):
            page.goto(f"{address}{path.lstrip('/')}{'&' if '?' in path else '?'}seen=1&lang={language}")
            for width in (320, 360, 1280):
                page.set_viewport_size({"width": width, "height": 720})
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    faults.append((path, language, f"wider than {width}"))
            faults += [(path, language, fault) for fault in page.evaluate(CONTRAST)]  # no width has colours of its own
            if len(page.evaluate(TYPES)) != 1:
                faults.append((path, language, "more than one type"))
    page.close()

    assert not faults
    assert all("Content Security" not in text for text in complaints)


def test_a_code_is_checked_by_keyboard_only(address: str, browser: object) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 720})  # type: ignore[attr-defined]
    page.goto(address + "?lang=en")

    for _ in range(4):  # skip link, brand, the other language, the field
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.id")
    page.keyboard.type(in_fives(CODE).lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{CODE}?lang=en")
    headline = page.inner_text("h1")
    page.close()

    assert focused == "code"
    assert headline == "OCOP 4 stars, in force"


def test_a_screen_reader_finds_landmarks_and_one_headline(address: str, browser: object) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(f"{address}{CODE}?seen=1")

    counts = {
        s: page.locator(s).count() for s in ("h1", "main", "header", "nav[aria-label]", "footer", "[role=status]")
    }
    unnamed = page.evaluate(
        "[...document.querySelectorAll('svg:not([aria-hidden]), input, a, button')]"
        ".filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).length"
    )
    page.close()

    assert set(counts.values()) == {1}
    assert unnamed == 0


def test_the_page_works_without_javascript(address: str, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(address)

    page.fill("#code", CODE)
    page.click("button")
    headline = page.inner_text("h1")
    context.close()

    assert headline == "OCOP 4 sao, còn hiệu lực"
