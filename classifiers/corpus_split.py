"""Which split an article or a group is in: by its id alone, so that nothing that is added moves it."""

import hashlib

_TRAIN, _DEV = 70, 85  # in a hundred: 70 train, 15 dev, 15 test


def split_of(under: str) -> str:
    """Return "train", "dev" or "test" for the id of an article or a group."""
    place = int(hashlib.sha256(f"nazer-corpus:{under}".encode()).hexdigest(), 16) % 100
    return "train" if place < _TRAIN else "dev" if place < _DEV else "test"
