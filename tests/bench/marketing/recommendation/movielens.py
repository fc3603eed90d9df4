"""Measures recommendation on MovieLens-100k: the last item, a split by time, new items.

44 % of the last items have the time of the one before, to the second, so what is last is a matter
of how ties are broken. The baselines' figures are those of the file's order.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.marketing.recommend.ranking.interactions import Interactions
from tests.bench.marketing.figures import Figure
from tests.bench.marketing.recommendation.hits import measure_by_time, measure_last_items
from tests.bench.marketing.recommendation.new_items import describe_film, measure_new_items
from tests.bench.marketing.recommendation.ratings import Ratings, read_ratings
from tests.bench.processes import ROOT

ENCODER = ROOT / "models" / "weights" / "multilingual-e5-small"
TARGET, TIMES_POPULARITY = 0.20, 2.0
SEEDS = 5  # random orders of ties


def measure(data: Path) -> list[Figure]:
    """HR@10 with three ways to break ties, by time, and of new items."""
    ratings = read_ratings(data)
    in_file = ratings.sort()
    return [
        *_describe_last_items(in_file),
        *_describe_other_ties(ratings),
        *_describe_by_time(measure_by_time(in_file)),
        *_describe_new_items(ratings, in_file),
    ]


def embed_films(texts: Sequence[str]) -> np.ndarray:
    """(texts, D), by multilingual-e5-small."""
    # Imported here: torch takes seconds, and the tests load this module.
    from models.encoder.embedding import embed_texts
    from models.encoder.encoder import Encoder

    vectors: np.ndarray = embed_texts(Encoder(ENCODER), texts).numpy()
    return vectors


def _describe_last_items(in_file: Interactions) -> list[Figure]:
    hits = measure_last_items(in_file)
    rows = in_file.starts[1:] - 1
    is_tied = in_file.times[rows] == in_file.times[rows - 1]
    ranker = hits["ranker"]
    score = float(ranker.mean())
    chosen = float(measure_last_items(in_file.drop_last(1))["ranker"].mean())
    return [
        Figure(
            what=f"MovieLens-100k, last item, HR@10, {len(ranker)} followers, ties in file order",
            baseline=_describe_baselines(hits),
            measured=f"{score:.3f} ± {_find_error(ranker):.3f}",
            target=f"≥ {TARGET:.2f}",
            is_reached=score >= TARGET,
        ),
        Figure(
            what=f"the same, {is_tied.mean():.0%} whose last item ties in time; the others",
            measured=f"{ranker[is_tied].mean():.3f}; {ranker[~is_tied].mean():.3f}",
        ),
        Figure(what="the same, last but one (chosen on it)", measured=f"{chosen:.3f}"),
    ]


def _describe_other_ties(ratings: Ratings) -> list[Figure]:
    size = len(ratings.items)
    orders = [np.random.default_rng(seed).permutation(size) for seed in range(SEEDS)]
    figures = []
    for name, some in (
        (f"random order, mean of {SEEDS}", orders),
        ("order of item ids (the largest is last)", [ratings.items]),
        ("reversed order of item ids (the smallest is last)", [-ratings.items]),
    ):
        hits = [measure_last_items(ratings.sort(ties)) for ties in some]
        means = {way: np.concatenate([each[way] for each in hits]) for way in hits[0]}
        figures.append(
            Figure(
                what=f"the same, ties in {name}",
                baseline=_describe_baselines(means),
                measured=f"{means['ranker'].mean():.3f}",
            )
        )
    return figures


def _describe_by_time(hits: Mapping[str, np.ndarray]) -> list[Figure]:
    ranker = hits["ranker"]
    return [
        Figure(
            what=f"MovieLens-100k, split by time (last 20 %), HR@10, {len(ranker)} followers",
            baseline=_describe_baselines(hits),
            measured=f"{ranker.mean():.3f} ± {_find_error(ranker):.3f}",
        )
    ]


def _describe_new_items(ratings: Ratings, in_file: Interactions) -> list[Figure]:
    texts = [describe_film(*film) for film in zip(ratings.titles, ratings.genres, strict=True)]
    rates = measure_new_items(in_file, texts, ratings.genres, embed_films)
    popularity = rates["popularity of the genres"]
    return [
        Figure(
            what="new items by title and genres alone, HR@10 among a fifth of the films",
            baseline=f"nothing known {rates['nothing known']:.3f}, popularity of the genres"
            f" {popularity:.3f}; popularity, were it known"
            f" {rates['popularity, were it known']:.3f}",
            measured=f"{rates['text']:.3f}",
            target=f"≥ {TIMES_POPULARITY:g} x popularity of the genres",
            is_reached=rates["text"] >= TIMES_POPULARITY * popularity,
        )
    ]


def _describe_baselines(hits: Mapping[str, np.ndarray]) -> str:
    return f"popularity {hits['popularity'].mean():.3f}, EASE {hits['ease'].mean():.3f}"


def _find_error(hits: np.ndarray) -> float:
    """The standard error of the share."""
    return float(np.sqrt(hits.mean() * (1 - hits.mean()) / len(hits)))
