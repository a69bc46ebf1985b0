"""``nazer up``: the whole service on one machine, with one command."""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click
import flask_migrate

from moderation import access, embedded, endpoints, onboarding
from moderation.app import core_context
from moderation.db import db, transaction
from moderation.demo import seed_articles
from moderation.models import Role, Scope, Site
from moderation.policy import first_version
from moderation.settings import Settings
from moderation.supervisor import Supervisor

_READY_WITHIN = 60.0
_UNFINISHED = "unfinished"
_SITE = "demo"
_SITE_NAME = "روزنامه‌ی نمونه"
_PEOPLE = (("سارا", "sara@nazer.example", Role.MODERATOR), ("نوید", "navid@nazer.example", Role.ADMIN))


def _web_address(_context: click.Context, _option: click.Parameter, url: str | None) -> str | None:
    """Refuse a webhook that is none before anything is written."""
    try:
        if url is not None:
            onboarding.check_webhook(url)
    except onboarding.Refused as error:
        raise click.BadParameter(str(error)) from None
    return url


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, envvar="PORT")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".nazer"),
    show_default=True,
    help="Folder that keeps everything.",
)
@click.option(
    "--webhook", metavar="URL", callback=_web_address, help="Where the seeded site wants to hear of decisions."
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when ready, and nothing else.")
def up(port: int, host: str, data: Path, webhook: str | None, as_json: bool) -> None:
    """Run everything on this machine: web, workers, schedule. Ctrl-C stops it; the data folder is kept."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    host = host.strip("[]")
    _refuse_taken_port(host, port)
    embedded.prepare(data)
    try:
        lock = embedded.claim(data)
    except embedded.InUse as error:
        raise click.ClickException(str(error)) from None
    embedded.clear_broker(data)
    settings = embedded.settings_of(data)
    given = _prepare_site(settings, data, webhook)
    logs = data / "logs"
    logs.mkdir(exist_ok=True)
    supervisor = Supervisor(embedded.environment(settings), logs)
    stopping = _stopping_signals()
    for number in stopping:
        signal.signal(number, _interrupt)
    everywhere = host in ("127.0.0.1", "0.0.0.0", "::")  # noqa: S104 -- compared, not bound
    url = f"http://{_authority('localhost' if everywhere else host, port)}"
    try:
        for name, command in _processes(host, port, data).items():
            supervisor.start(name, command)
        _wait_until_ready(f"http://{_authority(host, port)}/livez", supervisor, logs)
        _announce(url, given, as_json=as_json)
        while True:
            supervisor.tend()
            time.sleep(0.2)
    except KeyboardInterrupt:
        if not as_json:
            click.echo("\nStopping …")
    finally:
        for number in stopping:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave processes behind
        supervisor.stop()
        lock.close()


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _stopping_signals() -> list[signal.Signals]:
    """What stops the service. Interrupts count even when a shell started us with them ignored; nohup is respected."""
    hung_up = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
    return [signal.SIGINT, signal.SIGTERM, *hung_up]


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {_authority(host, port)} ({error.strerror}); choose another --port"
            ) from None


def _processes(host: str, port: int, data: Path) -> dict[str, list[str]]:
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "worker.app"]
    # solo: the filesystem broker stalls with threads, and one process for each queue is all that one machine needs
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = [*celery, "worker", "--pool", "solo", *quiet]
    # A fit has a child of its own: what scikit-learn and hazm take in memory ends with it, and nobody waits for it to stop.
    fitting = [
        "env",
        "REMAP_SIGTERM=SIGQUIT",
        *celery,
        "worker",
        "--pool",
        "prefork",
        "--concurrency",
        "1",
        "--max-tasks-per-child",
        "1",
        *quiet,
    ]
    web = [python, "-m", "gunicorn", "--bind", _authority(host, port), "--workers", "1", "--threads", "8"]
    web += ["--worker-class", "gthread", "--config", "python:moderation.web_server"]
    return {
        "web": [*web, "--graceful-timeout", "5", "--no-control-socket", "moderation.app:create_app()"],
        "screening": [*worker, "--queues", "screening", "--hostname", "screening@%h"],
        "delivery": [*worker, "--queues", "delivery", "--hostname", "delivery@%h"],
        "background": [*fitting, "--queues", "background", "--hostname", "background@%h"],
        "schedule": [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(data / "schedule"), "--pidfile", ""],
    }


def _prepare_site(settings: Settings, data: Path, webhook: str | None) -> dict[str, Any]:
    """Bring the database up to date; at the first start also seed a site, two people and a key.

    The credentials are kept before the database hears of them: a first start that was interrupted is completed by the next.
    """
    with core_context(settings):
        flask_migrate.upgrade()
        (data / embedded.DATABASE).chmod(0o600)
        given = embedded.credentials(data)
        site = db.session.execute(db.select(Site).where(Site.slug == given.get("site", _SITE))).scalar_one_or_none()
        if not given:
            if site:
                raise click.ClickException(
                    "the data folder has a site but no credentials.json: put it back, or use another --data folder"
                )
            given = _first_credentials()
            embedded.keep_credentials(data, given)
        try:
            if given.pop(_UNFINISHED, False) or site is None:
                site = _seed(site, given)
            if webhook:
                with transaction():
                    given["webhook_secret"] = onboarding.set_webhook(site.id, webhook, secret=given["webhook_secret"])
        except onboarding.Refused as error:
            raise click.ClickException(str(error)) from None
        embedded.keep_credentials(data, given)
    return given


def _first_credentials() -> dict[str, Any]:
    people = [
        {"name": name, "email": email, "password": onboarding.new_password(), "role": str(role)}
        for name, email, role in _PEOPLE
    ]
    return {
        "site": _SITE,
        "api_key": access.new_key(),
        "webhook_secret": endpoints.new_secret(),
        "people": people,
        _UNFINISHED: True,
    }


def _seed(site: Site | None, given: dict[str, Any]) -> Site:
    """Give the database what the credentials promise; what is there already stays."""
    if site is None:
        with transaction():
            site = Site(slug=given["site"], name=_SITE_NAME)
            db.session.add(site)
            db.session.flush()
            db.session.add(first_version(site))
            # It lies readable in the data folder, beside the database: whoever has it can do everything anyway.
            access.add_key(site, "first key", tuple(Scope), key=given["api_key"])
    seed_articles(site)
    for person in given["people"]:
        roles = {site.id: Role(person["role"])}
        onboarding.add_person(person["name"], person["email"], person["password"], roles=roles)
    return site


def _wait_until_ready(url: str, supervisor: Supervisor, logs: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy stands between us and ourselves
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        try:
            with direct.open(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            supervisor.tend()
            time.sleep(0.1)
    raise click.ClickException(f"the web process did not come up within {_READY_WITHIN:.0f} s; see {logs / 'web.log'}")


def _announce(url: str, given: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        known = {name: given[name] for name in ("site", "api_key", "webhook_secret", "people")}
        click.echo(json.dumps({"url": url, "dashboard": f"{url}/review", **known}, ensure_ascii=False))
        sys.stdout.flush()
        return
    click.echo(f"\n  Nazer is running.   Ctrl-C stops it; the data stays.\n\n  Dashboard       {url}/review")
    for person in given["people"]:
        click.echo(f"    {person['role']:<13} {person['email']}   password: {person['password']}")
    click.echo(f"  API             {url}/v1\n    site          {given['site']}\n    api key       {given['api_key']}")
    click.echo(f"    webhook secret {given['webhook_secret']}\n")
