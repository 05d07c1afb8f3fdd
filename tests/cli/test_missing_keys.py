"""``labelsvc serve`` and ``labelsvc worker`` without a key: they begin, answer what they can, and wait for the rest."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.keys.key_file import KeyFile
from tests.offices.command_line import PATIENCE_SECONDS, PROGRAM, CommandLine
from tests.offices.printing_office import PrintingOffice
from tests.offices.watched_service import TOKEN

pytestmark = pytest.mark.faults


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    """An office with one printed batch of two stamps; its keys lie with a key service."""
    office = PrintingOffice(tmp_path)
    office.printed(1, 2)
    shutil.move(office.services.home / "keys.json", tmp_path / "kept")
    return office


@contextmanager
def serving(office: PrintingOffice, command: str) -> Iterator[int]:
    """Serve with a printing worker beside; gives the port."""
    line = CommandLine(office.services.home.parent)
    given = {"keys_command": command, "metrics_token": TOKEN, "home": str(office.services.home), "language": "en"}
    given["output"] = office.services.settings.output
    words = [*PROGRAM, "serve", "--port", "0", "--workers", "1"]
    log = line.folder / "log"
    with (
        log.open("w") as stream,
        subprocess.Popen(
            words, env=line.environment(given), cwd=line.folder, stdout=subprocess.PIPE, stderr=stream, text=True
        ) as process,
    ):
        try:
            assert process.stdout
            found = re.search(r":(\d+)/", process.stdout.readline())
            assert found, log.read_text()
            yield int(found[1])
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def asked(port: int, path: str, **headers: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
        connection.request("GET", path, headers={"Accept": "text/html", "Connection": "close"} | headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def asked_until(port: int, path: str, status: int) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if asked(port, path)[0] == status:
            return True
        time.sleep(0.2)
    return False


def test_a_service_begins_while_the_key_command_fails(office: PrintingOffice, tmp_path: Path) -> None:
    kept, mended = tmp_path / "kept", tmp_path / "mended"
    secret = json.loads(kept.read_text())["keys"][0]["master"]
    (tmp_path / "give-keys").write_text(
        f"[ -e {mended} ] && exec cat {kept}\necho {secret} >&2\necho garbage\nexit 1\n"
    )
    code = KeyFile(kept).read()[0].seal(StampIdentity(1, 1))

    with serving(office, f"sh {tmp_path / 'give-keys'}") as port:
        amber, ready = asked(port, f"/{code}"), asked(port, "/readyz", Authorization=f"Bearer {TOKEN}")
        mended.touch()
        came_back = asked_until(port, f"/{code}", 200)

    said = (tmp_path / "log").read_text()
    assert amber[0] == 503
    assert (ready[0], "keys" in json.loads(ready[1])["lacking"]) == (503, True)
    assert came_back
    assert "The service runs all the same" in said
    assert secret not in said


def test_codes_of_the_keys_at_hand_are_answered(office: PrintingOffice, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "kept", office.services.home / "keys.json")
    office.services.key_file.renew()
    old = KeyFile(tmp_path / "kept").read()[0].seal(StampIdentity(1, 1))
    office.services.epochs.rotate(office.now)
    office.services.close()

    with serving(office, f"cat {tmp_path / 'kept'}") as port:
        assert asked(port, f"/{old}")[0] == 200


def test_a_restored_office_that_lacks_a_later_key_answers_scans(office: PrintingOffice, tmp_path: Path) -> None:
    home = office.services.home
    shutil.move(tmp_path / "kept", home / "keys.json")
    office.services.close()
    shutil.copytree(home, tmp_path / "backup")
    later = PrintingOffice(home.parent)
    later.services.epochs.rotate(later.now)
    later.printed(1, 2)
    new, old = (key.seal(StampIdentity(1, 1)) for key in KeyFile(home / "keys.json").read())
    later.services.close()
    shutil.move(home, tmp_path / "lost")
    shutil.move(tmp_path / "backup", home)

    with serving(office, "") as port:
        answers = [asked(port, f"/{code}")[0] for code in (old, new)]
        shutil.copy(tmp_path / "lost" / "keys.json", home)
        came_back = asked_until(port, f"/{new}", 200)

    assert answers == [200, 503]
    assert came_back
    assert "The service runs all the same" in (tmp_path / "log").read_text()
