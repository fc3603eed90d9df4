"""Activities of followers, written as a list of events or simulated with a known truth."""

from collections.abc import Sequence

import numpy as np

from app.marketing.audience.activity import KINDS, Activity
from app.marketing.audience.profiles import DAY
from app.marketing.events.values import EventKind

NOW = 1_796_000_000.0  # 2026-11-30 08:53 in China

# follower, kind, days before NOW, and item, value, mood, intent where they apply
Event = tuple[str, EventKind, float] | tuple[str, EventKind, float, dict[str, object]]


def make_activity(events: Sequence[Event]) -> Activity:
    """The activity of events in any order."""
    ordered = sorted(events, key=lambda event: -event[2])
    details = [event[3] if len(event) == 4 else {} for event in ordered]
    followers = sorted({event[0] for event in ordered})
    items = sorted({str(each["item"]) for each in details if "item" in each})
    intents = sorted({str(each["intent"]) for each in details if "intent" in each})
    return Activity(
        followers=followers,
        items=items,
        intents=intents,
        follower=np.array([followers.index(event[0]) for event in ordered], dtype=np.int64),
        kind=np.array([KINDS.index(event[1]) for event in ordered], dtype=np.int8),
        time=np.array([NOW - event[2] * DAY for event in ordered]),
        value=np.array([each.get("value", np.nan) for each in details], dtype=np.float64),
        item=np.array(
            [items.index(str(each["item"])) if "item" in each else -1 for each in details],
            dtype=np.int64,
        ),
        mood=np.array([each.get("mood", np.nan) for each in details], dtype=np.float64),
        intent=np.array(
            [intents.index(str(each["intent"])) if "intent" in each else -1 for each in details],
            dtype=np.int64,
        ),
    )


def simulate_visits(followers: int, days: float, seed: int) -> Activity:
    """Followers who come at a rate of their own and leave after each visit with a chance.

    The model of Fader, Hardie and Lee 2005 (BG/NBD): rates are Gamma(1.2, 8 days), chances
    Beta(1, 6). The last visit is up to `days` after the first day; NOW is day 200.
    """
    random = np.random.default_rng(seed)
    rates = random.gamma(1.2, 1 / 8.0, followers)
    chances = random.beta(1.0, 6.0, followers)
    who: list[int] = []
    when: list[float] = []
    for at, start in enumerate(random.uniform(0, 140, followers)):
        day = start
        while day <= days:
            who.append(at)
            when.append(day)
            if random.random() < chances[at]:
                break
            day += random.exponential(1 / rates[at])
    order = np.argsort(when, kind="stable")
    count = len(who)
    return Activity(
        followers=[f"f-{at}" for at in range(followers)],
        items=[],
        intents=[],
        follower=np.array(who, dtype=np.int64)[order],
        kind=np.full(count, KINDS.index(EventKind.VIEW), dtype=np.int8),
        time=NOW + (np.array(when)[order] - 200) * DAY,
        value=np.full(count, np.nan),
        item=np.full(count, -1, dtype=np.int64),
        mood=np.full(count, np.nan),
        intent=np.full(count, -1, dtype=np.int64),
    )


def measure_true_risk(
    activity: Activity, seed: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """P(no visit in 30 days from NOW) by the model that the visits were drawn from.

    What the best prediction from the visits alone can know: the posterior over 4,000 draws of rate
    and chance, in closed form for each follower.
    """
    random = np.random.default_rng(seed + 99)
    rates, chances = random.gamma(1.2, 1 / 8.0, 4000), random.beta(1.0, 6.0, 4000)
    past = activity.select_rows(activity.time <= NOW)
    count = len(activity.followers)
    repeats = np.bincount(past.follower, minlength=count) - 1
    last, first = np.zeros(count), np.zeros(count)
    last[past.follower] = past.time
    first[past.follower[::-1]] = past.time[::-1]
    between, whole = (last - first) / DAY, (NOW - first) / DAY
    logs = repeats[:, None] * (np.log1p(-chances) + np.log(rates)) - rates * between[:, None]
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    silent = (1 - chances) * np.exp(-rates * (whole - between)[:, None])
    comes_back = (weights * silent * (1 - np.exp(-30 * rates))).sum(axis=1)
    return np.asarray(1 - comes_back / (weights * (silent + chances)).sum(axis=1))
