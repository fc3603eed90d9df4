"""Learns an account's rankers: from exposures and clicks, else from reads, else shipped ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.marketing.recommend.lessons.answer_log import LabelledAnswer
from app.marketing.recommend.lessons.exposure_rows import AnswerSource, collect_rows
from app.marketing.recommend.lessons.rankers import SHIPPED, Base, Ranker, Rankers
from app.marketing.recommend.ranking.clicks import LEAST_CLICKS, ClickRows, learn_weights
from app.marketing.recommend.ranking.context import CONTEXT
from app.marketing.recommend.ranking.interactions import Interactions
from app.marketing.recommend.ranking.signals import ItemFacts
from app.marketing.recommend.ranking.training import train_ranker
from app.marketing.recommend.read_log import ReadColumns

LEAST_READS = 500  # from which reads teach


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningInput:
    """What teaches besides the reads; `readers` as in AnswerSource, `now` in s since 1970."""

    answers: Sequence[LabelledAnswer]
    readers: Mapping[str, int | None]
    read_count: int
    now: float


def learn_rankers(
    source: LearningInput, reads: ReadColumns, numbers: Mapping[str, int], facts: ItemFacts
) -> Rankers:
    """The rankers that these data justify."""
    rankers = dict(SHIPPED)
    if source.read_count >= LEAST_READS:
        interactions = reads.build_interactions(numbers)
        rankers["behaviour"] = _learn_from_reads(interactions, facts, source)
    if sum(len(answer.clicks) for answer in source.answers) < LEAST_CLICKS:
        return rankers
    answers = AnswerSource(
        answers=source.answers, reads=reads, readers=source.readers, numbers=numbers, facts=facts
    )
    learnt: dict[Base, Ranker] = {
        base: _learn_from_clicks(rows, rankers[base], source.now)
        for base, rows in collect_rows(answers).items()
    }
    return rankers | learnt


def _learn_from_reads(
    interactions: Interactions, facts: ItemFacts, source: LearningInput
) -> Ranker:
    weights = np.concatenate([train_ranker(interactions, facts), np.zeros(len(CONTEXT))])
    return Ranker(weights=weights, origin="reads", learnt_at=source.now, reads=source.read_count)


def _learn_from_clicks(rows: ClickRows, former: Ranker, now: float) -> Ranker:
    """A ranker with weights of the clicks, if a later part of them says that these are better."""
    lesson = learn_weights(rows, former.weights)
    if lesson is None:
        return former
    if not lesson.trial.is_better:
        return replace(former, trial=lesson.trial)
    return replace(
        former, weights=lesson.weights, origin="exposures", learnt_at=now, trial=lesson.trial
    )
