"""An office with its desk: real stores in a folder of the test's own, accounts, pages asked for as a browser does."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from argon2.profiles import CHEAPEST
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.permission import current_recognition
from labelsvc.web.desk.context import WorkerHints
from labelsvc.web.desk.limits import limiter
from labelsvc.web.public.app import public_app
from labelsvc.web.server.desk_app import create_staff_app
from labelsvc.workflows.batches.allowance import OrderItem
from labelsvc.workflows.password_hashes import PasswordHashes
from tests.offices.printing_office import HOST, PrintingOffice
from tests.samples.generator import Record, make_records

PASSWORD = "bốn con trâu trắng ăn cỏ"
ADDRESSES = {
    Role.ADMINISTRATOR: "quantri@vanphong.vn",
    Role.CLERK: "canbo@vanphong.vn",
    Role.AUDITOR: "kiemtra@vanphong.vn",
}


def compile_rules_once() -> None:
    """Let rules of addresses that say the same share what they compile to: 200 of them took half of a desk's time."""
    compile_rule = Rule.compile
    known: dict[tuple[object, ...], tuple[Any, ...]] = {}

    def compile_once(rule: Rule) -> None:
        kinds = tuple(rule.map.converters.items())
        said = rule.rule, rule.host, rule.subdomain, rule.merge_slashes, repr(rule.defaults), kinds
        if said not in known:
            compile_rule(rule)
            builders = [builder.__func__ for builder in (rule._build, rule._build_unknown)]  # type: ignore[attr-defined]
            known[said] = rule._parts, rule._trace, rule._converters, frozenset(rule.arguments), *builders
        rule._parts, rule._trace, rule._converters, arguments, build, build_unknown = known[said]
        rule.arguments = set(arguments)
        rule._build, rule._build_unknown = (builder.__get__(rule) for builder in (build, build_unknown))

    Rule.compile = compile_once  # type: ignore[assignment, method-assign]


compile_rules_once()


@cache
def hash_of_password() -> str:
    """Return what is stored of PASSWORD, worked out once: hundreds of desks have three accounts each."""
    return PasswordHashes(CHEAPEST).hash(PASSWORD)


class WholeAnswers(FlaskClient):
    """Takes every answer whole and closes the files that it came from, and that a large upload lay in."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> Any:
        answer = super().open(*args, buffered=buffered, **kwargs)
        answer.request.environ["wsgi.input"].close()
        return answer


@dataclass
class DeskOffice:
    """The staff application over a printing office. What is ordered waits until ``work`` prints it."""

    folder: Path
    database: str = ""
    host: str = HOST
    settings: dict[str, str] = field(default_factory=dict)
    planning: list[int] = field(default_factory=list)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.office = PrintingOffice(
            self.folder, self.host, settings=self.settings | ({"DATABASE": self.database} if self.database else {})
        )
        self.services = self.office.services
        self.services.epochs.ready(self.now)  # as ``labelsvc serve`` does before it answers
        self.services.password_hashes = PasswordHashes(CHEAPEST)  # three accounts and a sign-in take a second otherwise
        hints = WorkerHints(lambda: None, self.planning.append)
        self.app = create_staff_app(self.services, hints, clock=lambda: self.now)
        self.app.testing = False
        self.app.test_client_class = WholeAnswers
        for role, email in ADDRESSES.items():
            self.add(email, role)

    def add(self, email: str, role: Role, producer_id: int | None = None) -> Account:
        account = Account(email=email, name=email.partition("@")[0], role=role, producer_id=producer_id)
        return self.services.accounts.add(account, hash_of_password(), ChangeContext("cli", self.now))

    def take(self, count: int = 8) -> list[OrderItem]:
        """Import records of products that do not exist."""
        return self.take_records(make_records(count, day=self.office.today))

    def take_records(self, records: list[Record]) -> list[OrderItem]:
        return self.office.take(records)

    def plan(self) -> None:
        """Plan and place what waits for that, as the worker does."""
        while self.planning:
            self.services.order_planner.run(self.planning.pop(0))

    def work(self) -> None:
        """Print what waits, as the worker does."""
        while self.services.queue_runner.run_next():
            pass

    def client(self, who: Role | str | None = None) -> DeskClient:
        """Return a browser, signed in where somebody is named."""
        limiter.reset()
        client = DeskClient(self.app.test_client())
        if who is not None:
            email = ADDRESSES[who] if isinstance(who, Role) else who
            self.second_factor(email, "")
            answer = client.post("/login", email=email, password=PASSWORD)
            assert answer.status_code == 302, answer.text
            if email == ADDRESSES[Role.ADMINISTRATOR]:
                self.second_factor(email)
        return client

    def second_factor(self, email: str, secret: str = "JBSWY3DPEHPK3PXP") -> None:
        """Give an account a second factor, without which an administrator of a real office sees nothing."""
        found = self.services.accounts.credentials(email)
        assert found
        if found.account.second_factor != bool(secret):
            self.services.accounts.set_second_factor(found.account.id, secret, 0, ChangeContext("cli", self.now))

    def token(self, who: Role | str, *scopes: str) -> dict[str, str]:
        """Return the headers of a token."""
        email = ADDRESSES[who] if isinstance(who, Role) else who
        found = self.services.accounts.credentials(email)
        assert found
        token = self.services.sign_ins.make_token(found.account.id, "thử", scopes, self.now)
        return {"Authorization": f"Bearer {token}"}


@dataclass
class DeskClient:
    """A browser that sends the token of the page that it saw last."""

    http: FlaskClient
    csrf: str = ""

    def get(self, path: str, **kwargs: Any) -> Any:
        answer = self.http.get(path, **kwargs)
        if "text/html" in (answer.content_type or "") and (
            found := re.search(r'name="csrf_token"\s+value="([^"]+)"', answer.text)
        ):
            self.csrf = found[1]
        return answer

    def post(self, path: str, **form: Any) -> Any:
        if not self.csrf:
            self.get("/login")
        answer = self.http.post(path, data={"csrf_token": self.csrf, **form})
        self.csrf = "" if path in ("/login", "/logout") else self.csrf
        return answer


def printable(desk: DeskOffice) -> int:
    """Return the id of a product that may be printed."""
    for stored in desk.services.products.all():
        recognition = current_recognition(stored.history, desk.now.date())
        if recognition and recognition.holds_on(desk.now.date()) and recognition.stars >= 3:
            return stored.id
    raise AssertionError


def upload(client: DeskClient, path: str, content: bytes, name: str, field: str = "files") -> str:
    answer = client.http.post(
        path, data={"csrf_token": client.csrf, field: (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )
    return str(answer.headers.get("Location", ""))


def printed_batch(desk: DeskOffice, quantity: int = 30) -> str:
    """Print a batch and return its name."""
    desk.take(6)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print")
    product = printable(desk)
    order = clerk.post("/office/print", product=product, quantity=quantity, design="tem-25x35", stock="a4", nonce="x")
    desk.work()
    return str(order.headers["Location"].rpartition("/")[2])


def recognised(desk: DeskOffice) -> tuple[int, str]:
    """Return a product that may be printed, and the path of its newest recognition."""
    product = printable(desk)
    newest = desk.services.products.get(product).recognitions[-1]
    return product, f"/products/{product}/recognitions/{newest.id}"


def scan_unknown(desk: DeskOffice) -> str:
    """Scan a code that the office's key sealed, of a line that there is not; return the page."""
    code = desk.services.epochs.keys()[0].seal(StampIdentity(4_321, 7))
    page = public_app(desk.services).test_client().get(f"/{code}", headers={"User-Agent": "Firefox"})
    return page.get_data(as_text=True)


def product_named(desk: DeskOffice, name: str) -> int:
    return next(stored.id for stored in desk.services.products.all() if stored.product.name == name)
