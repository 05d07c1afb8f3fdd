"""The log: the level and the form that are set, the steps of a batch, and never a whole code."""

from __future__ import annotations

import json
import logging

import pytest

from labelsvc.config import Settings
from labelsvc.domain.errors import KeyRefused, Problem
from labelsvc.log_context import working_on
from labelsvc.web.server.log import TEXT, JsonFormatter
from labelsvc.web.server.log_redaction import RedactingFormatter
from labelsvc.web.server.log_sentences import LogSentences
from tests.offices.command_line import CommandLine, records

CODE = "7K3QX9ZT4M2B8RVC5WHD"


def test_steps_of_a_part_are_json_lines_at_level_info(tmp_path) -> None:
    office = CommandLine(tmp_path)
    file = office.records(*records(2, quantity=3))

    said = office.process("print", file, log="info", log_format="json")

    lines = [json.loads(line) for line in said.err.splitlines() if line.startswith("{")]
    steps = [line for line in lines if line["logger"] == "labelsvc.print"]
    assert [line["step"] for line in steps] == [1, 2, 3]
    assert {(line["part"], line["pieces"]) for line in steps} == {(1, 6)}
    assert all(line["seconds"] >= 0 for line in steps)


def test_commands_write_no_log_unless_its_level_is_set(tmp_path) -> None:
    office = CommandLine(tmp_path)
    file = office.records(*records())

    assert "labelsvc.print" not in office.process("print", file).err
    assert "step 2 (write)" not in office.process("print", file, log="warning").err
    assert "step 2 (write)" in office.process("print", file, log="info").err


def test_a_json_line_has_no_whole_code_in_message_or_traceback() -> None:
    record = logging.LogRecord("labelsvc.web", logging.ERROR, "", 0, "GET /%s", (CODE,), None)

    line = JsonFormatter().format(record)

    assert CODE not in line
    assert json.loads(line)["level"] == "error"


def logged(message: str) -> logging.LogRecord:
    return logging.LogRecord("labelsvc.worker", logging.ERROR, "", 0, message, (), None)


def test_lines_bear_the_batch_and_part_that_are_worked_on() -> None:
    with working_on(batch="2026-007", part=3):
        line = json.loads(JsonFormatter().format(logged("the disk is full")))
        text = RedactingFormatter(TEXT).format(logged("the disk is full"))
    after = json.loads(JsonFormatter().format(logged("idle")))

    assert (line["batch"], line["part"]) == ("2026-007", 3)
    assert text.endswith("the disk is full [batch=2026-007 part=3]")
    assert "batch" not in after
    assert RedactingFormatter(TEXT).format(logged("idle")).endswith("idle")


@pytest.mark.parametrize("name", ["log", "log_format"])
def test_unknown_levels_and_forms_are_refused_with_the_choices(name: str, tmp_path) -> None:
    said = CommandLine(tmp_path).run("config", **{name: "loud", "language": "en"})

    assert said.status == 2
    assert f"LABELSVC_{name.upper()}=loud" in said.err


def test_the_default_is_warnings_as_text() -> None:
    settings = Settings.read({})

    assert (settings.log, settings.log_format) == ("warning", "text")


@pytest.mark.parametrize("kind", [Problem, KeyRefused])
def test_errors_in_the_log_are_english_sentences(kind: type) -> None:
    problem = Problem("keys.lost", {"epoch": "7K3Q", "path": "/home/keys.json", "options": "--lost 7K3Q"})
    error = KeyRefused(problem) if kind is KeyRefused else problem
    record = logging.LogRecord("labelsvc.worker", logging.ERROR, "", 0, "nothing is printed: %s", (error,), None)

    LogSentences().filter(record)

    assert "keys.lost" not in record.getMessage()
    assert "/home/keys.json" in record.getMessage()
