"""Model versions: complete, unaltered, and never a pickle."""

import hashlib
import json
import pickle
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifiers import store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save(tmp_path / "reading" / "1")


def save(folder: Path, scale: float = 1.0) -> Path:
    arrays = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3) * np.float32(scale)}
    return store.save(folder, arrays, {"classes": ["الف", "ب"]}, metrics={"f1": 0.5}, card="# A card\n")


def test_what_was_saved_is_loaded(folder: Path, tmp_path: Path) -> None:
    loaded = store.load("reading", root=tmp_path)

    assert (loaded.name, loaded.version) == ("reading", "1")
    assert loaded.arrays["weights"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert loaded.meta == {"classes": ["الف", "ب"]}
    assert loaded.metrics == {"f1": 0.5}


def test_the_newest_version_is_the_highest_number_not_the_last_name(folder: Path, tmp_path: Path) -> None:
    save(tmp_path / "reading" / "9")
    save(tmp_path / "reading" / "10")

    assert store.load("reading", root=tmp_path).version == "10"
    assert store.load("reading", "9", root=tmp_path).version == "9"
    assert store.following("reading", root=tmp_path) == "11"
    assert store.following("another", root=tmp_path) == "1"


def test_saving_again_replaces_the_whole_version_and_leaves_no_draft(folder: Path, tmp_path: Path) -> None:
    save(folder, scale=2.0)

    assert store.read(folder).arrays["weights"][1, 2] == 10
    assert [path.name for path in (tmp_path / "reading").iterdir()] == ["1"]


@pytest.mark.parametrize("file", ["CARD.md", "metrics.json", "meta.json", "weights.npz", "checksums.json"])
def test_a_version_that_lacks_a_file_is_refused(folder: Path, file: str) -> None:
    (folder / file).unlink()

    with pytest.raises(store.RefusedModel, match=file):
        store.read(folder)


@pytest.mark.parametrize("file", ["CARD.md", "metrics.json", "meta.json", "weights.npz"])
def test_a_version_that_was_altered_is_refused(folder: Path, file: str) -> None:
    path = folder / file
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(store.RefusedModel, match=file):
        store.read(folder)


def test_a_pickle_is_refused_even_with_the_right_checksum(folder: Path) -> None:
    (folder / "weights.npz").write_bytes(pickle.dumps({"weights": [1]}))
    sign(folder)

    with pytest.raises(store.RefusedModel):
        store.read(folder)


def test_an_array_of_objects_is_refused_even_with_the_right_checksum(folder: Path) -> None:
    np.savez(folder / "weights.npz", weights=np.array([{"a": 1}], dtype=object))
    sign(folder)

    with pytest.raises(store.RefusedModel):
        store.read(folder)


def test_an_archive_that_unpacks_to_more_than_any_model_is_refused(folder: Path) -> None:
    np.savez_compressed(folder / "weights.npz", weights=np.zeros(80_000_000, np.uint8))
    sign(folder)

    with pytest.raises(store.RefusedModel, match="unpacks"):
        store.read(folder)


def test_a_model_without_a_card_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(store.RefusedModel, match="card"):
        store.save(tmp_path / "reading" / "1", {}, {}, metrics={}, card=" \n")


@pytest.mark.parametrize("version", ["../../secret", "", "/etc", "1/2", ".draft"])
def test_a_version_is_a_plain_name(folder: Path, tmp_path: Path, version: str) -> None:
    with pytest.raises(store.RefusedModel):
        store.load("reading", version, root=tmp_path)


def test_a_model_that_was_never_trained_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(store.RefusedModel, match="reading"):
        store.load("reading", root=tmp_path)


def sign(folder: Path) -> None:
    """Write fitting checksums, as somebody would who may write to the folder."""
    import hashlib

    names = ("CARD.md", "metrics.json", "meta.json", "weights.npz")
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "checksums.json").write_text(json.dumps(sums), encoding="utf-8")


# Blobs for a database


ARRAYS = {
    "halves": np.arange(6, dtype=np.float16).reshape(2, 3),
    "none": np.empty((0, 4), np.int32),
    "far": np.array([2**40], np.int64)[::-1],
    "yes": np.array([True, False]),
    "one": np.array(7, np.uint8),
}
META = {"names": ["الف", "\ud800"], "limit": -0.25}


def sealed(content: bytes) -> bytes:
    """A blob whose checksum is right, whatever it holds."""
    body = zlib.compress(content)
    return store._MAGIC + hashlib.sha256(body).digest() + body


def header(*rows: Any, meta: Any = None) -> bytes:
    return json.dumps({"arrays": rows, "meta": meta or {}}).encode() + b"\n"


def test_what_was_packed_is_unpacked() -> None:
    arrays, meta = store.unpack(store.pack(ARRAYS, META))

    assert meta == META
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert (arrays[name].dtype, arrays[name].shape) == (array.dtype, array.shape)
        assert arrays[name].tolist() == array.tolist()
    assert store.pack(ARRAYS, META) == store.pack(ARRAYS, META)


def test_a_blob_that_was_cut_or_altered_anywhere_is_refused() -> None:
    blob = store.pack(ARRAYS, META)

    for place in range(len(blob)):
        with pytest.raises(store.RefusedModel):
            store.unpack(blob[:place])
        with pytest.raises(store.RefusedModel):
            store.unpack(blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n",
        b"[]\n",
        b"[" * 100_000 + b"\n",
        b"9" * 10_000 + b"\n",
        b'{"arrays": [[1]], "meta": {}}\n',
        b'{"arrays": [], "meta": [1]}\n',
        b" " * (store._LONGEST_HEADER + 10) + b"{}\n",
        header(["pickled", "|O", [1]]) + pickle.dumps("anything"),
        header(["text", "<U4", [1]]) + bytes(16),
        header(["both", "<i4,<i4", [1]]) + bytes(8),
        header(["kind", ["<i4"], [1]]) + bytes(4),
        header(["vast", "<f8", [10**15]]) + bytes(8),
        header(["vast", "<f8", [0, 10**30]]),
        header(["below", "<f8", [-1]]) + bytes(8),
        header(["below", "<f8", [-1, -1]]) + bytes(8),
        header(["half", "<f8", [0.5]]) + bytes(4),
        header(["true", "|i1", [True]]) + bytes(1),
        header(["short", "<i4", [2]]) + bytes(4),
        header(["long", "<i4", [2]]) + bytes(12),
    ],
    ids=lambda content: ascii(content[:40]),
)
def test_a_hostile_blob_is_refused_however_right_its_checksum(content: bytes) -> None:
    with pytest.raises(store.RefusedModel):
        store.unpack(sealed(content))


def test_a_pickle_is_no_blob_and_no_object_is_packed() -> None:
    with pytest.raises(store.RefusedModel, match="not a packed model"):
        store.unpack(pickle.dumps({"arrays": 1}))
    with pytest.raises(store.RefusedModel, match="names"):
        store.pack({"names": np.array(["الف", None], dtype=object)}, {})


def test_a_model_that_is_too_large_is_neither_packed_nor_unpacked() -> None:
    noise = np.random.default_rng(1).integers(0, 255, store.LARGEST_BLOB + 1).astype(np.uint8)
    with pytest.raises(store.RefusedModel, match="larger"):
        store.pack({"noise": noise}, {})
    for content in (header(["noise", "|u1", [len(noise)]]) + noise.tobytes(), bytes(store._LARGEST + 1)):
        with pytest.raises(store.RefusedModel):
            store.unpack(sealed(content))
