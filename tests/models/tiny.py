"""An encoder of two small layers with random weights: for what needs a base, not a good one."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from models.hub import describe
from models.hub.describe import BaseFacts

HIDDEN, INTERMEDIATE, LAYERS, POSITIONS = 32, 64, 2, 64
CHARACTERS = "query:甲乙丙丁戊己庚辛什么时候发货能便宜点吗天地人"
FACTS = BaseFacts(
    name="tiny", kind="encoder", origin="tests", licence="Apache-2.0", revision="1",
    pooling="mean", prefix="", max_tokens=32, sha256="7" * 64,
)  # fmt: skip


def tiny(folder: Path, facts: BaseFacts = FACTS) -> Path:
    """A folder of weights as `fetch` leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *dict.fromkeys(CHARACTERS)]
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    config = {
        "model_type": "bert", "vocab_size": len(vocabulary), "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS, "num_attention_heads": 4, "intermediate_size": INTERMEDIATE,
        "max_position_embeddings": POSITIONS, "type_vocab_size": 1, "layer_norm_eps": 1e-12,
        "pad_token_id": 1,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_weights(len(vocabulary)), folder / "model.safetensors")
    describe.write_base_facts(folder, facts)
    return folder


def _tokenizer(vocabulary: list[str]) -> Tokenizer:
    words = {word: number for number, word in enumerate(vocabulary)}
    built = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    built.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    built.post_processor = processors.TemplateProcessing(
        "<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return built


def _weights(words: int) -> dict[str, torch.Tensor]:
    dice = torch.Generator().manual_seed(7)

    def matrix(rows: int, columns: int) -> torch.Tensor:
        drawn: torch.Tensor = torch.randn(rows, columns, generator=dice) / columns**0.5
        return drawn

    weights = {
        "embeddings.word_embeddings.weight": torch.randn(words, HIDDEN, generator=dice).half(),
        "embeddings.position_embeddings.weight": matrix(POSITIONS, HIDDEN) * 0.1,
        "embeddings.token_type_embeddings.weight": torch.zeros(1, HIDDEN),
    }
    shapes = {
        "attention.self.query": (HIDDEN, HIDDEN), "attention.self.key": (HIDDEN, HIDDEN),
        "attention.self.value": (HIDDEN, HIDDEN), "attention.output.dense": (HIDDEN, HIDDEN),
        "intermediate.dense": (INTERMEDIATE, HIDDEN), "output.dense": (HIDDEN, INTERMEDIATE),
    }  # fmt: skip
    norms = ["embeddings.LayerNorm"]
    for number in range(LAYERS):
        inside = f"encoder.layer.{number}"
        for name, (rows, columns) in shapes.items():
            weights[f"{inside}.{name}.weight"] = matrix(rows, columns)
            weights[f"{inside}.{name}.bias"] = torch.zeros(rows)
        norms += [f"{inside}.attention.output.LayerNorm", f"{inside}.output.LayerNorm"]
    for norm in norms:
        weights |= {f"{norm}.weight": torch.ones(HIDDEN), f"{norm}.bias": torch.zeros(HIDDEN)}
    return weights
