"""How each kind of setting is read. What cannot be used is refused by the setting's name, and never told if secret.

A value that may hold a password is not quoted: of a URL its scheme is told, if it is one that we know.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.host import Host

PREFIX = "LABELSVC_"
STORES, TRIED_STORES = ("s3", "gs", "abfs"), ("s3",)
"""Object stores, and those that the tests print into: what else fsspec knows is no place that several machines can put
files to, forgets them, or is another name of these."""
DATABASES = ("sqlite", "sqlite+pysqlite", "postgresql", "postgres", "postgresql+psycopg")
QUEUES = ("redis", "rediss", "postgresql", "postgresql+psycopg")
"""Servers that may keep the worker's hints."""
COUNTERS = ("memory", "redis", "rediss")
"""What may count sign-ins and API calls."""
LONGEST_NAME = 255
"""Bytes of a file's or folder's name, on nearly every file system."""
HIGHEST_PORT = 65_535
LEAST_TOKEN = 20
"""Characters of a token that stands in a setting."""

_TOKEN = re.compile(rf"[A-Za-z0-9._~+/=-]{{{LEAST_TOKEN},200}}")
_ADDRESS = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_STORE = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+(?:/[^/?#\s]+)*/?")
"""A place in an object store: keys and options do not stand in it, as it is shown and stored."""
_AUTHORITY = re.compile(r"(?:[^@/?#\s]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^@:/?#\[\]\s]*)(?::([0-9]{1,5}))?")
"""User and password, where a reserved letter is written as %XX (RFC 3986, 3.2), host and port."""


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def folder(name: str, text: str) -> Path:
    """Return a folder's absolute path, which is not looked at: it may be on a disk that hangs."""
    path = Path(text).absolute()
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in path.parts):
        raise InvalidValue.from_code("config.folder", variable=variable(name), value=text)
    return path


def place(name: str, text: str) -> str:
    """Return an absolute path, or a store's URL without a slash at its end."""
    if "://" not in text:
        return str(folder(name, text))
    scheme = text.partition("://")[0]
    if not _STORE.fullmatch(text) or scheme not in STORES:
        shown = text if re.fullmatch("[^@?#;%]*", text) else f"{scheme}://…"  # no key, no option
        raise InvalidValue.from_code("config.output", variable=variable(name), value=shown, stores=STORES)
    return text.rstrip("/")


def server(name: str, url: str, kinds: tuple[str, ...]) -> str:
    """Return the URL of a server of one of the ``kinds``, as it is given. Nothing but its scheme is ever told."""
    kind, separator, rest = url.partition("://")
    if not separator or kind not in kinds:
        shown = kind if separator and re.fullmatch("[a-z0-9+.-]{1,20}", kind) else "…"
        raise InvalidValue.from_code("config.url", variable=variable(name), value=shown, kinds=kinds)
    if not kind.startswith("sqlite") and not _names_server(rest):
        raise InvalidValue.from_code("config.reserved", variable=variable(name), value=kind)
    return url


def _names_server(rest: str) -> bool:
    """Return whether a URL behind its scheme can be read: where its host ends, and a port that there is."""
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    found = _AUTHORITY.fullmatch(authority)
    return found is not None and int(found[1] or 0) <= HIGHEST_PORT and "@" not in rest[len(authority) :]


def database(name: str, url: str) -> str:
    """Return the database's URL; one of SQLite names a file."""
    server(name, url, DATABASES)
    kind, _, rest = url.partition("://")
    file = rest.partition("?")[0]
    if kind.startswith("sqlite") and (not file.startswith("/") or file in ("/", "/:memory:")):
        raise InvalidValue.from_code("config.in_memory", variable=variable(name))
    return url


def address(name: str, text: str) -> str:
    """Return the desk's public address without a trailing slash; empty if none is set."""
    found = text.strip().rstrip("/").lower()
    if found and not _ADDRESS.fullmatch(found):
        raise InvalidValue.from_code("config.address", variable=variable(name), value=_without_user(text))
    return found


def host(name: str, text: str) -> Host:
    """Return the host that codes name."""
    try:
        return Host.parse(text)
    except InvalidValue as error:
        problem = error.problems[0]
        why = Problem(problem.code, {**problem.facts, "value": _without_user(text)})
        raise InvalidValue.from_code("config.host", variable=variable(name), why=why) from None


def command(name: str, text: str) -> tuple[str, ...]:
    """Return the words of a command that goes without a shell; none if none is set."""
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise InvalidValue.from_code("config.command", variable=variable(name), reason=str(error)) from None
    if text and not (words and words[0].strip()):
        raise InvalidValue.from_code("config.command", variable=variable(name), reason="–")
    return words


def token(name: str, value: str) -> str:
    """Return a token that nobody guesses and a header can carry; empty if none is set."""
    if value and not _TOKEN.fullmatch(value):
        raise InvalidValue.from_code("config.token", variable=variable(name), least=LEAST_TOKEN)
    return value


def one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    """Return a value that is one of the choices."""
    if value not in choices:
        raise InvalidValue.from_code(
            "config.choice", variable=variable(name), value=_without_user(value), choices=choices
        )
    return value


def yes_or_no(name: str, value: str) -> bool:
    """Return whether it is yes."""
    return one_of(name, value, ("yes", "no")) == "yes"


def count(name: str, value: str, *, least: int = 1, most: int = 256) -> int:
    """Return a number."""
    digits = value.isascii() and value.isdigit() and len(value) < 10
    if not digits or not least <= int(value) <= most:
        raise InvalidValue.from_code(
            "config.count", variable=variable(name), value=_without_user(value), least=least, most=most
        )
    return int(value)


def hidden(secret: str) -> str:
    """Hide user, password and options of a URL; hide any other text entirely (SQLite's URL has no secret)."""
    if not secret or secret.startswith("sqlite:"):
        return secret
    scheme, separator, rest = secret.partition("://")
    if not separator:
        return "…"
    user, at, shown = rest.rpartition("@")
    return f"{scheme}://{'…' if user else ''}{at}{re.sub(r'[?].*', '?…', shown)}"


def read_secret_files(environment: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Return the secret settings that stand in files; InvalidValue for a file that cannot be read or is empty."""
    found = {}
    for name in names:
        if path := environment.get(file_variable(name), ""):
            if not (text := _content(path)):
                shown = path if Path(path).is_absolute() else "…"  # else the secret itself, put where its file belongs
                raise InvalidValue.from_code("config.file", variable=file_variable(name), path=shown)
            found[name] = text
    return found


def file_variable(name: str) -> str:
    """Return the variable that names a file with a secret setting, as container engines and systemd hand them over."""
    return f"{variable(name)}_FILE"


_LONGEST_SECRET = 1 << 20


def _content(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            return stream.read(_LONGEST_SECRET).decode("utf-8").strip()
    except (OSError, ValueError):
        return ""


def _without_user(text: str) -> str:
    return re.sub(r".*@", "…@", text, flags=re.DOTALL)
