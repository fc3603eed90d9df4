"""Every text that is filled without a language model says only what the brief does."""

from typing import get_args

import pytest

from app.marketing.content.brief import LENGTHS, Brief, BriefFact, Channel
from app.marketing.content.review import review_text
from app.marketing.content.template_articles import fill_articles
from app.marketing.content.templates import fill_templates
from app.marketing.content.translated_review import find_facts_language, list_untranslated
from app.marketing.content.writing.comments import Mood, fits_mood
from app.safety.advertising.rulebook import parse_rulebook

RULES = parse_rulebook(None)
ARTICLE_TRADES = [
    (
        "zh",
        "health",
        "蛋白粉",
        {"净含量": "600 克", "食用": "每天一勺，温水冲调", "提示": "不能代替药物"},
    ),
    ("zh", "finance", "稳进一号理财", {"期限": "180 天", "风险等级": "R2", "提示": "理财有风险"}),
    (
        "zh",
        "education",
        "小楷书法班",
        {"老师": "王老师", "费用": "12 次课 1,200 元", "时间": "9:30"},
    ),
    ("zh", "realestate", "湖畔雅苑", {"户型": "两居到四居", "地址": "文三路 18 号"}),
    (
        "zh",
        "general",
        "手作",
        {"特点": "每一件都由手艺人在工作室里做，从选料到打磨要三天，不用机器"},
    ),
    ("en", "food", "Longjing", {"Origin": "Hangzhou", "Price": "168 yuan", "SKU": "L-1"}),
    ("ja", "food", "明前龍井", {"産地": "杭州の龍井村", "価格": "168元"}),
    ("ko", "cosmetics", "크림", {"용량": "50ml", "성분": "세라마이드", "가격": "99위안"}),
]
TRADES = [
    ("明前龙井", "food", [("产地", "杭州西湖龙井村"), ("价格", "50 克 168 元")]),
    ("小楷书法班", "education", [("班型", "8 人小班"), ("时间", "周六上午")]),
    ("舒润面霜", "cosmetics", [("容量", "50 毫升"), ("成分", "神经酰胺")]),
    ("安心一号理财", "finance", [("期限", "180 天"), ("起购金额", "1 万元")]),
    ("深海鱼油软胶囊", "health", [("规格", "100 粒"), ("批准文号", "国食健注G20200001")]),
]


def make_brief(trade: int, channel: Channel) -> Brief:
    product, industry, facts = TRADES[trade]
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts]
    return Brief.model_validate(
        {"product": product, "channel": channel, "industry": industry, "facts": rows}
    )


def is_number_without_notice(text: str, channel: Channel) -> bool:
    """The approval number of a health food asks for a notice, which these channels don't hold."""
    return "批准文号" in text and channel in {"title", "topic", "comment_reply"}


def make_nut_brief(channel: Channel) -> Brief:
    facts = {
        "产地": "浙江临安", "口味": "原味", "净含量": "250 克", "价格": "68 元", "保质期": "9 个月",
        "配送": "江浙沪次日达",
    }  # fmt: skip
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    return Brief.model_validate({"product": "山核桃仁", "channel": channel, "facts": rows})


def test_three_texts_together_state_every_fact() -> None:
    brief = make_nut_brief("moments")

    texts = fill_templates(brief)[:3]

    stated = [fact.name for fact in brief.facts if any(fact.value in text for text in texts)]
    assert stated == [fact.name for fact in brief.facts]


def test_every_broadcast_states_the_price_and_another_fact() -> None:
    assert fill_templates(make_nut_brief("broadcast")) == (
        "您好，来看看山核桃仁吧！售价 68 元，产自浙江临安。有问题请回复我们。",
        "您好！向您介绍山核桃仁。售价 68 元，口味是原味。",
        "您好，和您说说山核桃仁。售价 68 元，江浙沪次日达。想了解更多请回复。",
    )


@pytest.mark.parametrize("channel", ["ad", "broadcast"])
def test_the_price_comes_first_in_what_sells(channel: Channel) -> None:
    assert "68 元" in fill_templates(make_nut_brief(channel))[0]


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko"])
@pytest.mark.parametrize(("facts", "least"), [(1, 1), (2, 2), (6, 2)])
def test_a_broadcast_greets_and_states_two_facts(language: str, facts: int, least: int) -> None:
    brief = make_nut_brief("broadcast")
    brief = brief.model_copy(update={"language": language, "facts": brief.facts[:facts]})

    texts = fill_templates(brief)

    greetings = ("您好", "Hello", "こんにちは", "안녕하세요")
    counts = [sum(fact.value in text for fact in brief.facts) for text in texts]
    assert all(text.startswith(greetings) for text in texts)
    assert (len(texts) >= 2, set(counts)) == (True, {least})


def test_a_title_names_the_value_that_it_states() -> None:
    titles = fill_templates(make_brief(3, "title"))

    assert titles[:3] == (
        "安心一号理财，期限 180 天",
        "想了解安心一号理财？看看起购金额和期限",
        "起购金额 1 万元｜安心一号理财",
    )


@pytest.mark.parametrize(
    ("name", "value", "title"),
    [
        ("年化利率", "年化利率（单利）3.6% 起", "信用贷，年化利率（单利）3.6% 起"),
        ("采摘", "清明前手工采摘", "信用贷，清明前手工采摘"),
        ("地址", "合肥市庐阳区", "信用贷，地址：合肥市庐阳区"),
        ("价格", "¥168", "信用贷，¥168"),
        ("价格", "168元起", "信用贷，168元起"),
        ("价格", "面议", "信用贷，价格：面议"),
        ("重量", "5.6千克", "信用贷，重量5.6千克"),
        ("班型", "8 人小班", "信用贷，8 人小班"),
        ("班型", "一对一", "信用贷，班型：一对一"),
        ("材质", "榉木实木，水性漆", "信用贷，榉木实木，水性漆"),
        ("地址", "文昌路12号", "信用贷，文昌路12号"),
        ("卖点", "透气", "信用贷，透气"),
        ("时长", "约 40 分钟", "信用贷，时长约 40 分钟"),
        ("适合", "个体工商户", "信用贷，适合个体工商户"),
        ("适合", "不限", "信用贷，适合：不限"),
        ("入住", "14:00 后", "信用贷，14:00 后入住"),
    ],
)
def test_names_and_values_of_facts_arent_glued(name: str, value: str, title: str) -> None:
    facts = [{"name": name, "value": value, "source": "手册"}]
    brief = Brief.model_validate({"product": "信用贷", "channel": "title", "facts": facts})

    assert fill_templates(brief)[0] == title


@pytest.mark.parametrize("channel", ["broadcast", "poster", "menu", "topic"])
@pytest.mark.parametrize(
    ("language", "product", "fact"),
    [
        ("en", "Longjing", ("Origin", "Hangzhou")),
        ("ja", "明前龍井", ("産地", "杭州の龍井村")),
        ("ko", "크림", ("용량", "50ml")),
    ],
)
def test_templates_of_other_languages_are_clean(
    language: str, product: str, fact: tuple[str, str], channel: str
) -> None:
    facts = [{"name": fact[0], "value": fact[1], "source": "手册"}]
    brief = Brief.model_validate(
        {"product": product, "channel": channel, "language": language, "facts": facts}
    )

    points = {t: review_text(t, brief, RULES).describe() for t in fill_templates(brief)}

    assert [text for text, faults in points.items() if not faults] != []
    assert [faults for faults in points.values() if faults and channel != "menu"] == []


def test_a_text_far_from_the_length_asked_for_has_a_fault() -> None:
    brief = make_brief(0, "moments").model_copy(update={"length": 10})

    faults = {
        text: review_text(text, brief, RULES).faults
        for text in ("明前龙井", "明前龙井，产地杭州西湖龙井村，欢迎留言。")
    }

    assert faults == {
        "明前龙井": ("有 4 个字，简报要求 10 个字左右",),
        "明前龙井，产地杭州西湖龙井村，欢迎留言。": ("有 19 个字，简报要求 10 个字左右",),
    }


@pytest.mark.parametrize("channel", get_args(Channel))
def test_templates_speak_to_one_kind_of_reader(channel: Channel) -> None:
    assert [text for text in fill_templates(make_brief(0, channel)) if "你" in text] == []


@pytest.mark.parametrize("channel", get_args(Channel))
@pytest.mark.parametrize("trade", range(len(TRADES)))
def test_a_template_is_clean_by_its_own_review(trade: int, channel: Channel) -> None:
    brief = make_brief(trade, channel)

    faults = {
        text: review.describe()
        for text in fill_templates(brief)
        if not is_number_without_notice(text, channel)
        if not (review := review_text(text, brief, RULES)).is_clean
    }

    assert faults == {}


def test_what_shares_words_with_the_audience_comes_first() -> None:
    brief = make_brief(0, "ad")
    gift = BriefFact(name="包装", value="礼盒，送礼用", source="手册")
    brief = brief.model_copy(update={"facts": (*brief.facts, gift)})

    for_gifts, for_others = (
        fill_templates(brief.model_copy(update={"audience": audience}))[0]
        for audience in ("送礼的人", "上班族")
    )

    assert for_gifts == "想送礼的朋友，来看看明前龙井。包装是礼盒，送礼用。"
    assert for_others == "上班族朋友，来看看明前龙井。50 克 168 元。"


@pytest.mark.parametrize(("language", "industry", "product", "facts"), ARTICLE_TRADES)
def test_an_article_of_templates_is_clean_and_says_every_fact(
    language: str, industry: str, product: str, facts: dict[str, str]
) -> None:
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    fields = {"product": product, "language": language, "industry": industry, "facts": rows}
    brief = Brief.model_validate(fields | {"channel": "article"})

    articles = fill_articles(brief)

    texts = [
        (channel, text)
        for article in articles
        for channel, text in [
            ("article", article.text), ("title", article.parts.titles[0]),
            ("digest", article.parts.digest),
        ]
    ]  # fmt: skip
    faults = [
        fault
        for channel, text in texts
        for fault in review_text(
            text, brief.model_copy(update={"channel": channel}), RULES
        ).describe()
    ]
    assert faults == []
    assert len(articles) >= 2
    assert all(value in article.text for article in articles for value in facts.values())


def test_an_article_has_a_lead_sections_by_kind_and_a_closing() -> None:
    facts = {
        "价格": "168 元",
        "产地": "杭州",
        "冲泡": "80 度水",
        "采摘": "清明前采摘",
        "期限": "18 个月",
    }
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    brief = Brief.model_validate({"product": "龙井", "channel": "article", "facts": rows})

    article = fill_articles(brief.model_copy(update={"must": ("新茶",)}))[0]

    assert article.parts.headings == ("产地、采摘和期限", "冲泡和价格", "写在最后")
    assert article.text == (
        "您好，今天向您介绍龙井，售价 168 元。下面一项一项说给您听。\n\n"
        "## 产地、采摘和期限\n\n龙井产自杭州，清明前采摘，期限 18 个月。\n\n"
        "## 冲泡和价格\n\n冲泡 80 度水，售价 168 元。\n\n"
        "## 写在最后\n\n以上就是龙井的介绍。还想了解什么，欢迎给我们留言，我们来回复您。\n\n新茶"
    )


def make_rose_brief(channel: Channel) -> Brief:
    facts = {
        "价格": "11 枝 199 元", "花材": "云南产红玫瑰配冬青果", "瓶插期": "约 5 到 7 天",
        "活动": "19 枝款 8 折", "活动时间": "12 月 18 日至 25 日", "会员": "会员另送 1 张贺卡",
        "配送范围": "杭州主城六区", "配送时间": "9:00 到 21:00", "预订": "提前 1 天预订",
        "运费": "10 元", "售后": "签收 2 小时内拍照联系客服",
    }  # fmt: skip
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    return Brief.model_validate({"product": "圣诞红玫瑰花束", "channel": channel, "facts": rows})


def test_a_long_article_has_headings_by_kind_and_no_unrelated_facts_in_a_section() -> None:
    article = fill_articles(make_rose_brief("article"))[0]

    assert article.text == (
        "您好，今天向您介绍圣诞红玫瑰花束，19 枝款 8 折（12 月 18 日至 25 日）。"
        "下面一项一项说给您听。\n\n"
        "## 花材和瓶插期\n\n花材：云南产红玫瑰配冬青果；瓶插期约 5 到 7 天。\n\n"
        "## 多少钱\n\n11 枝 199 元，19 枝款 8 折（12 月 18 日至 25 日），会员另送 1 张贺卡。\n\n"
        "## 怎么送\n\n配送范围：杭州主城六区；配送时间 9:00 到 21:00；运费 10 元。\n\n"
        "## 售后和预订\n\n售后：签收 2 小时内拍照联系客服；提前 1 天预订。\n\n"
        "## 写在最后\n\n"
        "以上就是圣诞红玫瑰花束的介绍。还想了解什么，欢迎给我们留言，我们来回复您。"
    )


@pytest.mark.parametrize("channel", ["title", "poster", "ad"])
def test_terms_and_what_adds_to_an_offer_are_no_headline(channel: Channel) -> None:
    brief = make_rose_brief(channel)

    texts = fill_templates(brief, rounds=4)

    weak = [fact.value for fact in brief.facts if fact.name in {"会员", "预订", "运费", "售后"}]
    assert [text for text in texts if any(value in text for value in weak)] == []
    assert brief.product not in texts


def test_texts_that_say_nothing_fill_up_where_too_few_facts_do() -> None:
    facts = [{"name": "价格", "value": "128 元一位", "source": "手册"}]
    brief = Brief.model_validate({"product": "插花课", "channel": "title", "facts": facts})

    titles = fill_templates(brief)
    short_titles = fill_templates(brief.model_copy(update={"length": 11}))

    assert titles == (
        "插花课，128 元一位",
        "128 元一位，来看看插花课",
        "想了解插花课？128 元一位",
    )
    assert short_titles == (
        "插花课，128 元一位",
        "插花课",
        "认识插花课",
        "看看插花课",
        "一起了解插花课",
    )


def test_lines_dont_say_a_name_twice() -> None:
    facts = {"预订": "提前 1 天预订", "会员": "会员可改日期", "经营": "鲜花、绿植"}
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    content = {"product": "花店", "channel": "moments", "facts": rows}

    text = fill_templates(Brief.model_validate(content))[0]

    assert text == "花店\n经营：鲜花、绿植\n提前 1 天预订\n会员可改日期\n想了解更多，欢迎留言。"


def test_an_abbreviation_keeps_its_stop() -> None:
    facts = [{"name": "time", "value": "every Saturday at 2 p.m.", "source": "-"}]
    content = {"product": "Class", "language": "en", "channel": "digest", "facts": facts}

    texts = fill_templates(Brief.model_validate(content))

    assert texts[0] == "Meet our Class. Time: every Saturday at 2 p.m."


@pytest.mark.parametrize("channel", ["title", "digest", "moments", "broadcast", "ad", "welcome"])
def test_no_text_opens_with_a_warning(channel: Channel) -> None:
    facts = {
        "注意事项": "洗后可能会酸软",
        "不接待": "三岁以下儿童",
        "时长": "40 分钟",
        "价格": "180 元",
    }
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    brief = Brief.model_validate({"product": "洗牙", "channel": channel, "facts": rows})

    texts = fill_templates(brief)

    warnings = [text.find("酸软") for text in texts] + [text.find("儿童") for text in texts]
    first = [min(text.find("40") % 999, text.find("180") % 999) for text in texts]
    assert all(at == -1 or at > begins for at, begins in zip(warnings, first * 2, strict=True))


@pytest.mark.parametrize("mood", get_args(Mood))
def test_a_reply_is_clean_and_fits_the_mood(mood: Mood) -> None:
    brief = make_brief(0, "comment_reply")

    replies = fill_templates(brief, (mood,))

    assert all(fits_mood(reply, mood) for reply in replies)
    assert [reply for reply in replies if not review_text(reply, brief, RULES).is_clean] == []


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
@pytest.mark.parametrize("channel", ["title", "moments", "broadcast", "ad", "welcome"])
def test_chinese_facts_in_another_language_are_a_fault(language: str, channel: Channel) -> None:
    brief = make_brief(0, channel).model_copy(update={"language": language})

    faults = [list_untranslated(text, brief) for text in fill_templates(brief)]

    assert all(len(each) == 1 and "没有译成" in each[0] for each in faults)


@pytest.mark.parametrize(
    ("language", "fact", "facts_language"),
    [
        ("ja", ("産地", "静岡"), "ja"),  # kanji alone, in Japanese forms
        ("ja", ("价格", "50 克 168 元"), "zh"),
        ("ja", ("产地", "浙江临安"), "zh"),
        ("ko", ("산지", "항저우"), "ko"),
        ("en", ("SKU", "L-1"), "en"),
        ("en", ("价格", "168 元"), "zh"),
    ],
)
def test_the_language_of_facts_is_told_by_their_letters(
    language: str, fact: tuple[str, str], facts_language: str
) -> None:
    row = {"name": fact[0], "value": fact[1], "source": "手册"}
    brief = Brief.model_validate({"product": "tea", "language": language, "facts": [row]})

    assert find_facts_language(brief) == facts_language


def test_a_translated_text_has_no_untranslated_words() -> None:
    brief = make_brief(0, "ad").model_copy(update={"language": "en"})

    assert list_untranslated("Longjing tea from Hangzhou.", brief) == ()


@pytest.mark.parametrize("trade", range(len(TRADES)))
def test_a_welcome_invites_and_a_menu_name_fits_its_button(trade: int) -> None:
    welcomes = fill_templates(make_brief(trade, "welcome"))
    names = fill_templates(make_brief(trade, "menu"))

    assert [text for text in welcomes if "消息" not in text] == []
    assert [name for name in names if len(name) > LENGTHS["menu"][1]] == []
    assert len(names) >= 3


def test_a_welcome_promises_no_automatic_reply_and_no_menu_and_spaces_latin_names() -> None:
    facts = [{"name": "课时", "value": "12 节", "source": "-"}]
    brief = {"product": "Python 入门课 V2", "channel": "welcome", "facts": facts}

    texts = fill_templates(Brief.model_validate(brief))

    assert texts == (
        "您好，欢迎关注！向您介绍 Python 入门课 V2，课时 12 节。有问题直接发消息给我们。",
        "您好，谢谢关注。关于 Python 入门课 V2，您想先了解什么？直接发消息问我们。",
        "您好，很高兴认识您。Python 入门课 V2，课时 12 节。有问题随时发消息给我们。",
    )


@pytest.mark.parametrize("trade", range(len(TRADES)))
def test_a_topic_asks_a_question_with_two_to_four_options(trade: int) -> None:
    topics = fill_templates(make_brief(trade, "topic"))

    lines = [topic.split("\n") for topic in topics]
    assert [question.endswith("？") for question, *_ in lines] == [True] * len(topics)
    assert {len([line for line in options if line.startswith("·")]) for _, *options in lines} <= {
        2, 3, 4,
    }  # fmt: skip
