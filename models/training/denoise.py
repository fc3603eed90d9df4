"""Finds labels that are probably wrong by confident learning (cleanlab); corrects or drops rows.

Northcutt et al., https://arxiv.org/abs/1911.00068. The judge is logistic regression on embeddings,
cross-validated: it was never trained on the text that it judges.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from cleanlab.filter import find_label_issues
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 5
CS = (0.001, 0.01)  # C of the judge; the one with the smaller loss is used
RELABEL_ABOVE = 0.5  # probability of another label above which a row gets it; else it is dropped


@dataclass(frozen=True)
class DenoisedLabels:
    """Corrected labels of all rows, and which rows to train on."""

    labels: torch.Tensor  # (n,) int64
    kept_rows: torch.Tensor  # (m,) int64, indices of the rows that weren't dropped
    relabelled: list[int]
    dropped: list[int]


def denoise_labels(
    embeddings: torch.Tensor,
    label_ids: torch.Tensor,
    trusted_ids: Sequence[int] = (),
    seed: int = 7,
) -> DenoisedLabels:
    """Judge rows by embeddings (n, H) and labels (n,); classes of fewer than FOLDS rows are left.

    Rows of the classes `trusted_ids` are never changed: where labels were flipped in one direction
    only, hard cases of the other class would be taken for noise.
    """
    sizes = torch.bincount(label_ids)
    judged_rows = (sizes[label_ids] >= FOLDS).nonzero()[:, 0]
    probabilities, classes = _predict_out_of_fold(
        embeddings[judged_rows], label_ids[judged_rows], seed
    )
    dense = torch.searchsorted(classes, label_ids[judged_rows])
    issues = find_label_issues(
        dense.numpy(), probabilities.numpy(), return_indices_ranked_by="self_confidence", n_jobs=1
    )
    labels, dropped, relabelled = label_ids.clone(), [], []
    for i in map(int, issues):
        row = int(judged_rows[i])
        if int(label_ids[row]) in trusted_ids:
            continue
        sure, best = probabilities[i].max(0)
        if float(sure) > RELABEL_ABOVE and int(classes[best]) != int(label_ids[row]):
            labels[row] = classes[best]
            relabelled.append(row)
        else:
            dropped.append(row)
    is_kept = torch.ones(len(label_ids), dtype=torch.bool)
    is_kept[dropped] = False
    return DenoisedLabels(labels, is_kept.nonzero()[:, 0], relabelled, dropped)


def report_changes(
    denoised: DenoisedLabels, texts: Sequence[str], names: Sequence[str], label_ids: torch.Tensor
) -> list[dict[str, str]]:
    """Each changed row: text, label as given, and new label unless it was dropped."""
    relabelled = [
        {
            "text": texts[i],
            "given": names[int(label_ids[i])],
            "became": names[int(denoised.labels[i])],
        }
        for i in denoised.relabelled
    ]
    dropped = [{"text": texts[i], "given": names[int(label_ids[i])]} for i in denoised.dropped]
    return [*relabelled, *dropped]


def _predict_out_of_fold(
    x: torch.Tensor, labels: torch.Tensor, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Out-of-fold probabilities (n, C), and the class ids of the columns, ascending."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    candidate_probabilities = [
        cross_val_predict(judge, x.numpy(), labels.numpy(), cv=folds, method="predict_proba")
        for judge in (
            make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=200)) for c in CS
        )
    ]
    best = min(candidate_probabilities, key=lambda p: float(log_loss(labels.numpy(), p)))
    return torch.from_numpy(best).float(), torch.unique(labels)
