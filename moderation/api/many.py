"""Many comments at once: send a batch, read a page."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from moderation import lifecycle, records
from moderation.api.answering import answer
from moderation.api.authorization import read, read_query, require_site
from moderation.api.operations import Example, Operation, Scope
from moderation.api.problems import Problem, document
from moderation.api.receipts import REFUSALS, invalid, refusal
from moderation.lifecycle import Outcome, Receipt
from moderation.records import Wanted
from moderation.settings import Settings
from moderation.wire import CommentIn
from moderation.wire_answers import comment_out
from moderation.wire_many import BatchIn, BatchResult, BatchResults, CommentsAsked, CommentsPage, Refused

many = Blueprint("many", __name__)

_SENT = {
    "comments": [
        {
            "external_id": "c-2001",
            "article": {"external_id": "a-17", "title": "آب رودآباد از یکشنبه جیره‌بندی می‌شود"},
            "author": {"name": "مریم", "id": "u-7"},
            "text": "کاش زودتر می‌گفتید تا آب ذخیره کنیم.",
        },
        {
            "external_id": "c-2002",
            "article": {"external_id": "a-17"},
            "author": {"name": "کیان", "id": "u-52"},
            "text": "در محلهٔ ما هم همین‌طور است.",
            "parent_external_id": "c-2001",
        },
    ]
}


@many.post("/comments/batch")
@Operation(
    Scope.SUBMIT,
    "دیدگاه‌های بسیاری را یک‌جا می‌پذیرد.",
    body=BatchIn,
    answers={200: BatchResults},
    example=Example(body=_SENT),
)
def submit_many() -> Response:
    """Submit up to 500 comments at once.

    Each is taken or refused as if it had come alone, after those before it, and has a result of its own: a wrong one stops no
    other. All that are taken are stored in one transaction, before the answer. Send the batch again after a network error:
    nothing is stored twice.
    """
    caller = require_site()
    settings: Settings = current_app.config["NAZER"]
    request.max_content_length = settings.max_batch_bytes
    each = [_within_limits(item, settings.max_comment_chars) for item in read(BatchIn).each]
    receipts = iter(lifecycle.receive_many(caller.site_id, [item for item in each if isinstance(item, CommentIn)]))
    results = [
        _refused(index, item.external_id, invalid(item.errors))
        if isinstance(item, Refused)
        else _result(index, item.external_id, next(receipts))
        for index, item in enumerate(each)
    ]
    statuses = [result.status for result in results]
    accepted, known = statuses.count(202), statuses.count(200)
    return answer(
        BatchResults(accepted=accepted, known=known, refused=len(results) - accepted - known, results=results)
    )


def _within_limits(item: CommentIn | Refused, longest: int) -> CommentIn | Refused:
    if isinstance(item, Refused) or len(item.text) <= longest:
        return item
    wrong = {"pointer": "/text", "detail": f"must be at most {longest} characters"}
    return Refused(external_id=item.external_id, errors=[wrong])


def _result(index: int, external_id: str, receipt: Receipt) -> BatchResult:
    if receipt.outcome in REFUSALS or receipt.comment_id is None:
        return _refused(index, external_id, refusal(receipt))
    status = 202 if receipt.outcome is Outcome.STORED else 200
    return BatchResult(index=index, external_id=external_id, status=status, id=receipt.comment_id, problem=None)


def _refused(index: int, external_id: str | None, problem: Problem) -> BatchResult:
    told = document(problem.status, problem.detail, code=problem.code, **problem.members)
    return BatchResult(index=index, external_id=external_id, status=problem.status, id=None, problem=told)


@many.get("/comments")
@Operation(
    Scope.READ,
    "دیدگاه‌های سایت را صفحه به صفحه می‌گوید.",
    query=CommentsAsked,
    answers={200: CommentsPage},
    example=Example(query={"external_id": "c-1001"}),
)
def find() -> Response:
    """Find comments by the site's own id, by article, by status.

    In the order of their coming. With `external_id` there is one or none. Ask for what follows with `after`, the `next` of
    the page before; what came meanwhile stands behind it.
    """
    caller = require_site()
    asked = read_query(CommentsAsked)
    wanted = Wanted(asked.external_id, asked.article, asked.status, asked.after)
    rows, more = records.page(caller.site_id, wanted, asked.limit)
    return answer(CommentsPage(comments=[comment_out(row) for row in rows], next=rows[-1].id if more else None))
