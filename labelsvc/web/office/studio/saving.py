"""What the studio sends: the source as a new version, and files that it is made with."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, LabelsvcError
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.problem_json import invalid
from labelsvc.web.office.blueprint import office
from labelsvc.web.studio.design_trials import design_name, may_be_named, try_edited
from labelsvc.web.studio.finding_sentences import finding_sentence
from labelsvc.web.studio.taking import refused, take_file


class SaveBody(BaseModel):
    """A source, the name that it gets, and the newest version that its author knew."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=60)
    source: str
    base: int = Field(ge=0)
    note: str = Field(default="", max_length=500)


@office.post("/designs/<name>/studio/save")
@desk.needs(Right.EDIT)
def studio_save(name: str) -> Any:
    """Keep a source as a new version: 201; 409 if somebody else saved one meanwhile; 422 with what is wrong with it."""
    try:
        body = SaveBody.model_validate_json(request.get_data())
    except ValidationError as error:
        return invalid(error)
    services = desk.services()
    saved_as = design_name(body.name)
    if not may_be_named(saved_as):
        return refused([desk.say("looks.name", name=body.name)])
    trial = try_edited(body.source.encode(), saved_as)
    if trial.problems or not trial.picture:
        return refused(list(map(finding_sentence, trial.problems)))
    try:
        version = services.design_shelf.add(saved_as, trial.source, desk.context(body.note.strip()), body.base)
    except ChangedMeanwhile as error:
        return _conflict(saved_as, error, trial.source)
    address = url_for("office.design_studio", name=saved_as)
    return jsonify(version=version, address=address, text=desk.say("studio.saved", version=str(version))), 201


@office.post("/designs/<name>/studio/files")
@desk.needs(Right.EDIT)
def studio_files(name: str) -> Any:
    """Keep a picture or a PDF (``web.studio.taking``)."""
    return take_file()


def _conflict(name: str, error: LabelsvcError, mine: bytes) -> Any:
    """Name who saved meanwhile, and where that version is to be seen beside ``mine``, which is kept for that."""
    newest = desk.services().design_shelf.newest(name)
    version = newest.version if newest else 0
    kept = desk.services().design_shelf.keep_file(mine)
    address = url_for("office.design_compare", name=name, before=version, mine=kept)
    return jsonify(text=desk.explain(error.problems[0]), newest=version, address=address), 409
