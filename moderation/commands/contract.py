"""``nazer openapi``: the contract of the API."""

from __future__ import annotations

import json

import click
from flask import Flask

from moderation import api
from moderation.api.openapi import document


@click.command()
@click.option("--address", default="/", show_default=True, help="Where the service is reached.")
def openapi(address: str) -> None:
    """Print the OpenAPI 3.1 document of the API; needs no database and no settings."""
    app = Flask("moderation")
    api.register(app)
    click.echo(json.dumps(document(app, address), ensure_ascii=False, indent=2))
