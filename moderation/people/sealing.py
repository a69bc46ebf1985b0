"""Short secrets encrypted at rest, under a key made out of the secret key (docs/decisions/015)."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 32
"""Bytes that can be sealed: one block of SHA-256, so that the pad is one output of the keyed function."""

_NONCE, _TAG = 16, 16


class Broken(ValueError):
    """What was sealed under another key, or for something else, or was changed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A secret; ``stale`` when an older key opened it, so that it should be sealed anew."""

    secret: bytes
    stale: bool


def seal(secret: bytes, owner: bytes, key: str) -> str:
    """Encrypt a secret of at most LONGEST bytes so that only ``key`` opens it, and only as the owner's; URL-safe text."""
    if len(secret) > LONGEST:
        raise ValueError(f"at most {LONGEST} bytes can be sealed")
    nonce = secrets.token_bytes(_NONCE)
    hidden = _mixed(secret, nonce, owner, key)
    return base64.urlsafe_b64encode(nonce + hidden + _tag(nonce, hidden, owner, key)).decode()


def open_sealed(sealed: str, owner: bytes, keys: Sequence[str]) -> Opened:
    """Decrypt with the first of ``keys`` that fits, the present one first. Raises Broken."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
    except ValueError as error:
        raise Broken("not base64") from error
    nonce, hidden, tag = raw[:_NONCE], raw[_NONCE:-_TAG], raw[-_TAG:]
    for number, key in enumerate(keys):
        if len(hidden) <= LONGEST and hmac.compare_digest(tag, _tag(nonce, hidden, owner, key)):
            return Opened(_mixed(hidden, nonce, owner, key), stale=number > 0)
    raise Broken("no key opens this")


def _mixed(text: bytes, nonce: bytes, owner: bytes, key: str) -> bytes:
    pad = _keyed("pad", key, nonce + owner)
    return bytes(one ^ other for one, other in zip(text, pad, strict=False))


def _tag(nonce: bytes, hidden: bytes, owner: bytes, key: str) -> bytes:
    return _keyed("tag", key, nonce + len(hidden).to_bytes(1) + hidden + owner)[:_TAG]


def _keyed(use: str, key: str, message: bytes) -> bytes:
    own = hmac.digest(key.encode(), f"nazer sealed {use} 1".encode(), "sha256")
    return hmac.digest(own, message, "sha256")
