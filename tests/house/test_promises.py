"""What is printed and stored is for ever: these vectors only grow; a change that breaks one breaks labels on paper.

``frozen/2026-11.sql`` is the dump of a database that the program of November 2026 wrote and printed from, in the forms
of that time: stocks as ``repr``, options without what came later, snapshots of lines, an uploaded design, a token.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import fields, make_dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from labelsvc.config import Settings
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import StockRefused
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import EpochKey, StampIdentity, in_fives
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.programme import rules as programme_rules
from labelsvc.domain.qr_version import QrVersion, UrlScheme
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.domain.sheet import LabelCells, Margins, PrinterMarks, Stock
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.qr.paths import symbol_paths
from labelsvc.rendering.sheets import kept_stocks
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock, stock_toml
from labelsvc.rendering.sheets.versions import versions
from labelsvc.services import Services
from labelsvc.storage.designs.design_shelf import DesignShelf
from labelsvc.storage.keys.key_file import KeyFile
from labelsvc.storage.people.sign_ins import SignIns
from labelsvc.storage.products.rows import printed_recognition, product_of, recognition_of, snapshot
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from labelsvc.workflows.batches.print_batch import print_batch
from labelsvc.workflows.kept_symbols import batch_encoder

EPOCHS = [
    ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "471HW2CK", (
        (0, 0, "TNV9QB00B3C3F4CMKHAF"),
        (1, 0, "WEJ3D4NNMCPP6J2GXTCZ"),
        (1, 1, "9Z3GJN6WGYQ5M85GCFMV"),
        (5, 417, "5R7SPP25X8TZBJ12B6PF"),
        (753, 1328, "K2DV0EAY631SQS8BE7WS"),
        (268435455, 1048575, "6YX82BA0GN60WA2GSXP4"),
    )),
    ("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "4KYNS2VH", (
        (0, 0, "VSKX33E5GT80F89MDMCZ"),
        (1, 0, "RH04B75VDECDRD8588PM"),
        (1, 1, "0D2JQM7EV4W5T9SJHNWB"),
        (5, 417, "DQMKJ3VQCVBR5NDZJ1WK"),
        (753, 1328, "Y6YHBWEY8DQN9459F1EX"),
        (268435455, 1048575, "T02DJ90E1QA7PQD58YMG"),
    )),
    ("420672b8491feeb58d1bcfd67fadb227044096b5f4dedd9143d232712c102247", "6G7XPKE6", (
        (0, 0, "M7B7H5YW40AZ00RF3NGV"),
        (1, 0, "C1TSW8NRB8Z8C58EC7YT"),
        (1, 1, "ZFTT0H7SM8NXKW9498MS"),
        (5, 417, "ASSMG7T68GM89JBTG6P6"),
        (753, 1328, "NH0EZJA4AVR8TGBXCBZN"),
        (268435455, 1048575, "PRATFYP5SE9N974F2DCQ"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("master", "epoch", "codes"), EPOCHS)
def test_codes_of_2026_are_the_same_for_ever(master, epoch, codes) -> None:
    key = EpochKey(bytes.fromhex(master))

    assert key.name == epoch
    for line, serial, code in codes:
        assert key.seal(StampIdentity(line, serial)) == code
        assert key.open(code) == StampIdentity(line, serial)


def test_urls_of_2026_are_the_same_for_ever() -> None:
    host = Host.parse("ocop.hanoi.gov.vn")

    assert str(host.url_prefix("capitals")) == "HTTPS://OCOP.HANOI.GOV.VN/"
    assert str(host.url_prefix("capitals", "8934567890128")) == "HTTPS://OCOP.HANOI.GOV.VN/01/08934567890128/21/"
    assert str(host.url_prefix("lower")) == "https://OCOP.HANOI.GOV.VN/"
    assert str(host.url_prefix("lower", "8934567890128")) == "https://OCOP.HANOI.GOV.VN/01/08934567890128/21/"
    assert in_fives("5R7SPP25X8TZBJ12B6PF") == "5R7SP P25X8 TZBJ1 2B6PF"


STOCKS = sorted(path.stem for path in Path("templates/sheets").glob("*.toml") if path.stem != "roll")
FROZEN = Path(__file__).parent / "frozen"
NOVEMBER = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
KEYS_OF_2026 = """\
{
 "format": "labelsvc keys 1",
 "keys": [
  {
   "epoch": "ZM83X4MV",
   "master": "15198b2625ab7849f5b413f431935e4ff475e0b5544f12484021b7d91cbcff44"
  },
  {
   "epoch": "471HW2CK",
   "master": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
  }
 ]
}
"""
OPTIONS_OF_2026 = {
    "2026-001": ("tem-25x35", "a4", {"proof": "auto", "apart_mm": 0.2}),
    "2026-002": ("tem-25x35", "roll-25x35x4", {"proof": "auto", "apart_mm": 0.2, "step_and_repeat": True}),
    "2026-003": ("tem-25x35", "a4", {"proof": "auto", "apart_mm": 0.2, "order": "piles"}),
    "2026-004": ("tem-25x35", "single", {"proof": "auto", "apart_mm": 0.2, "spot_inks": True}),
    "2026-005": ("bien-ke-105x74", "sra3", {"proof": "auto", "apart_mm": 0.2}),
    "2026-006": ("thu-1", "a4", {"proof": "auto", "apart_mm": 0.2}),
}
UNFINISHED = "2026-007"
FILES_OF_UNFINISHED = {
    "labels-001.pdf": "6ad04998c6345dd42bf704255812261a7bd29175360fddce4100e6902f1da047",
    "manifest.csv": "8d809b687194cbd8ba650e763673c0c2d1957f45d37896322cea84d4a4376852",
    "ticket.pdf": "29da9f7ee789ef18a6be22cf9552a965352aee2f5c13a8349ace750c25234fff",
}
"""What the program of November 2026 printed of the batch that its database left unfinished, by SHA-256."""
TOKEN_OF_2026 = "lsv_qUDSk2W83b-AowzbXkCPiU7ZsokA6C4JCk_ErPD0i3U"
SESSION_OF_2026 = "Uc2qg5CDsJ3FctZbfRwf_Strr1EeKOsswD7R0iUttTk"
NOODLES = Product(
    name="Miến dong khô",
    producer="HTX Miến Thử",
    brand="Miến Thử",
    address="Thôn Minh Hồng",
    commune="Minh Quang",
    district="Ba Vì",
    net_content="500 g",
    ingredients="Bột dong riềng",
    storage="Nơi khô ráo",
    shelf_life="12 tháng",
    origin="Việt Nam",
    group=ProductGroup.FOOD,
)
NOODLES_RATED = Recognition(
    stars=4,
    decision_date=date(2025, 6, 20),
    decision_number="34/QĐ-UBND",
    issuer="UBND thành phố Hà Nội",
    valid_until=date(2028, 6, 30),
)


@pytest.fixture(scope="module")
def office_of_2026(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The office of the frozen database, without the files that it printed."""
    folder = tmp_path_factory.mktemp("office of 2026")
    (folder / "keys.json").touch(mode=0o600)
    (folder / "keys.json").write_text(KEYS_OF_2026)
    with sqlite3.connect(folder / "labelsvc.db") as connection:
        dump = (FROZEN / "2026-11.sql").read_text(encoding="utf-8")
        connection.executescript(dump.replace("@OUTPUT@", str(folder / "output")))
    connection.close()
    services = Services(Settings.read({"LABELSVC_HOME": str(folder), "LABELSVC_OUTPUT": str(folder / "output")}))
    yield services
    services.database.close()


def batch_services(services: Services) -> BatchServices:
    return replace(services.batch_services, clock=lambda: NOVEMBER)


def test_products_and_recognitions_of_2026_read_the_same(office_of_2026: Services) -> None:
    _, line = office_of_2026.batches.lines(UNFINISHED)
    tea = office_of_2026.batches.lines("2026-001")[2]
    stored = office_of_2026.products.many([tea.product_id])[tea.product_id]

    assert (line.product, line.recognition) == (NOODLES, NOODLES_RATED)
    assert (tea.product.name, tea.recognition.stars, tea.recognition.decision_date) == ("Trà sen", 3, date(2024, 2, 10))
    assert stored.history[0].extension == Extension(date(2027, 5, 1), "chờ Hội đồng đánh giá lại")


@pytest.mark.parametrize("name", OPTIONS_OF_2026)
def test_batches_of_2026_read_the_same(office_of_2026: Services, name: str) -> None:
    batch = office_of_2026.batches.get(name)

    design, stock, options = OPTIONS_OF_2026[name]
    assert (batch.design.name, batch.stock.name, batch.options) == (design, stock, PrintOptions.from_json(options))
    assert PrintOptions.from_json(batch.options.to_json()) == batch.options
    assert read_kept_stock(batch.stock.content).name == batch.stock.name
    assert (batch.state, batch.host, batch.epoch) == ("ready", "TEM.OCOPHN.VN", "ZM83X4MV")


@pytest.mark.parametrize("name", OPTIONS_OF_2026)
def test_batches_of_2026_reprint_byte_for_byte(office_of_2026: Services, name: str) -> None:
    services = office_of_2026
    plan = plan_reprint(name, batch_services(services), NOVEMBER.date(), sheets=(range(1, 2),))

    context = ChangeContext("thu", NOVEMBER, "rách, đã hủy")
    made = reprint_pieces(plan, batch_services(services), services.output(), context)

    assert made.exact or versions() != plan.printed.batch.versions


def test_printed_last_day_stays_when_the_rules_change(
    office_of_2026: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = office_of_2026.batches.lines("2026-005")[0].recognition
    changed = tuple(replace(rules, validity_months=24) for rules in programme_rules.RULES)
    kept = snapshot(NOODLES, replace(NOODLES_RATED, valid_until=None))

    with monkeypatch.context() as patch:
        patch.setattr(programme_rules, "RULES", changed)
        programme_rules.rules_on.cache_clear()
        last_days = [older.last_day, printed_recognition(kept).last_day]
    programme_rules.rules_on.cache_clear()

    assert last_days == [date(2027, 3, 5), date(2028, 6, 20)]


VERSIONS_OF_2026 = {
    "HTTP://10.0.0.1": "2-M",
    "OCOPHN.VN": "2-M",
    "TEM.OCOPHN.VN": "3-Q",
    "OCOP.HANOI.EXAMPLE": "3-Q",
    "TEM.OCOP.HANOI.GOV.VN": "3-M",
    "MOT.TEN.MAY.CHU.RAT.DAI.HANOI.GOV.VN": "4-Q",
}


@pytest.mark.parametrize("name", VERSIONS_OF_2026)
def test_symbols_of_2026_keep_their_capitals_and_version(name: str) -> None:
    encoder = batch_encoder(Host.parse(name), PrintOptions.from_json(OPTIONS_OF_2026["2026-001"][2]))

    assert str(encoder.prefix) == ("" if "://" in name else "HTTPS://") + f"{name}/"
    assert (encoder.prefix.in_bytes, str(encoder.version)) == ("", VERSIONS_OF_2026[name])


def test_symbols_of_december_2026_keep_their_version_whatever_reads_best() -> None:
    options = {"proof": "auto", "apart_mm": 0.2, "url_scheme": "lower", "qr_version": "5-H"}

    encoder = batch_encoder(Host.parse("TEM.OCOPHN.VN"), PrintOptions.from_json(options))

    assert (str(encoder.prefix), str(encoder.version)) == ("https://TEM.OCOPHN.VN/", "5-H")


PATHS_OF_2026 = {
    ("capitals", "OCOP.HANOI.EXAMPLE", "3-Q"): "f4d7a6f1e3553c201262f175adeb6aa02a7f488fc3d20d7c8d0db853520a9f6a",
    ("lower", "OCOP.HANOI.EXAMPLE", "3-M"): "442e53947e988693ab3941955bdb42b11d9f92c60778c4c307d123081d8dafc6",
    ("lower", "TEM.OCOPHN.VN", "3-Q"): "cc2d4d871b105f95d17b0e8fb41ea042203046ae26b8089b12604e177b513ff5",
    (
        "lower",
        "TEM.SO.HOA.OCOP.THANH-PHO.HANOI.VN",
        "4-Q",
    ): "6cb5cec37045c652de38f2d5d4301922b779b64c7ef6306cb7ac58f006d8fe56",
}
"""What is drawn of the codes of the first epoch above, by SHA-256."""


@pytest.mark.parametrize(("form", "digest"), PATHS_OF_2026.items(), ids=map(" ".join, PATHS_OF_2026))
def test_drawn_symbols_of_2026_are_the_same_for_ever(form: tuple[UrlScheme, str, str], digest: str) -> None:
    scheme, name, version = form
    encoder = QrEncoder(Host.parse(name).url_prefix(scheme), QrVersion.parse(version))

    paths = symbol_paths(encoder, encoder.symbols([code for _, _, code in EPOCHS[0][2]]))

    assert sha256(b"".join(paths)).hexdigest() == digest


def test_unfinished_batch_of_2026_resumes_byte_for_byte(office_of_2026: Services) -> None:
    services = office_of_2026

    printed = print_batch(UNFINISHED, batch_services(services), services.output())

    made = {name: sha256(printed.folder.read(name)).hexdigest() for name in FILES_OF_UNFINISHED}
    same_versions = versions() == printed.batch.versions
    assert printed.pieces == 7
    assert made["manifest.csv"] == FILES_OF_UNFINISHED["manifest.csv"]
    assert made == FILES_OF_UNFINISHED or not same_versions


def test_design_uploaded_in_2026_still_prints(office_of_2026: Services) -> None:
    shelf = DesignShelf(office_of_2026.database)

    source = shelf.source("thu-1", 1)

    assert shelf.published_names() == ["thu-1"]
    assert office_of_2026.assets.design("thu-1", source).shape == Rectangle(25, 35, 1.5)


def test_tokens_and_sessions_of_2026_still_hold(office_of_2026: Services) -> None:
    sign_ins = SignIns(office_of_2026.database)

    token, session = sign_ins.find_token(TOKEN_OF_2026, NOVEMBER), sign_ins.find(SESSION_OF_2026, NOVEMBER)

    assert token is not None
    assert (token.account_id, token.name, tuple(token.scopes)) == (1, "kho", ("products:read", "batches:write"))
    assert session is not None
    assert session.account_id == 1


def test_key_file_of_2026_still_opens_codes(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.touch(mode=0o600)
    path.write_text(KEYS_OF_2026)

    newest, oldest = KeyFile(path).read()

    assert (newest.name, oldest.name) == ("ZM83X4MV", "471HW2CK")
    assert oldest.open("5R7SPP25X8TZBJ12B6PF") == StampIdentity(5, 417)


REPR_STOCKS = [
    (
        "Stock(name='roll-40x30x3Tx50', title='Cuộn', title_en='Roll', kind='roll', width_mm=138.0, height_mm=297.0, "
        "margins=Margins(left_mm=0.0, top_mm=0.0, right_mm=0.0, bottom_mm=0.0), bleed_mm=1.5, gutter_x_mm=0.0, "
        "gutter_y_mm=0.0, cells=Cells(shape=Rectangle(width_mm=40.0, height_mm=30.0, corner_mm=0.0), columns=3, "
        "rows=9, gap_x_mm=3.0, gap_y_mm=3.0, left_mm=6.0, top_mm=1.5), marks=Marks(crop=False, registration=False, "
        "colour_bar=False, slug=True, unprintable_mm=1), die_line=True, offset_x_mm=0.0, offset_y_mm=0.0, "
        "order='rows', roll_length_m=50.0)",
        Stock(
            name="roll-40x30x3Tx50", title="Cuộn", title_en="Roll", kind="roll", width_mm=138.0, height_mm=297.0,
            bleed_mm=1.5, cells=LabelCells(Rectangle(40, 30), 3, 9, 3, 3, 6, 1.5),
            marks=PrinterMarks(slug=True, unprintable_mm=1),
            roll_length_m=50,
        ),
    ),
    (
        "Stock(name='tròn', title='', title_en='', kind='precut', width_mm=100, height_mm=50, margins=Margins("
        "left_mm=0.0, top_mm=0.0, right_mm=0.0, bottom_mm=0.0), bleed_mm=0, gutter_x_mm=0.0, gutter_y_mm=0.0, "
        "cells=Cells(shape=Circle(diameter_mm=32), columns=2, rows=1, gap_x_mm=1, gap_y_mm=0.0, left_mm=2, top_mm=3), "
        "marks=Marks(crop=False, registration=False, colour_bar=False, slug=False, unprintable_mm=0.0), "
        "die_line=False, offset_x_mm=-0.25, offset_y_mm=0.5, order='cut-and-stack', roll_length_m=0.0)",
        Stock(
            name="tròn", title="", title_en="", kind="precut", width_mm=100, height_mm=50, die_line=False,
            cells=LabelCells(Circle(32), 2, 1, 1, 0, 2, 3), offset_x_mm=-0.25, offset_y_mm=0.5, order="cut-and-stack",
        ),
    ),
]  # fmt: skip
TOML_STOCK = """\
name = "a4"
title = "Tờ A4"
title_en = "A4 sheet"
kind = "sheet"
width_mm = 210
height_mm = 297
bleed_mm = 2
gutter_x_mm = 0.0
gutter_y_mm = 0.0
die_line = true
offset_x_mm = -0.5
offset_y_mm = 0.0
order = "piles"
roll_length_m = 0.0
[margins]
left_mm = 9
top_mm = 12
right_mm = 9
bottom_mm = 12
[marks]
crop = true
registration = true
colour_bar = true
slug = true
unprintable_mm = 4.2
"""


@pytest.mark.parametrize(("text", "stock"), REPR_STOCKS)
def test_stocks_kept_as_repr_read_the_same(text: str, stock: Stock) -> None:
    assert read_kept_stock(text.encode()) == stock


def test_stocks_kept_as_toml_read_and_write_the_same() -> None:
    stock = Stock(
        name="a4",
        title="Tờ A4",
        title_en="A4 sheet",
        kind="sheet",
        width_mm=210,
        height_mm=297,
        bleed_mm=2,
        offset_x_mm=-0.5,
        order="piles",
        margins=Margins(9, 12, 9, 12),
        marks=PrinterMarks(True, True, True, True, 4.2),
    )

    assert read_kept_stock(TOML_STOCK.encode()) == stock
    assert stock_toml(stock).decode() == TOML_STOCK


def repr_of_2026(stock: Stock) -> bytes:
    """Return a stock as batches kept it then; it knew no printers."""
    then = replace(stock, printer=None)
    return repr(then).replace("PrinterMarks(", "Marks(").replace("LabelCells(", "Cells(").encode()


@pytest.mark.parametrize("form", [repr_of_2026, stock_toml], ids=["repr", "toml"])
@pytest.mark.parametrize("name", ["roll-25x35x4", "roll-40x30.5x3Tx50", *STOCKS])
def test_every_stock_reads_back_equal(office_of_2026: Services, name: str, form: Callable[[Stock], bytes]) -> None:
    stock = replace(office_of_2026.assets.stock(name), title='"Cuộn" \\ \x7f\n', offset_x_mm=-1e-05)

    assert read_kept_stock(form(stock)) == (stock if form is stock_toml else replace(stock, printer=None))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[sheet]",
        b"Stock(",
        b"Stock()",
        b"Stock('a4')",
        b"Stock(name=open('x'))",
        b"Stock(**{'name': 'a4'})",
        b"Stock(name='a4', title='', title_en='', kind='sheet', margins=5)",
        b"Stock(name='a4', title='', title_en='', kind='none')",
        b'name = "a4"\ntitle = ""\ntitle_en = ""\nkind = "sheet"',
    ],
)
def test_unreadable_kept_stocks_are_refused(content: bytes) -> None:
    with pytest.raises(StockRefused, match=r"stock\.kept_unreadable"):
        read_kept_stock(content)


FULL = snapshot(
    replace(NOODLES, registered_mark=True),
    replace(
        NOODLES_RATED,
        extension=Extension(date(2028, 8, 1), "chờ", by_office=True),
        suspension=Suspension(date(2026, 1, 1), "xét", date(2026, 2, 1), "7/QĐ"),
        withdrawal=Withdrawal(date(2026, 3, 1), "vi phạm", "8/QĐ"),
    ),
)


@pytest.mark.parametrize("key", [key for key in FULL if key not in ("name", "producer", "stars", "decision_date")])
def test_snapshot_from_before_a_field_reads_with_its_default(key: str) -> None:
    """A key that is missing is a field that came after the batch."""
    older = {name: value for name, value in FULL.items() if name != key}
    field = {"product_group": "group"}.get(key, key)
    default = {each.name: each.default for each in (*fields(Product), *fields(Recognition))}.get(field)

    product, rated = product_of(older), recognition_of(older)

    if default is not None:
        assert getattr(product, field, getattr(rated, field, None)) == default
    assert (product.name, rated.stars) == (NOODLES.name, 4)


def test_unknown_keys_of_a_snapshot_are_ignored() -> None:
    newer = {**FULL, "colour": "red"}

    assert (product_of(newer), recognition_of(newer)) == (product_of(FULL), recognition_of(FULL))


OPTIONAL_OF_STOCKS = ("bleed_mm", "gutter_x_mm", "die_line", "offset_x_mm", "order", "roll_length_m")


@pytest.mark.parametrize("key", OPTIONAL_OF_STOCKS)
def test_stock_from_before_a_field_reads_with_its_default(key: str) -> None:
    older = "".join(f"{line}\n" for line in TOML_STOCK.splitlines() if not line.startswith(f"{key} ="))

    assert getattr(read_kept_stock(older.encode()), key) == Stock.__dataclass_fields__[key].default


def test_unknown_keys_of_a_kept_stock_are_ignored() -> None:
    newer = 'grain = "long"\n' + TOML_STOCK + "[folds]\nwide = true\n"
    of_repr = REPR_STOCKS[0][0].replace("Stock(", "Stock(grain='long', ", 1)

    assert read_kept_stock(newer.encode()) == read_kept_stock(TOML_STOCK.encode())
    assert read_kept_stock(of_repr.encode()) == REPR_STOCKS[0][1]


def test_field_added_to_a_stock_is_kept_and_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    longer = make_dataclass("Longer", [("grain", str, "short")], bases=(Stock,), frozen=True, kw_only=True)
    monkeypatch.setattr(kept_stocks, "Stock", longer)

    older = read_kept_stock(TOML_STOCK.encode())
    newer = replace(older, grain="long")  # type: ignore[call-arg]

    assert older.grain == "short"  # type: ignore[attr-defined]
    assert read_kept_stock(stock_toml(newer)).grain == "long"  # type: ignore[attr-defined]
