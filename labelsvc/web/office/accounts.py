"""to be filled"""

from labelsvc.web.office.blueprint import office


@office.get("/accounts")
def accounts() -> str:
    return ""
