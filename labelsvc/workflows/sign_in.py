"""Sign in: is it this person? Passwords, and one-time passwords by TOTP (RFC 6238)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe

import pyotp

from labelsvc.domain.account import Account, Role, check_password, normal_email
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.storage.people.accounts import Accounts
from labelsvc.storage.people.accounts import Credentials as Credentials
from labelsvc.storage.people.invitations import Invitation, Invitations
from labelsvc.storage.people.sign_ins import TOKEN_BYTES, hash_of
from labelsvc.storage.products.producer_names import ProducerNames
from labelsvc.workflows.factor_secrets import FactorSecrets
from labelsvc.workflows.password_hashes import PasswordHashes
from labelsvc.workflows.password_strength import check_guessable

INVITATION_HOLDS = timedelta(days=7)
STEP_SECONDS = 30
STEPS_ASIDE = 1
"""A phone's clock may be half a minute off."""
ISSUER = "OCOP labelsvc"


def check_password_of(accounts: Accounts, hashes: PasswordHashes, email: str, password: str) -> Credentials | None:
    """Return whose address and password these are, None if they are nobody's.

    It takes the same time whether there is such an account or not.
    """
    try:
        found = accounts.credentials(normal_email(email))
    except InvalidValue:
        found = None
    right = hashes.matches(found.password_hash if found and found.password_hash else hashes.nobodys, password)
    if found is None or not right or not found.account.active or not found.password_hash:
        return None
    if hashes.outdated(found.password_hash):
        return _renew_hash(accounts, hashes, found, password)
    return found


def _renew_hash(accounts: Accounts, hashes: PasswordHashes, found: Credentials, password: str) -> Credentials | None:
    """Hash a right password under newer parameters; None if it was changed meanwhile."""
    renewed = hashes.hash(password)
    if accounts.rehash(found.account.id, found.password_hash, renewed):
        return replace(found, password_hash=renewed)
    now = accounts.credentials_of(found.account.id)  # renewed by another sign-in, or another password
    return now if hashes.matches(now.password_hash, password) else None


@dataclass(frozen=True, slots=True)
class SignInRefusal:
    """Why nobody was signed in whose password was right: ``code_needed``, ``code``, ``recovery``, or ``wait``."""

    why: str
    until: datetime | None = None


def mark_of(found: Credentials) -> str:
    """Return what tells this password from another one: a first step that was taken with it ends when it changes."""
    return hash_of(found.password_hash)


def matches(accounts: Accounts, hashes: PasswordHashes, account_id: int, password: str) -> bool:
    """Return whether a password is the account's."""
    return hashes.matches(accounts.credentials_of(account_id).password_hash, password)


def change_password(
    accounts: Accounts, hashes: PasswordHashes, account: Account, password: str, context: ChangeContext
) -> None:
    """Give an account a new password; all its sessions end. InvalidValue says what is wrong with it."""
    checked = _checked(password, account)
    accounts.set_password(account.id, hashes.hash(checked), context)


def change_own_password(
    accounts: Accounts, hashes: PasswordHashes, found: Credentials, password: str, context: ChangeContext
) -> None:
    """Give an account whose old password was right a new one; ChangedMeanwhile if that was changed since."""
    checked = _checked(password, found.account)
    accounts.set_password(found.account.id, hashes.hash(checked), context, found.password_hash)


def add_account(
    accounts: Accounts, hashes: PasswordHashes, account: Account, password: str, context: ChangeContext
) -> Account:
    """Make an account; InvalidValue says what is wrong with it or its password."""
    checked = _checked(password, account)
    return accounts.add(account, hashes.hash(checked), context)


def invite(
    invitations: Invitations,
    producers: ProducerNames,
    email: str,
    role: Role,
    producer_id: int | None,
    context: ChangeContext,
) -> str:
    """Return the token of a link that makes an account, or gives the one of this address a new password."""
    Account(email=normal_email(email), name="?", role=role, producer_id=producer_id)
    if role is Role.PRODUCER and producer_id is not None:
        producers.get(producer_id)
    token = token_urlsafe(TOKEN_BYTES)
    invitations.add(
        Invitation(
            token_hash=hash_of(token),
            email=normal_email(email),
            role=role,
            producer_id=producer_id,
            invited_by=context.who,
            at=context.now,
            expires_at=context.now + INVITATION_HOLDS,
        )
    )
    return token


def find_invitation(invitations: Invitations, token: str, now: datetime) -> Invitation:
    """Return what a link invites to; NotFound if it holds no more."""
    return invitations.get(hash_of(token), now)


def accept_invitation(
    invitations: Invitations, hashes: PasswordHashes, token: str, name: str, password: str, now: datetime
) -> Account:
    """Make the account that a link invites to; NotFound if the link holds no more."""
    invitation = invitations.get(hash_of(token), now)
    account = Account(
        email=invitation.email, name=name.strip(), role=invitation.role, producer_id=invitation.producer_id
    )
    checked = _checked(password, account)
    return invitations.accept(invitation, account, hashes.hash(checked), ChangeContext(invitation.email, now))


def new_secret() -> str:
    """Return a secret for one-time passwords, to be shown as a QR code once."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str) -> str:
    """Return what an authenticator's QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


@dataclass(frozen=True, slots=True)
class NewFactor:
    """One-time passwords to be set up: the secret, and the mark of the factor in whose place it is (``seen``)."""

    secret: str
    seen: str


def set_up_second_factor(
    accounts: Accounts, secrets: FactorSecrets, account: Account, new: NewFactor, code: str, context: ChangeContext
) -> bool:
    """Set one-time passwords up once the first one is right; False if it is not."""
    step = _step_of(new.secret, code, context.now)
    if step is None:
        return False
    accounts.set_second_factor(account.id, secrets.seal(new.secret, account.id), step, context, new.seen)
    return True


def take_code(accounts: Accounts, found: Credentials, secret: str, code: str, now: datetime) -> bool:
    """Return whether a one-time password of the opened ``secret`` is right and was not taken before."""
    step = _step_of(secret, code, now)
    return step is not None and accounts.take_step(found.account.id, step)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit()):
        return None
    otp, step = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for aside in range(-STEPS_ASIDE, STEPS_ASIDE + 1):
        if otp.verify(digits, for_time=(step + aside) * STEP_SECONDS):
            return step + aside
    return None


def _checked(password: str, account: Account) -> str:
    """Return a new password as it is hashed; InvalidValue says what is wrong with it."""
    checked = check_password(password, email=account.email, name=account.name)
    check_guessable(checked, email=account.email, name=account.name)
    return checked
