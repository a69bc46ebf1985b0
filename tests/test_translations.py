"""Every sentence of the pages is said in English too, and an English page is English throughout."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import Environment

from moderation.db import db
from moderation.models import Person, Role, Site
from moderation.settings import Settings
from moderation.wire import ArticleIn, AuthorIn
from tests.conftest import settings_for
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_finding, make_person, make_site, make_waiting

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "moderation" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PERSIAN = re.compile("[\u0600-\u06ff]")
WORD = re.compile("[آ-ی]{2}")
PAGES = [path for path in (ROOT / "moderation" / "templates").rglob("*.html") if path.parent.name != "docs"]
VIEWS = [*(ROOT / "moderation" / "dashboard").glob("*.py"), *(ROOT / "moderation" / "admin").glob("*.py")]
HOW = "make translations"


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=60)


@pytest.fixture
def wanted() -> Catalog:
    """Every sentence that the sources say."""
    found: Catalog = runpy.run_path(str(ROOT / "scripts" / "update-translations"))["sentences"]()
    return found


@pytest.fixture
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def ids(catalogue: Catalog) -> set[str]:
    """All sentences, singular and plural."""
    told = [message.id if isinstance(message.id, list | tuple) else [message.id] for message in catalogue if message.id]
    return {each for message in told for each in message}


def test_the_catalogue_is_complete_and_holds_nothing_else(wanted: Catalog, english: Catalog) -> None:
    assert len(ids(wanted)) > 200
    assert ids(english) == ids(wanted), HOW
    assert not english.obsolete, HOW
    for message in english:
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        assert message.id == "" or all(strings), f"{message.id}: not translated"
        assert message.id == "" or not message.fuzzy, f"{message.id}: fuzzy"
        assert not any(PERSIAN.search(string) for string in strings), f"{message.id}: {strings}"


def test_what_is_put_into_a_sentence_is_the_same_in_both_languages(english: Catalog) -> None:
    for message in english:
        forms = message.id if isinstance(message.id, list | tuple) else [message.id]
        first, wanted = forms[0], [set(re.findall(r"%\(\w+\)s", form)) for form in forms]
        for string in message.string if isinstance(message.string, list | tuple) else (message.string,):
            placed = re.findall(r"%\(\w+\)s", string)
            assert set(placed) in wanted, first
            assert "%" not in re.sub(r"%\(\w+\)s|%%", "", string), f"{string}: a sign of its own is written %%"
            assert placed or "%%" not in string, f"{string}: it would be shown twice where nothing is put in"


def test_the_compiled_catalogue_is_the_written_one(english: Catalog) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert strings(compiled) == strings(english), HOW


def strings(catalogue: Catalog) -> dict[str, list[str]]:
    """What each sentence is in English, in one form for both kinds of file."""
    told = {}
    for message in catalogue:
        singular = message.id[0] if isinstance(message.id, list | tuple) else message.id
        told[singular] = list(message.string) if isinstance(message.string, list | tuple) else [message.string]
    return {singular: said for singular, said in told.items() if singular}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_sentence_of_a_page_is_left_out(page: Path, wanted: Catalog) -> None:
    known = ids(wanted)
    for line, kind, token in Environment().lex(page.read_text(encoding="utf-8")):
        if kind == "data":
            assert not PERSIAN.search(token), f"{page.name}:{line}: {token.strip()}"
        if kind == "string" and PERSIAN.search(token):
            assert token[1:-1] in known, f"{page.name}:{line}: {token}"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_sentence_of_a_view_is_left_out(view: Path, wanted: Catalog) -> None:
    known = ids(wanted)
    for node in ast.walk(ast.parse(view.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.search(node.value):
            assert node.value in known, f"{view.name}:{node.lineno}: {node.value}"


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def navid(site: Site) -> Person:
    """An admin who reads English."""
    person = make_person("navid", site, role=Role.ADMIN)
    person.language = "en"
    site.name = "The Mehr News"
    db.session.commit()
    return person


def test_an_english_page_is_english_throughout(app: Flask, site: Site, navid: Person) -> None:
    article = ArticleIn(external_id="e-1", title="The bridge", body="The bridge is open.")
    for number in range(13):
        ann = AuthorIn(name="Ann", id="7")
        finding = make_finding(spans=((0, 4),))
        comment = make_waiting(site, f"Text {number}", findings=[finding], article=article, author=ann)
    visitor = signed_in(app, navid)
    visitor.decide(comment, "rejected", reason="other", note="A note")
    for path in ("/review", f"/review/{comment.id}", "/decided", "/settings", "/admin/webhooks", "/admin/keys"):
        page = visitor.get(path)
        assert '<html lang="en" dir="ltr">' in page
        left = [line.strip() for line in page.split("\n") if PERSIAN.search(line) and "<option" not in line]
        assert not left, (path, left)
    assert "<dd>12</dd>" in visitor.get("/review")


def test_the_choice_is_kept_by_person(app: Flask, site: Site) -> None:
    sara = signed_in(app, make_person("sara", site))
    mina = signed_in(app, make_person("mina", site))
    answer = sara.post("/settings", language="en", theme="dark", blur="1")
    assert answer.status_code == 303
    page = sara.get("/settings")
    assert '<html lang="en" dir="ltr" data-theme="dark">' in page
    assert "Your settings are saved." in page
    assert '<html lang="fa" dir="rtl">' in mina.get("/review")


@pytest.mark.parametrize("wishes", [{"language": "xx", "theme": "auto"}, {"language": "fa", "theme": "pink"}])
def test_a_wish_that_cannot_be_is_refused(app: Flask, site: Site, wishes: dict[str, str]) -> None:
    sara = signed_in(app, make_person("sara", site))
    assert sara.post("/settings", **wishes).status_code == 422
    assert '<html lang="fa" dir="rtl">' in sara.get("/review")


def test_who_has_not_signed_in_may_choose_by_the_address(app: Flask, site: Site) -> None:
    nobody = Visitor.of(app)
    assert "Sign in to Nazer" in nobody.get("/sign-in?language=en")
    assert "ورود به ناظر" in nobody.get("/sign-in?language=xx")


def test_after_signing_out_the_language_stays(app: Flask, navid: Person) -> None:
    visitor = signed_in(app, navid)
    visitor.post("/sign-out")
    page = visitor.get("/sign-in")
    assert "You are signed out." in page
    assert "Sign in to Nazer" in page
