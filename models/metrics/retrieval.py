"""Figures of retrieval: whether a text's nearest neighbours have the same label."""

from collections.abc import Iterator, Sequence

import numpy as np
from tqdm import tqdm

from models.metrics import bootstrap, proportion
from models.metrics.bootstrap import SEED, Array, Interval
from models.metrics.errors import Unmeasurable

CHUNK = 512  # queries; 20 MB of fp32 similarities against 10,000 sentences

Vectors = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def first_right_ranks(
    queries: Vectors, labels: Sequence[str], corpus: Vectors, corpus_labels: Sequence[str]
) -> Array:
    """The rank, from 1, of each query's nearest neighbour of its own label: (Q, H), (N, H) -> (Q,).

    Nearest is by cosine. A wrong neighbour that is exactly as near comes first, and the rank is
    infinite where the corpus doesn't know the label. Raises Unmeasurable without queries or
    corpus, for labels that don't match in number, or for an embedding without a direction.
    """
    x, y = _normalise_rows(queries, labels), _normalise_rows(corpus, corpus_labels)
    _, codes = np.unique([*labels, *corpus_labels], return_inverse=True)
    query_codes, corpus_codes = codes[: len(x)], codes[len(x) :]
    with tqdm(total=len(x), desc="retrieval", unit=" queries", disable=None, leave=False) as bar:
        ranks = []
        for rows in _chunk_rows(len(x)):
            ranks.append(_rank_first_right(x[rows] @ y.T, query_codes[rows, None] == corpus_codes))
            bar.update(len(ranks[-1]))
    return np.concatenate(ranks)


def figures(ranks: Array) -> dict[str, float | int]:
    """n, recall@1, recall@5 and mrr (mean reciprocal rank) of ranks (Q,), see `first_right_ranks`.

    Recall at k is the share of queries with a neighbour of their label among the k nearest.
    """
    return {
        "n": len(ranks),
        **{name: float(hit.mean()) for name, hit in _credits_of_ranks(ranks).items()},
    }


def intervals(ranks: Array, seed: int = SEED) -> dict[str, Interval | None]:
    """95 % intervals over queries: Wilson's of recall@1 and recall@5, the bootstrap's of mrr."""
    credits_ = _credits_of_ranks(ranks)
    recalls = {name: proportion.interval(hit) for name, hit in credits_.items() if name != "mrr"}
    return {**recalls, "mrr": bootstrap.ratio_interval(credits_["mrr"], np.ones(len(ranks)), seed)}


def _credits_of_ranks(ranks: Array) -> dict[str, Array]:
    return {
        "recall@1": (ranks <= 1).astype(float),
        "recall@5": (ranks <= 5).astype(float),
        "mrr": 1 / ranks,
    }


def _rank_first_right(
    similarity: Vectors, own: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> Array:
    """Similarities (Q, N) and whether labels are equal (Q, N) bool -> ranks from 1, (Q,)."""
    best = np.where(own, similarity, -np.inf).max(1, keepdims=True)
    ahead = ((similarity >= best) & ~own).sum(1)
    return np.where(own.any(1), 1.0 + ahead, np.inf)


def _normalise_rows(embeddings: Vectors, labels: Sequence[str]) -> Vectors:
    if not len(embeddings) or len(embeddings) != len(labels):
        raise Unmeasurable(f"{len(embeddings)} embeddings and {len(labels)} labels: one of each")
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise Unmeasurable("an embedding is zero or not finite; cosine is undefined for it")
    directions: Vectors = embeddings / lengths
    return directions


def _chunk_rows(rows: int) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, rows, CHUNK))
