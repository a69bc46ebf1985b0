"""Patterns of a site compiled with RE2 and found in a comment, with the way back to its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

import re2

from classifiers.text import Folded
from moderation.rules.re2_syntax import EDGE, ZWNJ, PatternRefused, Refusal, translate

LONGEST_PATTERN = 500
"""Characters of one pattern."""
MEMORY = 1 << 20
"""Bytes that RE2 may use for one pattern."""
_TOGETHER = 30_000  # instructions of patterns that are asked as one, before each is asked for itself
_MEMORY_TOGETHER = 8 << 20
_MOST_FINDS = 500  # in one text: beyond that a person has seen enough

TOO_LONG = Refusal(
    f"الگو از {LONGEST_PATTERN} نویسه بلندتر است", f"the pattern is longer than {LONGEST_PATTERN} characters"
)
TOO_LARGE = Refusal(
    "الگو بزرگ‌تر از حافظه‌ای است که برایش کنار گذاشته‌ایم؛ تکرارهای {…} را کم کنید",
    "the pattern needs more memory than it is given: repeat {…} less often",
)
MATCHES_NOTHING = Refusal(
    "الگو با متن خالی هم سازگار است و همه‌جا یافت می‌شود", "the pattern matches the empty text, so it is found everywhere"
)

_SAID = {
    "missing )": "پرانتزی باز شده و بسته نشده",
    "unexpected )": "پرانتزی بسته شده که باز نبوده",
    "no argument for repetition operator": "پیش از نشانهٔ تکرار چیزی نیست",
    "missing argument to repetition operator": "پیش از نشانهٔ تکرار چیزی نیست",
    "bad repetition operator": "دو نشانهٔ تکرار پشت سر هم آمده",
    "invalid character class range": "ردهٔ نویسه‌ها شناخته نیست",
}
_WORD = re.compile(f"\\w+(?:{ZWNJ}\\w+)*")


class Marked(NamedTuple):
    """A folded text as patterns read it: a ZWNJ where the original has one alone, EDGE at each end of each word; UTF-8."""

    encoded: bytes

    def place(self, offset: int) -> int:
        """Return the place in the folded text of a byte."""
        before = self.encoded[:offset]
        return len(before.decode()) - before.count(EDGE.encode())


@lru_cache(maxsize=8)  # the lists of a site ask for the same comment
def mark(folded: Folded) -> Marked:
    """Return the text that patterns are matched with; takes linear time."""
    text = folded.text
    if ZWNJ in folded.original:
        ends = zip(folded.offsets, folded.offsets[1:], strict=False)
        text = "".join(
            ZWNJ if letter == " " and _is_zwnj(folded.original[start:end]) else letter
            for letter, (start, end) in zip(text, ends, strict=True)
        )
    return Marked(_WORD.sub(f"{EDGE}\\g<0>{EDGE}", text).encode())


def _is_zwnj(between: str) -> bool:
    return ZWNJ in between and not any(map(str.isspace, between))


def compile_pattern(pattern: str) -> Any:
    """Return the compiled RE2 pattern for marked texts. Raises PatternRefused, which says why."""
    if len(pattern) > LONGEST_PATTERN:
        raise PatternRefused(TOO_LONG)
    compiled = _compiled(translate(pattern), MEMORY)
    if compiled.search(b"") or compiled.search(EDGE.encode()):
        raise PatternRefused(MATCHES_NOTHING)
    return compiled


def _compiled(source: str, memory: int) -> Any:
    options = re2.Options()
    options.max_mem, options.never_capture, options.log_errors = memory, True, False
    try:
        return re2.compile(source.encode(), options)
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        if "too large" in said or "repetition size" in said:
            raise PatternRefused(TOO_LARGE) from None
        what = said.partition(":")[0]  # what follows is our translation, which nobody wrote
        raise PatternRefused(
            Refusal(f"الگو نادرست است: {_SAID.get(what, what)}", f"the pattern is wrong: {what}")
        ) from None


class _Together(NamedTuple):
    """Patterns that are asked as one: most comments have none of them. `numbers` are their places among all."""

    any: Any
    numbers: Sequence[int]


@dataclass(frozen=True, eq=False)
class PatternSet:
    """Compiled patterns; a comment that has none of them costs little more than with one."""

    patterns: Sequence[Any] = field(repr=False)
    together: Sequence[_Together] = field(repr=False)

    @classmethod
    def of(cls, patterns: Sequence[str]) -> PatternSet:
        """Compile patterns. Raises PatternRefused."""
        compiled = [compile_pattern(pattern) for pattern in patterns]
        groups: list[list[int]] = []
        room = 0
        for number, one in enumerate(compiled):
            if one.programsize > room:
                groups.append([])
                room = _TOGETHER
            groups[-1].append(number)
            room -= one.programsize
        return cls(compiled, [*chain.from_iterable(_asked_together(patterns, group) for group in groups)])

    def find(self, folded: Folded) -> list[tuple[int, int, int]]:
        """Return where the patterns are: number of the pattern, folded start and end; at most 500 of a text."""
        if not self.patterns:
            return []
        return list(islice(self._finds(mark(folded)), _MOST_FINDS))

    def _finds(self, text: Marked) -> Iterator[tuple[int, int, int]]:
        for together in self.together:
            if not together.any.search(text.encoded):
                continue
            for number in together.numbers:
                for match in self.patterns[number].finditer(text.encoded):
                    start, end = (text.place(offset) for offset in match.span())
                    if end > start:
                        yield number, start, end


def _asked_together(patterns: Sequence[str], numbers: Sequence[int]) -> list[_Together]:
    try:
        source = "|".join(f"(?:{translate(patterns[number])})" for number in numbers)
        return [_Together(_compiled(source, _MEMORY_TOGETHER), numbers)]
    except PatternRefused:  # together they are too large
        return [_Together(compile_pattern(patterns[number]), [number]) for number in numbers]
