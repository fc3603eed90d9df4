"""Answers in a brand's name: forty lies that may not be said, forty answers that may."""

import json
from pathlib import Path

import pytest

from app.dialogue import language
from app.dialogue.generation.grounding import CheckedAnswer, check_answer
from app.dialogue.generation.passages import Passage
from app.dialogue.generation.prompts import build_prompt
from app.dialogue.generation.values import Briefing, PromptPersona, Question
from tests.dialogue.sayings import ENGLISH, HOURS, LIES, NOW, PASSAGES, PERSONA, TRUTHS

# What rules over words can't tell: an agreement in the words of a passage, and a proverb on price.
KNOWN_LIMITS = {
    "滨云摄影": (["Yes, we're open every day including Wednesday."], []),
    "麦田烘焙": ([], ["可以送她平时舍不得买的小东西，再手写一张卡片，心意比价格更重要。"]),
}


def checked(
    question: str, answer: str, passages: tuple[Passage, ...] = (), persona: PromptPersona = PERSONA
) -> CheckedAnswer:
    briefing = Briefing(now=NOW, hours=HOURS)
    sources = passages or (ENGLISH if language.detect_language(question) == "english" else PASSAGES)
    full_question = Question(text=question, passages=sources, briefing=briefing)
    return check_answer(answer, build_prompt(full_question, persona, 2_000, 120, len, "3f9ac210"))


@pytest.mark.parametrize(("kind", "question", "lie"), LIES)
def test_no_lie_may_be_said(kind: str, question: str, lie: str) -> None:
    assert not checked(question, lie).supported, kind


@pytest.mark.parametrize(("question", "answer"), TRUTHS)
def test_what_is_given_unknown_or_general_may_be_said(question: str, answer: str) -> None:
    assert checked(question, answer).why == ""


@pytest.mark.parametrize(
    ("question", "answer", "supported"),
    [
        # General numbers: of time, temperature, weight; given roughly; beside nothing of ours.
        ("绿茶怎么泡", "一般用80度左右的水泡3分钟。", True),
        ("绿茶怎么泡", "用80度的水泡3分钟。", False),
        ("绿茶怎么泡", "我们的绿茶一般用80度左右的水泡。", False),
        ("绿茶怎么泡", "一般要泡8折左右。", False),
        ("怎么去除茶垢", "一般花20元左右买包小苏打就行。", False),
        ("感冒了", "一般休息两三天就会好一些，多喝温水。", True),
        ("退货要几天", "一般3天左右就能到账。", False),
        # What was asked is no reason to agree.
        ("有WiFi吗", "有的。", False),
        ("你们的茶掉色吗", "不会的，放心。", False),
        ("你们周一开门吗", "开的，周一正常营业。", False),
        # A condition is no promise to everybody.
        ("不满99元包邮吗", "包邮的，不管买多少都包邮。", False),
    ],
)
def test_numbers_and_agreement(question: str, answer: str, supported: bool) -> None:
    assert checked(question, answer).supported is supported


def test_what_was_not_found_is_known_as_such_and_cites_nothing() -> None:
    answer = "抱歉，杭州的门店我暂时没有查到，请回复「人工」联系同事。"

    assert checked("杭州有店吗", answer) == CheckedAnswer(answer, (), True, declines=True)


def test_advice_that_offers_a_person_declines_nothing() -> None:
    answer = "建议先用温水泡一泡，还洗不掉的话可以回复「人工」问问同事。"

    assert not checked("茶垢洗不掉", answer).declines


SHOPS = json.loads((Path(__file__).parent / "sayings_of_shops.json").read_text("utf-8"))


@pytest.mark.parametrize("brand", SHOPS)
def test_other_shops_tell_lies_and_truths_apart(brand: str) -> None:
    shop = SHOPS[brand]
    persona = PromptPersona(brand, shop["name"], "亲切", about=tuple(shop["about"]))
    passages = tuple(Passage(**passage) for passage in shop["passages"])

    lies = [lie for question, lie in shop["lies"]
            if checked(question, lie, passages, persona).supported]  # fmt: skip
    refused = [answer for question, answer in shop["truths"]
               if not checked(question, answer, passages, persona).supported]  # fmt: skip

    assert (lies, refused) == KNOWN_LIMITS.get(brand, ([], []))
