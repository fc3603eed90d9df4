"""Questions, orders and courtesies among answers aren't taken for answers."""

import numpy as np
import pytest

from app.marketing.social.answering import asks, is_telling, keep_answer, orders
from app.marketing.social.digesting import make_digest
from app.marketing.social.selecting import select_answers
from app.marketing.social.values import FollowerAnswer
from app.safety.moderation import build_moderation
from app.safety.words.word_lists import WordLists

QUESTION = "您最喜欢钓什么鱼？"


@pytest.mark.parametrize(
    "text",
    ["鲫鱼用几号钩", "你们有鲫鱼饵吗", "鲫鱼好钓吗", "请问鳜鱼用什么亮片", "翘嘴好不好钓",
     "鲫鱼饵一包多少钱"],
)  # fmt: skip
def test_a_question_is_no_answer(text: str) -> None:
    assert (keep_answer(QUESTION, text), asks(QUESTION, text)) == ("", True)


@pytest.mark.parametrize(
    "text",
    ["我要两包鲫鱼饵，怎么付款", "来两包鲫鱼饵", "3.6的竿来一根", "老板，帮我留一根4.5的",
     "我已经下单了", "想要一包翘嘴亮片", "我要一根 4.5 米的鲫竿", "我要买一包鲫鱼饵",
     "帮我留个钓箱", "想买那款鲫鱼竿，还有吗"],
)  # fmt: skip
def test_an_order_is_no_answer(text: str) -> None:
    assert (orders(QUESTION, text), is_telling(QUESTION, text)) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["鲫鱼，你们呢？", "鲫鱼嘛，好钓", "谁不喜欢鲫鱼呢", "鲫鱼，还用问吗",
     "鲫鱼什么季节都能钓",
     "钓了几条鲫鱼", "能不能出个鲫鱼专用饵", "鲫鱼，来一条就满足",
     "买了两包鲫鱼饵，好用", "每次要两包饵才够", "鳜鱼吧"],
)  # fmt: skip
def test_words_of_questions_and_orders_may_be_an_answer(text: str) -> None:
    assert keep_answer(QUESTION, text) == text.replace("？", "?")
    assert not orders(QUESTION, text)


@pytest.mark.parametrize(
    "text",
    ["帮我留一套吉他弦，周六来拿", "我要一把 23 寸的尤克里里，怎么下单", "请帮我预留一把吉他",
     "我要一架钢琴，送到上海"],
)  # fmt: skip
def test_an_order_with_its_collection_is_no_choice(text: str) -> None:
    question = "如果重新学一样乐器，您会选什么？"

    assert (orders(question, text), keep_answer(question, text)) == (True, "")


@pytest.mark.parametrize(
    "text",
    ["我要一把吉他", "吉他，已经下单了", "吉他，送到家就开始练", "古筝，给自己留一份安静",
     "老板帮我订了一把二胡，很喜欢", "二胡，想学，周末来看"],
)  # fmt: skip
def test_words_of_orders_may_be_a_choice(text: str) -> None:
    question = "如果重新学一样乐器，您会选什么？"

    assert (orders(question, text), keep_answer(question, text)) == (False, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("您最希望我们改进什么？", "怎么没有燕麦奶"),
        ("晚上来店里喝什么？", "来一杯热可可"),
        ("关于钓鱼，您想了解什么？", "鲫鱼用几号钩"),
    ],
)
def test_a_question_may_invite_questions_and_orders(question: str, text: str) -> None:
    assert keep_answer(question, text) == text


def test_orders_questions_and_grief_are_not_counted_for_what_they_name() -> None:
    texts = [
        "鲫鱼，四季都有", "鲫鱼好钓，口也快", "最爱鲫鱼", "鲫鱼用几号钩", "鲫鱼饵一包多少钱",
        "我要两包鲫鱼饵，怎么付款", "来一包鲫鱼饵", "我爸走后再也没钓过鲫鱼",
    ]  # fmt: skip

    answers, left_out = select_answers(texts, build_moderation(WordLists()))
    followers_answers = [FollowerAnswer(each) for each in answers]
    digest = make_digest(QUESTION, followers_answers, np.ones((len(answers), 3)), left_out)

    assert [(group.name, group.quotes) for group in digest.groups] == [
        ("鲫鱼", ("鲫鱼，四季都有", "鲫鱼好钓，口也快", "最爱鲫鱼")),
        ("想下单的", ("我要两包鲫鱼饵，怎么付款", "来一包鲫鱼饵")),
        ("大家问到的", ("鲫鱼用几号钩", "鲫鱼饵一包多少钱")),
    ]
    assert digest.left_out == {"提到亲人离世，请单独回复": 1}
