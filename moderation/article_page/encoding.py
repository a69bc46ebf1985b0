"""The bytes of a saved page, read as text whatever the site or the editor encoded them in."""

import codecs
import re

_MARKED = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,30})")
# What Persian pages were ever written in. Other names that Python knows (utf-7, unicode_escape) are tricks, not pages.
_KNOWN = {"utf-8", "cp1256", "iso8859-6", "cp1252", "iso8859-1", "cp864", "mac-arabic"}
_BROKEN = "\ufffd"
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def decode(raw: bytes) -> str:
    """Return the text of the bytes; what cannot be read becomes U+FFFD, it never raises."""
    for mark, name in _MARKED:
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    wide = _wide(raw)
    if wide:
        return raw.decode(wide, "replace")
    try:
        return raw.decode("utf-8")  # before the declaration: editors save old pages anew and leave the old name in
    except UnicodeDecodeError:
        pass
    text = raw.decode("utf-8", "replace")
    foreign = sum(letter > "\x7f" for letter in text)
    if text.count(_BROKEN) * 5 <= foreign:
        return text  # a few broken bytes in a page of UTF-8
    return raw.decode(_declared(raw) or "cp1256", "replace")


def clean(text: str) -> str:
    """Drop control characters and NULs, make line ends one kind, and replace halves of surrogate pairs."""
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    text = text.replace("\r\n", "\n")
    for end in ("\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return _NOT_TEXT.sub("", text)


def is_readable(text: str) -> bool:
    """Tell whether decoded content is text at all; a picture or an archive is full of control characters."""
    start = text[:20_000].replace("\0", "")
    return len(_NOT_TEXT.findall(start)) * 20 <= len(start) and start.count(_BROKEN) * 5 <= len(start)


def _declared(raw: bytes) -> str | None:
    found = _DECLARED.search(raw[:4096])
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return name if name in _KNOWN and name != "utf-8" else None


def _wide(raw: bytes) -> str | None:
    """Name UTF-16 that lost its mark: line ends and spaces then leave NULs on one side of the pairs only."""
    sample = raw[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 20 < len(sample):
        return None
    if odd > 8 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 8 * odd else None
