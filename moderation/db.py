"""The database handle, the column types and the one way to write: anybody may import it."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """Base of all tables; the naming convention keeps migrations the same on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

_REST_SECONDS = 1.0

Json = JSON().with_variant(JSONB(), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def new_id(moment: datetime | None = None) -> uuid.UUID:
    """A UUID version 7 (RFC 9562): ordered by time to the millisecond (``moment``, or now), and not to be guessed."""
    milliseconds = time.time_ns() // 1_000_000 if moment is None else max(0, int(moment.timestamp() * 1000))
    raw = milliseconds.to_bytes(6, "big") + os.urandom(10)
    number = int.from_bytes(raw, "big") & ~(0xF << 76) & ~(0x3 << 62) | (0x7 << 76) | (0x2 << 62)
    return uuid.UUID(int=number)


def id_from(moment: datetime) -> uuid.UUID:
    """The least id that :func:`new_id` may have made from a moment on: what bounds a time in an index over ids."""
    milliseconds = min(max(0, int(moment.timestamp() * 1000)), (1 << 48) - 1)
    return uuid.UUID(int=milliseconds << 80)


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction: commits at the end, rolls back when the body raises.

    On SQLite it takes the write lock at once: a transaction that read first and wants to write later would fail instead of
    waiting when another one wrote in between.
    """
    db.session.commit()  # end a reading transaction that is still open, so that this one starts with a fresh view
    db.session.connection(execution_options={"nazer_write": True})
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves, see _begin
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=20000",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Pool, "checkin")
def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["nazer_rested_since"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _wake(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that has rested whether it still lives (the pool replaces it when not); a busy one is not asked."""
    if time.monotonic() - record.info.get("nazer_rested_since", time.monotonic()) < _REST_SECONDS:
        return
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        connection.rollback()
    except Exception as error:  # whatever it says: a new connection is better
        raise DisconnectionError from error


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("nazer_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
