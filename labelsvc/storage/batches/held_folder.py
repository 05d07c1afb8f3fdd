"""A batch and its folder while one process alone works on them: to print, to join, or to clear it away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from labelsvc.domain.errors import FolderInUse, StorageRefused
from labelsvc.storage.batches.claims import BatchClaim, ClaimLost, Claims
from labelsvc.storage.batches.heartbeat import beating
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.stored_folder import StoredFolder


@dataclass(frozen=True, slots=True)
class HeldFolder:
    """A batch's folder while its claim is good."""

    folder: StoredFolder
    claims: Claims
    claim: BatchClaim

    def check_held(self) -> None:
        """Raise FolderInUse if somebody else has taken the batch meanwhile."""
        try:
            self.claims.check(self.claim)
        except ClaimLost as error:
            raise in_use(self.claim.batch, self.folder) from error


@contextmanager
def hold_batch(claims: Claims, output: OutputFolder, batch: str, *, patient: bool = False) -> Iterator[HeldFolder]:
    """Claim a batch and provide its folder, see :meth:`OutputFolder.tidied`; FolderInUse if somebody else has it.

    ``patient``: wait for up to a lease to see whether a holder on another machine is still there.
    """
    claim = claims.batch(batch, patient=patient)
    if claim is None:
        raise in_use(batch, output.batch(batch))
    try:
        with beating(lambda: claims.beat(claim), claims.beat_seconds), output.tidied(batch) as folder:
            yield HeldFolder(folder, claims, claim)
    finally:
        with suppress(StorageRefused):  # it is taken from us when our heart no longer beats
            claims.leave(claim)


def in_use(batch: str, folder: StoredFolder) -> FolderInUse:
    """Return the refusal of a batch that somebody else works on."""
    return FolderInUse.from_code("output.in_use", batch=batch, path=folder.place)
