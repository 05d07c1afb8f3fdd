"""deploy/ says what is: settings, commands, ports, secrets and versions that exist, and nobody runs as root."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from gunicorn.config import Config

from labelsvc.config import SECRETS, known_variables
from labelsvc.config.setting_values import file_variable
from labelsvc.web.desk.exports import LONGEST_SECONDS, PATIENCE_SECONDS
from labelsvc.web.server.desk_app import LARGEST_REQUEST
from labelsvc.web.server.gunicorn_server import STOPPING_SECONDS
from labelsvc.web.server.web_worker import LINGERING_SECONDS
from tests import CHECKOUT
from tests.house.reference import commands

DEPLOY = CHECKOUT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.parent.name != "secrets")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PORT = "8000"
PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z]+)*")
ONCE_ROOT = {"objects-folder"}
"""Gives a folder to its user, with one capability, no network and nothing else."""


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(text("compose.yaml"), yaml.CSafeLoader)
    return loaded


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


@cache
def cluster() -> list[dict[str, Any]]:
    return list(yaml.load_all(text("kubernetes/labelsvc.yaml"), yaml.CSafeLoader))


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each kind that starts pods, with what it says of them."""
    for each in cluster():
        spec = each.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield f"{each['kind']} {each['metadata']['name']}", spec["template"]["spec"]


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield every command line of labelsvc in deploy/, without the program's name, and where it stands."""
    ours = {name: service for name, service in services().items() if service["image"].startswith("labelsvc:")}
    for name, service in ours.items():
        yield f"compose {name}", _words(service["command"])
    for name, pod in pods():
        for container in pod["containers"]:
            yield name, _words(container["args"])
    for unit in UNITS:
        [line] = re.findall(r"^ExecStart=(.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        yield unit.name, _words(shlex.split(line.replace("%i", "2")))
    [image] = re.findall(r"^CMD (\[.+\])$", text("Dockerfile"), re.MULTILINE)
    yield "Dockerfile", json.loads(image)
    for line in re.findall(r"docker compose run --rm web (.+)", text("compose.yaml")):
        yield "compose, in words", shlex.split(line)


def _words(words: list[str]) -> list[str]:
    """Return the arguments of labelsvc in a list of words, one of which may be a shell's line."""
    for position, word in enumerate(words):
        if word.endswith("labelsvc"):
            return words[position + 1 :]
        if re.search(r"(^|[ /])labelsvc ", word):
            line = word.partition("labelsvc ")[2].partition("&&")[0]
            return shlex.split(re.sub(r"\$+\(date \S+\)", "today", line))
    return words


@pytest.mark.parametrize(
    ("place", "words"), list(command_lines()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_commands_of_deploy_are_there_and_take_their_options(place: str, words: list[str]) -> None:
    known = commands()
    name = next((name for name in (" ".join(words[:2]), words[0]) if name in known), None)

    assert name is not None, f"{place}: {words}"
    rest = [word.replace("/var/backups/labelsvc", "/tmp") for word in words[len(name.split()) :]]
    assert known[name].make_context(name, rest) is not None


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_settings_that_deploy_names_exist(file: Path) -> None:
    named = set(re.findall(r"\bLABELSVC_[A-Z_]*[A-Z]\b", file.read_text(encoding="utf-8")))

    assert named - {*known_variables(), *map(file_variable, SECRETS)} == set()


def test_every_image_is_of_a_version() -> None:
    images = [service["image"] for service in services().values()]
    images += [container["image"] for _, pod in pods() for container in pod["containers"]]
    images += re.findall(r"^FROM (\S+)", text("Dockerfile"), re.MULTILINE)

    assert [image for image in images if not PINNED.fullmatch(image)] == []


def test_the_port_of_the_web_is_the_same_everywhere() -> None:
    [(_, web)] = [(name, pod) for name, pod in pods() if name == "Deployment labelsvc-web"]
    told = [
        *re.findall(r"EXPOSE (\d+)", text("Dockerfile")),
        *re.findall(r"127\.0\.0\.1:(\d+)/healthz", text("Dockerfile")),
        *re.findall(r"server web:(\d+)", text("nginx/nginx.conf")),
        *re.findall(r"server 127\.0\.0\.1:(\d+)", text("nginx/machine.conf")),
        *re.findall(r"WEB:127\.0\.0\.1:(\d+)", text("Caddyfile")),
        *re.findall(r'"web:(\d+)"', text("prometheus/prometheus.yaml")),
        *(str(port["containerPort"]) for port in web["containers"][0]["ports"]),
        *(words[words.index("--port") + 1] for _, words in command_lines() if "--port" in words),
    ]

    assert len(told) == 12
    assert set(told) == {PORT}


@pytest.mark.parametrize("name", list(services()))
def test_services_of_compose_are_confined(name: str) -> None:
    service = services()[name]
    limits = service["deploy"]["resources"]["limits"]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert {"cpus", "memory", "pids"} == limits.keys()
    assert service["restart"] in ("unless-stopped", "no")
    assert (service["user"] == "0:0") == (name in ONCE_ROOT)
    assert service.get("cap_add", []) == (["CHOWN"] if name in ONCE_ROOT else [])
    assert {*service.get("secrets", [])} <= compose()["secrets"].keys()
    assert all(set(needed) >= {"condition"} for needed in service.get("depends_on", {}).values())


def test_whoever_is_waited_for_says_when_he_is_there() -> None:
    for service in services().values():
        for name, needed in service.get("depends_on", {}).items():
            once = services()[name]["restart"] == "no"
            assert needed["condition"] == ("service_completed_successfully" if once else "service_healthy")
            checked = "healthcheck" in services()[name] or services()[name]["image"].startswith("labelsvc:")
            assert once or checked


def test_only_the_proxy_is_reached_from_outside() -> None:
    networks = compose()["networks"]
    reached = [name for name, service in services().items() if service.get("ports")]

    assert reached == ["proxy"]
    assert [name for name, facts in networks.items() if not facts.get("internal")] == ["outside"]
    assert [name for name, service in services().items() if "outside" in service.get("networks", [])] == ["proxy"]


def test_settings_in_files_are_secrets_that_the_service_has() -> None:
    for service in services().values():
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE") and str(value).startswith("/run/secrets/"):
                assert Path(value).name in service["secrets"], variable


@pytest.mark.parametrize(("name", "pod"), list(pods()), ids=lambda value: value if isinstance(value, str) else "")
def test_pods_are_restricted(name: str, pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    for container in pod["containers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_the_cluster_has_no_secret_in_its_manifest() -> None:
    assert "Secret" not in {each["kind"] for each in cluster()}
    assert {each["kind"] for each in cluster()} >= {"Job", "Deployment", "Service", "Ingress", "PodDisruptionBudget"}


def test_new_secrets_are_those_of_compose_and_are_kept(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "new-secrets.sh", tmp_path)
    make = [tmp_path / "new-secrets.sh", "tem.vanphong.vn", "OCOP.HANOI.GOV.VN"]

    subprocess.run(make, check=True, capture_output=True)
    made = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()}
    subprocess.run(make, check=True, capture_output=True)

    assert {f"secrets/{name}" for name in made} == {each["file"] for each in compose()["secrets"].values()}
    assert modes == {0o400}
    assert made == {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}
    assert f":{made['database_password']}@database/" in made["database_url"]
    assert f"requirepass {made['redis_url'].split(':')[2].partition('@')[0]}\n" in made["redis_conf"]
    [identity] = json.loads(made["s3_identities"])["identities"]
    assert all(key in made["s3_credentials"] for key in identity["credentials"][0].values())
    assert "LABELSVC_HOST=OCOP.HANOI.GOV.VN\n" in (tmp_path / ".env").read_text(encoding="utf-8")


OF_NEWER_NGINX = {" resolve max_fails": " max_fails", "http2 on;": ""}
"""Compose has an nginx of its own; Debian's, which tries the file here, is older than these."""
PLACES = {
    "/etc/nginx/service.conf": "service.conf",
    "/etc/nginx/labelsvc-service.conf": "service.conf",
    "/etc/ssl/certs/labelsvc.pem": "secrets/tls_certificate",
    "/etc/ssl/private/labelsvc.key": "secrets/tls_key",
    "/run/secrets/": "secrets/",
    "/var/log/nginx/": "",
    "/tmp/": "",
}
"""Where what a configuration names lies in the test's folder."""


@pytest.mark.parametrize("name", ["nginx.conf", "machine.conf"])
def test_nginx_takes_its_configuration(name: str, tmp_path: Path) -> None:
    if not (nginx := shutil.which("nginx")):
        pytest.skip("nginx is not installed")
    shutil.copy(DEPLOY / "new-secrets.sh", tmp_path)
    shutil.copy(DEPLOY / "nginx" / "service.conf", tmp_path)
    subprocess.run([tmp_path / "new-secrets.sh", "localhost"], check=True, capture_output=True)
    configuration = text(f"nginx/{name}").replace("server web:", "server 127.0.0.1:")
    for newer, older in OF_NEWER_NGINX.items():
        configuration = configuration.replace(newer, older)
    for there, here in PLACES.items():
        configuration = configuration.replace(there, f"{tmp_path}/{here}")
    if name == "machine.conf":
        configuration = re.sub(r"\b(80|443) ", r"8\1 ", configuration)
        configuration = f"pid {tmp_path}/pid; events {{}} http {{ {configuration} }}"
    (tmp_path / "nginx.conf").write_text(configuration, encoding="utf-8")

    tried = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)

    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr


def test_proxies_keep_no_trail_of_scans() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in (DEPLOY / "nginx").iterdir())
    logs = set(re.findall(r"^\s*((?:access|error)_log .*;)", told, re.MULTILINE))

    assert logs == {"access_log off;", "error_log stderr crit;", "error_log /var/log/nginx/labelsvc.log crit;"}
    assert "access_log off;" in text("nginx/service.conf")
    assert "exclude http.log.error" in text("Caddyfile")


def test_proxies_close_idle_connections_before_the_application() -> None:
    told = [
        *re.findall(r"upstream web \{.*?keepalive_timeout (\d+)s;", text("nginx/nginx.conf"), re.DOTALL),
        *re.findall(r"upstream web \{.*?keepalive_timeout (\d+)s;", text("nginx/machine.conf"), re.DOTALL),
        *re.findall(r"keepalive (\d+)s", text("Caddyfile")),
        *re.findall(r'upstream-keepalive-timeout: "(\d+)"', text("kubernetes/labelsvc.yaml")),
    ]

    assert len(told) == 4
    assert max(map(int, told)) < Config().keepalive


def test_proxies_take_what_the_application_takes_and_wait_as_long() -> None:
    annotations = next(each for each in cluster() if each["kind"] == "Ingress")["metadata"]["annotations"]
    of_ingress = {key.rpartition("/")[2]: value for key, value in annotations.items()}
    [by_nginx] = re.findall(r"client_max_body_size (\d+)m;", text("nginx/service.conf"))
    [by_caddy] = re.findall(r"max_size (\d+)MB", text("Caddyfile"))
    [of_nginx] = re.findall(r"proxy_read_timeout (\d+)s;", text("nginx/service.conf"))
    [of_caddy] = re.findall(r"response_header_timeout (\d+)s", text("Caddyfile"))

    bodies = int(by_nginx) << 20, int(by_caddy) * 1_000_000, int(of_ingress["proxy-body-size"][:-1]) << 20
    assert all(LARGEST_REQUEST < most < 1.1 * LARGEST_REQUEST for most in bodies)
    waits = int(of_nginx), int(of_caddy), int(of_ingress["proxy-read-timeout"])
    assert min(waits) > PATIENCE_SECONDS + LONGEST_SECONDS


def bytes_of(size: str) -> int:
    """Return the bytes of a size as engines write it: 512m, 4G, 1Gi."""
    return int(re.sub(r"\D", "", size)) << {"k": 10, "m": 20, "g": 30}[re.sub(r"[\di]", "", size).lower()]


@pytest.mark.parametrize("name", list(services()))
def test_what_a_service_may_write_to_memory_leaves_half_of_it(name: str) -> None:
    """A tmpfs is memory of its container: one as large as the limit ends in a killed process, not in a full disk."""
    written = [re.findall(r"size=(\w+)", place)[0] for place in services()[name].get("tmpfs", [])]

    assert sum(map(bytes_of, written)) <= bytes_of(services()[name]["deploy"]["resources"]["limits"]["memory"]) / 2


def test_services_have_longer_to_stop_than_they_need() -> None:
    needed = STOPPING_SECONDS + LINGERING_SECONDS
    pods_of = dict(pods())
    units = "".join(unit.read_text(encoding="utf-8") for unit in UNITS)

    given = [int(services()[name]["stop_grace_period"][:-1]) for name in ("proxy", "web", "worker", "database")]
    given += [pods_of[f"Deployment labelsvc-{name}"]["terminationGracePeriodSeconds"] for name in ("web", "worker")]
    given += map(int, re.findall(r"TimeoutStopSec=(\d+)s", units))
    assert len(given) == 9
    assert min(given) >= 2 * needed


def test_files_that_services_are_given_are_there() -> None:
    given = {config["source"]: config["target"] for each in services().values() for config in each.get("configs", [])}

    assert given.keys() == compose()["configs"].keys()
    assert all((DEPLOY / config["file"]).is_file() for config in compose()["configs"].values())
    assert set(re.findall(r"include (/etc/nginx/s\S+);", text("nginx/nginx.conf"))) <= set(given.values())


def test_nginx_asks_anew_where_each_container_is() -> None:
    named = re.findall(r"^ *server ([a-z][a-z.-]*):\d+ (.+);", text("nginx/nginx.conf"), re.MULTILINE)

    assert named
    assert all("resolve" in options.split() for _, options in named)
    assert re.search(r"resolver \S+ valid=2s", text("nginx/nginx.conf"))


@pytest.mark.parametrize("file", ["compose.yaml", "kubernetes/labelsvc.yaml", "systemd/labelsvc-backup.service"])
def test_backups_older_than_sixty_days_go(file: str, tmp_path: Path) -> None:
    [told] = re.findall(r"\bfind (/var/backups/labelsvc .+ -delete)$", text(file), re.MULTILINE)
    now = time.time()
    for name, days in {"old.age": 62, "late.age": 59, "old.txt": 62}.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now, now - days * 86_400))

    _, *conditions = shlex.split(told)  # no shell: systemd has none, and the others quote the star
    subprocess.run(["find", tmp_path, *conditions], check=True)

    assert {path.name for path in tmp_path.iterdir()} == {"late.age", "old.txt"}


def test_the_object_store_reports_nothing_and_serves_s3_alone() -> None:
    words = set(services()["objects"]["command"])

    assert {"-s3", "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false"} <= words
    assert not {word.split("=")[0] for word in words} & {"-webdav", "-sftp", "-mq.broker", "-iam"}


def test_the_role_of_the_office_is_no_superuser() -> None:
    assert not {"POSTGRES_USER", "POSTGRES_DB"} & services()["database"]["environment"].keys()
    assert "CREATE ROLE labelsvc LOGIN PASSWORD :'password';" in text("postgres/role.sh")
    assert "://labelsvc:%s@database/labelsvc" in text("new-secrets.sh")


def test_the_image_is_built_once() -> None:
    built = [name for name, service in services().items() if "build" in service]
    ours = {name: each["pull_policy"] for name, each in services().items() if each["image"].startswith("labelsvc:")}

    assert built == ["web"]
    assert ours == dict.fromkeys(ours, "never") | {"web": "missing"}


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not installed")
    for unit in [*UNITS, *(DEPLOY / "systemd").glob("*.timer")]:
        said = unit.read_text(encoding="utf-8").replace("/opt/labelsvc/bin/labelsvc", sys.executable)
        (tmp_path / unit.name.replace("@.", "@2.")).write_text(said, encoding="utf-8")

    tried = subprocess.run(
        [analyze, "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False
    )

    assert tried.returncode == 0
    assert tried.stderr == ""
