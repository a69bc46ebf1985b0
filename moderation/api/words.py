"""A site's word lists: read, put, removed, brought in as CSV, tried on what readers wrote last. Scope of every view: admin."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, request

from moderation import removed_words, word_edits, word_lists
from moderation.api.answering import answer
from moderation.api.authorization import read, read_query, require_site
from moderation.api.operations import CSV, LIST_NAME, Example, Operation, Scope
from moderation.api.problems import RETRY_SECONDS, Problem
from moderation.preview import Busy, PreviewDesk
from moderation.removed_words import Removed
from moderation.rules.word_lists import ListRefused, SiteList, why_name_refused
from moderation.staged_words import Upload, told
from moderation.wire import Invalid
from moderation.wire_answers import moment_out
from moderation.wire_word_trials import WordsTried, WordsTriedIn, tried_out
from moderation.wire_words import (
    EntriesAsked,
    ImportAsked,
    RemovedWordList,
    RemovedWordLists,
    SeenAsked,
    WordListIn,
    WordListPage,
    WordLists,
    WordListState,
    WordsImported,
    imported_out,
    not_a_file,
    page_out,
    refused_out,
    state_out,
    words_of,
)
from moderation.word_csv import LARGEST_FILE, NotReadable
from moderation.word_edits import Overview
from moderation.word_lists import ListChanged
from moderation.word_preview.looking import look

words = Blueprint("words", __name__)

_PATH = {"name": LIST_NAME}
_PLACE = {"name": "رکیک"}
_ENTRY = {"text": "زاغارت", "kind": "suspect", "note": "بیشتر به شوخی"}
_FILE = "entry,kind,type,section,note\nزاغارت,suspect,word,,بیشتر به شوخی\nزاغارت بندری,allow,word,,\n"
_SECONDS = 5.0  # that a trial waits for its turn


@words.get("/words")
@Operation(Scope.ADMIN, "فهرست‌های واژهٔ سایت را می‌گوید.", answers={200: WordLists})
def listing() -> Response:
    """List the site's word lists."""
    caller = require_site()
    return answer(WordLists(lists=[state_out(one) for one in word_edits.overviews(caller.site_id)]))


@words.post("/word-preview")
@Operation(
    Scope.ADMIN,
    "می‌گوید واژه‌هایی در آخرین دیدگاه‌ها چه را می‌گرفتند.",
    body=WordsTriedIn,
    answers={200: WordsTried},
    problems=("busy",),
    secret=True,
    example=Example(body={"entries": [_ENTRY], "last": 1000}),
)
def try_out() -> Response:
    """Try words on the comments that came last, and store nothing.

    They are read as the rule site-words would read them at this site, with its allowed words and its options. What is hit is
    counted by what became of it, so that what people approved speaks for itself; suggestions are whole words to allow along
    with them. Takes about a second of computing for 5,000 comments, and one trial at a time in a process: beyond that 503.
    """
    caller = require_site()
    request.max_content_length = LARGEST_FILE
    sent = read(WordsTriedIn)
    desk: PreviewDesk = current_app.extensions["nazer_preview"]
    try:
        with desk.in_turn(_SECONDS) as policies:
            return answer(tried_out(look(caller.site_id, words_of(sent.entries), policies, last=sent.last), sent.shown))
    except Busy:
        raise Problem(
            503,
            "Others try words at this moment. Send it again a little later.",
            code="busy",
            headers={"Retry-After": str(RETRY_SECONDS)},
        ) from None


@words.put("/words/<path:name>")
@Operation(
    Scope.ADMIN,
    "یک فهرست واژه را می‌گذارد یا جایگزین می‌کند.",
    path=_PATH,
    body=WordListIn,
    answers={200: WordListState},
    problems=("word-list-changed",),
    example=Example(path=_PLACE, body={"entries": [_ENTRY, {"text": "زاغارت بندری", "kind": "allow"}]}),
)
def put(name: str) -> Response:
    """Put a word list: all of its entries, in the place of those that it had.

    The rules with it are a new version, which is live for the next comment. A wrong entry is named by its pointer, a wrong
    pattern with its reason. Send `seen`, the `sha256` that you have read, so that nobody's work is overwritten.
    """
    caller = require_site()
    request.max_content_length = LARGEST_FILE
    sent = read(WordListIn)
    made = SiteList(_named(name), words_of(sent.entries))
    _put(caller.site_id, made, sent.seen)
    return answer(state_out(_found(caller.site_id, name)[0]))


@words.get("/words/<path:name>")
@Operation(
    Scope.ADMIN,
    "یک فهرست واژه را صفحه به صفحه می‌گوید.",
    path=_PATH,
    query=EntriesAsked,
    answers={200: WordListPage},
    problems=("no-such-word-list",),
    example=Example(path=_PLACE, query={"q": "زاغارت"}),
)
def show(name: str) -> Response:
    """Read a word list, page by page.

    `q` finds words however they are spelled. Ask for what follows with `start`, the `next` of the page before; while `sha256`
    is the same, the list is.
    """
    caller = require_site()
    asked = read_query(EntriesAsked)
    here, held = _found(caller.site_id, name)
    page = word_edits.page(held, asked.q or "", asked.kind, start=asked.start, limit=asked.limit)
    return answer(page_out(here, page))


@words.post("/words/<path:name>")
@Operation(
    Scope.ADMIN,
    "فهرست واژه‌ای را از CSV می‌خواند و گزارش می‌دهد.",
    path=_PATH,
    query=ImportAsked,
    csv_in=True,
    answers={200: WordsImported},
    problems=("word-list-changed",),
    example=Example(path=_PLACE, query={"add": "true"}, text=_FILE),
)
def take(name: str) -> Response:
    """Bring a word list in as CSV, and get a report of it.

    Columns: entry, kind, type, section, note; only the first is needed. Where lines are refused nothing is stored, unless
    `skip_refused` says so: the report names them with their numbers and reasons. With `dry_run` it is only a report.
    """
    caller = require_site()
    request.max_content_length = LARGEST_FILE
    if request.mimetype != CSV:
        raise Problem(415, f"Send the body as 'Content-Type: {CSV}'.", code="not-csv-type")
    asked = read_query(ImportAsked)
    adds, skips, dry = (each == "true" for each in (asked.add, asked.skip_refused, asked.dry_run))
    before = word_edits.list_named(caller.site_id, _named(name))
    try:
        read_words, report = Upload(name, request.get_data(cache=False), asked.kind, adds).read(before)
    except NotReadable as error:
        raise not_a_file(error.reason) from None
    known = before.entries if adds and before else ()
    after = SiteList(name, (*known, *read_words.entries))
    stores = bool(read_words.entries) and not dry and (skips or not report.refused)
    if stores:
        seen = before.sha256 if before else ""
        _put(caller.site_id, after, asked.seen if asked.seen is not None else seen)
    differs = word_edits.difference(before, after)
    return answer(imported_out(told(report), read_words, differs, stored=stores))


@words.delete("/words/<path:name>")
@Operation(
    Scope.ADMIN,
    "یک فهرست واژه را برمی‌دارد.",
    path=_PATH,
    query=SeenAsked,
    answers={200: WordListState},
    problems=("no-such-word-list", "word-list-changed"),
    example=Example(path=_PLACE),
)
def remove(name: str) -> Response:
    """Take a word list out of the rules.

    Earlier versions of the rules keep it. The answer is the list as it was.
    """
    caller = require_site()
    asked = read_query(SeenAsked)
    here, _ = _found(caller.site_id, name)
    try:
        word_lists.remove_list(caller.site_id, name, seen=asked.seen)
    except ListChanged:
        raise _list_changed() from None
    return answer(state_out(here))


@words.get("/removed-words")
@Operation(Scope.ADMIN, "فهرست‌های واژهٔ برداشته‌شده را می‌گوید.", answers={200: RemovedWordLists})
def listing_removed() -> Response:
    """List the word lists that were removed: 50 at most, the one removed last first.

    What a list held is stored once and not pruned, so that it can be brought back.
    """
    caller = require_site()
    return answer(RemovedWordLists(lists=[_removed_out(one) for one in removed_words.removed(caller.site_id)]))


@words.post("/removed-words/<path:name>")
@Operation(
    Scope.ADMIN,
    "یک فهرست واژهٔ برداشته‌شده را برمی‌گرداند.",
    path=_PATH,
    answers={200: WordListState},
    problems=("no-such-word-list", "word-list-changed", "invalid"),
    example=Example(path=_PLACE),
)
def restore(name: str) -> Response:
    """Put a removed word list back, with every entry that it had, behind the others.

    The rules with it are a new version, which is live for the next comment. Where a list of that name stands again nothing is
    stored (409).
    """
    caller = require_site()
    try:
        removed_words.restore(caller.site_id, name)
    except LookupError:
        raise _unknown() from None
    except ListChanged:
        raise _list_changed() from None
    except ListRefused as refused:
        raise refused_out(refused) from None
    return answer(state_out(_found(caller.site_id, name)[0]))


def _removed_out(one: Removed) -> RemovedWordList:
    return RemovedWordList(
        name=one.name,
        size=one.size,
        sha256=one.sha256,
        removed_at=moment_out(one.entry.at),
        restorable=one.stored,
    )


def _put(site_id: uuid.UUID, made: SiteList, seen: str | None) -> None:
    try:
        word_lists.put_list(site_id, made, seen=seen)
    except ListChanged:
        raise _list_changed() from None
    except ListRefused as refused:
        raise refused_out(refused) from None


def _found(site_id: uuid.UUID, name: str) -> tuple[Overview, SiteList]:
    """A list by its name. Raises Problem 404: another site's list is as unknown as one that never was."""
    here = next((one for one in word_edits.overviews(site_id) if one.name == name), None)
    held = word_edits.list_named(site_id, name) if here else None
    if here is None or held is None:
        raise _unknown()
    return here, held


def _named(name: str) -> str:
    """A name that a list may have. Raises Invalid."""
    if why := why_name_refused(name):
        raise Invalid([{"pointer": "/name", "detail": why.en}])
    return name


def _unknown() -> Problem:
    return Problem(404, "This site has no word list of that name.", code="no-such-word-list")


def _list_changed() -> Problem:
    return Problem(
        409,
        "Another list stands there than you have seen: read it, and send your change again.",
        code="word-list-changed",
    )
