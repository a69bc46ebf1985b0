"""Word lists as CSV: what spreadsheets write is read, what is wrong is named, and what is written can be read again."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules.word_lists import (
    EMPTY,
    MOST_PATTERNS,
    NO_LETTERS,
    TOO_LONG,
    TOO_MANY_PATTERNS,
    UNPRINTABLE,
    Kind,
    SiteWord,
    why_refused,
)
from moderation.word_csv import (
    EVERYDAY,
    LARGEST_FILE,
    SHORT,
    UNKNOWN_KIND,
    UNKNOWN_TYPE,
    NotReadable,
    read_words,
    write_words,
)

PLAIN = SiteWord("زاغارت", Kind.SUSPECT, section="ورزش", note="یادداشت")


@pytest.mark.parametrize(
    "text",
    [
        "entry,kind,type,section,note\nزاغارت,suspect,word,ورزش,یادداشت\n",
        "زاغارت,suspect,word,ورزش,یادداشت",
        "\n\nواژه;نوع;بخش;یادداشت\r\nزاغارت;مشکوک;ورزش;یادداشت\r\n\r\n",
        "sep=;\r\nزاغارت;suspect;;ورزش;یادداشت\r\n",
        "section\tnote\tشماره\tword\tkind\nورزش\tیادداشت\t7\tزاغارت\tSuspect\n",
        '"زاغارت","suspect","واژه","ورزش","یادداشت"\n',
        "\u200f زاغارت\u200c ,suspect,, ورزش ,یادداشت\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_read_as_spreadsheets_write_it(text: str, encoding: str) -> None:
    report = read_words(text.encode(encoding))
    assert (report.words, report.refused) == ([PLAIN], [])


def test_an_old_spreadsheet_in_windows_1256_is_read() -> None:
    report = read_words("واژه;نوع\nكاريكاتور;ممنوع\n".encode("windows-1256"))
    assert report.encoding == "windows-1256"
    assert [word.text for word in report.words] == ["كاريكاتور"]
    assert report.words[0].letters == "کاریکاتور"


def test_a_plain_list_of_words_gets_the_kind_that_is_said() -> None:
    report = read_words("زاغارت\nشلغم فروش\n".encode(), Kind.ALLOW)
    assert report.words == [SiteWord("زاغارت", Kind.ALLOW), SiteWord("شلغم فروش", Kind.ALLOW)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",block", EMPTY),
        ("!!!", NO_LETTERS),
        ("خ" * 101, TOO_LONG),
        ("سلام\x07", UNPRINTABLE),
        ("سلام, خوبی", UNKNOWN_KIND),
        ("سلام,block,sentence", UNKNOWN_TYPE),
    ],
)
def test_a_wrong_line_is_named_with_its_number_and_its_reason(line: str, reason: object) -> None:
    report = read_words(f"entry,kind,type\nدرست‌کار\n\n{line}\n".encode())
    assert [(remark.line, remark.said) for remark in report.refused] == [(4, reason)]
    assert [word.text for word in report.words] == ["درست‌کار"]


def test_lines_within_a_cell_are_counted_and_become_one() -> None:
    report = read_words('entry,note\nزاغارت,"یک\nدو"\n!!!,\n'.encode())
    assert report.words == [SiteWord("زاغارت", note="یک دو")]
    assert [remark.line for remark in report.refused] == [4]


def test_what_stands_twice_is_left_out_and_what_contradicts_is_refused() -> None:
    report = read_words("زاغارت\nزاغـارت,block\nزاغارت,allow\nزاغارت,allow,,ورزش\n".encode())
    assert [remark.line for remark in report.repeated] == [2]
    assert [remark.line for remark in report.refused] == [3]
    assert "line 1" in report.refused[0].said.en
    assert report.words[1:] == [SiteWord("زاغارت", Kind.ALLOW, section="ورزش")]


def test_a_list_grows_by_what_is_new() -> None:
    report = read_words("زاغارت\nشلغم\n".encode(), known=[SiteWord("زاغارت")])
    assert [word.text for word in report.words] == ["زاغارت", "شلغم"]
    assert "in the list already" in report.repeated[0].said.en


def test_words_that_everyday_sentences_hold_are_warned_of() -> None:
    report = read_words("که\nکتاب\nزاغارت\nما,allow\n\\bکه\\b,block,pattern\n".encode())
    assert [(remark.entry, remark.said) for remark in report.warnings] == [("که", SHORT), ("کتاب", EVERYDAY)]


def test_patterns_beyond_the_most_are_refused() -> None:
    report = read_words("\n".join(f"واژه{number},,pattern" for number in range(MOST_PATTERNS + 2)).encode())
    assert len(report.words) == MOST_PATTERNS
    assert [remark.said for remark in report.refused] == [TOO_MANY_PATTERNS] * 2


@pytest.mark.parametrize("content", [b"\0\0\0", b"a" * (LARGEST_FILE + 1), b'"' + b"a" * 200_000 + b'"'])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(NotReadable):
        read_words(content)


def test_an_empty_file_is_an_empty_list() -> None:
    assert read_words(b"").words == []
    assert read_words("entry,kind\n".encode("utf-8-sig")).words == []


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+98", "-سلام", "@channel", "'=a", "''@b", "＝1"])
def test_no_cell_is_a_formula_to_a_spreadsheet_and_all_come_back(text: str) -> None:
    word = SiteWord(text, section=text, note=text)
    written = write_words([word])
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert all(cell[0] not in "=+-@＝" for row in rows for cell in row)
    assert read_words(written).words == [word]


WORDS = st.builds(
    SiteWord,
    st.text("ابپ =+-@'\",;\t1\\b", min_size=1, max_size=8).map(lambda text: " ".join(text.split())),
    st.sampled_from(Kind),
    st.booleans(),
    st.none() | st.sampled_from(["ورزش", "=بخش"]),
    st.sampled_from(["", "یادداشت", "'-"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=6))
def test_what_is_written_is_read_again(words: list[SiteWord]) -> None:
    good = {(word.letters, word.pattern, word.section): word for word in words if why_refused(word) is None}
    report = read_words(write_words(good.values()))
    assert report.words == list(good.values())
    assert not report.refused
