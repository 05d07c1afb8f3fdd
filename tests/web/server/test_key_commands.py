"""Public pages while the command of the keys hangs or fails: no genuine code is refused, and nobody is told why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.test import Client

from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.keys import key_command
from labelsvc.web.public.app import public_app
from labelsvc.web.server.front import FrontDoor
from labelsvc.wording import LANGUAGES, Wording
from tests.offices.renewed_keys import wait_until_renewed
from tests.offices.stored_office import Stores
from tests.offices.verification_office import TEMPLATES
from tests.offices.watched_service import TOKEN, services_at

FORGED = "7K3QX9ZT4M2B8RVC5WHD"
SECONDS = 0.3
"""How long a command may take here."""
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile", "Accept": "text/html"}
NOT_OURS = [
    '"not_ours"',
    *(
        Wording(TEMPLATES / "wording", language).say(f"verify.not_ours_{part}")
        for language in LANGUAGES
        for part in ("sign", "title")
    ),
]


@dataclass(frozen=True)
class Lacking:
    """A machine whose key service gives nothing until it is mended, and a genuine code; ``reasons`` are its secrets."""

    client: Client
    code: str
    mended: Path
    reasons: tuple[str, ...]

    def asked(self, path: str, **headers: str) -> tuple[int, str]:
        with self.client.get(path, headers=PHONE | headers) as answer:
            return answer.status_code, answer.get_data(as_text=True) + str(answer.headers)


@pytest.fixture(params=["sleep 60", "exit 7"], ids=["hangs", "fails"])
def lacking(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lacking]:
    monkeypatch.setattr(key_command, "LONGEST_SECONDS", SECONDS)
    monkeypatch.setattr(key_command, "LEAST_SECONDS", 0.0)  # the command runs again with each request
    office, kept, mended, program = (tmp_path / name for name in ("office", "kept", "mended", "give-keys"))
    stores = Stores(services_at(office).database, office, output=office / "output")
    stores.order(1)
    key = stores.key_file.read()[0]
    (office / "keys.json").rename(kept)
    secret = key.master.hex()
    program.write_text(f"[ -e {mended} ] && exec cat {kept}\necho {secret} >&2\necho {secret}\n{request.param}\n")
    database = f"sqlite:///{office}/labelsvc.db"
    asking = services_at(tmp_path / "asking", DATABASE=database, KEYS_COMMAND=f"sh {program}", METRICS_TOKEN=TOKEN)
    asking.verifying_keys.compare()  # as ``labelsvc serve`` does before it answers
    public = public_app(asking)
    reasons = secret, key.name, str(tmp_path), "give-keys", "KEYS_COMMAND", "keys.", "status 7", "> 0 s"
    yield Lacking(Client(FrontDoor(public, public, asking)), key.seal(StampIdentity(1, 1)), mended, reasons)
    asking.close()
    stores.database.close()


def test_no_page_refuses_a_genuine_code_or_tells_why(lacking: Lacking) -> None:
    begun = time.monotonic()
    of_code = [
        lacking.asked(f"/{lacking.code}"),
        lacking.asked(f"/{lacking.code}?lang=en"),
        lacking.asked(f"/{lacking.code}", Accept="application/json"),
        lacking.asked(f"/01/08934567890120/21/{lacking.code}"),
        lacking.asked(f"/{FORGED}"),  # nobody can tell it from one of the missing key
    ]
    others = [lacking.asked(path) for path in ("/", f"/?code={lacking.code}", "/readyz", "/metrics")]
    others += [lacking.asked("/.well-known/jwks.json"), lacking.asked("/register")]
    others.append(lacking.asked(f"/{lacking.code}", **{"User-Agent": "facebookexternalhit/1.1"}))  # a link's picture
    seconds = time.monotonic() - begun
    lacking.mended.touch()
    until = time.monotonic() + 10
    while (back := lacking.asked(f"/{lacking.code}")[0]) != 200 and time.monotonic() < until:
        wait_until_renewed()
    forged = [lacking.asked(f"/{FORGED}?lang={language}")[1] for language in LANGUAGES]
    forged.append(lacking.asked(f"/{FORGED}", Accept="application/json")[1])

    assert [status for status, _ in of_code] == [503] * len(of_code)
    assert all("Retry-After" in text for _, text in of_code)
    assert [words for words in NOT_OURS for _, text in of_code + others if words in text] == []
    assert [reason for reason in lacking.reasons for _, text in of_code + others if reason in text] == []
    assert seconds < len(of_code + others) * SECONDS, "requests wait for no command"
    assert back == 200
    assert [words for words in NOT_OURS if words not in "".join(forged)] == []  # they are what such a page says
