"""Symbols: the reference encoder's bit for bit, at the standard's best mask."""

import numpy as np
import pytest
import qrcodegen
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from pyzbar import pyzbar

from labelsvc.domain.host import Host
from labelsvc.domain.label_code import ALPHABET
from labelsvc.domain.qr_version import QrVersion
from labelsvc.rendering.qr.choice import choose_as_before
from labelsvc.rendering.qr.encoder import QrEncoder, lines_of, reference_symbol
from labelsvc.rendering.qr.masks import penalties

CODES = st.text(alphabet=ALPHABET, min_size=20, max_size=20)
GTIN = "8934567890128"


def encoder(host: str, version: str, gtin: str = "") -> QrEncoder:
    return QrEncoder(Host.parse(host).url_prefix(gtin=gtin), QrVersion.parse(version))


def encoder_before(host: str, gtin: str = "") -> QrEncoder:
    """Return what makes symbols of batches from before, all in capitals."""
    prefix = Host.parse(host).url_prefix("capitals", gtin)
    return QrEncoder(prefix, choose_as_before(prefix))


ENCODERS = [
    encoder("A.VN", "2-M"),
    encoder("TEM.OCOPHN.VN", "3-Q"),
    encoder("OCOP.HANOI.GOV.VN", "3-M"),
    encoder("OCOP.HANOI.EXAMPLE", "4-Q"),
    encoder("HTTP://192.168.1.7:8000", "3-M"),
    encoder("TEM.OCOPHN.VN", "4-Q", GTIN),
    encoder("OCOP.HANOI.EXAMPLE", "5-Q", GTIN),
    encoder("A.VN", "5-H"),
    encoder_before("OCOP.HANOI.EXAMPLE"),
    encoder_before("OCOP.HANOI.GOV.VN"),
    encoder_before("HTTP://192.168.1.7:8000"),
    encoder_before("OCOP.HANOI.EXAMPLES", GTIN),
]
BY_NAME = {f"{each.prefix} {each.version}": each for each in ENCODERS}
ECC = {"M": qrcodegen.QrCode.Ecc.MEDIUM, "Q": qrcodegen.QrCode.Ecc.QUARTILE, "H": qrcodegen.QrCode.Ecc.HIGH}


def second_reference(of: QrEncoder, code: str) -> qrcodegen.QrCode:
    segments = [qrcodegen.QrSegment.make_alphanumeric(of.prefix.in_capitals + code)]
    if of.prefix.in_bytes:
        segments.insert(0, qrcodegen.QrSegment.make_bytes(of.prefix.in_bytes.encode()))
    version = of.version
    return qrcodegen.QrCode.encode_segments(segments, ECC[version.level], version.number, version.number, -1, False)


def penalty_by_the_letter(dark: list[list[bool]]) -> int:
    """Score a symbol by the standard's four rules, module by module."""
    size, score = len(dark), 0
    for line in [*dark, *map(list, zip(*dark, strict=True))]:
        runs: list[list[int]] = []
        for module in line:
            if runs and runs[-1][0] == module:
                runs[-1][1] += 1
            else:
                runs.append([module, 1])
        score += sum(3 + length - 5 for _, length in runs if length >= 5)
        lengths = [length for _, length in runs]
        if runs[0][0]:  # beyond the edge all is light
            lengths.insert(0, size)
        else:
            lengths[0] += size
        if runs[-1][0]:
            lengths.append(size)
        else:
            lengths[-1] += size
        for i in range(1, len(lengths) - 5, 2):
            n = lengths[i]
            if lengths[i : i + 5] == [n, n, 3 * n, n, n]:
                before, after = lengths[i - 1], lengths[i + 5]
                score += 40 * ((before >= 4 * n and after >= n) + (after >= 4 * n and before >= n))
    for y in range(size - 1):
        for x in range(size - 1):
            score += 3 * (dark[y][x] == dark[y][x + 1] == dark[y + 1][x] == dark[y + 1][x + 1])
    total, count = size * size, sum(map(sum, dark))
    return score + 10 * (-(-abs(count * 20 - total * 10) // total) - 1)


@pytest.mark.parametrize("of", BY_NAME.values(), ids=BY_NAME)
@settings(max_examples=10)
@given(CODES)
def test_symbol_equals_both_references_bit_for_bit(of: QrEncoder, code: str) -> None:
    reference = second_reference(of, code)

    symbols = of.symbols([code])

    mask, size = int(symbols.masks[0]), symbols.modules
    package = reference_symbol(of.prefix, code, of.version, mask)
    assert symbols.rows[0].tolist() == lines_of(package)[:size].tolist()
    assert mask == reference._mask if hasattr(reference, "_mask") else reference.get_mask()
    drawn = [sum(reference.get_module(x, y) << x for x in range(size)) for y in range(size)]
    assert symbols.rows[0].tolist() == drawn


@pytest.mark.parametrize("of", BY_NAME.values(), ids=BY_NAME)
def test_decoders_return_the_url_letter_for_letter(of: QrEncoder) -> None:
    for code in ("0" * 20, "Z" * 20, "7K3QX9ZT4M2B8RVC5WHD"):
        picture = drawn_symbol(of, code)

        by_zbar = pyzbar.decode(Image.fromarray(picture), symbols=[pyzbar.ZBarSymbol.QRCODE])

        assert zxingcpp.read_barcode(picture).text == of.urls([code])[0] == f"{of.prefix}{code}"
        assert [found.data.decode() for found in by_zbar] == of.urls([code])


def drawn_symbol(of: QrEncoder, code: str) -> NDArray[np.uint8]:
    rows = of.symbols([code]).rows[0]
    dark = [[int(row) >> x & 1 for x in range(len(rows))] for row in rows]
    return np.kron(np.where(np.pad(dark, 4), 0, 255), np.ones((4, 4))).astype(np.uint8)


@settings(max_examples=10)
@given(CODES, st.sampled_from(ENCODERS))
def test_every_masks_penalty_is_the_standards_by_the_letter(code: str, of: QrEncoder) -> None:
    masks = [reference_symbol(of.prefix, code, of.version, mask) for mask in range(8)]

    scores = penalties(np.array([lines_of(modules) for modules in masks]), of.version.modules)

    assert scores.tolist() == [penalty_by_the_letter(modules.tolist()) for modules in masks]


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from([21, 25, 29, 33, 37]), st.floats(0.1, 0.9))
def test_any_matrix_is_scored_by_the_standard_including_edges(seed, size, share) -> None:
    random = np.random.default_rng(seed)
    dark = np.repeat(np.repeat(random.random((size, size)) < share, 2, axis=0), 2, axis=1)[:size, :size]

    score = penalties(lines_of(dark)[None], size)

    assert score.tolist() == [penalty_by_the_letter(dark.tolist())]


def test_a_thousand_codes_are_one_answer_however_they_are_grouped() -> None:
    random = np.random.default_rng(7)
    codes = ["".join(random.choice(list(ALPHABET), 20)) for _ in range(600)]
    for of in (ENCODERS[1], ENCODERS[3]):
        together = of.symbols(codes)
        apart = [of.symbols([code]) for code in codes[::37]]

        assert [symbol.rows[0].tolist() for symbol in apart] == together.rows[::37].tolist()
