"""The nearest of very many vectors: by inverted lists (faiss), which look at a few hundredths.

Jégou, Douze, Schmid: Product Quantization for Nearest Neighbor Search, 2011; here without the
quantization, as fp16. faiss is imported by those who have so many: it is large.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

LISTS = 4.0  # times the square root of the number of vectors
LOOKED_AT = 32  # lists a query
LEARNT_FROM = 40  # vectors a list
SEED = 1


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Over the rows it was made of; safe to ask from several threads."""

    lists: Any  # faiss.Index

    @classmethod
    def of(cls, vectors: np.ndarray) -> "Neighbours":
        """(rows, D) fp32. Takes some ten seconds for 200,000."""
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
        """(queries, most): rows, -1 where the lists held fewer."""
        with _one_thread():
            _, rows = self.lists.search(vectors, most)
        return np.asarray(rows)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """The forward pass has the cores. OpenMP's setting is the calling thread's, torch's too."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
