"""Word lists over the API: put and read page by page, refused field by field, brought in as CSV, tried before they are stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from moderation import word_lists
from moderation.db import db
from moderation.models import AuditEntry, Scope
from moderation.policy import lists_of
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.word_csv import LARGEST_FILE
from tests.api.conftest import Backend
from tests.factories import make_comment, make_decided, make_key, make_person

NAME = "رکیک/۱"
PLACE = f"/v1/words/{quote(NAME)}"
WORDS = SiteList(
    NAME, (SiteWord("زاغارت", note="شوخی"), SiteWord(r"\bسوس\w+", Kind.SUSPECT, pattern=True, section="ورزش"))
)
ENTRIES = [
    {"text": "زاغارت", "note": "شوخی"},
    {"text": r"\bسوس\w+", "kind": "suspect", "pattern": True, "section": "ورزش"},
]


def stored(backend: Backend) -> list[SiteList]:
    db.session.expire_all()
    return lists_of(backend.credentials.site.id)


def bring(backend: Backend, content: str | bytes, query: str = "", **headers: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return backend.call("POST", f"{PLACE}{query}", raw=raw, **{"Content-Type": "text/csv", **headers})


def test_a_list_is_put_read_and_removed(backend: Backend) -> None:
    put = backend.call("PUT", PLACE, {"entries": ENTRIES, "seen": ""})
    assert put.status_code == 200, put.text
    assert stored(backend) == [WORDS]
    (told,) = backend.call("GET", "/v1/words").json["lists"]
    assert told == put.json
    assert (told["size"], told["patterns"], told["block"], told["suspect"]) == (2, 1, 1, 1)
    assert told["sha256"] == WORDS.sha256
    page = backend.call("GET", f"{PLACE}?limit=1").json
    assert [one["text"] for one in page["entries"]] == ["زاغارت"]
    assert (page["matching"], page["next"]) == (2, 1)
    assert backend.call("GET", f"{PLACE}?limit=1&start=1").json["next"] is None
    assert backend.call("GET", f"{PLACE}?q={quote('شوخي')}").json["matching"] == 1
    removed = backend.call("DELETE", f"{PLACE}?seen={WORDS.sha256}")
    assert removed.json == told
    assert backend.call("GET", PLACE).json["type"] == "urn:nazer:problem:no-such-word-list"
    assert stored(backend) == []


def test_a_change_is_noted_with_the_key(backend: Backend) -> None:
    backend.call("PUT", PLACE, {"entries": ENTRIES})
    noted = db.session.execute(select(AuditEntry).where(AuditEntry.action == "word_list.changed")).scalar_one()
    assert (noted.subject, noted.channel, noted.before) == (NAME, "api", None)
    assert noted.key_id


def test_whoever_saw_another_list_overwrites_nothing(backend: Backend) -> None:
    backend.call("PUT", PLACE, {"entries": ENTRIES})
    for answer in (
        backend.call("PUT", PLACE, {"entries": [], "seen": ""}),
        backend.call("PUT", PLACE, {"entries": [], "seen": "0" * 64}),
        backend.call("DELETE", f"{PLACE}?seen={'0' * 64}"),
        bring(backend, "شلغم\n", f"?seen={'0' * 64}"),
    ):
        assert (answer.status_code, answer.json["type"]) == (409, "urn:nazer:problem:word-list-changed")
    assert stored(backend) == [WORDS]
    assert backend.call("PUT", PLACE, {"entries": [], "seen": WORDS.sha256}).status_code == 200


def test_each_wrong_entry_is_named(backend: Backend) -> None:
    entries = [
        {"text": "خوب"},
        {"text": "!!"},
        {"text": "خر(", "pattern": True},
        {"text": "خـوب"},
        {"text": "بد", "note": "\u0007"},
    ]
    answer = backend.call("PUT", PLACE, {"entries": entries})
    assert answer.status_code == 422
    told = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert told.keys() == {"/entries/1/text", "/entries/2/text", "/entries/3/text", "/entries/4/note"}
    assert "missing )" in told["/entries/2/text"]
    assert told["/entries/3/text"] == "the list has this entry already"
    assert stored(backend) == []


def test_lists_that_are_too_large_together_are_refused(backend: Backend) -> None:
    many = SiteList("بزرگ", tuple(SiteWord(f"واژه{number}") for number in range(49_999)))
    word_lists.put_list(backend.credentials.site.id, many)
    answer = backend.call("PUT", PLACE, {"entries": ENTRIES})
    assert answer.status_code == 422
    assert "50000 entries" in answer.json["errors"][0]["detail"]


def test_a_file_is_brought_in_with_a_report(backend: Backend) -> None:
    backend.call("PUT", PLACE, {"entries": ENTRIES})
    file = "entry,kind\nشلغم,block\n!!,block\nشلغم,block\nخر,block\n"
    refused = bring(backend, file, "?add=true")
    assert (refused.status_code, refused.json["stored"]) == (200, False)
    assert refused.json["refused"]["lines"] == [
        {
            "line": 3,
            "entry": "!!",
            "fa": "هیچ حرف یا رقمی ندارد؛ برای شکلک و نشانه از الگو استفاده کنید",
            "en": "it has no letter or digit: write emoji and signs as a pattern",
        }
    ]
    assert stored(backend) == [WORDS]
    dry = bring(backend, file, "?add=true&skip_refused=true&dry_run=true").json
    assert not dry["stored"]
    taken = bring(backend, file, "?add=true&skip_refused=true").json
    assert taken == {**dry, "stored": True}
    assert (taken["taken"], taken["added"], taken["repeated"]["count"], taken["warnings"]["count"]) == (2, 2, 1, 2)
    assert stored(backend) == [SiteList(NAME, (*WORDS.entries, SiteWord("شلغم"), SiteWord("خر")))]
    replaced = bring(backend, "زاغارت,allow\n").json
    assert (replaced["added"], replaced["changed"], replaced["removed"]) == (0, 1, 3)


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"PK\0\0", "the file is no text"),
        (b"\n" * 10 + b"x\n" * 50_001, "more than 50000 lines"),
    ],
)
def test_a_body_that_is_no_list_is_refused(backend: Backend, content: bytes, detail: str) -> None:
    answer = bring(backend, content)
    assert answer.status_code == 422
    assert detail in answer.json["errors"][0]["detail"]


def test_a_body_of_another_type_or_size_is_refused(backend: Backend) -> None:
    wrong = bring(backend, "شلغم\n", **{"Content-Type": "application/json"})
    assert (wrong.status_code, wrong.json["type"]) == (415, "urn:nazer:problem:not-csv-type")
    assert bring(backend, b"x" * (LARGEST_FILE + 1)).status_code == 413
    assert bring(backend, "شلغم\n", "?add=maybe").status_code == 422


def test_words_are_tried_and_nothing_is_stored(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    make_decided(site, sara, text="خر‌گوش آمد")
    comment = make_comment(site, "تو خر هستی")
    answer = backend.call("POST", "/v1/word-preview", {"entries": [{"text": "خر"}], "shown": 1})
    told = answer.json
    assert answer.status_code == 200, answer.text
    assert (told["looked_at"], told["mode"]) == (2, "live")
    assert told["hit"] == {"approved": 1, "rejected": 0, "waiting": 1}
    assert told["suggestions"] == [{"text": "خر‌گوش", "approved": 1, "rejected": 0, "waiting": 0}]
    assert (told["forms_in_all"], len(told["forms"])) == (2, 1)
    assert {"id": str(comment.id), "became": "waiting", "text": "تو خر هستی", "spans": [[3, 5]]} in told["comments"]
    assert stored(backend) == []
    wrong = backend.call("POST", "/v1/word-preview", {"entries": [{"text": "خر)", "pattern": True}]})
    assert wrong.json["errors"][0]["pointer"] == "/entries/0/text"


def test_another_sites_lists_are_unknown(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    backend.call("PUT", PLACE, {"entries": ENTRIES})
    kian = other_backend()
    assert kian.call("GET", "/v1/words").json == {"lists": []}
    assert kian.call("GET", PLACE).status_code == 404
    assert kian.call("DELETE", PLACE).status_code == 404
    make_comment(backend.credentials.site, "زاغارت")
    assert kian.call("POST", "/v1/word-preview", {"entries": ENTRIES}).json["looked_at"] == 0
    assert stored(backend) == [WORDS]


def test_only_a_key_of_an_admin_may(backend: Backend) -> None:
    key = make_key(backend.credentials.site, Scope.SUBMIT, Scope.READ)
    for method, path in (("GET", "/v1/words"), ("GET", PLACE), ("PUT", PLACE), ("POST", "/v1/word-preview")):
        answer = backend.call(method, path, {}, Authorization=f"Bearer {key}")
        assert (answer.status_code, answer.json["scope"]) == (403, "admin")
