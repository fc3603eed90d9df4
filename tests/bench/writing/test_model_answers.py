"""What a model is to write is cut out of a passage, whole clauses with their subject."""

import random

import pytest

from app.dialogue.generation.grounding import check_answer
from app.dialogue.generation.passages import Passage
from app.dialogue.generation.prompts import build_prompt
from app.dialogue.generation.values import PromptPersona, Question
from tests.bench.writing import model_answers

BAND = "入场刷脸，第一次来在前台录一次；丢了补一只20元。"
TABLE = (
    "课程：壶铃入门；人数：6 人；时间：周三 20:00；地点：望江路店三楼东侧靠电梯的那间小教室；"
    "单节：120 元；8 节：840 元；教练：周明"
)
LONG = (
    "会员订场打九折，最早可以提前5天在小程序里订，开场前12小时可以退，再晚就不退了，改期也只能改一次，"
    "到场时请出示订单，迟到15分钟以上的不补时间。"
)


@pytest.mark.parametrize(
    ("text", "facts", "answer"),
    [
        ("红茶一罐88元，配两只杯子。", ["88元"], "红茶一罐88元，配两只杯子。"),
        (BAND, ["20元"], "丢了补一只20元。"),
        (BAND, ["刷脸|刷臉", "20元"], "入场刷脸，第一次来在前台录一次。丢了补一只20元。"),
        (f"小班课另买。\n{TABLE}", ["120 元"], "壶铃入门：单节 120 元。"),
        (TABLE, ["120 元", "20:00"], "壶铃入门：周三 20:00，单节 120 元。"),
        (LONG, ["提前5天"], "会员订场打九折，最早可以提前5天在小程序里订。"),
        (LONG, ["15分钟"], LONG),
        (BAND, ["30元"], ""),
        (BAND, ["20元", "30元"], ""),
        ("又" * 120 + "，20元。", ["20元"], ""),
    ],
)
def test_an_answer_is_as_much_of_the_passage_as_states_the_facts(
    text: str, facts: list[str], answer: str
) -> None:
    assert model_answers.cut_answer(text, facts) == answer


@pytest.mark.parametrize("question", ["有WiFi吗", "绿茶多少钱", "我想问下要是带狗去", "綠茶幾錢"])
def test_what_declines_is_known_as_such_by_the_service(question: str) -> None:
    prompt = build_prompt(
        Question(text=question, passages=(Passage("e1", "红茶一罐88元。"),)),
        PromptPersona("山行茶"),
        2_000,
        80,
        len,
        "0",
    )

    for seed in range(8):
        check = check_answer(model_answers.decline(question, random.Random(seed)), prompt)
        assert (check.supported, check.declines) == (True, True)
