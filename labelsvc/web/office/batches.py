"""to be filled"""

from labelsvc.web.office.blueprint import office


@office.get("/batches")
def batches() -> str:
    return ""


@office.get("/batches/running")
def running() -> str:
    return ""


@office.get("/batches/<name>")
def batch(name: str) -> str:
    return ""
