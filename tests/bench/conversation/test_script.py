"""The week's script."""

from tests.bench.conversation.script import DAYS, Texts, week

TEXTS = Texts(plain=["什么时候发货", "怎么退货"], entry_texts=["可以开发票吗"])


def test_the_same_seed_writes_the_same_week() -> None:
    one, other, third = (week(40, 20.0, TEXTS, seed) for seed in (1, 1, 2))

    assert one == other != third
    assert len(one) == DAYS


def test_days_are_in_order_and_end_in_time() -> None:
    for day in week(100, 20.0, TEXTS, 1):
        moments = [doing.at for doing in day]

        assert moments == sorted(moments)
        assert 0 <= moments[0] <= moments[-1] <= 20.0


def test_nobody_writes_after_unsubscribing() -> None:
    gone: set[int] = set()

    for day in week(400, 20.0, TEXTS, 1):
        assert gone.isdisjoint(doing.who for doing in day)
        for doing in day:
            verbs = [act.verb for act in doing.acts]
            assert "unsubscribe" not in verbs[:-1]
            if verbs[-1] == "unsubscribe":
                gone.add(doing.who)

    assert gone


def test_questions_for_a_language_model_are_all_different() -> None:
    acts = [act for day in week(100, 20.0, TEXTS, 1) for doing in day for act in doing.acts]

    odd = [act.text for act in acts if "问）" in act.text]

    assert len(odd) == len(set(odd)) > 50
    assert {act.verb for act in acts} == {
        "say", "click", "image", "tap", "subscribe", "unsubscribe",
    }  # fmt: skip
    assert {act.together for act in acts} == {1, 2}
