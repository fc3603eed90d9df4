import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGUFWriter, LlamaFileType
from transformers import AutoModelForCausalLM, AutoTokenizer

from models.hub import describe, sources
from models.hub.describe import BaseFacts
from models.hub.errors import IncompatibleArchitecture, WeightsUnavailable
from models.hub.fetch import Places, fetch_model
from models.hub.hubs import HuggingFace
from tests.models.fake_hub import COMMIT, FakeHub, serving

TOKENS = ["a", "b", "ab", "<|im_end|>"]
H, WIDE = 32, 64


def write(file: Path, architecture: str = "qwen2") -> bytes:
    """A causal language model of one layer as llama.cpp writes it; all weights are 0.5."""
    writer = GGUFWriter(file, architecture)
    writer.add_name("tiny")
    writer.add_file_type(LlamaFileType.ALL_F32)
    for add, value in (
        (writer.add_block_count, 1), (writer.add_context_length, 64),
        (writer.add_embedding_length, H), (writer.add_feed_forward_length, WIDE),
        (writer.add_head_count, 2), (writer.add_head_count_kv, 2),
        (writer.add_eos_token_id, 3), (writer.add_pad_token_id, 3),
    ):  # fmt: skip
        add(value)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([1, 1, 1, 3])
    writer.add_token_merges(["a b"])
    writer.add_chat_template("{{ messages[0]['content'] }}")
    for name, shape in _shapes().items():
        writer.add_tensor(name, np.full(shape, 0.5, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file.read_bytes()


def _shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"token_embd.weight": (len(TOKENS), H)}
    shapes |= {f"blk.0.attn_{part}.weight": (H, H) for part in ("q", "k", "v", "output")}
    shapes |= {f"blk.0.attn_{part}.bias": (H,) for part in "qkv"}
    shapes |= {f"blk.0.{part}_norm.weight": (H,) for part in ("attn", "ffn")}
    shapes |= {f"blk.0.ffn_{part}.weight": (WIDE, H) for part in ("gate", "up")}
    return shapes | {"blk.0.ffn_down.weight": (H, WIDE), "output_norm.weight": (H,)}


def test_a_file_becomes_a_folder_that_loads_in_bf16(tmp_path: Path) -> None:
    content = write(tmp_path / "Tiny-Q8.gguf")

    folder = fetch_model(
        sources.find_model(str(tmp_path / "Tiny-Q8.gguf")), Places(weights=tmp_path / "weights")
    )

    assert folder == tmp_path / "weights" / "Tiny-Q8"
    assert describe.read_base_facts(folder) == BaseFacts(
        name="Tiny-Q8", kind="generator", origin="Tiny-Q8.gguf", licence="see the repository",
        revision="", pooling="", prefix="", max_tokens=64,
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto")
    assert model.dtype == torch.bfloat16
    assert model.model.norm.weight.unique().tolist() == [0.5]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.tokenize("ab") == ["ab"]
    chat = [{"role": "user", "content": "ab"}]
    assert tokenizer.apply_chat_template(chat, tokenize=False) == "ab"


def test_takes_one_file_of_a_repository(tmp_path: Path) -> None:
    files = {"q8.gguf": write(tmp_path / "q8.gguf"), "q4.gguf": b"not asked for"}
    with serving(FakeHub(files)) as hub:
        places = Places(weights=tmp_path / "weights", hubs=(HuggingFace(hub.endpoint),))
        folder = fetch_model(sources.find_model("lab/tiny/q8.gguf"), places)

    assert folder.name == "lab--tiny--q8"
    base_facts = describe.read_base_facts(folder)
    assert (base_facts.origin, base_facts.revision) == ("lab/tiny", COMMIT)
    assert hub.downloads == [("q8.gguf", "")]


def test_says_when_the_repository_has_no_such_file(tmp_path: Path) -> None:
    with serving(FakeHub({"q4.gguf": b""})) as hub:
        places = Places(weights=tmp_path, hubs=(HuggingFace(hub.endpoint),))
        with pytest.raises(WeightsUnavailable, match=r"has no q8\.gguf in lab/tiny"):
            fetch_model(sources.find_model("lab/tiny/q8.gguf"), places)


def test_refuses_another_file_of_a_name_that_is_here(tmp_path: Path) -> None:
    write(tmp_path / "tiny.gguf")
    fetch_model(
        sources.find_model(str(tmp_path / "tiny.gguf")), Places(weights=tmp_path / "weights")
    )
    (tmp_path / "tiny.gguf").write_bytes(b"another")

    with pytest.raises(WeightsUnavailable, match="holds other weights than those of tiny"):
        fetch_model(
            sources.find_model(str(tmp_path / "tiny.gguf")), Places(weights=tmp_path / "weights")
        )


@pytest.mark.parametrize("architecture", ["clip", None])
def test_refuses_what_is_no_language_model(tmp_path: Path, architecture: str | None) -> None:
    file = tmp_path / "odd.gguf"
    file.write_bytes(b"<html>") if architecture is None else write(file, architecture)

    with pytest.raises(IncompatibleArchitecture, match=r"odd\.gguf"):
        fetch_model(sources.find_model(str(file)), Places(weights=tmp_path / "weights"))

    assert not (tmp_path / "weights" / "odd").exists()
