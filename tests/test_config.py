"""Settings: defaults that work on a laptop, wrong values named, secrets hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.config import Settings, known_variables, unknown_variables
from labelsvc.domain.errors import InvalidValue, LabelsvcError
from labelsvc.domain.label_code import EpochKey
from labelsvc.services import Services
from labelsvc.wording import LANGUAGES, Wording
from tests import CHECKOUT
from tests.offices.command_line import CommandLine
from tests.samples.age_keys import PUBLIC


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, home="", output="", host="", processes="")


def shown(**environment: str) -> dict[str, str]:
    """What is shown of the settings, by variable."""
    rows = Settings.read({f"LABELSVC_{name.upper()}": value for name, value in environment.items()}).shown()
    return {variable.removeprefix("LABELSVC_").lower(): value for variable, value, _ in rows}


def test_every_setting_has_a_default_that_works_on_a_laptop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    settings = Settings.read({})

    assert (settings.home, settings.output) == (tmp_path / "instance", str(tmp_path / "output"))
    assert settings.database == f"sqlite:///{tmp_path}/instance/labelsvc.db"
    assert (str(settings.host), settings.language) == ("OCOP.HANOI.EXAMPLE", "vi")
    assert settings.processes >= 1
    assert (settings.keys, settings.behind_tls) == ("", False)


def test_an_empty_variable_counts_as_unset() -> None:
    settings = Settings.read({"LABELSVC_HOST": "", "LABELSVC_LANGUAGE": "en"})

    assert str(settings.host) == "OCOP.HANOI.EXAMPLE"
    assert settings.origin["host"] == ""
    assert settings.origin["language"] == "LABELSVC_LANGUAGE"


KEY = EpochKey(bytes(32)).name + ":" + "0" * 64
SECRETS = {
    "DATABASE": "postgresql+psycopg://labelsvc:q8Yx2mV7tR4nB1kL0pZs@db/labelsvc",
    "KEYS": KEY,
    "KEYS_COMMAND": "vault kv get -field=keys secret/labelsvc",
    "LIMITS": "rediss://:q8Yx2mV7tR4nB1kL0pZs@redis/1",
    "QUEUE": "redis://:q8Yx2mV7tR4nB1kL0pZs@redis/0",
    "METRICS_TOKEN": "A" * 64,
}


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    secret = SECRETS[name]
    (tmp_path / "secret").write_text(f"{secret}\n")

    settings = Settings.read({f"LABELSVC_{name}_FILE": str(tmp_path / "secret")})

    given = getattr(settings, name.lower())
    assert secret == (given if isinstance(given, str) else " ".join(given))
    assert settings.origin[name.lower()] == f"LABELSVC_{name}_FILE"
    assert secret not in str(settings.shown())
    assert unknown_variables({f"LABELSVC_{name}_FILE": ""}) == []


def test_settings_that_are_no_secrets_are_never_read_from_files() -> None:
    assert unknown_variables({"LABELSVC_HOST_FILE": "/secret"}) == ["LABELSVC_HOST_FILE"]


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_without_a_secret_is_refused_by_its_variable(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)

    with pytest.raises(InvalidValue) as refusal:
        Settings.read({"LABELSVC_DATABASE_FILE": str(tmp_path / "secret")})

    assert refusal.value.problems[0].code == "config.file"
    assert refusal.value.problems[0].facts["variable"] == "LABELSVC_DATABASE_FILE"


def test_a_secret_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("memory://")

    with pytest.raises(InvalidValue) as refusal:
        Settings.read({"LABELSVC_LIMITS": "memory://", "LABELSVC_LIMITS_FILE": str(tmp_path / "secret")})

    assert refusal.value.problems[0].code == "config.twice"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("LANGUAGE", "VN", "config.choice"),
        ("BEHIND_TLS", "1", "config.choice"),
        ("PROCESSES", "0", "config.count"),
        ("CONNECTIONS", "1", "config.count"),
        ("PROCESSES", "257", "config.count"),
        ("PROCESSES", "-1", "config.count"),
        ("PROCESSES", "٣", "config.count"),
        ("HOST", "a b", "config.host"),
        ("HOST", "A..B", "config.host"),
        ("LIMITS", "redis://h:65536", "config.reserved"),
        ("QUEUE", "redis://h:99999/0", "config.reserved"),
        ("DATABASE", "postgresql://u:p@h:70000/db", "config.reserved"),
    ],
)
def test_a_wrong_value_is_refused_with_its_variable(name: str, value: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Settings.read({f"LABELSVC_{name}": value})

    assert refusal.value.problems[0].code == code
    assert refusal.value.problems[0].facts["variable"] == f"LABELSVC_{name}"


GARBAGE = (
    " ",
    "tajnost",
    "tajny://tajnost",
    "-1",
    "9" * 30,
    "a\nb",
    "٣",
    "tajnost\"'",
    "a" * 300,
    "\udcff",
    "https://u:tajnost@h",
    "postgresql://u:ta@jnost@h/db",
    "postgresql://u:x/tajnost@h/db",
    "postgresql://u:tajnost@h:x/db",
    "postgresql://u:x?tajnost@h/db",
    "postgresql://[tajnost/db",
    "redis://u:x#tajnost@h",
    "redis://:tajnost@h:999999",
    "http://u:tajnost@h/x",
    "memory://x",
    "file:///x",
    "sqlite://",
    "sqlite:///:memory:",
    "s3://tajnost@bucket",
    "tajnost:tajnost",
)
"""What is no value of any setting, or of most; *tajnost* is a secret."""


@pytest.mark.parametrize("name", known_variables())
def test_every_setting_refuses_garbage_in_words_without_secrets(name: str, tmp_path: Path) -> None:
    refused = dict[str, LabelsvcError]()
    for value in GARBAGE:
        try:
            Services(Settings.read({name: value})).check_given_keys()
        except LabelsvcError as error:
            refused[value] = error

    wordings = [Wording(CHECKOUT / "templates" / "wording", language) for language in LANGUAGES]
    told = {value: [each.explain(error.problems[0]) for each in wordings] for value, error in refused.items()}
    assert refused
    assert all(name in sentence for sentences in told.values() for sentence in sentences)
    if name.removeprefix("LABELSVC_") in SECRETS:
        assert not [sentence for sentences in told.values() for sentence in sentences if "jnost" in sentence]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_where_its_file_belongs_is_not_told(name: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Settings.read({f"LABELSVC_{name}_FILE": SECRETS[name]})

    assert SECRETS[name] not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    ["http://host/prefix", "memory://x", "file:///x", "ftp://h/x", "S3://bucket", "zip://x", "sftp://h/x", "s3a://b"],
)
def test_an_output_that_no_machine_shares_is_refused(url: str) -> None:
    with pytest.raises(InvalidValue, match=r"config\.output"):
        Settings.read({"LABELSVC_OUTPUT": url})


def test_a_store_that_was_never_tried_is_warned_of(office: CommandLine) -> None:
    untried, tried = (office.run("config", output=f"{kind}://labels/output", language="en") for kind in ("gs", "s3"))

    assert "never with gs://" in untried.err
    assert tried.err == ""


@pytest.mark.parametrize("command", ["config", "keys", "serve", "backup"])
def test_every_command_names_a_bad_setting_first(command: str, office: CommandLine) -> None:
    words = {"keys": ["list"], "backup": ["b.age", "-r", PUBLIC]}.get(command, [])

    said = office.run(command, *words, language="en", limits="tajnost")

    assert (said.status, "LABELSVC_LIMITS" in said.err, "tajnost" in said.err) == (2, True, False)


@pytest.mark.parametrize(
    ("url", "visible"),
    [
        ("sqlite:////srv/a.db", "sqlite:////srv/a.db"),
        ("postgresql://lan:geheim@db.local/ocop", "postgresql://…@db.local/ocop"),
        ("postgresql://lan:ge%40heim@db.local/ocop", "postgresql://…@db.local/ocop"),
        ("postgresql://db.local/ocop?user=lan&password=geheim", "postgresql://db.local/ocop?…"),
        ("postgresql://db.local/ocop", "postgresql://db.local/ocop"),
    ],
)
def test_passwords_of_the_database_are_hidden(url: str, visible: str) -> None:
    assert shown(database=url)["database"] == visible


def test_keys_are_hidden_whole() -> None:
    assert shown(keys="473K1372:" + "ab" * 32)["keys"] == "…"
    assert "ab" * 32 not in repr(Settings.read({"LABELSVC_KEYS": "ab" * 32}))


def test_the_command_shows_every_setting_with_its_origin(office: CommandLine) -> None:
    (office.folder / "limits").write_text("memory://")

    said = office.run("config", language="vi", keys=KEY, limits_file=str(office.folder / "limits"))

    lines = {line.split()[0]: line for line in said.out.splitlines()}
    assert (said.status, said.err) == (0, "")
    assert [name for name in lines if name.startswith("LABELSVC_")] == known_variables()
    assert "biến môi trường" in lines["LABELSVC_LANGUAGE"]
    assert "mặc định" in lines["LABELSVC_HOST"]
    assert KEY not in said.out
    assert "từ tệp của LABELSVC_LIMITS_FILE" in lines["LABELSVC_LIMITS"]
    assert [path.name for path in office.folder.iterdir()] == ["limits"]


def test_the_command_gives_programs_the_same(office: CommandLine) -> None:
    said = office.run("config", "--json", processes="3")

    assert said.json["LABELSVC_PROCESSES"] == {"value": "3", "origin": "LABELSVC_PROCESSES"}
    assert said.json["LABELSVC_HOST"]["origin"] == "default"


def test_the_command_says_which_qr_codes_come_of_the_host(office: CommandLine) -> None:
    short, example, long = ("TEM.OCOPHN.VN", "OCOP.HANOI.EXAMPLE", f"{'A' * 60}.VN")

    said = {host: office.run("config", "--json", host=host).json["qr"] for host in (short, example, long)}
    lines = office.run("config", language="en", host=short).out.splitlines()

    assert {(each["version"], each["level"]) for each in said[short]} == {(3, "Q")}
    assert {(each["version"], each["level"]) for each in said[example]} == {(3, "M")}
    assert min(each["module_mm"] for each in said[short]) >= 0.4
    assert {each["design"] for each in said[long] if not each["prints"]} >= {"tem-25x35", "tem-tron-32"}
    shelf = next(each for each in said[short] if each["design"] == "bien-ke-105x74")
    sentence = f"QR code version 3, level Q, modules of {shelf['module_mm']:g} mm"
    assert any(line.startswith("bien-ke-105x74  ") and line.endswith(sentence) for line in lines)


def test_a_host_too_long_for_any_qr_code_is_said(office: CommandLine) -> None:
    said = office.run("config", language="en", host=f"{'A' * 250}.VN")

    assert said.status == 0
    assert "too long" in said.err


def test_a_variable_that_is_no_setting_is_named_with_the_nearest(office: CommandLine) -> None:
    said = office.run("config", proceses="3")

    assert said.status == 0
    assert "LABELSVC_PROCESES" in said.err
    assert "LABELSVC_PROCESSES" in said.err


def test_what_the_tests_set_is_no_slip() -> None:
    assert unknown_variables({"LABELSVC_CI": "true", "LABELSVC_HOST": "a", "PATH": "b"}) == []


@pytest.mark.parametrize(
    "url",
    ["s3://KEY:geheim@bucket/p", "s3://b?secret=geheim", "s3://b/p#geheim", "s3://KEY:%67eheim@b", "s3://@geheim"],
)
def test_an_output_with_keys_is_refused_without_telling_them(url: str) -> None:
    with pytest.raises(InvalidValue, match=r"config\.output") as refused:
        Settings.read({"LABELSVC_OUTPUT": url})

    assert "geheim" not in str(refused.value).replace("%67", "g")
