"""What processes that were killed left of files on their way to a store: given up a day after it was begun."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from labelsvc.storage.files.object_file_system import file_system
from labelsvc.storage.files.object_folder import SCRATCH, ObjectFolder
from labelsvc.storage.files.object_refusals import object_refusals
from labelsvc.storage.files.whole_file import UNFINISHED

UNFINISHED_DAYS = 1


def give_up_unfinished(folder: ObjectFolder, now: datetime) -> int:
    """Give up the pieces of files that were begun more than a day ago, and what is left of them on this disk.

    Returns how many files; 0 for stores that are no S3: they give up pieces by themselves.
    """
    before = now.astimezone(UTC) - timedelta(days=UNFINISHED_DAYS)
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*{UNFINISHED}"):
        with suppress(OSError):
            if left.stat().st_mtime < before.timestamp():
                left.unlink()
    with object_refusals(folder.place):
        return _give_up_pieces(folder, before)


def _give_up_pieces(folder: ObjectFolder, before: datetime) -> int:
    protocol, _, key = folder.place.partition("://")
    bucket, _, prefix = key.partition("/")
    files, given_up = file_system(protocol), 0
    if not hasattr(files, "list_multipart_uploads"):
        return 0
    for upload in files.list_multipart_uploads(bucket):
        if upload["Key"].startswith(f"{prefix}/" if prefix else "") and _begun(files, bucket, upload) < before:
            files.abort_mpu(bucket, upload["Key"], upload["UploadId"])
            given_up += 1
    return given_up


def _begun(files: Any, bucket: str, upload: Mapping[str, Any]) -> datetime:
    """Return when a file was begun: SeaweedFS does not say it, but when each piece came. One without pieces takes no
    room, and is left for the store to give up."""
    if "Initiated" in upload:
        return upload["Initiated"]  # type: ignore[no-any-return]
    about = {"Bucket": bucket, "Key": upload["Key"], "UploadId": upload["UploadId"]}
    pieces = files.call_s3("list_parts", **about).get("Parts", ())
    return min((piece["LastModified"] for piece in pieces), default=datetime.max.replace(tzinfo=UTC))
