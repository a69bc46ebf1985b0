"""One description of a request, written out for curl, Python, PHP and JavaScript: programs that work as they stand.

Each reads the key from the environment variable ``NAZER_KEY``, fails when the answer is an error and prints the answer.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Any


@dataclass(frozen=True, slots=True)
class Sent:
    """A request to write out."""

    method: str
    url: str
    body: Any = None
    lines: Sequence[Any] | None = None
    text: str | None = None
    told_in_lines: bool = False

    @property
    def kind(self) -> str | None:
        """The type of its body, or None when it has none."""
        if self.lines is not None:
            return "application/x-ndjson"
        if self.text is not None:
            return "text/csv"
        return "application/json" if self.body is not None else None

    @property
    def written(self) -> bool:
        """Whether the body is sent as it is written, and is no JSON to be made."""
        return self.lines is not None or self.text is not None

    @property
    def json(self) -> str:
        """The body as indented JSON, or a line for each, or as it is; with Persian as it is."""
        if self.text is not None:
            return self.text
        if self.lines is not None:
            return "\n".join(json.dumps(line, ensure_ascii=False) for line in self.lines)
        return json.dumps(self.body, ensure_ascii=False, indent=2)


def curl(sent: Sent) -> str:
    """For a shell."""
    lines = [f"curl --fail-with-body -X {sent.method} {shlex.quote(sent.url)}", '-H "Authorization: Bearer $NAZER_KEY"']
    if sent.kind:
        lines += [f'-H "Content-Type: {sent.kind}"', f"--data-binary {shlex.quote(sent.json)}"]
    return " \\\n  ".join(lines)


def python(sent: Sent) -> str:
    """For Python with httpx."""
    body = ""
    content_type = ""
    if sent.written:
        content_type = f', "Content-Type": "{sent.kind}"'
        body = f"    content={_literal(sent.json)},\n"
    elif sent.body is not None:
        body = f"    json={indent(_literal(sent.body), '    ').lstrip()},\n"
    return f"""import os

import httpx

answer = httpx.{sent.method.lower()}(
    {json.dumps(sent.url)},
    headers={{"Authorization": f"Bearer {{os.environ['NAZER_KEY']}}"{content_type}}},
{body})
answer.raise_for_status()
print(answer.{"text" if sent.told_in_lines else "json()"})"""


def php(sent: Sent) -> str:
    """For PHP with its curl extension."""
    content_type, body = "", ""
    if sent.kind:
        content_type = f"\n        'Content-Type: {sent.kind}',"
        body = f"    CURLOPT_POSTFIELDS => <<<'JSON'\n{indent(sent.json, '    ')}\n    JSON,\n"
    return f"""<?php
$request = curl_init({_single_quoted(sent.url)});
curl_setopt_array($request, [
    CURLOPT_CUSTOMREQUEST => '{sent.method}',
    CURLOPT_HTTPHEADER => [
        'Authorization: Bearer ' . getenv('NAZER_KEY'),{content_type}
    ],
{body}    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_FAILONERROR => true,
]);
$answer = curl_exec($request);
if ($answer === false) {{
    throw new RuntimeException(curl_error($request));
}}
{"echo $answer;" if sent.told_in_lines else "print_r(json_decode($answer, true));"}"""


def javascript(sent: Sent) -> str:
    """For JavaScript on a server (Node 18 and newer): a key does not belong into a browser."""
    content_type, body = "", ""
    if sent.kind:
        content_type = f'\n    "Content-Type": "{sent.kind}",'
        stringified = f"JSON.stringify({indent(sent.json, '  ').lstrip()})"
        body = f"\n  body: {json.dumps(sent.json, ensure_ascii=False) if sent.written else stringified},"
    return f"""const answer = await fetch({json.dumps(sent.url)}, {{
  method: "{sent.method}",
  headers: {{
    "Authorization": `Bearer ${{process.env.NAZER_KEY}}`,{content_type}
  }},{body}
}});
if (!answer.ok) throw new Error(await answer.text());
console.log(await answer.{"text" if sent.told_in_lines else "json"}());"""


def _literal(value: Any) -> str:
    """A Python literal; unlike repr it leaves the invisible letters of Persian as they are."""
    if isinstance(value, dict):
        fields = "".join(
            f"    {_literal(name)}: {indent(_literal(each), '    ').lstrip()},\n" for name, each in value.items()
        )
        return f"{{\n{fields}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _single_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


LANGUAGES: dict[str, tuple[str, Callable[[Sent], str]]] = {
    "curl": ("curl", curl),
    "python": ("Python", python),
    "php": ("PHP", php),
    "javascript": ("JavaScript", javascript),
}
"""Each language by its short name: how it is called, and what writes it."""


def samples(sent: Sent) -> list[dict[str, str]]:
    """The request in every language, as ``x-codeSamples`` of an OpenAPI document."""
    return [{"lang": lang, "label": label, "source": write(sent)} for lang, (label, write) in LANGUAGES.items()]
