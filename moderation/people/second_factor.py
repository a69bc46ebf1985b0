"""One-time codes of an app on the telephone (TOTP, RFC 6238) and recovery codes for the day when it is lost."""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from flask import current_app
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import CursorResult

from moderation.access import digest
from moderation.db import db, now, transaction
from moderation.models import Person, RecoveryCode, SecondFactor
from moderation.people import owing, sealing, sign_ins
from moderation.settings import Settings

CODES = 10
"""Recovery codes of a person."""

_STEP = 30  # seconds
_SECRET_BYTES = 20
_SETTING_UP = timedelta(hours=1)
_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class SettingUp:
    """A second factor that waits for its first code: the shared secret in Base32, and the address that the QR code holds."""

    secret: str
    uri: str


def of_person(person_id: uuid.UUID) -> SecondFactor | None:
    """The second factor that counts for a person, or None."""
    found = select(SecondFactor).where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def is_wanted(person: Person) -> bool:
    """Whether one of the person's sites wants a second factor of somebody in this role."""
    return bool(db.session.execute(select(owing.wants(person.id))).scalar_one())


def set_up(person: Person) -> SettingUp:
    """Begin to set a second factor up, or go on with what was begun within the hour: a page that is reloaded shows the same.

    Nothing happens to one that counts already; raises LookupError then.
    """
    with transaction():
        row = db.session.get(SecondFactor, person.id, with_for_update=True)
        if row is not None and row.confirmed_at is not None:
            raise LookupError("this person has a second factor")
        if row is None:
            row = SecondFactor(person_id=person.id, created_at=now())
            db.session.add(row)
            secret = secrets.token_bytes(_SECRET_BYTES)
        else:
            secret = _begun(row) or secrets.token_bytes(_SECRET_BYTES)
        if row.sealed is None or secret != _begun(row):
            row.created_at = now()
            row.sealed = sealing.seal(secret, person.id.bytes, _keys()[0])
    shown = base64.b32encode(secret).decode()
    return SettingUp(shown, pyotp.TOTP(shown).provisioning_uri(name=person.email, issuer_name="Nazer"))


def confirm(person: Person, code: str, *, but: uuid.UUID | None = None) -> list[str] | None:
    """Make what was set up count, by its first code; returns the recovery codes, which can be read only now. None: wrong code.

    All sign-ins of the person end, but perhaps one: they were made without it.
    """
    with transaction():
        row = db.session.get(SecondFactor, person.id, with_for_update=True, populate_existing=True)
        secret = _begun(row) if row is not None and row.confirmed_at is None else None
        step = _step_of(secret, code) if secret else None
        if row is None or step is None:
            return None
        row.confirmed_at, row.last_step = now(), step
        sign_ins.end_all(person.id, but=but)
        sign_ins.note("second-factor.on", person)
        return _new_codes(person.id)


def accept(person: Person, said: str) -> bool:
    """Whether this is the present code, or a recovery code that is left. Each is accepted once."""
    code = plain(said)
    with transaction():
        if code.isdigit() and len(code) == 6:
            return _accept_code(person, code)
        used = delete(RecoveryCode).where(RecoveryCode.person_id == person.id, RecoveryCode.digest == digest(code))
        gone = db.session.execute(used, execution_options=_UNSYNCED)
        right = isinstance(gone, CursorResult) and gone.rowcount > 0
        if right:
            sign_ins.note("second-factor.recovered", person, after={"left": codes_left(person.id)})
        return right


def codes_left(person_id: uuid.UUID) -> int:
    """How many recovery codes a person has left."""
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id)
    return db.session.execute(left).scalar_one()


def renew_codes(person: Person) -> list[str]:
    """Give new recovery codes; those of before count no more."""
    with transaction():
        sign_ins.note("second-factor.codes-renewed", person)
        return _new_codes(person.id)


def switch_off(person: Person, action: str = "second-factor.off") -> bool:
    """Take a person's second factor and recovery codes away; whether there was one. Call inside a transaction."""
    had = of_person(person.id) is not None
    for table in (RecoveryCode, SecondFactor):
        gone = delete(table).where(table.person_id == person.id)
        db.session.execute(gone, execution_options={"synchronize_session": "fetch"})
    if had:
        sign_ins.note(action, person)
    return had


def forget_old() -> None:
    """Remove what was begun to be set up and never confirmed."""
    begun = delete(SecondFactor).where(
        SecondFactor.confirmed_at.is_(None), SecondFactor.created_at < now() - _SETTING_UP
    )
    with transaction():
        db.session.execute(begun, execution_options=_UNSYNCED)


def plain(said: str) -> str:
    """A code as it is compared: whatever digits it is written in, without spaces and hyphens, in capitals."""
    signs = [str(unicodedata.digit(sign)) if unicodedata.digit(sign, None) is not None else sign for sign in said[:100]]
    return "".join(sign for sign in signs if sign.isalnum()).upper()


def _accept_code(person: Person, code: str) -> bool:
    row = of_person(person.id)
    if row is None:
        return False
    try:
        opened = sealing.open_sealed(row.sealed, person.id.bytes, _keys())
    except (
        sealing.Broken
    ):  # the secret key was changed without keeping the old one: a recovery code, or an admin, helps
        return False
    step = _step_of(opened.secret, code)
    if step is None:
        return False
    sealed = sealing.seal(opened.secret, person.id.bytes, _keys()[0]) if opened.stale else row.sealed
    newer = update(SecondFactor).where(SecondFactor.person_id == person.id, SecondFactor.last_step < step)
    used = db.session.execute(newer.values(last_step=step, sealed=sealed), execution_options=_UNSYNCED)
    return isinstance(used, CursorResult) and used.rowcount > 0


def _step_of(secret: bytes, said: str) -> int | None:
    """The time step whose code this is: the present one, or one beside it, for clocks that differ."""
    code = plain(said)
    present = int(now().timestamp()) // _STEP
    made = pyotp.TOTP(base64.b32encode(secret).decode())
    steps = [step for step in (present - 1, present, present + 1) if hmac.compare_digest(made.generate_otp(step), code)]
    return max(steps, default=None)


def _begun(row: SecondFactor) -> bytes | None:
    """The secret of what is being set up; None when that has taken too long, or was sealed under another key."""
    if row.sealed is None or row.created_at < now() - _SETTING_UP:
        return None
    try:
        return sealing.open_sealed(row.sealed, row.person_id.bytes, _keys()).secret
    except sealing.Broken:
        return None


def _new_codes(person_id: uuid.UUID) -> list[str]:
    gone = delete(RecoveryCode).where(RecoveryCode.person_id == person_id)
    db.session.execute(gone, execution_options=_UNSYNCED)
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(CODES)]
    db.session.add_all(RecoveryCode(person_id=person_id, digest=digest(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def _keys() -> list[str]:
    settings: Settings = current_app.config["NAZER"]
    return [settings.secret_key.get_secret_value(), *settings.secret_key_fallbacks]
