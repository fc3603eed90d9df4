"""Many texts through the encoder."""

from collections.abc import Callable, Iterable, Sequence

import torch

from models.encoder.encoder import Encoder

TOKENS_A_BATCH = 2000
REPORT_EVERY = 4000

Say = Callable[[str], object]


def quiet(_: str) -> None:
    """Say nothing."""


def embed(encoder: Encoder, texts: Sequence[str], say: Say = quiet) -> torch.Tensor:
    """(len(texts), H), in batches of like length; `say` hears how far it is."""
    return encode(encoder, encoder.tokenize(texts), say)


def encode(encoder: Encoder, tokens: Sequence[Sequence[int]], say: Say = quiet) -> torch.Tensor:
    """The same from tokens."""
    rows = torch.empty(len(tokens), encoder.hidden)
    done, due = 0, REPORT_EVERY
    for batch in _batches(tokens):
        rows[batch] = encoder.encode([tokens[i] for i in batch]).cpu()
        done += len(batch)
        if done >= due:
            say(f"  encoded {done} of {len(tokens)} texts")
            due += REPORT_EVERY
    return rows


def _batches(tokens: Sequence[Sequence[int]]) -> Iterable[list[int]]:
    batch: list[int] = []
    size = 0
    for i in sorted(range(len(tokens)), key=lambda i: len(tokens[i])):
        if batch and size + len(tokens[i]) > TOKENS_A_BATCH:
            yield batch
            batch, size = [], 0
        batch.append(i)
        size += len(tokens[i])
    if batch:
        yield batch
