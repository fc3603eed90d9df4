"""Community topics ask readers for choices, habits and stories that fit the goods."""

import re
import tomllib
from importlib.resources import files

import pytest

from app.marketing.content.brief import Brief, Language
from app.marketing.content.review import review_text
from app.marketing.content.templates import fill_templates
from app.safety.advertising.rulebook import parse_rulebook

RULES = parse_rulebook(None)
TABLES = ("occasions", "givers", "audiences")


def make_brief(product: str, facts: dict[str, str], **fields: object) -> Brief:
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    content = {"product": product, "channel": "topic", "facts": rows, **fields}
    return Brief.model_validate(content)


def list_questions(product: str, facts: dict[str, str], **fields: object) -> list[str]:
    openings = "|".join([f"说到{product}，", f"聊聊{product}：", f"{product}，想听您说说："])
    topics = fill_templates(make_brief(product, facts, **fields))
    return [re.sub(f"^(?:{openings})", "", topic.split("\n")[0]) for topic in topics]


CARD = {
    "配送时间": "每周六 9:00 到 18:00", "瓶插期": "约 5 到 7 天", "价格": "每月 4 束 199 元",
    "运费": "月卡免运费",
}  # fmt: skip


def test_a_flower_card_is_asked_about_as_flowers() -> None:
    topics = fill_templates(make_brief("青禾鲜花月卡", CARD))

    assert topics[0] == (
        "说到青禾鲜花月卡，上一次收到花，是谁送的？\n· 家里人\n· 朋友\n· 自己买给自己\n"
        "· 别的，留言说说"
    )
    assert topics[3] == (
        "说到青禾鲜花月卡，要是您来挑，最在意什么？\n· 价钱合不合适\n· 送货时间方不方便\n"
        "· 放不放得久\n· 别的，留言说说"
    )


def test_a_giver_is_asked_about_giving_on_the_occasion() -> None:
    questions = list_questions("圣诞红玫瑰花束", CARD, audience="送女朋友的男生")

    assert questions[:3] == [
        "圣诞这天，您打算怎么过？",
        "上一次收到花，是谁送的？",
        "给心里的那个人准备礼物，您会先做什么？",
    ]


@pytest.mark.parametrize(
    ("product", "audience", "question"),
    [
        ("玫瑰花茶", "", "您平时用什么泡茶？"),
        ("玫瑰精油面霜", "", "护肤这件事，您一天花多少时间？"),
        ("向日葵连衣裙", "", "早上出门，您怎么挑衣服？"),
        ("青禾花店", "", "来店里之前，您习惯先做什么？"),
        ("云上酒店", "", "到了一个地方，您先做什么？"),
        ("小楷书法班", "孩子的家长", "给孩子选课，您家谁说了算？"),
        ("小楷书法班", "退休的人", "您想和谁一起来上课？"),
        ("不锈钢炒锅", "", "家里谁下厨的时候多？"),
        ("咖啡杯", "", "您的杯子里，平时装什么？"),
        ("龙井茶 50 克", "", "您平时用什么泡茶？"),
        ("控油粉饼", "", "护肤这件事，您一天花多少时间？"),
        ("插花课（周末）", "", "您想和谁一起来上课？"),
        ("手工双折短夹", "", "您的钱包里，除了钱还放什么？"),
        ("手工牛皮皮带", "", "天天带在身上的小东西，您怎么选？"),
        ("皮具养护与维修", "", "东西旧了、坏了，您会怎么办？"),
        ("周末皮具手作课", "", "您做过手工吗？"),
        ("初二数学寒假班", "", "给孩子选课，您家谁说了算？"),
        ("狗粮试吃装", "", "您家养的是哪一位？"),
        ("机械键盘（青轴）", "", "一天里，您在电脑前坐多久？"),
        ("旧头盔换新周", "", "骑车出门，您常走什么路？"),
        ("安心一号理财", "", "每个月的开支，您怎么记？"),
    ],
)
def test_the_last_word_of_a_name_tells_what_is_asked(
    product: str, audience: str, question: str
) -> None:
    assert question in list_questions(product, {"规格": "一份"}, audience=audience)


@pytest.mark.parametrize(
    ("product", "audience"),
    [
        ("家用血糖仪", ""),
        ("蛋糕模具", ""),
        ("手工捏塑摆台", ""),
        ("临床试验咨询", ""),
        ("秘书服务", ""),
        ("房产税咨询", ""),
        ("班车接送", ""),
        ("不锈钢尺 30 厘米", ""),
        ("云桥协同软件", "配送员"),
    ],
)
def test_what_no_word_tells_is_asked_about_in_general(product: str, audience: str) -> None:
    assert list_questions(product, {"型号": "A1"}, audience=audience) == [
        "做决定之前，您习惯先做什么？",
        "您是怎么知道我们的？",
    ]


def test_a_course_with_an_offer_is_no_outing() -> None:
    facts = {"活动": "带新学员各送 1 节课", "地址": "文一西路 66 号", "班型": "1 对 4"}

    questions = list_questions("小海豚少儿游泳课", facts)

    assert questions[0] == "孩子放学后的时间，您家怎么安排？"
    assert [each for each in questions if "怎么来" in each or "约谁" in each] == []


def test_values_to_choose_from_are_the_choices() -> None:
    topics = fill_templates(make_brief("云桥糕", {"口味": "原味、蜜桃、柚子", "价格": "9 元"}))

    assert [topic for topic in topics if "这几种" in topic] == [
        "说到云桥糕，这几种口味，您会先挑哪一种？\n· 原味\n· 蜜桃\n· 柚子\n· 别的，留言说说"
    ]


def test_five_briefs_of_a_shop_begin_with_different_questions() -> None:
    products = ("青禾鲜花月卡", "向日葵花束", "虎皮兰盆栽", "圣诞红玫瑰花束", "青禾花店")

    first = {list_questions(product, CARD)[0] for product in products}

    assert len(first) == 5


def test_an_english_class_is_asked_whom_readers_come_with() -> None:
    topics = fill_templates(
        make_brief("Weekend Flower-Arranging Class", {"Price": "CNY 168"}, language="en")
    )

    assert topics[0] == (
        "Let us talk about our Weekend Flower-Arranging Class. Would you come alone or with"
        " somebody?\n- On my own\n- With a friend\n- With my family\n- Something else, tell us"
    )


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko"])
def test_each_question_and_its_choices_are_clean_and_few(language: Language) -> None:
    text = files("app.marketing.content").joinpath("wording/topics.toml").read_text("utf-8")
    words = tomllib.loads(text)[language]
    goods = [
        (row["words"].split()[0], row.get("about", "").split(" ")[0]) for row in words["goods"]
    ]
    briefs = [
        *(make_brief(name, {"SKU": "L-1"}, language=language, audience=audience)
          for name, audience in goods),
        *(make_brief(f"{word} SKU", {"SKU": "L-1"}, language=language)
          for word in words["occasions"]),
        *(make_brief("SKU", {"SKU": "L-1"}, language=language, audience=word)
          for key in ("givers", "audiences") for word in words[key]),
    ]  # fmt: skip

    topics = {topic: brief for brief in briefs for topic in fill_templates(brief)}

    faults = [
        each for t, brief in topics.items() for each in review_text(t, brief, RULES).describe()
    ]
    questions = [row for key in TABLES for row in words[key].values()]
    questions += [each for row in words["goods"] for each in row["questions"]]
    sentences = {row.split("|")[0] for row in questions}
    assert faults == []
    assert [each for each in sentences if not any(each in topic for topic in topics)] == []
    assert {topic.count("\n") for topic in topics} <= {2, 3, 4}


def test_a_topics_phrases_are_no_evidence_in_other_texts() -> None:
    brief = make_brief("青禾鲜花月卡", CARD)
    ad = brief.model_copy(update={"channel": "ad"})

    faults = [review_text("加奶", each, RULES).describe() for each in (brief, ad)]

    assert faults == [(), ("“加奶”：事实里没有“加奶”",)]
