"""What the benchmarks over the corpus' comments ask and print alike."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping


def run(measure: Callable[[int, int], Mapping[str, object]], described: str | None, *, comments: int) -> None:
    """Measure over so many comments and rounds as the command line says, and print the figures, a line each or as JSON."""
    options = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--json", action="store_true", help="one line of JSON")
    options.add_argument("--comments", type=int, default=comments)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    figures = measure(chosen.comments, chosen.rounds)
    if chosen.json:
        print(json.dumps(figures))
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:{width}} {value}")
