"""Secrets of second factors are sealed with a key that the database does not have."""

from __future__ import annotations

import pytest

from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import EpochKey
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.accounts import Accounts
from labelsvc.workflows.factor_secrets import FactorSecrets, seal_anew
from tests.offices.stored_office import NOW

SECRET = "JBSWY3DPEHPK3PXP"
OLD, NEW = EpochKey(bytes(32)), EpochKey(bytes(range(32)))


def secrets(*keys: EpochKey) -> FactorSecrets:
    return FactorSecrets(lambda: keys)


def test_a_sealed_secret_opens_for_its_account_alone() -> None:
    sealed = secrets(NEW).seal(SECRET, 7)

    assert SECRET not in sealed
    assert secrets(OLD, NEW).open(sealed, 7) == SECRET
    with pytest.raises(KeyRefused):
        secrets(NEW).open(sealed, 8)
    with pytest.raises(KeyRefused):
        secrets(OLD).open(sealed, 7)
    with pytest.raises(KeyRefused):
        secrets(NEW).open(f"{sealed[:-1]}{'0' if sealed[-1] != '0' else '1'}", 7)


def test_sealed_secrets_of_this_version_open_for_ever() -> None:
    kept = "v1:471HW2CK:000102030405060708090a0b2a35ab89d155abcc7f2747e563e571e0a637a871f6d2ef00e9592c9285cae4f2"

    assert secrets(NEW).open(kept, 7) == SECRET


def test_earlier_secrets_are_read_as_they_are() -> None:
    assert secrets().open(SECRET, 7) == SECRET


def test_every_factor_is_sealed_anew_with_the_key_that_issues(database_url: str) -> None:
    database = Database.open(database_url)
    accounts, context = Accounts(database), ChangeContext("thử", NOW)
    ids = [
        accounts.add(Account(email=f"a{n}@vanphong.vn", name="A", role=Role.CLERK), "!", context).id for n in range(4)
    ]
    lost = secrets(EpochKey(b"x" * 32)).seal(SECRET, ids[2])
    for account_id, stored in zip(ids, (SECRET, secrets(OLD).seal(SECRET, ids[1]), lost), strict=False):
        accounts.set_second_factor(account_id, stored, 0, context)

    counts = [seal_anew(accounts, secrets(NEW, OLD)) for _ in range(2)]
    kept = accounts.factor_secrets()
    database.close()

    assert counts == [2, 0]
    assert [secrets(NEW).open(kept[each], each) for each in ids[:2]] == [SECRET, SECRET]
    assert kept[ids[2]] == lost
    assert ids[3] not in kept
