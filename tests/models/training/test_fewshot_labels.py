"""Labels of a table beside the shipped intents."""

from pathlib import Path

import pytest
import torch

from models.data.corpus import LabelledText
from models.encoder.understanding import Understanding
from models.hub.fetch import ensure_base
from models.intent import taxonomy
from models.training import fewshot_labels, label_placement
from models.training.finetune import FinetuneConfig
from models.training.label_placement import PlacedRows
from models.training.labelled_rows import LabelledRows
from models.training.options import ClassificationOptions, TrainingRun

TEA = (
    "茶会是哪天", "这个月的茶会几号", "茶会在哪办", "参加茶会要交钱吗", "茶会能带朋友吗",
    "上次的茶会照片有吗", "下一场茶会什么时候", "茶会要准备什么",
)  # fmt: skip
PARKING = ("门口能停车吗", "你们有停车场吗", "停车怎么收费", "车停哪儿", "有免费车位吗")


def rows(**texts: tuple[str, ...]) -> list[LabelledText]:
    return [LabelledText(text, label) for label, some in texts.items() for text in some]


def test_a_label_that_the_shipped_model_knows_is_that_intent() -> None:
    label_rows = rows(停车=("a", "b", "c"), 茶会=("d", "e"))

    placement = label_placement.place_labels(
        label_rows, ["ask_parking", "ask_parking", "greet", "praise", "greet"]
    )

    assert placement == PlacedRows(
        rows(ask_parking=("a", "b", "c"), 茶会=("d", "e")), {"ask_parking": "停车"}
    )


def test_ids_and_titles_of_shipped_intents_are_theirs_whatever_is_heard() -> None:
    label_rows = rows(greet=("a",), 转人工客服=("b",))

    placement = label_placement.place_labels(label_rows, ["chitchat", "chitchat"])

    assert placement == PlacedRows(rows(greet=("a",), transfer_to_person=("b",)), {})


def test_two_labels_are_never_one_intent() -> None:
    label_rows = rows(退货=("a", "b"), 换货=("c", "d", "e"))

    placement = label_placement.place_labels(label_rows, ["ask_return_policy"] * 5)

    assert placement == PlacedRows(
        rows(退货=("a", "b"), ask_return_policy=("c", "d", "e")), {"ask_return_policy": "换货"}
    )


@pytest.mark.parametrize("label", ["chitchat", "out_of_scope"])
def test_what_the_shipped_model_takes_for_small_talk_is_new(label: str) -> None:
    assert label_placement.place_labels(rows(茶会=("a", "b")), [label, label]) == PlacedRows(
        rows(茶会=("a", "b")), {}
    )


def table(texts: dict[str, tuple[str, ...]]) -> LabelledRows:
    names = sorted(texts)
    label_pairs = [(text, names.index(name)) for name, some in texts.items() for text in some]
    return LabelledRows(
        [(text,) for text, _ in label_pairs], names, torch.tensor([n for _, n in label_pairs]), {}
    )


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.timeout(240)
def test_a_new_intent_is_learnt_and_the_shipped_ones_stay(tmp_path: Path) -> None:
    messages: list[str] = []
    own = table({"茶会": TEA, "停车": PARKING})

    run = TrainingRun(base=ensure_base(), progress=messages.append)
    manifest = fewshot_labels.train_head(
        own, ClassificationOptions(), run, tmp_path, "2026-12-05", examples_per_intent=3
    )

    bot = Understanding.load(intent=tmp_path)
    questions = ["茶会还有名额吗", "停车方便不", "你好", "多少钱", "今天天气怎么样"]
    classifications = bot.classify(bot.tokenize(questions))
    assert [classification.intent for classification in classifications] == [
        "茶会", "ask_parking", "greet", "ask_price", "out_of_scope",
    ]  # fmt: skip
    assert classifications[1].title == "停车"
    assert manifest.metrics["own_held_out_accuracy"] > 0.7
    assert manifest.metrics["shipped_changed"] < 0.02
    assert "'茶会' is a new intent beside the shipped ones" in messages
    assert any(
        message.startswith("'停车' is what the shipped model knows as ask_") for message in messages
    )
    assert "| 茶会 | 茶会 | 8 | " in (tmp_path / "README.md").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.timeout(240)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_an_adapter_learns_from_the_shipped_intents_too(tmp_path: Path) -> None:
    tuning = FinetuneConfig(method="lora", rank=2, epochs=1, batch=32, dtype="fp32")
    own = table({"茶会": TEA, "停车": PARKING})

    manifest = fewshot_labels.train_adapter(
        own,
        ClassificationOptions(tuning=tuning, message_path=True),
        TrainingRun(base=ensure_base()),
        tmp_path,
        "2026-12-05",
        examples_per_intent=1,
    )

    assert manifest.labels == [*(kind.id for kind in taxonomy.load_taxonomy().intents), "茶会"]
    assert manifest.data["shipped_examples"] == 150
    assert taxonomy.load_taxonomy(tmp_path / taxonomy.NAME).by_id["ask_parking"].title == "停车"
