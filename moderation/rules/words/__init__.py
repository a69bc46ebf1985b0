"""The rules' own word lists: one entry a line, ``#`` starts a comment, the source stands on top of each file."""

from functools import cache
from importlib.resources import files


@cache
def entries(name: str) -> tuple[str, ...]:
    """The entries of ``<name>.txt``, in the order of the file, comments and blank lines left out."""
    content = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.split("#", 1)[0].strip() for line in content.splitlines())
    return tuple(line for line in lines if line)


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The entries of a file that is divided by ``[headings]``, by heading."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in entries(name):
        if line.startswith("[") and line.endswith("]"):
            current = found.setdefault(line[1:-1].strip(), [])
        else:
            current.append(line)
    return {heading: tuple(lines) for heading, lines in found.items()}
