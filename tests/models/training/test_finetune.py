"""Fine-tuning through the encoder that serves, on a small random base."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.encoder import adapter as adapters
from models.encoder.encoder import Encoder
from models.encoder.precision import DTYPES
from models.training import finetune, methods
from models.training.dtype import AGREE_WITHIN
from models.training.finetune import FinetuneConfig
from models.training.names import METHODS, Method
from models.training.trainer import (
    Batches,
    HeadTask,
    Learner,
    TrainableHead,
    weighted_cross_entropy,
)
from tests.models.tiny import FACTS, tiny

TEXTS = [
    "甲乙什么",
    "甲乙时候",
    "甲乙发货",
    "甲乙能便",
    "丙丁什么",
    "丙丁时候",
    "丙丁发货",
    "丙丁能便",
]
TARGET = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
# In fp32: where bf16 is measured first, more steps are counted than those of the training.
CONFIG = FinetuneConfig(rank=4, epochs=8, batch=4, rate=5e-3, head_rate=1e-2, dtype="fp32")

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny(tmp_path / "tiny")


def loss(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(logits, TARGET[rows])


def task(encoder: Encoder, name: str = "kind") -> HeadTask:
    return HeadTask(name, encoder.tokenize(TEXTS), 2, loss)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "head"])
def test_what_was_tuned_answers_alike_when_it_is_loaded_from_disk(
    base: Path, tmp_path: Path, method: Method
) -> None:
    encoder = Encoder(base)
    before = encoder.encode(encoder.tokenize(TEXTS))

    tuned = finetune.finetune_encoder(encoder, [task(encoder)], replace(CONFIG, method=method))

    adapter = adapters.write_adapter(tmp_path / "adapter.safetensors", tuned.changes, FACTS)
    adapted = Encoder(base, adapter=adapter)
    after = adapted.encode(adapted.tokenize(TEXTS))
    assert tuned.heads["kind"](after).argmax(1).tolist() == TARGET.tolist()
    torch.testing.assert_close(after, encoder.encode(encoder.tokenize(TEXTS)), atol=2e-2, rtol=0)
    assert float((before - after).abs().max()) > 1e-3


def test_only_a_head_leaves_the_encoder_as_it_was(base: Path) -> None:
    encoder = Encoder(base)
    before = encoder.encode(encoder.tokenize(TEXTS))

    tuned = finetune.finetune_encoder(encoder, [task(encoder)], replace(CONFIG, method="head"))

    assert tuned.changes == {}
    torch.testing.assert_close(encoder.encode(encoder.tokenize(TEXTS)), before)


def test_low_rank_methods_keep_two_factors_of_their_rank(base: Path) -> None:
    encoder = Encoder(base)

    tuned = finetune.finetune_encoder(encoder, [task(encoder)], replace(CONFIG, epochs=1))

    shapes = {n: [tuple(f.shape) for f in c] for n, c in tuned.changes.items()}
    assert shapes["1.qkv"] == [(4, 32), (96, 4)]
    assert shapes["0.down"] == [(4, 64), (32, 4)]


def test_the_same_seed_gives_the_same_adapter(base: Path) -> None:
    config = replace(CONFIG, epochs=2, dropout=0.1, consistency=1.0)

    first, second = (
        finetune.finetune_encoder(encoder, [task(encoder)], config).changes["0.up"]
        for encoder in (Encoder(base), Encoder(base))
    )

    torch.testing.assert_close(first, second)


def test_two_tasks_share_the_changes_and_have_a_head_each(base: Path) -> None:
    encoder = Encoder(base)
    tasks = [task(encoder, "kind"), HeadTask("other", encoder.tokenize(TEXTS), 3, loss)]

    tuned = finetune.finetune_encoder(encoder, tasks, CONFIG)

    assert {name: tuple(h.weight.shape) for name, h in tuned.heads.items()} == {
        "kind": (2, 32),
        "other": (3, 32),
    }


def test_the_epoch_that_scored_best_is_kept(base: Path) -> None:
    encoder, weights = Encoder(base), []

    def score(_: Encoder, heads: Mapping[str, TrainableHead]) -> dict[str, float]:
        weights.append(heads["kind"].linear.weight.detach().clone())
        return {"accuracy": 1 / len(weights)}

    tuned = finetune.finetune_encoder(encoder, [task(encoder)], replace(CONFIG, epochs=3), score)

    head = tuned.heads["kind"]
    spread = head.weight / weights[0]
    torch.testing.assert_close(spread, spread[:1].expand_as(spread))
    assert len(weights) == 3


def test_it_stops_when_the_score_no_longer_grows(base: Path) -> None:
    encoder, evaluations = Encoder(base), []

    def score(*_: object) -> dict[str, float]:
        evaluations.append(1)
        return {"accuracy": 0.5}

    finetune.finetune_encoder(
        encoder, [task(encoder)], replace(CONFIG, epochs=20, patience=2), score
    )

    assert len(evaluations) == 3


def test_an_interrupted_run_goes_on_from_its_last_epoch(base: Path, tmp_path: Path) -> None:
    keep, epochs = tmp_path / "run", []

    def score(*_: object) -> dict[str, float]:
        epochs.append(1)
        if len(epochs) == 3:
            raise KeyboardInterrupt
        return {"accuracy": len(epochs) / 10}

    config = replace(CONFIG, epochs=5)
    encoder = Encoder(base)
    with pytest.raises(KeyboardInterrupt):
        finetune.finetune_encoder(encoder, [task(encoder)], config, score, keep)

    encoder = Encoder(base)
    tuned = finetune.finetune_encoder(encoder, [task(encoder)], config, score, keep)

    assert len(epochs) == 3 + 3  # two epochs were saved; the third is done again
    assert sorted(tuned.heads) == ["kind"]


def test_a_finished_run_is_not_repeated(base: Path, tmp_path: Path) -> None:
    steps, keep = [], tmp_path / "run"

    def counted(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        steps.append(len(rows))
        return loss(logits, rows)

    first, second = (
        finetune.finetune_encoder(
            encoder, [HeadTask("kind", encoder.tokenize(TEXTS), 2, counted)], CONFIG, folder=keep
        )
        for encoder in (Encoder(base), Encoder(base))
    )

    assert len(steps) == 8 * 2
    torch.testing.assert_close(first.heads["kind"].weight, second.heads["kind"].weight)
    torch.testing.assert_close(first.changes["1.up"], second.changes["1.up"])


def test_a_batch_that_does_not_fit_halves_itself_and_says_so(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder, sizes = Encoder(base), []

    def hungry(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        if len(rows) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried ...")
        sizes.append(len(rows))
        return loss(logits, rows)

    tokens = encoder.tokenize(TEXTS)
    finetune.finetune_encoder(
        encoder, [HeadTask("kind", tokens, 2, hungry)], replace(CONFIG, epochs=1, batch=8)
    )

    assert sizes == [2, 2, 2, 2]
    assert "out of memory: 2 rows a batch from here on" in capsys.readouterr().err


@pytest.mark.parametrize("method", METHODS)
def test_the_steps_that_choose_the_dtype_change_nothing(base: Path, method: Method) -> None:
    encoder = Encoder(base)
    only = task(encoder)
    heads = [TrainableHead(encoder.encode(only.tokens), 2, dropout=0.1)]
    learner = Learner(encoder, [only], heads, consistency=1.0)
    learner.adalora = methods.prepare_weights(encoder, method, rank=4, scale=2.0, steps=20)
    before = {name: weight.clone() for name, weight in learner.state_dict().items()}

    trial = finetune.build_trial(learner, CONFIG)
    losses = {dtype: trial.steps(dtype, 2) for dtype in DTYPES}

    assert losses["fp32"] == pytest.approx(losses["bf16"], rel=AGREE_WITHIN)
    assert losses["fp32"][1] != losses["fp32"][0]
    torch.testing.assert_close(dict(learner.state_dict()), before, atol=0, rtol=0)
    assert all(weight.grad is None for weight in learner.parameters())


@pytest.mark.parametrize("method", METHODS)
def test_a_step_runs_on_the_device_that_a_trainer_moves_the_weights_to(
    base: Path, method: Method
) -> None:
    encoder = Encoder(base)
    only = HeadTask(
        "kind", encoder.tokenize(TEXTS), 2, weighted_cross_entropy(TARGET, torch.ones(len(TEXTS)))
    )
    heads = [TrainableHead(encoder.encode(only.tokens), 2, dropout=0.1)]
    learner = Learner(encoder, [only], heads, consistency=1.0)
    learner.adalora = methods.prepare_weights(encoder, method, rank=4, scale=2.0, steps=20)

    learner.to("meta")

    assert learner(0, torch.arange(len(TEXTS)))["loss"].device.type == "meta"


def test_what_is_compared_after_a_training_lies_on_the_cpu(base: Path) -> None:
    weights = methods.copy_weights(Encoder(base))

    assert {weight.device.type for weight in weights.values()} == {"cpu"}


def test_batches_hold_one_task_and_every_row_once_an_epoch() -> None:
    long, short = [[1] * 9] * 5, [[1] * 3] * 6
    tasks = [HeadTask("a", long, 1, loss), HeadTask("b", short, 1, loss, share=0.5)]
    batches = Batches(tasks, 2, seed=1)

    first, again = list(batches), list(batches)
    batches.set_epoch(1)

    assert first == again != list(batches)
    assert len(first) == len(batches) == 3 + 2
    assert all(len({number for number, _ in batch}) == 1 for batch in first)
    assert sorted(row for batch in first for number, row in batch if number == 0) == list(range(5))


def test_a_checkpoint_that_was_never_finished_is_passed_over(tmp_path: Path) -> None:
    for number, state in (("500", "{}"), ("1000", '{"epoch": 1'), ("1500", None)):
        folder = tmp_path / f"checkpoint-{number}"
        folder.mkdir()
        if state is not None:
            (folder / "trainer_state.json").write_text(state, "utf-8")

    checkpoint = finetune.last_checkpoint(tmp_path)

    assert checkpoint == str(tmp_path / "checkpoint-500")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-500"]


def test_where_nothing_was_kept_nothing_is_gone_on_from(tmp_path: Path) -> None:
    assert finetune.last_checkpoint(tmp_path / "nowhere") is None
    assert finetune.last_checkpoint(tmp_path) is None
