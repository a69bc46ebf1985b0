"""What an entry of the audit says in a sentence, by its action. An action that is not here is shown by its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from moderation.audit_trail import Entry

SENTENCES: Mapping[str, Any] = {
    "decision.approved": _("دیدگاهی تأیید شد"),
    "decision.rejected": _("دیدگاهی رد شد"),
    "decision.undone": _("تصمیم دربارهٔ یک دیدگاه پس گرفته شد"),
    "bulk.undone": _("تصمیم‌های یک‌جا پس گرفته شد"),
    "comment.escalated": _("برای دیدگاهی نظر دوم خواسته شد"),
    "comment.reopened": _("دیدگاهی دوباره به صف بازگشت"),
    "comment.withdrawn": _("سایت دیدگاهی را پس گرفت"),
    "comment.erased": _("دیدگاهی برای همیشه پاک شد"),
    "queue.screened_again": _("دیدگاه‌های در صف دوباره سنجیده شدند"),
    "article.changed": _("تنظیم دیدگاه‌های یک خبر عوض شد"),
    "article.closed": _("دیدگاه‌های یک خبر بسته شد"),
    "article.opened": _("دیدگاه‌های یک خبر باز شد"),
    "author.trusted": _("نویسنده‌ای مورد اعتماد شد"),
    "author.blocked": _("نویسنده‌ای بسته شد"),
    "author.none": _("تصمیم دربارهٔ یک نویسنده برداشته شد"),
    "author.exported": _("داده‌های یک نویسنده برون‌برد شد"),
    "author.erasing": _("پاک کردن همهٔ داده‌های یک نویسنده آغاز شد"),
    "author.erased": _("داده‌های یک نویسنده برای همیشه پاک شد"),
    "key.given": _("کلید دسترسی تازه‌ای داده شد"),
    "key.rotated": _("کلید دسترسی‌ای تعویض شد"),
    "key.revoked": _("کلید دسترسی‌ای باطل شد"),
    "keys.rotated": _("همهٔ کلیدهای دسترسی تعویض شدند"),
    "webhook.added": _("وب‌هوکی افزوده شد"),
    "webhook.set": _("وب‌هوک سایت تعیین شد"),
    "webhook.changed": _("وب‌هوکی تغییر کرد"),
    "webhook.removed": _("وب‌هوکی حذف شد"),
    "webhook.switched_on": _("وب‌هوکی روشن شد"),
    "webhook.switched_off": _("وب‌هوکی خاموش شد"),
    "webhook.secret_rotated": _("کلید امضای وب‌هوکی عوض شد"),
    "webhook.tested": _("رویداد آزمایشی به وب‌هوکی فرستاده شد"),
    "webhook.recovered": _("آنچه به وب‌هوکی نرسیده بود دوباره فرستاده شد"),
    "delivery.sent_again": _("رویدادی دوباره به سایت فرستاده شد"),
    "site.added": _("سایت افزوده شد"),
    "site.changed": _("تنظیمات سایت عوض شد"),
    "history.imported": _("دیدگاه‌های گذشتهٔ سایت وارد شد"),
    "retention.applied": _("آنچه زمان نگه‌داری‌اش گذشته بود پاک شد"),
    "audit.exported": _("ثبت رویدادها برون‌برد شد"),
    "numbers.exported": _("جدولی از آمار برون‌برد شد"),
    "rules.published": _("قاعده‌های تازه منتشر شد"),
    "rules.promoted": _("قاعده‌های آزمایشی به کار افتاد"),
    "rules.rolled-back": _("قاعده‌ها به نسخهٔ پیشین بازگشت"),
    "rules.shadow-begun": _("قاعده‌هایی در سایه به آزمایش گذاشته شد"),
    "rules.shadow-ended": _("آزمایش قاعده‌ها در سایه پایان یافت"),
    "rules.words-changed": _("واژه‌های قاعده‌ها عوض شد"),
    "rules.budget-set": _("بودجهٔ نگه‌داشتن ناروا عوض شد"),
    "rules.ended": _("زمان قاعده‌های موقت به سر رسید"),
    "draft.saved": _("پیش‌نویس قاعده‌ها ذخیره شد"),
    "draft.discarded": _("پیش‌نویس قاعده‌ها دور ریخته شد"),
    "replay.started": _("بازپخش قاعده‌ها بر تصمیم‌های گذشته آغاز شد"),
    "replay.cancelled": _("بازپخش قاعده‌ها لغو شد"),
    "word_list.changed": _("فهرست واژه‌ها عوض شد"),
    "word_list.restored": _("فهرست برداشته‌شدهٔ واژه‌ها برگشت"),
    "person.added": _("کسی به سایت افزوده شد"),
    "person.invited": _("کسی به سایت دعوت شد"),
    "person.joined": _("کسی دعوت را پذیرفت"),
    "person.removed": _("کسی از سایت برداشته شد"),
    "invitation.revoked": _("دعوتی باطل شد"),
    "person.role-changed": _("نقش کسی در سایت عوض شد"),
    "person.signed-in": _("کسی وارد شد"),
    "person.signed-out": _("نشست‌های کسی پایان یافت"),
    "sign-in.failed": _("چند بار گذرواژهٔ نادرست برای حسابی آمد"),
    "password.changed": _("گذرواژه‌ای عوض شد"),
    "password.link-made": _("پیوندی برای گذرواژهٔ تازه ساخته شد"),
    "second-factor.on": _("ورود دومرحله‌ای کسی روشن شد"),
    "second-factor.off": _("ورود دومرحله‌ای کسی خاموش شد"),
    "second-factor.reset": _("ورود دومرحله‌ای کسی را دیگری برداشت"),
    "second-factor.failed": _("چند بار کد نادرست آمد"),
    "second-factor.recovered": _("کسی با کد بازیابی وارد شد"),
    "second-factor.codes-renewed": _("کدهای بازیابی تازه ساخته شد"),
    "second-factor.wanted": _("خواستن ورود دومرحله‌ای عوض شد"),
    "model.fit-asked": _("آموختن از تصمیم‌ها خواسته شد"),
    "model.fitted": _("نامزدی از تصمیم‌ها آموخته شد"),
    "model.promoted": _("مدل سایت به کار گرفته شد"),
    "model.reverted": _("مدل سایت به پیش از آن بازگشت"),
    "alarms.seen": _("هشدارهای جهش نرخ دیده شد"),
}

KINDS: Mapping[str, Any] = {
    "decision": _("تصمیم‌ها"),
    "comment": _("دیدگاه‌ها"),
    "article": _("خبرها"),
    "author": _("نویسندگان"),
    "site": _("تنظیمات سایت"),
    "rules": _("قاعده‌ها"),
    "draft": _("پیش‌نویس قاعده‌ها"),
    "word_list": _("فهرست واژه‌ها"),
    "person": _("افراد"),
    "invitation": _("دعوت‌ها"),
    "sign-in": _("ورودها"),
    "password": _("گذرواژه‌ها"),
    "second-factor": _("ورود دومرحله‌ای"),
    "replay": _("بازپخش"),
    "model": _("مدل‌ها"),
    "key": _("کلیدها"),
    "webhook": _("وب‌هوک‌ها"),
    "retention": _("نگه‌داری"),
    "audit": _("ثبت رویدادها"),
}
"""The kinds of things that the page offers to look for; an address may name any other, or a whole action."""

CHANNELS: Mapping[str, Any] = {
    "pages": _("صفحه‌ها"),
    "api": _("واسط برنامه‌نویسی"),
    "command": _("خط فرمان"),
    "service": _("خود سامانه"),
}

FIELDS: Mapping[str, Any] = {
    "name": _("نام"),
    "scopes": _("اجازه‌ها"),
    "url": _("نشانی"),
    "events": _("رویدادها"),
    "comments": _("دیدگاه‌ها"),
    "slow_seconds": _("فاصلهٔ دو دیدگاه (ثانیه)"),
    "strict_until": _("سخت‌گیرانه تا"),
    "until": _("تا"),
    "outcome": _("تصمیم"),
    "reason": _("دلیل"),
    "note": _("یادداشت"),
    "vote": _("رأی نخست از دو رأی"),
    "imported": _("تصمیم گذشتهٔ سایت"),
    "undone_at": _("پس‌گرفته‌شده در"),
    "revision": _("نسخهٔ متن"),
    "status": _("وضع"),
    "undo_seconds": _("مهلت بازگرداندن (ثانیه)"),
    "slander_needs_two": _("تهمت دو رأی می‌خواهد"),
    "keep_rejected_days": _("نگه‌داری متن ردشده‌ها (روز)"),
    "keep_withdrawn_days": _("نگه‌داری متن پس‌گرفته‌ها (روز)"),
    "keep_deliveries_days": _("نگه‌داری ارسال‌ها (روز)"),
    "keep_addresses_days": _("نگه‌داری نشانی‌های شبکه (روز)"),
    "rejected": _("ردشده"),
    "withdrawn": _("پس‌گرفته"),
    "deliveries": _("ارسال‌ها"),
    "addresses": _("نشانی‌های شبکه"),
    "old_ends_at": _("پایان کلید پیشین"),
    "role": _("نقش"),
    "email": _("رایانامه"),
    "base": _("سنجیده با نسخهٔ"),
    "last": _("شمار تصمیم‌ها"),
    "number": _("نسخه"),
    "changes": _("تغییرها"),
    "share": _("سهم"),
    "size": _("شمار واژه‌ها"),
    "days": _("روزها"),
    "decisions": _("تصمیم‌ها"),
    "keys": _("کلیدها"),
    "tries": _("بارها"),
    "left": _("کدهای مانده"),
    "alarms": _("هشدارها"),
    "refused": _("دلیل نپذیرفتن"),
    "sent": _("فرستاده‌شده"),
    "why": _("چرا"),
    "webhook": _("وب‌هوک"),
    "personal_data_for": _("چه کسانی دادهٔ شخصی متن‌ها را می‌بینند"),
    "second_factor_for": _("ورود دومرحله‌ای بایسته برای"),
}

_UNTOLD = {"digest", "sha256"}
"""What tells a program, and no person, that two things are the same; the exports have it."""


def sentence(action: str) -> str:
    """What was done, in the language of the page; its code where nobody has written a sentence for it."""
    return str(SENTENCES.get(action, action))


def saying(said: str) -> tuple[str, ...]:
    """The actions whose sentence has these words in it."""
    return tuple(action for action, told in SENTENCES.items() if said in str(told))


def difference(entry: Entry) -> Iterator[tuple[str, Any, Any]]:
    """Each thing that an entry tells: its name, what it was, what it became (None where nothing is said)."""
    before, after = entry.before or {}, entry.after or {}
    for name in dict.fromkeys([*before, *after]):
        if name in _UNTOLD:
            continue
        yield str(FIELDS.get(name, name)), before.get(name), after.get(name)
