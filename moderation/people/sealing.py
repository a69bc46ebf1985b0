"""Secrets encrypted at rest, under a key made out of the secret key (docs/decisions/015)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12  # bytes, as NIST SP 800-38D wants them for GCM


class Broken(ValueError):
    """What was sealed under another key, or for something else, or was changed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A secret; ``stale`` when an older key opened it, so that it should be sealed anew."""

    secret: bytes
    stale: bool


def seal(secret: bytes, owner: bytes, key: str) -> str:
    """Encrypt a secret so that only ``key`` opens it, and only as the owner's; URL-safe text."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.urlsafe_b64encode(nonce + _cipher(key).encrypt(nonce, secret, owner)).decode()


def open_sealed(sealed: str, owner: bytes, keys: Sequence[str]) -> Opened:
    """Decrypt with the first of ``keys`` that fits, the present one first. Raises Broken."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
    except ValueError as error:
        raise Broken("not base64") from error
    for number, key in enumerate(keys):
        try:
            return Opened(_cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], owner), stale=number > 0)
        except (InvalidTag, ValueError):  # another key's, or too short to be anybody's
            continue
    raise Broken("no key opens this")


def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nazer sealed 1").derive(key.encode())
    return AESGCM(derived)
