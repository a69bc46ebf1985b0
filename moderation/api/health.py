"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from moderation.db import db

health = Blueprint("health", __name__)


@health.get("/livez")
def live() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the version of the code. The broker is not asked: comments are taken in without it."""
    migrations = current_app.extensions["migrate"]
    try:
        db.session.execute(text("SELECT 1"))
        at = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError as error:
        return jsonify(status="unready", database=type(error).__name__), 503
    head = ScriptDirectory(migrations.directory).get_current_head()
    if at != head:
        return jsonify(status="unready", database="migrations are missing: run 'nazer migrate'"), 503
    return jsonify(status="ok"), 200
