"""Labels that are probably wrong, by confident learning (Northcutt et al. 2021, cleanlab)."""

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
FEWEST = 50  # texts; below, the judge knows less than whoever wrote the labels

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class TooFew(Exception):
    """Not enough examples to judge labels; the message says what is needed."""


@dataclass(frozen=True)
class Suspect:
    """The text at `index`, the label it should rather have, and both labels' probabilities."""

    index: int
    suggested: str
    p_given: float
    p_suggested: float


@dataclass(frozen=True)
class Findings:
    """The surest suspects first, and the share of labels the judge agrees with."""

    suspects: list[Suspect]
    agreement: float


def find(texts: Sequence[str], labels: Sequence[str], seed: int = 7) -> Findings:
    """By a model that is plain on purpose: it learns fewer errors by heart.

    Classes of fewer than FOLDS texts are not judged. Raises TooFew.
    """
    sizes = Counter(labels)
    judged = [i for i, label in enumerate(labels) if sizes[label] >= FOLDS]
    classes = sorted({labels[i] for i in judged})
    if len(judged) < FEWEST or len(classes) < 2:
        raise TooFew(f"it takes {FEWEST} texts in 2 classes of at least {FOLDS}")
    given = np.array([classes.index(labels[i]) for i in judged])
    probabilities = out_of_fold([texts[i] for i in judged], given, seed)
    found = find_label_issues(
        given, probabilities, return_indices_ranked_by="normalized_margin", n_jobs=1
    )
    doubts = [_suspect(judged[i], probabilities[i], int(given[i]), classes) for i in found]
    return Findings(doubts, float((probabilities.argmax(1) == given).mean()))


def out_of_fold(texts: Sequence[str], given: Array, seed: int) -> Array:
    """(n,) classes from 0, each at least FOLDS times -> (n, C): what a model that never saw the
    text thinks of it."""
    probabilities = np.zeros((len(texts), int(given.max()) + 1))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    parts = tqdm(
        folds.split(given, given), desc="judge labels", total=FOLDS, disable=None, leave=False
    )
    for learn, hold in parts:
        model = make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 2), max_features=50_000),
            LogisticRegression(C=10, max_iter=300, tol=1e-3),
        )
        model.fit([texts[i] for i in learn], given[learn])
        probabilities[hold] = model.predict_proba([texts[i] for i in hold])
    return probabilities


def _suspect(index: int, row: Array, given: int, classes: Sequence[str]) -> Suspect:
    best = int(row.argmax())
    return Suspect(index, classes[best], round(float(row[given]), 4), round(float(row[best]), 4))
