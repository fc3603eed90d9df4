"""Self-supervised training of a small random encoder, on texts whose characters come in pairs."""

import json
from dataclasses import replace
from itertools import product
from math import ceil, exp, log
from pathlib import Path
from typing import Any

import pytest
import torch
import typer
from typer.testing import CliRunner

from models.cli.pretrain import pretrain as verb
from models.data.files import BadData
from models.encoder import adapter as adapters
from models.encoder.adapter import Adapter
from models.encoder.encoder import Encoder
from models.training import pretrain
from models.training.contrastive import ContrastiveLearner, info_nce
from models.training.finetune import CHECKPOINT_EVERY, FinetuneConfig
from models.training.masked import MaskedLearner, Masking
from models.training.pretrain import Corpus, PretrainOptions
from tests.models.tiny import FACTS, tiny

PAIRS = ["甲乙", "丙丁", "戊己", "庚辛"]
TEXTS = ["".join(pairs) for pairs in [*product(PAIRS, repeat=3), *product(PAIRS, repeat=4)]][:120]
CORPUS = Corpus(TEXTS, {"messages.jsonl": 120})
MASK = 4  # of the small encoder's vocabulary
TUNING = FinetuneConfig(
    rank=4, epochs=4, batch=16, rate=5e-3, dropout=0.1, head_rate=1e-2, dtype="fp32"
)

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny(tmp_path / "tiny", replace(FACTS, prefix="query: "))


@pytest.mark.parametrize("method", ["lora", "full"])
@pytest.mark.parametrize("objective", ["mlm", "simcse"])
def test_the_held_out_loss_falls_and_an_encoder_starts_from_what_was_written(
    base: Path, tmp_path: Path, objective: Any, method: Any
) -> None:
    encoder = Encoder(base)
    options = PretrainOptions(objective, replace(TUNING, method=method))
    before = encoder.encode(encoder.tokenize(TEXTS))

    pretraining = pretrain.pretrain_encoder(TEXTS, encoder, options, tmp_path / "checkpoints")
    pretrain.write_pretrained(CORPUS, pretraining, encoder, options, tmp_path / "out", "2026-11-24")

    assert pretraining.metrics["loss_after"] < pretraining.metrics["loss_before"]
    adapter = Adapter.load(tmp_path / "out" / adapters.FILE, encoder.facts)
    started = Encoder(base, adapter=adapter)
    after = started.encode(started.tokenize(TEXTS))
    torch.testing.assert_close(after, encoder.encode(encoder.tokenize(TEXTS)), atol=2e-2, rtol=0)
    assert float((before - after).abs().max()) > 1e-3


def test_manifest_and_card_tell_how_it_came_about(base: Path, tmp_path: Path) -> None:
    encoder, options, out = (
        Encoder(base),
        PretrainOptions("mlm", replace(TUNING, epochs=1)),
        tmp_path / "o",
    )
    pretraining = pretrain.pretrain_encoder(TEXTS, encoder, options, tmp_path / "checkpoints")

    made = pretrain.write_pretrained(CORPUS, pretraining, encoder, options, out, "2026-11-24")

    named = ["loss_before", "perplexity_before", "loss_after", "perplexity_after", "held_out"]
    assert list(made.metrics) == named
    assert json.loads((out / "manifest.json").read_text("utf-8")) == {
        "task": "pretrain", "objective": "mlm", "base": "tiny", "base_sha256": "7" * 64,
        "sha256": Adapter.load(out / adapters.FILE, FACTS).sha256,
        "method": "lora of rank 4, 1 epochs", "seed": 7, "date": "2026-11-24",
        "data": {"messages.jsonl": 120}, "metrics": pretraining.metrics,
        "dtype": "fp32", "training_dtype": "fp32",
        "version": f"pretrain-2026.11.24-{made.sha256[:8]}",
    }  # fmt: skip
    card = (out / "README.md").read_text("utf-8")
    assert f"| loss_after | {made.metrics['loss_after']} |" in card
    assert "messages.jsonl 120" in card
    assert "Trained in\nfp32; the numbers are of the encoder in fp32." in card


def test_hides_15_percent_of_a_text_and_never_its_frame(base: Path) -> None:
    encoder = Encoder(base)
    tokens = encoder.tokenize(["甲" * 20] * 2000)
    masking = Masking.of(encoder, tokens)
    torch.manual_seed(7)

    hidden = masking.hide(tokens)

    frame = len(encoder.tokenize([""])[0]) - 1
    token_ids = torch.tensor(hidden.tokens)
    assert torch.equal(token_ids[:, :frame], torch.tensor(tokens)[:, :frame])
    assert set(token_ids[:, -1].tolist()) == {2}
    one = tokens[0][-2]
    assert set(masking.candidates[hidden.target].tolist()) == {one}
    inner = (token_ids.shape[1] - frame - 1) * 2000
    assert len(hidden.at) / inner == pytest.approx(0.15, abs=0.01)
    hidden_ids = token_ids.flatten()[hidden.at]
    drawn = 1 / len(masking.candidates)  # of the replaced, some by themselves or by the mask
    assert float(torch.eq(hidden_ids, MASK).float().mean()) == pytest.approx(
        0.8 + 0.1 * drawn, abs=0.02
    )
    assert float(torch.eq(hidden_ids, one).float().mean()) == pytest.approx(
        0.1 + 0.1 * drawn, abs=0.02
    )


def test_a_batch_without_a_hidden_token_has_no_loss(base: Path) -> None:
    learner = MaskedLearner(Encoder(base), Encoder(base).tokenize([""] * 2), [])

    loss = learner(0, torch.tensor([0, 1]))["loss"]

    assert loss.item() == 0


def test_without_a_mask_the_unknown_token_hides(tmp_path: Path) -> None:
    encoder = Encoder(_without(tmp_path, "<mask>"))

    masking = Masking.of(encoder, encoder.tokenize(TEXTS))

    assert masking.mask == 3


def test_without_either_it_is_refused(tmp_path: Path) -> None:
    encoder = Encoder(_without(tmp_path, "<mask>", "<unk>"))

    with pytest.raises(BadData, match="tiny has neither a mask nor an unknown token"):
        Masking.of(encoder, encoder.tokenize(TEXTS))


def _without(folder: Path, *tokens: str) -> Path:
    """The small encoder, whose vocabulary calls these by other names."""
    file = tiny(folder) / "tokenizer.json"
    text = file.read_text("utf-8")
    for token in tokens:
        text = text.replace(token, f"was {token[1:-1]}")
    file.write_text(text, "utf-8")
    return folder


def test_the_contrastive_loss_is_that_of_a_softmax_at_a_twentieth() -> None:
    both = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0], [0.0, 1.0]])

    assert float(info_nce(both)) == pytest.approx(log(1 + exp(-1 / 0.05)), abs=1e-6)


def test_without_dropout_both_views_are_one(base: Path) -> None:
    encoder = Encoder(base)
    learner = ContrastiveLearner(encoder, [], encoder.tokenize(["甲乙", "什么时候发货"]))

    figures = learner.figures()

    a, b = torch.nn.functional.normalize(encoder.encode(learner.held_out))
    assert figures["alignment"] == 0
    assert figures["uniformity"] == pytest.approx(-2 * float((a - b).square().sum()), rel=1e-4)


class Interrupted(Exception):
    """As when the machine is switched off."""


@pytest.mark.parametrize("learner_class", [MaskedLearner, ContrastiveLearner])
def test_a_step_runs_on_the_device_that_a_trainer_moves_the_weights_to(
    base: Path, learner_class: type[MaskedLearner | ContrastiveLearner]
) -> None:
    encoder = Encoder(base)
    learner = learner_class(encoder, encoder.tokenize(TEXTS[:16]), encoder.tokenize(TEXTS[16:24]))

    learner.to("meta")

    assert learner(0, torch.arange(8))["loss"].device.type == "meta"


def test_an_interrupted_run_goes_on_from_its_checkpoint(base: Path, tmp_path: Path) -> None:
    tuning = replace(TUNING, method="full", batch=2, epochs=9, rate=1e-3)
    options, passes = PretrainOptions("mlm", tuning), 0

    def count(module: torch.nn.Module, _: Any) -> None:
        nonlocal passes
        passes += module.training
        if module.training and passes == CHECKPOINT_EVERY + 2:
            raise Interrupted

    def run() -> None:
        encoder = Encoder(base)
        encoder.layers[0].register_forward_pre_hook(count)
        pretrain.pretrain_encoder(TEXTS, encoder, options, tmp_path)

    with pytest.raises(Interrupted):
        run()
    before = passes
    run()

    learnt_from = len(pretrain._split_texts(TEXTS, tuning.seed)[0])
    assert passes - before == 9 * ceil(learnt_from / 2) - CHECKPOINT_EVERY


def test_a_folder_belongs_to_one_run(tmp_path: Path) -> None:
    options = PretrainOptions("mlm", TUNING)

    first = pretrain.begin_run(tmp_path, CORPUS, options, "tiny", resume=False)

    assert pretrain.begin_run(tmp_path, CORPUS, options, "tiny", resume=True) == first
    with pytest.raises(BadData, match="holds an unfinished run; say --resume to go on"):
        pretrain.begin_run(tmp_path, CORPUS, options, "tiny", resume=False)
    with pytest.raises(BadData, match="holds a run of other texts or options"):
        pretrain.begin_run(tmp_path, CORPUS, PretrainOptions("simcse", TUNING), "tiny", resume=True)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(BadData, match="holds a finished model; name another folder"):
        pretrain.begin_run(tmp_path, CORPUS, options, "tiny", resume=True)


def test_curves_outlive_the_checkpoints(base: Path, tmp_path: Path) -> None:
    tuning, out = replace(TUNING, epochs=1, tracker="tensorboard"), tmp_path / "out"
    checkpoints = pretrain.begin_run(
        out, CORPUS, PretrainOptions("mlm", tuning), "tiny", resume=False
    )
    pretrain.pretrain_encoder(TEXTS, Encoder(base), PretrainOptions("mlm", tuning), checkpoints)

    pretrain.finish_run(out)

    assert [path.name for path in out.iterdir()] == ["runs"]
    assert list((out / "runs").rglob("events.out.tfevents.*"))


def test_reads_each_text_once(tmp_path: Path) -> None:
    rows = [{"message": text} for text in [*TEXTS, "甲乙甲乙甲乙！", " ", TEXTS[0]]]

    corpus = pretrain.read_corpus([_write(tmp_path / "a.jsonl", rows)], {"text": "message"})

    assert corpus.texts == TEXTS
    assert corpus.sizes == {"a.jsonl": 123}


def test_the_verb_says_early_that_a_corpus_is_too_small(tmp_path: Path) -> None:
    file = _write(tmp_path / "few.jsonl", [{"text": text} for text in TEXTS[:99]])
    app = typer.Typer()
    app.command()(verb)

    run = CliRunner().invoke(app, [str(file), "--out", str(tmp_path / "out")])

    assert (run.exit_code, run.stdout) == (2, "")
    assert "99 different texts are too few to pretrain on; it takes 100" in run.stderr
    assert not (tmp_path / "out").exists()


def _write(file: Path, rows: list[dict[str, str]]) -> Path:
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return file
