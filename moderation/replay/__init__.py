"""What another rule set would have said of a site's last decisions: stored signals and pure rules, so that nothing is measured."""

from moderation.replay.asking import (
    Refused,
    cancel,
    expected_end,
    latest,
    listed,
    of,
    start,
)
from moderation.replay.proof import Proof, proof
from moderation.replay.reading import MOST, USUAL
from moderation.replay.working import claim_next, run, waiting, work

__all__ = [
    "MOST",
    "USUAL",
    "Proof",
    "Refused",
    "cancel",
    "claim_next",
    "expected_end",
    "latest",
    "listed",
    "of",
    "proof",
    "run",
    "start",
    "waiting",
    "work",
]
