"""A signed verdict can be kept: whoever has the public key sees whether a letter of it was changed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from labelsvc.domain.label_code import EpochKey
from labelsvc.storage.db.database import Database
from labelsvc.workflows.sign_verdict import VerdictSigner
from tests import CHECKOUT
from tests.offices.stored_office import NOW, Stores
from tests.offices.verification_office import CODES, KEY, Office
from tests.samples.signed_verdicts import decode, verify

FACTS = {"verdict": "in_force", "title": "Còn hiệu lực “4 sao”\n\x7f\x01", "stars": 4, "void": None, "trial": False}
OLD_KEY = EpochKey(bytes(32))


@pytest.fixture
def signer() -> VerdictSigner:
    return VerdictSigner(lambda: (KEY, OLD_KEY))


def test_a_verdict_is_signed_with_the_key_that_issues(signer: VerdictSigner) -> None:
    signed: dict[str, Any] = json.loads(json.dumps(signer.sign(FACTS, NOW)))
    keys: dict[str, Any] = signer.public_keys()

    verify(signed, keys)
    assert signed["signature"]["key"] == keys["keys"][0]["kid"]
    assert signed["signed_at"] == "2026-11-24T03:00:00+00:00"


@pytest.mark.parametrize("changed", [{"verdict": "expired"}, {"stars": 5}, {"signed_at": "2026-11-25"}, {"more": 1}])
def test_whatever_is_changed_breaks_the_signature(signer: VerdictSigner, changed: dict[str, object]) -> None:
    signed: dict[str, Any] = signer.sign(FACTS, NOW)

    with pytest.raises(InvalidSignature):
        verify(signed | changed, signer.public_keys())


def test_an_old_verdict_still_verifies_after_a_rotation(signer: VerdictSigner) -> None:
    old: dict[str, Any] = VerdictSigner(lambda: (OLD_KEY,)).sign(FACTS, NOW)

    verify(old, signer.public_keys())


def test_public_keys_are_what_rfc_8037_and_7638_say(signer: VerdictSigner) -> None:
    keys: Any = signer.public_keys()["keys"]

    assert {(key["kty"], key["crv"], key["use"], len(decode(key["x"]))) for key in keys} == {
        ("OKP", "Ed25519", "sig", 32)
    }
    assert len({key["kid"] for key in keys}) == 2
    assert KEY.master.hex() not in json.dumps(keys)
    assert KEY.signing_seed.hex() not in json.dumps(keys)


def test_without_a_key_a_verdict_is_answered_unsigned() -> None:
    signed = VerdictSigner(tuple).sign(FACTS, NOW)

    assert signed["signature"] is None


def test_leaked_and_foreign_keys_sign_nothing(database: Database, tmp_path: Path) -> None:
    stores = Stores(database, tmp_path / "home")
    first, second = stores.epochs.ready(NOW).name, stores.epochs.rotate(NOW).name
    stores.epochs.import_verifying(f"{OLD_KEY.name}:{OLD_KEY.master.hex()}", NOW)
    keys = stores.verifying_keys()
    before = keys.signing()
    keys.compare()
    compared = [key.name for key in keys.signing()]
    third = stores.epochs.rotate(NOW, leaked=[second]).name
    keys.compare()

    assert before == ()
    assert compared == [second, first]
    assert [key.name for key in keys.signing()] == [third, first]


def test_the_example_in_the_docs_verifies_what_the_service_answers(tmp_path: Path) -> None:
    office = Office(signer=VerdictSigner(lambda: (KEY,)))
    found = re.search(
        r"<!-- tested: verify a verdict -->\n\n((?:    .*\n|\n)+)", (CHECKOUT / "docs" / "api.md").read_text()
    )
    assert found
    program = [sys.executable, "-c", textwrap.dedent(found[1]), "verdict.json", "keys.json"]
    (tmp_path / "keys.json").write_bytes(office.client.get("/.well-known/jwks.json").get_data())

    for name in ("in_force", "not_ours"):
        answer = office.client.get(f"/{CODES[name]}", headers={"Accept": "application/json"})
        (tmp_path / "verdict.json").write_bytes(answer.get_data())
        said = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert said.split()[:2] == [CODES[name], name]
    changed = (tmp_path / "verdict.json").read_text().replace("not_ours", "in_force")
    (tmp_path / "verdict.json").write_text(changed)

    assert b"InvalidSignature" in subprocess.run(program, cwd=tmp_path, capture_output=True, check=False).stderr


def test_pages_for_people_are_not_signed() -> None:
    def never() -> tuple[EpochKey, ...]:
        raise AssertionError

    office = Office(signer=VerdictSigner(never))

    assert office.client.get(f"/{CODES['in_force']}").status_code == 200


def test_a_verdict_of_the_year_is_signed_as_ever(signer: VerdictSigner) -> None:
    """What was signed is kept: the bytes of this signature never change."""
    signed: Any = signer.sign({"asked": "0" * 20, "verdict": "not_ours"}, datetime(2026, 11, 24, 3, tzinfo=UTC))

    assert (
        signed["signature"]["value"]
        == "zIAtVkIe_JcN9HqohthX_tU86ZMsNwWGUJi2U3pKDCc1wFWlczKdceHOvMsOXyKrYWT5LJVooqlC8mBo0isQAg"
    )
