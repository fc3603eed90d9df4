"""Fine-tune the encoder for intents: an adapter and the head over it, when to refuse, how sure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from torch.nn.functional import cross_entropy

from models import adapter as adapters
from models import corpus, finetune, heads, regression
from models.adapter import Adapter
from models.base.sources import E5_SMALL
from models.corpus import Row
from models.encoder import Encoder
from models.finetune import Loss, Tuned
from models.heads import Manifest
from models.intent import taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE

FOLDER = Path(__file__).parent
CUSTOMER_PERCENT = 40  # of the CIC intents' examples held out: five an intent are few


@dataclass(frozen=True)
class Config:
    """Everything a run depends on besides the data."""

    tuning: finetune.Config = field(default_factory=finetune.Config)
    noise: float = (
        0.36  # of CIC's labels: where two plain models agree firmly, 63 % agree with them
    )
    smoothing: float = 0.1
    folds: int = 5
    drop_below: float = 0.02  # probability of its own label, in both views
    example_weight: float = 3.0
    out_of_scope_rows: int = 1500
    refuse_at_most: float = 0.05  # of in-domain texts
    seed: int = 7


@dataclass(frozen=True)
class Sample:
    """A text to learn from; `given` is its label's index, wrong in `noise` of such samples."""

    text: str
    given: int
    noise: float
    weight: float = 1.0


def train(data: Path, base: Path, date: str, config: Config | None = None) -> Manifest:
    """Write adapter.safetensors, head.safetensors and manifest.json beside this file.

    Labels are cleaned by two plain views first. Then twice: a trial without one fold of the texts
    says how sure the model may be and when it should refuse; what is shipped learns from all.
    """
    config = config or Config()
    labels = [intent.id for intent in taxonomy.load().intents]
    samples, sizes = gather(data, labels, config)
    print(f"intent: {len(samples)} texts, {len(labels)} intents", flush=True)
    texts = [s.text for s in samples]
    folds = torch.tensor([_fold(text, config.folds) for text in texts])
    given = torch.tensor([s.given for s in samples])
    embeddings = corpus.embed(Encoder(base), texts, print)
    views = _views(samples, embeddings, given, folds, len(labels))
    kept, target = clean(samples, views, config.drop_below)
    sizes["relabelled"] = int((target[kept] != given[kept]).sum())
    sizes["dropped"] = len(samples) - len(kept)
    print(f"  cleaned: {sizes['relabelled']} relabelled, {sizes['dropped']} dropped", flush=True)
    cleaned = [replace(s, given=int(t)) for s, t in zip(samples, target, strict=True)]

    trial = _tune(base, [cleaned[i] for i in kept.tolist() if folds[i]], len(labels), config)
    unseen = [s for s, fold in zip(samples, folds, strict=True) if not fold]
    logits = _logits(base, trial, [s.text for s in unseen])
    heat, threshold, metrics = calibrate(logits, unseen, labels.index(OUT_OF_SCOPE), config)
    print(f"  {metrics}", flush=True)

    final = _tune(base, [cleaned[i] for i in kept.tolist()], len(labels), config)
    adapter = adapters.write(FOLDER / adapters.FILE, final.changes, E5_SMALL)
    return heads.write(FOLDER, final.head.weight, final.head.bias, {
        "task": "intent",
        "labels": labels,
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.wheel.sha256,
        "adapter_sha256": adapter.sha256,
        "method": f"LoRA of rank {config.tuning.rank} and a linear head, {config.tuning.epochs} "
        "epochs, on cleaned labels",
        "seed": config.seed,
        "date": date,
        "data": sizes,
        "temperature": heat,
        "threshold": threshold,
        "metrics": metrics,
    })  # fmt: skip


def calibrate(
    logits: torch.Tensor, kept: Sequence[Sample], out_of_scope: int, config: Config
) -> tuple[float, float, dict[str, float]]:
    """Temperature, threshold and metrics from texts that the trial hasn't seen.

    CIC's own labels are as noisy here as elsewhere; what is derived from them is corrected for it.
    """
    given = torch.tensor([s.given for s in kept])
    noisy = torch.tensor([s.noise > 0 for s in kept])
    heat = regression.temperature(logits[noisy], given[noisy], config.noise)
    probabilities = (logits / heat).softmax(1)
    agreed = float((probabilities.argmax(1) == given)[noisy].float().mean())
    by_chance = config.noise / (logits.shape[1] - 1)
    known = _confidence_in_scope(probabilities[given != out_of_scope], out_of_scope)
    threshold = round(float(known.quantile(config.refuse_at_most)), 3)
    metrics = {
        "trial_texts": int(noisy.sum()),
        "trial_agreement_with_noisy_labels": agreed,
        "trial_accuracy_corrected_for_noise": (agreed - by_chance) / (1 - config.noise - by_chance),
        "trial_calibration_error_corrected_for_noise": regression.calibration_error(
            probabilities[noisy], given[noisy], config.noise
        ),
        "trial_in_domain_refused": float((known < threshold).float().mean()),
    }
    return heat, threshold, {name: round(value, 4) for name, value in metrics.items()}


def _tune(base: Path, samples: Sequence[Sample], classes: int, config: Config) -> Tuned:
    encoder = Encoder(base)
    tokens = encoder.tokenize([s.text for s in samples])
    return finetune.tune(encoder, tokens, classes, _loss(samples, config), config.tuning)


def _loss(samples: Sequence[Sample], config: Config) -> Loss:
    target = torch.tensor([s.given for s in samples])
    weights = torch.tensor([s.weight for s in samples])

    def loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        each = cross_entropy(
            logits, target[rows], reduction="none", label_smoothing=config.smoothing
        )
        return (each * weights[rows]).sum() / weights[rows].sum()

    return loss


def _logits(base: Path, tuned: Tuned, texts: Sequence[str]) -> torch.Tensor:
    adapted = Encoder(base, adapter=Adapter(tuned.changes, sha256=""))
    return tuned.head(corpus.embed(adapted, texts))


Views = tuple[torch.Tensor, torch.Tensor]  # out-of-fold probabilities, (n, C) each


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
    parts = [(customers, config.noise, 1.0), (examples, 0.0, config.example_weight),
             (customer, 0.0, config.example_weight),
             (written, 0.0, config.example_weight),
             (chat, 0.0, 1.0), (others, 0.0, 1.0)]  # fmt: skip
    samples = [
        Sample(row.text, labels.index(row.label), noise, weight)
        for rows, noise, weight in parts
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
