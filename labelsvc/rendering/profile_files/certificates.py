"""Looks through the PDF of a certificate: it is kept byte for byte, since it may be signed, so it must be harmless.

Whatever acts by itself or carries other files is refused: scripts, programs to be started, forms that are sent, files
inside the file. It ends where a PDF ends, so that nothing else hangs behind it.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from labelsvc.rendering.profile_files.pictures import PictureRefused

MOST_PAGES, MOST_OBJECTS = 30, 20_000
_ACTING = frozenset(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute", "/Rendition", "/GoToR", "/GoToE")
)
"""Kinds of actions (ISO 32000-2, 12.6.4) that do more than go to a place or a web address."""
_CARRYING = ("/JS", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent")


def look_through_pdf(content: bytes) -> int:
    """Return how many pages a PDF has; PictureRefused says why it is not taken."""
    import pikepdf

    if not content.startswith(b"%PDF-") or not content.rstrip(b"\x00\t\n\f\r ").endswith(b"%%EOF"):
        raise PictureRefused("pdf_broken")
    try:
        with pikepdf.Pdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            _refuse_acting(pdf)
            pages = len(pdf.pages)
    except PictureRefused:
        raise
    except pikepdf.PasswordError as error:
        raise PictureRefused("pdf_password") from error
    except Exception as error:  # pikepdf raises several kinds for damaged files, and more for odd ones
        raise PictureRefused("pdf_broken") from error
    if not 1 <= pages <= MOST_PAGES:
        raise PictureRefused("pdf_pages", most=MOST_PAGES, pages=pages)
    return pages


def _refuse_acting(pdf: Any) -> None:
    import pikepdf

    waiting = list(pdf.objects)
    if len(waiting) > MOST_OBJECTS:
        raise PictureRefused("pdf_broken")
    left = MOST_OBJECTS * 10
    while waiting and left:
        found, left = waiting.pop(), left - 1
        if isinstance(found, pikepdf.Array):
            waiting.extend(each for each in found if _is_direct(each))
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            _refuse_dictionary(found)
            waiting.extend(each for _, each in found.items() if _is_direct(each))
    if not left:
        raise PictureRefused("pdf_broken")


def _is_direct(value: Any) -> bool:
    """Return whether a value holds others and is not among the file's numbered objects."""
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _refuse_dictionary(found: Any) -> None:
    if any(name in found for name in _CARRYING) or str(found.get("/S", "")) in _ACTING or _acts_at_once(found):
        raise PictureRefused("pdf_acts")


def _acts_at_once(found: Any) -> bool:
    """Return whether something happens that nobody asked for: a web page opens with the file, or with one of its."""
    import pikepdf

    opening = found.get("/OpenAction")
    opens = isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S", "")) != "/GoTo"
    return opens or "/AA" in found
