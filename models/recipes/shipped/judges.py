"""Three judges of labels, each cross-validated: no model was trained on a text that it judges.

The judges: logistic regression over the frozen encoder; the same over characters; adapters trained
on labels that the first two have cleaned (confident learning, Northcutt et al.,
https://arxiv.org/abs/1911.00068).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

from models.encoder import embedding, regression
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.training import finetune
from models.training.trainer import HeadTask, weighted_cross_entropy


@dataclass(frozen=True)
class LabelModelConfig:
    """Everything the judges depend on besides the data."""

    folds: int = 5  # of the plain judges
    teachers: int = 3  # adapters, each trained without one part of the texts
    teaching: finetune.FinetuneConfig = field(
        default_factory=lambda: finetune.FinetuneConfig(epochs=3)
    )
    smoothing: float = 0.1  # of the teachers
    drop_below: float = 0.02  # probability of the given label, by both plain judges


@dataclass(frozen=True)
class LabelSample:
    """A training text; `label_id` is its label's index, which may be wrong if `noisy`."""

    text: str
    label_id: int
    noisy: bool
    weight: float = 1.0
    source: str = field(default="", repr=False)  # where the label is from; not in the cache's key


Views = tuple[torch.Tensor, torch.Tensor]  # out-of-fold probabilities, (n, C) each


@dataclass(frozen=True)
class OofPredictions:
    """Out-of-fold, (n, C) each: the adapters' logits, and both plain judges' probabilities."""

    taught: torch.Tensor
    views: Views


def load_oof_predictions(
    samples: Sequence[LabelSample],
    classes: int,
    base: Path,
    config: LabelModelConfig,
    cache_dir: Path,
) -> OofPredictions:
    """The judges' predictions, computed on first call and stored in `cache_dir`."""
    description = repr((config, classes, samples))
    digest = hashlib.sha256(description.encode()).hexdigest()[:16]
    file = cache_dir / f"opinions-{digest}.safetensors"
    if not file.exists():
        views = _predict_plain_views(
            samples,
            embedding.embed_texts(Encoder(base), [s.text for s in samples]),
            classes,
            config,
        )
        taught = _train_teachers(samples, views, classes, base, config)
        cache_dir.mkdir(parents=True, exist_ok=True)
        save_file({"taught": taught, "embeddings": views[0], "characters": views[1]}, file)
    cached_tensors = load_file(file)
    return OofPredictions(
        cached_tensors["taught"], (cached_tensors["embeddings"], cached_tensors["characters"])
    )


def clean_labels(
    samples: Sequence[LabelSample], views: Views, drop_below: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Clean noisy labels by both plain judges, as training data for the teachers.

    A row is relabelled if both predict the same other label; else dropped if both give its label
    less than `drop_below`. Returns the indices kept, and a label for every sample.
    """
    label_ids = torch.tensor([s.label_id for s in samples])
    noisy = torch.tensor([s.noisy for s in samples])
    first, second = (view.argmax(1) for view in views)
    agree = noisy & (first == second) & (first != label_ids)
    own = torch.maximum(*(view.gather(1, label_ids[:, None])[:, 0] for view in views))
    drop = noisy & ~agree & (own < drop_below)
    return (~drop).nonzero()[:, 0], torch.where(agree, first, label_ids)


def cross_fit(
    learn: Callable[[torch.Tensor], Callable[[torch.Tensor], torch.Tensor]],
    x: torch.Tensor,
    folds: torch.Tensor,
) -> torch.Tensor:
    """Outputs (n, C), each row's from a model trained without its fold (n,).

    `learn` takes row indices and returns a function from rows of `x` to outputs.
    """
    rows: list[torch.Tensor] = []
    where: list[torch.Tensor] = []
    for fold in range(int(folds.max()) + 1):
        inside = folds == fold
        where.append(inside.nonzero()[:, 0])
        rows.append(learn((~inside).nonzero()[:, 0])(x[inside]))
    return torch.cat(rows)[torch.cat(where).argsort()]


def assign_byte_fold(text: str, folds: int) -> int:
    """The fold of a text, 0 to `folds` - 1, by the sum of its bytes.

    The shipped model was trained on these folds; elsewhere `corpus.assign_fold` hashes.
    """
    return sum(text.encode()) % folds


def _train_teachers(
    samples: Sequence[LabelSample], views: Views, classes: int, base: Path, config: LabelModelConfig
) -> torch.Tensor:
    """Logits (n, C), each row from the teacher that was trained without it."""
    kept_rows, cleaned = clean_labels(samples, views, config.drop_below)
    print(f"  plain views: {len(samples) - len(kept_rows)} dropped", flush=True)
    texts = [s.text for s in samples]
    weights = torch.tensor([s.weight for s in samples])
    usable = torch.zeros(len(samples), dtype=torch.bool)
    usable[kept_rows] = True

    def learn(inside: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
        rows = inside[usable[inside]]
        encoder = Encoder(base)
        loss = weighted_cross_entropy(cleaned[rows], weights[rows], config.smoothing)
        tokens = encoder.tokenize([texts[i] for i in rows.tolist()])
        print(f"  a teacher over {len(rows)} texts", flush=True)
        tuned = finetune.finetune_encoder(
            encoder, [HeadTask("intent", tokens, classes, loss)], config.teaching
        )
        taught = Encoder(base, adapter=Adapter(tuned.changes, sha256=""))
        return lambda x: tuned.heads["intent"](
            embedding.embed_texts(taught, [texts[i] for i in x.tolist()])
        )

    parts = torch.tensor([assign_byte_fold(text, config.teachers) for text in texts])
    return cross_fit(learn, torch.arange(len(samples)), parts)


def _predict_plain_views(
    samples: Sequence[LabelSample], x: torch.Tensor, classes: int, config: LabelModelConfig
) -> Views:
    label_ids = torch.tensor([s.label_id for s in samples])
    weights = torch.tensor([s.weight for s in samples])
    folds = torch.tensor([assign_byte_fold(s.text, config.folds) for s in samples])
    print("  first view: embeddings", flush=True)
    first = cross_fit(
        lambda i: regression.fit_logistic(x[i], label_ids[i], classes, 0.01, weights[i]), x, folds
    ).softmax(1)
    print("  second view: characters", flush=True)
    texts = np.array([s.text for s in samples], dtype=object)
    second = cross_fit(
        lambda i: _fit_characters(texts[i.numpy()], texts, label_ids[i], classes, weights[i]),
        torch.arange(len(samples)), folds,
    )  # fmt: skip
    return first, second


def _fit_characters(
    texts: np.ndarray, every: np.ndarray, labels: torch.Tensor, classes: int, weights: torch.Tensor
) -> Callable[[torch.Tensor], torch.Tensor]:
    """Fit logistic regression on character TF-IDF. Returns a function from indices into `every` to
    probabilities.
    """
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    model = SGDClassifier(
        loss="log_loss", alpha=3e-5, max_iter=10, tol=None, random_state=0, n_jobs=2
    )
    model.fit(words.fit_transform(texts), labels.numpy(), sample_weight=weights.numpy())

    def probabilities(at: torch.Tensor) -> torch.Tensor:
        out = torch.zeros(len(at), classes)
        class_ids = torch.from_numpy(model.classes_)
        class_probabilities = model.predict_proba(words.transform(every[at.numpy()]))
        out[:, class_ids] = torch.from_numpy(class_probabilities).float()
        return out

    return probabilities
