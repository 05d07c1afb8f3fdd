"""to be filled"""

from labelsvc.web.office.blueprint import office


@office.get("/products/<int:product_id>")
def product(product_id: int) -> str:
    return ""


@office.get("/products/new")
def product_new() -> str:
    return ""
