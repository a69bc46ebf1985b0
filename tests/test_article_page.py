"""Saved article pages, plain text and HTML: what is read out of them and what is left out."""

import contextlib
import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from moderation.article_page.dates import TEHRAN
from moderation.article_page.page import MAX_BYTES, PageError, read_page

SEED = Path(__file__).resolve().parents[1] / os.environ.get("NAZER_SEED", "../shared/seed/article.txt")

TITLE = "کتابخانه‌ی مرکزی شهر پس از سه سال بازگشایی شد"
OPENING = "کتابخانه‌ی مرکزی صبح امروز با حضور شهروندان بازگشایی شد و درهای آن پس از سه سال به روی مردم باز می‌شود."
MIDDLE = "به گفته‌ی مدیر کتابخانه، هشتاد هزار جلد کتاب در قفسه‌های تازه چیده شده و سالن کودکان هم آماده است."
CLOSING = "شهرداری وعده داده است که سه کتابخانه‌ی محلی دیگر هم تا پایان سال آماده شود."
MOMENT = datetime(2022, 10, 4, 9, 30, tzinfo=TEHRAN)  # 12 Mehr 1401

PLAIN = f"""{TITLE}

تاریخ انتشار: سه‌شنبه ۱۲ مهر ۱۴۰۱ - ۰۹:۳۰ | کد خبر: ۹۱۲ | فرهنگ
https://example.ir/?p=912

{OPENING}
{MIDDLE}

بیشتر بخوانید:
• گزارش ساخت پل تازه
• جشنواره شعر امسال

{CLOSING}

برچسب‌ها: کتاب، شهرداری
لینک کوتاه: https://example.ir/s/9
  • به اشتراک بگذارید:
تلگرام | توییتر

۲ دیدگاه

  • پیام‌هایی که حاوی توهین باشند منتشر نمی‌شوند.
رضا: خبر خیلی خوبی بود، دست همه درد نکند.
"""

WORDPRESS = f"""<!DOCTYPE html><html dir="rtl" lang="fa-IR"><head><meta charset="UTF-8">
<title>{TITLE} - خبرنامه شهر</title><link rel="canonical" href="https://example.ir/?p=912">
<meta property="og:title" content="{TITLE} - خبرنامه شهر"><meta property="og:site_name" content="خبرنامه شهر">
</head><body><header><h1 class="logo">خبرنامه شهر</h1><span>جمعه ۳ آذر ۱۴۰۲</span>
<nav><ul><li><a href="/">صفحه نخست</a></li><li><a href="/s">ورزشی</a></li></ul></nav></header>
<main><article class="post hentry"><h1 class="entry-title">{TITLE}</h1>
<div class="post-meta"><span>سه شنبه ۱۲ مهر ۱۴۰۱ - ۰۹:۳۰</span></div>
<div class="entry-content"><p>{OPENING}</p><p>{MIDDLE}</p><ul><li>نقاشی خردسالان</li><li>قصه گویی عصرگاهی</li></ul>
<p>{CLOSING}</p><p>بیشتر بخوانید: <a href="/2">گزارش ساخت پل تازه</a></p></div>
<div class="share-box"><ul><li>به اشتراک بگذارید:</li><li><a href="#">تلگرام</a></li></ul></div>
<div class="tags">برچسب ها: <a href="/t">کتاب</a></div><div>لینک کوتاه: https://example.ir/s/9</div>
<div class="related"><h3>اخبار مرتبط</h3><ul><li><a href="/3">جشنواره شعر امسال</a></li></ul></div></article>
<section id="comments"><h3>دیدگاه</h3><ul><li>دیدگاه های شما پس از تایید منتشر خواهد شد.</li></ul>
<ol class="comment-list"><li><p>خبر خیلی خوبی بود، دست همه درد نکند.</p></li></ol>
<form><textarea></textarea><button>ارسال دیدگاه</button></form></section></main>
<footer><p>تمامی حقوق برای خبرنامه شهر محفوظ است.</p></footer></body></html>"""

LINKED_DATA = f"""<html lang="fa"><head><meta charset="utf-8"><title>خبرنامه | {TITLE}</title>
<script type="application/ld+json">{{"broken": </script>
<script type="application/ld+json">{{"@graph": [{{"@type": "WebSite", "name": "خبرنامه", "url": "https://example.ir/"}},
{{"@type": ["NewsArticle"], "headline": "{TITLE}", "datePublished": "2022-10-04T06:00:00Z", "articleSection": "فرهنگ",
"description": "لید خبر &quot;کتابخانه&quot;", "mainEntityOfPage": {{"@id": "https://example.ir/news/912"}}}}]}}</script></head>
<body><div><a href="/">خانه</a> | <a href="/a">آرشیو</a></div><div>{TITLE}</div>
<div>{OPENING}<br><br>{MIDDLE}<br>{CLOSING}</div><div>© خبرنامه شهر</div></body></html>"""

MESSY = f"""<div id=menu><a href=/>خانه<a href=/a>آرشیو</div><h1>{TITLE.replace(chr(0x200C), "&zwnj;")}</h1>
<font>۱۴۰۱/۰۷/۱۲ ۰۹:۳۰</font><p>{OPENING}<p><b>{MIDDLE}</i><p>{CLOSING}\0<div><table><tr><td></b>
<div>نظرات کاربران</div><p>خبر خیلی خوبی بود، دست همه درد نکند."""

LAYOUT_TABLE = f"""<html><head><title>{TITLE}</title></head><body><form><table><tr><td><a href="/">آرشیو</a></td><td>
<table><tr><td><h1>{TITLE}</h1></td></tr><tr><td>۱۲ مهر ۱۴۰۱ - ۰۹:۳۰</td></tr><tr><td>{OPENING}<br><br>{MIDDLE}<br>
{CLOSING}</td></tr></table></td></tr><tr><td>تمامی حقوق محفوظ است</td></tr></table></form></body></html>"""

FURNITURE = (
    "اشتراک", "تلگرام", "برچسب", "لینک کوتاه", "دیدگاه", "نظرات", "دست همه", "پل تازه", "جشنواره", "ورزشی", "آرشیو",
    "حقوق", "©", "http", "1401", "۱۴۰۱", "توهین", "خبرنامه",
)  # fmt: skip


@pytest.fixture(scope="module")
def seed() -> bytes:
    if not SEED.exists():
        assert not SEED.parents[1].is_dir(), f"the shared folder is there but {SEED.name} is not"
        pytest.skip("the seed article is not on this machine (NAZER_SEED names it)")
    return SEED.read_bytes()


def test_the_seed_article_keeps_its_title_date_and_link(seed: bytes) -> None:
    lines = seed.decode("utf-8").split("\n")
    page = read_page(seed)
    assert page.title == lines[0]
    assert page.url == lines[3]
    assert page.published_at == datetime(2022, 1, 25, 14, 47, tzinfo=TEHRAN)  # 5 Bahman 1400


def test_the_seed_article_keeps_every_paragraph_and_no_furniture(seed: bytes) -> None:
    lines = seed.decode("utf-8").split("\n")
    share = next(index for index, line in enumerate(lines) if "به اشتراک" in line)
    assert read_page(seed).body == "\n".join(lines[4:share]).strip()


@pytest.mark.parametrize(
    "saved",
    [PLAIN, WORDPRESS, LINKED_DATA, MESSY, LAYOUT_TABLE],
    ids=["plain", "wordpress", "json-ld", "messy", "table"],
)
def test_an_article_is_read_whole_and_without_the_sites_furniture(saved: str) -> None:
    page = read_page(saved.encode())
    assert page.title == TITLE
    assert page.published_at == MOMENT
    paragraphs = page.body.replace("\n\n", "\n").split("\n")
    assert paragraphs[:2] == [OPENING, MIDDLE]
    assert paragraphs[-1] == CLOSING
    assert [word for word in FURNITURE if word in page.body] == []


@pytest.mark.parametrize(
    ("saved", "url"),
    [(PLAIN, "https://example.ir/?p=912"), (WORDPRESS, "https://example.ir/?p=912"),
     (LINKED_DATA, "https://example.ir/news/912"), (MESSY, None)],
    ids=["plain", "wordpress", "json-ld", "messy"],
)  # fmt: skip
def test_the_address_comes_from_the_page_unless_one_is_given(saved: str, url: str | None) -> None:
    assert read_page(saved).url == url
    assert read_page(saved, url="https://example.ir/given").url == "https://example.ir/given"


def test_linked_data_gives_the_lead_and_the_section() -> None:
    page = read_page(LINKED_DATA)
    assert (page.lead, page.section) == ('لید خبر "کتابخانه"', "فرهنگ")


def test_list_items_stay_together_in_the_body() -> None:
    assert "\n\n- نقاشی خردسالان\n- قصه گویی عصرگاهی\n\n" in read_page(WORDPRESS).body


def test_a_script_address_is_never_taken_for_the_articles() -> None:
    evil = WORDPRESS.replace("https://example.ir/?p=912", "javascript:alert(1)").replace("https://example.ir/s/9", "")
    assert read_page(evil).url is None
    with pytest.raises(PageError, match="absolute http"):
        read_page(PLAIN, url="javascript:alert(1)")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("saved", [PLAIN, WORDPRESS], ids=["plain", "html"])
def test_a_page_reads_the_same_in_every_unicode_encoding(saved: str, encoding: str) -> None:
    assert read_page(saved.encode(encoding)) == read_page(saved)


@pytest.mark.parametrize("saved", [PLAIN, WORDPRESS, WORDPRESS.replace("UTF-8", "windows-1256")])
def test_a_windows_1256_page_is_read_with_its_arabic_letters(saved: str) -> None:
    digits = str.maketrans("یۀ۰۱۲۳۴۵۶۷۸۹", "يه0123456789")
    old = saved.translate(digits)
    page = read_page(old.encode("cp1256"))
    assert page == read_page(old)
    assert page.title == TITLE.translate(digits)
    assert page.published_at == MOMENT


def test_an_old_charset_line_in_a_page_saved_anew_is_not_believed() -> None:
    assert read_page(WORDPRESS.replace("UTF-8", "windows-1256").encode()) == read_page(WORDPRESS)


def test_broken_bytes_and_nuls_cost_only_themselves() -> None:
    raw = PLAIN.encode().replace("هشتاد".encode(), b"\xff\xfe\x00" + "هشتاد".encode())
    assert read_page(raw).body == read_page(PLAIN).body.replace("هشتاد", "\ufffd\ufffdهشتاد")


def test_windows_line_ends_and_lone_surrogates_do_no_harm() -> None:
    page = read_page(PLAIN.replace("\n", "\r\n").replace("هشتاد", "هشتاد\ud800"))
    assert page.body.replace("\ufffd", "") == read_page(PLAIN).body
    page.body.encode()


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("سه شنبه 12 مهر 1401 - 09:30", "2022-10-04T09:30:00+03:30"),
        ("۱۲ مهر ۱۴۰۱ ساعت ۹:۳۰", "2022-10-04T09:30:00+03:30"),
        ("١٢ مهر ١٤٠١", "2022-10-04T00:00:00+03:30"),
        ("۱۴۰۱/۰۷/۱۲", "2022-10-04T00:00:00+03:30"),
        ("1401-07-12 21:30", "2022-10-04T21:30:00+03:30"),
        ("۱۲ مهرماه ۱۴۰۱، ۹:۳۰ ب.ظ", "2022-10-04T21:30:00+03:30"),
        ("2022-10-04T09:30", "2022-10-04T09:30:00+03:30"),
        ("۴ اکتبر ۲۰۲۲", "2022-10-04T00:00:00+03:30"),
        ("۱۲ تیر ۱۴۰۱ - ۰۹:۳۰", "2022-07-03T09:30:00+04:30"),
    ],
)
def test_a_date_line_is_read_in_tehrans_time(line: str, stamp: str) -> None:
    page = read_page(f"{TITLE}\n{line}\n\n{OPENING}")
    assert page.published_at is not None
    assert page.published_at.isoformat() == stamp
    assert page.body == OPENING


@pytest.mark.parametrize("line", ["۳۰ اسفند ۱۴۰۱", "1401/13/05", "۱۲ مهر ۲۰۲۲"])
def test_a_day_that_never_was_is_no_date(line: str) -> None:
    assert read_page(f"{TITLE}\n{line}\n\n{OPENING}").published_at is None


@pytest.mark.parametrize(
    "sentence",
    [
        "پیام تسلیت شهردار به مناسبت درگذشت استاد منتشر شد.",
        "دیدگاه کارشناسان درباره‌ی این کتابخانه روشن است.",
        "این نشست در ۱۲ مهر ۱۴۰۱ با حضور نویسندگان برگزار می‌شود.",
        "نشانی https://example.ir/library برای ثبت نام خوانندگان جوان و نوجوان در نظر گرفته شده است.",
        "به اشتراک گذاشتن کتاب میان همسایه‌ها از هدف‌های این طرح است و شهرداری از آن پشتیبانی می‌کند.",
        "تلگرام و توییتر از دسترس خارج شدند.",
    ],
)
def test_a_sentence_that_only_resembles_furniture_stays(sentence: str) -> None:
    assert sentence in read_page(f"{TITLE}\n\n{OPENING}\n{sentence}\n{CLOSING}").body


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\0\n", "empty"),
        (TITLE, "no article text"),
        (f"{TITLE}\n\nدیدگاه\nنظر شما", "no article text"),
        (f"<html><body><p>{OPENING}</p></body></html>", "no title"),
        (f"<html><head><title>{TITLE}</title></head><body><nav>{MIDDLE}</nav></body></html>", "no article text"),
        ("-----\n\n" + OPENING, "no title"),
        (OPENING * 9 + "\n" + CLOSING, "title has"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, "not look like text"),
        ("MIME-Version: 1.0\n\n" + OPENING, "web archive"),
        (b"a" * (MAX_BYTES + 1), "at most"),
        ("ا" * (MAX_BYTES // 2 + 1), "at most"),
    ],
)
def test_what_is_no_article_page_is_refused_with_a_sentence(raw: bytes | str, reason: str) -> None:
    with pytest.raises(PageError, match=reason) as refusal:
        read_page(raw)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("pieces", ["<div>", "<", "<p><b><i>سلام", "<a href=#>الف</a>", "<!--", "<a ", "&#"])
def test_a_hostile_page_ends_in_an_article_or_a_refusal_soon(pieces: str) -> None:
    opening = f"<html><h1>{TITLE}</h1><p>{OPENING}</p><script type='application/ld+json'>{'[' * 99_999}</script>"
    started = time.monotonic()
    with contextlib.suppress(PageError):
        read_page(opening + pieces * (300_000 // len(pieces.encode())))
    assert time.monotonic() - started < 20
