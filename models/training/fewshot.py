"""An operator's own intents from a handful of examples, over the frozen shipped embedding.

Beside the shipped intents, rows for the new ones are learnt by logistic regression: the shipped
rows stay, and the shipped taxonomy's examples hold the new ones back. Alone, it is the plain
regression. Either way strength and weight are chosen by cross-validation over the examples.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from models.data.corpus import Row
from models.encoder import bundle, embedding, heads, regression
from models.encoder.classifier import Classifier
from models.encoder.embedding import Say, quiet
from models.encoder.encoder import Encoder
from models.encoder.heads import Head, Manifest
from models.encoder.regression import Linear
from models.hub import describe
from models.intent import taxonomy
from models.intent.taxonomy import BadTaxonomy, Taxonomy
from models.training import fewshot_card, fewshot_rows
from models.training.fewshot_rows import Material

FEWEST, BETTER = 2, 8  # examples an intent
FOLDS = 4
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1)  # C of the regression that stands alone
REFUSE_AT_MOST = 0.05  # of the examples, when it stands alone
TEXTS_AT_ONCE = 256


class BadExamples(BadTaxonomy):
    """An intent has too few examples, or two intents share one."""


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A head, how to read it, and what cross-validation says of it."""

    labels: list[str]
    head: Linear
    temperature: float
    threshold: float
    method: str
    data: dict[str, int]
    metrics: dict[str, float]
    right: Mapping[str, tuple[int, int]]  # own intent -> held-out examples recognised, of how many


def train(
    toml: Path,
    base: Path,
    date: str,
    folder: Path,
    extra: Sequence[Row] | None = None,
    say: Say = quiet,
) -> Manifest:
    """Learn the intents of `toml` and write their bundle to `folder`, ready for the registry.

    `base` holds the converted weights; labels of `extra` are ids or titles of the taxonomy's
    intents. `say` hears which intents have few examples. Raises BadTaxonomy (BadExamples),
    ForeignHead or ForeignAdapter.
    """
    kinds = taxonomy.load(toml)
    model = load_shipped(base)
    extending = set(model.head.manifest.labels) <= kinds.by_id.keys()
    learn = extend if extending else alone
    learnt = learn(kinds, model, extra or (), say)
    shipped = model.head.manifest
    manifest = heads.write(folder, learnt.head.weight, learnt.head.bias, {
        "task": "intent", "labels": learnt.labels, "base": shipped.base,
        "base_sha256": shipped.base_sha256, "method": learnt.method, "seed": 0,  # nothing is drawn
        "date": date, "data": learnt.data, "temperature": learnt.temperature,
        "threshold": learnt.threshold, "metrics": learnt.metrics,
        "adapter_sha256": shipped.adapter_sha256,
        "dtype": model.encoder.dtype, "training_dtype": model.encoder.dtype,
    })  # fmt: skip
    (folder / taxonomy.NAME).write_bytes(toml.read_bytes())
    card = fewshot_card.text(manifest, kinds, learnt.right, shipped.version)
    (folder / fewshot_card.NAME).write_text(card, encoding="utf-8")
    return manifest


def extend(
    kinds: Taxonomy, model: Classifier, extra: Iterable[Row] = (), say: Say = quiet
) -> Learnt:
    """The shipped head with a row more for each intent of `kinds` that it doesn't have.

    Raises BadExamples.
    """
    shipped = model.head.manifest
    new = [kind.id for kind in kinds.intents if kind.id not in shipped.labels]
    rows = _rows(kinds, extra)
    own = _checked([row for row in rows if row.label in new], new, say)
    taken = {row.text for row in own}
    old = [row for row in rows if row.label not in new and row.text not in taken]
    x = _embedded(model, [*old, *own])
    labels = torch.tensor([0] * len(old) + [1 + new.index(row.label) for row in own])
    material = Material.of(x, labels, model.head.logits(x), shipped.temperature, deal(labels))
    found = fewshot_rows.best(material, len(new))
    return Learnt(
        labels=[*shipped.labels, *new],
        head=Linear(
            torch.cat([model.head.weight, found.rows.weight]),
            torch.cat([model.head.bias, found.rows.bias]),
        ),
        temperature=shipped.temperature,
        threshold=shipped.threshold,
        method=f"{len(new)} own intents by logistic regression beside {shipped.version}, "
        f"{found.setting}",
        data={"own_examples": len(own), "shipped_examples": len(old)},
        metrics=found.metrics,
        right=_right(new, labels[len(old) :] - 1, found.named[len(old) :] - 1),
    )


def alone(
    kinds: Taxonomy, model: Classifier, extra: Iterable[Row] = (), say: Say = quiet
) -> Learnt:
    """A head for the intents of `kinds` and no others. Raises BadExamples."""
    names = [kind.id for kind in kinds.intents]
    if len(names) < 2:
        raise BadExamples(
            f"{names[0]} is the only intent, and nothing to tell it from: add another, or begin "
            'the file with extends = "shipped"'
        )
    own = _checked(_rows(kinds, extra), names, say)
    x = _embedded(model, own)
    labels = torch.tensor([names.index(row.label) for row in own])
    tried = {c: _held_out(x, labels, len(names), c) for c in STRENGTHS}
    c = min(tried, key=lambda c: float(cross_entropy(tried[c], labels)))
    heat = regression.temperature(tried[c], labels)
    confidence, named = (tried[c] / heat).softmax(1).max(1)
    return Learnt(
        labels=names,
        head=regression.fit(x, labels, len(names), c),
        temperature=heat,
        threshold=round(float(confidence.quantile(REFUSE_AT_MOST)), 3),
        method=f"logistic regression over the embedding of {model.head.manifest.version}, C={c}",
        data={"own_examples": len(own)},
        metrics={"held_out_accuracy": round(float((named == labels).float().mean()), 4)},
        right=_right(names, labels, named),
    )


def load_shipped(base: Path) -> Classifier:
    """The shipped head over the shipped encoder. Raises ForeignHead or ForeignAdapter."""
    facts = describe.read(base)
    adapter = bundle.own_adapter(bundle.INTENT, facts)
    head = Head.load(bundle.INTENT, facts, adapter)
    return Classifier(Encoder(base, adapter=adapter), head)


def _rows(kinds: Taxonomy, extra: Iterable[Row]) -> list[Row]:
    """Each text once an intent. Raises BadExamples for a label that the taxonomy hasn't."""
    given = list(extra)
    ids = {name: kind.id for kind in kinds.intents for name in (kind.title, kind.id)}
    written = [Row(text, kind.id) for kind in kinds.intents for text in kind.examples]
    unknown = [row.label for row in given if row.label not in ids]
    if unknown:
        raise BadExamples(
            f"the taxonomy has no intent {unknown[0]!r}: write it into the file, or label its "
            "rows by the id or the title of one that is there"
        )
    rows = [Row(row.text.strip(), ids[row.label]) for row in (*written, *given)]
    return list(dict.fromkeys(row for row in rows if row.text))


def _checked(own: Sequence[Row], names: Sequence[str], say: Say) -> Sequence[Row]:
    counts = Counter(row.label for row in own)
    few = [f"{name} has {counts[name] or 'none'}" for name in names if counts[name] < FEWEST]
    if few:
        raise BadExamples(
            f"an intent needs {FEWEST} different examples at least, better {BETTER}: "
            f"{', '.join(few)}"
        )
    _unshared(own)
    for name in names:
        if counts[name] < BETTER:
            say(f"intent {name} has {counts[name]} examples: {BETTER} or more are recommended")
    return own


def _unshared(own: Iterable[Row]) -> None:
    labels: dict[str, str] = {}
    for row in own:
        if labels.setdefault(row.text, row.label) != row.label:
            raise BadExamples(
                f"{row.text!r} is an example of {labels[row.text]} and of {row.label}: "
                "leave it to one of them"
            )


def _embedded(model: Classifier, rows: Sequence[Row]) -> torch.Tensor:
    """(n, H)."""
    texts = [row.text for row in rows]
    parts = []
    with tqdm(total=len(texts), desc="embed", unit=" texts", disable=None, leave=False) as bar:
        for at in range(0, len(texts), TEXTS_AT_ONCE):
            parts.append(embedding.embed(model.encoder, texts[at : at + TEXTS_AT_ONCE]))
            bar.update(len(parts[-1]))
    return torch.cat(parts)


def deal(labels: torch.Tensor) -> torch.Tensor:
    """(n,): each class is dealt out in turn, so that no fold holds all of a small one."""
    seen: Counter[int] = Counter()
    folds = []
    for label in labels.tolist():
        folds.append(seen[label] % FOLDS)
        seen[label] += 1
    return torch.tensor(folds)


def _held_out(x: torch.Tensor, labels: torch.Tensor, classes: int, c: float) -> torch.Tensor:
    """(n, C) logits, each row from a head that hasn't seen it."""
    folds = deal(labels)
    logits = torch.empty(len(x), classes)
    for fold in range(int(folds.max()) + 1):
        inside = folds != fold
        logits[~inside] = regression.fit(x[inside], labels[inside], classes, c)(x[~inside])
    return logits


def _right(
    names: Sequence[str], labels: torch.Tensor, named: torch.Tensor
) -> Mapping[str, tuple[int, int]]:
    of = {name: labels == number for number, name in enumerate(names)}
    return {
        name: (int((named[these] == labels[these]).sum()), int(these.sum()))
        for name, these in of.items()
    }
