"""The production set-up is a valid Compose file that serves every queue, invents no secret and watches every service."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from moderation import jobs
from moderation.settings import Settings

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "tests" / "data" / "compose-spec.json"
SOURCE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(SOURCE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build")}
WORKERS = {
    name: service
    for name, service in OURS.items()
    if "celery" in " ".join(service.get("command", [])) and name != "beat"
}
VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z_]+)(?P<rest>[^}]*)\}")


def test_the_file_is_what_the_compose_specification_asks_for() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    errors = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in Draft202012Validator(schema).iter_errors(COMPOSE)
    ]
    assert not errors


def test_the_schema_would_notice_a_mistake() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    broken = {**COMPOSE, "services": {"web": {"imagge": "nazer"}}}
    assert list(Draft202012Validator(schema).iter_errors(broken))


def test_every_queue_is_served_by_a_process_of_its_own() -> None:
    served = [service["environment"]["QUEUE"] for service in WORKERS.values()]
    assert sorted(served) == sorted({*jobs.QUEUES.values(), jobs.BACKGROUND_QUEUE})
    for service in WORKERS.values():
        assert "--queues $$QUEUE" in service["command"][-1]


def test_there_is_exactly_one_beat() -> None:
    beats = [name for name, service in SERVICES.items() if "beat" in service.get("command", [])]
    assert beats == ["beat"]
    assert SERVICES["beat"].get("deploy", {}).get("replicas", 1) == 1


@pytest.mark.parametrize("name", ["NAZER_SECRET_KEY", "POSTGRES_PASSWORD"])
def test_a_secret_comes_from_the_environment_or_the_start_fails(name: str) -> None:
    uses = [match["rest"] for match in VARIABLE.finditer(_without_comments()) if match["name"] == name]
    assert uses, f"{name} is not used"
    assert all(rest.startswith(":?") and len(rest) > 2 for rest in uses), uses


def test_nothing_that_sounds_like_a_secret_has_a_value_of_its_own() -> None:
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN", key):
                rest = VARIABLE.sub("", str(value))
                assert rest in ("", "[]"), f"{name}: {key} has a value in the file"
            credentials = re.search(r"://[^:/@]+:(?P<password>[^@]*)@", str(value))
            if credentials:
                assert credentials["password"].startswith("${POSTGRES_PASSWORD:?"), f"{name}: {key} holds a password"


def test_every_service_is_watched_and_comes_back() -> None:
    for name, service in SERVICES.items():
        if service["restart"] == "no":  # runs once; what waits for it waits for its success
            assert service["healthcheck"] == {"disable": True}
            assert any(
                other.get("depends_on", {}).get(name, {}).get("condition") == "service_completed_successfully"
                for other in SERVICES.values()
            )
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
        assert {"interval", "timeout", "retries"} <= set(service["healthcheck"]), name


def test_nobody_starts_before_the_database_is_migrated_and_the_broker_answers() -> None:
    for name, service in OURS.items():
        waits = {other: wish["condition"] for other, wish in service["depends_on"].items()}
        if name == "migrate":
            assert waits == {"postgres": "service_healthy"}
        else:
            assert waits == {"migrate": "service_completed_successfully", "redis": "service_healthy"}, name


def test_foreign_images_are_pinned_to_a_version() -> None:
    foreign = {name: service["image"] for name, service in SERVICES.items() if not service.get("build")}
    assert set(foreign) == {"postgres", "redis"}
    for name, image in foreign.items():
        assert re.search(r":\d+\.\d+", image), f"{name}: {image}"
    for image in re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE):
        assert re.fullmatch(r"python:3\.1[23]-[a-z-]+", image), image


def test_database_and_broker_cannot_be_reached_from_outside() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


def test_our_processes_can_write_nothing_and_gain_nothing() -> None:
    for name, service in OURS.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "volumes" not in service, name
    assert re.search(r"^USER nazer$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)


def test_settings_are_known_ones_and_production_accepts_them() -> None:
    environment = {key: value for key, value in SERVICES["web"]["environment"].items() if key.startswith("NAZER_")}
    known = {f"NAZER_{name.upper()}" for name in Settings.model_fields}
    assert set(environment) <= known
    given = {"NAZER_SECRET_KEY": "k3y-" + "0123456789abcdefghijklmnopqrstuv", "POSTGRES_PASSWORD": "s0me"}
    filled = {key: VARIABLE.sub(lambda match: _value(match, given), str(value)) for key, value in environment.items()}
    settings = Settings.model_validate(
        {
            key.removeprefix("NAZER_").lower(): json.loads(value) if value.startswith("[") else value
            for key, value in filled.items()
        }
    )
    assert settings.mode == "production"
    assert settings.secure_cookies
    assert settings.database_url == "postgresql://nazer:s0me@postgres/nazer"


def _value(match: re.Match[str], given: dict[str, str]) -> str:
    name, rest = match["name"], match["rest"]
    return given.get(name) or rest.removeprefix(":-")


def _without_comments() -> str:
    return "\n".join(line for line in SOURCE.splitlines() if not line.lstrip().startswith("#"))
