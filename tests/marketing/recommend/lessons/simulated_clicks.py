"""Followers whose clicks are drawn from a known model of what they see and like."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from app.marketing.events.items import Item, ItemKind
from app.marketing.events.values import EventKind
from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.fitting import fit
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.item_events import ItemEvent
from app.marketing.recommend.lessons.rankers import Rankers
from app.marketing.recommend.ranking.popularity import DAY
from app.marketing.recommend.ranking.selection import SelectionPolicy
from app.marketing.recommend.values import RecommendedItem

TOPICS, ITEMS, FOLLOWERS = 4, 60, 80
BEGIN = 1_750_000_000.0
PLACES = 3
LOOK_CHANCES = (1.0, 0.5, 0.3)  # chance that the item at a place is looked at
BEFORE = 20 * DAY  # in which each follower read READS items
READS = 5


@dataclass(slots=True)
class SimulatedFollowers:
    """Followers of one topic each, who click what is new and of their topic, not what is read most.

    A click's chance is that of looking at the place times that of liking the item.
    """

    rng: np.random.Generator
    index: AccountIndex = field(default_factory=AccountIndex)
    events: int = 0

    def begin(self) -> None:
        """Put the items, and what was read before anything was recommended."""
        self.index.put_items([_make_item(number) for number in range(ITEMS)])
        noise = self.rng.normal(size=(ITEMS, TOPICS)) * 0.4
        vectors = np.eye(TOPICS)[np.arange(ITEMS) % TOPICS] + noise
        self.index.embeddings = {f"i{number}": row for number, row in enumerate(vectors)}
        for follower in range(FOLLOWERS):
            for time in np.sort(BEGIN - self.rng.uniform(0, BEFORE, READS)):
                topic = follower % TOPICS if self.rng.random() < 0.6 else self.rng.integers(TOPICS)
                item = topic + TOPICS * int(self.rng.exponential(2) % 8)
                self.take(EventKind.VIEW, follower, f"i{item}", float(time))
        self.fit(BEGIN, learns=False)

    def answer_on(self, days: Iterable[int], per_day: int) -> None:
        """Show items to random followers, and let them click."""
        for day in days:
            for number in range(per_day):
                now = BEGIN + (day + number / per_day) * DAY
                follower = int(self.rng.integers(FOLLOWERS))
                name = f"r{day}-{number}"
                self.show(follower, name, now)
            self.fit(BEGIN + (day + 1) * DAY, learns=False)

    def show(self, follower: int, name: str, now: float) -> None:
        """Record an answer's exposures, and the clicks that follow."""
        for place, each in enumerate(self.choose(follower, now, 0.1), start=1):
            chance = LOOK_CHANCES[place - 1] * self.like(follower, each.item, now)
            labels = {"recommendation": name, "strategy": each.strategy, "place": place}
            self.take(EventKind.EXPOSURE, follower, each.item.id, now, **labels)
            if self.rng.random() < chance:
                self.take(EventKind.CLICK, follower, each.item.id, now + 60, recommendation=name)

    def expect_clicks(self, now: float, rankers: Rankers) -> float:
        """The mean number of clicks on an answer to each follower, by the true model."""
        assert self.index.fitted is not None
        self.index.fitted = replace(self.index.fitted, rankers=rankers)
        return float(np.mean([
            sum(
                LOOK_CHANCES[place] * self.like(follower, each.item, now)
                for place, each in enumerate(self.choose(follower, now, 0.0))
            )
            for follower in range(FOLLOWERS)
        ]))  # fmt: skip

    @property
    def rankers(self) -> Rankers:
        """What the last fit ranks by."""
        assert self.index.fitted is not None
        return self.index.fitted.rankers

    def like(self, follower: int, item: Item, now: float) -> float:
        """The chance that a follower who looks at an item clicks it."""
        assert item.published is not None
        number = int(item.id[1:])
        fits = number % TOPICS == follower % TOPICS
        age = (now - item.published) / DAY
        return float(1 / (1 + np.exp(2.5 - 2.0 * fits - 2.5 * np.exp2(-age / 7))))

    def choose(self, follower: int, now: float, exploration: float) -> list[RecommendedItem]:
        selection = SelectionPolicy(count=PLACES, exploration=exploration, diversity=0.2)
        policy = RecommendationPolicy(most_shown=20, selection=selection)
        return choose_items(self.index, f"f{follower}", now, policy, self.rng).items

    def take(
        self, kind: EventKind, follower: int, item: str, time: float, **labels: object
    ) -> None:
        self.events += 1
        event = ItemEvent(
            id=f"e{self.events}", kind=kind, pseudonym=f"f{follower}", item=item, time=time,
            recorded=time, **labels,  # type: ignore[arg-type]
        )  # fmt: skip
        self.index.take_events([event])

    def fit(self, now: float, *, learns: bool) -> None:
        self.index.fitted = fit(self.index.copy_for_fit(now, learns=learns))


def _make_item(number: int) -> Item:
    """Forty items are there at first; then one comes out each day."""
    return Item(
        account="default", id=f"i{number}", kind=ItemKind.ARTICLE, title=f"第{number}篇",
        published=BEGIN + (number - 40) * DAY, created=0.0, changed=0.0,
    )  # fmt: skip
