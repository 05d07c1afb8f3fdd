"""What the studio shows of an office's design while it is edited (``web.studio.looking``)."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.account import Right
from labelsvc.web.desk import context as desk
from labelsvc.web.office.blueprint import office
from labelsvc.web.studio.looking import answer_look


@office.post("/designs/<name>/studio/look")
@desk.needs(Right.EDIT)
def design_look(name: str) -> Any:
    """Draw a source and judge it; nothing is kept."""
    return answer_look(name, desk.services().products.get)
