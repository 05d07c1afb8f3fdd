"""Sign in with a passkey (WebAuthn, W3C): the device proves itself and its owner, by a finger, a face or a PIN.

User verification is demanded each time, so that a passkey is two factors at once. Keys are discoverable: nobody types
an address first. The library is loaded when it is first asked: that takes 0.2 s, which a start need not wait for.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from labelsvc.domain.account import Account
from labelsvc.domain.errors import InvalidValue
from labelsvc.storage.people.passkeys import Passkey, Passkeys

LONGEST_ANSWER = 20_000
"""Characters of what a browser sends; some 2,000 are usual."""
_NO_ANSWER = (ValueError, KeyError, TypeError)
"""What an answer brings up that is no device's, besides the library's own errors."""


@dataclass(frozen=True, slots=True)
class PasskeySite:
    """Where passkeys hold: ``name`` is the host without port (RP ID), ``origin`` what a browser says it is on."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a device is to sign, and when it was asked."""

    value: bytes
    at: datetime

    def to_json(self) -> list[str]:
        """Return it for the session."""
        return [urlsafe_b64encode(self.value).decode(), self.at.isoformat()]

    @classmethod
    def from_json(cls, kept: list[str]) -> Challenge:
        """Read what :meth:`to_json` wrote."""
        return cls(urlsafe_b64decode(kept[0] + "=" * (-len(kept[0]) % 4)), datetime.fromisoformat(kept[1]))


def ask_for_new(site: PasskeySite, account: Account, known: list[Passkey], challenge: Challenge) -> str:
    """Return, as JSON for the browser, how a device is asked to make a passkey of an account."""
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.name,
        rp_name="OCOP labelsvc",
        user_id=f"labelsvc {account.id}".encode(),
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge.value,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id)) for each in known
        ],
    )
    return options_to_json(options)


def read_new(site: PasskeySite, answer: str, challenge: Challenge, name: str) -> Passkey:
    """Return the passkey that a device made; InvalidValue where its answer is not to this challenge, here."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge.value,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, *_NO_ANSWER) as error:
        raise InvalidValue.from_code("account.passkey_refused", field="passkey") from error
    identifier = bytes_to_base64url(made.credential_id)
    return Passkey(0, 0, name, identifier, made.credential_public_key, made.sign_count, challenge.at, None)


def ask_for_known(site: PasskeySite, challenge: Challenge) -> str:
    """Return, as JSON for the browser, how a device is asked for any passkey of this site."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site.name, challenge=challenge.value, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options)


def take_passkey(
    store: Passkeys, site: PasskeySite, answer: str, challenge: Challenge, now: datetime
) -> tuple[Passkey | None, bool]:
    """Return whose passkey answered, None where it is nobody's, and whether the answer is right and was not taken."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = store.find(parse_authentication_credential_json(answer[:LONGEST_ANSWER]).id)
    except (WebAuthnException, *_NO_ANSWER):
        return None, False
    if found is None:
        return None, False
    try:
        proved = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.value,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=found.public_key,
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *_NO_ANSWER):
        return found, False
    return found, store.use(found.id, proved.new_sign_count, challenge.at, now)
