"""What followers were shown in each answer and which of it they clicked: labels of the ranker."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.marketing.recommend.item_events import EXPLORED, QUESTION, ItemEvent
from app.marketing.recommend.ranking.popularity import DAY

MOST_ANSWERS = 20_000  # the latest ones of an account that are kept
WINDOW = 90 * DAY  # in which answers teach
CLICK_WITHIN = 2 * DAY  # of the exposure: a later click doesn't count, a younger answer waits


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of an answer, at a place from 1 (0: not known).

    `earlier`: how often the follower had been shown it before.
    """

    item: str
    place: int
    is_explored: bool
    earlier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledAnswer:
    """An answer whose clicks are known by now. `time`: of its first exposure, s since 1970."""

    pseudonym: str
    time: float
    items: Sequence[ShownItem]
    clicks: frozenset[str]


@dataclass(slots=True, kw_only=True)
class _OpenAnswer:
    """An answer to one follower so far; a click may come before its exposure."""

    time: float = float("inf")
    items: dict[str, ShownItem] = field(default_factory=dict)
    clicks: dict[str, float] = field(default_factory=dict)  # item -> time of the first
    is_asked: bool = False  # to a question, whose embedding isn't stored: it teaches nothing

    def label(self, pseudonym: str) -> LabelledAnswer:
        until = self.time + CLICK_WITHIN
        clicks = frozenset(item for item, time in self.clicks.items() if time <= until)
        return LabelledAnswer(
            pseudonym=pseudonym, time=self.time, items=tuple(self.items.values()), clicks=clicks
        )


@dataclass(slots=True)
class AnswerLog:
    """The latest answers, by recommendation and follower. An item counts once in an answer."""

    _answers: dict[tuple[str, str], _OpenAnswer] = field(default_factory=dict)

    def add_exposure(self, event: ItemEvent, earlier: int) -> None:
        """Count an exposure; `earlier`: how often the follower was shown the item before."""
        answer = self._get_answer(event)
        answer.time = min(answer.time, event.time)
        answer.is_asked |= event.strategy == QUESTION
        item = ShownItem(event.item, event.place, event.strategy == EXPLORED, earlier)
        answer.items.setdefault(event.item, item)

    def add_click(self, event: ItemEvent) -> None:
        """Count a click, or another read, that names its answer."""
        clicks = self._get_answer(event).clicks
        clicks[event.item] = min(event.time, clicks.get(event.item, event.time))

    def forget(self, pseudonym: str) -> None:
        """Drop the answers to a follower who was erased."""
        for key in [key for key in self._answers if key[1] == pseudonym]:
            del self._answers[key]

    def list_labelled(self, now: float) -> list[LabelledAnswer]:
        """Answers of WINDOW that are CLICK_WITHIN old, the earliest first."""
        labelled = [
            answer.label(pseudonym)
            for (_, pseudonym), answer in self._answers.items()
            if answer.items and not answer.is_asked
            and CLICK_WITHIN <= now - answer.time <= WINDOW
        ]  # fmt: skip
        return sorted(labelled, key=lambda answer: answer.time)

    def _get_answer(self, event: ItemEvent) -> _OpenAnswer:
        answer = self._answers.setdefault((event.recommendation, event.pseudonym), _OpenAnswer())
        if len(self._answers) > MOST_ANSWERS:
            del self._answers[next(iter(self._answers))]
        return answer
