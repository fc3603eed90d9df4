import time

from app.dialogue.generation.compose import ComposedAnswer, compose_answer
from app.dialogue.generation.passages import Passage
from app.dialogue.generation.values import PromptPersona, Question
from app.inference.fakes import FakeWriter
from app.inference.ports import TimedOut, Unavailable

PERSONA = PromptPersona("青禾茶铺")
RETURNS = Passage("e1", "自签收之日起七天内可以退货。退货运费由买家承担。", "退货政策")
QUESTION = Question(text="几天内能退货", passages=(RETURNS,))
EXTRACTED = RETURNS.text


async def compose(
    writer: FakeWriter | None, question: Question = QUESTION, seconds: float = 5
) -> object:
    return await compose_answer(question, PERSONA, writer, time.monotonic() + seconds)


async def test_what_is_written_and_supported_is_said() -> None:
    writer = FakeWriter("您好，签收后7天内可以退货[k1]。")

    answer = await compose(writer)

    assert answer == ComposedAnswer(
        text="您好，签收后7天内可以退货。", how="written", citations=("e1",), model="fake-writer-1"
    )


async def test_the_length_follows_the_time_that_is_left() -> None:
    writer = FakeWriter(speed=20)

    await compose(writer, seconds=5)

    [prompt] = writer.prompts
    assert 95 <= prompt.most_tokens <= 100
    assert "不超过90个字" in prompt.messages[0].text


async def test_without_a_writer_the_passage_speaks() -> None:
    assert await compose(None) == ComposedAnswer(text=EXTRACTED, how="extracted", citations=("e1",))


async def test_what_no_passage_says_gives_way_to_the_passage() -> None:
    answer = await compose(FakeWriter("签收后三十天内都可以退货[k1]。"))

    assert answer == ComposedAnswer(
        text=EXTRACTED,
        how="extracted",
        citations=("e1",),
        why="claims what no passage says: 三十天",
    )


async def test_a_writer_who_fails_gives_way_to_the_passage() -> None:
    down, late = Unavailable("sim answered 500"), TimedOut("was silent for 4.0 s")

    answers = [await compose(FakeWriter(error)) for error in (down, late)]

    assert answers == [
        ComposedAnswer(text=EXTRACTED, how="extracted", citations=("e1",), why=str(e))
        for e in (down, late)
    ]


async def test_too_little_time_asks_no_writer() -> None:
    writer = FakeWriter(speed=1)

    answer = await compose(writer, seconds=5)

    assert (writer.prompts, answer) == (
        [],
        ComposedAnswer(text=EXTRACTED, how="extracted", citations=("e1",), why="no time to write"),
    )


async def test_a_sentence_that_was_cut_is_left_out() -> None:
    answer = await compose(FakeWriter("签收后7天内可以退货[k1]。退货运费由", finished=False))

    assert answer == ComposedAnswer(
        text="签收后7天内可以退货。", how="written", citations=("e1",), model="fake-writer-1"
    )


async def test_nothing_is_made_up_where_nothing_is_known() -> None:
    nothing = Question(text="发票怎么开", passages=())

    assert await compose(FakeWriter("开发票要50元。"), nothing) is None


async def test_small_talk_needs_no_passage() -> None:
    answer = await compose(
        FakeWriter("恭喜您升职！"), Question(text="今天升职啦", sentiment="positive")
    )

    assert answer == ComposedAnswer(
        text="恭喜您升职！", how="written", citations=(), model="fake-writer-1"
    )
