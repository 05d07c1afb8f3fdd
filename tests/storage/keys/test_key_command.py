"""Keys from a key service's command: bounded, quiet about secrets, and never a reason for a red answer."""

from __future__ import annotations

import logging
import shlex
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import EpochKey, StampIdentity, VerifyingKey
from labelsvc.storage.db.database import Database
from labelsvc.storage.keys import key_command
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.storage.keys.issued_marks import IssuedMarks
from labelsvc.storage.keys.key_command import KeyCommand
from labelsvc.storage.keys.key_file import KeyFile, keys_as_json, parse_json, read_compact, write_compact
from labelsvc.storage.keys.verifying_keys import NeededEpochs, VerifyingKeys
from tests.offices.renewed_keys import wait_until_renewed
from tests.offices.stored_office import NOW

FIRST, SECOND = (EpochKey(bytes((number,)) * 32) for number in (1, 2))
CODE = FIRST.seal(StampIdentity(1, 1))


class Clock:
    """Seconds that go on when they are told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """What the key service gives: a file that the command prints."""
    path = tmp_path / "given"
    path.write_text(write_compact([FIRST]))
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


def of_file(path: Path, clock: Clock) -> KeyCommand:
    return KeyCommand(("cat", str(path)), clock)


def of_program(program: str) -> KeyCommand:
    return KeyCommand((sys.executable, "-c", program))


@pytest.mark.parametrize(
    "text", [write_compact([FIRST, SECOND]), keys_as_json([FIRST, SECOND])], ids=["compact", "json"]
)
def test_both_forms_of_keys_are_read(given: Path, clock: Clock, text: str) -> None:
    given.write_text(f"\n{text}\n")

    assert of_file(given, clock).read() == (FIRST, SECOND)


def test_keys_without_masters_open_codes_and_seal_or_sign_nothing(given: Path, clock: Clock) -> None:
    only_verifies = VerifyingKey.without_master(FIRST)
    text = write_compact([only_verifies])
    given.write_text(text)

    (key,) = of_file(given, clock).read()

    assert (key, key.name, key.open(CODE)) == (only_verifies, FIRST.name, StampIdentity(1, 1))
    assert key.open(SECOND.seal(StampIdentity(1, 1))) is None
    assert FIRST.master.hex() not in text
    assert read_compact(text, "a text") == (only_verifies,)
    assert parse_json(keys_as_json([only_verifies]).encode(), "a file") == (only_verifies,)
    for refused in (
        lambda: key.seal(StampIdentity(1, 1)),
        lambda: key.signing_seed,
        lambda: key.secrets_key,
        lambda: read_compact(text.replace(text[-20], "0" if text[-20] != "0" else "1"), "a text"),
    ):
        with pytest.raises(KeyRefused):
            refused()


def test_a_service_that_has_no_key_yet_gives_none(given: Path, clock: Clock) -> None:
    given.write_text("\n")

    assert of_file(given, clock).read() == ()


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("raise SystemExit(3)", "status 3"),
        ("print('x' * 3_000_000)", "> 1048576 bytes"),
        ("import time; print('A', flush=True); time.sleep(60)", "> 0 s"),
        ("import os, time; os.close(1); time.sleep(60)", "> 0 s"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "status -9"),
        ("print('no key')", "not_exported"),
        ("print('{}')", "unreadable"),
        ("print('AAAAAAAA:' + '0' * 64)", "keys.wrong"),
    ],
)
def test_a_command_that_fails_is_refused_soon(
    program: str, reason: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(key_command, "LONGEST_SECONDS", 0.3)
    secret = write_compact([FIRST])
    began = monotonic()

    with pytest.raises(KeyRefused, match=reason), caplog.at_level(logging.DEBUG):
        of_program(f"import sys; print({secret!r}, file=sys.stderr)\n{program}").read()

    assert monotonic() - began < 5
    assert FIRST.master.hex() not in caplog.text


def test_a_failing_command_is_tried_ever_more_seldom(tmp_path: Path, clock: Clock) -> None:
    runs = tmp_path / "runs"
    command = KeyCommand(("sh", "-c", f"echo >> {runs}; exit 1"), clock)
    keys = VerifyingKeys(command, lambda: NeededEpochs(frozenset({FIRST.name})), clock)

    ran_at = list[float]()
    for _ in range(150):
        keys.all()
        wait_until_renewed()
        if len(runs.read_text()) > len(ran_at):
            ran_at.append(clock.now - 1_000)
        clock.now += 1

    assert ran_at == [0, 5, 15, 35, 75, 135]


def test_only_the_first_try_of_a_hanging_command_is_waited_for(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(key_command, "LONGEST_SECONDS", 0.3)
    command = KeyCommand(("sleep", "60"), clock)
    with pytest.raises(KeyRefused):
        command.read()
    clock.now += key_command.LEAST_SECONDS
    monkeypatch.setattr(key_command, "LONGEST_SECONDS", 1.0)
    began = monotonic()

    with pytest.raises(KeyRefused):
        command.read()

    assert monotonic() - began < 0.9
    wait_until_renewed()


def test_a_command_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="No such file"):
        KeyCommand((str(tmp_path / "nothing"),)).read()


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    made = tmp_path / "made"

    with pytest.raises(KeyRefused):
        KeyCommand(shlex.split(f"true; touch {made}")).read()

    assert not made.exists()


def test_keys_that_were_given_stay_when_the_service_fails(given: Path, clock: Clock) -> None:
    command = of_file(given, clock)
    keys = VerifyingKeys(command, lambda: pytest.fail("a genuine code asks nobody"), clock)
    keys.all()
    given.unlink()
    clock.now += key_command.RENEWED_SECONDS

    command.read()
    wait_until_renewed()

    assert command.read() == (FIRST,)
    assert keys.open(CODE).stamp == StampIdentity(1, 1)
    assert command.trouble is not None
    assert command.trouble.code == "keys.command_failed"


@pytest.fixture
def epochs(database: Database, tmp_path: Path) -> Epochs:
    """The epochs of a database whose first key is in a file, which the key service knows too."""
    key_file = KeyFile(tmp_path / "keys.json")
    key_file.add(FIRST)
    made = Epochs(database, key_file, IssuedMarks(tmp_path / "issued.json"))
    made.rotate(NOW, key=FIRST)
    return made


def test_a_failing_service_at_the_start_makes_no_code_red(epochs: Epochs, given: Path, clock: Clock) -> None:
    given.unlink()
    keys = VerifyingKeys(of_file(given, clock), epochs.needed, clock)
    keys.compare()

    unchecked = keys.open(CODE)
    given.write_text(write_compact([FIRST]))
    clock.now += key_command.LEAST_SECONDS
    keys.open(CODE)
    wait_until_renewed()
    clock.now += 1

    assert (unchecked.stamp, unchecked.certain) == (None, False)
    assert keys.open(CODE).stamp == StampIdentity(1, 1)
    assert keys.troubles == ()


def test_a_key_that_another_machine_began_with_is_asked_for(
    epochs: Epochs, given: Path, clock: Clock, tmp_path: Path
) -> None:
    keys = VerifyingKeys(of_file(given, clock), epochs.needed, clock)
    keys.compare()
    forged = EpochKey(bytes(32)).seal(StampIdentity(1, 1))
    before = keys.open(forged)
    KeyFile(tmp_path / "keys.json").add(SECOND)
    given.write_text(write_compact([SECOND, FIRST]))
    epochs.rotate(NOW + timedelta(days=1), key=SECOND)
    clock.now += key_command.LEAST_SECONDS

    meanwhile = keys.open(forged)
    wait_until_renewed()
    clock.now += 1

    assert (before.certain, meanwhile.certain, keys.open(forged).certain) == (True, False, True)
    assert keys.open(CODE).stamp == keys.open(SECOND.seal(StampIdentity(1, 1))).stamp


def test_a_command_runs_seldom_however_much_is_asked(epochs: Epochs, tmp_path: Path, clock: Clock) -> None:
    count = tmp_path / "count"
    program = f"open({str(count)!r}, 'a').write('x'); print({write_compact([SECOND])!r})"
    keys = VerifyingKeys(KeyCommand((sys.executable, "-c", program), clock), epochs.needed, clock)
    keys.all()

    for _ in range(50):
        clock.now += 0.2
        assert not keys.open(CODE).certain
        wait_until_renewed()

    assert len(count.read_text()) in (2, 3)
