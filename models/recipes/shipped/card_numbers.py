"""Print every number of both cards, from the heads as they are shipped."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import torch

from models.data import corpus
from models.data.corpus import Row
from models.encoder import embedding, heads
from models.encoder.heads import Manifest
from models.encoder.understanding import Judgement, Understanding
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE
from models.recipes.shipped import agreement, intent_head
from models.recipes.shipped import moods as sentiment
from models.recipes.shipped.intents import (
    CUSTOMER_PERCENT,
    account_examples,
    assistant_rows,
    customer_examples,
)

AGREEMENT_TEXTS = 2_000


def evaluate(data: Path, tasks: Sequence[str]) -> dict[str, float]:
    """Name of the number -> number. Nothing here was learnt from, except where it says so."""
    model = Understanding.load()
    numbers = _agreement(data)
    if "intent" in tasks:
        joint = heads.read_manifest(intent_head.JOINT)
        numbers |= {f"intent.joint.{name}": value for name, value in joint.metrics.items()}
        numbers |= _from_training(model.intent.manifest) | _intents(model, data)
    if "sentiment" in tasks:
        numbers |= _from_training(model.sentiment.manifest) | _sentiments(model, data)
    return numbers


def _intents(model: Understanding, data: Path) -> dict[str, float]:
    _, examples = corpus.split(account_examples())
    _, strangers = corpus.split(assistant_rows(data))
    chat = [row for row in strangers if row.label == CHITCHAT]
    others = [row for row in strangers if row.label == OUT_OF_SCOPE]
    _, customers = corpus.split(customer_examples(), CUSTOMER_PERCENT)
    service = [row for row in examples if row.label != OUT_OF_SCOPE]
    own = _judge(model, customers)
    return {
        "intent.customer_examples_held_out": len(customers),
        "intent.customer_examples_accuracy": _accuracy(customers, own),
        "intent.customer_examples_macro_f1": _macro_f1(customers, own),
        "intent.customer_examples_refused": _refused(own),
        "intent.customer_examples_mean_confidence": round(
            sum(judgement.confidence for judgement in own) / len(own), 4
        ),
        "intent.account_examples_held_out": len(examples),
        "intent.account_examples_accuracy": _accuracy(examples, _judge(model, examples)),
        "intent.account_in_scope_examples_refused": _refused(_judge(model, service)),
        "intent.smp2017_chat_held_out": len(chat),
        "intent.smp2017_chat_is_chitchat": _accuracy(chat, _judge(model, chat)),
        "intent.smp2017_other_held_out": len(others),
        "intent.smp2017_other_refused": _refused(_judge(model, others)),
    }


def _agreement(data: Path) -> dict[str, float]:
    """The packed encoder's answers against transformers' plain fp32 forward."""
    found = agreement.compare(data, AGREEMENT_TEXTS)
    return {
        "intent.agreement_texts": found["texts"],
        "intent.agreement_with_transformers_fp32": found["intent_agreement"],
        "sentiment.agreement_texts": found["texts"],
        "sentiment.agreement_with_transformers_fp32": found["sentiment_agreement"],
    }


def _sentiments(model: Understanding, data: Path) -> dict[str, float]:
    config = sentiment.Config()
    numbers: dict[str, float] = {}
    for name in sentiment.SETS:
        reviews = sentiment.held_out(data, name, config)
        found = _judge(model, reviews)
        positive = model.positive(embedding.embed(model.encoder, [row.text for row in reviews]))
        truth = torch.tensor(sentiment.targets(reviews)) > 0.5
        named = [
            (j.sentiment == "positive") == bool(t)
            for j, t in zip(found, truth, strict=True)
            if j.sentiment != "neutral"
        ]
        numbers |= {
            f"sentiment.{name}_held_out": len(reviews),
            f"sentiment.{name}_accuracy_two_classes": _share(
                int(((positive > 0.5) == truth).sum()), len(reviews)
            ),
            f"sentiment.{name}_named_positive_or_negative": _share(len(named), len(reviews)),
            f"sentiment.{name}_of_those_right": _share(sum(named), len(named)),
        }
    asked = sentiment.material(data, config).questions_held_out
    calm = [j.sentiment == "neutral" for j in _judge(model, asked)]
    return numbers | {
        "sentiment.questions_held_out": len(asked),
        "sentiment.questions_neutral": _share(sum(calm), len(calm)),
    }


def _from_training(manifest: Manifest) -> dict[str, float]:
    """What only training can know; the manifest remembers it."""
    numbers = {f"{manifest.task}.train.{name}": value for name, value in manifest.metrics.items()}
    return {**numbers, f"{manifest.task}.temperature": manifest.temperature}


def _judge(model: Understanding, rows: list[Row]) -> list[Judgement]:
    embeddings: torch.Tensor = embedding.embed(model.encoder, [row.text for row in rows])
    return model.judge_embeddings(embeddings)


def _accuracy(rows: list[Row], found: list[Judgement]) -> float:
    return _share(sum(r.label == j.intent for r, j in zip(rows, found, strict=True)), len(rows))


def _refused(found: list[Judgement]) -> float:
    return _share(sum(not j.in_scope for j in found), len(found))


def _macro_f1(rows: list[Row], found: list[Judgement]) -> float:
    right: dict[str, int] = defaultdict(int)
    either: dict[str, int] = defaultdict(int)
    for row, judgement in zip(rows, found, strict=True):
        right[row.label] += row.label == judgement.intent
        either[row.label] += 1
        either[judgement.intent] += 1
    labels = {row.label for row in rows}
    return round(sum(2 * right[k] / either[k] for k in labels) / len(labels), 4)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
