"""Every change of a comment's status, in the order of its life. Nothing else moves a status.

Each function is one transaction with a conditional UPDATE; the loser of a race returns quietly or raises Conflict.
"""

from moderation.lifecycle.articles import Change, change_article, register_article, settle_article
from moderation.lifecycle.batch import receive_many
from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.deciding import Ruling, decide, reopen, undo
from moderation.lifecycle.deciding_many import MOST_AT_ONCE, Many, decide_many, undo_many
from moderation.lifecycle.delivering import Answer, Outgoing, deliverable, delivery_tried, due_deliveries, switch_off
from moderation.lifecycle.erasing import erase, erase_many
from moderation.lifecycle.escalating import asked_for, escalate
from moderation.lifecycle.history import Past, remember, remember_unscreened
from moderation.lifecycle.publishing import delivery_row, publish
from moderation.lifecycle.receiving import (
    Outcome,
    Receipt,
    receive,
    revise,
    withdraw,
)
from moderation.lifecycle.repeating import find_repeats, forget_old, forgettable, keep_prints
from moderation.lifecycle.screening import (
    TO_SCREEN,
    TO_SCREEN_AGAIN,
    Beside,
    Claim,
    Screened,
    ask_again,
    claim,
    give_back,
    screen_again,
    screened,
)
from moderation.lifecycle.searching import make_searchable
from moderation.lifecycle.trimming import Cut, NothingLeft, trim

__all__ = [
    "MOST_AT_ONCE",
    "TO_SCREEN",
    "TO_SCREEN_AGAIN",
    "Answer",
    "Beside",
    "Change",
    "Claim",
    "Conflict",
    "Cut",
    "Many",
    "NothingLeft",
    "Outcome",
    "Outgoing",
    "Past",
    "Receipt",
    "Ruling",
    "Screened",
    "ask_again",
    "asked_for",
    "change_article",
    "claim",
    "decide",
    "decide_many",
    "deliverable",
    "delivery_row",
    "delivery_tried",
    "due_deliveries",
    "erase",
    "erase_many",
    "escalate",
    "find_repeats",
    "forget_old",
    "forgettable",
    "give_back",
    "keep_prints",
    "make_searchable",
    "publish",
    "receive",
    "receive_many",
    "register_article",
    "remember",
    "remember_unscreened",
    "reopen",
    "revise",
    "screen_again",
    "screened",
    "settle_article",
    "switch_off",
    "trim",
    "undo",
    "undo_many",
    "withdraw",
]
