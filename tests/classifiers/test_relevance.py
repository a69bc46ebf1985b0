"""Relevance to the article: three outcomes, when it abstains, and what real comments under real articles give."""

import pytest

from classifiers import corpus
from classifiers.relevance import ArticleText, Choice, Fingerprint, Limits, RelevanceModel, RelevanceSignal, load
from classifiers.relevance_fitting import corpus_articles, fit, fit_arrays
from classifiers.relevance_reading import lemma_of, read
from classifiers.text import fold

PORT = ArticleText(
    "port",
    "لایروبی بندر «نیل‌کرانه» آغاز شد؛ کشتی‌های بزرگ از بهار پهلو می‌گیرند",
    "مدیرکل بنادر از آغاز لایروبی حوضچه بندر نیل‌کرانه خبر داد و گفت با برداشت دویست هزار مترمکعب رسوب، آبخور اسکله شرقی به نه متر "
    "می‌رسد. به گفته او کشتی‌های فله‌بر غلات که تا امروز ناچار بودند در لنگرگاه تخلیه کنند، از بهار سال آینده کنار اسکله پهلو می‌گیرند. "
    "صیادان محلی نگران گل‌آلود شدن آب و کم شدن میگو هستند و خواسته‌اند کار در فصل صید متوقف شود. سازمان محیط زیست گفته است رسوب در "
    "فاصله دوازده مایلی تخلیه می‌شود و پایش ماهانه انجام خواهد شد. پیمانکار طرح یک شرکت داخلی است و هزینه آن از محل درآمد بندر تأمین می‌شود.",
)
FOOTBALL = ArticleText(
    "football",
    "پیروزی دیرهنگام «آذرخش» در هفته نهم؛ پنالتی دقیقه نود و سه جنجال ساخت",
    "تیم آذرخش در ورزشگاه خانگی با دو گل از سد حریف گذشت و به رده سوم جدول رسید. گل نخست را مهاجم جوان تیم در نیمه اول با ضربه سر زد "
    "و گل دوم از نقطه پنالتی به دست آمد؛ صحنه‌ای که سرمربی حریف آن را اشتباه آشکار داور خواند. هواداران مهمان پس از سوت پایان تا نیم "
    "ساعت در جایگاه ماندند و با شعار از بازیکنان خود حمایت کردند. کمیته داوران قرار است فیلم صحنه را بازبینی کند. آذرخش هفته آینده "
    "بیرون از خانه به دیدار صدرنشین می‌رود و مدافع چپ خود را به دلیل سه اخطار در اختیار ندارد.",
)
UNRELATED = "دیروز برای پسرم لپ‌تاپ گیمینگ خریدم ولی کارت گرافیکش داغ می‌کند و گارانتی هم قبول نکرد"
EVEN = Choice({"words": 0.4, "title": 0.2, "gram_topics": 0.4})
RELATED = "لایروبی اسکله خوب است ولی رسوب را کجا می‌ریزند؟ میگوی صیادان از بین می‌رود"


@pytest.fixture(scope="module")
def model() -> RelevanceModel:
    return load()


@pytest.fixture(scope="module")
def port(model: RelevanceModel) -> Fingerprint:
    return model.fingerprint(PORT)


@pytest.fixture(scope="module")
def site() -> RelevanceModel:
    return fit([PORT, FOOTBALL])


def measure(
    model: RelevanceModel, text: str, article: Fingerprint | None, parent: str | None = None
) -> RelevanceSignal:
    return model.measure(fold(text), article, fold(parent) if parent is not None else None)


def test_a_comment_on_the_matter_is_on_topic_and_shows_the_shared_words(
    model: RelevanceModel, port: Fingerprint
) -> None:
    signal = measure(model, RELATED, port)

    assert signal.outcome == "on_topic"
    assert {"لایروبی", "اسکله", "رسوب"} <= set(signal.words)


def test_an_unrelated_comment_is_suspected_with_a_lower_score(model: RelevanceModel, port: Fingerprint) -> None:
    signal = measure(model, UNRELATED, port)

    assert signal.outcome == "off_topic_suspect"
    assert signal.score is not None
    assert signal.score < model.limits.suspect_below


@pytest.mark.parametrize(
    "text",
    [
        "وام فوری بدون ضامن و سفته، مشاوره رایگان، همین حالا تماس بگیرید",
        "فروش ویژه فیلترشکن پرسرعت با تخفیف، آیدی تلگرام ما را دنبال کنید",
    ],
)
def test_a_plain_advert_is_suspected(model: RelevanceModel, port: Fingerprint, text: str) -> None:
    assert measure(model, text, port).outcome == "off_topic_suspect"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("گرانی شد", "short"),
        ("لپ‌تاپ گارانتی ندارد", "short"),
        ("سلام و خسته نباشید، دستتون درد نکنه، عالی بود مطلبتون، موفق باشید عزیزان زحمتکش", "phatic"),
        ("", "short"),
    ],
)
def test_short_and_phatic_comments_are_never_judged(
    model: RelevanceModel, port: Fingerprint, text: str, why: str
) -> None:
    signal = measure(model, text, port)

    assert (signal.outcome, signal.why) == ("not_judged", why)


def test_without_an_article_nothing_is_judged(model: RelevanceModel) -> None:
    assert measure(model, UNRELATED, None) == RelevanceSignal("not_judged", None, "no_article")


def test_under_a_thin_article_nothing_is_suspected(model: RelevanceModel) -> None:
    thin = model.fingerprint(ArticleText("thin", PORT.title, "عکس‌های بندر را ببینید."))

    signal = measure(model, UNRELATED, thin)

    assert (signal.outcome, signal.why) == ("not_judged", "thin_article")


def test_with_fewer_than_fifty_background_articles_nothing_is_judged() -> None:
    small = RelevanceModel("small", *fit_arrays(corpus_articles()[:49], Limits(), EVEN))

    assert measure(small, UNRELATED, small.fingerprint(PORT)).why == "cold_start"


def test_a_reply_is_measured_against_its_parent_too(model: RelevanceModel, port: Fingerprint) -> None:
    parent = "لپ‌تاپ گیمینگ من هم کارت گرافیکش داغ می‌کند و گارانتی جواب نمی‌دهد"

    alone, reply = measure(model, UNRELATED, port), measure(model, UNRELATED, port, parent)

    assert reply.outcome == "on_topic"
    assert reply.score is not None
    assert alone.score is not None
    assert reply.score > alone.score


def test_approved_comments_of_the_article_bring_a_comment_like_them_nearer(
    model: RelevanceModel, port: Fingerprint
) -> None:
    text = "ماهیگیرهای بوشهر قایق و تور خود را فروخته‌اند و نان شب ندارند"
    peers = [model.peer(fold(f"ماهیگیرهای بوشهر با {number} قایق و تور نان شب ندارند")) for number in range(5)]

    alone, few, enough = (model.measure(fold(text), port, peers=peers[:count]) for count in (0, 4, 5))

    assert alone == few
    assert alone.score is not None
    assert enough.score is not None
    assert enough.score > alone.score


def test_a_comment_to_the_newsroom_is_never_suspected(model: RelevanceModel, port: Fingerprint) -> None:
    assert measure(model, "خبرنگار محترم، املای چند واژه در تیتر غلط است و فعل جمله ندارد", port).outcome == "on_topic"


def test_a_site_names_an_article_of_its_own_that_fits_better(site: RelevanceModel) -> None:
    of_the_port = "کشتی‌های فله‌بر غلات سال‌هاست در لنگرگاه تخلیه می‌کنند؛ لایروبی حوضچه بندر باید زودتر انجام می‌شد"

    signal = measure(site, of_the_port, site.fingerprint(FOOTBALL))

    assert signal.outcome == "off_topic_suspect"
    assert signal.better_article == "port"


def test_the_shipped_model_names_no_article_of_ours(model: RelevanceModel, port: Fingerprint) -> None:
    for comment in corpus.comments():
        assert measure(model, comment.text, port).better_article is None


def test_our_articles_stand_beside_a_young_sites_and_fade() -> None:
    young = fit([PORT])
    old = fit([ArticleText(str(number), one.title, one.body) for number in range(2) for one in corpus_articles()])

    assert measure(young, UNRELATED, young.fingerprint(PORT)).why is None
    assert "gram_topics" in old.choice.weights
    assert "gram_topics" not in young.choice.weights


@pytest.mark.parametrize("text", ["", "\u200c", "؟" * 500, "ا" * 10_000, "🤡 " * 300, "\ud83d", "<script>" * 100])
def test_hostile_texts_are_measured_without_raising(model: RelevanceModel, port: Fingerprint, text: str) -> None:
    assert measure(model, text, port, text).outcome == "not_judged"


def test_an_empty_article_is_fingerprinted(model: RelevanceModel) -> None:
    empty = model.fingerprint(ArticleText("empty", "", ""))

    assert measure(model, UNRELATED, empty).outcome == "not_judged"


def test_fitting_twice_gives_the_same_scores() -> None:
    articles = corpus_articles()[:55]
    first, second = (RelevanceModel("x", *fit_arrays(articles, Limits(), EVEN)) for _ in range(2))

    for model in (first, second):
        assert measure(model, RELATED, model.fingerprint(PORT)) == measure(first, RELATED, first.fingerprint(PORT))


def test_a_colloquial_form_is_led_to_a_lemma_of_the_table() -> None:
    table = {"اسکله": 3, "کشتی": 5}

    assert [lemma_of(word, table) for word in ("اسکله", "کشتیها", "کشتیهاشون", "اسکلهای", "موشک")] == [3, 5, 5, 3, None]


def test_numbers_and_stopwords_have_no_content() -> None:
    reading = read(fold("و از 1200 تن گندم در بندر است"))

    assert [one.text for one in reading.content] == ["تن", "گندم", "بندر"]


def test_four_comments_say_nothing_and_copies_of_the_comment_are_no_peers(
    model: RelevanceModel, port: Fingerprint
) -> None:
    folded = fold(UNRELATED)
    copies = [model.peer(folded)] * 20

    assert model.measure(folded, port, peers=copies) == model.measure(folded, port)


def test_the_weight_of_approved_comments_rises_with_their_number(model: RelevanceModel, port: Fingerprint) -> None:
    text = fold("ماهیگیرهای بوشهر قایق و تور خود را فروخته‌اند و نان شب ندارند")
    peers = [model.peer(fold(f"ماهیگیرهای بوشهر با {number} قایق و تور نان شب ندارند")) for number in range(40)]

    scores = [model.measure(text, port, peers=peers[:count]).score for count in (5, 15, 30, 40)]

    assert scores == sorted(scores, key=lambda score: score or 0.0)
    assert scores[0] != scores[1] != scores[2]
    assert scores[2] == scores[3]


@pytest.mark.parametrize("peer", ["", "؟", "🤡"])
def test_peers_without_words_are_measured_without_raising(model: RelevanceModel, port: Fingerprint, peer: str) -> None:
    assert model.measure(fold(RELATED), port, peers=[model.peer(fold(peer))] * 6).score is not None
