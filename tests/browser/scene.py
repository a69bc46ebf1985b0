"""A morning at a newspaper: three articles, a dozen comments as readers write them, screened by the shipped models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from moderation import lifecycle
from moderation.db import db, now, transaction
from moderation.measure import load_models
from moderation.models import Comment, Person, Role, Site
from moderation.onboarding import add_person, add_site
from moderation.policy import Policies
from moderation.wire import ArticleIn, AuthorIn, CommentIn
from tests.factories import PASSWORD
from worker.screening import screen_claim

BUSES = ArticleIn(
    external_id="buses",
    title="شورای شهر بودجهٔ نوسازی اتوبوس‌ها را دو برابر کرد",
    section="شهر",
    url="https://news.example/city/buses",
    body=(
        "شورای شهر در نشست علنی دیروز، بودجهٔ نوسازی ناوگان اتوبوس‌رانی را دو برابر کرد. بر پایهٔ این مصوبه، تا پایان "
        "سال سیصد دستگاه اتوبوس تازه به خطوط پرمسافر افزوده می‌شود و اتوبوس‌های فرسوده از خیابان‌ها بیرون می‌روند.\n"
        "مدیرعامل شرکت واحد گفت نخستین اتوبوس‌ها در خط یک و خط چهار به کار گرفته می‌شوند و کرایه‌ها تغییری نمی‌کند. "
        "به گفتهٔ او نیمی از اتوبوس‌های تازه برقی است و برای شارژ آن‌ها دو پایانه ساخته می‌شود."
    ),
)
BORDER = ArticleIn(
    external_id="border",
    title="دیدار دو وزیر در تهران؛ گذرگاه مرزی پس از دو سال باز می‌شود",
    section="سیاست",
    url="https://news.example/politics/border",
    body=(
        "وزیران راه دو کشور همسایه در تهران دربارهٔ بازگشایی گذرگاه مرزی گفت‌وگو کردند. این گذرگاه دو سال پیش در پی "
        "آسیب دیدن پل بسته شده بود و کامیون‌ها ناچار بودند راهی دویست کیلومتری را دور بزنند.\n"
        "بازسازی پل به پایان رسیده و گمرک از آغاز ماه آینده کار خود را از سر می‌گیرد. به گفتهٔ رئیس گمرک، روزانه سیصد "
        "کامیون از این گذرگاه می‌گذرند و برای رانندگان پارکینگ و استراحتگاه ساخته می‌شود."
    ),
)
VOLLEY = ArticleIn(
    external_id="volley",
    title="والیبالیست‌های جوان با برد سه بر یک به نیمه‌نهایی رسیدند",
    section="ورزش",
    url="https://news.example/sport/volley",
    body=(
        "تیم ملی والیبال جوانان در دیداری دشوار میزبان را سه بر یک شکست داد و به نیمه‌نهایی راه یافت. سرمربی تیم پس "
        "از بازی از دفاع روی تور و سرویس‌های بازیکنان خود خشنود بود.\n"
        "ست نخست را میزبان برد، ولی از ست دوم به بعد پاسور تازه‌نفس ایران بازی را برگرداند و ست چهارم با اختلاف هفت "
        "امتیاز به پایان رسید. نیمه‌نهایی پنجشنبه برگزار می‌شود و برندهٔ آن در دیدار پایانی با تیم نخست گروه دیگر روبه‌رو "
        "خواهد شد. بلیت تماشای بازی از فردا در سامانهٔ فدراسیون فروخته می‌شود و ورود دانش‌آموزان رایگان است."
    ),
)
_ASKED = "برای خط چهار هم اتوبوس برقی می‌آید؟ ما هر روز نیم ساعت در ایستگاه می‌مانیم."
COMMENTS = (
    (BUSES, "مریم ک.", _ASKED, 190),
    (BUSES, "رهگذر", "مدیرعامل شرکت واحد دزد است و از پیمانکار همین اتوبوس‌ها رشوه گرفته. چرا کسی نمی‌پرسد؟", 168),
    (BUSES, "علی", "نویسندهٔ این گزارش واقعاً ا‌ح‌م‌ق است.\nآدم بی‌شعور، اول برو سوار همین اتوبوس‌ها شو بعد بنویس.", 151),
    (BORDER, "Traveller", "Great news for everyone who lives near the border. I hope the bridge lasts this time!", 132),
    (
        BORDER,
        "رضا از مرزن‌آباد",
        "salam, in pol ra do sal pish ham goftand baz mishe vali nashod, in dafe ham bavar nemikonam",
        118,
    ),
    (VOLLEY, "فروشگاه بهار", "فروش ویژهٔ گوشی و لوازم جانبی با ارسال رایگان، قیمت‌ها را فقط در کانال ما ببینید", 97),
    (
        BORDER,
        "ناصر، رانندهٔ کامیون",
        "من پانزده سال است از همین گذرگاه بار می‌برم. این دو سال هر سفر دویست کیلومتر بیشتر راندیم و کسی خرجش را "
        "نداد. اگر گمرک مثل گذشته کند کار کند، باز شدن پل به‌تنهایی گرهی باز نمی‌کند.\nلطفاً پارکینگ کامیون هم بسازید.",
        75,
    ),
    (VOLLEY, "سمیه", "خسته نباشید بچه‌ها! دفاع روی تور عالی بود، به‌ویژه در ست آخر.", 52),
    (BUSES, "شهروند", "کاش همراه اتوبوس تازه، خط ویژه هم درست شود؛ وگرنه همه با هم در ترافیک می‌مانند.", 33),
)
ANSWER = (BUSES, "کاوه", "در متن نوشته خط یک و خط چهار؛ پس به شما هم می‌رسد.", 20)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is there."""

    site: Site
    sara: Person
    navid: Person


def set_scene(app: Flask) -> Scene:
    """Store and screen everything, aged by minutes."""
    credentials = add_site("demo", "روزنامهٔ نمونه", webhook="https://news.example/hooks/comments")
    sara = add_person("سارا", "sara@nazer.example", PASSWORD, roles={credentials.site.id: Role.MODERATOR})
    navid = add_person("نوید", "navid@nazer.example", PASSWORD, roles={credentials.site.id: Role.ADMIN})
    for number, (article, name, text, minutes) in enumerate((*COMMENTS, ANSWER)):
        parent = "reader-0" if (article, name, text, minutes) == ANSWER else None
        sent = CommentIn(
            external_id=f"reader-{number}",
            article=article,
            author=AuthorIn(name=name),
            text=text,
            parent_external_id=parent,
            submitted_at=now() - timedelta(minutes=minutes),
        )
        receipt = lifecycle.receive(credentials.site.id, sent)
        with transaction():
            aged = update(Comment).where(Comment.id == receipt.comment_id)
            db.session.execute(aged.values(received_at=sent.submitted_at))
    screen_claim(load_models(), Policies(), app.config["NAZER"])
    return Scene(credentials.site, sara, navid)
