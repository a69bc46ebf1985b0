"""Functions by name that are imported when they are taken, so that listing them loads no scikit-learn."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any


class Named[Function](Mapping[str, Function]):
    """A read-only mapping from a name to a function given as "module:function"."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = dict(places)

    def __getitem__(self, name: str) -> Function:
        module, _, function = self._places[name].partition(":")
        found: Any = getattr(import_module(module), function)
        return found  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
