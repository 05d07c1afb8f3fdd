"""Files that are made for one answer: each is gone when it is sent. An account has one at a time on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_urlsafe
from time import time

from labelsvc.domain.errors import TooManyAtOnce
from labelsvc.storage.files.file_lock import LockBusy, file_lock
from labelsvc.storage.files.private_file import make_private_folder, open_private
from labelsvc.storage.files.whole_file import output_refusals

LEFT_OVER_SECONDS = 24 * 3600


class ExportFiles:
    """A folder of files on their way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def turn(self, account_id: int) -> Iterator[Path]:
        """Give the account its turn, with the path of a file that is not there yet.

        Raises TooManyAtOnce where it has its turn already, and OutputRefused if the folder takes no files.
        """
        with output_refusals(self._folder):
            make_private_folder(self._folder)
        target = self._folder / f"{token_urlsafe(12)}.part"
        with ExitStack() as held:
            try:
                held.enter_context(file_lock(self._folder / f"account-{account_id}.lock", wait=False))
            except LockBusy:
                raise TooManyAtOnce.from_code("export.one_at_a_time") from None
            held.callback(target.unlink, missing_ok=True)
            yield target

    def clear(self) -> None:
        """Remove what processes that were killed left behind."""
        for left in self._folder.glob("*.part"):
            with suppress(OSError):
                if left.stat().st_mtime < time() - LEFT_OVER_SECONDS:
                    left.unlink()


def write_export(target: Path, content: bytes) -> None:
    """Write a file that nobody else reads; OutputRefused if the disk takes none."""
    with output_refusals(target.parent), open_private(target, "xb") as file:
        file.write(content)
        file.flush()
