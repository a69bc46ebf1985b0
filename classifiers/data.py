"""The research sets: where they lie and how they are read. They are not part of the project; see the models' cards."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VARIABLE = "NAZER_DATA"
DEFAULT = Path("..") / "shared" / "data"


class MissingDataError(FileNotFoundError):
    """The research sets are not where they are looked for."""


def folder() -> Path:
    """Return the folder of the research sets; raises MissingDataError with what to do about it."""
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else DEFAULT
    if not path.is_dir():
        raise MissingDataError(
            f"no research sets in {path.resolve()}: set {VARIABLE} to their folder. "
            "Only training and the accuracy measurements need them."
        )
    return path


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file; raises MissingDataError when there is no such file."""
    if not path.is_file():
        raise MissingDataError(f"{path} is missing: set {VARIABLE} to the folder of the research sets")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
