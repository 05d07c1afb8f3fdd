"""Writes a batch's ticket.pdf for the print shop, from the order and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelsvc.domain.permission import may_print
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.shape import Shape
from labelsvc.domain.sheet import Stock
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.pdf.outlines import hole_boxes
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, CMYK, PdfIdentity, colour_space_name
from labelsvc.rendering.design.checks.label_law import is_goods_label
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.qr.choice import printed_module_mm
from labelsvc.rendering.qr.paths import finder_patterns, symbol_paths
from labelsvc.rendering.sheets.positions import symbol_place
from labelsvc.rendering.sheets.press_page import LabelForm
from labelsvc.rendering.sheets.ticket.ticket import LabelPicture, Ticket, write_ticket
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.describe_job import roll_facts, ticket_job
from labelsvc.workflows.batches.release_batch import PAGES, SYMBOLS, what_was_checked
from labelsvc.workflows.paper_words import PaperWords, Say
from labelsvc.workflows.part_jobs import CODE, PRODUCER

TICKET = "ticket.pdf"
NAMES_SHOWN, WARNINGS_SHOWN, EXCEPTIONS_SHOWN = 6, 4, 4


def write_batch_ticket(
    folder: StoredFolder, contents: BatchContents, proof: Mapping[str, Any], words: PaperWords, address: str = ""
) -> None:
    """Write the ticket; ``proof`` is the content of proof.json, ``address`` that of the desk."""
    batch, assets, say = contents.batch, contents.assets, words.say
    picture = _picture(contents, words.marks.specimen)
    ticket = Ticket(
        title=say("ticket.title"),
        heading=say("ticket.heading", batch=batch.name),
        day=say("ticket.day", day=batch.ordered_at.astimezone(VIETNAM).date()),
        mark=batch.mark,
        facts=_facts(contents, proof, picture, say),
        file_headings=[say(f"ticket.{name}") for name in ("file", "file_sheets", "file_pieces", "file_size", "sha256")],
        files=_files(proof),
        more_files=say("ticket.more_files", count="{count}"),
        notes_heading=say("ticket.notes"),
        notes=_notes(contents, words),
        job=ticket_job(contents, say, address) if batch.options.job_on_ticket else None,
    )
    identity = PdfIdentity(f"{say('ticket.title')} {batch.name}", batch.ordered_at, PRODUCER)
    with folder.write(TICKET) as file:
        stream: Any = file
        write_ticket(stream, ticket, picture, assets.fonts, identity, assets.profile)


def _picture(contents: BatchContents, specimen: str) -> LabelPicture:
    """Return the label of the batch's first product as a specimen, with a code that no stamp has."""
    design, host, line, use = contents.design, contents.host, contents.lines[0], FontUse()
    facts = LabelFacts(product=line.product, recognition=line.recognition, host=host.name, mark=specimen, lot=line.lot)
    art = draw(fill(design, facts), use)
    design.piece_text.record(use)
    encoder = contents.encoder
    symbols = encoder.symbols([CODE])
    modules = symbols.modules
    place = symbol_place(contents.layout, (design.qr.x_mm, design.qr.y_mm, design.qr.size_mm), encoder.version)
    path = finder_patterns(modules) + symbol_paths(encoder, symbols)[0]
    text = design.piece_text.operators([CODE], [1])[0]
    inks = contents.assets.palette.spots.items()
    spots: dict[str, CMYK] = {spot: cmyk for spot, cmyk in inks if colour_space_name(spot) + b" " in art}
    drawn = b"q %b Q %b%b%bf Q\n%b%b" % (art, BLACK_OVERPRINTING, place, path, BLACK_OVERPRINTING, text)
    return LabelPicture(LabelForm(design.shape, drawn, design.xobjects), use, spots, design.artwork_spots)


def _facts(contents: BatchContents, proof: Mapping[str, Any], picture: LabelPicture, say: Say) -> list[tuple[str, str]]:
    design, layout = contents.design, contents.layout
    shape, stock = design.shape, layout.stock
    spots = "".join(f", {spot}" for spot in picture.spot_names)
    size = {"width_mm": shape.width_mm, "height_mm": shape.height_mm, "bleed_mm": layout.bleed_mm}
    sheets, least = proof["sheets"], proof["least_sheets"]
    values = {
        "design": say("ticket.design_value", name=design.title, **size),
        "stock": stock.title,
        **{name: value for name in ("substrate", "finish") if (value := getattr(stock, name))},
        **(roll_facts(contents, say) if contents.batch.options.job_on_ticket else {}),
        **_printer(contents.batch.options, say),
        "pieces": say("ticket.pieces_value", pieces=proof["pieces"], products=len(contents.lines)),
        "sheets": say("ticket.sheets_value", sheets=sheets, per_sheet=layout.per_sheet)
        + (say("ticket.turned") if layout.turned else "")
        + (say("ticket.sheets_apart", least=least) if sheets > least else ""),
        "order": say(f"ticket.order_{stock.order.replace('-', '_')}"),
        "inks": (
            say("ticket.inks_black", dpi=stock.printer.dpi) if stock.printer else say("ticket.inks_value", spots=spots)
        ),
        "die_line": say(f"ticket.{_cut_by(stock)}"),
        **_holes(shape, say),
        "qr": _qr(contents, proof, say),
    }
    return [(say(f"ticket.{name}"), value) for name, value in values.items()]


def _holes(shape: Shape, say: Say) -> dict[str, str]:
    """Return the holes to be punched, each with its size and where its middle is."""
    holes = [
        say("ticket.hole", width_mm=wide, height_mm=high, x_mm=round(x + wide / 2, 2), y_mm=round(y + high / 2, 2))
        for x, y, wide, high in hole_boxes(shape)
    ]
    return {"holes": "; ".join(holes)} if holes else {}


def _printer(options: PrintOptions, say: Say) -> dict[str, str]:
    """Return the printer that the sheets are corrected for: its name, and how far all is moved."""
    if not options.corrected:
        return {}
    moved = {"x_mm": options.offset_x_mm, "y_mm": options.offset_y_mm}
    return {"printer": say("ticket.printer_value", name=options.printer or "–", **moved)}


def _cut_by(stock: Stock) -> str:
    """Return the word for what the labels of a stock are cut by."""
    if stock.die_line:
        return "die_line_value" if stock.bleed_layer else "die_line_alone"
    if stock.marks.corners:
        return "cut_by_corners"
    return "cut_by_marks" if stock.marks.crop else "no_die_line"


def _qr(contents: BatchContents, proof: Mapping[str, Any], say: Say) -> str:
    version, printer = contents.encoder.version, contents.layout.stock.printer
    module = round(printed_module_mm(version, contents.design.qr.size_mm, printer), 2)
    checked = what_was_checked(proof)
    if checked != PAGES:
        read = say(
            "ticket.read_symbols" if checked == SYMBOLS else "ticket.read_none", symbols=proof["symbols_decoded"]
        )
    elif proof["pieces_read"] == proof["pieces"]:
        read = say("ticket.read_all")
    else:
        read = say("ticket.read_some", symbols=proof["symbols_decoded"], pieces=proof["pieces_read"])
    return say("ticket.qr_value", version=version.number, level=version.level, module_mm=module, pages_read=read)


def _files(proof: Mapping[str, Any]) -> list[list[str]]:
    """Return the rows of all files; those for a thermal printer stand below their part's PDF."""
    return [
        [
            file["file"],
            str(part["pages"]),
            f"{part['pieces']:,}".replace(",", "."),
            f"{file['size']:,}".replace(",", "."),
            file["sha256"],
        ]
        for part in proof["parts"]
        for file in (part, *part.get("printer", {}).get("files", ()))
    ]


def _notes(contents: BatchContents, words: PaperWords) -> list[str]:
    batch, lines, say = contents.batch, contents.lines, words.say
    notes = [say("ticket.note_scale"), say("ticket.note_unique")]
    if batch.trial:
        notes.append(say("ticket.note_trial"))
    if contents.host.specimen or any(line.specimen for line in lines):
        notes.append(say("ticket.note_specimen"))
    if not all(line.line.counted for line in lines):
        notes.append(say("ticket.note_uncounted"))
    for used in batch.exceptions[:EXCEPTIONS_SHOWN]:
        facts = {"product": used.product, "pieces": used.pieces, "who": used.who, "why": used.reason}
        notes.append(say(f"ticket.exception_{used.kind}", **facts))
    warned = list(_warnings(contents, words).items())
    for warning, names in warned[:WARNINGS_SHOWN]:
        shown = ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
        notes.append(say("ticket.note_warning", warning=warning[0].upper() + warning[1:], names=shown))
    if batch.options.job_on_ticket:
        notes.append(say("ticket.note_audit", head=contents.audit_head.short))
    return notes


def _warnings(contents: BatchContents, words: PaperWords) -> dict[str, list[str]]:
    """Return each warning with the products that it is true of."""
    today = contents.batch.ordered_at.astimezone(VIETNAM).date()
    found: dict[str, list[str]] = {}
    blanks = is_goods_label(contents.design)  # only legal fields are left blank with a warning
    for line in contents.lines:
        blank = fill(contents.design, contents.facts(line, words.marks)).warnings if blanks else ()
        for problem in (*may_print((line.recognition,), today).warnings, *blank):
            found.setdefault(words.say(problem.code, **problem.facts), []).append(line.product.name)
    return found
