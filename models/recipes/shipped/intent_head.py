"""The intent head over the finished adapter, fitted anew for the taxonomy as it is.

The head that was learnt together with the adapter (models/intent/joint) says what CIC's noisy
texts mean; what is hand-written, and what followers of the corpus's shops write, brings the
intents that it doesn't know. A head near the joint one is fitted to both: logistic regression
whose penalty is the distance to it. Minutes on a CPU, since the encoder stays as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import one_hot

from models.data import corpus
from models.data.corpus import Row
from models.encoder import adapter as adapters
from models.encoder import bundle, embedding, heads
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.encoder.heads import Head, Manifest
from models.encoder.regression import GRID, Choices, Linear, Texts, fit_near
from models.hub import describe
from models.intent import taxonomy
from models.recipes.shipped import intents as material
from models.recipes.shipped import shops
from models.recipes.shipped.shops import Message

JOINT = bundle.INTENT / "joint"  # the head that was learnt together with the adapter
UNKNOWN = -2.0  # bias that an intent begins with

Embed = Callable[[Sequence[str]], torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything a fit depends on besides the data."""

    nearness: float = 3e-3  # penalty of the squared distance to the joint head's rows
    smallness: float = 3e-3  # of the new intents' rows
    example_weight: float = 3.0  # of what is hand-written, beside a text of CIC
    message_weight: float = 3.0  # of what followers of the shops write
    none_weight: float = 1.0  # of their questions that no intent fits
    sure: float = 0.8  # of the intents given with this confidence ...
    right: float = 0.9  # ... so many shall be right on unseen shops
    refuse_at_most: float = 0.05  # of unseen shops' messages that are understood rightly
    seed: int = 0  # nothing is drawn


@dataclass(frozen=True)
class Asked:
    """Embeddings of what followers of shops write; several intents may fit one message."""

    x: torch.Tensor  # (n, H)
    fits: torch.Tensor  # (n, C) bool
    messages: list[Message]

    def part(self, chosen: torch.Tensor) -> "Asked":
        """The rows where `chosen` (n,) is true."""
        kept = [m for m, keep in zip(self.messages, chosen.tolist(), strict=True) if keep]
        return Asked(self.x[chosen], self.fits[chosen], kept)

    def of(self, shop: str) -> torch.Tensor:
        """(n,) bool."""
        return torch.tensor([message.shop == shop for message in self.messages], dtype=torch.bool)


@dataclass(frozen=True)
class Calibration:
    """How the logits are read, and what that is worth on shops that a fit left out."""

    temperature: float
    threshold: float
    metrics: dict[str, float]


def train(data: Path, base: Path, date: str, config: Config | None = None) -> Manifest:
    """Fit the head, calibrate it on shops it wasn't fitted to, write it to models/intent."""
    config = config or Config()
    facts = describe.read(base)
    adapter = Adapter.load(bundle.INTENT / adapters.FILE, facts)
    joint = Head.load(JOINT, facts, adapter)
    encoder = Encoder(base, adapter=adapter)

    def embed(texts: Sequence[str]) -> torch.Tensor:
        return embedding.embed(encoder, texts, print)

    labels = [kind.id for kind in taxonomy.load().intents]
    texts, sizes = gather(data, labels, joint, embed, config)
    learnt = asked([*shops.openings("train"), *shops.questions("train")], labels, embed)
    sizes["shop_messages"] = len(learnt.messages)
    begin = start(joint, labels, texts.x.shape[1])
    head = fit(texts, learnt, begin, config)
    tune = asked([*shops.openings("tune"), *shops.questions("tune")], labels, embed)
    unseen = [(head(tune.x), tune), *left_out(texts, learnt, begin, config)]
    read = calibrate(
        torch.cat([logits for logits, _ in unseen]),
        [part for _, part in unseen],
        known_words(),
        config,
    )
    dev = corpus.cic(data, "cic/dev")
    nearness = agreement(head, labels, joint, embed([row.text for row in dev]))
    return heads.write(bundle.INTENT, head.weight, head.bias, {
        "task": material.NAME, "labels": labels, "base": joint.manifest.base,
        "base_sha256": joint.manifest.base_sha256, "adapter_sha256": adapter.sha256,
        "method": f"logistic regression over the adapter, near {joint.manifest.version}",
        "seed": config.seed, "date": date, "data": sizes, "temperature": read.temperature,
        "threshold": read.threshold, "metrics": read.metrics | nearness,
        "dtype": encoder.dtype, "training_dtype": encoder.dtype,
    })  # fmt: skip


def gather(
    data: Path, labels: list[str], joint: Head, embed: Embed, config: Config
) -> tuple[Texts, dict[str, int]]:
    """All texts that are learnt from; what `corpus.split` holds out is left to evaluate."""
    customers = corpus.cic(data)
    strangers, _ = corpus.split(material.assistant_rows(data))
    account, _ = corpus.split(material.account_examples())
    customer, _ = corpus.split(material.customer_examples(), material.CUSTOMER_PERCENT)
    more = corpus.read(bundle.INTENT / "examples.jsonl")
    x = embed([row.text for row in customers])
    parts = (
        Texts(x, taught(joint, labels, x), torch.ones(len(x))),
        certain(strangers, labels, embed, 1.0),
        certain([*account, *customer, *more], labels, embed, config.example_weight),
    )
    sizes = {
        "cic": len(customers), "smp2017": len(strangers), "account_examples": len(account),
        "customer_examples": len(customer), "more_examples": len(more),
    }  # fmt: skip
    texts = Texts(
        torch.cat([part.x for part in parts]),
        torch.cat([part.target for part in parts]),
        torch.cat([part.weights for part in parts]),
    )
    return texts, sizes


def taught(joint: Head, labels: Sequence[str], x: torch.Tensor) -> torch.Tensor:
    """(n, C): the joint head's probabilities; nothing for the intents that it doesn't know."""
    target = torch.zeros(len(x), len(labels))
    target[:, _places(joint, labels)] = joint.logits(x).softmax(1)
    return target


def certain(rows: Sequence[Row], labels: Sequence[str], embed: Embed, weight: float) -> Texts:
    """Rows whose label is right."""
    given = torch.tensor([labels.index(row.label) for row in rows])
    target = one_hot(given, len(labels)).float()
    return Texts(embed([row.text for row in rows]), target, torch.full((len(rows),), weight))


def asked(messages: list[Message], labels: Sequence[str], embed: Embed) -> Asked:
    """Messages with the intents that fit them."""
    fits = torch.zeros(len(messages), len(labels), dtype=torch.bool)
    for row, message in enumerate(messages):
        fits[row, [labels.index(intent) for intent in message.intents]] = True
    return Asked(embed([message.text for message in messages]), fits, messages)


def start(joint: Head, labels: Sequence[str], width: int) -> Linear:
    """The joint head's rows, and rows that say nothing for the intents that it doesn't know."""
    places = _places(joint, labels)
    weight = torch.zeros(len(labels), width)
    bias = torch.full((len(labels),), UNKNOWN)
    weight[places], bias[places] = joint.weight, joint.bias
    return Linear(weight, bias)


def fit(texts: Texts, learnt: Asked, begin: Linear, config: Config) -> Linear:
    """See `regression.fit_near`."""
    weights = torch.where(learnt.fits.any(1), config.message_weight, config.none_weight)
    choices = Choices(learnt.x, learnt.fits, weights)
    return fit_near(begin, texts, choices, config.nearness, config.smallness)


def left_out(
    texts: Texts, learnt: Asked, begin: Linear, config: Config
) -> list[tuple[torch.Tensor, Asked]]:
    """Each shop's logits, (n, C), from a fit without that shop."""
    found = []
    for shop in dict.fromkeys(message.shop for message in learnt.messages):
        its = learnt.of(shop)
        without = fit(texts, learnt.part(~its), begin, config)
        found.append((without(learnt.x[its]), learnt.part(its)))
    return found


def known_words() -> set[str]:
    """The texts that are hand-written; what a follower writes word for word proves little."""
    taught = [*material.account_examples(), *material.customer_examples()]
    return {row.text for row in (*taught, *corpus.read(bundle.INTENT / "examples.jsonl"))}


def calibrate(
    logits: torch.Tensor, parts: Sequence[Asked], known: set[str], config: Config
) -> Calibration:
    """On messages of shops that the head which gave their logits hasn't seen.

    The temperature is the one that makes the intents that fit likeliest, or a higher one where
    those given with `sure` confidence would be right less often than `right`. What an example
    says word for word is counted among the metrics, but neither tells how sure to be.
    """
    fits = torch.cat([part.fits for part in parts])
    kinds = [message.kind for part in parts for message in part.messages]
    new = torch.tensor([m.text not in known for part in parts for m in part.messages])
    heat = temperature(logits[new], fits[new], config)
    confidence, best = (logits / heat).softmax(1).max(1)
    right = fits[torch.arange(len(best)), best]
    threshold = round(float(confidence[right & new].quantile(config.refuse_at_most)), 3)
    sure, within = confidence >= config.sure, confidence >= threshold
    metrics: dict[str, float] = {
        "unseen_shops": len({message.shop for part in parts for message in part.messages}),
        "unseen_messages": len(new),
        "unseen_messages_in_new_words": int(new.sum()),
        "unseen_given_at_.8": int((sure & new).sum()),
        "unseen_given_at_.8_right": _share(right[sure & new]),
    }
    for kind in (*shops.WITH_INTENTS, shops.QUESTION):
        every = torch.tensor([each == kind for each in kinds], dtype=torch.bool)
        these = every & new
        metrics |= {
            f"unseen_{kind}": int(every.sum()),
            f"unseen_{kind}_right": _share(right[every]),
            f"unseen_{kind}_right_and_in_scope": _share((right & within)[every]),
            f"unseen_{kind}_in_new_words": int(these.sum()),
            f"unseen_{kind}_in_new_words_right_and_in_scope": _share((right & within)[these]),
            f"unseen_{kind}_given_at_.8": int((sure & these).sum()),
            f"unseen_{kind}_given_at_.8_right": _share(right[sure & these]),
        }
    return Calibration(heat, threshold, metrics)


def temperature(logits: torch.Tensor, fits: torch.Tensor, config: Config) -> float:
    """See `calibrate`. `fits` (n, C) is true for every intent that is right."""
    some = fits.any(1)
    some_fits = fits[some]

    def loss(heat: float) -> float:
        likely = (logits[some] / heat).softmax(1)
        return -float((likely * some_fits).sum(1).clamp_min(1e-9).log().mean())

    best = min(GRID, key=loss)
    hot = (heat for heat in GRID if heat >= best and _reliable(logits / heat, fits, config))
    return next(hot, GRID[-1])


def agreement(
    head: Linear, labels: Sequence[str], joint: Head, x: torch.Tensor
) -> dict[str, float]:
    """How often the head names what the joint one does."""
    sure, best = (joint.logits(x) / joint.manifest.temperature).softmax(1).max(1)
    same = _places(joint, labels)[best] == head(x).argmax(1)
    firm = sure >= 0.9
    return {
        "as_the_joint_head_on_cic_dev": _share(same),
        "as_the_joint_head_where_it_is_sure": _share(same[firm]),
    }


def _reliable(logits: torch.Tensor, fits: torch.Tensor, config: Config) -> bool:
    confidence, best = logits.softmax(1).max(1)
    sure = confidence >= config.sure
    right = fits[torch.arange(len(best)), best][sure]
    return not len(right) or float(right.float().mean()) >= config.right


def _places(joint: Head, labels: Sequence[str]) -> torch.Tensor:
    """Where the joint head's classes stand among the labels."""
    return torch.tensor([labels.index(label) for label in joint.manifest.labels])


def _share(those: torch.Tensor) -> float:
    return round(float(those.float().mean()), 4) if len(those) else 0.0
