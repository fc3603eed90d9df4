"""Texts of mourning and in solemn tones are quiet; others are not."""

import pytest

from app.marketing.content.brief import Brief, Channel
from app.marketing.content.review import review_text
from app.marketing.content.template_articles import fill_articles
from app.marketing.content.templates import fill_templates
from app.marketing.content.wording.solemnity import is_solemn
from app.safety.advertising.rulebook import parse_rulebook

RULES = parse_rulebook(None)
WREATH = {
    "价格": "268 元", "花材": "白菊、白百合、尤加利叶", "挽联": "可代写挽联",
    "配送": "可送至殡仪馆，提前 3 小时预订",
}  # fmt: skip
LOUD = ("遇见", "来看看", "看看", "聊聊", "一起", "！", "✨", "😊", "替别人", "要是您来挑")


def make_brief(product: str, facts: dict[str, str], channel: Channel, **fields: object) -> Brief:
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    content = {"product": product, "channel": channel, "facts": rows, **fields}
    return Brief.model_validate(content)


def test_a_wreath_is_named_quietly() -> None:
    texts = {
        channel: fill_templates(make_brief("白菊悼念花篮", WREATH, channel))
        for channel in ("poster", "broadcast", "topic")
    }

    assert texts == {
        "poster": (
            "白菊悼念花篮 · 268 元",
            "白菊悼念花篮，白菊、白百合、尤加利叶",
            "白菊悼念花篮",
        ),
        "broadcast": (
            "您好。向您介绍白菊悼念花篮。售价 268 元；花材：白菊、白百合、尤加利叶。"
            "有问题请回复我们。",
            "您好。关于白菊悼念花篮，向您说明：售价 268 元，可代写挽联。需要时，请回复我们。",
            "您好。白菊悼念花篮，售价 268 元；可送至殡仪馆，提前 3 小时预订。",
        ),
        "topic": ("关于白菊悼念花篮，您有什么想问的？请给我们留言，我们来回复您。",),
    }


@pytest.mark.parametrize(
    "channel", ["title", "digest", "moments", "broadcast", "ad", "poster", "welcome", "topic"]
)
@pytest.mark.parametrize(
    ("language", "product", "facts", "fields"),
    [
        ("zh", "白菊悼念花篮", WREATH, {"tone": "活泼，可以用表情", "voice": ["太好看啦！"]}),
        ("zh", "清明祭扫鲜花", {"价格": "58 元", "活动": "两束 9 折"}, {}),
        ("zh", "素色花束", {"用途": "悼念、追思", "价格": "168 元"}, {}),
        ("zh", "男士西装", {"面料": "羊毛", "价格": "1,280 元"}, {"tone": "庄重大方"}),
        ("en", "Funeral wreath", {"Price": "CNY 268", "Flowers": "white lilies"}, {}),
        ("ja", "供花アレンジメント", {"価格": "8,000円", "花材": "白菊"}, {}),
        ("ko", "근조 화환", {"가격": "59,000원"}, {}),
    ],
)  # fmt: skip
def test_quiet_texts_are_clean_and_nowhere_loud(
    language: str, product: str, facts: dict[str, str], fields: dict[str, object], channel: Channel
) -> None:
    brief = make_brief(product, facts, channel, language=language, **fields)

    texts = fill_templates(brief, notes=("用感叹号", "可以用表情"))

    assert texts
    assert [text for text in texts if any(word in text for word in (*LOUD, "!", "Meet"))] == []
    assert [each for text in texts for each in review_text(text, brief, RULES).describe()] == []


def test_an_article_of_mourning_is_quiet_and_others_keep_their_forms() -> None:
    brief = make_brief("白菊悼念花篮", WREATH, "article")

    articles = fill_articles(brief)

    assert [article.text.split("\n")[0] for article in articles] == [
        "您好，向您介绍白菊悼念花篮。下面一项一项说明：花材、价格和配送；挽联。",
        "关于白菊悼念花篮，向您说明：花材、价格和配送；挽联。",
    ]
    assert len(fill_articles(make_brief("向日葵花束", WREATH, "article"))) == 3


@pytest.mark.parametrize(
    ("product", "tone", "audience", "solemn"),
    [
        ("寿衣七件套", "", "", True),
        ("福寿园墓地", "", "", True),
        ("花圈", "", "", True),
        ("宠物殡葬服务", "", "", True),
        ("白菊花束", "", "逝者的亲友", True),
        ("白菊花束", "肃穆", "", True),
        ("白菊花束", "寄托哀思", "", True),
        ("白菊花束", "", "", False),
        ("菊花茶", "活泼，不要太庄重", "", False),
        ("圣诞花圈", "", "", False),
        ("骨灰级玩家键盘", "", "", False),
        ("草莓音乐祭门票", "", "", False),
        ("古墓丽影主题密室", "", "", False),
        ("寿桃蛋糕", "喜庆", "过寿的长辈", False),
        ("coffee urn", "", "", False),
        ("Memorial Day sale", "", "", False),
    ],
)
def test_what_is_solemn_is_told_by_goods_tone_and_readers(
    product: str, tone: str, audience: str, solemn: bool
) -> None:
    brief = make_brief(product, {"价格": "9 元"}, "ad", tone=tone, audience=audience)

    assert is_solemn(brief) is solemn
