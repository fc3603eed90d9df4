"""Converts a GGUF file to a folder that transformers loads quickly; takes about a minute."""

from pathlib import Path

from models.hub.errors import IncompatibleArchitecture, SourceFailed


def convert(source: Path, target: Path) -> None:
    """Write safetensors, config and tokenizer with its chat template into the folder `target`.

    In bf16, the dtype of the official weights: half the size of fp32, and its rounding (2^-9) is
    far below that of 4 bits. Not fp16: Qwen's activations overflow where a GPU takes the dtype from
    the folder. Raises IncompatibleArchitecture for anything but a causal language model, and
    SourceFailed where the packages gguf and accelerate are missing.
    """
    _check_magic(source)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    facts = {"gguf_file": source.name, "local_files_only": True}
    try:
        model = AutoModelForCausalLM.from_pretrained(
            source.parent,
            dtype=torch.bfloat16,
            quantization_config=GgufConfig(dequantize=True),
            **facts,
        )
        tokenizer = AutoTokenizer.from_pretrained(source.parent, **facts)
    except ImportError as error:
        raise SourceFailed("needs the packages gguf and accelerate: pip install them") from error
    except (ValueError, KeyError, RuntimeError) as error:
        raise IncompatibleArchitecture(f"transformers can't read {source.name}: {error}") from error
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)


def _check_magic(source: Path) -> None:
    with source.open("rb") as gguf_file:
        if gguf_file.read(4) != b"GGUF":
            raise IncompatibleArchitecture(
                f"{source.name} is not a GGUF file (it doesn't begin with GGUF); fetch it again"
            )
