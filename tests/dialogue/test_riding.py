"""Answers that found no delivery ride on the next one."""

from app.dialogue.riding import Ride, ride

NEW = "您好，请留下订单号。"
OLD = "订单在路上，预计明天到。"


def test_kept_answers_come_first_and_in_their_order() -> None:
    assert ride([OLD, "运费八元。"], NEW) == Ride(f"{OLD}\n\n运费八元。\n\n{NEW}", 2, "")


def test_one_that_is_too_long_begins_now_and_goes_on_next_time() -> None:
    long = OLD * 56  # 2,016 bytes

    first = ride([OLD, long, "运费八元。"], NEW)
    second = ride([first.rest, "运费八元。"], NEW)

    assert (first.taken, second.taken) == (1, 2)
    assert len(first.text.encode()) <= 2048
    begun = first.text.removeprefix(f"{OLD}\n\n").removesuffix(f"\n\n{NEW}")
    assert begun.endswith("。…")
    assert begun.removesuffix("…") + first.rest.removeprefix("…") == long
    assert second.text == f"{first.rest}\n\n运费八元。\n\n{NEW}"


def test_a_long_new_answer_takes_none_along() -> None:
    assert ride([OLD], "茶" * 682) == Ride("茶" * 682, 0, "")
