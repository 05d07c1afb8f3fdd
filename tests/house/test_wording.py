"""Every sentence is there in both languages, with the facts that it is given, and none is there for nothing."""

from __future__ import annotations

import ast
import builtins
import errno
import json
import os
import re
import string
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache

import pytest

from labelsvc.domain.errors import Problem
from labelsvc.storage.db.schema import REVISIONS
from labelsvc.storage.files import whole_file
from labelsvc.wording import LANGUAGES, Wording
from tests import CHECKOUT
from tests.house.source_files import FILES, nodes_in

FOLDER = CHECKOUT / "templates" / "wording"
NAMED_BY_FACTS = ("reason", "label_field")
"""Areas whose names are words of facts, not codes: the system's own, and fields as labels print them."""
SAYING = ("from_code", "say", "Problem", "refuse", "_note")
"""What is called with a code first."""
HOLE = "\0"


@cache
def sentences() -> dict[str, dict[str, str]]:
    """All sentences of all areas, by code."""
    return {
        f"{path.stem}.{name}": texts
        for path in sorted(FOLDER.glob("*.toml"))
        for name, texts in tomllib.loads(path.read_text(encoding="utf-8")).items()
        if path.stem not in NAMED_BY_FACTS
    }


@cache
def areas() -> frozenset[str]:
    return frozenset(code.partition(".")[0] for code in sentences())


@cache
def nodes() -> tuple[ast.AST, ...]:
    """All of the source, piece by piece."""
    return tuple(node for path in FILES for node in nodes_in(path))


@cache
def texts_in_code() -> frozenset[str]:
    """Every string in the source, with a hole for each value in an f-string; and what pages and the studio say."""
    found = set()
    pieces = {id(piece) for node in nodes() if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in nodes():
        if isinstance(node, ast.JoinedStr):
            found.add("".join(str(p.value) if isinstance(p, ast.Constant) else HOLE for p in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            found.add(node.value)
    for page in (CHECKOUT / "templates" / "web").rglob("*.html"):
        content = page.read_text(encoding="utf-8")
        found.update(re.findall(r"""["']([a-z]+\.\w+)["']""", content))
        found.update(prefix + HOLE for prefix in re.findall(r"""["']([a-z]+\.\w*)["'] ?[~+]""", content))
    for script in (CHECKOUT / "templates" / "web" / "style" / "studio").glob("*.js"):
        content = script.read_text(encoding="utf-8")
        said = " ".join(re.findall(r"\bsay\(([^()]*)", content))
        found.update(f"studio.{name}" for name in re.findall(r'"(\w+)"', said))
        found.update(f"studio.{prefix}{HOLE}" for prefix in re.findall(r"`(\w+)\$\{", said))
    return frozenset(found)


@cache
def codes_in_code() -> frozenset[str]:
    """Strings that look like codes, ``area.name``, whole or with holes."""
    shape = re.compile(rf"({'|'.join(sorted(areas()))})\.[a-z{HOLE}][a-z0-9_{HOLE}]*")
    return frozenset(filter(shape.fullmatch, texts_in_code()))


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call with a code as its first argument: what is called, the code, the call."""
    for call in (node for node in nodes() if isinstance(node, ast.Call) and node.args):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        first = call.args[0]
        if called in SAYING and isinstance(first, ast.Constant) and re.fullmatch(r"[a-z]+\.\w+", str(first.value)):
            yield called, str(first.value), call


def fits(name: str, text: str) -> bool:
    """Tell whether a name is what a string with holes can become."""
    return name == text if HOLE not in text else _shape(text).fullmatch(name) is not None


@cache
def _shape(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, text.split(HOLE))))


def facts_given() -> Iterator[tuple[str, frozenset[str]]]:
    """Every code that is said together with facts that stand in the call itself."""
    for called, code, call in calls():
        if called in ("from_code", "say") and all(keyword.arg for keyword in call.keywords):
            yield code, frozenset(str(keyword.arg) for keyword in call.keywords)
        elif called == "Problem":
            facts = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
            if isinstance(facts, ast.Dict) and all(isinstance(key, ast.Constant) for key in facts.keys):
                yield code, frozenset(str(key.value) for key in facts.keys if isinstance(key, ast.Constant))


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}


def test_every_code_in_the_source_has_a_sentence() -> None:
    said = {code for _, code, _ in calls()}
    said |= {code for code in codes_in_code() if HOLE in code}

    without = {code for code in said if not any(fits(sentence, code) for sentence in sentences())}

    assert len(said) > 200
    assert not without


def test_every_migration_says_what_it_does() -> None:
    """``labelsvc db upgrade`` prints ``[to_NNNN]`` of ``upgrade.toml`` for the migration ``NNNN_….py``."""
    steps = {code for code in sentences() if code.startswith("upgrade.to_")}

    assert steps == {f"upgrade.to_{revision}" for revision in REVISIONS}


def test_no_sentence_is_there_for_nothing() -> None:
    said = codes_in_code()
    whole_areas = {code.partition(".")[0] for code in said if code.partition(".")[2] == HOLE}
    names = {text for text in texts_in_code() if text.replace(HOLE, "") not in ("", "_")}

    unused = {
        code
        for code in sentences()
        if not any(fits(code, text) for text in said if text.partition(".")[2] != HOLE)
        and not (code.partition(".")[0] in whole_areas and any(fits(code.partition(".")[2], name) for name in names))
    }

    assert not unused


@pytest.mark.parametrize("area", sorted(areas()))
def test_sentences_stand_in_both_languages_with_the_same_placeholders(area: str) -> None:
    of_area = {code: texts for code, texts in sentences().items() if code.startswith(f"{area}.")}

    assert of_area
    for code, texts in of_area.items():
        assert set(texts) == set(LANGUAGES), code
        assert all(text.strip() for text in texts.values()), code
        assert placeholders(texts["vi"]) == placeholders(texts["en"]), code


def test_every_placeholder_is_filled_where_the_sentence_is_said() -> None:
    wanted = {code: placeholders(texts["vi"]) for code, texts in sentences().items()}

    lacking = {(code, fact) for code, facts in facts_given() for fact in wanted.get(code, set()) - facts}

    assert not lacking


def test_vietnamese_sentences_are_composed_and_in_vietnamese_quotes() -> None:
    told = {code: texts["vi"] for code, texts in sentences().items()}

    assert not [code for code, text in told.items() if text != unicodedata.normalize("NFC", text)]
    assert not [code for code, text in told.items() if "“" in text]
    assert not [code for code, texts in sentences().items() if "«" in texts["en"]]


def test_reasons_are_words_that_the_system_really_says() -> None:
    reasons = tomllib.loads((FOLDER / "reason.toml").read_text(encoding="utf-8"))
    of_system = {os.strerror(number) for number in errno.errorcode}
    others = {"Name or service not known", "unable to open database file", json.JSONDecodeError.__name__}

    unknown = {reason for reason in reasons if reason not in of_system | others and not hasattr(builtins, reason)}

    assert not unknown


def test_reasons_for_which_an_output_refuses_files_are_translated() -> None:
    reasons = tomllib.loads((FOLDER / "reason.toml").read_text(encoding="utf-8"))

    assert {os.strerror(number) for number in whole_file._CODE_OF} <= reasons.keys()


@pytest.mark.parametrize(
    ("reason", "vietnamese", "english"),
    [
        (os.strerror(errno.EACCES), "không đủ quyền", "permission denied"),
        (os.strerror(errno.ENOSPC), "hết chỗ trên ổ đĩa", "no space is left on the disk"),
        ("cái gì đó khác", "cái gì đó khác", "cái gì đó khác"),
    ],
)
def test_a_reason_of_the_system_is_translated(reason: str, vietnamese: str, english: str) -> None:
    said = [Wording(FOLDER, language).say("storage.cannot_open", database="a", reason=reason) for language in LANGUAGES]

    assert vietnamese in said[0]
    assert english in said[1]


def test_every_field_of_our_designs_has_an_english_name() -> None:
    of_products = tomllib.loads((FOLDER / "product.toml").read_text(encoding="utf-8"))
    names = {words["vi"] for code, words in of_products.items() if code.startswith("field_")}
    known = names | tomllib.loads((FOLDER / "label_field.toml").read_text(encoding="utf-8")).keys()
    designs = "".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "templates" / "labels").glob("*.svg"))

    printed = set(re.findall(r'data-ls-(?:label|field)="([^"]+)"', designs))
    said = Wording(FOLDER, "en").say("design.blank_box", fields=["Khối lượng tịnh", "Thành phần", "Mục khác"])

    assert printed <= known
    assert "lacks Net content, Ingredients, Mục khác" in said


def test_facts_are_written_as_people_of_the_language_write_them() -> None:
    day, moment = date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    values = (1_234_567, 0.25, day, moment, ["a", 1_000], Problem("host.unreadable", {"value": "x"}))

    vietnamese, english = ([Wording(FOLDER, language).shown(value) for value in values] for language in LANGUAGES)

    assert vietnamese[:5] == ["1.234.567", "0,25", "02/01/2026", "02/01/2026 03:04", "a, 1.000"]
    assert english[:5] == ["1,234,567", "0.25", "02/01/2026", "02/01/2026 03:04", "a, 1,000"]
    assert "«x»" in vietnamese[5]
    assert "“x”" in english[5]


def test_an_unknown_language_falls_back_to_vietnamese() -> None:
    assert Wording(FOLDER, "fr").language == "vi"


def test_an_unknown_code_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        Wording(FOLDER, "vi").say("print.no_such_sentence")


@pytest.mark.parametrize(("sheets", "said"), [(1, "on 1 sheet;"), (2, "on 2 sheets;"), (0, "on 0 sheets;")])
def test_english_counts_have_their_singular(sheets: int, said: str) -> None:
    facts = {"batch": "2026-001", "pieces": 1, "sheets": sheets, "refused": "0 products"}

    assert said in Wording(FOLDER, "en").say("cli.printed", **facts)
    assert ": 1 label on" in Wording(FOLDER, "en").say("cli.printed", **facts)
