"""For admins: what was delivered to the sites and what was not."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the admin's pages."""
