"""The text of a comment, with whatever personal data it holds, reaches no log."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from moderation import lifecycle
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.models import Comment, DecisionOutcome
from moderation.policy import Policies
from moderation.settings import Settings
from tests.api.conftest import comment_body
from tests.factories import make_person, make_site
from tests.fakes import fake_models
from worker.screening import screen_claim

SECRET = "۰۹۱۲۳۴۵۶۷۸۹"
SAID = ("نشانه‌ای", "۳۴۵۶۷۸۹", "3456789")


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All records of all loggers, the most talkative level on."""
    caplog.set_level(logging.DEBUG)
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "sqlalchemy.orm"):
        caplog.set_level(logging.INFO, logger=name)
    return caplog


@pytest.mark.parametrize("text", [f"نشانه‌ای {SECRET} ممنون", f"نشانه‌ای {SECRET} این را بشکن"])
def test_no_log_holds_the_text_of_a_comment(
    text: str, app: Flask, client: FlaskClient, settings: Settings, everything: pytest.LogCaptureFixture
) -> None:
    credentials = make_site()
    key = {"Authorization": f"Bearer {credentials.api_key}"}
    answer = client.post("/v1/comments", json=comment_body(text=text), headers=key)
    assert answer.status_code == 202
    assert client.post("/v1/comments", json=comment_body(text=text, author=7), headers=key).status_code == 422
    assert screen_claim(fake_models(), Policies(), settings) == 1
    found = select(Comment).execution_options(populate_existing=True)
    comment = db.session.execute(found).scalars().one()
    assert any(finding.rule == "no-personal-data" for finding in comment.screening.findings)
    lifecycle.decide(comment, make_person("sara", credentials.site).id, Ruling(DecisionOutcome.APPROVED, 1, None), 0)
    lifecycle.publish()
    assert everything.records, "nothing was logged at all: this test would prove nothing"
    for record in everything.records:
        line = logging.Formatter().format(record)
        assert not any(said in line for said in SAID), line
