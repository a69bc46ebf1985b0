"""Every change of a comment's status, in the order of its life. Nothing else moves a status.

Each function is one transaction with a conditional UPDATE; the loser of a race returns quietly or raises Conflict.
"""

from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.deciding import Ruling, decide, reopen, undo
from moderation.lifecycle.delivering import Answer, Outgoing, deliverable, delivery_tried, due_deliveries, switch_off
from moderation.lifecycle.history import Past, remember
from moderation.lifecycle.publishing import delivery_row, publish
from moderation.lifecycle.receiving import Outcome, Receipt, erase, receive, register_article, revise, withdraw
from moderation.lifecycle.repeating import find_repeats, forget_old, forgettable, keep_prints
from moderation.lifecycle.screening import Claim, Screened, claim, give_back, screened

__all__ = [
    "Answer",
    "Claim",
    "Conflict",
    "Outcome",
    "Outgoing",
    "Past",
    "Receipt",
    "Ruling",
    "Screened",
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
    "publish",
    "receive",
    "register_article",
    "remember",
    "reopen",
    "revise",
    "screened",
    "switch_off",
    "undo",
    "withdraw",
]
