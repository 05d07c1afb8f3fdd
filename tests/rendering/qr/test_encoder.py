"""Symbols: the reference encoder's bit for bit, at the standard's best mask."""

import numpy as np
import pytest
import qrcodegen
from hypothesis import given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import ALPHABET
from labelsvc.rendering.qr.encoder import Encoder, choose, lines_of, reference_symbol
from labelsvc.rendering.qr.masks import penalties

CODES = st.text(alphabet=ALPHABET, min_size=20, max_size=20)
PREFIXES = [
    "HTTPS://OCOP.HANOI.EXAMPLE/",
    "HTTPS://OCOP.HANOI.GOV.VN/",
    "HTTP://192.168.1.7:8000/",
    "HTTPS://OCOP.HANOI.EXAMPLES/01/08934567890128/21/",
]
ECC = {"M": qrcodegen.QrCode.Ecc.MEDIUM, "Q": qrcodegen.QrCode.Ecc.QUARTILE, "H": qrcodegen.QrCode.Ecc.HIGH}


def second_reference(prefix: str, code: str) -> qrcodegen.QrCode:
    version = choose(prefix)
    segments = [qrcodegen.QrSegment.make_alphanumeric(prefix + code)]
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


@pytest.mark.parametrize(
    ("prefix", "number", "level"),
    [
        ("HTTPS://OCOP.HANOI.EXAMPLE/", 3, "Q"),
        ("HTTPS://OCOP.HANOI.EXAMPLES/", 3, "M"),
        ("HTTPS://OCOP.HANOI.GOV.V/01/08934567890128/21/", 4, "Q"),
        ("HTTP://10.0.0.1/", 2, "M"),
    ],
)
def test_the_lowest_version_has_the_highest_level_that_it_allows(prefix, number, level) -> None:
    version = choose(prefix)

    assert (version.number, version.level) == (number, level)


@pytest.mark.parametrize("prefix", ["https://a.vn/", "HTTPS://Ô.VN/", "HTTPS://A_B.VN/"])
def test_a_prefix_outside_of_the_alphanumeric_mode_is_refused(prefix) -> None:
    with pytest.raises(InvalidValue, match=r"qr\.letters"):
        choose(prefix)


@pytest.mark.parametrize("prefix", PREFIXES)
@settings(max_examples=20)
@given(CODES)
def test_a_symbol_equals_both_references_bit_for_bit(prefix, code) -> None:
    encoder, reference = Encoder(prefix), second_reference(prefix, code)

    symbols = encoder.symbols([code])

    mask, size = int(symbols.masks[0]), symbols.modules
    package = reference_symbol(prefix + code, encoder.version, mask)
    assert symbols.rows[0].tolist() == lines_of(package)[:size].tolist()
    assert mask == reference._mask if hasattr(reference, "_mask") else reference.get_mask()
    drawn = [sum(reference.get_module(x, y) << x for x in range(size)) for y in range(size)]
    assert symbols.rows[0].tolist() == drawn


@settings(max_examples=10)
@given(CODES, st.sampled_from(PREFIXES))
def test_every_masks_penalty_is_the_standards_by_the_letter(code, prefix) -> None:
    version = choose(prefix)
    masks = [reference_symbol(prefix + code, version, mask) for mask in range(8)]

    scores = penalties(np.array([lines_of(modules) for modules in masks]), version.modules)

    assert scores.tolist() == [penalty_by_the_letter(modules.tolist()) for modules in masks]


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.sampled_from([21, 25, 29, 33, 37]), st.floats(0.1, 0.9))
def test_any_picture_is_scored_by_the_letter_scaled_patterns_and_edges_included(seed, size, share) -> None:
    random = np.random.default_rng(seed)
    dark = np.repeat(np.repeat(random.random((size, size)) < share, 2, axis=0), 2, axis=1)[:size, :size]

    score = penalties(lines_of(dark)[None], size)

    assert score.tolist() == [penalty_by_the_letter(dark.tolist())]


def test_a_thousand_codes_are_one_answer_however_they_are_grouped() -> None:
    random = np.random.default_rng(7)
    codes = ["".join(random.choice(list(ALPHABET), 20)) for _ in range(600)]
    encoder = Encoder(PREFIXES[0])

    together = encoder.symbols(codes)
    apart = [encoder.symbols([code]) for code in codes[::37]]

    assert [symbol.rows[0].tolist() for symbol in apart] == together.rows[::37].tolist()
