"""A device that makes passkeys and signs with them, in Python: what a browser would send."""

import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
)

HOST = "testserver"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """Holds one key of one person. `verifies`: it knows who holds it."""

    def __init__(self, *, verifies: bool = True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.identifier = hashlib.sha256(repr(id(self)).encode()).digest()
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.owner = ""

    def make(self, options: dict) -> str:
        """Answer the options of a page that makes a key."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AuthenticatorData.create(
            hashlib.sha256(HOST.encode()).digest(),
            self.flags | ATTESTED,
            0,
            AttestedCredentialData.create(Aaguid.NONE, self.identifier, public),
        )
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", asked),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            }
        )

    def use(self, options: dict) -> str:
        """Answer the options of a page that asks for a key."""
        client = self._client("webauthn.get", options["publicKey"])
        data = AuthenticatorData.create(hashlib.sha256(HOST.encode()).digest(), self.flags, 1)
        signed = bytes(data) + hashlib.sha256(websafe_decode(client)).digest()
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": self.owner,
            }
        )

    def _client(self, kind: str, asked: dict) -> str:
        said = {"type": kind, "challenge": asked["challenge"], "origin": f"https://{HOST}"}
        return websafe_encode(json.dumps(said).encode())

    def _answer(self, response: dict) -> str:
        identifier = websafe_encode(self.identifier)
        return json.dumps(
            {
                "id": identifier,
                "rawId": identifier,
                "type": "public-key",
                "clientExtensionResults": {"credProps": {"rk": True}},
                "response": response,
            }
        )


def credential() -> dict:
    """A key that was made, as it is kept."""
    options = {"publicKey": {"user": {"id": "MQ"}, "challenge": "AAAA"}}
    return json.loads(Device().make(options))


def asked_by(response) -> dict:
    """The options that a page gives to a device."""
    page = response.content.decode()
    given = page.partition('id="passkey-options" type="application/json">')[2]
    return json.loads(given.partition("</script")[0])
