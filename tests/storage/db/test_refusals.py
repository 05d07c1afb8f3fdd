"""Every refusal of the storage room has a sentence in both languages that its facts can fill."""

from __future__ import annotations

import ast
import string
import tomllib

import pytest

from labelsvc.storage.db import refusals
from labelsvc.storage.files import whole_file
from labelsvc.wording import LANGUAGES
from tests import CHECKOUT
from tests.house.source_files import PACKAGE, nodes_in

WORDING = CHECKOUT / "templates" / "wording"
OF_DRIVERS = {"database", "reason"}
OF_FILES = {"path", "reason"}
SENTENCES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in WORDING.glob("*.toml")}


def refusals_in_code() -> list[tuple[str, frozenset[str]]]:
    """Return each code with the facts that it is raised with."""
    found = {(code, frozenset(OF_DRIVERS)) for code in refusals._OF_SQLITE.values()}
    found |= {(code, frozenset(OF_DRIVERS)) for code in refusals._OF_POSTGRESQL.values()}
    found |= {(code, frozenset(OF_FILES)) for code in whole_file._CODE_OF.values()}
    found |= {(f"keys.started_{why}", frozenset(("epoch", "path"))) for why in ("first", "moved", "restored")}
    found |= {(f"keys.started_{why}", frozenset(("epoch", "path"))) for why in ("exhausted", "rotated")}
    for path in (PACKAGE / "storage").rglob("*.py"):
        for call in nodes_in(path):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "from_code":
                code = call.args[0]
                if isinstance(code, ast.Constant) and all(keyword.arg for keyword in call.keywords):
                    found.add((str(code.value), frozenset(str(keyword.arg) for keyword in call.keywords)))
    return sorted(found, key=lambda each: (each[0], sorted(each[1])))


def placeholders(code: str, language: str) -> set[str]:
    area, _, name = code.partition(".")
    return {field for _, field, _, _ in string.Formatter().parse(SENTENCES[area][name][language]) if field}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence_that_its_facts_can_fill(language: str) -> None:
    refused = refusals_in_code()

    lacking = {(code, fact) for code, facts in refused for fact in placeholders(code, language) - facts}

    assert len(refused) > 100
    assert not lacking
