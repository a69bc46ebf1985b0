"""The comparison of pictures sees what a reader would see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageOps

from tests.browser.pictures import MOST, difference

KEPT = Path(__file__).parents[2] / "docs" / "screens" / "queue-light.png"


@pytest.mark.parametrize(
    "spoil",
    [
        ImageOps.mirror,
        ImageOps.invert,
        lambda picture: ImageChops.offset(picture, 0, 16),
        lambda picture: Image.blend(picture, Image.new("RGB", picture.size, "white"), 0.9),
    ],
    ids=["the-other-way-round", "dark-for-light", "moved-by-a-line", "faded"],
)
def test_a_page_that_looks_other_is_found(tmp_path: Path, spoil: Callable[[Image.Image], Image.Image]) -> None:
    with Image.open(KEPT) as kept:
        spoil(kept.convert("RGB")).save(tmp_path / "taken.png")
    assert difference(tmp_path / "taken.png", KEPT) > 2 * MOST


def test_letters_drawn_a_little_softer_are_the_same_page(tmp_path: Path) -> None:
    with Image.open(KEPT) as kept:
        kept.convert("RGB").filter(ImageFilter.GaussianBlur(0.6)).save(tmp_path / "taken.png")
    assert difference(tmp_path / "taken.png", KEPT) < MOST / 2


def test_a_picture_of_another_size_is_another_one(tmp_path: Path) -> None:
    Image.new("RGB", (10, 10)).save(tmp_path / "taken.png")
    assert difference(tmp_path / "taken.png", KEPT) == 1.0
