"""What gunicorn does before it forks: ``gunicorn --config python:moderation.web_server 'moderation.app:create_app()'``.

The models of the previews are loaded once and their memory is shared; without this file each process loads its own, at the
first preview.
"""

from __future__ import annotations

import gc

from moderation.preview import preload


def on_starting(_server: object) -> None:
    """Load and warm the models up, and keep the collector off them."""
    preload()
    gc.collect()
    gc.freeze()
