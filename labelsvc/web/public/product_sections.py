"""What a public page shows of a product below the verdict, in words: pictures, story, certificates, events, history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate

from labelsvc.domain.history import is_certified, superseded_on
from labelsvc.domain.programme.rules import MOST_STARS
from labelsvc.domain.recognition import Recognition, RecognitionStatus
from labelsvc.domain.trace.product_details import ProductDetails
from labelsvc.domain.trace.profile import Certificate, KeyEvent, ProductPicture, paragraphs
from labelsvc.web.trace_paths import FILES, PICTURES, PRODUCTS
from labelsvc.wording import LANGUAGES, Wording

MOST_OTHERS_SHOWN = 12
STORY_OPENED = 700
"""Characters of a story that stand open; the rest is folded, or a phone scrolls ten screens to what comes below it."""
_BROKEN_OFF = (RecognitionStatus.SUSPENDED, RecognitionStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class PageBound:
    """How much of a product's profile a page shows: characters of the story, rows of each list."""

    story: int
    rows: int


WHOLE_PAGE = PageBound(1_000_000, 1_000)
SHORTER_PAGES = (WHOLE_PAGE, PageBound(3_000, 12), PageBound(1_000, 6), PageBound(300, 2), PageBound(0, 0))
"""A scan's page takes the first of these that lets its first visit stay under 14 kB, and links to the whole."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with the paths of both sizes; ``alt`` is read out, ``caption`` stands under it."""

    path: str
    large: str
    width: int
    height: int
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a list. ``ended``: what nobody should rely on. ``path``: where it leads, or empty."""

    title: str
    text: str = ""
    ended: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSections:
    """``path``: of the product's own page. ``shortened``: that page shows more."""

    path: str
    pictures: tuple[ShownPicture, ...]
    story: tuple[str, ...]
    story_rest: tuple[str, ...]
    story_language: str
    certificates: tuple[ShownRow, ...]
    events: tuple[ShownRow, ...]
    history: tuple[ShownRow, ...]
    others: tuple[ShownRow, ...]
    more_others: int
    shortened: bool


def page_path(public_id: str, language: str = "") -> str:
    """Return the path of a product's page, empty if it has none; in a language where a link chose one."""
    chosen = f"?lang={language}" if language else ""
    return f"{PRODUCTS}/{public_id}{chosen}" if public_id else ""


def product_sections(
    name: str, details: ProductDetails, history: Iterable[Recognition], day: date, wording: Wording, bound: PageBound
) -> ProductSections:
    """Put what is known of a product into words, as much of it as ``bound`` lets in."""
    profile, others = details.profile, details.others_in_force(day)
    story, language = _story(profile.story, profile.story_en, wording.language)
    shown = tuple(_cut(story, bound.story))
    opened = _opened(shown)
    lists, most_others = (profile.certificates, profile.events), min(bound.rows, MOST_OTHERS_SHOWN)
    return ProductSections(
        path=page_path(details.public_id),
        pictures=tuple(_picture(picture, name, wording) for picture in profile.pictures),
        story=shown[:opened],
        story_rest=shown[opened:],
        story_language=language,
        certificates=tuple(_certificate(each, day, wording) for each in profile.certificates[: bound.rows]),
        events=tuple(_event(each, wording) for each in _newest_first(profile.events)[: bound.rows]),
        history=tuple(_history(tuple(history), day, wording)),
        others=tuple(
            ShownRow(other.name, _stars(stars, wording), path=page_path(other.public_id))
            for other, stars in others[:most_others]
        ),
        more_others=max(0, len(others) - most_others),
        shortened=shown != paragraphs(story) or any(len(each) > bound.rows for each in lists),
    )


def _picture(picture: ProductPicture, name: str, wording: Wording) -> ShownPicture:
    return ShownPicture(
        path=f"{PICTURES}/{picture.sha256}",
        large=f"{PICTURES}/{picture.sha256}/large",
        width=picture.width_px,
        height=picture.height_px,
        alt=picture.caption or wording.say("trace.picture_of", name=name),
        caption=picture.caption,
    )


def _story(vietnamese: str, english: str, language: str) -> tuple[str, str]:
    """Return the story in the page's language, else in the other one, with its language."""
    if language == "en":
        return (english, "en") if english else (vietnamese, "vi")
    return (vietnamese, "vi") if vietnamese else (english, "en")


def _cut(story: str, most: int) -> Iterator[str]:
    """Yield paragraphs up to a number of characters; the last one ends at a word, with an ellipsis."""
    for paragraph in paragraphs(story):
        if len(paragraph) <= most:
            yield paragraph
        elif words := paragraph[:most].rpartition(" ")[0] or paragraph[: most - 1]:
            yield f"{words.rstrip(' ,;:.–-')}…"
        most -= len(paragraph)
        if most <= 0:
            return


def _opened(story: tuple[str, ...]) -> int:
    """Return how many paragraphs stand open: the first, and those that follow it within STORY_OPENED characters."""
    lengths = accumulate(map(len, story))
    return max(1, sum(length <= STORY_OPENED for length in lengths))


def _certificate(certificate: Certificate, day: date, wording: Wording) -> ShownRow:
    facts = []
    if certificate.number:
        facts.append(wording.say("trace.certificate_number", number=certificate.number))
    if certificate.issuer:
        facts.append(wording.say("trace.certificate_issuer", issuer=certificate.issuer))
    expired = certificate.expired_on(day)
    if certificate.until:
        facts.append(wording.say(f"trace.certificate_{'expired' if expired else 'until'}", day=certificate.until))
    path = f"{FILES}/{certificate.file}" if certificate.file else ""
    return ShownRow(certificate.kind, " · ".join(facts), expired, path)


def _newest_first(events: tuple[KeyEvent, ...]) -> list[KeyEvent]:
    return sorted(events, key=lambda event: event.on)[::-1]


def _event(event: KeyEvent, wording: Wording) -> ShownRow:
    return ShownRow(event.what, " · ".join(filter(None, (wording.shown(event.on), event.where))))


def _latest_first(history: Iterable[Recognition]) -> list[Recognition]:
    return sorted(history, key=lambda each: each.decision_date, reverse=True)


def _history(history: tuple[Recognition, ...], day: date, wording: Wording) -> Iterator[ShownRow]:
    """Yield the recognitions that were certified; one that a later one took the place of is not in force."""
    for each in _latest_first(history):
        if is_certified(each, day):
            yield _recognition(each, day, wording, superseded=each.holds_on(day) and superseded_on(each, history, day))


def _recognition(recognition: Recognition, day: date, wording: Wording, *, superseded: bool) -> ShownRow:
    status = recognition.status_on(day)
    term = {"first": recognition.first_day, "last": recognition.last_day}
    by_office = status is RecognitionStatus.EXTENDED and recognition.extension_rule is None
    name = "superseded" if superseded else "extended_by_office" if by_office else status.value
    facts = [wording.say("trace.term", **term), wording.say(f"trace.status_{name}")]
    if recognition.decision_number:
        facts.append(wording.say("trace.decision", number=recognition.decision_number))
    return ShownRow(_stars(recognition.stars, wording), " · ".join(facts), status in _BROKEN_OFF)


@lru_cache(len(LANGUAGES) * MOST_STARS)
def _stars(stars: int, wording: Wording) -> str:
    return wording.say("trace.stars", stars=stars)
