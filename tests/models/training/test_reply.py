"""A generator under training: a random one of two layers, on a dozen pairs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import StableLmConfig, StableLmForCausalLM

from models.data.files import BadData
from models.encoder import manifests
from models.encoder.adapter import IncompatibleAdapter
from models.encoder.precision import DTYPES, Dtype
from models.evaluation.replies import evaluate_replies, measure_replies
from models.generator import bundle
from models.generator.bundle import ReplyManifest
from models.generator.reply_pairs import ChatFormat, ReplyPair, ReplyRows, read_reply_pairs
from models.hub import describe
from models.hub.errors import IncompatibleArchitecture, Undescribed
from models.training import reply, reply_methods
from models.training.dtype import AGREE_WITHIN
from models.training.names import REPLY_METHODS
from models.training.options import ReplyOptions, TrainingRun
from models.training.reply_examples import Collator, prepare_examples
from tests.models import generators
from tests.models.generators import PAIRS

pytestmark = [
    # peft still asks transformers in the old way.
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is:FutureWarning"),
    # AdaLoRA may take every rank from a layer, and has its own names for ranks: peft itself is
    # surprised by both.
    pytest.mark.filterwarnings("ignore:Adapter 'default'.*invalid shape"),
    pytest.mark.filterwarnings("ignore:The following rank_pattern keys:RuntimeWarning"),
]

ROWS = ReplyRows(PAIRS, {"answers.csv": 12})
FEW = ReplyOptions(
    rank=4, virtual_tokens=4, epochs=6, batch=4, accumulate=1, validate=20, rate=2e-2
)


def write(file: Path, pairs: list[ReplyPair], answer: str = "answer") -> Path:
    rows = [{"question": pair.question, answer: pair.answer} for pair in pairs]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return file


def train(base: Path, options: ReplyOptions, out: Path) -> ReplyManifest:
    return reply.train_reply(ROWS, options, TrainingRun(base=base), out, "2026-11-24")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("method", REPLY_METHODS)
def test_every_method_lowers_the_loss_and_comes_back_from_disk(tmp_path: Path, method: Any) -> None:
    base = generators.make(tmp_path / "base")
    rates = {"lora": 2e-2, "adalora": 5e-2, "prefix": 5e-2, "ia3": 5e-2, "full": 5e-3}
    options = replace(FEW, method=method, rate=rates[method])

    manifest = train(base, options, tmp_path / "out")

    figures = evaluate_replies(tmp_path / "out", base, PAIRS)
    assert figures["loss"] < figures["base_loss"]
    assert bundle.read_manifest(tmp_path / "out") == manifest
    names = {file.name for file in (tmp_path / "out").iterdir()}
    weights = {"model.safetensors", "config.json", "generation_config.json"}
    if method != "full":
        weights = {"adapter_model.safetensors", "adapter_config.json"}
        config = json.loads((tmp_path / "out" / "adapter_config.json").read_text())
        assert config["base_model_name_or_path"] == "lab/tiny"
    assert names == {"manifest.json", "README.md", *weights}


@pytest.mark.timeout(120)
def test_manifest_and_card_tell_how_it_came_about(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")

    made = train(base, replace(FEW, epochs=1), tmp_path / "out")

    figures = evaluate_replies(tmp_path / "out", base, _validation(base))
    assert (made.task, made.base, made.base_sha256) == ("reply", "tiny", "1" * 64)
    assert (made.method, made.seed) == ("lora of rank 4, 1 epochs at most", 7)
    assert made.version == f"reply-2026.11.24-{made.sha256[:8]}"
    assert made.metrics == pytest.approx({
        "validation_n": figures["n"],
        "validation_tokens": figures["tokens"],
        "validation_loss_before": round(figures["base_loss"], 4),
        "validation_perplexity_before": round(figures["base_perplexity"], 4),
        "validation_loss_after": round(figures["loss"], 4),
        "validation_perplexity_after": round(figures["perplexity"], 4),
        "learnt_from": 12 - figures["n"],
        "cut": 0,
    }, rel=1e-3)  # fmt: skip
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert f"| validation_loss_after | {made.metrics['validation_loss_after']} |" in card
    assert "answers.csv 12" in card


def _validation(base: Path) -> list[ReplyPair]:
    chat = ChatFormat(bundle.load_tokenizer(base))
    check_pairs = prepare_examples(PAIRS, chat, FEW).check
    return [pair for pair in PAIRS if chat.example(pair) in check_pairs]


def test_only_the_answer_and_its_end_are_learnt(tmp_path: Path) -> None:
    words = bundle.load_tokenizer(generators.make(tmp_path / "base"))

    example = ChatFormat(words, system="你是店员").example(ReplyPair("在吗", "在的"))

    prompt_ids, answered = example.ids[: example.prompt], example.ids[example.prompt :]
    assert words.decode(prompt_ids) == (
        "<|im_start|>system\n你是店员<|im_end|>\n<|im_start|>user\n在吗<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    assert words.decode(answered) == "在的<|im_end|>"
    labels = [-100] * len(prompt_ids) + answered
    assert example.features() == {"input_ids": example.ids, "labels": labels}


def test_a_pair_may_have_a_system_prompt_of_its_own(tmp_path: Path) -> None:
    words = bundle.load_tokenizer(generators.make(tmp_path / "base"))

    example = ChatFormat(words, system="你是店员").example(ReplyPair("在吗", "在的", "你是店主"))

    assert words.decode(example.ids[: example.prompt]).startswith(
        "<|im_start|>system\n你是店主<|im_end|>\n<|im_start|>user\n在吗"
    )


def test_a_batch_asks_for_no_scores_before_its_answers(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")
    chat, model = ChatFormat(bundle.load_tokenizer(base)), bundle.load_base(base, "fp32")
    examples = [chat.example(pair) for pair in PAIRS[:3]]

    batch = Collator(chat.tokenizer)([example.features() for example in examples])

    longest = max(len(example.ids) for example in examples)
    scores = longest - min(example.prompt for example in examples) + 1
    assert batch["labels"].shape == (3, scores)
    alone = measure_replies(model, chat, examples, 1)
    assert model(**batch).loss.item() == pytest.approx(alone["loss"], rel=1e-4)


@pytest.mark.timeout(120)
def test_what_was_learnt_is_merged_into_a_folder_like_a_fetched_one(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")
    manifest = train(base, FEW, tmp_path / "out")

    folder = bundle.merge_into_base(tmp_path / "out", base, tmp_path / "merged")

    chat = ChatFormat(bundle.load_tokenizer(folder))
    examples = [chat.example(pair) for pair in _validation(base)]
    figures = measure_replies(bundle.load_base(folder), chat, examples, 4)
    assert figures["loss"] == pytest.approx(manifest.metrics["validation_loss_after"], rel=0.05)
    assert describe.read_base_facts(folder).name == manifest.version


@pytest.mark.timeout(120)
def test_a_prefix_is_not_merged(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")
    train(base, replace(FEW, method="prefix", epochs=1), tmp_path / "out")

    with pytest.raises(IncompatibleAdapter, match="holds a prefix, which can't be merged"):
        bundle.merge_into_base(tmp_path / "out", base, tmp_path / "merged")


def test_a_model_without_a_chat_template_is_asked_line_by_line(tmp_path: Path) -> None:
    words = bundle.load_tokenizer(generators.make(tmp_path / "base", template=None))

    example = ChatFormat(words).example(ReplyPair("在吗", "在的"))

    assert words.decode(example.ids) == "在吗\n在的<|im_end|>"
    assert words.decode(example.ids[: example.prompt]) == "在吗\n"


def test_what_is_too_long_is_cut_and_counted(tmp_path: Path) -> None:
    chat = ChatFormat(bundle.load_tokenizer(generators.make(tmp_path / "base")), longest=64)

    long = [
        chat.example(pair)
        for pair in (ReplyPair("在" * 100, "在的"), ReplyPair("在吗", "在" * 100))
    ]
    short = chat.example(ReplyPair("在吗", "在的"))

    assert [example.cut for example in [*long, short]] == [True, True, False]
    assert all(len(example.ids) <= 64 and example.prompt < 64 for example in long)
    assert chat.tokenizer.decode(long[0].ids).endswith("在的<|im_end|>")


def test_says_when_no_room_is_left_for_an_answer(tmp_path: Path) -> None:
    chat = ChatFormat(bundle.load_tokenizer(generators.make(tmp_path / "base")), longest=8)

    with pytest.raises(BadData, match=r"a prompt takes \d+ tokens of 8; allow longer examples"):
        chat.example(ReplyPair("在吗", "在的"))


def test_refuses_a_template_that_puts_no_answer_behind_its_prompt(tmp_path: Path) -> None:
    template = "{% if add_generation_prompt %}?{% endif %}{{ messages[0].content }}"
    chat = ChatFormat(bundle.load_tokenizer(generators.make(tmp_path / "base", template)))

    with pytest.raises(IncompatibleArchitecture, match="doesn't put an answer behind its prompt"):
        chat.example(ReplyPair("在吗", "在的"))


def test_padding_changes_no_loss(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")
    chat, model = ChatFormat(bundle.load_tokenizer(base)), bundle.load_base(base)
    examples = [chat.example(pair) for pair in PAIRS]

    alone, together = (
        measure_replies(model, chat, examples, 1),
        measure_replies(model, chat, examples, 12),
    )

    assert together == pytest.approx(alone, rel=1e-4)


class Interrupted(Exception):
    """As when the machine is switched off."""


@pytest.mark.timeout(120)
def test_an_interrupted_run_ends_as_one_that_was_not(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")

    straight = _run(base, tmp_path / "straight")
    with pytest.raises(Interrupted):
        _run(base, tmp_path / "broken", fails_at=8)
    resumed = _run(base, tmp_path / "broken")

    assert len(straight) > 0
    for name, weight in straight.items():
        torch.testing.assert_close(resumed[name], weight)


def _run(base: Path, folder: Path, fails_at: int = 0) -> dict[str, torch.Tensor]:
    """Trained weights, after a run whose forward pass in training fails the given time."""
    chat = ChatFormat(bundle.load_tokenizer(base))
    torch.manual_seed(FEW.seed)
    model = reply_methods.adapt_model(bundle.load_base(base), FEW, 10)
    passes = 0

    def count(module: torch.nn.Module, _: Any) -> None:
        nonlocal passes
        passes += module.training
        if passes == fails_at:
            raise Interrupted

    model.register_forward_pre_hook(count)
    reply.fit_model(model, chat, prepare_examples(PAIRS, chat, FEW), FEW, folder)
    return {n: p.detach() for n, p in model.named_parameters() if p.requires_grad}


@pytest.mark.timeout(120)
def test_a_batch_that_does_not_fit_into_memory_halves_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = generators.make(tmp_path / "base")
    chat = ChatFormat(bundle.load_tokenizer(base))
    model = reply_methods.adapt_model(bundle.load_base(base), FEW, 10)

    def refuse(_: torch.nn.Module, __: Any, inputs: dict[str, torch.Tensor]) -> None:
        if len(inputs["input_ids"]) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    model.register_forward_pre_hook(refuse, with_kwargs=True)
    reply.fit_model(model, chat, prepare_examples(PAIRS, chat, FEW), FEW, tmp_path / "run")

    assert "out of memory: 2 rows a batch from here on" in capsys.readouterr().err


@pytest.mark.timeout(120)
def test_the_steps_that_choose_the_dtype_take_a_copy_and_agree(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")
    chat = ChatFormat(bundle.load_tokenizer(base))
    material = prepare_examples(PAIRS, chat, FEW)

    measured = reply.build_trial(base, chat, material, replace(FEW, rate=2e-3))
    losses = {dtype: measured.steps(dtype, 2) for dtype in DTYPES}

    assert losses["fp32"][1] != losses["fp32"][0]
    assert losses["bf16"] == pytest.approx(losses["fp32"], rel=AGREE_WITHIN)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_set_dtype_is_trained_in_and_named_in_manifest_and_card(
    tmp_path: Path, dtype: Dtype
) -> None:
    base = generators.make(tmp_path / "base")

    made = train(base, replace(FEW, epochs=1, dtype=dtype), tmp_path / "out")

    assert (made.dtype, made.training_dtype) == (dtype, dtype)
    card = (tmp_path / "out" / manifests.CARD).read_text("utf-8")
    assert f"computed in {dtype}; the\nnumbers are of the model in {dtype}." in card


def test_refuses_another_base_other_weights_and_other_folders(tmp_path: Path) -> None:
    base = generators.make(tmp_path / "base")
    other = generators.make(tmp_path / "other", sha256="2" * 64)
    out = tmp_path / "out"
    train(base, replace(FEW, epochs=1), out)

    with pytest.raises(IncompatibleAdapter, match="trained on tiny 11111111, not on tiny 22222222"):
        bundle.load_checked(out, other)
    with pytest.raises(IncompatibleAdapter, match=r"manifest\.json is no manifest of a generator"):
        bundle.load_checked(base, base)
    (out / "adapter_model.safetensors").write_bytes(b"something else")
    with pytest.raises(
        IncompatibleAdapter, match="doesn't hold the weights its manifest describes"
    ):
        bundle.load_checked(out, base)


def test_refuses_a_base_that_was_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(Undescribed, match="fetch it with"):
        train(tmp_path, FEW, tmp_path / "out")


def test_refuses_a_method_that_does_not_know_the_architecture() -> None:
    config = StableLmConfig(
        vocab_size=8, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1,
    )  # fmt: skip
    model = StableLmForCausalLM(config)

    with pytest.raises(IncompatibleArchitecture, match="ia3 can't be put into this architecture"):
        reply_methods.adapt_model(model, replace(FEW, method="ia3"), 10)


def test_reads_each_pair_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [*PAIRS, PAIRS[0], ReplyPair("在吗", " ")], "said_back")

    rows = read_reply_pairs([file], {"answer": "said_back"})

    assert rows == ReplyRows(PAIRS, {"a.jsonl": 14})


def test_reads_what_a_model_is_told_before_a_pair(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", PAIRS)
    row = {"system": "你是店员", "question": "在吗", "answer": "在的"}
    file.write_text(f"{file.read_text('utf-8')}\n{json.dumps(row)}", "utf-8")

    assert read_reply_pairs([file], {}).pairs == [*PAIRS, ReplyPair("在吗", "在的", "你是店员")]


def test_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")

    with pytest.raises(BadData, match="has no column answer, only question, said_back"):
        read_reply_pairs([write(tmp_path / "a.jsonl", PAIRS, "said_back")], {})
    with pytest.raises(BadData, match=r"empty\.jsonl is empty"):
        read_reply_pairs([empty], {})
    with pytest.raises(BadData, match="2 different pairs of question and answer are too few"):
        read_reply_pairs([write(tmp_path / "b.jsonl", PAIRS[:2])], {})
