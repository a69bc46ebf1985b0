"""A site's history, line by line: comments with what was decided before Nazer knew them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from moderation import audit, lifecycle
from moderation.db import transaction
from moderation.lifecycle import Outcome
from moderation.wire import Invalid, NotJson, RepeatedKey, parse
from moderation.wire_answers import FieldError
from moderation.wire_many import Imported, PastIn, WrongLine

CHUNK = 500
"""Lines that are stored in one transaction."""
TOLD = 20
"""Wrong lines that are told, the first ones."""
_UNKNOWN_ARTICLE = [FieldError(pointer="/article/title", detail="This article is not known yet: send its title along")]


@dataclass
class Import:
    """An import on its way: lines in, counts out. Lines that are blank are passed over, and counted as lines."""

    site_id: uuid.UUID
    longest: int
    stored: int = 0
    known: int = 0
    wrong: int = 0
    wrong_lines: list[WrongLine] = field(default_factory=list)
    lines: int = 0

    def take(self, lines: Iterable[bytes]) -> None:
        """Store one chunk of lines, in one transaction; wrong ones are noted and stop no other."""
        read: list[tuple[int, PastIn]] = []
        for line in lines:
            self.lines += 1
            if line.strip() and (past := self._read(line)):
                read.append((self.lines, past))
        outcomes = lifecycle.remember_unscreened(self.site_id, [past for _, past in read])
        for (number, _), outcome in zip(read, outcomes, strict=True):
            if outcome is Outcome.UNKNOWN_ARTICLE:
                self._refuse(number, "Some fields are wrong.", _UNKNOWN_ARTICLE)
        self.stored += outcomes.count(Outcome.STORED)
        self.known += outcomes.count(Outcome.SAME)
        self.wrong_lines.sort(key=lambda wrong: wrong.line)

    def note(self) -> None:
        """Write down that history came in, and how much; nothing when none did."""
        if self.stored:
            with transaction():
                told = {"stored": self.stored, "known": self.known, "wrong": self.wrong}
                audit.note("history.imported", self.site_id, after=told)

    def _read(self, line: bytes) -> PastIn | None:
        try:
            past = parse(PastIn, line)
            if len(past.text) > self.longest:
                raise Invalid([{"pointer": "/text", "detail": f"must be at most {self.longest} characters"}])
        except Invalid as error:
            self._refuse(self.lines, "Some fields are wrong.", [FieldError(**item) for item in error.errors])
        except RepeatedKey as error:
            self._refuse(self.lines, f"The key {error} appears twice in one object.", [])
        except NotJson as error:
            self._refuse(self.lines, f"The line is not valid JSON: {error}", [])
        else:
            return past
        return None

    def _refuse(self, number: int, detail: str, errors: list[FieldError]) -> None:
        self.wrong += 1
        if len(self.wrong_lines) < TOLD:
            self.wrong_lines.append(WrongLine(line=number, detail=detail, errors=errors))

    @property
    def told(self) -> Imported:
        """What became of the lines so far."""
        return Imported(stored=self.stored, known=self.known, wrong=self.wrong, wrong_lines=self.wrong_lines)
