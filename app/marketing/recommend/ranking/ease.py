"""EASE: how much having read one item speaks for another, in closed form.

Steck, Embarrassingly Shallow Autoencoders for Sparse Data, 2019 (WWW, 3251).
"""

import numpy as np
from scipy.sparse import coo_array, csr_array

from app.marketing.recommend.ranking.interactions import Interactions

RIDGE = 500.0
MOST_ITEMS = 3_000  # the inverse takes 3 s and 70 MB for them; of more items, those most read


def fit_ease(
    interactions: Interactions, *, ridge: float = RIDGE, most_items: int = MOST_ITEMS
) -> csr_array:
    """(items, items) fp32: a history's score of item j is the sum of column j over its items.

    Rows and columns of items beyond the `most_items` most read are empty.
    """
    readers = interactions.count_readers()
    chosen = np.sort(np.argsort(-readers, kind="stable")[:most_items])
    chosen = chosen[readers[chosen] > 0]
    shape = (interactions.item_count, interactions.item_count)
    if not len(chosen):
        return csr_array(shape, dtype=np.float32)
    matrix = interactions.build_matrix()[:, chosen].astype(np.float64)
    weights = _solve_closed_form((matrix.T @ matrix).toarray(), ridge).astype(np.float32)
    rows, columns = np.divmod(np.arange(weights.size), len(chosen))
    return coo_array((weights.ravel(), (chosen[rows], chosen[columns])), shape=shape).tocsr()


def _solve_closed_form(gram: np.ndarray, ridge: float) -> np.ndarray:
    """The weights without a diagonal that best reproduce the matrix whose Gram matrix it is."""
    gram[np.diag_indices_from(gram)] += ridge
    inverse = np.linalg.inv(gram)
    weights: np.ndarray = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights
