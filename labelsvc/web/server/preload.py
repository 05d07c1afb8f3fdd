"""Loads in the process that forks the others what first answers take: they find it, and nobody waits for it.

A process that is started anew, after one that died, is forked of the same one and begins as warm.
"""

from __future__ import annotations

import gc
import logging

from jinja2 import Environment
from jinja2.meta import find_referenced_templates

from labelsvc.config import Settings
from labelsvc.domain.errors import LabelsvcError
from labelsvc.services import Services
from labelsvc.web.desk.context import WorkerHints
from labelsvc.web.public.app import read_pages
from labelsvc.wording import LANGUAGES, Wording
from labelsvc.workflows.designs.label_picture import load_designs

LOG = logging.getLogger("labelsvc.web")
FIRST_ASKED = (
    "office/start.html", "office/products.html", "office/product.html", "office/designs.html", "office/places.html",
    "office/audit.html", "producer/start.html", "register/register.html",
)  # fmt: skip
"""Pages that most people begin with, and the largest ones. Any other takes a process some hundredths of a second."""
_NOBODY = WorkerHints(lambda: None, lambda number: None)


def preload_desk() -> None:
    """Load the desk's modules, sentences, largest pages and designs, and the pages of scans; nothing stays open.

    What cannot be loaded while the database is away, each process of the desk loads itself.
    """
    services = Services(Settings.read(), is_current=True)
    try:
        load_desk(services)
    except LabelsvcError as error:
        LOG.warning("the desk's processes begin cold: %s", error)
    finally:
        services.close()
    gc.collect()
    gc.freeze()  # collecting in a forked process would copy what it inherits


def load_desk(services: Services) -> None:
    """Load it for whatever is forked of this process; StorageRefused."""
    from labelsvc.web.server.desk_app import create_staff_app

    read_pages(services)
    for path in (services.templates / "wording").glob("*.toml"):
        Wording(path.parent, LANGUAGES[0]).sentences(path.stem)
    _ = services.product_lists, services.batch_lists, services.alarms, services.changes, services.list_files
    load_designs(services.shipped_assets, services.settings.host)
    _ = services.gazetteer
    environment, compiled = create_staff_app(services, _NOBODY).jinja_env, set[str]()
    for name in FIRST_ASKED:
        _compile(environment, name, compiled)


def _compile(environment: Environment, name: str, compiled: set[str]) -> None:
    """Compile a template, and those that it names."""
    if name in compiled:
        return
    compiled.add(name)
    environment.get_template(name)
    loader = environment.loader
    source = loader.get_source(environment, name)[0] if loader else ""
    for other in find_referenced_templates(environment.parse(source)):
        _compile(environment, other or name, compiled)
