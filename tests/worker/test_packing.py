"""Answers that found no delivery ride on the next one."""

from app.delivery.outbox import Parcel
from app.messages import values as cards
from app.worker.packing import Ride, ride

NEW = "您好，请留下订单号。"
OLD = "订单在路上，预计明天到。"


def kept(*texts: str) -> list[Parcel]:
    return [Parcel(f"wx1:{n}", "shop", "oMei", text, float(n)) for n, text in enumerate(texts)]


def test_kept_answers_come_first_and_in_their_order() -> None:
    carried = ride(kept(OLD, "运费八元。"), NEW)

    assert carried == Ride(f"{OLD}\n\n运费八元。\n\n{NEW}", {"wx1:0": "", "wx1:1": ""})


def test_one_that_is_too_long_begins_now_and_goes_on_next_time() -> None:
    long = OLD * 56  # 2,016 bytes

    first = ride(kept(OLD, long, "运费八元。"), NEW)
    second = ride(kept(first.aboard["wx1:1"], "运费八元。"), NEW)

    assert list(first.aboard) == ["wx1:0", "wx1:1"]
    assert len(first.text.encode()) <= 2048
    begun = first.text.removeprefix(f"{OLD}\n\n").removesuffix(f"\n\n{NEW}")
    assert begun.endswith("。…")
    assert begun.removesuffix("…") + first.aboard["wx1:1"].removeprefix("…") == long
    assert second.text == f"{first.aboard['wx1:1']}\n\n运费八元。\n\n{NEW}"


def test_a_long_new_answer_takes_none_along_and_leaves_its_rest() -> None:
    assert ride(kept(OLD), "茶" * 682) == Ride("茶" * 682)
    assert ride(kept(OLD), "茶" * 700) == Ride("茶" * 682, rest="茶" * 18)


def test_without_a_new_answer_they_go_alone() -> None:
    assert ride(kept(OLD, NEW), "") == Ride(f"{OLD}\n\n{NEW}", {"wx1:0": "", "wx1:1": ""})
    assert ride([], "") == Ride("")


def test_a_card_is_a_message_of_its_own() -> None:
    card = cards.write(cards.Image(type="image", media_id="MEDIA"))

    assert ride(kept(OLD), card) == Ride(card)
    assert ride(kept(card, OLD), NEW) == Ride(NEW)
    assert ride(kept(card, OLD), "") == Ride(card, {"wx1:0": ""})
