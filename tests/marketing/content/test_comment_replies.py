"""Ready-made replies to comments in followers' own words."""

import itertools
from dataclasses import replace
from typing import get_args

import pytest

from app.marketing.content.brief import Brief, BriefFact, Language
from app.marketing.content.review import review_text
from app.marketing.content.writing.asked_facts import find_asked_facts
from app.marketing.content.writing.comment_reading import read_comment
from app.marketing.content.writing.comment_replies import (
    choose_reply_language,
    fill_replies,
)
from app.marketing.content.writing.comments import (
    CommentKind,
    CommentToAnswer,
    Mood,
    UnderstoodComment,
    fits_comment,
)
from app.safety.advertising.rulebook import parse_rulebook
from models.data.corpus import read_labelled_texts
from models.training.comment_head import EXAMPLES

EVERY = 5  # of the examples one in so many is answered: reviewing all takes a minute
FACTS = {"产地": "新疆阿克苏", "保质期": "12 个月", "发货": "下单后 48 小时内"}
BRIEF = Brief.model_validate(
    {
        "product": "薄皮核桃",
        "facts": [{"name": name, "value": value, "source": "-"} for name, value in FACTS.items()],
        "channel": "comment_reply",
        "industry": "food",
    }
)


def list_comments() -> list[UnderstoodComment]:
    rows = read_labelled_texts(EXAMPLES)[::EVERY]
    return [read_comment(CommentToAnswer(text=row.text), {row.label: 1.0}) for row in rows]


def fill_first_reply(text: str, label: str) -> str:
    comment = read_comment(CommentToAnswer(text=text), {label: 1.0})
    answers = find_asked_facts(text, BRIEF.facts, BRIEF.product)
    return fill_replies(BRIEF, replace(comment, answers=answers))[0]


def test_every_reply_is_clean_fits_and_sells_nothing_unasked() -> None:
    rules = parse_rulebook(None)
    comments = list_comments()

    replies = [(each, reply) for each in comments for reply in fill_replies(BRIEF, each)]

    assert {comment.mood for comment in comments} == set(get_args(Mood))
    assert [reply for comment, reply in replies if not fits_comment(reply, comment)] == []
    assert [
        reply
        for reply in sorted({reply for _, reply in replies})
        if not review_text(reply, BRIEF, rules).is_clean
    ] == []
    assert [
        reply
        for comment, reply in replies
        if comment.mood != "asking" and any(value in reply for value in FACTS.values())
    ] == []


@pytest.mark.parametrize("language", get_args(Language))
def test_every_stock_reply_passes_its_own_check_in_a_brief_of_nothing(language: Language) -> None:
    brief = BRIEF.model_copy(update={"facts": (), "language": language})
    pairs = itertools.product(get_args(Mood), (None, *get_args(CommentKind)))
    comments = [UnderstoodComment("", mood, kind) for mood, kind in pairs]

    replies = {reply for each in comments for reply in fill_replies(brief, each)}

    rules = parse_rulebook(None)
    assert {text for text in replies if not review_text(text, brief, rules).is_clean} == set()


@pytest.mark.parametrize(
    ("text", "label", "reply"),
    [
        ("哪里产的？", "asking.question", "您好，产地：新疆阿克苏。"),
        ("能放多久啊", "asking.question", "您好，保质期：12 个月。"),
        ("今天下单哪天能到", "asking.question", "您好，发货：下单后 48 小时内。"),
        ("产地是哪里？保质期呢？", "asking.question", "您好，产地：新疆阿克苏；保质期：12 个月。"),
        (
            "请问孕妇能吃吗？保质期多久？",
            "asking.worry",
            "您好，各人的情况不一样，请先问医生。保质期：12 个月。",
        ),
        (
            "吃多了会不会拉肚子",
            "asking.worry",
            "您好，各人的情况不一样，请先问医生，也可以私信我们的客服。",
        ),
        (
            "有几种颜色",
            "asking.question",
            "您的问题我们看到了。请到公众号里私信我们，我们来回复您。",
        ),
        (
            "拉肚子两天了，必须给个说法",
            "angry.complaint",
            "非常抱歉。请您先就医，保重；要是吃的、用的不对，请先停用，别扔，私信告诉我们。",
        ),
        (
            "多少钱？哪里产的？几天能到？",
            "asking.question",
            "您好，产地：新疆阿克苏；发货：下单后 48 小时内。",
        ),
        (
            "会寄到新疆阿克苏吗",
            "asking.question",
            "您好，产地：新疆阿克苏；发货：下单后 48 小时内。",
        ),
        (
            "用开水泡过能吃吗",
            "asking.question",
            "您的问题我们看到了。请到公众号里私信我们，我们来回复您。",
        ),
        (
            "拔牙疼不疼",
            "asking.worry",
            "您好，各人的情况不一样，请先问医生，也可以私信我们的客服。",
        ),
        (
            "洗牙会把牙洗坏吗？牙缝会变大吗",
            "asking.worry",
            "您好，各人的情况不一样，请先问医生，也可以私信我们的客服。",
        ),
        (
            "收到的茶叶发霉了，太生气了",
            "angry.harm",
            "非常抱歉，让您收到这样的东西。东西和订单先别扔，是退是换，请私信告诉我们。",
        ),
        ("谢谢小哥帮我抬上楼", "joyful.thanks", "谢谢您特意来留言，看到我们也很开心！"),
        ("上次和他来的", "grieving.grief", "谢谢您愿意告诉我们。这份惦记，我们记在心里。"),
        ("路过", "calm.statement", "谢谢您的留言，您的话我们都看到了。"),
    ],
)
def test_a_reply_states_what_is_asked_and_sends_to_a_doctor_for_health(
    text: str, label: str, reply: str
) -> None:
    assert fill_first_reply(text, label) == reply


ROD_FACTS = {
    "自重": "92 克", "价格": "268 元", "售后": "断了第一节 20 元换新", "时长": "约 40 分钟",
    "营业时间": "工作日 9:00–20:00", "规格": "6 寸", "预订": "8 天前",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("这竿子多重啊", ["自重"]),
        ("断了一节能修吗", ["售后"]),
        ("竿稍断了换一节多少钱", ["售后"]),
        ("洗一次多久", ["时长"]),
        ("周末上班吗", ["营业时间"]),
        ("这竿多少钱", ["价格"]),
        ("多少钱", ["价格"]),
        ("鱼线多少钱", []),
        ("接机多少钱", []),
        ("8寸多少钱", []),
        ("竿梢丢了配一根多少钱", []),
    ],
)
def test_a_fact_answers_only_what_is_asked_of_the_product(text: str, names: list[str]) -> None:
    facts = [BriefFact(name=name, value=value, source="-") for name, value in ROD_FACTS.items()]

    assert [fact.name for fact in find_asked_facts(text, facts, "台钓竿")] == names


PILLOW_FACTS = {
    "价格": "259 元", "材质": "泰国天然乳胶，乳胶含量 93%", "尺寸": "60×40 厘米",
    "保养": "乳胶芯不可水洗、不可暴晒", "质保": "三年，非人为塌陷免费换新",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("乳胶芯能洗吗", ["保养"]),
        ("枕头可以放洗衣机洗吗", ["保养"]),
        ("能晒太阳吗", ["保养"]),
        ("乳胶芯是什么材质", ["材质"]),
        ("材质和保养说一下", ["材质", "保养"]),
        ("用两年塌了怎么算", ["质保"]),
        ("塌了能换吗", ["质保"]),
        ("多大尺寸", ["尺寸"]),
        ("孩子能洗澡吗", []),
        ("口红印能洗掉吗", []),
        ("房价塌了", []),
    ],
)
def test_only_the_fact_that_answers_is_stated(text: str, names: list[str]) -> None:
    facts = [BriefFact(name=name, value=value, source="-") for name, value in PILLOW_FACTS.items()]

    assert [fact.name for fact in find_asked_facts(text, facts, "护颈乳胶枕")] == names


@pytest.mark.parametrize(
    ("text", "names"), [("How heavy is it?", ["weight"]), ("Are you open on Sunday?", ["hours"])]
)
def test_facts_answer_in_english(text: str, names: list[str]) -> None:
    rows = {"weight": "92 g", "hours": "9:00-20:00", "price": "268 yuan", "shelf life": "a year"}
    facts = [BriefFact(name=name, value=value, source="-") for name, value in rows.items()]

    assert [fact.name for fact in find_asked_facts(text, facts, "rod")] == names


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Is this tea organic?", "en", ["shelf life"]),
        ("おいしかったです", "ja", []),
        ("맛있어요 감사합니다", "ko", []),
        ("nice", "zh", ["产地", "shelf life"]),
        ("yyds 太好喝了", "zh", ["产地", "shelf life"]),
    ],
)
def test_a_reply_speaks_the_language_of_the_comment(
    text: str, language: str, names: list[str]
) -> None:
    facts = {"产地": "新疆阿克苏", "shelf life": "12 months"}
    rows = [{"name": name, "value": value, "source": "-"} for name, value in facts.items()]
    brief = Brief.model_validate(BRIEF.model_dump() | {"facts": rows})

    spoken = choose_reply_language(brief, text)

    assert (spoken.language, [fact.name for fact in spoken.facts]) == (language, names)


@pytest.mark.parametrize(("reply", "fits"), [("非常抱歉。", False), ("非常抱歉，请先就医。", True)])
def test_a_written_reply_to_harm_has_to_send_to_a_doctor(reply: str, fits: bool) -> None:
    comment = UnderstoodComment("拉肚子两天了", "angry", "harm")

    assert fits_comment(reply, comment) is fits
