"""What an HTML page says of itself: metadata, linked data, headings and its visible lines."""

import json
import re
from html.parser import HTMLParser
from typing import Any

_ARTICLE_TYPE = re.compile(r"Article$|BlogPosting$|^Report$")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|figcaption|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|section"
    "|table|t[dhr]|title|ul"
)
# Menus, footers and the like. Not forms: older frameworks wrap the whole page in one.
_ASIDE = {"nav", "footer", "aside", "template", "svg", "select", "noscript", "style", "script"}
# The end of one of these also ends what was left open inside it.
_CONTAINERS = _ASIDE | {"body", "header", "main", "article", "section", "form", "div", "table", "h1", "title", "ld"}
_DEEPEST = 256  # open elements that an end tag looks back over, as deep as browsers and libxml2 nest


def without_comments(text: str) -> str:
    """Cut the comments out of a page, an unclosed one to its end: a run of `<!--` takes the parser minutes."""
    kept, start = [], 0
    while (found := text.find("<!--", start)) >= 0:
        kept.append(text[start:found])
        end = text.find("-->", found + 2)
        if end < 0:
            return "".join(kept)
        start = end + 3
    return "".join([*kept, text[start:]])


def article_metadata(scripts: list[str]) -> dict[str, Any]:
    """Return the first article among the page's JSON-LD blocks, or nothing; `url` may come from its main entity."""
    for script in scripts:
        try:
            waiting = [json.loads(script.strip(), strict=False)]
        except (ValueError, RecursionError):
            continue  # half the web's JSON-LD is written by hand
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node
            elif isinstance(node, dict):
                kinds = node.get("@type")
                if any(_ARTICLE_TYPE.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    entity = node.get("mainEntityOfPage")
                    own = entity.get("@id") if isinstance(entity, dict) else entity
                    return {**node, "url": node.get("url") or own}
                waiting += [node[name] for name in ("@graph", "mainEntity") if name in node]
    return {}


class PageMarks(HTMLParser):
    """The marks of one page, gathered in one pass."""

    def __init__(self) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.canonical: str | None = None
        self.scripts: list[str] = []
        self.headings: list[str] = []
        self.times: list[str] = []
        self.title = ""
        self.lines: list[str] = []
        self._line: list[str] = []
        self._open: list[str] = []
        self._asides = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag says of the page, and where it opens."""
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = values.get("property") or values.get("name") or values.get("itemprop") or ""
            self.metas.setdefault(name.strip().lower(), values.get("content", "").strip())
        elif tag == "link" and "canonical" in values.get("rel", "").lower().split():
            self.canonical = self.canonical or values.get("href")
        elif tag == "time" and values.get("datetime"):
            self.times.append(values["datetime"])
        if _BLOCKS.fullmatch(tag):
            self._end_line()
        if tag == "script" and "ld+json" in values.get("type", ""):
            self._open.append("ld")
        elif tag in _CONTAINERS:
            self._open.append(tag)
            self._asides += tag in _ASIDE

    def handle_endtag(self, tag: str) -> None:
        """Close an element with all that was left open in it."""
        if _BLOCKS.fullmatch(tag):
            self._end_line()
        name = "ld" if tag == "script" and self._open[-1:] == ["ld"] else tag
        if name in self._open[-_DEEPEST:]:
            closed = ""
            while closed != name:
                closed = self._open.pop()
                self._asides -= closed in _ASIDE

    def handle_data(self, data: str) -> None:
        """Take text: linked data as it is, what a reader sees into the current line."""
        if self._open[-1:] == ["ld"]:
            self.scripts.append(data)
        elif not self._asides:
            self._line.append(data)

    def close(self) -> None:
        """End the page, and the line that it was in."""
        super().close()
        self._end_line()

    def _end_line(self) -> None:
        line, self._line = " ".join("".join(self._line).split()), []
        if line and self._open[-1:] == ["title"]:
            self.title = self.title or line
        elif line:
            if self._open[-1:] == ["h1"]:
                self.headings.append(line)
            self.lines += [line, ""]
