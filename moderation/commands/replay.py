"""``nazer replay``: what other rules would have said of a site's last decisions, in this process."""

from __future__ import annotations

import json
import time
import uuid
from typing import BinaryIO

import click

from classifiers.progress import step
from moderation import replay as replaying
from moderation.commands.context import in_app, site_named
from moderation.commands.progress import progress_bar
from moderation.models import ReplayState
from moderation.replay import results
from moderation.replay.results import Figures, Result
from moderation.rule_sets import drafts
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet

_WAIT = 0.5  # seconds, while another replay of the site is before this one


@click.command()
@click.option("--site", "slug", required=True, help="Over whose decisions.")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--last", type=click.IntRange(1, replaying.MOST), default=replaying.USUAL, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@in_app
def replay(slug: str, file: BinaryIO | None, last: int, *, as_json: bool) -> None:
    """Replay the site's draft, or the rules of FILE as 'nazer rules export' writes them, over people's last decisions."""
    site = site_named(slug)
    try:
        rules = RuleSet.from_dict(json.loads(file.read())) if file else drafts.of(site.id).rules
        row = replaying.start(site.id, rules, last=last)
    except RuleSetError as error:
        raise click.ClickException(f"the rules cannot be replayed: {error}") from None
    except ValueError as error:
        raise click.ClickException(f"the rules are not JSON: {error}") from None
    except replaying.Refused as refused:
        raise click.ClickException(str(refused)) from None
    with progress_bar(f"replaying at {slug}"):
        while (claim := replaying.claim_next(row.id)) is not None or _is_open(row.site_id, row.id):
            if claim is None:
                time.sleep(_WAIT)  # a worker was faster: it is told here when that one is done
                continue
            replaying.run(claim, shown=lambda done, total: step(f"{done} of {total}", done / max(1, total)))
    found = replaying.of(site.id, row.id)
    if found is None or found.state != ReplayState.DONE or found.result is None:
        raise click.ClickException(f"nothing was replayed: {found.error or found.state if found else 'it is gone'}")
    click.echo(json.dumps(found.result, ensure_ascii=False) if as_json else _told(results.read(found.result)))


def _is_open(site_id: uuid.UUID, replay_id: uuid.UUID) -> bool:
    found = replaying.of(site_id, replay_id)
    return found is not None and found.state in (ReplayState.QUEUED, ReplayState.RUNNING)


def _told(result: Result) -> str:
    skipped = result.erased + result.unmeasured + result.broken
    lines = [f"{result.replayed} decisions, {result.approved} of them approvals; {skipped} could not be replayed"]
    lines += [_line(each) for each in (result.whole, *result.rules) if each.changed or not each.slug]
    return "\n".join(lines)


def _line(told: Figures) -> str:
    return (
        f"{told.slug or 'all':18} caught more {told.caught_more}, wrongly held {told.wrongly_held}, "
        f"caught less {told.caught_less}, freed {told.freed}"
    )
