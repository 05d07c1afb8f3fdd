"""The versions that a file's bytes depend on: the same batch has the same bytes under the same versions."""

from __future__ import annotations

from labelsvc import __version__


def versions() -> dict[str, str]:
    """Return the versions of this program and of what draws, counts and compresses for it."""
    import deflate
    import numpy
    import PIL
    import reportlab

    found = {"deflate": deflate, "numpy": numpy, "pillow": PIL, "reportlab": reportlab}
    named = {name: str(getattr(module, "__version__", "")) for name, module in found.items()}
    return {"labelsvc": __version__, **named}
