"""Every setting, its default and its meaning. A wrong or missing one stops the start and is named."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(StrEnum):
    """How the service runs."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class SettingsError(RuntimeError):
    """Settings that the service refuses to start with; the message names each of them."""


_SECRET_LENGTH = 32  # longer than any default that somebody might leave in
_SECRET_VARIETY = 8


class Settings(BaseSettings):
    """The settings, read from the environment variables ``NAZER_…`` (``NAZER_SECRET_KEY``, ``NAZER_DATABASE_URL``, …)."""

    model_config = SettingsConfigDict(env_prefix="NAZER_", extra="ignore", frozen=True)

    mode: Mode = Field(Mode.PRODUCTION, description="embedded (one machine, no servers) or production")
    data_dir: Path = Field(
        Path(".nazer"), description="embedded: where the database, the broker's files and the credentials lie"
    )
    secret_key: SecretStr = Field(SecretStr(""), description="signs sessions and forms; at least 32 characters")
    secret_key_fallbacks: tuple[str, ...] = Field(
        (), description="older secret keys that still verify during a rotation (JSON list)"
    )
    database_url: str = Field("", description="SQLAlchemy URL of the database; embedded: SQLite in the data folder")
    broker_url: str = Field("", description="Celery broker URL; embedded: files in the data folder")
    trusted_hosts: tuple[str, ...] = Field(
        (), description="host names that requests may name (JSON list); empty accepts any"
    )
    secure_cookies: bool = Field(True, description="send the session cookie over HTTPS only; embedded: off")
    session_idle_hours: float = Field(
        12.0, gt=0, le=720, description="hours after which somebody who was not seen is signed out"
    )
    session_hours: float = Field(
        168.0, gt=0, le=8760, description="hours after which everybody signs in again, however busy"
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="how many proxies in front set X-Forwarded-* headers")
    max_body_bytes: int = Field(
        256 * 1024, ge=1024, le=16 * 1024 * 1024, description="largest request body accepted by the API"
    )
    max_article_bytes: int = Field(
        2 * 1024 * 1024, ge=1024, le=16 * 1024 * 1024, description="largest request body accepted for an article"
    )
    max_batch_bytes: int = Field(
        8 * 1024 * 1024,
        ge=1024,
        le=64 * 1024 * 1024,
        description="largest request body accepted for many comments at once",
    )
    max_comment_chars: int = Field(
        10_000, ge=100, le=100_000, description="longest comment text accepted, in code points"
    )
    preview_slots: int = Field(
        4, ge=1, le=100, description="previews on their way at once in a web process; fewer than its threads"
    )
    preview_wait: float = Field(
        0.25, ge=0, le=10, description="seconds that a preview waits for its turn before it is answered with 503"
    )
    undo_seconds: int = Field(
        6, ge=0, le=3600, description="how long a decision can be undone before it leaves the house"
    )
    key_cache_seconds: float = Field(
        5.0,
        ge=0,
        le=60,
        description="how long an API key look-up is remembered; a revoked key works no longer than this",
    )
    rate_limit: int = Field(
        6000,
        ge=0,
        description="requests that an API key may send in a window, counted in Redis where that is the broker; 0 sets no limit",
    )
    rate_limit_seconds: int = Field(60, ge=1, le=86400, description="seconds of such a window")
    claim_batch: int = Field(64, ge=1, le=1000, description="comments a worker claims at once")
    claim_seconds: int = Field(
        60, ge=1, le=3600, description="how long a claim holds before another worker may take the comment over"
    )
    max_attempts: int = Field(
        3, ge=1, le=20, description="screenings tried before a comment reaches a person unscreened"
    )
    sweep_seconds: float = Field(
        5.0, gt=0, le=60, description="how often forgotten work is looked for; embedded: each second"
    )
    delivery_timeout: float = Field(10.0, gt=0, le=60, description="seconds a site may take to answer a webhook")
    delivery_schedule: tuple[float, ...] = Field(
        (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400),
        description="seconds to wait before each try of a webhook delivery (JSON list); after the last one it is given up, visibly",
    )
    webhook_dead_after: int = Field(
        10, ge=1, description="deliveries given up in a row after which a webhook is switched off, visibly"
    )
    webhook_dead_days: float = Field(
        5.0,
        gt=0,
        description="days without an arrival, from the first failure on, after which a webhook is switched off",
    )
    delivery_keep_days: float = Field(
        30.0, ge=1, description="days that deliveries are kept with what was answered; the feed keeps the events"
    )
    feed_waiters: int = Field(
        3,
        ge=0,
        description="requests that may wait at the feed in each web process, fewer than it has threads; more get an answer at once",
    )
    learn_first_articles: int = Field(
        20, ge=1, description="articles of its own from which a site gets a relevance model of its own"
    )
    learn_growth: float = Field(
        0.2, gt=0, le=10, description="share of new articles, since the last fit, after which that model is fitted anew"
    )
    learn_pause: float = Field(3600.0, ge=0, description="seconds between two fits of a site's model, at least")
    learn_first_insults: int = Field(
        50, ge=1, description="insults that people rejected from which a site's insult model may be corrected"
    )
    learn_first_approvals: int = Field(
        300, ge=1, description="comments that people approved that must stand beside them"
    )
    learn_insult_pause: float = Field(
        86400.0, ge=0, description="seconds between two fits of that correction that nobody asked for, at least"
    )
    allow_loopback_webhooks: bool = Field(
        False, description="deliver webhooks to this machine's own addresses; embedded: on"
    )
    allow_private_webhooks: bool = Field(False, description="deliver webhooks to private networks (10.0.0.0/8, …)")

    @model_validator(mode="after")
    def _embedded_defaults(self) -> Self:
        if self.mode is Mode.EMBEDDED:
            data = self.data_dir.resolve()
            for name, value in {
                "database_url": f"sqlite:///{data / 'nazer.sqlite'}",
                "broker_url": f"filesystem://{data / 'broker'}",
                "secure_cookies": False,
                "sweep_seconds": 1.0,
                "allow_loopback_webhooks": True,
            }.items():
                if name not in self.model_fields_set:
                    object.__setattr__(self, name, value)
        return self

    @model_validator(mode="after")
    def _refuse_what_is_missing_or_weak(self) -> Self:
        wrong = [
            f"NAZER_{name.upper()} is missing" for name in ("database_url", "broker_url") if not getattr(self, name)
        ]
        secret = self.secret_key.get_secret_value()
        if len(secret) < _SECRET_LENGTH or len(set(secret)) < _SECRET_VARIETY:
            wrong.append(
                f"NAZER_SECRET_KEY is missing, shorter than {_SECRET_LENGTH} characters or too simple; "
                'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if wrong:
            raise ValueError("\n  ".join(wrong))
        return self


def read_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; raise SettingsError that names each wrong or missing one."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for item in error.errors():
            name = f"NAZER_{str(item['loc'][0]).upper()}: " if item["loc"] else ""
            lines.append(f"  {name}{item['msg'].removeprefix('Value error, ')}")
        raise SettingsError("Nazer cannot start with these settings:\n" + "\n".join(lines)) from None
