"""What the API takes and gives. Names and words are the domain's; days are ISO 8601."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
LongText = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
StandingName = Literal["none", "not_yet", "in_force", "extended", "not_certified", "suspended", "expired", "withdrawn"]
BatchStateName = Literal["ordered", "running", "ready", "held", "failed", "cancelled"]
GroupName = Literal["food", "drink", "herbal", "craft", "ornamental", "tourism"]


class Strict(BaseModel):
    """Takes nothing that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Paging(Strict):
    """Which page of a list; pages count from 1."""

    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(50, ge=1, le=200)


class ProductQuery(Paging):
    """Which products; words may lack diacritics."""

    words: Words = ""
    district: Words = ""
    commune: Words = ""
    group: GroupName | None = None
    stars: int | None = Field(None, ge=1, le=5)
    standing: StandingName | None = None
    ends_within: int | None = Field(None, ge=0, le=9_999)
    sort: Literal["name", "producer", "stars", "last_day"] = "name"
    down: bool = False


class BatchQuery(Paging):
    """Which batches."""

    state: BatchStateName | None = None


class ProductPath(Strict):
    """A product by its id."""

    product_id: Id


class BatchPath(Strict):
    """A batch by its name."""

    name: Name


class FilePath(Strict):
    """A file of a batch by its name."""

    name: Name
    file: Name


class CodePath(Strict):
    """A code as it is printed or typed."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z -]+$")]


class ProductItem(Strict):
    """A product in a list, with its current recognition."""

    id: int
    name: str
    brand: str
    producer: str
    producer_id: int
    commune: str
    district: str
    group: str
    stars: int | None
    last_day: date | None
    standing: StandingName
    quota_left: int | None


class ProductPage(Strict):
    """A page of products."""

    items: list[ProductItem]
    page: int
    per_page: int
    total: int


class RecognitionItem(Strict):
    """A recognition; ``standing`` is today's."""

    id: int
    stars: int
    decision_number: str
    decision_date: date
    issuer: str
    score: float | None
    potential_five: bool
    first_day: date
    last_day: date
    standing: StandingName
    superseded: bool
    quota_allowed: int
    quota_used: int


class ProductDetail(Strict):
    """A product with all its recognitions, the oldest first."""

    id: int
    name: str
    brand: str
    producer: str
    address: str
    commune: str
    district: str
    group: str
    net_content: str
    ingredients: str
    storage: str
    shelf_life: str
    directions: str
    warnings_text: str
    origin: str
    gtin: str
    gln: str
    ocop_code: str
    registered_mark: bool
    standing: StandingName
    may_be_printed: bool
    reasons: list[str]
    warnings: list[str]
    recognitions: list[RecognitionItem]


class ProductFacts(Strict):
    """A product's own fields, each as it becomes; what is left out stays as it is (or is empty in a new product)."""

    brand: Words | None = None
    address: Words | None = None
    commune: Words | None = None
    district: Words | None = None
    group: GroupName | None = None
    net_content: Words | None = None
    ingredients: LongText | None = None
    storage: LongText | None = None
    shelf_life: LongText | None = None
    directions: LongText | None = None
    warnings: LongText | None = None
    origin: Words | None = None
    gtin: Words | None = None
    gln: Words | None = None
    ocop_code: Words | None = None
    registered_mark: bool | None = None
    reason: Words = ""


class NewProduct(ProductFacts):
    """A new product."""

    name: Annotated[Words, Field(min_length=1)]
    producer: Annotated[Words, Field(min_length=1)]


class ProductChange(ProductFacts):
    """What a product becomes."""

    name: Words | None = None
    producer: Words | None = None


class NewRecognition(Strict):
    """A renewal, or the first recognition."""

    stars: int = Field(ge=1, le=5)
    decision_date: date
    decision_number: Words = ""
    issuer: Words = ""
    score: float | None = Field(None, ge=0, le=100)
    potential_five: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    reason: Words = ""


class Made(Strict):
    """The id of what was made."""

    id: int


class OrderLine(Strict):
    """A product with its quantity."""

    product_id: Id
    quantity: int = Field(ge=1, le=1_048_575)


class NewBatch(Strict):
    """An order; ``dry_run`` only says what would become of it."""

    products: list[OrderLine] = Field(min_length=1, max_length=20_000)
    design: Name = "tem-25x35"
    stock: Name = "330x480"
    strict_law: bool = False
    spot_inks: bool = False
    step_and_repeat: bool = False
    dry_run: bool = False


class JudgedItem(Strict):
    """What became of a product: why it is not printed, and what to note."""

    product: str
    producer: str
    reasons: list[str]
    warnings: list[str]


class Plan(Strict):
    """What an order prints, or would print; ``batch`` is empty where nothing was ordered."""

    batch: str
    pieces: int
    sheets: int
    products: list[JudgedItem]


class BatchItem(Strict):
    """A batch and how far it is."""

    name: str
    state: BatchStateName
    reason: str
    design: str
    stock: str
    ordered_at: datetime
    ordered_by: str
    pieces: int
    pieces_done: int
    sheets: int
    parts: int
    parts_done: int


class BatchPage(Strict):
    """A page of batches."""

    items: list[BatchItem]
    page: int
    per_page: int
    total: int


class FileItem(Strict):
    """A file of a batch."""

    name: str
    size: int


class BatchDetail(BatchItem):
    """A batch with its files, once it is ready."""

    files: list[FileItem]


class RegisterItem(Strict):
    """A product in force."""

    name: str
    brand: str
    producer: str
    commune: str
    district: str
    group: str
    stars: int
    valid_until: date


class RegisterPage(Strict):
    """A page of the register."""

    items: list[RegisterItem]
    page: int
    per_page: int
    total: int


class RegisterQuery(Paging):
    """Which products of the register."""

    words: Words = ""
    district: Words = ""
    commune: Words = ""
    group: GroupName | None = None
    stars: int | None = Field(None, ge=1, le=5)


class LookItem(Strict):
    """A design or a stock."""

    name: str
    title: str


class Looks(Strict):
    """All designs and stocks."""

    designs: list[LookItem]
    stocks: list[LookItem]


class Me(Strict):
    """Whose token it is."""

    email: str
    role: str
    producer_id: int | None


class VerdictBody(BaseModel):
    """What a scan answers, as JSON under the code's own address has it."""

    model_config = ConfigDict(extra="allow")
