"""Pictures of pages, compared with those that are kept in docs/: coarsely, as another Chromium draws letters a little differently."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops

CELL = 8
"""Pixels on a side of what is compared: about the body of a letter."""
FAR = 40
"""Steps of grey, of 255, by which a cell may differ and still be the same."""
MOST = 0.01
"""Share of cells that may differ: a moved line, a lost colour or a page the other way round is more."""


def difference(taken: Path, kept: Path) -> float:
    """The share of cells in which two pictures differ; 1.0 when they are not of one size."""
    with Image.open(taken) as one, Image.open(kept) as other:
        if one.size != other.size:
            return 1.0
        apart = ImageChops.difference(_cells(one), _cells(other))
    counts = apart.histogram()
    return sum(counts[FAR:]) / sum(counts)


def _cells(picture: Image.Image) -> Image.Image:
    grey = picture.convert("L")
    return grey.resize((max(1, grey.width // CELL), max(1, grey.height // CELL)), Image.Resampling.BOX)
