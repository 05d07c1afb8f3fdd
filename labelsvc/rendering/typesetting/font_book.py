"""The faces of a folder, and the letters that one PDF uses of them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from labelsvc.domain.errors import NotFound
from labelsvc.rendering.typesetting.fonts import FontFace

FAMILY = "Be Vietnam Pro"
"""The family that is meant where none is named; it comes with the product."""


@lru_cache(8)  # what a face has measured serves whoever draws with it, whatever else that one draws with
def faces_of(folder: Path) -> tuple[FontFace, ...]:
    """Return the faces of a folder by their files' names: that order gives the names F0, F1 … in every PDF."""
    return tuple(FontFace.from_path(path, i) for i, path in enumerate(sorted(folder.glob("*.ttf"))))


class FontBook:
    """All faces: those of a folder, and those that were ``added``."""

    def __init__(self, folder: Path, added: Iterable[FontFace] = ()) -> None:
        self.faces: tuple[FontFace, ...] = (*faces_of(folder), *added)
        self._by_name = {face.name: face for face in self.faces}

    def face(self, name: str) -> FontFace:
        """Return a face by its PostScript name ("BeVietnamPro-Bold"); raise ``NotFound`` text.face_unknown."""
        if name not in self._by_name:
            nearest = get_close_matches(name, self._by_name, n=1, cutoff=0.0)
            raise NotFound.from_code("text.face_unknown", name=name, nearest="".join(nearest))
        return self._by_name[name]

    def find_named(self, name: str) -> FontFace | None:
        """Return the face of this PostScript name, or None."""
        return self._by_name.get(name)

    def find(self, family: str = FAMILY, weight: int = 400, italic: bool = False) -> FontFace | None:
        """Return the face of exactly this family (spaces and case aside), weight and slant, or None."""
        wanted = _plain(family), weight, italic
        return next((face for face in self.faces if (_plain(face.family), face.weight, face.italic) == wanted), None)

    def family(self, family: str) -> list[FontFace]:
        """Return the faces of a family, spaces and case aside."""
        return [face for face in self.faces if _plain(face.family) == _plain(family)]


def _plain(family: str) -> str:
    return family.replace(" ", "").casefold()


class FontUse:
    """Which letters of which faces one PDF uses."""

    def __init__(self) -> None:
        self._letters: dict[FontFace, set[str]] = {}

    def add(self, face: FontFace, text: Iterable[str]) -> None:
        """Note the letters of a text."""
        letters = self._letters.get(face)
        if letters is None:
            letters = self._letters[face] = set()
        letters.update(text)

    def update(self, other: FontUse) -> None:
        """Note all that another use has noted."""
        for face, letters in other._letters.items():
            self.add(face, letters)

    @property
    def letters(self) -> dict[FontFace, str]:
        """Used letters of each used face, sorted; faces in the order of their resource names."""
        faces = sorted(self._letters, key=lambda face: (len(face.resource), face.resource))
        return {face: "".join(sorted(self._letters[face])) for face in faces if self._letters[face]}
