"""A cross-encoder of transformers: question and document in one pass, one logit for both.

It reads each pair anew, so that it takes many times what `models.search.searcher` takes for the
same candidates; which of the two tells more is a matter of its size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.encoder.dtypes import TORCH, Dtype
from models.hub import files
from models.hub.delivery import Places
from models.hub.errors import IncompatibleArchitecture, WeightsUnavailable
from models.hub.fetch import fetch_model
from models.hub.files import CONFIG
from models.hub.sources import Declared, ModelKind, find_model

MOST_TOKENS = 512  # of a pair; the document is cut first
UNLOADABLE = (OSError, ValueError, ImportError, RuntimeError, KeyError, SafetensorError)
BATCH = 8  # pairs of one pass: between two passes a caller may stop


def locate_cross_encoder(name: str, places: Places | None = None) -> Path:
    """The folder of a cross-encoder: a path to one, or a repository, fetched on first call.

    Raises BaseModelError.
    """
    path = Path(name).expanduser()
    if not path.is_dir():
        path = fetch_model(replace(find_model(name), kind=ModelKind.RERANKER), places or Places())
    elif not (path / CONFIG).is_file():
        raise WeightsUnavailable(f"{path} has no {CONFIG}: name the folder that holds it")
    # Whoever fetched it first may have taken it for an encoder.
    files.check_architecture(path, Declared(name=name, origin=name, kind=ModelKind.RERANKER))
    return path


class CrossEncoder:
    """Not safe to call from several threads."""

    def __init__(self, folder: Path, device: str, dtype: Dtype = "fp32") -> None:
        """Raises ForeignArchitecture when the folder can't be loaded. No code of it is ever run."""
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model: Any = AutoModelForSequenceClassification.from_pretrained(
                folder, local_files_only=True, dtype=TORCH[dtype]
            )
        except UNLOADABLE as error:
            raise IncompatibleArchitecture(
                f"{folder} holds no cross-encoder that transformers loads ({error})"
            ) from error
        self._model = model.to(device).eval()
        self._device = device
        self._most = _most_tokens(model.config, self._tokenizer)

    @torch.inference_mode()
    def logits(self, question: str, documents: Sequence[str]) -> Iterator[list[float]]:
        """One logit a document, in order, BATCH of them at a time."""
        for at in range(0, len(documents), BATCH):
            some = list(documents[at : at + BATCH])
            encoded = self._tokenizer(
                [question] * len(some), some, padding=True, truncation="longest_first",
                max_length=self._most, return_tensors="pt",
            )  # fmt: skip
            logits = self._model(**encoded.to(self._device)).logits
            yield [float(row) for row in logits.float()[:, 0]]


def _most_tokens(config: Any, tokenizer: Any) -> int:
    positions = int(getattr(config, "max_position_embeddings", MOST_TOKENS))
    if "roberta" in config.model_type:  # its positions begin after that of the padding
        positions -= int(config.pad_token_id) + 1
    return min(MOST_TOKENS, positions, int(tokenizer.model_max_length))
