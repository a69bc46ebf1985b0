"""``nazer replay``, as somebody at a terminal calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from moderation.commands.context import site_named
from tests.factories import make_person
from tests.replay.past import decide_many
from tests.test_cli import Inside, inside, nazer

__all__ = ["inside", "nazer"]  # fixtures


def test_replay_tells_what_a_file_of_rules_would_have_done(
    nazer: Callable[..., Result], inside: Inside, tmp_path: Path
) -> None:
    nazer("add-site", "mehr")
    with inside():
        site = site_named("mehr")
        decide_many(site, make_person("sara", site), 40)
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"rules": {"no-insults": {"options": {"suspect_at": 0.1}}}}))
    told = nazer("replay", "--site", "mehr", str(rules), "--last", "30")
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("30 decisions")
    assert "no-insults" in told.stdout
    whole = json.loads(nazer("replay", "--site", "mehr", "--json").stdout)
    assert (whole["replayed"], whole["changed"]) == (40, [])
    rules.write_text('{"rules": {"no-insults": {"options": {"suspect_at": 9}}}}')
    assert "/rules/no-insults/options/suspect_at" in nazer("replay", "--site", "mehr", str(rules)).output
    rules.write_text("{")
    assert "not JSON" in nazer("replay", "--site", "mehr", str(rules)).output
