"""to be filled"""

from labelsvc.web.office.blueprint import office


@office.get("/print")
def print_page() -> str:
    return ""
