"""Throws random codes at keys and counts those that open: ``python -m tests.bench.forged_codes 1000000``.

One in 4.5 × 10^15 opens by chance (a tag of 52 bits), so none does here.
"""

from __future__ import annotations

import random
import sys
from time import perf_counter

from labelsvc.domain.label_code import ALPHABET, LENGTH, EpochKey, StampIdentity, open_with

KEYS = tuple(EpochKey(bytes([number] * 32)) for number in (1, 2))


def opened_by_chance(count: int, seed: int = 13) -> int:
    """Return how many of so many forged codes open: half at random, half genuine ones with one character changed."""
    chance, opened = random.Random(seed), 0
    for number in range(count):
        code = KEYS[number & 1].seal(StampIdentity(number, 1)) if number % 4 < 2 else ""
        if code:
            place = number % LENGTH
            forged = code[:place] + chance.choice(ALPHABET.replace(code[place], "")) + code[place + 1 :]
        else:
            forged = "".join(chance.choices(ALPHABET, k=LENGTH))
        opened += open_with(KEYS, forged).stamp is not None
    return opened


if __name__ == "__main__":
    codes, start = int(sys.argv[1]), perf_counter()
    print(f"{opened_by_chance(codes)} of {codes} forged codes opened in {perf_counter() - start:.1f} s")
