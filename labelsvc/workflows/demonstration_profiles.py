"""Profiles of the demonstration's products: told in ``profiles.toml`` beside its records, with drawn pictures.

They are given to products that an import of the demonstration made, so that a newcomer sees full pages. Days count from
the day of the import, as those of the records do. Everything in them says MẪU.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from labelsvc.domain.product import name_key
from labelsvc.domain.trace.profile import Certificate, KeyEvent, ProductPicture, ProductProfile, normal_story
from labelsvc.storage.profiles.file_rows import UploadedFile
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.workflows.import_report import AcceptedRow


@dataclass(frozen=True, slots=True)
class DemonstrationProfiles:
    """The profiles in a folder, and where they go."""

    folder: Path
    profiles: Profiles

    def give(self, taken: Iterable[AcceptedRow], who: str, today: date) -> int:
        """Give new products of the demonstration the profiles that are told of them; return how many."""
        new = {row.row.product.key: row.product_id for row in taken if row.demonstration and row.kind == "new"}
        if not new:
            return 0
        given = 0
        for told in tomllib.loads((self.folder / "profiles.toml").read_text(encoding="utf-8"))["profile"]:
            product_id = new.get((name_key(told["product"]), name_key(told["producer"])))
            if product_id is not None:
                given += self._give(product_id, told, who, today)
        return given

    def _give(self, product_id: int, told: Mapping[str, Any], who: str, today: date) -> bool:
        pictures = told["pictures"]
        files = [self._picture(each) for each in pictures]

        def made(digests: list[str]) -> ProductProfile:
            shown = (
                ProductPicture(digest, each["width_px"], each["height_px"], each["caption"])
                for digest, each in zip(digests, pictures, strict=True)
            )
            return _profile(told, tuple(shown), today)

        return self.profiles.begin(product_id, files, made, who)

    def _picture(self, told: Mapping[str, Any]) -> UploadedFile:
        content = (self.folder / "pictures" / told["file"]).read_bytes()
        return UploadedFile(content, "image/jpeg", content, told["width_px"], told["height_px"])


def _profile(told: Mapping[str, Any], pictures: tuple[ProductPicture, ...], today: date) -> ProductProfile:
    def day(days: int) -> date:
        return today + timedelta(days=days)

    return ProductProfile(
        story=normal_story(told["story"]),
        story_en=normal_story(told["story_en"]),
        pictures=pictures,
        certificates=tuple(
            Certificate(each["kind"], each["number"], each["issuer"], day(each["ends_in_days"]))
            for each in told["certificates"]
        ),
        events=tuple(KeyEvent(each["what"], each["where"], day(-each["days_ago"])) for each in told["events"]),
    )
