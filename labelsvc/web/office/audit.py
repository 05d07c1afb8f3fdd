"""to be filled"""

from labelsvc.web.office.blueprint import office


@office.get("/audit")
def audit() -> str:
    return ""
