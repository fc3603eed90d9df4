"""A reranker of transformers: a cross-encoder that reads question and document in one pass.

It encodes each pair anew and so takes many times as long as `models.search.searcher` for the same
candidates; whether it is more accurate depends on its size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.encoder.dtypes import TORCH
from models.encoder.precision import Dtype
from models.hub import files
from models.hub.delivery import Places
from models.hub.errors import IncompatibleArchitecture, WeightsUnavailable
from models.hub.fetch import fetch_model
from models.hub.files import CONFIG
from models.hub.sources import Declared, ModelKind, find_model

MOST_TOKENS = 512  # of a pair; the document is cut first
UNLOADABLE = (OSError, ValueError, ImportError, RuntimeError, KeyError, SafetensorError)
BATCH = 8  # pairs of one pass; a caller may stop between two passes


def locate_cross_encoder(name: str, places: Places | None = None) -> Path:
    """The folder of a cross-encoder; `name` is a path or a repository, fetched on first call.

    Raises BaseModelError, for example when the folder holds another kind of model.
    """
    path = Path(name).expanduser()
    if not path.is_dir():
        path = fetch_model(replace(find_model(name), kind=ModelKind.RERANKER), places or Places())
    elif not (path / CONFIG).is_file():
        raise WeightsUnavailable(f"{path} has no {CONFIG}: name the folder that holds it")
    # It may have been fetched as an encoder before, without this check.
    files.check_architecture(path, Declared(name=name, origin=name, kind=ModelKind.RERANKER))
    return path


class CrossEncoder:
    """A loaded cross-encoder. Not safe to call from several threads."""

    def __init__(self, folder: Path, device: str, dtype: Dtype = "fp32") -> None:
        """Load the folder; none of its code is run. Raises IncompatibleArchitecture if it can't."""
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
        """Yield one logit a document, in order, in lists of up to BATCH."""
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
