"""What waits for review, in which order, and how much of it; what was decided. Reads only."""

from moderation.queue.cards import decided, decision, find, these, undoable, whole_card
from moderation.queue.counting import Counts, Option, counts, fresh, pending
from moderation.queue.filters import Cursor, Filters, Order
from moderation.queue.listing import PAGE, Page, free, keys, place, waiting

__all__ = [
    "PAGE",
    "Counts",
    "Cursor",
    "Filters",
    "Option",
    "Order",
    "Page",
    "counts",
    "decided",
    "decision",
    "find",
    "free",
    "fresh",
    "keys",
    "pending",
    "place",
    "these",
    "undoable",
    "waiting",
    "whole_card",
]
