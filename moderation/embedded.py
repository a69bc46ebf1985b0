"""The embedded way to run: one data folder, one command, no server to install.

The data folder holds the database, the broker's files, the schedule, the secret key and the first credentials. All of it is
readable by its owner alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import IO, Any

from moderation.settings import Mode, Settings, read_settings

DATABASE = "nazer.sqlite"
_KEY_FILE = "secret_key"
_CREDENTIALS = "credentials.json"
_LOCK = "lock"


class InUse(RuntimeError):
    """The data folder is held by a running service."""


def prepare(folder: Path) -> None:
    """Make the data folder (mode 0700) with a secret key of its own, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = folder / _KEY_FILE
    if not secret.exists():
        write_private(secret, secrets.token_urlsafe(48))


def claim(folder: Path) -> IO[str]:
    """Hold the data folder for this process, until the returned file is closed. Raises InUse when another one holds it."""
    lock = (folder / _LOCK).open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise InUse(f"another 'nazer up' runs on {folder}: stop it first, or name another --data folder") from None
    return lock


def clear_broker(folder: Path) -> None:
    """Throw the broker's files away; only for who holds the folder. A broken one would stop the workers at every start.

    Nothing is lost: the database knows what waits, and the sweep rings for it.
    """
    broker = folder / "broker"
    if broker.exists():
        shutil.rmtree(broker)


def settings_of(folder: Path) -> Settings:
    """The settings of an embedded service; ``NAZER_…`` variables still override the rest."""
    return read_settings(
        mode=Mode.EMBEDDED,
        data_dir=folder.resolve(),
        secret_key=(folder / _KEY_FILE).read_text(encoding="utf-8").strip(),
    )


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give a child process the same settings."""
    return {
        **os.environ,
        "NAZER_MODE": str(settings.mode),
        "NAZER_DATA_DIR": str(settings.data_dir),
        "NAZER_SECRET_KEY": settings.secret_key.get_secret_value(),
    }


def credentials(folder: Path) -> dict[str, Any]:
    """What the first start gave out: site, API key, webhook secret, people with their passwords."""
    found = folder / _CREDENTIALS
    known: dict[str, Any] = json.loads(found.read_text(encoding="utf-8")) if found.exists() else {}
    return known


def keep_credentials(folder: Path, given: dict[str, Any]) -> None:
    """Write the credentials so that every start can print them (mode 0600)."""
    write_private(folder / _CREDENTIALS, json.dumps(given, ensure_ascii=False, indent=2))


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # before the name points to it: a power cut leaves no empty file
    draft.replace(path)
