"""A saved article page, plain text or HTML, read as an article without the site's furniture."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import trafilatura
from trafilatura.settings import Document

from moderation.article_page.dates import plain, read_stamp
from moderation.article_page.encoding import clean, decode, is_readable
from moderation.article_page.furniture import read_lines, safe_url
from moderation.article_page.marks import PageMarks, article_metadata, read_marks, without_comments

MAX_BYTES = 2 * 1024 * 1024
MAX_TITLE = 500

_LOOKS_LIKE_HTML = re.compile(
    r"^\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype|html|head|body|meta|title|article|main|section|div|h1|p|span|table)\b"
    r"|<html\b|<body\b",
    re.IGNORECASE | re.DOTALL,
)
_WEB_ARCHIVE = re.compile(r"\A(?:From|MIME-Version|Snapshot-Content-Location): ")
_DATE_NAMES = ("article:published_time", "datepublished", "og:published_time", "dc.date", "dc.date.issued", "pubdate",
               "publishdate", "publish-date", "date")  # fmt: skip
# trafilatura drops every character that does not print, the half space (U+200C) of Persian words among them. Two
# letters that no page has stand in for it and for the joiner while the page is extracted.
_STAND_INS = {"\u200c": "\ua78f", "\u200d": "\ua717"}
_JOINER_ENTITY = re.compile(r"&(?:zw(n?)j|#(?:820|x200)(?:4|5|c|d));", re.IGNORECASE)


class PageError(ValueError):
    """The page cannot be read as an article; the message is a sentence for the person who gave it."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What a saved page says of its article. Paragraphs of `body` are separated by an empty line."""

    title: str
    body: str
    url: str | None = None
    published_at: datetime | None = None
    lead: str | None = None
    section: str | None = None


def read_page(raw: bytes | str, *, url: str | None = None) -> ArticlePage:
    """Read an article out of a saved page of at most 2 MiB; a given `url` wins over the page's own.

    Raises PageError when the page is empty, too large, not text, or has no title or no body.
    """
    if url is not None and safe_url(url) is None:
        raise PageError("The address must be an absolute http or https URL of at most 2,000 characters.")
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise PageError(f"The page has {size:,} bytes; at most {MAX_BYTES:,} are read.")
    text = decode(raw) if isinstance(raw, bytes) else raw
    if not is_readable(text):
        raise PageError("The file does not look like text; save the page as plain text or HTML.")
    text = clean(text)
    if not text.strip():
        raise PageError("The page is empty.")
    if _WEB_ARCHIVE.match(text):
        raise PageError("This is a web archive (MHTML); save the page as plain text or as HTML only.")
    return _read_html(text, url) if _LOOKS_LIKE_HTML.search(text[:4096]) else _read_plain(text, url)


def _read_plain(text: str, url: str | None) -> ArticlePage:
    title, *rest = text.strip().split("\n")
    reading = read_lines(rest)
    return _checked(ArticlePage(title, "\n".join(reading.body), url or reading.url, reading.published_at))


def _read_html(text: str, url: str | None) -> ArticlePage:
    text = without_comments(text)
    if "<html" not in text[:4096].lower():
        text = f"<html><body>{text}</body></html>"  # trafilatura takes a fragment for no HTML at all
    marks = read_marks(text)
    metadata = article_metadata(marks.scripts)
    title = _title(marks, metadata)
    below = read_lines(_below(title, marks.lines))
    extracted = _below(title, _extracted(text))
    # A row of a table that is longer than data ever are is layout: the plain reading has its paragraphs.
    laid_out = any(line.startswith("|") and len(line) > 250 for line in extracted)
    body = read_lines([] if laid_out else _shared(extracted, below.body))
    stamps = [metadata.get("datePublished"), *(marks.metas.get(name) for name in _DATE_NAMES), *marks.times]
    dates = (read_stamp(stamp) for stamp in stamps if isinstance(stamp, str))
    addresses = (url, marks.canonical, marks.metas.get("og:url"), metadata.get("url"), below.url)
    lead = metadata.get("description") or marks.metas.get("og:description") or marks.metas.get("description")
    return _checked(
        ArticlePage(
            title,
            "\n".join((body if body.begun else below).body),
            url=next((found for found in addresses if isinstance(found, str) and safe_url(found)), None),
            published_at=next((date for date in dates if date), None) or below.published_at,
            lead=_text(lead),
            section=_text(metadata.get("articleSection") or marks.metas.get("article:section")),
        )
    )


def _checked(page: ArticlePage) -> ArticlePage:
    title = _text(page.title) or ""
    if not any(letter.isalpha() for letter in title):
        raise PageError("The page has no title.")
    if len(title) > MAX_TITLE:
        raise PageError(f"The page's title has {len(title):,} characters; at most {MAX_TITLE} are taken.")
    if not any(letter.isalpha() for letter in page.body):
        raise PageError("The page has a title but no article text under it.")
    return replace(page, title=title, url=safe_url(page.url))


def _extracted(text: str) -> Iterator[str]:
    """Yield the article's lines as trafilatura finds them, with an empty one before all but list items."""
    held = _JOINER_ENTITY.sub(lambda found: html.unescape(found[0].lower()), text)
    for joiner, stand_in in _STAND_INS.items():
        held = held.replace(joiner, stand_in)
    document = trafilatura.bare_extraction(held, include_comments=False)
    content = (document.text or "") if isinstance(document, Document) else ""
    for joiner, stand_in in _STAND_INS.items():
        content = content.replace(stand_in, joiner)
    in_list = False
    for line in content.split("\n"):
        if not (in_list and line.startswith("- ")):
            yield ""
        in_list = line.startswith("- ")
        yield line


def _below(title: str, lines: Iterator[str] | list[str]) -> list[str]:
    """Return the lines under the one that repeats the title (menus stand above it), or all when none does."""
    lines = list(lines)
    wanted = plain(title)
    repeated = [index for index, line in enumerate(lines) if wanted and plain(line) == wanted]
    return lines[repeated[0] + 1 :] if repeated else lines


def _shared(extracted: list[str], visible: list[str]) -> list[str]:
    """Keep the extracted lines that stand in the visible ones too, by their letters alone.

    The extraction knows an article from a page full of links, but runs comments and layout tables together; the plain
    reading of the page knows where the comments begin. What both take for the article is the article.
    """
    known = _letters(" ".join(visible))
    return [line for line in extracted if _letters(line) in known]


def _letters(text: str) -> str:
    return "".join(letter for letter in plain(text) if letter.isalnum())


def _title(marks: PageMarks, metadata: dict[str, Any]) -> str:
    """Choose the title: what the page says to machines, in the shorter wording of its own heading where they agree."""
    site = marks.metas.get("og:site_name", "")
    headings = [heading for heading in marks.headings if plain(heading) != plain(site)]
    stated = _text(metadata.get("headline")) or _without_site(_text(marks.metas.get("og:title")) or "", site)
    for heading in headings:
        if stated and (heading.startswith(stated.rstrip(".… ")) or (stated.startswith(heading) and len(heading) > 12)):
            return heading
    return stated or next(iter(headings), "") or _without_site(_text(marks.title) or "", site)


def _without_site(title: str, site: str) -> str:
    parts = [part.strip() for part in re.split(r"\s+[-–—|»«:]+\s+|\s*\|\s*", title)]
    if site and len(parts) > 1 and plain(site) in (plain(parts[0]), plain(parts[-1])):
        return title.replace(parts[0 if plain(parts[0]) == plain(site) else -1], "").strip(" -–—|»«:")
    # Without the site's name the longest part is taken for the title: names of sites are short.
    return title if site or not parts else max(parts, key=len)


def _text(value: object) -> str | None:
    """Return a metadata value as one line of text, or None; JSON-LD of some publishers escapes HTML twice."""
    if isinstance(value, list):
        value = next(iter(value), None)
    return " ".join(html.unescape(value).split()) or None if isinstance(value, str) else None
