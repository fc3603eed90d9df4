"""Fits the shipped intent head over the finished adapter, for the current taxonomy.

The head that was trained with the adapter (models/intent/joint) labels CIC's noisy texts.
Hand-written examples and messages of the corpus's shops add the intents that it doesn't know. The
new head is a logistic regression on both, with the distance to the joint head as penalty. It takes
minutes on a CPU, since the encoder doesn't change.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import one_hot

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import adapter as adapters
from models.encoder import bundle, embedding, heads
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.encoder.heads import Head, HeadManifest
from models.encoder.regression import GRID, ChoiceEmbeddings, LabelledEmbeddings, Linear, fit_near
from models.hub import describe
from models.intent import taxonomy
from models.recipes.shipped import intents as material
from models.recipes.shipped import shops
from models.recipes.shipped.shops import ShopMessage

JOINT = bundle.INTENT / "joint"  # the head that was trained together with the adapter
UNKNOWN = -2.0  # initial bias of an intent that the joint head doesn't know

Embed = Callable[[Sequence[str]], torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class IntentHeadConfig:
    """Everything a fit depends on besides the data."""

    nearness: float = 3e-3  # penalty of the squared distance to the joint head's rows
    smallness: float = 3e-3  # penalty of the new intents' squared rows
    example_weight: float = 3.0  # of a hand-written example; a text of CIC: 1
    message_weight: float = 3.0  # of a shop's message
    none_weight: float = 1.0  # of a shop's question that no intent fits
    sure: float = 0.8  # confidence from which ...
    right: float = 0.9  # ... this share of the intents must be right on unseen shops
    refuse_at_most: float = 0.05  # share of unseen shops' right answers below the threshold
    seed: int = 0  # nothing is drawn


@dataclass(frozen=True)
class ShopMessages:
    """Embeddings of shops' messages; several intents may fit a message."""

    x: torch.Tensor  # (n, H)
    fits: torch.Tensor  # (n, C) bool
    messages: list[ShopMessage]

    def part(self, is_chosen: torch.Tensor) -> "ShopMessages":
        """The rows where `is_chosen` (n,) is true."""
        part_messages = [
            m for m, is_in_part in zip(self.messages, is_chosen.tolist(), strict=True) if is_in_part
        ]
        return ShopMessages(self.x[is_chosen], self.fits[is_chosen], part_messages)

    def of(self, shop: str) -> torch.Tensor:
        """Which messages are the shop's, (n,) bool."""
        return torch.tensor([message.shop == shop for message in self.messages], dtype=torch.bool)


@dataclass(frozen=True)
class IntentHeadCalibration:
    """Temperature and threshold, and metrics on shops that a fit left out."""

    temperature: float
    threshold: float
    metrics: dict[str, float]


def train_intent_head(
    data: Path, base: Path, date: str, config: IntentHeadConfig | None = None
) -> HeadManifest:
    """Fit the head, calibrate it on shops that fits leave out, and write it to models/intent."""
    config = config or IntentHeadConfig()
    facts = describe.read_base_facts(base)
    adapter = Adapter.load(bundle.INTENT / adapters.FILE, facts)
    joint = Head.load(JOINT, facts, adapter)
    encoder = Encoder(base, adapter=adapter)

    def embed(texts: Sequence[str]) -> torch.Tensor:
        return embedding.embed_texts(encoder, texts, print)

    labels = [kind.id for kind in taxonomy.load_taxonomy().intents]
    texts, sizes = gather_texts(data, labels, joint, embed, config)
    training_messages = embed_messages(
        [*shops.read_openings("train"), *shops.read_questions("train")], labels, embed
    )
    sizes["shop_messages"] = len(training_messages.messages)
    begin = start_from_joint(joint, labels, texts.x.shape[1])
    head = fit_head(texts, training_messages, begin, config)
    tune = embed_messages(
        [*shops.read_openings("tune"), *shops.read_questions("tune")], labels, embed
    )
    unseen = [(head(tune.x), tune), *leave_one_shop_out(texts, training_messages, begin, config)]
    read = calibrate_head(
        torch.cat([logits for logits, _ in unseen]),
        [part for _, part in unseen],
        known_words(),
        config,
    )
    dev = corpus.read_cic(data, "cic/dev")
    nearness = agreement_with_joint(head, labels, joint, embed([row.text for row in dev]))
    return heads.write_head(bundle.INTENT, head.weight, head.bias, {
        "task": material.NAME, "labels": labels, "base": joint.manifest.base,
        "base_sha256": joint.manifest.base_sha256, "adapter_sha256": adapter.sha256,
        "method": f"logistic regression over the adapter, near {joint.manifest.version}",
        "seed": config.seed, "date": date, "data": sizes, "temperature": read.temperature,
        "threshold": read.threshold, "metrics": read.metrics | nearness,
        "dtype": encoder.dtype, "training_dtype": encoder.dtype,
    })  # fmt: skip


def gather_texts(
    data: Path, labels: list[str], joint: Head, embed: Embed, config: IntentHeadConfig
) -> tuple[LabelledEmbeddings, dict[str, int]]:
    """Training texts and their number by source; without what `split_held_out` holds out."""
    customers = corpus.read_cic(data)
    strangers, _ = corpus.split_held_out(material.assistant_rows(data))
    account, _ = corpus.split_held_out(material.account_examples())
    customer, _ = corpus.split_held_out(material.customer_examples(), material.CUSTOMER_PERCENT)
    more = corpus.read_labelled_texts(bundle.INTENT / "examples.jsonl")
    x = embed([row.text for row in customers])
    parts = (
        LabelledEmbeddings(x, teacher_targets(joint, labels, x), torch.ones(len(x))),
        certain_texts(strangers, labels, embed, 1.0),
        certain_texts([*account, *customer, *more], labels, embed, config.example_weight),
    )
    sizes = {
        "cic": len(customers), "smp2017": len(strangers), "account_examples": len(account),
        "customer_examples": len(customer), "more_examples": len(more),
    }  # fmt: skip
    texts = LabelledEmbeddings(
        torch.cat([part.x for part in parts]),
        torch.cat([part.target for part in parts]),
        torch.cat([part.weights for part in parts]),
    )
    return texts, sizes


def teacher_targets(joint: Head, labels: Sequence[str], x: torch.Tensor) -> torch.Tensor:
    """The joint head's probabilities, (n, C); 0 for intents that it doesn't know."""
    target = torch.zeros(len(x), len(labels))
    target[:, _label_places(joint, labels)] = joint.logits(x).softmax(1)
    return target


def certain_texts(
    rows: Sequence[LabelledText], labels: Sequence[str], embed: Embed, weight: float
) -> LabelledEmbeddings:
    """Embeddings of rows with reliable labels, with one-hot targets."""
    label_ids = torch.tensor([labels.index(row.label) for row in rows])
    target = one_hot(label_ids, len(labels)).float()
    return LabelledEmbeddings(
        embed([row.text for row in rows]), target, torch.full((len(rows),), weight)
    )


def embed_messages(
    messages: list[ShopMessage], labels: Sequence[str], embed: Embed
) -> ShopMessages:
    """Embed messages, with the intents that fit each."""
    fits = torch.zeros(len(messages), len(labels), dtype=torch.bool)
    for row, message in enumerate(messages):
        fits[row, [labels.index(intent) for intent in message.intents]] = True
    return ShopMessages(embed([message.text for message in messages]), fits, messages)


def start_from_joint(joint: Head, labels: Sequence[str], width: int) -> Linear:
    """The joint head's rows, and zero rows with the bias UNKNOWN for intents it doesn't know."""
    places = _label_places(joint, labels)
    weight = torch.zeros(len(labels), width)
    bias = torch.full((len(labels),), UNKNOWN)
    weight[places], bias[places] = joint.weight, joint.bias
    return Linear(weight, bias)


def fit_head(
    texts: LabelledEmbeddings,
    training_messages: ShopMessages,
    begin: Linear,
    config: IntentHeadConfig,
) -> Linear:
    """Fit texts and messages near `begin`; see `fit_near`."""
    weights = torch.where(training_messages.fits.any(1), config.message_weight, config.none_weight)
    choices = ChoiceEmbeddings(training_messages.x, training_messages.fits, weights)
    return fit_near(begin, texts, choices, config.nearness, config.smallness)


def leave_one_shop_out(
    texts: LabelledEmbeddings,
    training_messages: ShopMessages,
    begin: Linear,
    config: IntentHeadConfig,
) -> list[tuple[torch.Tensor, ShopMessages]]:
    """Logits (n, C) of each shop's messages from a fit without that shop, with these messages."""
    logits_by_shop = []
    for shop in dict.fromkeys(message.shop for message in training_messages.messages):
        its = training_messages.of(shop)
        without = fit_head(texts, training_messages.part(~its), begin, config)
        logits_by_shop.append((without(training_messages.x[its]), training_messages.part(its)))
    return logits_by_shop


def known_words() -> set[str]:
    """All hand-written examples; a message equal to one of them is no evidence in a metric."""
    taught = [*material.account_examples(), *material.customer_examples()]
    return {
        row.text for row in (*taught, *corpus.read_labelled_texts(bundle.INTENT / "examples.jsonl"))
    }


def calibrate_head(
    logits: torch.Tensor,
    parts: Sequence[ShopMessages],
    known_texts: set[str],
    config: IntentHeadConfig,
) -> IntentHeadCalibration:
    """Calibrate on messages of shops on which their logits' heads weren't trained.

    The temperature makes the fitting intents likeliest, or is higher if predictions of the
    confidence `sure` would be right less often than `right`. Messages equal to an example are
    counted in the metrics, but not used for temperature and threshold.
    """
    fits = torch.cat([part.fits for part in parts])
    kinds = [message.kind for part in parts for message in part.messages]
    new = torch.tensor([m.text not in known_texts for part in parts for m in part.messages])
    fitted_temperature = choose_temperature(logits[new], fits[new], config)
    confidence, best = (logits / fitted_temperature).softmax(1).max(1)
    right = fits[torch.arange(len(best)), best]
    threshold = round(float(confidence[right & new].quantile(config.refuse_at_most)), 3)
    sure, within = confidence >= config.sure, confidence >= threshold
    metrics: dict[str, float] = {
        "unseen_shops": len({message.shop for part in parts for message in part.messages}),
        "unseen_messages": len(new),
        "unseen_messages_in_new_words": int(new.sum()),
        "unseen_given_at_.8": int((sure & new).sum()),
        "unseen_given_at_.8_right": _share_of(right[sure & new]),
    }
    for kind in (*shops.WITH_INTENTS, shops.QUESTION):
        every = torch.tensor([each == kind for each in kinds], dtype=torch.bool)
        these = every & new
        metrics |= {
            f"unseen_{kind}": int(every.sum()),
            f"unseen_{kind}_right": _share_of(right[every]),
            f"unseen_{kind}_right_and_in_scope": _share_of((right & within)[every]),
            f"unseen_{kind}_in_new_words": int(these.sum()),
            f"unseen_{kind}_in_new_words_right_and_in_scope": _share_of((right & within)[these]),
            f"unseen_{kind}_given_at_.8": int((sure & these).sum()),
            f"unseen_{kind}_given_at_.8_right": _share_of(right[sure & these]),
        }
    return IntentHeadCalibration(fitted_temperature, threshold, metrics)


def choose_temperature(logits: torch.Tensor, fits: torch.Tensor, config: IntentHeadConfig) -> float:
    """The temperature, see `calibrate_head`. `fits` (n, C) bool: the intents that are right."""
    some = fits.any(1)
    some_fits = fits[some]

    def loss(candidate_temperature: float) -> float:
        likely = (logits[some] / candidate_temperature).softmax(1)
        return -float((likely * some_fits).sum(1).clamp_min(1e-9).log().mean())

    best = min(GRID, key=loss)
    hot = (heat for heat in GRID if heat >= best and _is_reliable(logits / heat, fits, config))
    return next(hot, GRID[-1])


def agreement_with_joint(
    head: Linear, labels: Sequence[str], joint: Head, x: torch.Tensor
) -> dict[str, float]:
    """Shares of texts for which the head and the joint head predict the same intent."""
    sure, best = (joint.logits(x) / joint.manifest.temperature).softmax(1).max(1)
    same = _label_places(joint, labels)[best] == head(x).argmax(1)
    firm = sure >= 0.9
    return {
        "as_the_joint_head_on_cic_dev": _share_of(same),
        "as_the_joint_head_where_it_is_sure": _share_of(same[firm]),
    }


def _is_reliable(logits: torch.Tensor, fits: torch.Tensor, config: IntentHeadConfig) -> bool:
    confidence, best = logits.softmax(1).max(1)
    sure = confidence >= config.sure
    right = fits[torch.arange(len(best)), best][sure]
    return not len(right) or float(right.float().mean()) >= config.right


def _label_places(joint: Head, labels: Sequence[str]) -> torch.Tensor:
    """Indices of the joint head's classes among the labels."""
    return torch.tensor([labels.index(label) for label in joint.manifest.labels])


def _share_of(those: torch.Tensor) -> float:
    return round(float(those.float().mean()), 4) if len(those) else 0.0
