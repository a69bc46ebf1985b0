"""A real saved page: imported where it lies, commented on in every way, screened with the shipped models."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from moderation import embedded, lifecycle, onboarding
from moderation.app import core_context
from moderation.cli import cli
from moderation.db import db
from moderation.measure import load_models
from moderation.models import Article, Comment, Status
from moderation.policy import Policies
from moderation.settings import Settings
from moderation.wire import ArticleIn, AuthorIn, CommentIn
from tests.conftest import SECRET
from worker.screening import screen_claim

SEED = Path(os.environ.get("NAZER_SEED", Path(__file__).parents[2] / "shared" / "seed" / "article.txt"))

# what a reader writes under it -> the rules that object
COMMENTS = {
    "همکاری دفاعی دو همسایه به سود هر دو ملت است، امیدوارم سفیر و وزیر درباره‌ی امنیت مرزها هم به نتیجه برسند": set(),
    "چرا خبر این دیدار با یک روز تاخیر منتشر شد؟": set(),
    "عالی": set(),
    "«وَاعْتَصِمُوا بِحَبْلِ اللَّهِ جَمِيعًا وَلَا تَفَرَّقُوا» کاش دولت باکو هم به این آیه عمل کند و با دشمنان اسلام همکاری نکند": set(),
    "سفیر باکو یک احمق بی‌شعور است که هیچ نمی‌فهمد": {"no-insults"},
    "خ.ف.ه ش.و مزدور ک*ثا*فت": {"no-insults"},
    "The ambassador should explain what exactly was agreed in this meeting": {"persian-only"},
    "على الحكومتين أن تتعاونا من أجل أمن المنطقة واستقرارها وأن تبتعدا عن الخلافات": {"persian-only"},
    "in didar kheyli khoob bood omidvaram be natije berese va marz ha amn bemone": {"persian-only"},
    "سفیر علیزاده از موساد پول گرفته و برای اسرائیل جاسوسی می‌کند": {"no-slander"},
    "وام فوری بدون ضامن با سود کم و بازپرداخت بلندمدت، همین امروز تماس بگیرید": {"no-spam", "on-topic"},
}


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not SEED.parents[1].exists() and "CI" not in os.environ:
        pytest.skip("the saved page lies in ../shared/seed, which is not here; name it in NAZER_SEED")
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "secret_key").write_text(SECRET)
    monkeypatch.setenv("NAZER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("NAZER_DATABASE_URL", raising=False)
    return tmp_path


def screen_everything(settings: Settings) -> None:
    models, policies = load_models(), Policies()
    while screen_claim(models, policies, settings):
        pass


def test_comments_of_every_kind_under_a_real_page_get_the_right_reasons(folder: Path) -> None:
    settings = embedded.settings_of(folder)
    with core_context(settings):
        site = onboarding.add_site("isw", "تحلیل خبر").site
    imported = CliRunner().invoke(cli, ["import-article", str(SEED), "--site", "isw", "--external-id", "61540"])
    assert imported.exit_code == 0, imported.output
    with core_context(settings) as app:
        article = db.session.execute(select(Article)).scalar_one()
        lines = [line.strip() for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert article.title == lines[0]
        assert article.url == lines[2]
        assert lines[3] in article.body
        assert "دیدگاه" not in article.body, "the site's furniture is left out"
        ids = _post(app, site.id)
        screen_everything(settings)
        found = {text: _objections(comment_id) for text, comment_id in ids.items()}
    assert found == COMMENTS


def _post(_app: Flask, site_id: object) -> dict[str, object]:
    ids = {}
    for number, text in enumerate(COMMENTS):
        sent = CommentIn(
            external_id=str(number), article=ArticleIn(external_id="61540"), author=AuthorIn(name="خواننده"), text=text
        )
        ids[text] = lifecycle.receive(site_id, sent).comment_id
    return ids


def _objections(comment_id: object) -> set[str]:
    comment = db.session.get_one(Comment, comment_id, populate_existing=True)
    assert comment.status == Status.IN_REVIEW
    assert comment.screening is not None
    return {finding.rule for finding in comment.screening.findings}
