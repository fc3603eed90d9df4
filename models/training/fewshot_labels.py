"""A table of labelled sentences beside the shipped intents: the bot knows them as well.

A label may be a shipped intent's id or title. One that the shipped model already knows under
another name becomes that intent's title, and its rows more examples of it. Any other is a new
intent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from models.data import corpus
from models.data.corpus import Row
from models.encoder import embedding, heads, regression
from models.encoder.bundle import INTENT
from models.encoder.classifier import Classifier
from models.encoder.embedding import Say, quiet
from models.encoder.heads import Manifest
from models.encoder.regression import Choices, Linear, Texts
from models.intent import own, taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE
from models.training import classification, fewshot_card
from models.training.classification import Facts, Options, Rows
from models.training.fewshot import deal, load_shipped

MOSTLY = 0.5  # of a label's rows are named so by the shipped model: it is that intent
ANCHORS = 12  # examples of a shipped intent that hold it where it is
REHEARSED = 16  # of a shipped intent's examples, where the encoder learns, too
NEARNESS = 3e-3
WEIGHTS = (3.0, 10.0, 30.0)  # of a row; an anchor: 1
CHANGED_AT_MOST = 0.02  # of the anchors


@dataclass(frozen=True)
class Placed:
    """Rows labelled by ids of intents; `titles`: id of a shipped intent -> its label here."""

    rows: list[Row]
    titles: dict[str, str]

    @property
    def ids(self) -> list[str]:
        """Those of the rows, in their order."""
        return list(dict.fromkeys(row.label for row in self.rows))


def place(rows: Sequence[Row], named: Sequence[str]) -> Placed:
    """`named`: what the shipped model calls each row. One shipped intent for one label at most."""
    kinds = taxonomy.load()
    known = {name: kind.id for kind in kinds.intents for name in (kind.id, kind.title)}
    sizes = Counter(row.label for row in rows)
    places = {label: known[label] for label in sizes if label in known}
    titles: dict[str, str] = {}
    for label, size in sizes.most_common():
        if label in places:
            continue
        heard = Counter(n for row, n in zip(rows, named, strict=True) if row.label == label)
        likest, times = heard.most_common(1)[0]
        free = likest not in {*places.values(), CHITCHAT, OUT_OF_SCOPE}
        if free and times > MOSTLY * size:
            places[label] = likest
            titles[likest] = label
        else:
            places[label] = label
    return Placed([Row(row.text, places[row.label]) for row in rows], titles)


def train_head(
    rows: Rows, options: Options, base: Path, date: str, folder: Path, say: Say = quiet
) -> Manifest:
    """Fit the shipped head to the rows as well, over the shipped encoder; write the bundle.

    The shipped intents' examples hold them where they are. How much a row weighs is chosen by
    cross-validation, among the weights that leave the shipped intents alone.
    """
    model = load_shipped(base)
    if options.denoise:
        rows = classification.denoised(rows, options, base, None)
    given = _given(rows)
    x = embedding.embed(model.encoder, [row.text for row in given], say)
    placed = _placed(given, model, x)
    before = model.head.manifest
    new = [label for label in placed.ids if label not in before.labels]
    labels = [*before.labels, *new]
    _tell(placed, new, say)
    anchors = _anchors(model, labels, {row.text for row in given}, say)
    fits = torch.zeros(len(x), len(labels), dtype=torch.bool)
    fits[torch.arange(len(x)), [labels.index(row.label) for row in placed.rows]] = True
    begin = _wider(Linear(model.head.weight, model.head.bias), len(new))
    tried = [_tried(begin, anchors, x, fits, weight) for weight in WEIGHTS]
    best = max(tried, key=lambda each: (each.allowed, each.accuracy, -each.changed))
    manifest = heads.write(folder, best.head.weight, best.head.bias, {
        "task": "intent", "labels": labels, "base": before.base, "base_sha256": before.base_sha256,
        "method": f"{len(placed.ids)} labels by logistic regression near {before.version}",
        "seed": 0, "date": date, "data": rows.sizes, "temperature": before.temperature,
        "threshold": before.threshold, "adapter_sha256": before.adapter_sha256,
        "metrics": {"own_held_out_accuracy": best.accuracy, "shipped_changed": best.changed},
        "dtype": model.encoder.dtype, "training_dtype": model.encoder.dtype,
    })  # fmt: skip
    own.write(labels, folder, placed.titles)
    kinds = taxonomy.load(folder / taxonomy.NAME if new or placed.titles else taxonomy.FILE)
    right = _right(placed, best.right)
    card = fewshot_card.text(manifest, kinds, right, before.version)
    (folder / fewshot_card.NAME).write_text(card, encoding="utf-8")
    return manifest


def train_adapter(  # noqa: PLR0913 - all of it differs from call to call
    rows: Rows, options: Options, base: Path, date: str, folder: Path, keep: Path | None,
    say: Say = quiet, rehearsed: int = REHEARSED,
) -> Manifest:  # fmt: skip
    """Change the encoder by the rows and by `rehearsed` examples of every shipped intent; write
    the bundle.
    """
    given = _given(rows)
    model = load_shipped(base)
    placed = _placed(given, model, embedding.embed(model.encoder, [row.text for row in given], say))
    kept = model.head.manifest.labels
    new = [label for label in placed.ids if label not in kept]
    _tell(placed, new, say)
    texts = {row.text for row in given}
    again = [row for row in _examples(rehearsed) if row.text not in texts]
    every = [*placed.rows, *again]
    names = [*kept, *new]
    both = Rows(
        [(row.text,) for row in every],
        names,
        torch.tensor([names.index(row.label) for row in every]),
        rows.sizes | {"shipped_examples": len(again)},
    )
    believed = replace(options, believed=(*options.believed, *kept))
    found = classification.train("intent", both, believed, base, keep)
    about = Facts("intent", names, both.sizes, options.tuning, date)
    manifest = classification.write(about, found, base, folder)
    own.write(names, folder, placed.titles)
    return manifest


@dataclass(frozen=True)
class _Tried:
    """A head, and what cross-validation says of the weight that it was fitted with."""

    head: Linear
    right: torch.Tensor  # (n,) bool: the row was recognised when it was held out
    changed: float  # share of the anchors that are named otherwise than before

    @property
    def accuracy(self) -> float:
        return round(float(self.right.float().mean()), 4)

    @property
    def allowed(self) -> bool:
        return self.changed <= CHANGED_AT_MOST


def _tried(
    begin: Linear, anchors: Texts, x: torch.Tensor, fits: torch.Tensor, weight: float
) -> _Tried:
    def fitted(chosen: torch.Tensor) -> Linear:
        few = Choices(x[chosen], fits[chosen], torch.full((int(chosen.sum()),), weight))
        return regression.fit_near(begin, anchors, few, NEARNESS, NEARNESS)

    labels = fits.float().argmax(1)
    parts = deal(labels)
    right = torch.zeros(len(x), dtype=torch.bool)
    for part in range(int(parts.max()) + 1):
        out = parts == part
        right[out] = fitted(~out)(x[out]).argmax(1) == labels[out]
    head = fitted(torch.ones(len(x), dtype=torch.bool))
    same = head(anchors.x).argmax(1) == begin(anchors.x).argmax(1)
    return _Tried(head, right, round(1 - float(same.float().mean()), 4))


def _anchors(model: Classifier, labels: Sequence[str], without: set[str], say: Say) -> Texts:
    """Examples of the shipped intents with what the shipped head says of them."""
    texts = [row.text for row in _examples(ANCHORS) if row.text not in without]
    x = embedding.embed(model.encoder, texts, say)
    target = torch.zeros(len(x), len(labels))
    target[:, : len(model.head.manifest.labels)] = model.head.logits(x).softmax(1)
    return Texts(x, target, torch.ones(len(x)))


def _examples(most: int) -> list[Row]:
    """So many examples of each shipped intent; the short and bare ones first."""
    more = corpus.read(INTENT / "examples.jsonl")
    rows = [*more, *(Row(text, k.id) for k in taxonomy.load().intents for text in k.examples)]
    shown: Counter[str] = Counter()
    chosen = []
    for row in rows:
        shown[row.label] += 1
        if shown[row.label] <= most:
            chosen.append(row)
    return chosen


def _given(rows: Rows) -> list[Row]:
    names = [rows.names[i] for i in rows.given.tolist()]
    return [Row(text, name) for (text, *_), name in zip(rows.texts, names, strict=True)]


def _placed(given: Sequence[Row], model: Classifier, x: torch.Tensor) -> Placed:
    labels = model.head.manifest.labels
    return place(given, [labels[i] for i in model.head.logits(x).argmax(1).tolist()])


def _wider(head: Linear, more: int) -> Linear:
    """With rows of zeros for new intents, which are unlikely before they are learnt."""
    weight = torch.cat([head.weight, torch.zeros(more, head.weight.shape[1])])
    return Linear(weight, torch.cat([head.bias, torch.full((more,), float(head.bias.min()))]))


def _right(placed: Placed, right: torch.Tensor) -> Mapping[str, tuple[int, int]]:
    found: Counter[str] = Counter()
    for row, hit in zip(placed.rows, right.tolist(), strict=True):
        found[row.label] += hit
    sizes = Counter(row.label for row in placed.rows)
    return {label: (found[label], sizes[label]) for label in placed.ids}


def _tell(placed: Placed, new: Iterable[str], say: Say) -> None:
    for intent, label in placed.titles.items():
        say(f"{label!r} is what the shipped model knows as {intent}: its rows are examples of that")
    for label in new:
        say(f"{label!r} is a new intent beside the shipped ones")
