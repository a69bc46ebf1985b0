"""What holds for the whole house: guards, jobs, documents, who imports whom, sizes, and what a committed file may say."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule as Route

from moderation import jobs
from moderation.cli import COMMANDS
from moderation.commands.up import _processes
from moderation.rules import RULES
from moderation.settings import Settings
from tests.conftest import settings_for
from worker import tasks

ROOT = Path(__file__).parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
RULE_PAGES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
DEPENDENCIES = (ROOT / "docs" / "decisions" / "002-dependencies.md").read_text(encoding="utf-8")

OPEN_PAGES = {
    *("dashboard.sign_in", "dashboard.sign_in_code", "dashboard.sign_in_set_up", "dashboard.sign_out"),
    *("dashboard.invitation", "dashboard.password_link", "contract.docs"),
}
"""Pages that need no person. A new one is opened here and in its view, or it is refused."""
OPEN_API = {"contract.openapi"}
"""What the API tells without a key: what it is, and nothing of anybody."""
HEALTH = {"health.live", "health.ready"}
PACKAGES = ("moderation", "classifiers", "worker")
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_TEST_FILE, MOST_PARAMETERS = 40, 300, 400, 5


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here: who may open what does not depend on it."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path)


# Guards


def _routes(app: Flask) -> list[Route]:
    return [route for route in app.url_map.iter_rules() if not route.endpoint.endswith("static")]


def _is_api(route: Route) -> bool:
    return route.rule.startswith("/v1/")


def _pages(app: Flask) -> list[Route]:
    return [route for route in _routes(app) if not _is_api(route) and route.endpoint not in HEALTH]


def _methods(route: Route) -> list[str]:
    return sorted((route.methods or set()) - {"HEAD", "OPTIONS"})


def _path(route: Route) -> str:
    """The route with something in the place of each argument."""
    path = re.sub(r"<uuid:[^>]+>", "0190a0a0-0000-7000-8000-000000000000", route.rule)
    return re.sub(r"<[^>]+>", "7", path)


def test_the_api_answers_nobody_without_a_key(app: Flask, client: FlaskClient) -> None:
    routes = [route for route in _routes(app) if _is_api(route) and route.endpoint not in OPEN_API]
    assert len(routes) >= 5
    for route in routes:
        for method in _methods(route):
            for headers in ({}, {"Authorization": "Bearer nzr_unknown"}, {"Authorization": "Basic bnpyOm56cg=="}):
                answer = client.open(_path(route), method=method, headers=headers, json={})
                assert answer.status_code == 401, f"{method} {route.rule} with {headers}"
                assert answer.mimetype == "application/problem+json"


def test_every_view_of_the_api_declares_itself(app: Flask) -> None:
    for route in (route for route in _routes(app) if _is_api(route)):
        view = app.view_functions[route.endpoint]
        assert hasattr(view, "operation") != (route.endpoint in OPEN_API), f"{route.endpoint} has no Operation"


def test_a_page_leads_to_the_sign_in_when_nobody_is_signed_in(app: Flask, client: FlaskClient) -> None:
    pages = [route for route in _pages(app) if "GET" in _methods(route) and route.endpoint not in OPEN_PAGES]
    assert pages
    for route in pages:
        answer = client.get(_path(route), follow_redirects=True)
        assert answer.history, route.rule
        assert answer.request.path == "/sign-in", route.rule


def test_a_form_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    forms = [(route, method) for route in _pages(app) for method in _methods(route) if method != "GET"]
    assert forms
    for route, method in forms:
        answer = client.open(_path(route), method=method, data={"email": "sara@nazer.example"})
        assert answer.status_code == 400, f"{method} {route.rule}"


def test_every_view_of_a_page_says_who_may_open_it(app: Flask) -> None:
    guards = {route.endpoint: getattr(app.view_functions[route.endpoint], "guard", None) for route in _pages(app)}
    assert not [endpoint for endpoint, guard in guards.items() if guard is None]
    assert {endpoint for endpoint, guard in guards.items() if guard == "everybody"} == OPEN_PAGES


# Jobs


def test_every_job_has_a_queue_and_a_task() -> None:
    named = {value for name, value in vars(jobs).items() if name.isupper() and str(value).startswith("nazer.")}
    assert named == set(jobs.QUEUES) == set(tasks.JOBS)


def test_every_queue_is_served_embedded() -> None:
    commands = _processes("127.0.0.1", 8000, Path("data")).values()
    served = {
        queue
        for command in commands
        if "--queues" in command
        for queue in command[command.index("--queues") + 1].split(",")
    }
    assert served == {*jobs.QUEUES.values(), jobs.BACKGROUND_QUEUE}


def test_every_queue_is_served_in_production() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    served = {service["environment"].get("QUEUE") for service in services.values() if "environment" in service}
    assert served >= {*jobs.QUEUES.values(), jobs.BACKGROUND_QUEUE}


# Documents


def _table(text: str) -> dict[str, list[str]]:
    """The rows of Markdown tables whose first cell is code: that code -> the other cells."""
    rows = (line.strip().strip("|").split(" | ") for line in text.splitlines() if line.startswith("| `"))
    return {cells[0].strip().strip("`"): [cell.strip() for cell in cells[1:]] for cells in rows}


def test_every_setting_is_documented_with_its_default_and_its_meaning() -> None:
    documented = {name: cells for name, cells in _table(OPERATIONS).items() if name.startswith("NAZER_")}
    expected = {
        f"NAZER_{name.upper()}": [f"`{shown}`" if (shown := _shown(field.get_default())) else "none", field.description]
        for name, field in Settings.model_fields.items()
    }
    assert {name: cells for name, cells in documented.items() if name != "NAZER_DATA"} == expected


def _shown(default: Any) -> str:
    """A default as it is written into the environment."""
    if hasattr(default, "get_secret_value"):
        default = default.get_secret_value()
    if isinstance(default, tuple):
        return "[" + ", ".join(str(item) for item in default) + "]"
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_every_command_is_documented() -> None:
    assert not [name for name in COMMANDS if f"`nazer {name}" not in OPERATIONS]


def test_every_endpoint_of_the_api_is_documented(app: Flask) -> None:
    for route in (route for route in _routes(app) if _is_api(route)):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule).replace("{comment_id}", "{id}")
        for method in _methods(route):
            assert f"`{method} {path}`" in API, f"{method} {path}"


def test_every_rule_has_its_section_with_something_to_read() -> None:
    """What comes from the code is held to it by tests/rules/test_page.py."""
    for rule in RULES:
        section = RULE_PAGES.partition(f"## `{rule.slug}`")[2].partition("\n## ")[0]
        assert rule.policy in section, rule.slug
        assert len(section.partition("<!-- end -->")[2].split()) >= 20, rule.slug


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_name(line) for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]}
    given = {name: cells[-1] for name, cells in _table(DEPENDENCIES).items()}
    assert set(given) == wanted
    assert all(len(reason.split()) >= 5 for reason in given.values())


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement, maxsplit=1)[0].lower()


# Who imports whom


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        ["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, env=_path_of_this_python()
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _path_of_this_python() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_rules_read_no_clock_and_of_the_classifiers_only_text_and_words() -> None:
    for path in (ROOT / "moderation" / "rules").glob("*.py"):
        for module in _imports(path):
            assert module.split(".")[0] not in {"time", "datetime", "random", "secrets", "os"}, f"{path.name}: {module}"
            assert not module.startswith("classifiers") or re.fullmatch(
                r"classifiers(\.(text|words(\.\w+)?))?", module
            ), f"{path.name}: {module}"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            whole = {"classifiers"} if node.module == "classifiers" else set()
            yield from (f"{node.module}.{alias.name}" for alias in node.names if whole)
            if not whole:
                yield node.module or ""


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in _sources(*PACKAGES)
        for function in _functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


@pytest.mark.parametrize(
    "start",
    [
        "import moderation.app",
        "from worker import tasks; assert 'unavailable' not in tasks.preload()[0].versions.values()",
    ],
)
def test_answering_loads_neither_scikit_learn_nor_hazm(start: str) -> None:
    heavy = ("sklearn", "scipy", "hazm", "nltk")
    program = f"import sys; {start}; sys.exit(', '.join(sorted(set(sys.modules) & set({heavy!r}))) or 0)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# Sizes


def _sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {size} lines"
        for path in _sources(*PACKAGES, "tests")
        for node in _functions(path)
        if (size := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long


def test_no_function_takes_more_than_five_positional_parameters() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in _sources(*PACKAGES)
        for node in _functions(path)
        if len([arg for arg in [*node.args.posonlyargs, *node.args.args] if arg.arg not in ("self", "cls")])
        > MOST_PARAMETERS
        and not node.name.startswith("__")
    ]
    # a click command gets one argument for each of its options, by name
    assert not [name for name in wide if "moderation/commands/" not in name]


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    limits = [(path, LONGEST_FILE) for path in _sources(*PACKAGES)] + [
        (path, LONGEST_TEST_FILE) for path in _sources("tests")
    ]
    sizes = [(path, len(path.read_text(encoding="utf-8").splitlines()), limit) for path, limit in limits]
    assert not [f"{path.relative_to(ROOT)}: {size} lines" for path, size, limit in sizes if size > limit]


def test_every_file_begins_with_a_caption() -> None:
    for path in _sources(*PACKAGES, "tests"):
        text = path.read_text(encoding="utf-8")
        caption = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        assert not text.strip() or re.search(r"\w.*[.:?]$", caption), f"{path.relative_to(ROOT)}: {caption!r}"


# What a committed file may say


def _committed() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_committed_file_names_a_registry_or_somebodys_machine() -> None:
    here = b"|".join(re.escape(str(folder).encode()) + rb"/" for folder in (ROOT, Path.home()))
    said = re.compile(rb"--(?:extra-)?index-url[ =]\S+:/|[a-z]+://(?:pypi\.org/simple|registry\.)|/home/\w+/|" + here)
    found = []
    for path in _committed():
        content = path.read_bytes()
        if b"\0" not in content[:8000] and path != Path(__file__):
            found += [f"{path.relative_to(ROOT)}: {match[0].decode()}" for match in said.finditer(content)]
    assert not found


def test_no_committed_file_holds_a_key_or_a_pickle() -> None:
    for path in _committed():
        assert path.suffix not in {".pkl", ".pickle", ".joblib", ".sqlite", ".pem", ".key"}, path
        assert not re.search(rb"\bnzr_[A-Za-z0-9_-]{43}\b|-----BEGIN [A-Z ]*PRIVATE KEY", path.read_bytes()), path
