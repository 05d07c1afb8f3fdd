"""``/healthz`` and ``/readyz``: does this process answer, and is all there that the service needs?

Anybody may ask, as a balancer or a container engine does from another machine; what is lacking is told to those alone
who may see the metrics, and stands in the log.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from labelsvc.domain.errors import StorageRefused
from labelsvc.services import Services

LOG = logging.getLogger("labelsvc.web")
ALIVE, READY = "/healthz", "/readyz"
NEEDS = ("database", "queue", "keys", "output", "disk", "clock")
KEPT_SECONDS = 5.0
"""How long an answer stands, however often it is asked for."""
LEAST_FREE_BYTES = 256 << 20
MOST_ASTRAY = timedelta(minutes=1)
"""How far this machine's clock may be from the database's: cookies and pages of other machines hold by theirs."""
STUCK_AFTER = timedelta(minutes=10)
"""How long a part waits, with nothing printed meanwhile, until no worker is thought to run."""


class Readiness:
    """What the service lacks; ``clock`` returns seconds that only grow.

    ``only_verifies``: a machine that prints nothing lacks neither queue nor output.
    """

    def __init__(
        self, services: Services, clock: Callable[[], float] = time.monotonic, *, only_verifies: bool = False
    ) -> None:
        self._services, self._clock, self._only_verifies = services, clock, only_verifies
        self._turn = Lock()
        self._kept: tuple[float, dict[str, str]] | None = None

    def lacking(self) -> dict[str, str]:
        """Return what is lacking, one of ``NEEDS`` each, with how it is so."""
        with self._turn:
            if self._kept is None or self._clock() - self._kept[0] >= KEPT_SECONDS:
                before, looked = self._kept[1] if self._kept else {}, self._looked()
                if looked.keys() != before.keys():
                    LOG.warning("lacking: %s", json.dumps(looked) if looked else "nothing any more")
                self._kept = self._clock(), looked
            return self._kept[1]

    def _looked(self) -> dict[str, str]:
        settings = self._services.settings
        troubles = sorted(problem.code for problem in self._services.verifying_keys.troubles)
        found = self._of_database()
        if troubles:
            found["keys"] = ", ".join(troubles)
        if self._only_verifies:
            return found | _of_disk(settings.home)
        if trouble := self._services.output().trouble():
            found["output"] = trouble
        return found | _of_disk(settings.home, *self._services.output().disks)

    def _of_database(self) -> dict[str, str]:
        now = self._services.shared_clock.now()
        try:
            astray = self._of_clock()
            if self._only_verifies:
                self._services.epochs.needed()
                return astray
            load = self._services.print_load(now)
        except StorageRefused as error:
            return {"database": error.problems[0].code}
        if refusing := [wait for wait in load.output_waits if self._services.claims.waits.is_own(wait)]:
            return astray | {"output": f"{refusing[0].problem.code} since {refusing[0].since:%Y-%m-%d %H:%M} UTC"}
        waits = now - load.waits_since if load.waits_since else timedelta()
        is_tried = bool(load.output_waits)  # by a worker of another machine
        if waits > STUCK_AFTER and not is_tried and not load.pieces_lately and not load.parts["running"]:
            return astray | {"queue": f"no worker: the oldest part waits since {load.waits_since:%Y-%m-%d %H:%M} UTC"}
        return astray

    def _of_clock(self) -> dict[str, str]:
        ahead = datetime.now(UTC) - self._services.shared_now()
        return {"clock": f"{ahead.total_seconds():+.0f} s from the database's"} if abs(ahead) > MOST_ASTRAY else {}


def _of_disk(*folders: Path) -> dict[str, str]:
    for folder in folders:
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        if (free := shutil.disk_usage(nearest).free) < LEAST_FREE_BYTES:
            return {"disk": f"{free >> 20} MB free of the {LEAST_FREE_BYTES >> 20} MB that are wanted"}
    return {}


def readiness_text(lacking: dict[str, str], *, may_see: bool) -> tuple[str, bytes]:
    """Return status and body of ``/readyz``; the reasons, as JSON, only to those who may see them."""
    status = "503 Service Unavailable" if lacking else "200 OK"
    body = json.dumps({"ready": not lacking, "lacking": lacking} if may_see else {"ready": not lacking})
    return status, f"{body}\n".encode()
