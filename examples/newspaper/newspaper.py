"""A small news site with a comment box: previews, sends to Nazer, and shows what was approved.

    NAZER_URL=http://localhost:8000 NAZER_KEY=nzr_… python newspaper.py

It hears of decisions by reading the feed every other second and, with WEBHOOK_SECRET, also by webhook at /nazer.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
import threading
import time
import uuid
from contextlib import closing
from pathlib import Path

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python"))  # in your project: copy the file beside yours
from nazer_client import Article, Event, Nazer, NazerError, verify_webhook

ARTICLE: Article = {
    "external_id": "a-17",
    "title": "آب رودآباد از یکشنبه جیره‌بندی می‌شود",
    "body": "شرکت آب رودآباد اعلام کرد که از یکشنبه هر محله در شبانه‌روز شش ساعت آب خواهد داشت. "
    "برنامهٔ هر محله در وب‌سایت شرکت منتشر می‌شود.",
}
TABLES = """
CREATE TABLE IF NOT EXISTS comment (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, written_at REAL NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,               -- whether Nazer has it
    status TEXT NOT NULL DEFAULT 'waiting',        -- waiting, approved, rejected
    trimmed TEXT,                                  -- what to publish instead, where a moderator cut something out
    reason TEXT, heard INTEGER NOT NULL DEFAULT 0  -- why not, and the cursor of the last event that counted
);
CREATE TABLE IF NOT EXISTS bookmark (cursor TEXT NOT NULL);
"""
DATABASE = os.environ.get("NEWSPAPER_DATABASE", "newspaper.sqlite")
SECRET = os.environ.get("WEBHOOK_SECRET", "")
EVERY = 2.0

nazer = Nazer(os.environ["NAZER_URL"], os.environ["NAZER_KEY"])
app = Flask(__name__)
log = logging.getLogger("newspaper")


def database() -> sqlite3.Connection:
    """A connection that commits each statement."""
    connection = sqlite3.connect(DATABASE, isolation_level=None, timeout=10)
    connection.row_factory = sqlite3.Row
    return connection


@app.get("/")
def page() -> str:
    """The article with what was approved, and the reader's own comments that wait or were refused."""
    return show()


@app.post("/comments")
def write() -> Response | tuple[str, int]:
    """Take a comment in, or show first what a preview says of it. The site's own copy is stored before Nazer is asked."""
    name, text = request.form.get("name", "").strip(), request.form.get("text", "").strip()
    if not name or not text:
        return show(name, text, ["نام و متن پیام را بنویسید."]), 422
    if request.form.get("wanted") == "preview":
        return show(name, text, sentences(text)), 200
    number = f"c-{uuid.uuid4()}"
    with closing(database()) as db:
        db.execute(
            "INSERT INTO comment (id, name, text, written_at) VALUES (?, ?, ?, ?)", (number, name, text, time.time())
        )
    answer = redirect(url_for("page"), 303)
    answer.set_cookie(
        "mine", f"{request.cookies.get('mine', '')} {number}".strip()[-400:], httponly=True, samesite="Lax"
    )
    send(number)
    return answer


@app.post("/nazer")
def hook() -> tuple[str, int]:
    """Hear of a decision by webhook."""
    try:
        event = verify_webhook(request.get_data(), dict(request.headers), SECRET)
    except ValueError:  # NotFromNazer, or no secret is set
        return "", 400
    hear(event)
    return "", 204


def sentences(text: str) -> list[str]:
    """What a preview has to say to the reader; nothing when there is none."""
    try:
        said = nazer.preview(text, article=ARTICLE)
    except NazerError as error:
        log.warning("no preview: %s", error)
        return []
    if said is None:
        return []
    return [objection["to_reader"]["fa"] for objection in said["objections"]] or [
        "این پیام ایرادی ندارد؛ می‌توانید آن را بفرستید."
    ]


def send(number: str) -> None:
    """Send a comment to Nazer; one that cannot be sent now is sent by the clock."""
    with closing(database()) as db:
        row = db.execute("SELECT * FROM comment WHERE id = ?", (number,)).fetchone()
        try:
            nazer.submit(row["id"], row["text"], author={"name": row["name"]}, article=ARTICLE)
        except NazerError as error:
            log.warning("%s was not sent: %s", number, error)
            if error.status != 0 and error.status not in (401, 403, 429) and error.status < 500:
                db.execute("UPDATE comment SET sent = 1, status = 'rejected' WHERE id = ?", (number,))
            return
        db.execute("UPDATE comment SET sent = 1 WHERE id = ?", (number,))


def hear(event: Event) -> None:
    """Do what was decided, unless something newer was heard already."""
    status = {"comment.approved": "approved", "comment.rejected": "rejected", "comment.reopened": "waiting"}
    if event["type"] not in status:
        return
    decision = event["data"]["decision"]
    trimmed = decision["text"] if decision else None
    told = decision["reason_text"]["fa"] if decision and decision["reason_text"] else None
    cursor = int(event["cursor"])
    with closing(database()) as db:
        db.execute(
            "UPDATE comment SET status = ?, reason = ?, trimmed = ?, heard = ? WHERE id = ? AND heard < ?",
            (status[event["type"]], told, trimmed, cursor, event["data"]["comment"]["external_id"], cursor),
        )


def catch_up() -> None:
    """Send what was not sent, and read the feed from where it was left."""
    with closing(database()) as db:
        for row in db.execute("SELECT id FROM comment WHERE NOT sent ORDER BY written_at").fetchall():
            send(row["id"])
        known = db.execute("SELECT cursor FROM bookmark").fetchone()
        for event in nazer.decisions(known["cursor"] if known else "0"):
            hear(event)
            db.execute("DELETE FROM bookmark")
            db.execute("INSERT INTO bookmark VALUES (?)", (event["cursor"],))


def keep_up() -> None:
    """Catch up for ever."""
    while True:
        try:
            catch_up()
        except Exception as error:  # whatever it is: the next round comes
            log.warning("not caught up: %s", error)
        time.sleep(EVERY)


def show(name: str = "", text: str = "", said: list[str] | None = None) -> str:
    """Draw the page."""
    mine = request.cookies.get("mine", "").split()
    with closing(database()) as db:
        rows = db.execute("SELECT * FROM comment ORDER BY written_at DESC").fetchall()
    return render_template(
        "article.html",
        article=ARTICLE,
        published=[row for row in rows if row["status"] == "approved"],
        mine=[row for row in rows if row["id"] in mine and row["status"] != "approved"],
        name=name,
        text=text,
        said=said,
    )


def main() -> None:
    """Run the site."""
    logging.basicConfig(level=logging.WARNING)
    with closing(database()) as db:
        db.executescript(TABLES)
    threading.Thread(target=keep_up, daemon=True).start()
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "5000")), threaded=True)


if __name__ == "__main__":
    main()
