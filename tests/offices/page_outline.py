"""What a page is made of, as tests look at it: its text, tags and attributes."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.test import TestResponse


class _Outline(HTMLParser):
    """What a page is made of: its text as it is read out, tags, and attributes by tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def first(self, tag: str) -> dict[str, str | None]:
        return next(attrs for name, attrs in self.tags if name == tag)


def outline(answer: TestResponse) -> _Outline:
    return _Outline(answer.get_data(as_text=True))
