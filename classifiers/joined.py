"""Words that run into the next one: «شماهمتونبیشعورید», «#داوربی‌شرف»."""

import re

from classifiers.reading_words import everyday_words

LEAST_JOINED = 6
"""Letters (as they sound) of a term that is looked for behind other words; shorter ones stand inside innocent words («آفریدیم»)."""
_LONGEST = 24  # letters of what may run into a term
_WORD = re.compile("[\u0600-\u06ff]+")


def follows_words(text: str, place: int) -> bool:
    """Say whether what runs into `place` of a folded text, from the beginning of its word on, is everyday words."""
    start = place
    while start > 0 and place - start <= _LONGEST and _WORD.match(text[start - 1]):
        start -= 1
    before = text[start:place]
    return 2 <= len(before) <= _LONGEST and _is_words(before)


def _is_words(letters: str) -> bool:
    """Say whether letters can be cut into everyday words; each is of two letters at least."""
    words = everyday_words()
    reached = {0}
    for end in range(2, len(letters) + 1):
        if any(start in reached and letters[start:end] in words for start in range(max(0, end - 6), end - 1)):
            reached.add(end)
    return len(letters) in reached
