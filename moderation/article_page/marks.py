"""What an HTML page says of itself: metadata, linked data, headings and its visible lines."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from trafilatura import load_html

_ARTICLE_TYPE = re.compile(r"Article$|BlogPosting$|^Report$")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|figcaption|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|section"
    "|table|t[dhr]|title|ul"
)
# Nothing in these is the article's. Not forms: older frameworks wrap the whole page in one.
_UNSEEN = {"nav", "footer", "aside", "template", "svg", "select", "button", "noscript", "style", "script", "title"}


@dataclass(slots=True)
class PageMarks:
    """The marks of one page; `lines` has an empty one after each line, as between paragraphs of plain text."""

    title: str = ""
    canonical: str | None = None
    metas: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def read_marks(text: str) -> PageMarks:
    """Read the marks of a page, with the extraction's own parser (Python's takes minutes on broken tags)."""
    marks, line, tree = PageMarks(), list[str](), load_html(text)
    waiting: list[tuple[Any, bool]] = [(tree, False)] if tree is not None else []
    while waiting:
        element, is_end = waiting.pop()
        tag = element.tag if isinstance(element.tag, str) else "script"  # an instruction's text is for machines
        if _BLOCKS.fullmatch(tag):
            _end_line(line, marks)
        if is_end:
            line.append(element.tail or "")
            continue
        _note(tag, element, marks)
        waiting.append((element, True))
        if tag not in _UNSEEN:
            line.append(element.text or "")
            waiting.extend((child, False) for child in reversed(element))
    _end_line(line, marks)
    return marks


def _end_line(line: list[str], marks: PageMarks) -> None:
    words = " ".join("".join(line).split())
    line.clear()
    if words:
        marks.lines += [words, ""]


def _note(tag: str, element: Any, marks: PageMarks) -> None:
    """Note what one element says of the page; the first of a kind counts."""
    if tag == "meta":
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        marks.metas.setdefault(name.strip().lower(), (element.get("content") or "").strip())
    elif tag == "link" and "canonical" in (element.get("rel") or "").lower().split():
        marks.canonical = marks.canonical or element.get("href")
    elif tag == "time" and element.get("datetime"):
        marks.times.append(element.get("datetime"))
    elif tag == "script" and "ld+json" in (element.get("type") or ""):
        marks.scripts.append(element.text or "")
    elif tag in {"title", "h1"}:
        words = " ".join("".join(element.itertext()).split())
        if tag == "title":
            marks.title = marks.title or words
        elif words:
            marks.headings.append(words)


def without_comments(text: str) -> str:
    """Cut the comments out of a page, an unclosed one to its end: parsers differ over one."""
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
