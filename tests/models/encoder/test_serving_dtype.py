"""The dtype that the encoder serves in: the decision on a small base, agreement on the real one.

bf16 is emulated where the processor hasn't it: slower there, with the same rounding.
"""

import gc
from pathlib import Path

import pytest
import torch

from models.encoder.dtypes import has_bf16, is_clearly_faster
from models.encoder.encoder import Encoder
from models.encoder.precision import Dtype
from models.encoder.serving_dtype import LEAST_COSINE, choose_encoder_dtype, least_cosine
from models.encoder.understanding import Understanding
from models.intent import taxonomy
from tests.models import bundles
from tests.models.tiny import tiny


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    return Encoder(tiny(tmp_path / "tiny"))


class PacedClock:
    """A pass in fp32 takes a second, one in bf16 `bf16` seconds, in the order of measure_rates."""

    def __init__(self, bf16: float) -> None:
        rounds = [(1.0, bf16), (bf16, 1.0)] * 2
        self.seconds = [seconds for both in rounds for seconds in both]
        self.now, self.calls = 0.0, 0

    def __call__(self) -> float:
        if self.calls % 2:
            self.now += self.seconds[self.calls // 2]
        self.calls += 1
        return self.now


@pytest.mark.parametrize("preference", ["fp32", "bf16"])
def test_what_is_set_is_taken_unmeasured(encoder: Encoder, preference: Dtype) -> None:
    clock = PacedClock(bf16=1.0)

    choice = choose_encoder_dtype(encoder, preference, capable=True, clock=clock)

    assert (choice.dtype, choice.rates, clock.calls) == (preference, None, 0)


def test_a_processor_without_bf16_takes_fp32_unmeasured(encoder: Encoder) -> None:
    clock = PacedClock(bf16=0.1)

    choice = choose_encoder_dtype(encoder, capable=False, clock=clock)

    assert (choice.dtype, choice.rates, clock.calls) == ("fp32", None, 0)


@pytest.mark.parametrize(
    ("bf16", "dtype"), [(0.34, "bf16"), (0.8, "bf16"), (0.9, "fp32"), (1.0, "fp32"), (10.0, "fp32")]
)
def test_the_clock_decides(encoder: Encoder, bf16: float, dtype: Dtype) -> None:
    choice = choose_encoder_dtype(encoder, capable=True, clock=PacedClock(bf16))

    assert choice.dtype == dtype
    assert choice.rates is not None
    assert is_clearly_faster(choice.rates) is (dtype == "bf16")
    assert encoder.dtype == "fp32"


def test_vectors_that_disagree_keep_fp32_however_fast_bf16_is(encoder: Encoder) -> None:
    with torch.no_grad():  # differences of 1 beside 4096, where bf16 counts in steps of 32
        encoder.norm.bias.fill_(4096.0)
        for name, weight in encoder.linear_weights().items():
            weight.mul_(float(not name.endswith(("out", "down"))))

    choice = choose_encoder_dtype(encoder, capable=True, clock=PacedClock(bf16=0.1))

    assert choice.dtype == "fp32"
    assert choice.agreement is not None
    assert choice.agreement < LEAST_COSINE
    assert "agree" in choice.reason


def test_weights_that_are_no_numbers_keep_fp32(encoder: Encoder) -> None:
    with torch.no_grad():
        encoder.linear_weights()["0.up"].fill_(float("nan"))

    choice = choose_encoder_dtype(encoder, capable=True, clock=PacedClock(bf16=0.1))

    assert (choice.dtype, choice.agreement) == ("fp32", -1.0)


def test_no_second_copy_outlives_the_choice(encoder: Encoder) -> None:
    before = _encoders()

    choose_encoder_dtype(encoder, capable=True, clock=PacedClock(bf16=0.1))

    assert _encoders() == before


def test_in_bf16_linear_layers_are_rounded_and_norms_pooling_and_vectors_are_not(
    encoder: Encoder,
) -> None:
    encoder.convert("bf16")

    dtypes = {name.rpartition(".")[0]: p.dtype for name, p in encoder.named_parameters()}
    rounded = {name.rpartition(".")[2] for name, d in dtypes.items() if d == torch.bfloat16}
    assert rounded == {"qkv", "out", "up", "down"}
    assert {d for name, d in dtypes.items() if "norm" in name} == {torch.float32}
    assert encoder.encode(encoder.tokenize(["甲乙", "丙"])).dtype == torch.float32


def test_a_copy_leaves_the_original_and_shares_its_word_embeddings(encoder: Encoder) -> None:
    tokens = encoder.tokenize(["什么时候发货", "能便宜点吗"])
    before = encoder.encode(tokens)

    copied = encoder.copy_in("bf16")

    assert copied.words is encoder.words
    torch.testing.assert_close(encoder.encode(tokens), before)
    assert 0.99 < least_cosine(encoder, copied, tokens) < 1


def test_rounded_weights_do_not_pass_for_fp32(encoder: Encoder) -> None:
    encoder.convert("bf16")

    with pytest.raises(ValueError, match="load the encoder"):
        encoder.convert("fp32")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """One message of each intent."""
    return [intent.examples[0] for intent in taxonomy.load_taxonomy().intents]


@pytest.fixture(scope="module")
def in_fp32() -> Understanding:
    return Understanding.load()


@pytest.fixture(scope="module")
def in_bf16(in_fp32: Understanding) -> Understanding:
    model = Understanding.load()
    model.encoder.convert("bf16")
    return model


@pytest.mark.weights
@pytest.mark.timeout(300)
def test_messages_are_understood_alike_and_stored_vectors_stay_comparable(
    in_fp32: Understanding, in_bf16: Understanding, texts: list[str]
) -> None:
    tokens = in_fp32.tokenize(texts)

    pairs = list(zip(in_fp32.classify(tokens), in_bf16.classify(tokens), strict=True))

    assert _share([a.intent == b.intent for a, b in pairs]) >= 0.99
    assert _share([a.in_scope == b.in_scope for a, b in pairs]) >= 0.99
    assert _share([a.sentiment == b.sentiment for a, b in pairs]) >= 0.99
    # An entry stored in fp32 and searched in bf16: nearness is told apart in steps of 0.01.
    stored, searched = (torch.stack([pair[i].vector for pair in pairs]) for i in (0, 1))
    assert float((stored @ stored.T - searched @ stored.T).abs().max()) < 0.005
    cosines = [torch.cosine_similarity(a.embedding, b.embedding, 0) for a, b in pairs]
    assert float(min(cosines)) >= LEAST_COSINE


@pytest.mark.weights
@pytest.mark.timeout(300)
def test_a_model_loaded_beside_one_in_bf16_computes_in_bf16(
    in_bf16: Understanding, tmp_path: Path
) -> None:
    adapter = bundles.own_adapter(tmp_path)
    bundles.intents(tmp_path, adapter_sha256=adapter)
    bundles.mood(tmp_path / "sentiment", adapter_sha256=adapter)

    promoted = Understanding.load(intent=tmp_path, reuse_encoder_of=in_bf16)

    assert promoted.encoder is not in_bf16.encoder
    assert promoted.encoder.dtype == "bf16"


@pytest.mark.weights
@pytest.mark.timeout(300)
def test_auto_takes_what_is_faster_on_this_processor(in_fp32: Understanding) -> None:
    choice = choose_encoder_dtype(in_fp32.encoder, capable=True)

    assert choice.rates is not None
    assert (choice.dtype == "bf16") is is_clearly_faster(choice.rates)
    if not has_bf16():  # emulated
        assert choice.dtype == "fp32"


def _encoders() -> int:
    gc.collect()
    return sum(type(one) is Encoder for one in gc.get_objects())


def _share(equal: list[bool]) -> float:
    return sum(equal) / len(equal)
