"""Model versions: folders with a card, or blobs for a database. Arrays and JSON with checksums, never a pickle."""

import hashlib
import json
import math
import re
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MODELS = Path(__file__).parent / "models"

_CARD = "CARD.md"
_METRICS = "metrics.json"
_META = "meta.json"
_WEIGHTS = "weights.npz"
_CHECKSUMS = "checksums.json"
_FILES = (_CARD, _METRICS, _META, _WEIGHTS)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LARGEST = 64 * 1024 * 1024  # unpacked; a small archive that claims more is not one of ours
LARGEST_BLOB = 8 * 1024 * 1024
_MAGIC = b"nazer1\r\n"
_HEAD = len(_MAGIC) + hashlib.sha256().digest_size
_LONGEST_HEADER = 4 * 1024 * 1024
_PLAIN = frozenset({"|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"})

type Arrays = Mapping[str, npt.NDArray[Any]]


class RefusedModel(ValueError):
    """A version that is incomplete or is not what was saved."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One version as it lies on disk."""

    name: str
    version: str
    arrays: dict[str, npt.NDArray[Any]]
    meta: dict[str, Any]
    metrics: dict[str, Any]


def save(folder: Path, arrays: Arrays, meta: Mapping[str, Any], *, metrics: Mapping[str, Any], card: str) -> Path:
    """Write a version: `folder` is <models>/<name>/<version>. An existing version is replaced only as a whole.

    `meta` and `metrics` are JSON; `card` is the text of CARD.md. Object arrays raise ValueError.
    """
    if not card.strip():
        raise RefusedModel(f"{folder}: a model without a card is not saved")
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    (draft / _CARD).write_text(card, encoding="utf-8")
    _write_json(draft / _METRICS, metrics)
    _write_json(draft / _META, meta)
    np.savez_compressed(draft / _WEIGHTS, allow_pickle=False, **dict(arrays))
    _write_json(draft / _CHECKSUMS, {name: _checksum(draft / name) for name in _FILES})
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return folder


def load(name: str, version: str | None = None, *, root: Path = MODELS) -> StoredModel:
    """Read a shipped version, the newest when none is named; raises RefusedModel when anything is amiss."""
    if version is None:
        version = newest(name, root=root)
    if not (_NAME.fullmatch(name) and _NAME.fullmatch(version)):
        raise RefusedModel(f"{name!r} {version!r} is not the name of a model version")
    return read(root / name / version)


def read(folder: Path) -> StoredModel:
    """Read the version in a folder, wherever it lies."""
    for file in (*_FILES, _CHECKSUMS):
        if not (folder / file).is_file():
            raise RefusedModel(f"{folder}: {file} is missing")
    _verify(folder)
    try:
        arrays = _read_arrays(folder / _WEIGHTS)
        meta, metrics = _read_json(folder / _META), _read_json(folder / _METRICS)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise RefusedModel(f"{folder}: {error}") from error
    return StoredModel(folder.parent.name, folder.name, arrays, meta, metrics)


def pack(arrays: Arrays, meta: Mapping[str, Any]) -> bytes:
    """Return arrays and JSON as one blob with a checksum. One over LARGEST_BLOB raises RefusedModel.

    The blob is a magic, the SHA-256 of the rest, and compressed: a line of JSON that says what follows, then the arrays' bytes.
    """
    plain = {name: array.astype(array.dtype.newbyteorder("<")) for name, array in arrays.items()}
    if odd := [name for name, array in plain.items() if array.dtype.str not in _PLAIN]:
        raise RefusedModel(f"these arrays hold no plain numbers: {', '.join(odd)}")
    rows = [[name, array.dtype.str, array.shape] for name, array in plain.items()]
    header = json.dumps({"arrays": rows, "meta": meta}, separators=(",", ":")).encode() + b"\n"
    content = b"".join([header, *(array.tobytes() for array in plain.values())])
    body = zlib.compress(content)
    blob = _MAGIC + hashlib.sha256(body).digest() + body
    if len(blob) > LARGEST_BLOB or len(content) > _LARGEST:
        raise RefusedModel(f"a model of {len(blob)} bytes is larger than {LARGEST_BLOB}")
    return blob


def unpack(blob: bytes) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Return the arrays (read-only) and the JSON of a blob; raises RefusedModel when it is not what `pack` made.

    What it says of itself is believed of nothing: no more is unpacked than LARGEST allows, no array is longer than its bytes.
    """
    if len(blob) > LARGEST_BLOB or blob[: len(_MAGIC)] != _MAGIC:
        raise RefusedModel("this is not a packed model")
    body = blob[_HEAD:]
    if hashlib.sha256(body).digest() != blob[len(_MAGIC) : _HEAD]:
        raise RefusedModel("the packed model is not the one that was saved")
    try:
        opened = zlib.decompressobj()
        content = opened.decompress(body, _LARGEST)
        if not opened.eof:
            raise ValueError(f"cut, or unpacks to more than {_LARGEST} bytes")
        end = content.index(b"\n", 0, _LONGEST_HEADER)
        said = json.loads(content[:end])
        return _unpack_arrays(said["arrays"], memoryview(content)[end + 1 :]), dict(said["meta"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, zlib.error) as error:
        raise RefusedModel(f"the packed model is broken: {error}") from error


def _unpack_arrays(rows: Any, content: memoryview) -> dict[str, npt.NDArray[Any]]:
    arrays, start = {}, 0
    for name, kind, shape in rows:
        if kind not in _PLAIN or not all(type(size) is int and size >= 0 for size in shape):
            raise ValueError(f"{name!r} is no array of plain numbers")
        dtype = np.dtype(kind)
        end = start + math.prod(shape) * dtype.itemsize
        arrays[str(name)] = np.frombuffer(content[start:end], dtype).reshape(shape)
        start = end
    if start != len(content):
        raise ValueError("the arrays are not as long as they say")
    return arrays


def newest(name: str, *, root: Path = MODELS) -> str:
    """Return the highest version of a model, numbers compared as numbers."""
    folder = root / name
    versions = [path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)] if folder.is_dir() else []
    if not versions:
        raise RefusedModel(f"no version of the model {name!r} in {root}")
    return max(versions, key=_version_order)


def following(name: str, *, root: Path = MODELS) -> str:
    """Return the number of the next version: one more than the highest whole number there is."""
    folder = root / name
    taken = [int(path.name) for path in folder.iterdir() if path.name.isdigit()] if folder.is_dir() else []
    return str(max(taken, default=0) + 1)


def _version_order(version: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[._-]", version)]


def _verify(folder: Path) -> None:
    try:
        wanted = _read_json(folder / _CHECKSUMS)
    except ValueError as error:
        raise RefusedModel(f"{folder}: {_CHECKSUMS} is not JSON") from error
    for file in _FILES:
        if wanted.get(file) != _checksum(folder / file):
            raise RefusedModel(f"{folder}: {file} is not the file that was saved")
    if not (folder / _CARD).read_text(encoding="utf-8").strip():
        raise RefusedModel(f"{folder}: the card is empty")


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise ValueError(f"{path.name} unpacks to more than {_LARGEST} bytes")
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _read_json(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} is not a JSON object")
    return value
