"""Turns answers and their clicks into rows of features, as they were when the items were shown.

Signals are fitted only to reads before, in a few parts of the time: the click that is to be
predicted, which is a read too, is in none of them. An item that a follower read again counts at
their latest read, for other followers too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from app.marketing.recommend.lessons.answer_log import LabelledAnswer
from app.marketing.recommend.lessons.rankers import Base, choose_base
from app.marketing.recommend.ranking.candidates import find_candidates
from app.marketing.recommend.ranking.clicks import ClickRows
from app.marketing.recommend.ranking.context import Moment, compute_context, describe_biases
from app.marketing.recommend.ranking.signals import ItemFacts, ItemSignals, at_time, fit_signals
from app.marketing.recommend.read_log import FollowerHistory, ReadColumns

MOST_ANSWERS = 5_000  # the latest: a score of weights needs no more
PARTS = 4  # of the answers, with signals fitted to the reads before each
TREND_EVERY = 6 * 3_600.0  # seconds between two counts of readers and trend


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerSource:
    """Answers by rising time, all reads, and the number of each answer's follower among them."""

    answers: Sequence[LabelledAnswer]
    reads: ReadColumns
    readers: Mapping[str, int | None]  # pseudonym -> number; None for one who read nothing
    numbers: Mapping[str, int]  # item id -> number
    facts: ItemFacts


def collect_rows(source: AnswerSource) -> dict[Base, ClickRows]:
    """Rows of the latest MOST_ANSWERS, by how their items are ranked."""
    parts: dict[Base, list[ClickRows]] = {}
    histories = source.reads.build_histories(source.numbers)
    followers: dict[str, int] = {}
    for answer, signals in _find_signals(source):
        history = histories.find_before(source.readers.get(answer.pseudonym), answer.time)
        follower = followers.setdefault(answer.pseudonym, len(followers))
        base, rows = _describe_answer(source, answer, signals, history, follower)
        parts.setdefault(base, []).append(rows)
    return {base: _join_rows(each) for base, each in parts.items()}


def _find_signals(source: AnswerSource) -> Iterator[tuple[LabelledAnswer, ItemSignals]]:
    """The latest answers, each with the signals of what had been read before."""
    interactions = source.reads.build_interactions(source.numbers)
    answers = source.answers[-MOST_ANSWERS:]
    for part in np.array_split(np.arange(len(answers)), PARTS):
        counted_at, fitted, signals = -np.inf, None, None
        for answer in (answers[number] for number in part):
            if fitted is None:
                earlier = interactions.select(interactions.times < answer.time)
                fitted = fit_signals(earlier, answer.time, source.facts)
            if signals is None or answer.time >= counted_at + TREND_EVERY:
                counted_at = answer.time
                before = interactions.select(interactions.times < counted_at)
                signals = at_time(fitted, before, counted_at)
            yield answer, signals


def _describe_answer(
    source: AnswerSource,
    answer: LabelledAnswer,
    signals: ItemSignals,
    history: FollowerHistory,
    follower: int,
) -> tuple[Base, ClickRows]:
    """The rows of an answer's items; an item that is no candidate any more teaches nothing."""
    may_show = ~(source.facts.published > answer.time)
    candidates = find_candidates(signals, history.items, may_show)
    numbers = np.array([source.numbers.get(each.item, -1) for each in answer.items], np.int64)
    rows = np.searchsorted(candidates.items, numbers)
    is_candidate = np.isin(numbers, candidates.items)
    numbers, rows = numbers[is_candidate], rows[is_candidate]
    items = list(compress(answer.items, is_candidate))
    features = candidates.features[rows]
    moment = Moment(
        now=answer.time,
        last_read=history.last_read,
        exposures={
            number: item.earlier for number, item in zip(numbers.tolist(), items, strict=True)
        },
    )
    context = compute_context(signals, numbers, features, moment)
    return choose_base(candidates, history.items), ClickRows(
        features=np.concatenate([features, context], 1),
        biases=describe_biases(
            moment,
            np.array([each.place for each in items], np.int64),
            np.array([each.is_explored for each in items], bool),
        ),
        clicks=np.array([each.item in answer.clicks for each in items], np.float64),
        followers=np.full(len(items), follower),
    )


def _join_rows(parts: Sequence[ClickRows]) -> ClickRows:
    return ClickRows(
        features=np.concatenate([part.features for part in parts]),
        biases=np.concatenate([part.biases for part in parts]),
        clicks=np.concatenate([part.clicks for part in parts]),
        followers=np.concatenate([part.followers for part in parts]),
    )
