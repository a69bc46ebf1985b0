"""The language of letters that are neither Arabic nor Latin, as far as its script alone tells."""

import re
import unicodedata

FEWEST = 4  # letters
_TAJIK = frozenset("ғӣқӯҳҷ")
_RUSSIAN = re.compile("[а-яё]+")
_KANA = re.compile("[\u3041-\u30ff]")
_SCRIPTS = {
    "HEBREW": "he", "ARMENIAN": "hy", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh",
    "DEVANAGARI": "hi", "BENGALI": "bn", "GREEK": "el", "THAI": "th", "GEORGIAN": "ka",
}  # fmt: skip


def other_script(letters: str) -> tuple[str, bool]:
    """Return a language code, None where the script has several, and whether it is certain; `letters` are not empty.

    Tajik is Persian in Cyrillic: its code is never certain, for a person should decide.
    """
    name = unicodedata.name(letters[0], "").split(" ")[0]
    if name == "CYRILLIC":
        if not _TAJIK.isdisjoint(letters):
            return "tg", False
        return ("ru" if _RUSSIAN.fullmatch(letters) else "und-cyrl"), len(letters) >= FEWEST
    code = "ja" if _KANA.search(letters) else _SCRIPTS.get(name, "und")
    return code, len(letters) >= FEWEST
