"""Which facts answer followers' questions, with the real search model."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from app.inference.local.search import LocalSearchModel
from app.inference.ports import SearchModel
from app.marketing.content.brief import Brief
from app.marketing.content.writing.answering_facts import answer_comment, find_answering_facts
from app.marketing.content.writing.comments import Mood, UnderstoodComment

QUESTIONS = Path(__file__).with_name("comment_questions.toml")
SHOPS: list[dict[str, Any]] = tomllib.loads(QUESTIONS.read_text("utf-8"))["shops"]
FLOWERS = {
    "玫瑰花束价格": "11 枝 199 元", "运费": "10 元，满 199 元免运费",
    "配送时间": "9:00 到 21:00，18:00 前下单当天送达", "瓶插期": "约 5 到 7 天",
    "猫": "百合对猫有毒，有猫的家庭请不要选百合",
    "插花课": "每周六 14:00，128 元一位，零基础可报，花材和剪刀由店里提供",
    "营业时间": "每天 9:00 到 21:00",
}  # fmt: skip

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def search() -> Iterator[SearchModel]:
    model = LocalSearchModel("cpu", "fp32")
    yield model
    model.close()


def build_brief(product: str, facts: Sequence[tuple[str, str]]) -> Brief:
    rows = [{"name": name, "value": value, "source": "-"} for name, value in facts]
    return Brief.model_validate({"product": product, "channel": "comment_reply", "facts": rows})


async def list_answers(search: SearchModel, text: str, brief: Brief) -> list[str]:
    return [fact.name for fact in await find_answering_facts(search, text, brief)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("插在瓶里能撑多少天", ["瓶插期"]),
        ("花期多长", ["瓶插期"]),
        ("几点前下单当天送", ["配送时间"]),
        ("学插花一节课多少钱", ["插花课"]),
        ("插花课零基础能报吗？要自己带剪刀不", ["插花课"]),
        ("家里养了两只猫，哪些花不能买？", ["猫"]),
        ("百合对狗狗有没有毒", []),
        ("花泥有毒吗，家里小朋友爱抠", []),
        ("玫瑰和百合哪个开得久", []),
        ("蓝色妖姬多少钱", []),
    ],
)
async def test_the_fact_that_answers_is_told_and_no_other(
    search: SearchModel, text: str, names: list[str]
) -> None:
    brief = build_brief("青禾鲜花", [*FLOWERS.items()])

    assert await list_answers(search, text, brief) == names


async def test_most_questions_to_shops_are_answered_and_hardly_any_wrongly(
    search: SearchModel,
) -> None:
    grades = Counter(
        [
            grade(await list_answers(search, text, brief), right_names)
            for shop in SHOPS
            for brief in [build_brief(shop["product"], shop["facts"])]
            for text, right_names in shop["questions"]
        ]
    )

    assert grades.total() == 66
    assert grades["right"] >= 45
    assert grades["wrong"] <= 2


@pytest.mark.parametrize(
    ("mood", "text", "asking_mood", "names"),
    [
        ("joyful", "哈哈，几点关门呀我冲过来", "asking", ["营业时间"]),
        ("calm", "运费多少", "asking", ["运费"]),
        ("joyful", "太好看了，已经回购三次", "joyful", []),
        ("angry", "这就是你们说的当天送达？等到半夜", "angry", []),
        ("grieving", "妈妈走了，她最爱你们家的玫瑰，几点开门", "grieving", []),
    ],
)
async def test_a_question_heard_as_joy_asks_where_facts_answer(
    search: SearchModel, mood: Mood, text: str, asking_mood: Mood, names: list[str]
) -> None:
    brief = build_brief("青禾鲜花", [*FLOWERS.items()])
    comment = UnderstoodComment(text, mood)

    answered = await answer_comment(search, comment, brief, is_mood_given=False)
    as_given = await answer_comment(search, comment, brief, is_mood_given=True)

    assert (answered.mood, [fact.name for fact in answered.answers]) == (asking_mood, names)
    assert as_given.mood == mood


async def test_a_brief_without_facts_answers_nothing(search: SearchModel) -> None:
    brief = build_brief("青禾鲜花", [("价格", "199 元")]).model_copy(update={"facts": ()})

    assert await find_answering_facts(search, "多少钱", brief) == ()


def grade(names: list[str], right_names: list[str]) -> Literal["right", "missing", "wrong"]:
    if not names:
        return "missing" if right_names else "right"
    is_right = {*right_names[:1]} <= {*names} <= {*right_names}
    return "right" if is_right else "wrong"
