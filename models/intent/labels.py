"""What a text's label most likely is, where a third of the given ones is wrong.

Three judges that haven't seen the text give their opinion: logistic regression over the frozen
encoder, the same over characters, and adapters trained on labels that the first two have cleaned
(confident learning: Northcutt et al., https://arxiv.org/abs/1911.00068). Their opinion and the
given label together make a posterior; the model that is shipped learns from it, softly.
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
from torch.nn.functional import cross_entropy

from models import corpus, finetune, regression
from models.adapter import Adapter
from models.encoder import Encoder
from models.learner import Loss, Task


@dataclass(frozen=True)
class Config:
    """Everything the posterior depends on besides the data."""

    noise: float = 0.36  # of CIC's labels: two plain models that agree firmly find 63 % right
    folds: int = 5  # of the plain judges
    teachers: int = 3  # adapters, each of which leaves one part of the texts out
    teaching: finetune.Config = field(default_factory=lambda: finetune.Config(epochs=3))
    smoothing: float = 0.1  # of the teachers
    drop_below: float = 0.02  # probability of its own label, in both plain views
    plain: float = 0.5  # weight of each plain judge's log-probability beside the teachers'
    heat: float = 1.5  # of the sum


@dataclass(frozen=True)
class Sample:
    """A text to learn from; `given` is its label's index, wrong in `noise` of such samples."""

    text: str
    given: int
    noise: float
    weight: float = 1.0


Views = tuple[torch.Tensor, torch.Tensor]  # out-of-fold probabilities, (n, C) each


def posterior(
    samples: Sequence[Sample], classes: int, base: Path, config: Config, kept_in: Path
) -> torch.Tensor:
    """(n, C): how likely each label is the right one. Certain where `noise` is 0.

    Kept in the folder `kept_in`: an interrupted run goes on from there.
    """
    described = repr((config, classes, [(s.text, s.given) for s in samples]))
    digest = hashlib.sha256(described.encode()).hexdigest()[:16]
    file = kept_in / f"labels-{digest}.safetensors"
    if not file.exists():
        found = _posterior(samples, classes, base, config)
        kept_in.mkdir(parents=True, exist_ok=True)
        save_file({"posterior": found}, file)
    return load_file(file)["posterior"]


def _posterior(samples: Sequence[Sample], classes: int, base: Path, config: Config) -> torch.Tensor:
    given = torch.tensor([s.given for s in samples])
    noise = torch.tensor([s.noise for s in samples])
    views = _views(samples, corpus.embed(Encoder(base), [s.text for s in samples]), classes, config)
    kept, cleaned = clean(samples, views, config.drop_below)
    print(f"  plain views: {int((cleaned != given).sum())} relabelled, "
          f"{len(samples) - len(kept)} dropped", flush=True)  # fmt: skip
    logits = _taught(samples, kept, cleaned, classes, base, config)
    return combine(logits, views, given, noise, config)


def combine(
    logits: torch.Tensor, views: Views, given: torch.Tensor, noise: torch.Tensor, config: Config
) -> torch.Tensor:
    """The judges' opinion, times how likely the given label is if that one were right."""
    plain = sum(view.clamp_min(1e-4).log() for view in views)
    opinion = ((logits.log_softmax(1) + config.plain * plain) / config.heat).softmax(1)
    others = noise[:, None] / (logits.shape[1] - 1)
    likely = others.expand_as(logits).clone()
    likely.scatter_(1, given[:, None], 1 - noise[:, None])
    joint = opinion * likely
    return joint / joint.sum(1, keepdim=True)


def clean(
    samples: Sequence[Sample], views: Views, drop_below: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """A first, plain cleaning for the teachers to learn from.

    Both views name the same other label: relabelled. Otherwise, both give the own label less
    than `drop_below`: dropped. Returns the indices kept, and a label for every sample.
    """
    given = torch.tensor([s.given for s in samples])
    noisy = torch.tensor([s.noise > 0 for s in samples])
    first, second = (view.argmax(1) for view in views)
    agree = noisy & (first == second) & (first != given)
    own = torch.maximum(*(view.gather(1, given[:, None])[:, 0] for view in views))
    drop = noisy & ~agree & (own < drop_below)
    return (~drop).nonzero()[:, 0], torch.where(agree, first, given)


def cross_fit(
    learn: Callable[[torch.Tensor], Callable[[torch.Tensor], torch.Tensor]],
    x: torch.Tensor,
    folds: torch.Tensor,
) -> torch.Tensor:
    """Each row's output from a model that hasn't seen its fold. `learn` is given indices."""
    rows: list[torch.Tensor] = []
    where: list[torch.Tensor] = []
    for fold in range(int(folds.max()) + 1):
        inside = folds == fold
        where.append(inside.nonzero()[:, 0])
        rows.append(learn((~inside).nonzero()[:, 0])(x[inside]))
    return torch.cat(rows)[torch.cat(where).argsort()]


def fold(text: str, folds: int) -> int:
    """Which part a text belongs to; the same for the same text, always."""
    return sum(text.encode()) % folds


def weighted(target: torch.Tensor, weights: torch.Tensor, smoothing: float = 0.0) -> Loss:
    """Cross entropy against labels (n,) or their probabilities (n, C), weighted by row."""

    def loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        wanted = target[rows].to(logits.device)
        each = cross_entropy(logits, wanted, reduction="none", label_smoothing=smoothing)
        weight = weights[rows].to(logits.device)
        return (each * weight).sum() / weight.sum()

    return loss


def _taught(
    samples: Sequence[Sample], kept: torch.Tensor, cleaned: torch.Tensor, classes: int,
    base: Path, config: Config,
) -> torch.Tensor:  # fmt: skip
    """(n, C) logits, each row from the teacher that left it out."""
    texts = [s.text for s in samples]
    weights = torch.tensor([s.weight for s in samples])
    usable = torch.zeros(len(samples), dtype=torch.bool)
    usable[kept] = True

    def learn(inside: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
        rows = inside[usable[inside]]
        encoder = Encoder(base)
        loss = weighted(cleaned[rows], weights[rows], config.smoothing)
        tokens = encoder.tokenize([texts[i] for i in rows.tolist()])
        print(f"  a teacher over {len(rows)} texts", flush=True)
        tuned = finetune.tune(encoder, [Task("intent", tokens, classes, loss)], config.teaching)
        taught = Encoder(base, adapter=Adapter(tuned.changes, sha256=""))
        return lambda x: tuned.heads["intent"](corpus.embed(taught, [texts[i] for i in x.tolist()]))

    parts = torch.tensor([fold(text, config.teachers) for text in texts])
    return cross_fit(learn, torch.arange(len(samples)), parts)


def _views(samples: Sequence[Sample], x: torch.Tensor, classes: int, config: Config) -> Views:
    given = torch.tensor([s.given for s in samples])
    weights = torch.tensor([s.weight for s in samples])
    folds = torch.tensor([fold(s.text, config.folds) for s in samples])
    print("  first view: embeddings", flush=True)
    first = cross_fit(
        lambda i: regression.fit(x[i], given[i], classes, 0.01, weights[i]), x, folds
    ).softmax(1)
    print("  second view: characters", flush=True)
    texts = np.array([s.text for s in samples], dtype=object)
    second = cross_fit(
        lambda i: _characters(texts[i.numpy()], texts, given[i], classes, weights[i]),
        torch.arange(len(samples)), folds,
    )  # fmt: skip
    return first, second


def _characters(
    texts: np.ndarray, every: np.ndarray, labels: torch.Tensor, classes: int, weights: torch.Tensor
) -> Callable[[torch.Tensor], torch.Tensor]:
    """Character TF-IDF with logistic regression; the result takes indices into `every`."""
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    model = SGDClassifier(
        loss="log_loss", alpha=3e-5, max_iter=10, tol=None, random_state=0, n_jobs=2
    )
    model.fit(words.fit_transform(texts), labels.numpy(), sample_weight=weights.numpy())

    def probabilities(at: torch.Tensor) -> torch.Tensor:
        out = torch.zeros(len(at), classes)
        seen = torch.from_numpy(model.classes_)
        found = model.predict_proba(words.transform(every[at.numpy()]))
        out[:, seen] = torch.from_numpy(found).float()
        return out

    return probabilities
