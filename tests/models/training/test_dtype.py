"""fp32 or autocast to bf16 in training: chosen by steps that leave no trace."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from models.encoder.dtypes import DtypeChoice, Rates
from models.encoder.encoder import Encoder
from models.encoder.heads import read_manifest
from models.encoder.precision import Dtype
from models.training import dtype as training_dtype
from models.training import finetune
from models.training.dtype import Trial
from models.training.finetune import FinetuneConfig
from models.training.trainer import HeadTask
from tests.models.tiny import tiny

ROWS = 8


class Small(nn.Module):
    """A linear layer whose loss in bf16 is off by `error`, relative to the loss."""

    def __init__(self, error: float = 0.0) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 2)
        self.dropout = nn.Dropout(0.5)
        self.error = error

    def loss(self, rows: torch.Tensor) -> torch.Tensor:
        logits = self.layer(self.dropout(rows))
        loss = nn.functional.cross_entropy(logits.float(), torch.zeros(len(rows), dtype=torch.long))
        return loss * (1 + self.error) if logits.dtype == torch.bfloat16 else loss


def trial(module: Small) -> Trial:
    rows = [torch.rand(ROWS, 4, generator=torch.Generator().manual_seed(n)) for n in range(2)]
    return Trial(module=module, loss=module.loss, batches=rows, rows=ROWS, rate=1e-3)


def paced(bf16: float) -> Callable[[], float]:
    """A clock by which a round in fp32 takes a second and one in bf16 `bf16` seconds."""
    rounds = [1.0, bf16, bf16, 1.0, 1.0, bf16]
    now, calls = 0.0, 0

    def clock() -> float:
        nonlocal now, calls
        now += rounds[calls // 2] if calls % 2 else 0.0
        calls += 1
        return now

    return clock


@pytest.mark.parametrize(
    ("bf16", "error", "dtype"),
    [
        (0.5, 0.0, "bf16"),
        (0.5, 0.01, "bf16"),
        (0.5, 0.05, "fp32"),  # faster, but it learns something else
        (0.5, float("nan"), "fp32"),
        (0.9, 0.0, "fp32"),
        (10.0, 0.0, "fp32"),
    ],
)
def test_bf16_is_kept_where_it_is_faster_at_equal_losses(
    bf16: float, error: float, dtype: Dtype
) -> None:
    choice = training_dtype.choose_by_trial(trial(Small(error)), paced(bf16))

    assert choice.dtype == dtype
    assert choice.rates is not None


def test_measured_steps_leave_weights_gradients_mode_and_random_state_as_they_were() -> None:
    module = Small().train()
    weight, state = module.layer.weight.detach().clone(), torch.get_rng_state()

    losses = trial(module).steps("bf16", 2)

    assert len(losses) == 2
    assert losses[0] != losses[1]
    torch.testing.assert_close(module.layer.weight.detach(), weight, atol=0, rtol=0)
    assert (module.layer.weight.grad, module.training) == (None, True)
    assert torch.equal(torch.get_rng_state(), state)


def test_both_dtypes_see_the_same_batches_without_dropout() -> None:
    measured = trial(Small())

    assert measured.steps("fp32", 2) == pytest.approx(measured.steps("bf16", 2), rel=0.02)
    assert measured.steps("fp32", 2) == measured.steps("fp32", 2)


@pytest.mark.parametrize("preference", ["fp32", "bf16"])
def test_what_is_set_is_taken_unmeasured(tmp_path: Path, preference: Dtype) -> None:
    choice = training_dtype.choose_training_dtype(preference, tmp_path, never, capable=True)

    assert choice == DtypeChoice(preference, "set")
    assert list(tmp_path.iterdir()) == []


def test_a_processor_without_bf16_trains_in_fp32_unmeasured(tmp_path: Path) -> None:
    choice = training_dtype.choose_training_dtype("auto", tmp_path, never, capable=False)

    assert (choice.dtype, choice.rates) == ("fp32", None)


def test_a_run_that_goes_on_keeps_the_dtype_that_it_began_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = DtypeChoice("bf16", "clearly faster", Rates(100.0, 230.0), 0.999)
    training_dtype.write_choice(first, tmp_path / "run")

    choice = training_dtype.choose_training_dtype("auto", tmp_path / "run", never, capable=True)

    assert choice == first
    assert "bf16, reason clearly faster, fp32 100.0, bf16 230.0" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{", "[]", '{"dtype": "fp8", "reason": ""}'])
def test_a_broken_note_is_measured_again(tmp_path: Path, content: str) -> None:
    (tmp_path / training_dtype.FILE).write_text(content, "utf-8")

    choice = training_dtype.choose_training_dtype(
        "auto", tmp_path, lambda: trial(Small()), capable=True
    )

    assert training_dtype.read_choice(tmp_path) == choice


@pytest.mark.timeout(120)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_a_training_in_bf16_learns_the_same_with_weights_in_fp32(tmp_path: Path) -> None:
    base = tiny(tmp_path / "tiny")
    texts = ["甲乙什么", "甲乙时候", "甲乙发货", "丙丁什么", "丙丁时候", "丙丁发货"]
    target = torch.tensor([0, 0, 0, 1, 1, 1])
    config = FinetuneConfig(rank=4, epochs=12, batch=3, rate=5e-3, head_rate=1e-2, dtype="bf16")

    def tuned(config: FinetuneConfig) -> tuple[finetune.FinetuneResult, list[int]]:
        encoder = Encoder(base)
        loss = _cross_entropy(target)
        done = finetune.finetune_encoder(
            encoder, [HeadTask("kind", encoder.tokenize(texts), 2, loss)], config
        )
        named = done.heads["kind"](encoder.encode(encoder.tokenize(texts))).argmax(1)
        return done, named.tolist()

    in_bf16, named = tuned(config)
    in_fp32, also_named = tuned(replace(config, dtype="fp32"))

    assert (in_bf16.dtype, in_fp32.dtype) == ("bf16", "fp32")
    assert named == also_named == target.tolist()
    assert in_bf16.heads["kind"].weight.dtype == torch.float32


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("intent", "fp32"), ("sentiment", "fp32"), ("ctr", "bf16"), ("benchmarks/triclue", "fp32")],
)
def test_shipped_cards_say_the_dtype_of_their_figures(name: str, dtype: str) -> None:
    folder = Path(finetune.__file__).parents[1] / name

    manifest = read_manifest(folder)

    assert manifest.dtype == dtype
    assert manifest.precision in (folder / "README.md").read_text("utf-8")


def never() -> Trial:
    raise AssertionError("nothing is to be measured")


def _cross_entropy(target: torch.Tensor) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    return lambda logits, rows: nn.functional.cross_entropy(logits, target[rows])
