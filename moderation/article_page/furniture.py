"""The lines of a saved page: which belong to the article and which are the site's furniture around it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from moderation.article_page.dates import find_date, plain

_BULLET = re.compile(r"^[\s•·*▪●○◦■□►▶»›>|#\-–—]+")
_LINK = re.compile(r"https?://[^\s<>\"'«»]+")
_DECIDES = "(?:دیدگاه|نظر|پیام|کامنت)"
_NETWORK = (
    "(?:تلگرام|توییتر|توئیتر|فیس ?بوک|وا?تس ?اپ|اینستاگرام|لینکدین|ایتا|بله|سروش|روبیکا|ایمیل|چاپ|پرینت|نسخه چاپی"
    "|کپی لینک|ارسال به دوستان|telegram|twitter|x|facebook|whats ?app|instagram|linkedin|email|print)"
)


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)


# Where the article is over: the comments and the site's footer. Nothing below such a line is read.
_END = _whole(
    rf"\(?\d* ?{_DECIDES} ?(?:ها|ات|های)?(?: (?:شما|کاربران|خوانندگان|بینندگان|مخاطبان))?(?: ?[:(] ?\d*\)?)?",
    rf"(?:ارسال|ثبت|افزودن|درج|نوشتن) (?:یک )?{_DECIDES}.{{0,25}}",
    rf"{_DECIDES} ?(?:تان|ت|خود|شما)? ?(?:خود )?را (?:بنویسید|ثبت کنید|وارد کنید|با ما).{{0,40}}",
    r"(?:leave a (?:comment|reply)|comments? ?(?:\(\d+\))?|\d+ comments?)",
    r"(?:©|copyright|کپی ?رایت).*",
    r"(?:کلیه|تمامی|تمام|همه) ?ی? حقوق .{0,80}(?:محفوظ|متعلق|است).{0,60}",
)
# A heading over links to other articles: it goes, and so do the link-like lines right under it.
_RELATED = _whole(
    r"(?:اخبار|مطالب|خبر ?های|مقالات|نوشته ?های|گزارش ?های) (?:مرتبط|مشابه|پیشنهادی|دیگر) ?:?",
    r"(?:بیشتر|همچنین) بخوانید ?:?",
    r"(?:آخرین|تازه ترین|پربازدیدترین|پربحث ترین) (?:اخبار|خبر ?ها|مطالب) ?:?",
    r"(?:پربازدید|پربحث) ?(?:ها|ترین ?ها)? ?:?|related (?:posts|articles|news) ?:?",
)
# One line of furniture between lines of the article.
_FURNITURE = _whole(
    r"(?:این )?(?:خبر|مطلب|صفحه|نوشته)? ?(?:را )?(?:با دوستان )?(?:به )?اشتراک ?(?:بگذارید|گذاری).{0,60}",
    r"share(?: this| on)?.{0,30}",
    rf"{_NETWORK}(?:[ |،/,]+{_NETWORK})*",
    r"(?:بر ?چسب ?(?:ها|های خبر)?|کلید ?واژه ?(?:ها)?|تگ ?(?:ها)?|tags?) ?(?::.*)?",
    r"(?:لینک|پیوند|نشانی|آدرس) ?(?:کوتاه|خبر|مطلب|صفحه|دائمی)? ?(?:: ?)?(?:https?://\S+|\S+\.\S+/\S*)?",
    r"(?:کد|شناسه|شماره) ?(?:خبر|مطلب|مقاله|یکتا) ?:? ?\d+",
    r"(?:انتهای پیام|پایان پیام).{0,15}|زمان مطالعه.{0,25}|(?:تعداد )?بازدید ?: ?\d+|\d+ بازدید",
    r"(?:بیشتر|همچنین) بخوانید ?:.{1,160}",
    r"اندازه (?:قلم|فونت|متن).{0,15}",
)
# What a site promises about its comments, where no heading stands over it.
_POLICY = re.compile(
    rf"^{_DECIDES} ?(?:ها|های|هایی)\b.{{0,160}}(?:پس از (?:تایید|بررسی)|منتشر (?:نخواهد|نخواهند|نمی)|حاوی توهین)"
)
_UPDATED = re.compile("به ?روز ?رسانی|ویرایش|updated|modified", re.IGNORECASE)
_SENTENCE_ENDS = ".!؟?…:؛»"


@dataclass(slots=True)
class Reading:
    """What the lines under a title said: the paragraphs with one empty string between blocks, a date, an address."""

    body: list[str] = field(default_factory=list)
    published_at: datetime | None = None
    url: str | None = None

    @property
    def begun(self) -> bool:
        """Whether a line of the article itself has been read."""
        return any(self.body)


def read_lines(lines: Iterable[str]) -> Reading:
    """Read the lines that follow a title; furniture is left out, and reading ends where the comments begin."""
    reading, under_links = Reading(), False
    for line in lines:
        bare = plain(_BULLET.sub("", line))
        if not bare:
            if reading.body and reading.body[-1]:
                reading.body.append("")
        elif reading.begun and _END.fullmatch(bare):
            break
        elif _RELATED.fullmatch(bare):
            under_links = True
        elif not (
            _reads_link(reading, line)
            or _reads_date(reading, bare)
            or _is_furniture(bare)
            or (under_links and _is_link_like(bare))
        ):
            reading.body.append(line.strip())
            under_links = False
    while reading.body and not reading.body[-1]:
        reading.body.pop()
    return reading


def safe_url(text: str | None) -> str | None:
    """Return an address that may be shown as a link (absolute, http or https, ≤ 2,000 characters), else None."""
    address = (text or "").strip()
    if len(address) > 2000 or not _LINK.fullmatch(address):
        return None
    try:
        return address if urlsplit(address).hostname else None
    except ValueError:
        return None


def _reads_link(reading: Reading, line: str) -> bool:
    """Take the address out of a line that holds little else; say whether the line was one."""
    link = _LINK.search(line)
    if link is None or len(_LINK.sub("", line).strip()) > 20:
        return False
    reading.url = reading.url or safe_url(link[0])
    return True


def _reads_date(reading: Reading, bare: str) -> bool:
    """Take the date out of a line that holds little else; say whether the line was one."""
    found = find_date(bare) if len(bare) <= 120 else None
    if found is None:
        return False
    moment, other_words = found
    # Above the article a date shares its line with the section or the news code; inside it, only a bare date is one.
    if len(other_words) > (0 if reading.begun else 40) or (other_words and bare[-1] in _SENTENCE_ENDS):
        return False
    if not _UPDATED.search(bare):
        reading.published_at = reading.published_at or moment
    return True


def _is_furniture(bare: str) -> bool:
    if len(bare) > 220:
        return False
    return bool(_FURNITURE.fullmatch(bare) or _POLICY.search(bare) or (_END.fullmatch(bare)))


def _is_link_like(bare: str) -> bool:
    return len(bare) <= 120 and bare[-1] not in _SENTENCE_ENDS
