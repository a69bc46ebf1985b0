"""What a long training is doing at this moment, for whoever shows it; by default nobody does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

type Show = Callable[[str, float | None], None]
"""Takes what is being done now, in words, and which share of the whole is done (0..1; None: not known)."""

_show: ContextVar[Show | None] = ContextVar("show", default=None)


def step(doing: str, share: float | None = None) -> None:
    """Say what is being done from now on, as in ``step("fitting fold 3 of 5", 0.4)``. Costs nothing when nobody looks."""
    show = _show.get()
    if show is not None:
        show(doing, share)


@contextmanager
def shown(show: Show) -> Iterator[None]:
    """Show the steps of everything that is done inside."""
    before = _show.set(show)
    try:
        yield
    finally:
        _show.reset(before)
