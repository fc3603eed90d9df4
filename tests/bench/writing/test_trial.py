"""What a model wrote is graded by the facts it states, its numbers, and whether it declines."""

import random

import pytest

from app.dialogue.generation.passages import Passage
from app.dialogue.generation.values import PromptPersona
from tests.bench.answers.corpus import Case, Gold
from tests.bench.writing import trial
from tests.bench.writing.exercises import Exercise
from tests.bench.writing.trial import Answer, Grade

RED, GREEN = (
    Passage("e1", "一罐 88 元。", "红茶多少钱"),
    Passage("e2", "一罐 1,066 元。", "绿茶多少钱"),
)
GOLD = (Gold(("88|八十八", "一罐"), frozenset({"e1"})),)
RED_TEA = Exercise(
    Case("tea", "a1", "answerable", ("红茶咋卖",), gold=GOLD),
    PromptPersona("山行茶"),
    (GREEN, RED),
    RED,
)
NEAR = Exercise(Case("tea", "n1", "near", ("2斤白茶咋卖",)), PromptPersona("山行茶"), (GREEN, RED))


def judge(exercise: Exercise, text: str) -> Answer:
    return trial.judge(exercise, exercise.prompt(80, len, random.Random(1)), text)


@pytest.mark.parametrize(
    ("exercise", "text", "grade"),
    [
        (RED_TEA, "红茶一罐 88 元[k2]。", "states"),
        (RED_TEA, "红茶每罐88元[k2]。", "other"),
        (RED_TEA, "一罐1066元[k1]。", "other"),
        (RED_TEA, "红茶一罐 88 元，两罐 160 元[k2]。", "contradicts"),
        (RED_TEA, "抱歉，暂时没有查到，请回复「人工」。", "declines"),
        (NEAR, "2斤白茶暂时没有查到，请回复「人工」。", "declines"),
        (NEAR, "白茶一罐 88 元[k2]。", "other"),
        (NEAR, "白茶一罐 90 元[k2]。", "contradicts"),
    ],
)
def test_an_answer_is_graded(exercise: Exercise, text: str, grade: Grade) -> None:
    assert judge(exercise, text).grade == grade


def test_grades_are_counted_and_answers_shown_with_what_was_given() -> None:
    answers = [judge(RED_TEA, "红茶一罐 88 元[k2]。"), judge(NEAR, "白茶一罐 90 元[k2]。")]

    counts, transcript = trial.count_grades(answers), trial.write_transcript(answers)

    assert counts["answerable"]["states"] == counts["near"]["contradicts"] == 1
    assert (counts["answerable"]["unsayable"], counts["near"]["unsayable"]) == (0, 1)
    assert "- 红茶多少钱：一罐 88 元。" in transcript
    assert "**白茶一罐 90 元[k2]。**\n\nnot said: claims what no passage says: 90" in transcript
