"""The home folder, with keys, database and uploads in it, is its owner's alone, whoever made it and however."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from labelsvc.domain.errors import StorageRefused

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def close_to_others(home: Path, *, but: str) -> list[Path]:
    """Take the rights of group and others from a folder and all in it, and return what was open; none is made.

    ``but``: the place of finished prints, whose readers are others. The folder itself may be a link; links in it are
    not followed. Raises StorageRefused if something stays open, as it belongs to somebody else or its disk knows no
    rights. A folder in it that is closed to us as well (``lost+found`` of a disk) stays as it is.
    """
    if not home.is_dir():
        return []
    if home.stat().st_mode & stat.S_ISVTX:
        raise StorageRefused.from_code("storage.home_shared", path=str(home))
    closed = []
    try:
        os.scandir(home).close()  # the home itself must be ours
        for path in _entries(home, but):
            if _close(path):
                closed.append(path)
    except OSError as error:
        where, reason = error.filename or str(home), error.strerror or type(error).__name__
        raise StorageRefused.from_code("storage.home_open", home=str(home), path=where, reason=reason) from error
    return closed


def _entries(home: Path, but: str) -> Iterator[Path]:
    """Yield a folder before what is in it: once it is closed, nobody else reaches its entries."""
    yield home.resolve()
    for entry in _listed(home):
        if entry.is_dir(follow_symlinks=False):
            if entry.path != but:
                yield from _entries(Path(entry.path), but)
        elif not entry.is_symlink():
            yield Path(entry.path)


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder that was closed before: nothing if it is gone, or closed to us as well."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, PermissionError):
        return []


def _close(path: Path) -> bool:
    """Close a file or folder; False if it was closed already, or is gone."""
    try:
        mode = stat.S_IMODE(path.lstat().st_mode)
        if not mode & _OTHERS:
            return False
        path.chmod(mode & ~_OTHERS)
        still_open = path.lstat().st_mode & _OTHERS
    except FileNotFoundError:  # a journal or an upload that went meanwhile
        return False
    if still_open:
        raise PermissionError(0, "the disk keeps no rights", str(path))
    return True
