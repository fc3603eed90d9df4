"""The week's script: who writes what, when, and how. No I/O; the same seed writes the same."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

DAYS = 7
NIGHT = 0.85  # of a day, then hardly anybody writes
RUSH = 0.25  # of a day's doings fall into one second
ACTIVE = 0.6  # of the followers, each day
LEAVES = 0.01  # of the doings end with unsubscribing
BURST, CHAT = 0.25, 0.2  # of the doings; the rest is one message

Verb = Literal["say", "click", "image", "tap", "subscribe", "unsubscribe"]

# What neither a template nor an entry answers; each is asked with a number of its own.
ODD = (
    "你们创始人年轻的时候最喜欢哪首歌",
    "这款适合拿来送给刚退休的数学老师吗",
    "用它泡的茶配什么点心最好",
    "如果下雪天在院子里用会怎么样",
    "帮我给妈妈写一句生日祝福，提到你们的产品",
    "它和我外婆家那台老的比有什么讲究",
    "为什么包装选了这种蓝色，有故事吗",
    "周末三个人露营，你会怎么安排这套东西",
)


@dataclass(frozen=True)
class Texts:
    """What followers write, by what should answer it."""

    plain: Sequence[str]  # a template, mostly
    entry_texts: Sequence[str]  # an entry of the knowledge base
    odd: Sequence[str] = ODD  # a language model, or asking back


@dataclass(frozen=True)
class Act:
    """One message; `waits` when the follower reads the answer to the one before first."""

    verb: Verb
    text: str = ""
    pause: float = 0.0  # seconds, after the act before it
    waits: bool = False
    together: int = 1  # deliveries that arrive at the same moment


@dataclass(frozen=True)
class Doing:
    """What a follower does in a row."""

    at: float  # seconds since the day began
    who: int
    acts: tuple[Act, ...]


Day = Sequence[Doing]


def week(followers: int, day: float, texts: Texts, seed: int) -> list[Day]:
    """`day` is the seconds that a day takes. Who has unsubscribed says nothing on later days."""
    author = _Author(random.Random(seed), texts)
    gone: set[int] = set()
    days: list[Day] = []
    for number in range(DAYS):
        active = [who for who in range(followers) if who not in gone and author.likely(ACTIVE)]
        doings = sorted((author.doing(who, day, number) for who in active), key=lambda d: d.at)
        gone |= {doing.who for doing in doings if doing.acts[-1].verb == "unsubscribe"}
        days.append(doings)
    return days


@dataclass
class _Author:
    random: random.Random
    texts: Texts
    number: int = 0  # of odd questions so far

    def likely(self, share: float) -> bool:
        return self.random.random() < share

    def doing(self, who: int, day: float, number: int) -> Doing:
        acts = self._acts()
        if number == 0 and self.likely(0.3):
            acts = (Act("subscribe"), self._after(acts[0], 0.3, 3.0, waits=False), *acts[1:])
        if self.likely(LEAVES):
            acts = (*acts, Act("unsubscribe", pause=self.random.uniform(0.0, 0.2)))
        return Doing(self._moment(day), who, acts)

    def _moment(self, day: float) -> float:
        if self.likely(RUSH):
            return day / 3 + self.random.random()
        if self.likely(0.03):
            return self.random.uniform(NIGHT, 1.0) * day
        return self.random.random() * NIGHT * day

    def _acts(self) -> tuple[Act, ...]:
        pick = self.random.random()
        if pick < BURST:
            first, *more = (self._act() for _ in range(self.random.randint(2, 4)))
            return (first, *(self._after(a, 0.05, 0.8, waits=False) for a in more))
        if pick < BURST + CHAT:
            first, *more = (self._act() for _ in range(self.random.randint(2, 3)))
            return (first, *(self._after(a, 0.5, 3.0, waits=True) for a in more))
        return (self._act(),)

    def _after(self, act: Act, least: float, most: float, *, waits: bool) -> Act:
        pause = self.random.uniform(least, most)
        return Act(act.verb, act.text, pause, waits, act.together)

    def _act(self) -> Act:
        together = 2 if self.likely(0.02) else 1
        verb = self.random.choices(("say", "click", "image", "tap"), (0.9, 0.04, 0.03, 0.03))[0]
        match verb:
            case "say":
                return Act("say", self._text(), together=together)
            case "click":
                # Two clicks on one button in the same second are one to the platform.
                return Act("click", f"MENU_{self.random.getrandbits(32)}", together=together)
            case "tap":
                return Act("tap", "继续")
            case _:
                return Act("image")

    def _text(self) -> str:
        kind = self.random.choices(("plain", "known", "odd"), (0.5, 0.3, 0.2))[0]
        if kind == "odd":
            self.number += 1
            return f"{self.random.choice(self.texts.odd)}（第 {self.number} 问）"
        return self.random.choice(self.texts.plain if kind == "plain" else self.texts.entry_texts)
