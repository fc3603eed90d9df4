"""Answers are matched with their messages, and each message's fate is told right."""

import pytest

from tests.bench.conversation.reading import read
from tests.bench.conversation.values import Arrival, Fate, FollowerMessage, PhoneText, Record

ONE, TWO, THREE = (
    FollowerMessage(name, "mei", at) for at, name in enumerate(("one", "two", "three"))
)
SHIPPED, BILLED = "付款后 48 小时内发货。", "可以开电子发票。"
LONG = "".join(f"第{n}步，请打开设置页面。" for n in range(40))
BUSY = "现在咨询的朋友比较多，请您稍后再发一次。"


def recorded(**answers: str) -> dict[str, Record]:
    return {name: Record(answer, "template", 20.0) for name, answer in answers.items()}


def reply(to: FollowerMessage, text: str, delivery: int = 1, at: float = 10.0) -> PhoneText:
    return PhoneText("mei", at, text, to.id, delivery)


def service(text: str, at: float = 20.0) -> PhoneText:
    return PhoneText("mei", at, text)


def ways_of(fates: list[Fate]) -> list[tuple[str, list[str]]]:
    return [(fate.kind, [arrival.way for arrival in fate.arrivals]) for fate in fates]


def test_a_reply_belongs_to_the_delivery_that_it_came_in() -> None:
    fates = read([ONE, TWO], [reply(ONE, SHIPPED), reply(TWO, BILLED, 3)], recorded(
        one=SHIPPED, two=BILLED
    ))  # fmt: skip

    assert fates == [
        Fate(ONE, "once", (Arrival(10.0, 0, "first"),)),
        Fate(TWO, "once", (Arrival(10.0, 1, "third"),)),
    ]


def test_a_kept_answer_is_found_before_the_reply_that_it_rides_on() -> None:
    fates = read([ONE, TWO], [reply(TWO, f"{SHIPPED}\n\n{BILLED}")], recorded(
        one=SHIPPED, two=BILLED
    ))  # fmt: skip

    assert ways_of(fates) == [("once", ["rode"]), ("once", ["first"])]


def test_the_same_words_for_two_messages_are_two_answers() -> None:
    records = recorded(one=SHIPPED, two=SHIPPED)

    both = read([ONE, TWO], [reply(TWO, f"{SHIPPED}\n\n{SHIPPED}")], records)
    late = read([ONE, TWO], [reply(TWO, SHIPPED), service(SHIPPED)], records)
    only = read([ONE, TWO], [reply(TWO, SHIPPED)], records)
    thrice = read([ONE, TWO], [reply(ONE, SHIPPED), reply(TWO, SHIPPED), service(SHIPPED)], records)

    assert ways_of(both) == [("once", ["rode"]), ("once", ["first"])]
    assert ways_of(late) == [("once", ["service"]), ("once", ["first"])]
    assert ways_of(only) == [("lost", []), ("once", ["first"])]
    assert ways_of(thrice) == [("once", ["first"]), ("twice", ["first", "service"])]


def test_an_answer_that_a_later_one_overtook_is_named() -> None:
    fates = read([ONE, TWO], [reply(TWO, BILLED), service(SHIPPED)], recorded(
        one=SHIPPED, two=BILLED
    ))  # fmt: skip

    assert [fate.overtaken for fate in fates] == [True, False]


def test_an_answer_without_a_record_is_what_its_own_delivery_carried() -> None:
    alone = read([ONE], [reply(ONE, SHIPPED)], {})
    behind = read([ONE, TWO], [reply(TWO, f"{SHIPPED}\n\n{BILLED}")], recorded(one=SHIPPED))
    alike = read([ONE, TWO], [reply(ONE, SHIPPED), reply(TWO, SHIPPED)], recorded(one=SHIPPED))

    assert ways_of(alone) == [("once", ["first"])]
    assert ways_of(behind) == [("once", ["rode"]), ("once", ["first"])]
    assert ways_of(alike) == [("once", ["first"]), ("once", ["first"])]


@pytest.mark.parametrize(
    "note", [BUSY, "还在写，请点 weixin://bizmsgmenu?msgmenucontent=看答案&msgmenuid=1"]
)
def test_a_note_is_no_answer(note: str) -> None:
    waiting = read([ONE], [reply(ONE, note, 3)], {}, notes=[BUSY])
    answered = read([ONE], [reply(ONE, note, 3), service(SHIPPED)], recorded(one=SHIPPED))

    assert ways_of(waiting) == [("refused" if note == BUSY else "lost", [])]
    assert ways_of(answered) == [("once", ["service"])]


def test_a_tap_may_carry_an_answer() -> None:
    tap = FollowerMessage("tap", "mei", 5.0, carrier=True)

    fates = read([ONE, tap], [reply(tap, SHIPPED)], recorded(one=SHIPPED))

    assert ways_of(fates)[0] == ("once", ["rode"])


def test_a_long_answer_may_come_in_parts_and_its_end_may_be_missing() -> None:
    parts = [service(LONG[:200]), service(LONG[200:], at=21.0)]

    whole = read([ONE], parts, recorded(one=LONG))
    cut = read([ONE], parts[:1], recorded(one=LONG))

    assert [(fate.kind, fate.whole) for fate in (*whole, *cut)] == [("once", True), ("once", False)]


def test_a_message_that_got_nothing_is_lost_unless_nobody_could_answer_it() -> None:
    unheard = FollowerMessage("unheard", "mei", 3.0, reached=False)

    lost = read([ONE, unheard], [], {})
    left = read([ONE], [], recorded(one=SHIPPED), left={"mei": 4.0})
    merged = read([ONE], [], recorded(one=""))

    assert ways_of(lost) == [("lost", []), ("unreached", [])]
    assert ways_of(left) == [("left", [])]
    assert ways_of(merged) == [("merged", [])]


def test_followers_are_told_apart() -> None:
    other = FollowerMessage("other", "lan", 0.5)
    phone_texts = [reply(ONE, SHIPPED), PhoneText("lan", 11.0, SHIPPED, "other", 2)]

    fates = read([ONE, other], phone_texts, recorded(one=SHIPPED, other=SHIPPED))

    assert ways_of(fates) == [("once", ["first"]), ("once", ["second"])]
