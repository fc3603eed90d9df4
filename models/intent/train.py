"""Train the intent head: clean the labels, fit, calibrate, choose when to refuse."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

from models import corpus, heads, regression
from models.base.sources import E5_SMALL
from models.corpus import Row
from models.encoder import Encoder
from models.heads import Manifest
from models.intent import taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE

FOLDER = Path(__file__).parent
CUSTOMER_PERCENT = 40  # of the CIC intents' examples held out: five an intent are few


@dataclass(frozen=True)
class Config:
    """Everything a run depends on besides the data."""

    seed: int = 7
    folds: int = 5
    cs: tuple[float, ...] = (0.01, 0.03, 0.1)
    drop_below: float = 0.02  # probability of its own label, in both views
    example_weight: float = 3.0
    out_of_scope_rows: int = 1500
    refuse_at_most: float = 0.05  # of in-domain texts


@dataclass(frozen=True)
class Sample:
    """A text to learn from; `given` is its label's index."""

    text: str
    given: int
    noisy: bool
    weight: float = 1.0


Views = tuple[torch.Tensor, torch.Tensor]  # out-of-fold probabilities, (n, C) each


def train(data: Path, encoder: Encoder, date: str, config: Config | None = None) -> Manifest:
    """Write head.safetensors and manifest.json beside this file."""
    config = config or Config()
    labels = [intent.id for intent in taxonomy.load().intents]
    samples, sizes = gather(data, labels, config)
    print(f"intent: {len(samples)} texts, {len(labels)} intents", flush=True)
    x = corpus.embed(encoder, [s.text for s in samples], print)
    folds = torch.tensor([_fold(s.text, config.folds) for s in samples])
    given = torch.tensor([s.given for s in samples])
    weights = torch.tensor([s.weight for s in samples])

    views = _views(samples, x, given, folds, len(labels))
    kept, target = clean(samples, views, config.drop_below)
    relabelled = int((target[kept] != given[kept]).sum())
    print(f"  cleaned: {relabelled} relabelled, {len(samples) - len(kept)} dropped", flush=True)
    x, target, folds, weights = x[kept], target[kept], folds[kept], weights[kept]

    def out_of_fold(c: float) -> torch.Tensor:
        return cross_fit(
            lambda i: regression.fit(x[i], target[i], len(labels), c, weights[i]), x, folds
        )

    scores = {c: out_of_fold(c) for c in config.cs}
    correct = {c: float((z.argmax(1) == target).float().mean()) for c, z in scores.items()}
    best = max(correct, key=lambda c: correct[c])
    print(f"  C by cross-validated accuracy: {correct}, chosen {best}", flush=True)

    logits = scores[best]
    heat = regression.temperature(logits, target)
    inside = target != labels.index(OUT_OF_SCOPE)
    probabilities = (logits / heat).softmax(1)
    known = _confidence_in_scope(probabilities[inside], labels.index(OUT_OF_SCOPE))
    threshold = round(float(known.quantile(config.refuse_at_most)), 3)

    final = regression.fit(x, target, len(labels), best, weights)
    return heads.write(FOLDER, final.weight, final.bias, {
        "task": "intent",
        "labels": labels,
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.wheel.sha256,
        "method": f"multinomial logistic regression, C={best}, on cleaned labels",
        "seed": config.seed,
        "date": date,
        "data": {**sizes, "relabelled": relabelled, "dropped": len(samples) - len(kept)},
        "temperature": heat,
        "threshold": threshold,
        "metrics": {
            "cross_validated_accuracy_on_cleaned_labels": round(correct[best], 4),
            "cross_validated_calibration_error": round(
                regression.calibration_error(probabilities, target), 4
            ),
            "in_domain_refused_cross_validated": round(
                float((known < threshold).float().mean()), 4
            ),
        },
    })  # fmt: skip


def gather(data: Path, labels: list[str], config: Config) -> tuple[list[Sample], dict[str, int]]:
    """Samples to learn from; what `corpus.split` holds out is left to evaluate."""
    kinds = taxonomy.load()
    ids = {kind.title: kind.id for kind in kinds.intents}
    customers = [replace_label(row, ids[row.label]) for row in corpus.cic(data)]
    examples, _ = corpus.split(account_examples())
    customer, _ = corpus.split(customer_examples(), CUSTOMER_PERCENT)
    written = corpus.read(FOLDER / "examples.jsonl")  # what neither CIC nor the taxonomy covers
    strangers, _ = corpus.split(assistant_rows(data))
    chat = [row for row in strangers if row.label == CHITCHAT]
    others = [row for row in strangers if row.label == OUT_OF_SCOPE]
    order = np.random.default_rng(config.seed).permutation(len(others))
    others = [others[i] for i in order[: config.out_of_scope_rows]]
    parts = [(customers, True, 1.0), (examples, False, config.example_weight),
             (customer, False, config.example_weight),
             (written, False, config.example_weight),
             (chat, True, 1.0), (others, False, 1.0)]  # fmt: skip
    samples = [
        Sample(row.text, labels.index(row.label), noisy, weight)
        for rows, noisy, weight in parts
        for row in rows
    ]
    names = (
        "cic",
        "account_examples",
        "customer_examples",
        "more_examples",
        "smp2017_chat",
        "smp2017_other",
    )
    return samples, {name: len(part[0]) for name, part in zip(names, parts, strict=True)}


def replace_label(row: Row, label: str) -> Row:
    return replace(row, label=label)


def account_examples() -> list[Row]:
    """The taxonomy's examples of the intents that CIC doesn't have."""
    kinds = taxonomy.load().intents
    return [Row(text, k.id) for k in kinds if k.source == "account" for text in k.examples]


def customer_examples() -> list[Row]:
    """Hand-written examples of the CIC intents: clean, unlike CIC itself."""
    kinds = taxonomy.load().intents
    return [Row(text, k.id) for k in kinds if k.source == "cic" for text in k.examples]


def assistant_rows(data: Path) -> list[Row]:
    """SMP2017: its `chat` is our chitchat, every other domain is out of scope."""
    rows = corpus.read(data / "smp2017" / "train.jsonl")
    return [replace_label(r, CHITCHAT if r.label == "chat" else OUT_OF_SCOPE) for r in rows]


def clean(
    samples: list[Sample], views: Views, drop_below: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Confident learning by a plain rule over two out-of-fold views.

    Both views name the same other label: relabelled. Otherwise, both give the own label less
    than `drop_below`: dropped. Returns the indices kept, and a label for every sample.
    """
    given = torch.tensor([s.given for s in samples])
    noisy = torch.tensor([s.noisy for s in samples])
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


def _views(
    samples: list[Sample], x: torch.Tensor, given: torch.Tensor, folds: torch.Tensor, classes: int
) -> Views:
    weights = torch.tensor([s.weight for s in samples])
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


def _confidence_in_scope(probabilities: torch.Tensor, out_of_scope: int) -> torch.Tensor:
    """Confidence; zero where the answer is `out_of_scope`, which is a refusal already."""
    confidence, best = probabilities.max(1)
    return torch.where(best == out_of_scope, 0.0, confidence)


def _fold(text: str, folds: int) -> int:
    return sum(text.encode()) % folds
