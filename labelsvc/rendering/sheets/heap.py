"""Keeps freed memory in the process for reuse.

Pages are assembled in arrays of some hundred kilobytes. glibc gives each of those back to the system when it is freed
and fetches it anew, page by page, for the next: half the time of a symbol went there. See mallopt(3).
"""

from __future__ import annotations

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 64 << 20
_LARGEST_FROM_HEAP = 16 << 20


@cache
def keep_freed_memory() -> None:
    """Keep up to 64 MB of freed memory in this process; does nothing where the C library has no such setting."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
    mallopt(_MMAP_THRESHOLD, _LARGEST_FROM_HEAP)
