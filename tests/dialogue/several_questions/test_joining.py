"""One text for several answers."""

from app.dialogue.fallbacks.apology_texts import APOLOGIES
from app.dialogue.generate import GenerateAnswer
from app.dialogue.policy import Source
from app.dialogue.several_questions.answers import AnsweredQuestion
from app.dialogue.several_questions.joining import join_answers
from app.dialogue.turn import Draft
from app.dialogue.wording import answer_texts
from app.messages.values import Text


def answer(
    question: str, text: str, source: Source, work: GenerateAnswer | None = None
) -> AnsweredQuestion:
    return AnsweredQuestion(question, Draft(text=text, source=source, pending_action=work))


def test_declines_in_other_words_are_said_as_one() -> None:
    texts = ("「海拔多少」我不太懂，怕说错。", "怎么挑我还说不好，怕您买了不合适。")
    declined = [
        AnsweredQuestion(f"问{text}", Draft(text=text, source="small_talk", declines=True))
        for text in texts
    ]

    assert join_answers(declined, unread=False) == Text(
        content=answer_texts.UNKNOWN_ALL_OFFER.first
    )


def test_an_apology_and_an_offer_are_said_once() -> None:
    sorry = APOLOGIES["goods"].first
    drafts = [
        Draft(
            text=f"{sorry}以结算页为准。查不到请回复「人工」。", source="template", apology=sorry
        ),
        Draft(text=f"{sorry}一般三天。想催一催请回复「人工」。", source="template", apology=sorry),
    ]
    answered = [AnsweredQuestion("运费多少", drafts[0]), AnsweredQuestion("几天到", drafts[1])]
    text = join_answers(answered,
                          unread=False)  # fmt: skip

    assert text.content == f"{sorry}1. 以结算页为准。\n\n2. 一般三天。想催一催请回复「人工」。"


def test_small_talk_beside_a_question_is_left_out() -> None:
    text = join_answers(
        [answer("吃了吗", "还没呢。", "small_talk"), answer("几点开门", "十点。", "knowledge")],
        unread=False,
    )

    assert text == Text(content="十点。")
