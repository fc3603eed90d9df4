"""Reads and writes trained generators: peft's adapter or all weights, with manifest and card."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from peft import PeftModel
from pydantic import TypeAdapter, ValidationError
from transformers import AutoModelForCausalLM, AutoTokenizer

from models.encoder import manifests
from models.encoder.adapter import IncompatibleAdapter
from models.encoder.dtypes import TORCH, has_bf16
from models.encoder.precision import Dtype
from models.hub import describe

MANIFEST = "manifest.json"
CARD_TEXT = """# How the account answers

`$version`: the generator $base (sha256 `$base_sha256`), fine-tuned on $date by $method on
questions and the answers that people gave.

Pairs: $data. Seed $seed. Loss is in nats a token of the answer; perplexity is its exponential.
What is validated on chose the best moment of the training, which computed in $training_dtype; the
numbers are of the model in $dtype.

| number | value |
|---|---|
$numbers

It writes like the people whose answers it learnt from, and can be wrong like them: ground it in
the knowledge base, and let what it says be moderated.
"""


@dataclass(frozen=True, kw_only=True)
class ReplyManifest:
    """The generator's base, hash, training data and metrics (manifest.json)."""

    task: str
    base: str
    base_sha256: str
    sha256: str  # of the weights in this folder
    method: str
    seed: int
    date: str
    data: dict[str, int]  # file -> rows
    metrics: dict[str, float]
    system: str  # system prompt in training; "": the template's own
    longest: int  # tokens of a question with its answer
    dtype: Dtype | Literal[""] = ""  # of the model that the metrics are of; "": not recorded
    training_dtype: Dtype | Literal[""] = ""  # "": not recorded

    @property
    def version(self) -> str:
        """Like `reply-2026.11.24-abcdef12`: day, first 8 digits of the weights' SHA-256."""
        return manifests.format_version(self.task, self.date, self.sha256)


_MANIFEST = TypeAdapter(ReplyManifest)


def loading_dtype() -> Dtype:
    """The default dtype for loading a generator: bf16 (half the memory) where there is any."""
    return "bf16" if has_bf16() else "fp32"


def load_base(base: Path, dtype: Dtype | None = None) -> Any:
    """Load a base model in `dtype` (None: `loading_dtype`), onto the GPU where there is one."""
    weights = TORCH[dtype or loading_dtype()]
    model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=weights, local_files_only=True)
    return model.to("cuda") if torch.cuda.is_available() else model


def load_tokenizer(base: Path) -> Any:
    """The base's tokenizer, with a padding token, padding on the right."""
    base_tokenizer = AutoTokenizer.from_pretrained(
        base, local_files_only=True, padding_side="right"
    )
    base_tokenizer.pad_token = base_tokenizer.pad_token or base_tokenizer.eos_token
    return base_tokenizer


def save_weights(model: Any, base: Path, folder: Path) -> str:
    """Write the adapter, or without one all weights in bf16. Returns their SHA-256."""
    if isinstance(model, PeftModel):
        for config in model.peft_config.values():
            config.base_model_name_or_path = describe.read_base_facts(
                base
            ).origin  # not this disk's path
        # "auto" would ask the hub whether the vocabulary has grown; it hasn't.
        model.save_pretrained(str(folder), save_embedding_layers=False)
    else:
        model.to(torch.bfloat16).save_pretrained(folder)
    return describe.weights_sha256(folder)


def write_manifest_and_card(folder: Path, manifest: ReplyManifest) -> None:
    """Write manifest.json and README.md beside the weights in `folder`."""
    manifests.write_manifest(folder / MANIFEST, manifest)
    manifests.write_card(folder, CARD_TEXT, manifest)


def read_manifest(folder: Path) -> ReplyManifest:
    """Read manifest.json. Raises IncompatibleAdapter when it is missing or has other fields."""
    try:
        return _MANIFEST.validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise IncompatibleAdapter(f"{folder / MANIFEST} is no manifest of a generator") from error


def load_checked(folder: Path, base: Path) -> tuple[Any, Any]:
    """Load model and tokenizer. Raises IncompatibleAdapter for other weights or another base."""
    manifest, facts = read_manifest(folder), describe.read_base_facts(base)
    if manifest.base_sha256 != facts.fingerprint:
        raise IncompatibleAdapter(
            f"{folder} was trained on {manifest.base} {manifest.base_sha256[:8]}, "
            f"not on {facts.name} {facts.fingerprint[:8]}; train it again"
        )
    if not any(folder.glob("*.safetensors")) or describe.weights_sha256(folder) != manifest.sha256:
        raise IncompatibleAdapter(f"{folder} doesn't hold the weights its manifest describes")
    return load_unchecked(folder, base), load_tokenizer(base)


def merge_into_base(folder: Path, base: Path, target: Path) -> Path:
    """Merge the generator in `folder` with `base` and write it as a folder of base weights, with
    base.json, to `target`. Returns `target`.

    Raises IncompatibleAdapter as `load_checked`, and for a prefix, which can't be merged.
    """
    model, words = load_checked(folder, base)
    if isinstance(model, PeftModel):
        if model.active_peft_config.is_prompt_learning:
            raise IncompatibleAdapter(
                f"{folder} holds a prefix, which can't be merged; train a lora"
            )
        model = model.merge_and_unload()
    model.save_pretrained(target)
    words.save_pretrained(target)
    describe.write_base_facts(
        target, replace(describe.read_base_facts(base), name=read_manifest(folder).version)
    )
    return target


def load_unchecked(folder: Path, base: Path, dtype: Dtype | None = None) -> Any:
    """Load the model without checks, in `dtype` (None: `loading_dtype`)."""
    if not (folder / "adapter_config.json").exists():
        return load_base(folder, dtype)
    return PeftModel.from_pretrained(load_base(base, dtype), str(folder))
