"""What an object store refuses, as OutputRefused with a sentence and a remedy; OutputAway where it is down."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from labelsvc.domain.errors import LabelsvcError, OutputAway, OutputRefused

_FULL = {"QuotaExceeded", "QuotaExceededException", "XMinioStorageFull", "InsufficientCapacity", "InsufficientStorage"}
"""Codes of S3 servers whose disks or quotas are full: Ceph, AWS, MinIO, others."""
_NO_BUCKET = "NoSuchBucket"
_DOWN = "output.store_down"
_KEYLESS = {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"}
"""Names of botocore's errors where the environment gives no keys."""
_BUSY = {errno.EBUSY, errno.EREMOTEIO}


@contextmanager
def object_refusals(place: str) -> Iterator[None]:
    """Turn the errors of a store's library into OutputRefused; FileNotFoundError is left, but of a missing bucket."""
    try:
        yield
    except LabelsvcError:
        raise
    except Exception as error:
        code = _code(error)
        if isinstance(error, FileNotFoundError) and code != "output.store_no_bucket":
            raise
        refusal = OutputAway if code == _DOWN else OutputRefused
        raise refusal.from_code(code, path=place, reason=_reason(error)) from error


def _code(error: Exception) -> str:
    """Return the code of an error; what never reached the server is taken for a server that is down."""
    answered = _answered(error)
    if answered == _NO_BUCKET:
        return "output.store_no_bucket"
    if answered in _FULL:
        return "output.store_full"
    if isinstance(error, PermissionError) or type(error).__name__ in _KEYLESS:
        return "output.store_forbids"
    if isinstance(error, ImportError):
        return "output.store_unknown"
    if answered and not (isinstance(error, OSError) and error.errno in _BUSY):
        return "output.store_failed"
    return _DOWN


def _answered(error: Exception) -> str:
    """Return the code that the server answered with; empty if it did not answer."""
    response: Any = getattr(error.__cause__ or error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def _reason(error: Exception) -> str:
    return _answered(error) or type(error).__name__
