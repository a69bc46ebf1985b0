"""The ``nazer`` command. Each command is loaded when it is called, so that none waits for what another needs."""

from __future__ import annotations

import importlib
import sys

import click

from moderation.settings import SettingsError

COMMANDS = {
    "up": "moderation.commands.up:up",
    "screen": "moderation.commands.screen:screen",
    "rules": "moderation.commands.rules:rules",
    "replay": "moderation.commands.replay:replay",
    "words": "moderation.commands.words:words",
    "add-site": "moderation.commands.sites:add_site",
    "add-person": "moderation.commands.sites:add_person",
    "people": "moderation.commands.people:people",
    "invite": "moderation.commands.people:invite",
    "reset-password": "moderation.commands.people:reset_password",
    "reset-second-factor": "moderation.commands.people:reset_second_factor",
    "keys": "moderation.commands.keys:keys",
    "rotate-key": "moderation.commands.keys:rotate_key",
    "webhooks": "moderation.commands.webhooks:webhooks",
    "import-article": "moderation.commands.articles:import_article",
    "import": "moderation.commands.history:import_history",
    "seed": "moderation.commands.seed:seed",
    "openapi": "moderation.commands.contract:openapi",
    "audit": "moderation.commands.audit:audit",
    "recount": "moderation.commands.recount:recount",
    "migrate": "moderation.commands.migrate:migrate",
    "train": "moderation.commands.models:train",
    "evaluate": "moderation.commands.models:evaluate",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nazer")
def cli() -> None:
    """Nazer: comment moderation for Persian sites."""


def main() -> None:
    """Run the command; wrong settings end it with a sentence, not with a traceback."""
    try:
        cli()
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
