"""Files that a design in the studio is made with, and answers to what cannot be taken."""

from __future__ import annotations

import re
from typing import Any

from flask import jsonify, request

from labelsvc.domain.errors import InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.studio.design_trials import try_source
from labelsvc.workflows.designs.edit_design import take_files

_SIZE = re.compile(rb'width="([\d.]+)mm"\s+height="([\d.]+)mm"')


def take_file() -> Any:
    """Keep a picture or a PDF: 201 with what the source calls it, and a page's size in mm; 422 with what is wrong."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return jsonify(text=desk.say("looks.no_file")), 422
    content = upload.stream.read()
    size: dict[str, float] = {}
    try:
        if upload.filename.lower().endswith(".pdf"):
            trial = try_source(content)
            if not (found := _SIZE.search(trial.source)):
                return refused(list(map(desk.explain, trial.problems)))
            size = {"width_mm": float(found[1]), "height_mm": float(found[2])}
        taken = take_files({upload.filename: content}, desk.services().design_shelf)
    except InvalidValue as error:
        return refused([desk.explain(error.problems[0])])
    return jsonify(href=next(iter(taken.values())), **size), 201


def refused(texts: list[str]) -> Any:
    """Return what is wrong, as the studio shows it."""
    return jsonify(text=" ".join(texts), texts=texts), 422
