"""Whether something can be sent to a place, asked by who only says that they want it."""

from dataclasses import replace

import pytest

from app.dialogue.answers.choosing import choose_answered_question
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.dialogue.understanding.query_rewriting.reach import with_reach
from tests.dialogue import factories

ROSE = factories.make_evidence("rose", "红玫瑰多少钱", "168元", 0.3)
FAR = factories.make_evidence("far", "能寄外地吗", "鲜花不寄外地。")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("我在北京的闺蜜生日，想从你们家给她送一束玫瑰", "可以寄到北京吗"),
        ("想寄一盒到成都", "可以寄到成都吗"), ("给上海的妈妈寄点茶", "可以寄到上海吗"),
        ("能不能给杭州的朋友送一份", "可以寄到杭州吗"),
        ("我妈在重庆，帮我寄给她", "可以寄到重庆吗"),
    ],
)  # fmt: skip
def test_who_wants_something_sent_asks_whether_that_can_be_done(text: str, asks: str) -> None:
    assert with_reach(RewrittenQuestion(standalone_question=text), text).alternatives == (
        RewrittenQuestion(standalone_question=asks, is_of_reach=True),
    )


@pytest.mark.parametrize(
    "text",
    [
        "寄北京运费多少", "送到上海几天", "北京有店吗", "想给她送一束玫瑰", "寄到成都的还没到",
        "北京烤鸭送到家",
    ],
)  # fmt: skip
def test_what_asks_something_else_is_left_alone(text: str) -> None:
    assert with_reach(RewrittenQuestion(standalone_question=text), text) == RewrittenQuestion(
        standalone_question=text
    )


def test_it_is_answered_only_where_the_message_itself_is_not() -> None:
    own, reach = (
        RewrittenQuestion(standalone_question="想给北京的她送一束"),
        RewrittenQuestion(standalone_question="可以寄到北京吗", is_of_reach=True),
    )
    sure = factories.make_evidence("own", "代送", "可以代送。", 0.5)

    assert choose_answered_question([(own, (ROSE,)), (reach, (FAR,))], 0.4)[0] is reach
    assert choose_answered_question([(own, (sure,)), (reach, (FAR,))], 0.4)[0] is own
    assert choose_answered_question([(own, (ROSE,)), (reach, (FAR,))], 0.95)[0] is reach
    assert choose_answered_question([(own, ()), (reach, ())], 0.4)[0] is own


def test_a_matter_of_its_own_goes_before_the_last_answer_found_again() -> None:
    """运费呢 after 祁门红茶多少钱 was answered with the price again."""
    joined, alone = (
        RewrittenQuestion(standalone_question="玫瑰运费", is_followup=True),
        RewrittenQuestion(standalone_question="运费"),
    )
    again, freight = replace(ROSE, probability=0.9), replace(FAR, probability=0.7)

    assert (
        choose_answered_question([(joined, (again,)), (alone, (freight,))], 0.4, ROSE.id)[0]
        is alone
    )
    assert (
        choose_answered_question([(joined, (again,)), (alone, (freight,))], 0.4, "other")[0]
        is joined
    )
    assert (
        choose_answered_question([(joined, (again,)), (alone, (again,))], 0.4, ROSE.id)[0] is joined
    )
    assert choose_answered_question([(joined, (again,)), (alone, ())], 0.4, ROSE.id)[0] is joined
