"""The rules of preflight, each with the standard that it comes from (collected in PRESS-RULES).

A rule's title in both languages is ``rule_<name>`` in ``templates/wording/preflight.toml``. Files are checked against
these rules, never certified.
"""

from __future__ import annotations

from dataclasses import dataclass

FILE, PAGES, INKS, TEXT, QR = "file", "pages", "inks", "text", "qr"
X4 = "ISO 15930-7"
GWG = "GWG 2015"
STEPS = "ISO 19593-1"
SYMBOL = "ISO/IEC 18004"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, its section of the report, and its source."""

    name: str
    section: str
    source: str


RULES = (
    Rule("header", FILE, f"{X4}; ISO 32000-1, 7.5.2"),
    Rule("binary_comment", FILE, "ISO 32000-1, 7.5.2"),
    Rule("version", FILE, f"{X4}; ISO 32000-1, 7.7.2"),
    Rule("structure", FILE, "ISO 32000-1, 7.5"),
    Rule("file_id", FILE, f"{X4}; ISO 32000-1, 14.4"),
    Rule("encryption", FILE, X4),
    Rule("external_streams", FILE, X4),
    Rule("filters", FILE, X4),
    Rule("actions", FILE, X4),
    Rule("form_fields", FILE, X4),
    Rule("embedded_files", FILE, X4),
    Rule("xmp", FILE, f"{X4}; ISO 16684-1"),
    Rule("pdfx_version", FILE, X4),
    Rule("xmp_dates", FILE, X4),
    Rule("xmp_title", FILE, X4),
    Rule("xmp_identifiers", FILE, X4),
    Rule("trapped", FILE, X4),
    Rule("info_agrees", FILE, X4),
    Rule("output_intent", FILE, X4),
    Rule("output_condition", FILE, X4),
    Rule("output_profile", FILE, f"{X4}; ISO 15076-1, 7.2"),
    Rule("boxes", PAGES, X4),
    Rule("box_nesting", PAGES, X4),
    Rule("bleed", PAGES, f"{X4}; PRESS-RULES"),
    Rule("ordered_size", PAGES, "PRODUCT §6"),
    Rule("page_entries", PAGES, X4),
    Rule("annotations", PAGES, X4),
    Rule("layers", PAGES, f"{X4}; ISO 32000-1, 8.11.4"),
    Rule("processing_steps", PAGES, STEPS),
    Rule("die_line", PAGES, f"{STEPS}; PRODUCT §6"),
    Rule("die_line_alone", PAGES, STEPS),
    Rule("die_line_closed", PAGES, "PRESS-RULES"),
    Rule("die_line_once", PAGES, "PRESS-RULES"),
    Rule("die_line_trim", PAGES, f"{X4}; PRESS-RULES"),
    Rule("white_ink", PAGES, f"{STEPS}; {GWG}"),
    Rule("spot_inks", PAGES, f"{X4}; {GWG}"),
    Rule("colour_spaces", INKS, f"{GWG}; PRODUCT §6"),
    Rule("white_overprint", INKS, f"{GWG}, 4.8, 4.9"),
    Rule("black_text", INKS, f"{GWG}, 4.10–4.12"),
    Rule("black_lines", INKS, f"{GWG}, 4.10–4.12"),
    Rule("colour_overprint", INKS, f"{GWG}; PRODUCT §6"),
    Rule("dark_colours", INKS, "PRESS-RULES"),
    Rule("total_ink", INKS, f"{GWG}; PRODUCT §6"),
    Rule("thin_lines", INKS, f"{GWG}, 4.17"),
    Rule("hairlines", INKS, "PRESS-RULES"),
    Rule("transparency", INKS, f"{X4}; ISO 32000-1, 11"),
    Rule("device_settings", INKS, f"{X4}; {GWG}"),
    Rule("image_resolution", INKS, f"{GWG}; PRODUCT §6"),
    Rule("bitmap_resolution", INKS, GWG),
    Rule("image_depth", INKS, GWG),
    Rule("image_extras", INKS, f"{X4}; {GWG}"),
    Rule("small_text", TEXT, f"{GWG}, 4.15, 4.16"),
    Rule("text_size", TEXT, "PRESS-RULES"),
    Rule("white_text", TEXT, "PRESS-RULES"),
    Rule("text_die_line", TEXT, "PRESS-RULES"),
    Rule("text_height", TEXT, "PRODUCT §1"),
    Rule("fonts_embedded", TEXT, f"{X4}; ISO 32000-1, 9.9"),
    Rule("font_subsets", TEXT, "ISO 32000-1, 9.6.4"),
    Rule("font_unicode", TEXT, "ISO 32000-1, 9.10.3"),
    Rule("type_3", TEXT, "PRESS-RULES"),
    Rule("balance", TEXT, "ISO 32000-1, 8.4.2"),
    Rule("resources", TEXT, "ISO 32000-1, 7.8.3"),
    Rule("bounds", TEXT, "ISO 32000-1, 8.10"),
    Rule("qr_readable", QR, SYMBOL),
    Rule("qr_module", QR, "PRESS-RULES"),
    Rule("qr_quiet_zone", QR, f"{SYMBOL}, 6.3.8"),
    Rule("qr_contrast", QR, "ISO/IEC 15415"),
    Rule("qr_polarity", QR, "PRESS-RULES"),
    Rule("qr_ink", QR, "PRESS-RULES"),
    Rule("qr_overprint", QR, "PRODUCT §6"),
    Rule("qr_uncovered", QR, "PRESS-RULES"),
    Rule("qr_unique", QR, "PRODUCT §3"),
)
NAMES = frozenset(rule.name for rule in RULES)
