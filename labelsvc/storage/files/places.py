"""Where files are, as text: an absolute path, or an fsspec URL such as ``s3://bucket/prefix``."""

from __future__ import annotations

from pathlib import Path

from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.object_folder import ObjectFolder
from labelsvc.storage.files.stored_folder import StoredFolder


def folder_at(place: str | Path) -> StoredFolder:
    """Return the folder at a place."""
    text = str(place)
    return ObjectFolder(text.rstrip("/")) if "://" in text else LocalFolder(Path(text))
