"""``nazer up``: one command, everything on one machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.faults.conftest import Callback
from tests.faults.stack import NO_LEARNING, REPOSITORY, Moderator, SiteBackend, eventually
from tests.servers import free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]


@dataclass
class Up:
    """A running ``nazer up``."""

    process: subprocess.Popen[str]
    told: dict[str, Any]

    @property
    def backend(self) -> SiteBackend:
        return SiteBackend(self.told["url"], self.told["api_key"])

    def state(self, comment_id: str) -> str:
        headers = {"Authorization": f"Bearer {self.told['api_key']}"}
        return str(httpx.get(f"{self.told['url']}/v1/comments/{comment_id}", headers=headers).json()["status"])

    def interrupt(self) -> list[psutil.Process]:
        """Ctrl-C; returns what was running."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return children


def start(folder: Path, *more: str, port: int | None = None, outside: dict[str, str] | None = None) -> Up:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAZER_")}
    environment |= {"NAZER_LEARN_FIRST_ARTICLES": NO_LEARNING}
    command = [
        sys.executable,
        "-m",
        "moderation.cli",
        "up",
        "--json",
        "--data",
        str(folder),
        "--port",
        str(port or free_port()),
        *more,
    ]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env=environment | (outside or {}), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    return Up(process, json.loads(line))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def refused(*arguments: str) -> str:
    """What ``nazer up`` says when it does not start."""
    command = [sys.executable, "-m", "moderation.cli", "up", "--port", str(free_port()), *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def up(folder: Path) -> Iterator[Up]:
    made = start(folder)
    yield made
    if made.process.poll() is None:
        made.interrupt()
    assert made.process.stdout is not None
    made.process.stdout.close()


def test_the_line_of_json_says_everything_that_a_developer_needs(up: Up, folder: Path) -> None:
    assert set(up.told) == {"url", "dashboard", "site", "api_key", "webhook_secret", "people"}
    assert {person["role"] for person in up.told["people"]} == {"moderator", "admin"}
    assert all(set(person) == {"name", "email", "password", "role"} for person in up.told["people"])
    for name in ("credentials.json", "secret_key", "nazer.sqlite"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_comment_is_in_the_queue_within_two_seconds(up: Up) -> None:
    up.backend.post("warm-up")
    time.sleep(3)
    waits = []
    for number in range(5):
        posted = time.monotonic()
        comment_id = up.backend.post(number).json()["id"]
        with Moderator(up.told["url"]) as sara:
            person = up.told["people"][0]
            sara.sign_in(person["email"], person["password"])
            eventually(lambda wanted=comment_id: wanted in sara.http.get("/review").text, bool, seconds=10)
        waits.append(time.monotonic() - posted)
    assert sorted(waits)[len(waits) // 2] <= 2, waits


def test_ctrl_c_stops_everything_and_the_second_start_keeps_the_data(up: Up, folder: Path, callback: Callback) -> None:
    comment_id = up.backend.post(1).json()["id"]
    eventually(lambda: up.state(comment_id), lambda status: status == "in_review")
    children = up.interrupt()
    assert len(children) >= 4
    assert up.process.returncode == 0
    eventually(lambda: [child for child in children if child.is_running()], lambda left: not left, seconds=10)
    again = start(folder, "--webhook", callback.url)
    try:
        same = {name: again.told[name] for name in ("api_key", "people", "webhook_secret", "site")}
        assert same == {name: up.told[name] for name in same}
        assert again.state(comment_id) == "in_review"
        with Moderator(again.told["url"]) as sara:
            sara.sign_in(again.told["people"][0]["email"], again.told["people"][0]["password"])
            sara.decide(comment_id, outcome="approved", revision="1")
        eventually(lambda: callback.received, bool, seconds=30)
        assert again.state(comment_id) == "approved"
    finally:
        again.interrupt()
        assert again.process.stdout is not None
        again.process.stdout.close()


def test_a_worker_that_is_killed_comes_back_and_nothing_is_lost(up: Up) -> None:
    [victim] = [child for child in psutil.Process(up.process.pid).children() if "screening" in child.cmdline()]
    victim.send_signal(signal.SIGKILL)
    comments = [up.backend.post(number).json()["id"] for number in range(20)]
    for comment_id in comments:
        eventually(lambda wanted=comment_id: up.state(wanted), lambda status: status == "in_review", seconds=60)


def test_one_data_folder_is_held_by_one_service(up: Up, folder: Path) -> None:
    command = [sys.executable, "-m", "moderation.cli", "up", "--port", str(free_port()), "--data", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "another 'nazer up' runs" in done.stderr


def test_a_taken_port_is_said_in_a_sentence(up: Up, tmp_path: Path) -> None:
    port = up.told["url"].rpartition(":")[2]
    command = [sys.executable, "-m", "moderation.cli", "up", "--port", port, "--data", str(tmp_path / "other")]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_service_however_it_ends(folder: Path, number: signal.Signals) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
    try:
        made = start(folder)
    finally:
        signal.signal(signal.SIGHUP, before)
    children = psutil.Process(made.process.pid).children(recursive=True)
    assert len(children) >= 4
    made.process.send_signal(number)
    made.process.wait(30)
    assert made.process.stdout is not None
    made.process.stdout.close()
    eventually(lambda: [child for child in children if child.is_running()], lambda left: not left, seconds=20)


_DIES_WHILE_SEEDING = """
import os, sys
from moderation import lifecycle, onboarding
from moderation.cli import main
{place} = lambda *_, **__: os._exit(9)
main()
"""


@pytest.mark.parametrize("place", ["lifecycle.register_article", "onboarding.add_person"])
def test_the_start_after_an_interrupted_first_one_completes_it(folder: Path, place: str) -> None:
    command = [sys.executable, "-c", _DIES_WHILE_SEEDING.format(place=place), "up", "--data", str(folder)]
    done = subprocess.run(
        [*command, "--port", str(free_port())], cwd=REPOSITORY, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 9, done.stderr
    promised = json.loads((folder / "credentials.json").read_text(encoding="utf-8"))
    made = start(folder)
    try:
        assert made.told["api_key"] == promised["api_key"]
        assert made.backend.post(1).status_code == 202
        for person in promised["people"]:
            with Moderator(made.told["url"]) as moderator:
                moderator.sign_in(person["email"], person["password"])
                assert moderator.http.get("/review").status_code == 200
    finally:
        made.interrupt()
        assert made.process.stdout is not None
        made.process.stdout.close()


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "http://", "http://["])
def test_a_webhook_that_is_none_is_refused_before_anything_is_written(folder: Path, url: str) -> None:
    assert "needs an http or https URL" in refused("--data", str(folder), "--webhook", url)
    assert not folder.exists()


def test_broken_files_of_the_broker_and_a_proxy_outside_do_not_stop_it(folder: Path) -> None:
    for name in ("control/celery.exchange", "queue/1_broken.screening.msg"):
        (folder / "broker" / name).parent.mkdir(parents=True)
        (folder / "broker" / name).write_bytes(b"{broken")
    nowhere = f"http://127.0.0.1:{free_port()}"
    made = start(folder, outside={"http_proxy": nowhere, "HTTP_PROXY": nowhere, "no_proxy": "", "NO_PROXY": ""})
    try:
        assert not list((folder / "broker").rglob("*broken*"))
        comment_id = made.backend.post(1).json()["id"]
        eventually(lambda: made.state(comment_id), lambda status: status == "in_review", seconds=30)
    finally:
        made.interrupt()
        assert made.process.stdout is not None
        made.process.stdout.close()


def test_it_listens_on_an_address_of_version_six(folder: Path) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 here")
    made = start(folder, "--host", "::1")
    try:
        assert made.told["url"].startswith("http://[::1]:")
        assert made.backend.post(1).status_code == 202
    finally:
        made.interrupt()
        assert made.process.stdout is not None
        made.process.stdout.close()
