"""Analyses contents: their topics and moods, then the effects of all features on the metrics."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from app.inference.ports import Classification
from app.marketing.effects.loading import LoadedContent
from app.marketing.effects.report import build_report, describe_report
from app.marketing.effects.topics import ContentTopics, cluster_topics
from app.marketing.effects.values import ContentOutcome, Metric
from app.marketing.effects.waiting import UnreachedContent
from app.marketing.feelings.moods import measure_mood

LEAST_STABLE = 0.6  # of topics; what is less stable is another one with other contents


def analyze_contents(
    contents: Sequence[LoadedContent],
    classifications: Sequence[Classification],
    metrics: Sequence[Metric],
    unreached: Sequence[UnreachedContent] = (),
) -> dict[str, Any]:
    """The report as JSON values, with topics and moods found by the encoder. Topics that aren't
    stable are neither shown nor compared.

    contents and classifications are in one order, one or more. unreached: of the same days,
    without an event.
    """
    topics = cluster_topics(
        [content.text for content in contents],
        _spread_vectors(np.array([each.vector for each in classifications])),
    )
    if topics.stability < LEAST_STABLE:
        topics = replace(topics, topics=())
    outcomes = _add_findings([content.outcome for content in contents], classifications, topics)
    return describe_report(build_report(outcomes, metrics, topics, unreached))


def _spread_vectors(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Vectors of length 1 around their mean: those of one encoder all point one way."""
    centered = vectors - vectors.mean(axis=0)
    return cast(
        "npt.NDArray[np.floating]",
        centered / np.maximum(np.linalg.norm(centered, axis=1, keepdims=True), 1e-9),
    )


def _add_findings(
    outcomes: Sequence[ContentOutcome],
    classifications: Sequence[Classification],
    topics: ContentTopics,
) -> list[ContentOutcome]:
    names = {place: topic.name for topic in topics.topics for place in topic.places}
    if len(topics.topics) < 2:
        names = {}
    return [
        replace(
            outcome,
            mood=measure_mood(outcome.title, classification),
            topic=names.get(place, ""),
        )
        for place, (outcome, classification) in enumerate(
            zip(outcomes, classifications, strict=True)
        )
    ]
