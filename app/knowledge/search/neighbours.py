"""Approximate nearest neighbours among very many vectors, by inverted lists (faiss).

Jégou, Douze, Schmid: Product Quantization for Nearest Neighbor Search, 2011; here without the
quantization, as fp16. faiss is large, so it is imported only when an index needs it.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

LISTS = 4.0  # times the square root of the number of vectors
LOOKED_AT = 32  # lists searched per query
LEARNT_FROM = 40  # training vectors per list
SEED = 1


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Inverted lists over the rows given to `of`; safe for use from several threads."""

    lists: Any  # faiss.Index

    @classmethod
    def of(cls, vectors: np.ndarray) -> "Neighbours":
        """Build from (rows, D) fp32. Takes some ten seconds for 200,000 rows."""
        import faiss

        rows, width = vectors.shape
        count = max(1, min(int(LISTS * rows**0.5), rows // LEARNT_FROM))
        lists = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(width), width, count, faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
        )  # fmt: skip
        some = np.random.default_rng(SEED).permutation(rows)[: count * LEARNT_FROM]
        with _one_thread():
            lists.train(vectors[some])
            lists.add(vectors)
        lists.nprobe = LOOKED_AT
        return cls(lists)

    def nearest(self, vectors: np.ndarray, most: int) -> np.ndarray:
        """(queries, D) -> (queries, most) row numbers; -1 if the searched lists hold fewer."""
        with _one_thread():
            _, rows = self.lists.search(vectors, most)
        return np.asarray(rows)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Limit OpenMP to one thread: the encoder needs the cores. The setting is per thread."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
