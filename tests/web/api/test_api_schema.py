"""The API holds what its OpenAPI document promises: Schemathesis asks each operation five things that nobody would.

They are the same in each run, some that the document allows and some that it does not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import SCOPES
from labelsvc.web.api.access import LONGEST_KEY
from tests.offices.desk_office import DeskOffice

if TYPE_CHECKING:
    import schemathesis

EXAMPLES = 5
SENSELESS = "422"
"""A value that its schema allows and that cannot be: a check digit, a last day before the first."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("api"))
    office.take(12)
    return office


def test_the_document_is_openapi_3_1_and_names_every_path(desk: DeskOffice) -> None:
    document = desk.app.test_client().get("/api/v1/openapi.json").get_json()

    assert document["openapi"].startswith("3.1")
    ours = {
        str(rule).replace("<int:", "{").replace("<", "{").replace(">", "}") for rule in desk.app.url_map.iter_rules()
    }
    assert set(document["paths"]) == {path for path in ours if path.startswith("/api/v1/")} - {
        "/api/v1/openapi.json",
        "/api/v1/docs",
    }


def _take_turns(case: schemathesis.Case) -> None:
    """Let a key name this request alone, and a change expect what there is: else 412 and 422 would be right."""
    headers = case.headers or {}
    if len(str(headers.get("Idempotency-Key", ""))) in range(1, LONGEST_KEY + 1):
        headers["Idempotency-Key"] = uuid4().hex
    if "If-Match" in headers:
        headers["If-Match"] = "*"


def test_every_operation_answers_as_the_document_says(desk: DeskOffice) -> None:
    from schemathesis import GenerationMode, openapi  # here: only the worker that takes this test pays for it

    schema = openapi.from_wsgi("/api/v1/openapi.json", desk.app)
    accepted = schema.config.checks.positive_data_acceptance
    accepted.expected_statuses = [*accepted.expected_statuses, SENSELESS]
    headers = desk.token(Role.ADMINISTRATOR, *SCOPES)
    asked: dict[str, Counter[GenerationMode]] = defaultdict(Counter)

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        @given(
            case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
            | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        )
        def ask(case: schemathesis.Case) -> None:
            assert case.meta
            asked[operation.label][case.meta.generation.mode] += 1  # noqa: B023
            _take_turns(case)
            case.call_and_validate(headers=headers)

        ask()

    assert len(asked) == sum(1 for _ in schema.get_all_operations())
    assert [label for label, modes in asked.items() if modes.keys() != set(GenerationMode)] == []
