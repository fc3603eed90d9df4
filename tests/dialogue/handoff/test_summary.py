"""What an agent reads of a conversation."""

from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.handoff import summary
from app.dialogue.handoff.summary import SummaryFacts, write_summary
from app.sessions.store import SessionTurn


def test_the_agent_reads_why_what_is_known_and_what_was_said() -> None:
    turns = [
        SessionTurn(text="你好", answer="您好。"),
        SessionTurn(text="我的快递到哪了", answer="请留下订单号。"),
        SessionTurn(text="6688", answer="抱歉，我查不到\n这个订单。"),
    ]
    summary_facts = SummaryFacts("转人工", "查询物流信息", "negative", "asked")

    read = write_summary(turns, summary_facts, {"订单号": "6688", "手机": ""})

    assert read == (
        "原因：用户要求人工｜情绪：不满\n"
        "意图：查询物流信息\n"
        "资料：订单号 6688\n"
        "用户：转人工\n"
        "此前问：6688→答：抱歉，我查不到 这个订单。\n"
        "此前问：我的快递到哪了→答：请留下订单号。"
    )


@given(
    st.lists(st.tuples(st.text(), st.text()), max_size=6),
    st.text(),
    st.text(),
    st.dictionaries(st.text(max_size=20), st.text(), max_size=5),
)
def test_a_summary_is_never_longer_than_an_agent_reads(
    turns: list[tuple[str, str]], text: str, title: str, slots: dict[str, str]
) -> None:
    session_turns = [SessionTurn(text=question, answer=answer) for question, answer in turns]

    read = write_summary(session_turns, SummaryFacts(text, title, "neutral", "failed"), slots)

    assert len(read) <= summary.SUMMARY
    assert read.startswith("原因：机器人连续答不上｜情绪：平静\n")


def test_a_long_message_is_cut_between_letters() -> None:
    family = "👨‍👩‍👧‍👦"
    summary_facts = SummaryFacts("好" * 57 + family + "好" * 9, "", "neutral", "policy")

    read = write_summary([], summary_facts, {})

    assert read.splitlines()[1] == f"用户：{'好' * 57}…"
