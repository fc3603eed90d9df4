from app.inference import rates
from app.inference.rates import FORGET, Rate, RateGauge


def test_a_plan_leaves_a_margin_after_wait_and_reading() -> None:
    rate = Rate(wait=0.5, reading=0.01, speed=10)

    assert [rate.tokens(s, 100) for s in (0, 1.5, 2, 5)] == [0, 0, 1, 25]


def test_a_local_writer_learns_how_fast_it_reads_and_writes() -> None:
    rate = Rate(wait=0, reading=0.01, speed=10)

    assert rate.after(100, first=2, tokens=21, seconds=1) == Rate(0, 0.012, 12)


def test_a_remote_writer_learns_how_long_it_waits() -> None:
    rate = Rate(wait=1, reading=0, speed=10)

    assert rate.after(100, first=0.5, tokens=21, seconds=1) == Rate(0.9, 0, 12)


def test_an_answer_of_one_token_tells_nothing_of_the_speed() -> None:
    rate = Rate(wait=1, reading=0, speed=10)

    assert rate.after(100, first=1, tokens=1, seconds=0) == rate


def test_silence_makes_the_wait_longer_never_shorter() -> None:
    rate = Rate(wait=1, reading=0, speed=10)

    assert (rate.slower(6), rate.slower(0.1)) == (Rate(2, 0, 10), rate)


def test_tokens_are_counted_a_little_high() -> None:
    assert [rates.estimate_tokens(t) for t in ("", "你好，", "hello", "第3天 ok")] == [0, 3, 2, 4]


def test_who_was_too_slow_gets_another_chance() -> None:
    now = [100.0]
    gauge = RateGauge(Rate(wait=1, reading=0, speed=20), lambda: now[0])
    gauge.show(Rate(wait=9, reading=0, speed=30))

    soon = gauge.rate.tokens(5, 100)
    now[0] += FORGET + 1

    assert (soon, gauge.rate) == (0, Rate(wait=1, reading=0, speed=30))


def test_half_a_surrogate_pair_counts_like_a_character() -> None:
    assert rates.estimate_tokens("好\ud83d\ude00") == 2
