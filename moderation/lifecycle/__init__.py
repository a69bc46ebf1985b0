"""Every change of a comment's status, in the order of its life. Nothing else moves a status.

Each function is one transaction with a conditional UPDATE; the loser of a race returns quietly or raises Conflict.
"""

from moderation.lifecycle.articles import Change, change_article, open_or_close, register_article
from moderation.lifecycle.batch import receive_many
from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.deciding import Ruling, decide, reopen, undo
from moderation.lifecycle.delivering import Answer, Outgoing, deliverable, delivery_tried, due_deliveries, switch_off
from moderation.lifecycle.history import Past, remember, remember_unscreened
from moderation.lifecycle.publishing import delivery_row, publish
from moderation.lifecycle.receiving import (
    Outcome,
    Receipt,
    erase,
    receive,
    revise,
    withdraw,
)
from moderation.lifecycle.repeating import find_repeats, forget_old, forgettable, keep_prints
from moderation.lifecycle.screening import (
    TO_SCREEN,
    TO_SCREEN_AGAIN,
    Claim,
    Screened,
    claim,
    give_back,
    screen_again,
    screened,
)

__all__ = [
    "TO_SCREEN",
    "TO_SCREEN_AGAIN",
    "Answer",
    "Change",
    "Claim",
    "Conflict",
    "Outcome",
    "Outgoing",
    "Past",
    "Receipt",
    "Ruling",
    "Screened",
    "change_article",
    "claim",
    "decide",
    "deliverable",
    "delivery_row",
    "delivery_tried",
    "due_deliveries",
    "erase",
    "find_repeats",
    "forget_old",
    "forgettable",
    "give_back",
    "keep_prints",
    "open_or_close",
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
    "switch_off",
    "undo",
    "withdraw",
]
