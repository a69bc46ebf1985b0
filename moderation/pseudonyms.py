"""What stands for a reader where nobody may read who it is: a keyed hash, the same for the same value at the same site.

The key comes from the service's secret key, so that whoever has the database alone cannot try all addresses. A new secret key
begins anew: what was hashed before matches nothing that comes after.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid

from flask import current_app

from moderation.settings import Settings

PSEUDONYM = 32
"""So many characters of a hash name an author in the audit."""

_PURPOSE = b"nazer: pseudonyms of readers, 1"


def pseudonym(site_id: uuid.UUID, kind: str, value: str) -> str:
    """HMAC-SHA256 of a value of a kind (``author``, ``email``, ``ip``) at a site, in hex; inside the application's context."""
    settings: Settings = current_app.config["NAZER"]
    key = hmac.digest(settings.secret_key.get_secret_value().encode(), _PURPOSE, hashlib.sha256)
    said = f"{site_id.hex}/{kind}/{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def of_address(site_id: uuid.UUID, kind: str, value: str | None) -> str | None:
    """What is kept of a reader's e-mail or network address; None of none."""
    return None if value is None else pseudonym(site_id, kind, value)
