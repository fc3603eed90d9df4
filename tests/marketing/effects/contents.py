"""Contents with a known truth: what moves their figures is written here."""

import numpy as np

from app.marketing.effects.values import ContentOutcome

SEPTEMBER = 1_788_192_000.0  # 2026-09-01 00:00 in China


def make_contents(
    count: int, *, question_lift: float = 0.0, group_size: int = 1, seed: int = 0
) -> list[ContentOutcome]:
    """Contents whose reads rise by the factor exp(question_lift) where the title is a question.

    Everything else is chance: title, time, pictures, a share of the group's and one of its own.
    """
    random = np.random.default_rng(seed)
    contents = []
    mood_of_group = 0.0
    for at in range(count):
        if at % group_size == 0:
            mood_of_group = random.normal(0, 0.3)
        is_question = random.random() < 0.4
        title = "怎么选一款好茶" if is_question else "这杯春茶正好"
        title += "新" * int(random.integers(0, 12)) + (
            "，3 个办法" if random.random() < 0.3 else ""
        )
        day, hour = int(random.integers(0, 60)), int(random.choice([7, 12, 15, 20]))
        exposures = int(random.integers(800, 9_000))
        rate = np.exp(-2.5 + question_lift * is_question + mood_of_group + random.normal(0, 0.2))
        contents.append(
            ContentOutcome(
                id=f"c{at}",
                title=title,
                characters=int(random.integers(300, 4_000)),
                pictures=int(random.integers(0, 9)),
                published=SEPTEMBER + day * 86_400 + hour * 3_600,
                exposures=exposures,
                counts={"reads": int(random.binomial(exposures, min(rate, 0.9)))},
                finish_rate=float(np.clip(0.4 + random.normal(0, 0.1), 0.01, 0.99)),
                group=f"g{at // group_size}",
            )
        )
    return contents
