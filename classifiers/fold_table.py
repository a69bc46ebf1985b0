"""What one character becomes in the matching copy of a text."""

import unicodedata
from functools import lru_cache

ZWNJ = "\u200c"

# Each line: the Persian letter, then what is typed or pasted in its place: Arabic code points, the letters of
# neighbouring languages that look or sound like it, and hamza carriers. Hamza and madda are dropped because NFC and NFD
# of a text must fold alike and because writers leave them out as they please.
_LOOK_ALIKES = """
ا آ أ إ ٱ ٲ ٳ ٵ ݳ ݴ
ب ٮ ٻ ڀ ݐ ݑ ݒ ݓ ݔ ݕ ݖ ࢠ ࢡ ࢶ
ت ٹ ٺ ټ ٽ ٿ ࢸ ࢿ ࣀ
ج ڃ ڄ ࢢ ࣅ ࣆ
چ ڇ ڿ ࣁ
ح ځ ڂ ݗ ݘ ݮ ݯ ݲ ݼ
خ څ
د ڈ ډ ڊ ڋ ڍ ۮ ݙ ݚ ࢮ
ذ ڌ ڎ ڏ ڐ
ر ڑ ڒ ړ ڔ ڕ ۯ ݛ ݫ ݬ ݱ ࢪ ࢹ
ز ږ ڗ ࢲ
ژ ڙ
س ښ ڛ ݜ ݭ ݰ ݽ ݾ
ش ڜ ۺ
ص ڝ ڞ ࢯ
ض ۻ
ط ڟ
ع ڠ ݝ ݞ ݟ ࢳ
غ ۼ ࣃ
ف ڡ ڢ ڣ ڤ ڥ ڦ ݠ ݡ ࢤ ࢻ
ق ٯ ڧ ڨ ࢥ ࢵ ࢼ ࣄ
ک ك ڪ ڬ ڭ ڮ ػ ؼ ݢ ݣ ݤ ݿ ࢴ ࣂ
گ ګ ڰ ڱ ڲ ڳ ڴ ࢰ
ل ڵ ڶ ڷ ڸ ݪ ࢦ ࣇ
م ۾ ݥ ݦ ࢧ
ن ں ڹ ڻ ڼ ڽ ݧ ݨ ݩ ࢽ
و ؤ ۄ ۅ ۆ ۇ ۈ ۉ ۊ ۋ ۏ ٶ ٷ ݸ ݹ ࢫ ࢱ
ه ة ۀ ۂ ۃ ە ہ ھ ۿ
ی ي ى ئ ۍ ې ێ ۑ ے ۓ ؠ ؽ ؾ ؿ ٸ ݵ ݶ ݷ ݺ ݻ ࢨ ࢩ ࢬ ࢺ
"""

LETTERS = {other: line[0] for line in _LOOK_ALIKES.split("\n") if line for other in line.split()[1:]}

# Written without a letter of their own: tatweel, a hamza on the line, a high hamza.
_DROPPED = frozenset("\u0640\u0621\u0674")
# Letters and signs that show nothing: the Hangul fillers and the empty braille cell.
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"
_SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029" + ZWNJ + _BLANK)
_DROPPED_CATEGORIES = frozenset(("Mn", "Me", "Cf", "Cc"))


@lru_cache(maxsize=8192)
def folded_character(character: str) -> str:
    """Return the zero or more characters that stand for one character of the original.

    Every character of the answer stands for itself, which is what makes folding idempotent.
    """
    seen = character
    while True:
        again = "".join(map(_simplify, unicodedata.normalize("NFKD", seen)))
        if again == seen:
            return again
        seen = again


def _simplify(character: str) -> str:
    """Fold one character that has no decomposition."""
    if character in _SPACES:
        return " "
    if character in _DROPPED or unicodedata.combining(character):
        return ""
    category = unicodedata.category(character)
    if category in _DROPPED_CATEGORIES:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cs":
        return "\ufffd"  # half a surrogate pair cannot be encoded, so nothing later should have to carry it
    if category == "Zs":
        return " "
    return LETTERS.get(character, character).casefold()
