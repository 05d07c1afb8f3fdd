"""A product's profile: what its producer tells besides the label, and the page of a trace code shows.

Pictures, story, certificates and key events are four of the things that decree 37/2026/NĐ-CP, art. 23(5), and the
programme's criteria 2.3 and 5.1 (decision 26/2026/QĐ-TTg, annex II) ask for. Bytes of pictures and files are kept
elsewhere, under the SHA-256 that the profile names.

A profile is stored as JSON and read for ever: :meth:`ProductProfile.from_json` gives defaults for what came later, and
passes over what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.product import normal_text

MOST_PICTURES, MOST_CERTIFICATES, MOST_EVENTS = 6, 20, 40
LONGEST_STORY, LONGEST_LINE = 6_000, 200
"""Characters of a story in one language, and of any other text."""
LARGEST_PX = 10_000
EARLIEST = date(1900, 1, 1)
_SHA256 = re.compile("[0-9a-f]{64}")
_PARAGRAPHS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")


def normal_story(text: str) -> str:
    """Return a text of several paragraphs as it is stored: a line each, normalised, without empty lines."""
    return "\n".join(filter(None, map(normal_text, _PARAGRAPHS.split(text))))


def paragraphs(story: str) -> tuple[str, ...]:
    """Return the paragraphs of a story."""
    return tuple(filter(None, story.split("\n")))


@dataclass(frozen=True, slots=True)
class ProductPicture:
    """A picture by the SHA-256 of its large size; ``width_px`` and ``height_px`` are those of the page size."""

    sha256: str
    width_px: int
    height_px: int
    caption: str = ""

    def __post_init__(self) -> None:
        _refuse_digest(self.sha256, "pictures")
        _refuse_text("caption", self.caption)
        if not (0 < self.width_px <= LARGEST_PX and 0 < self.height_px <= LARGEST_PX):
            size = f"{self.width_px} × {self.height_px}"
            raise InvalidValue.from_code("profile.picture_size", field="pictures", value=size)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read a picture of any age."""
        return cls(**_known(cls, kept))


@dataclass(frozen=True, slots=True)
class Certificate:
    """A standard that the product follows or a certificate that it has. Only ``kind`` is needed.

    ``until``: the last day that it is valid. ``file``: the SHA-256 of its file, empty where there is none.
    """

    kind: str
    number: str = ""
    issuer: str = ""
    until: date | None = None
    file: str = ""

    def __post_init__(self) -> None:
        for name in ("kind", "number", "issuer"):
            _refuse_text(name, getattr(self, name))
        if not self.kind:
            raise InvalidValue.from_code("profile.certificate_kind", field="kind")
        if self.file:
            _refuse_digest(self.file, "file")
        _refuse_day("until", self.until)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read a certificate of any age."""
        until = kept.get("until")
        return cls(**_known(cls, kept) | {"until": date.fromisoformat(until) if until else None})

    def expired_on(self, day: date) -> bool:
        """Return whether its last day is over; one without a last day never expires."""
        return self.until is not None and self.until < day


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """Something that happened to the product on its way, and is tracked: what, where and on which day."""

    what: str
    where: str
    on: date

    def __post_init__(self) -> None:
        for name in ("what", "where"):
            _refuse_text(name, getattr(self, name))
        if not self.what:
            raise InvalidValue.from_code("profile.event_what", field="what")
        _refuse_day("on", self.on)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read an event of any age."""
        return cls(str(kept["what"]), str(kept.get("where", "")), date.fromisoformat(kept["on"]))


@dataclass(frozen=True, slots=True)
class ProductProfile:
    """What a producer tells of a product. Empty means that the office has none.

    ``story`` (Vietnamese) and ``story_en`` are paragraphs, a line each (:func:`normal_story`). The first picture
    stands for the product. Raises InvalidValue.
    """

    story: str = ""
    story_en: str = ""
    pictures: tuple[ProductPicture, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    events: tuple[KeyEvent, ...] = ()

    def __post_init__(self) -> None:
        for name in ("story", "story_en"):
            story = getattr(self, name)
            if story != normal_story(story):
                raise InvalidValue.from_code("profile.text_not_normal", field=name)
            _refuse_long(name, story, LONGEST_STORY)
        _refuse_many("pictures", self.pictures, MOST_PICTURES)
        _refuse_many("certificates", self.certificates, MOST_CERTIFICATES)
        _refuse_many("events", self.events, MOST_EVENTS)
        if len({picture.sha256 for picture in self.pictures}) < len(self.pictures):
            raise InvalidValue.from_code("profile.picture_twice", field="pictures")

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is told."""
        return self == NO_PROFILE

    @property
    def files(self) -> frozenset[str]:
        """The SHA-256 of every picture and file that it shows."""
        named = (certificate.file for certificate in self.certificates)
        return frozenset(picture.sha256 for picture in self.pictures) | frozenset(filter(None, named))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read a profile of any age."""
        return cls(
            story=kept.get("story", ""),
            story_en=kept.get("story_en", ""),
            pictures=tuple(map(ProductPicture.from_json, kept.get("pictures", ()))),
            certificates=tuple(map(Certificate.from_json, kept.get("certificates", ()))),
            events=tuple(map(KeyEvent.from_json, kept.get("events", ()))),
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON values without what is empty; :meth:`from_json` gives an equal profile back."""
        values = _json(asdict(self))
        return {name: value for name, value in values.items() if value}


PROFILE_PARTS = tuple(each.name for each in fields(ProductProfile))
"""The parts that are proposed, compared and approved each for itself."""


def part_text(part: object) -> str:
    """Return a part in a line or a few, as the log of changes keeps it."""
    if isinstance(part, tuple):
        return "\n".join(map(part_text, part))
    match part:
        case ProductPicture():
            return f"{part.sha256[:12]} {part.caption}".strip()
        case Certificate():
            until = part.until.isoformat() if part.until else ""
            told = (part.kind, part.number, part.issuer, until, part.file[:12])
            return " · ".join(filter(None, told))
        case KeyEvent():
            return " · ".join(filter(None, (part.on.isoformat(), part.what, part.where)))
    return str(part)


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _json(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return list(map(_json, value))
    return value.isoformat() if isinstance(value, date) else value


def _known(kind: type[Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: kept[each.name] for each in fields(kind) if each.name in kept}


def _refuse_text(name: str, text: str) -> None:
    if text != normal_text(text):
        raise InvalidValue.from_code("profile.text_not_normal", field=name)
    _refuse_long(name, text, LONGEST_LINE)


def _refuse_long(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidValue.from_code("profile.too_long", field=name, most=most, length=len(text))


def _refuse_many(name: str, parts: tuple[object, ...], most: int) -> None:
    if len(parts) > most:
        raise InvalidValue.from_code(f"profile.too_many_{name}", field=name, most=most, count=len(parts))


def _refuse_digest(digest: str, field: str) -> None:
    if not _SHA256.fullmatch(digest):
        raise InvalidValue.from_code("profile.digest", field=field, value=digest[:80])


def _refuse_day(name: str, day: date | None) -> None:
    if day is not None and day < EARLIEST:
        raise InvalidValue.from_code("profile.day", field=name, value=day)


NO_PROFILE = ProductProfile()
"""Of a product whose producer told nothing yet."""
