"""Where pictures, certificates' files and products' pages are found; each path is for ever."""

from labelsvc.domain.host import Host

PICTURES, FILES, PRODUCTS = "/picture", "/certificate", "/p"


def product_address(host: Host, public_id: str | None) -> str:
    """Return the whole address of a product's own page, empty if it has none."""
    return f"{host.address}{PRODUCTS}/{public_id}" if public_id else ""
