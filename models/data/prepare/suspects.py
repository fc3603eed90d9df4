"""Finds labels that are probably wrong by confident learning (Northcutt et al. 2021, cleanlab)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cleanlab.filter import find_label_issues
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from tqdm import tqdm

FOLDS = 5
FEWEST = 50  # texts; with fewer the judge is worse than the labels

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class TooFew(Exception):
    """Not enough examples to judge labels; the message says what is needed."""


@dataclass(frozen=True)
class Suspect:
    """A row's index, a label that fits better, and the probabilities of the given and this one."""

    index: int
    suggested: str
    p_given: float
    p_suggested: float


@dataclass(frozen=True)
class Findings:
    """The suspects, most certain first, and the share of labels that the judge agrees with."""

    suspects: list[Suspect]
    agreement: float


def find_suspects(texts: Sequence[str], labels: Sequence[str], seed: int = 7) -> Findings:
    """Find suspects by a simple model, cross-validated; a simple one memorises fewer errors.

    Classes of fewer than FOLDS texts aren't judged. Raises TooFew.
    """
    sizes = Counter(labels)
    judged_rows = [i for i, label in enumerate(labels) if sizes[label] >= FOLDS]
    classes = sorted({labels[i] for i in judged_rows})
    if len(judged_rows) < FEWEST or len(classes) < 2:
        raise TooFew(f"it takes {FEWEST} texts in 2 classes of at least {FOLDS}")
    label_ids = np.array([classes.index(labels[i]) for i in judged_rows])
    probabilities = predict_out_of_fold([texts[i] for i in judged_rows], label_ids, seed)
    issue_rows = find_label_issues(
        label_ids, probabilities, return_indices_ranked_by="normalized_margin", n_jobs=1
    )
    doubts = [
        _build_suspect(judged_rows[i], probabilities[i], int(label_ids[i]), classes)
        for i in issue_rows
    ]
    return Findings(doubts, float((probabilities.argmax(1) == label_ids).mean()))


def predict_out_of_fold(texts: Sequence[str], label_ids: Array, seed: int) -> Array:
    """Class ids (n,) from 0, each at least FOLDS times -> probabilities (n, C), each row by a model
    that wasn't trained on it.
    """
    probabilities = np.zeros((len(texts), int(label_ids.max()) + 1))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    parts = tqdm(
        folds.split(label_ids, label_ids),
        desc="judge labels",
        total=FOLDS,
        disable=None,
        leave=False,
    )
    for learn, hold in parts:
        model = make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 2), max_features=50_000),
            LogisticRegression(C=10, max_iter=300, tol=1e-3),
        )
        model.fit([texts[i] for i in learn], label_ids[learn])
        probabilities[hold] = model.predict_proba([texts[i] for i in hold])
    return probabilities


def _build_suspect(index: int, row: Array, label_id: int, classes: Sequence[str]) -> Suspect:
    best = int(row.argmax())
    return Suspect(index, classes[best], round(float(row[label_id]), 4), round(float(row[best]), 4))
