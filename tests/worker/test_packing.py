"""Answers that found no delivery ride on the next one."""

from app.delivery.outbox import OutboxMessage
from app.messages.values import ImageCard, Message, Text
from app.worker.packing import PackedReply, pack

NEW = "您好，请留下订单号。"
OLD = "订单在路上，预计明天到。"
PICTURE = ImageCard(type="image", media_id="MEDIA")


def words(text: str) -> Text:
    return Text(content=text)


def outbox_messages(*answers: str | Message) -> list[OutboxMessage]:
    messages = [words(each) if isinstance(each, str) else each for each in answers]
    return [
        OutboxMessage(id=f"wx1:{n}", account="shop", openid="oMei", message=each, created=float(n))
        for n, each in enumerate(messages)
    ]


def text_of(message: Message | None) -> str:
    assert isinstance(message, Text)
    return message.content


def test_kept_answers_come_first_and_in_their_order() -> None:
    carried = pack(outbox_messages(OLD, "运费八元。"), words(NEW))

    assert carried == PackedReply(
        words(f"{OLD}\n\n运费八元。\n\n{NEW}"), {"wx1:0": None, "wx1:1": None}
    )


def test_one_that_is_too_long_begins_now_and_goes_on_next_time() -> None:
    long = OLD * 56  # 2,016 bytes

    first = pack(outbox_messages(OLD, long, "运费八元。"), words(NEW))
    left = text_of(first.included["wx1:1"])
    second = pack(outbox_messages(left, "运费八元。"), words(NEW))

    assert list(first.included) == ["wx1:0", "wx1:1"]
    assert len(text_of(first.message).encode()) <= 2048
    beginning = text_of(first.message).removeprefix(f"{OLD}\n\n").removesuffix(f"\n\n{NEW}")
    assert beginning.endswith("。…")
    assert beginning.removesuffix("…") + left.removeprefix("…") == long
    assert second.message == words(f"{left}\n\n运费八元。\n\n{NEW}")


def test_a_long_new_answer_takes_none_along_and_leaves_its_rest() -> None:
    assert pack(outbox_messages(OLD), words("茶" * 682)) == PackedReply(words("茶" * 682))
    assert pack(outbox_messages(OLD), words("茶" * 700)) == PackedReply(
        words("茶" * 682), remaining=words("茶" * 18)
    )


def test_without_a_new_answer_they_go_alone() -> None:
    assert pack(outbox_messages(OLD, NEW), None) == PackedReply(
        words(f"{OLD}\n\n{NEW}"), {"wx1:0": None, "wx1:1": None}
    )
    assert pack([], None) == PackedReply(None)


def test_a_rich_message_is_a_message_of_its_own() -> None:
    assert pack(outbox_messages(OLD), PICTURE) == PackedReply(PICTURE)
    assert pack(outbox_messages(PICTURE, OLD), words(NEW)) == PackedReply(words(NEW))
    assert pack(outbox_messages(PICTURE, OLD), None) == PackedReply(PICTURE, {"wx1:0": None})


def test_each_generated_answer_keeps_its_label() -> None:
    generated = Text(content=OLD, ai_generated=True)

    before = pack(outbox_messages(generated), words(NEW))
    after = pack(outbox_messages(NEW), generated)

    assert before.message == words(f"{OLD}（内容由AI生成）\n\n{NEW}")
    assert after.message == Text(content=f"{NEW}\n\n{OLD}", ai_generated=True)
