"""Answers that found no delivery ride on the next one."""

from app.delivery.outbox import Parcel
from app.messages.values import Image, Message, Text
from app.worker.packing import Ride, ride

NEW = "您好，请留下订单号。"
OLD = "订单在路上，预计明天到。"
PICTURE = Image(type="image", media_id="MEDIA")


def words(text: str) -> Text:
    return Text(content=text)


def kept(*answers: str | Message) -> list[Parcel]:
    messages = [words(each) if isinstance(each, str) else each for each in answers]
    return [
        Parcel(id=f"wx1:{n}", account="shop", openid="oMei", message=each, created=float(n))
        for n, each in enumerate(messages)
    ]


def text_of(message: Message | None) -> str:
    assert isinstance(message, Text)
    return message.content


def test_kept_answers_come_first_and_in_their_order() -> None:
    carried = ride(kept(OLD, "运费八元。"), words(NEW))

    assert carried == Ride(words(f"{OLD}\n\n运费八元。\n\n{NEW}"), {"wx1:0": None, "wx1:1": None})


def test_one_that_is_too_long_begins_now_and_goes_on_next_time() -> None:
    long = OLD * 56  # 2,016 bytes

    first = ride(kept(OLD, long, "运费八元。"), words(NEW))
    left = text_of(first.aboard["wx1:1"])
    second = ride(kept(left, "运费八元。"), words(NEW))

    assert list(first.aboard) == ["wx1:0", "wx1:1"]
    assert len(text_of(first.message).encode()) <= 2048
    begun = text_of(first.message).removeprefix(f"{OLD}\n\n").removesuffix(f"\n\n{NEW}")
    assert begun.endswith("。…")
    assert begun.removesuffix("…") + left.removeprefix("…") == long
    assert second.message == words(f"{left}\n\n运费八元。\n\n{NEW}")


def test_a_long_new_answer_takes_none_along_and_leaves_its_rest() -> None:
    assert ride(kept(OLD), words("茶" * 682)) == Ride(words("茶" * 682))
    assert ride(kept(OLD), words("茶" * 700)) == Ride(words("茶" * 682), rest=words("茶" * 18))


def test_without_a_new_answer_they_go_alone() -> None:
    assert ride(kept(OLD, NEW), None) == Ride(
        words(f"{OLD}\n\n{NEW}"), {"wx1:0": None, "wx1:1": None}
    )
    assert ride([], None) == Ride(None)


def test_a_rich_message_is_a_message_of_its_own() -> None:
    assert ride(kept(OLD), PICTURE) == Ride(PICTURE)
    assert ride(kept(PICTURE, OLD), words(NEW)) == Ride(words(NEW))
    assert ride(kept(PICTURE, OLD), None) == Ride(PICTURE, {"wx1:0": None})


def test_each_generated_answer_keeps_its_label() -> None:
    generated = Text(content=OLD, ai_generated=True)

    before = ride(kept(generated), words(NEW))
    after = ride(kept(NEW), generated)

    assert before.message == words(f"{OLD}（内容由AI生成）\n\n{NEW}")
    assert after.message == Text(content=f"{NEW}\n\n{OLD}", ai_generated=True)
