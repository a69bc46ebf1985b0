"""The progress bar of a long command, on the terminal alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from classifiers.progress import shown

_WHOLE = 1000


@contextmanager
def progress_bar(label: str) -> Iterator[None]:
    """Draw the steps of what is done inside; silent when standard error is no terminal, and in CI."""
    hidden = not sys.stderr.isatty() or bool(os.environ.get("CI"))
    with click.progressbar(
        length=_WHOLE,
        label=label,
        file=sys.stderr,
        hidden=hidden,
        show_eta=False,
        update_min_steps=0,
        item_show_func=lambda doing: doing,
    ) as bar:

        def show(doing: str, share: float | None) -> None:
            reached = bar.pos if share is None else round(_WHOLE * share)
            bar.update(max(0, reached - bar.pos), doing)

        with shown(show):
            yield
        bar.update(_WHOLE - bar.pos, "done")
