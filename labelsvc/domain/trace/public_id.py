"""The public name of a product: what its page's address ends with, ``/p/7k3qx9zt4m``.

Ten characters of Crockford's base 32, drawn at random when the product is stored. The row's own number would say how
many products there are, those that were never published among them, and may be given again after an import was undone:
then a shop's badge would show another product's stars. Fifty random bits are given once. They guard nothing: whatever
they lead to stands in the public register, or stood there.
"""

from __future__ import annotations

from labelsvc.domain.label_code import ALPHABET

LENGTH = 10
RANDOM_BYTES = 7
"""How many random bytes a public id takes: 56 bits, of which 50 are used."""

_READ_AS = {"o": "0", "i": "1", "l": "1"}


def public_id_of(random: bytes) -> str:
    """Return the public id of RANDOM_BYTES random bytes."""
    number = int.from_bytes(random)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH)).lower()


def parse_public_id(text: str) -> str:
    """Return the public id in any case, with O for 0, I and L for 1; empty if it is none."""
    letters = "".join(_READ_AS.get(letter, letter) for letter in text.lower())
    return letters if len(letters) == LENGTH and all(letter.upper() in ALPHABET for letter in letters) else ""
