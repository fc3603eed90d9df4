"""Chooses a repository's files, checks its architecture, and completes the fetched folder."""

import fnmatch
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from models.hub import describe
from models.hub.describe import BaseFacts
from models.hub.errors import IncompatibleArchitecture, SourceFailed
from models.hub.sources import Declared, ModelKind

CONFIG = "config.json"
POOLING = "1_Pooling/config.json"  # sentence-transformers' own
PICKLED = "pytorch_model.bin"
WHOLE = "model.safetensors"
SHARDS = ("model-*-of-*.safetensors", "model.safetensors.index.json")
# No code: nothing of a repository is ever run.
BESIDE_WEIGHTS = frozenset({
    CONFIG, POOLING, "generation_config.json", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
    "sentencepiece.bpe.model", "spiece.model", "tokenizer.model", "chat_template.jinja",
})  # fmt: skip
ENCODERS = frozenset({"bert", "roberta", "xlm-roberta", "mpnet"})


def choose_files(paths: Collection[str]) -> list[str]:
    """The paths to fetch: config and tokenizer, then the weights, safetensors before pickles.

    Raises SourceFailed without config.json or without weights in one of these forms.
    """
    beside = sorted(BESIDE_WEIGHTS.intersection(paths))
    shards = sorted(path for form in SHARDS for path in fnmatch.filter(paths, form))
    for weights in ([WHOLE], shards, [PICKLED]):
        if CONFIG in beside and weights and set(weights) <= set(paths):
            return beside + weights
    raise SourceFailed(f"has no {CONFIG} with {WHOLE} or {PICKLED} beside it")


def check_architecture(folder: Path, model: Declared) -> ModelKind:
    """The kind of model that config.json in `folder` describes; needs no weights.

    Raises IncompatibleArchitecture for one that we can't load or that isn't of the declared kind.
    """
    config = _read_config(folder, model)
    architecture = str(config.get("model_type", "none"))
    if model.kind is ModelKind.RERANKER:
        _check_reranker(config, architecture, model)
        return ModelKind.RERANKER
    if architecture in ENCODERS and model.kind is not ModelKind.GENERATOR:
        _check_encoder(config, model)
        return ModelKind.ENCODER
    if model.kind is not ModelKind.ENCODER and _is_causal(architecture):
        return ModelKind.GENERATOR
    raise IncompatibleArchitecture(
        f"{model.name} is of the architecture {architecture!r}: encoders are bert, roberta, "
        "xlm-roberta or mpnet, generators any causal language model of transformers; choose another"
    )


def finish_folder(folder: Path, model: Declared, revision: str) -> BaseFacts:
    """Complete fetched files: pickles become safetensors; adds tokenizer.json and base.json.

    Raises SourceFailed for weights of another hash than declared, a pickle that holds more than
    weights, or an unreadable tokenizer; IncompatibleArchitecture.
    """
    _convert_pickle(folder)
    if check_architecture(folder, model) is not ModelKind.GENERATOR:
        _ensure_tokenizer(folder)
    digest = describe.weights_sha256(folder)
    if model.sha256 not in {"", digest}:
        raise SourceFailed(f"has another {WHOLE} of {model.name} than the one we declare")
    return write_facts(folder, model, revision, digest)


def write_facts(folder: Path, model: Declared, revision: str, sha256: str) -> BaseFacts:
    """Write base.json from the declaration, and what it lacks from the folder's own config."""
    kind = check_architecture(folder, model)
    facts = BaseFacts(
        name=model.name,
        kind=kind.value,
        origin=model.origin,
        licence=model.licence,
        revision=revision,
        pooling=(model.pooling or _read_pooling(folder)) if kind is ModelKind.ENCODER else "",
        prefix=model.prefix,
        max_tokens=_max_tokens(folder, model, kind),
        sha256=sha256,
    )
    describe.write_base_facts(folder, facts)
    return facts


def _read_config(folder: Path, model: Declared) -> Mapping[str, Any]:
    try:
        content = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except ValueError as error:
        raise IncompatibleArchitecture(f"the {CONFIG} of {model.name} can't be read") from error
    return content if isinstance(content, dict) else {}


def _check_encoder(config: Mapping[str, Any], model: Declared) -> None:
    for key, ours in (("position_embedding_type", "absolute"), ("hidden_act", "gelu")):
        if config.get(key, ours) != ours:
            raise IncompatibleArchitecture(
                f"{model.name} has the {key} {config[key]!r}, our encoder computes {ours!r}; "
                "choose another"
            )


def _check_reranker(config: Mapping[str, Any], architecture: str, model: Declared) -> None:
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES,
    )

    heads = [str(head) for head in config.get("architectures") or ()]
    labels = config.get("num_labels", len(config.get("id2label") or "??"))
    if (
        architecture not in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES
        or not any(head.endswith("ForSequenceClassification") for head in heads)
        or labels != 1
    ):
        raise IncompatibleArchitecture(
            f"{model.name} is no cross-encoder that transformers loads: it must be a sequence "
            "classification with one label, such as BAAI/bge-reranker-v2-m3; serve another kind "
            "behind /rerank and name that in RERANK_BASE_URL"
        )


def _is_causal(architecture: str) -> bool:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    return architecture in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES


def _convert_pickle(folder: Path) -> None:
    """Replace pytorch_model.bin by model.safetensors, which can't run code. Raises SourceFailed."""
    pickled = folder / PICKLED
    if not pickled.exists():
        return
    import pickle

    import torch
    from safetensors.torch import save_file

    try:
        state = torch.load(pickled, map_location="cpu", weights_only=True, mmap=True)
        tensors = _distinct_tensors(state)
    except (pickle.UnpicklingError, RuntimeError, AttributeError) as error:
        raise SourceFailed(f"has a {PICKLED} that is not weights alone") from error
    save_file(tensors, folder / f"{WHOLE}.part", {"format": "pt"})
    (folder / f"{WHOLE}.part").replace(folder / WHOLE)
    pickled.unlink()


def _distinct_tensors(state: Mapping[str, Any]) -> dict[str, Any]:
    """Each tensor once: tied tensors share memory and are tied again at load.

    Renames LayerNorm's gamma and beta, the names in checkpoints converted from TensorFlow.
    """
    tensors_by_storage: dict[tuple[int, tuple[int, ...]], tuple[str, Any]] = {}
    for name, tensor in state.items():
        plain = name.replace("LayerNorm.gamma", "LayerNorm.weight")
        plain = plain.replace("LayerNorm.beta", "LayerNorm.bias")
        tensors_by_storage.setdefault(
            (tensor.data_ptr(), tuple(tensor.shape)), (plain, tensor.contiguous())
        )
    return dict(tensors_by_storage.values())


def _ensure_tokenizer(folder: Path) -> None:
    """Write tokenizer.json where a repository has only older files. Raises SourceFailed."""
    if (folder / "tokenizer.json").exists():
        return
    from transformers import AutoTokenizer

    try:
        built = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        built.backend_tokenizer.save(str(folder / "tokenizer.json"))
    except (OSError, ValueError, ImportError, AttributeError) as error:
        raise SourceFailed("has no tokenizer that we can read") from error


def _read_pooling(folder: Path) -> str:
    file = folder / POOLING
    stated = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return "cls" if stated.get("pooling_mode_cls_token") else "mean"


def _max_tokens(folder: Path, model: Declared, kind: ModelKind) -> int:
    positions = int(_read_config(folder, model).get("max_position_embeddings", model.max_tokens))
    return min(positions, model.max_tokens) if kind is ModelKind.ENCODER else positions
