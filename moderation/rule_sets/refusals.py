"""Why rules are not changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moderation.rule_sets.drafts import Draft


class Conflict(Exception):
    """Somebody changed the draft meanwhile; ``draft`` is what it is now. Nothing was overwritten."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"the draft was changed meanwhile: it is edit {draft.edit} now")
        self.draft = draft


class Unproven(Exception):
    """No finished replay says what these rules would have done; or, ``outdated``, others went live since they were begun.

    Publishing may be confirmed all the same.
    """

    def __init__(self, *, outdated: bool = False) -> None:
        super().__init__(
            "other rules went live since these were begun"
            if outdated
            else "no finished replay of these very rules says what they would have done"
        )
        self.outdated = outdated


class OverBudget(Exception):
    """The rules would have held more approved comments anew than the site allows. Publishing may be confirmed all the same.

    ``wrongly_held`` and ``budget`` are numbers of comments of the replay.
    """

    def __init__(self, wrongly_held: int, budget: int) -> None:
        super().__init__(f"{wrongly_held} approved comments would be held anew, {budget} may be")
        self.wrongly_held, self.budget = wrongly_held, budget


class NoShadow(LookupError):
    """The site has no version in shadow."""


class NoSuchVersion(LookupError):
    """The site has no version of that number."""
