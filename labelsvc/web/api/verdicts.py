"""Verdicts on codes, and the token's account."""

from __future__ import annotations

import json
from typing import Annotated, Any

from flask import Response, make_response
from pydantic import BaseModel, ConfigDict, StringConstraints

from labelsvc.web.api.access import caller, scoped
from labelsvc.web.api.answers import answer, facts_answer
from labelsvc.web.api.blueprint import BEARER, FAILING, api, problem_answer
from labelsvc.web.api.models import Strict
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.problem_json import MEDIA_TYPE, ProblemBody
from labelsvc.web.verdict_json import verdict_json


class Me(Strict):
    """The account of a token."""

    email: str
    role: str
    producer_id: int | None


class CodePath(Strict):
    """A code as it is printed or typed."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z -]+$")]


class VerdictBody(BaseModel):
    """A verdict, as in the JSON under the code's own address."""

    model_config = ConfigDict(extra="allow")
    verdict: str
    colour: str


class VerdictProblem(ProblemBody):
    """A code that is not in the office's system, or cannot be checked now, with the verdict's facts."""

    model_config = ConfigDict(extra="allow")
    verdict: str = "not_ours"


_NOT_OURS = problem_answer("The code is not in the office's system", VerdictProblem)
_NOT_NOW = problem_answer("The code cannot be checked right now; ask again after Retry-After", VerdictProblem)


@api.get("/me", summary="Whose token this is", security=BEARER, responses={200: Me, **FAILING})
@scoped("verdicts:read")
def me() -> Response:
    """Return the account of the token."""
    account = caller()
    return answer(Me(email=account.email, role=account.role.value, producer_id=account.producer_id))


@api.get(
    "/verdicts/<code>",
    summary="What the office says of a code",
    security=BEARER,
    responses={200: VerdictBody, **FAILING, "404": _NOT_OURS, "503": _NOT_NOW},
)
@scoped("verdicts:read")
def verdict(path: CodePath) -> Any:
    """Look up a code; this does not count as a scan. A code that is not ours is a problem with the verdict's facts."""
    services = desk.services()
    found = services.verifier.verify(path.code, desk.now(), is_scan=False)
    host = services.settings.host
    facts = verdict_json(found, path.code, desk.wording(), address=host.address, specimen=host.specimen)
    signer = services.verdict_signer
    if found.http_status == 200:
        return facts_answer(facts, signer.sign(facts, desk.now()))
    body = ProblemBody(
        type="about:blank", title=str(facts["title"]), status=found.http_status, detail=str(facts["text"])
    )
    signed = signer.sign(facts | body.model_dump(), desk.now())
    response = make_response(json.dumps(signed, ensure_ascii=False), found.http_status)
    response.mimetype = MEDIA_TYPE
    if found.retry_after:
        response.headers["Retry-After"] = str(found.retry_after)
    return response
