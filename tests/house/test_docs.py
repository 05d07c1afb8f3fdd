"""The docs say what the code says: every command, option, setting, heading and key, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labelsvc.config import known_variables
from labelsvc.domain.product import ProductGroup
from labelsvc.preflight.rules import RULES
from labelsvc.rendering.design.source import KNOWN
from labelsvc.rendering.sheets.stocks import STOCK_KEYS
from labelsvc.workflows.designs.check_design import check_design, design_warnings
from tests import CHECKOUT
from tests.house.reference import BLOCK, DOCS, commands, pages, written
from tests.samples.labels_on_paper import HOST, ROOM

README = CHECKOUT / "README.md"
MOST_WORDS = 700
CHAPTERS = {
    "architecture", "first-steps", "printing", "records", "designs", "stocks", "preflight", "api", "operation",
    "speed", "glossary", "security", "public-pages",
}  # fmt: skip
ROOMS = CHECKOUT / "labelsvc"
PAGES = list(pages())


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def all_text(folder: Path) -> str:
    inner = (page for page in folder.rglob("*.md") if ("vi" in page.parts) == ("vi" in folder.parts))
    return "\n".join(text(page) for page in sorted(inner))


def test_readme_is_short() -> None:
    assert len(text(README).split()) <= MOST_WORDS


def test_every_chapter_is_there() -> None:
    assert {page.stem for page in DOCS.glob("*.md")} >= CHAPTERS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_generated_blocks_are_what_the_code_says(page: Path) -> None:
    assert text(page) == written(page), "run: python -m tests.house.reference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", text(page))

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def anchors(page: Path) -> set[str]:
    """Return what a page's headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_to_headings_lead_to_one(page: Path) -> None:
    links = re.findall(r"\]\(((?!https?:)[^)#]*)#([^)]+)\)", text(page))
    targets = [((page.parent / path) if path else page, anchor) for path, anchor in links]

    assert [anchor for target, anchor in targets if target.suffix == ".md" and anchor not in anchors(target)] == []


def missing_paths(line: str) -> list[str]:
    """Return the paths of our files in a line that are not there; a bare name stands beside one named before it."""
    folders, missing = [CHECKOUT, CHECKOUT / "labelsvc"], []
    for path in re.findall(r"`((?:labelsvc|tests|templates|docs|fonts|deploy)/[^` ]*|[a-z_/]+\.py)`", line):
        found = [file for folder in folders for file in folder.glob(re.sub("<[^>]+>", "*", path).rstrip("/"))]
        folders += [file.parent for file in found]
        missing += [] if found else [path]
    return missing


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_files_that_the_docs_name_exist(page: Path) -> None:
    prose = BLOCK.sub("", text(page))

    assert [path for line in prose.splitlines() for path in missing_paths(line)] == []


def test_rooms_that_the_architecture_names_exist() -> None:
    """It names modules without ``.py``, from any room on: ``open_format/writing``, ``domain/label_code.open``."""
    there = {f"/{path.relative_to(CHECKOUT).with_suffix('').as_posix()}" for path in ROOMS.rglob("*")}
    room = r"`(?!tests/|templates/|docs/)([a-z_]+(?:/[a-z_]+)+)(?:\.[a-z_]+)?/?`"
    named = re.findall(room, text(DOCS / "architecture.md"))

    assert [name for name in named if not any(path.endswith(f"/{name}") for path in there)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_commands_in_examples_are_there(page: Path) -> None:
    prose = BLOCK.sub("", text(page))
    shown = re.findall(r"(?:^ {4}|`)(?:\.venv/bin/)?labelsvc ([a-z][^`\n#|]*)", prose, re.MULTILINE)

    for line in shown:
        words = line.split()
        known = commands()
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        assert name in known or any(each.startswith(f"{name} ") for each in known), line
        if name in known:
            options = {option for param in known[name].params for option in param.opts}
            wrong = [word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word) and word not in options]
            assert not wrong, line


@pytest.mark.parametrize("folder", [DOCS, DOCS / "vi"], ids=["en", "vi"])
def test_every_command_has_its_help_in_the_docs(folder: Path) -> None:
    told = {match["name"].removeprefix("help ") for match in BLOCK.finditer(all_text(folder))}

    assert [name for name in commands() if name not in told and name.split()[0] not in told] == []


@pytest.mark.parametrize("folder", [DOCS, DOCS / "vi"], ids=["en", "vi"])
def test_the_table_of_settings_is_whole(folder: Path) -> None:
    told = re.findall(r"^\| `(LABELSVC_[A-Z_]+)` \|", all_text(folder), re.MULTILINE)

    assert told == known_variables()


def test_every_stock_key_is_documented() -> None:
    rows = re.findall(r"^\| (?:`(\w+)`)? ?\| ((?:`\w+`(?:,| or)? ?)+)\|", text(DOCS / "stocks.md"), re.MULTILINE)

    told = {(table, key) for table, keys in rows for key in re.findall(r"`(\w+)`", keys)}
    assert told == {(table, key) for table, keys in STOCK_KEYS.items() for key in keys}


@pytest.mark.parametrize("page", [DOCS / "designs.md", DOCS / "vi" / "mau-nhan.md"], ids=["en", "vi"])
def test_every_own_element_is_documented_with_its_attributes(page: Path) -> None:
    sections = re.findall(r"^### `(ls:\w+)`\n(.*?)(?=^#|\Z)", text(page), re.MULTILINE | re.DOTALL)
    rows = {name: re.findall(r"^\| ((?:`[\w-]+`(?:, )?)+) \|", told, re.MULTILINE) for name, told in sections}

    told = {name: set(re.findall(r"`([\w-]+)`", " ".join(cells))) for name, cells in rows.items()}
    assert told == {name: set(attributes) for name, attributes in KNOWN.items() if name.startswith("ls:")}


@pytest.mark.parametrize("page", [DOCS / "designs.md", DOCS / "vi" / "mau-nhan.md"], ids=["en", "vi"])
def test_the_whole_design_in_the_docs_prints(page: Path) -> None:
    source = re.search(r"```xml\n(.*?)```", text(page), re.DOTALL)
    assert source is not None
    design = source[1].encode()

    assert check_design("mau-cua-toi", design, ROOM, HOST) == []
    assert design_warnings("mau-cua-toi", design, ROOM) == []


def test_every_product_group_is_documented() -> None:
    names = {group.name.lower() for group in ProductGroup}

    assert names <= set(re.findall(r"\w+", text(DOCS / "designs.md")))


def test_every_rule_of_preflight_is_in_its_chapter() -> None:
    table = text(DOCS / "preflight.md").partition("<!-- begin: rules -->")[2]
    rows = re.findall(r"^\| .+ \| `(\w+)` \| .+ \|$", table, re.MULTILINE)

    assert sorted(rows) == sorted(rule.name for rule in RULES)
