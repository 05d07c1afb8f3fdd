"""Watches a part that is rendered: what is being drawn, and whether the claim is still good."""

from __future__ import annotations

from threading import Event

from labelsvc.storage.batches.claims import ClaimLost, Claims, PartClaim
from labelsvc.storage.batches.heartbeat import patiently
from labelsvc.workflows.batches.render_part import RenderWatch


class PartWatch:
    """Knows which line of the batch is worked on; on a second try it is noted before, as the process may die of it."""

    def __init__(self, claim: PartClaim, claims: Claims) -> None:
        self._claim, self._claims = claim, claims
        self.line: int | None = None
        self.lost = Event()

    def hooks(self) -> RenderWatch:
        """Return what the renderer calls. It stops within a page where the claim is lost, or the batch cancelled."""
        return RenderWatch(self._stop_if_lost, self._drawing, self._check)

    def _stop_if_lost(self, _pieces: int) -> None:
        if self.lost.is_set():
            raise ClaimLost

    def _drawing(self, line: int | None) -> None:
        self._stop_if_lost(0)
        if line != self.line and self._claim.tries:
            self._claims.note_line(self._claim, line)
        self.line = line

    def _check(self) -> None:
        patiently(lambda: self._claims.check(self._claim), self._claims.lease_seconds)
