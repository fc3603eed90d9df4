"""Finds labels that are probably wrong by confident learning (cleanlab); corrects or drops rows.

Northcutt et al., https://arxiv.org/abs/1911.00068. The judge is logistic regression on embeddings,
cross-validated: it was never trained on the text that it judges.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from cleanlab.filter import find_label_issues
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch.nn.functional import normalize

from models.encoder import embedding
from models.encoder.encoder import Encoder
from models.training.labelled_rows import LabelledRows
from models.training.options import TrainingRun

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


def denoise_rows(
    rows: LabelledRows, trusted_labels: Sequence[str], run: TrainingRun
) -> LabelledRows:
    """Correct or drop rows whose label is probably wrong, and tell how many.

    With checkpoints, each changed row is listed in a .denoised.jsonl file beside their folder. For
    the training part only: correcting the validation part would bias the metrics.
    """
    trusted_ids = [rows.names.index(name) for name in trusted_labels if name in rows.names]
    features = _judge_features(rows, Encoder(run.base))
    denoised = denoise_labels(features, rows.labels, trusted_ids)
    summary = f"{len(denoised.relabelled)} relabelled, {len(denoised.dropped)} dropped"
    if run.checkpoint_dir is not None:
        texts = [" / ".join(t) for t in rows.texts]
        file = run.checkpoint_dir.with_suffix(".denoised.jsonl")
        _write_changes(report_changes(denoised, texts, rows.names, rows.labels), file)
        summary += f"; which: {file}"
    run.progress(f"denoise: of {len(rows.texts)} rows {summary}")
    return replace(rows, labels=denoised.labels).select(denoised.kept_rows.tolist())


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


def _judge_features(rows: LabelledRows, encoder: Encoder) -> torch.Tensor:
    """Features for the judge of labels: embeddings (n, H) of texts; of pairs (n, 2H), product and
    absolute difference, as in InferSent, https://arxiv.org/abs/1705.02364.
    """
    parts = [embedding.embed_texts(encoder, texts) for texts in zip(*rows.texts, strict=True)]
    if len(parts) == 1:
        return parts[0]
    first, second = (normalize(part - part.mean(0)) for part in parts)
    return torch.cat([first * second, (first - second).abs()], 1)


def _write_changes(changes: Sequence[Mapping[str, str]], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(change, ensure_ascii=False) + "\n" for change in changes)
    file.write_text("".join(lines), "utf-8")


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
