"""Embeds many texts with the encoder, in batches of about 2,000 tokens."""

from collections.abc import Callable, Iterator, Sequence

import torch

from models.encoder.encoder import Encoder

TOKENS_A_BATCH = 2000
REPORT_EVERY = 4000

ReportProgress = Callable[[str], object]


def ignore_progress(_: str) -> None:
    """Report nothing."""


def embed_texts(
    encoder: Encoder,
    texts: Sequence[str],
    progress: ReportProgress = ignore_progress,
    taps: Sequence[int] = (),
) -> torch.Tensor:
    """Pooled embeddings, (len(texts), width) fp32 on the CPU, in the order of `texts`.

    `progress` is called with a line of text after every 4,000 texts. `taps`: see Encoder.encode.
    """
    return embed_tokens(encoder, encoder.tokenize(texts), progress, taps)


def embed_joined(
    encoders: Sequence[Encoder], texts: Sequence[str], progress: ReportProgress = ignore_progress
) -> torch.Tensor:
    """The embeddings of a text by each encoder, joined: (len(texts), sum of widths)."""
    return torch.cat([embed_texts(encoder, texts, progress) for encoder in encoders], 1)


def embed_tokens(
    encoder: Encoder,
    tokens: Sequence[Sequence[int]],
    progress: ReportProgress = ignore_progress,
    taps: Sequence[int] = (),
) -> torch.Tensor:
    """Like `embed_texts`, from token ids."""
    rows = torch.empty(len(tokens), encoder.hidden * len(taps or encoder.taps))
    encoded_count, due = 0, REPORT_EVERY
    for batch in batch_by_length(tokens, TOKENS_A_BATCH):
        rows[batch] = encoder.encode([tokens[i] for i in batch], taps).cpu()
        encoded_count += len(batch)
        if encoded_count >= due:
            progress(f"  encoded {encoded_count} of {len(tokens)} texts")
            due += REPORT_EVERY
    return rows


def batch_by_length(tokens: Sequence[Sequence[int]], most: int) -> Iterator[list[int]]:
    """Yield the indices of all texts, the shortest first, in batches of up to `most` tokens; a text
    of more tokens is a batch by itself.
    """
    batch: list[int] = []
    size = 0
    for i in sorted(range(len(tokens)), key=lambda i: len(tokens[i])):
        if batch and size + len(tokens[i]) > most:
            yield batch
            batch, size = [], 0
        batch.append(i)
        size += len(tokens[i])
    if batch:
        yield batch
