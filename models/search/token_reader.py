"""Encodes texts to the token states that are compared, and caches them by text."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch.nn import functional

from models.encoder import embedding
from models.encoder.encoder import Encoder
from models.search.alignment import Tokens
from models.search.network import Network
from models.search.spelling import simplify_text

BATCH_TOKENS = 2_000  # tokens of one encoder pass over texts that aren't cached
CACHE_BYTES = 256 * 2**20  # of cached token states; a text of 12 tokens takes 14 kB


class TokenReader:
    """Reads texts by the encoder; the states of up to CACHE_BYTES are cached, the oldest go first.

    Safe to call from several threads.
    """

    def __init__(self, encoder: Encoder, network: Network) -> None:
        self._encoder, self._network = encoder, network
        self._lock = threading.Lock()
        self._token_cache: OrderedDict[str, Tokens] = OrderedDict()
        self._size = 0

    def read(self, texts: Sequence[str]) -> list[Tokens]:
        """Token states of each text, in order; from the cache where they are, else encoded."""
        with self._lock:
            tokens_by_text = {
                text: self._token_cache[text] for text in texts if text in self._token_cache
            }
            for text in tokens_by_text:
                self._token_cache.move_to_end(text)
        new = [text for text in dict.fromkeys(texts) if text not in tokens_by_text]
        tokens_by_text |= zip(new, self._encode_texts(new), strict=True)
        with self._lock:
            for text in new:
                if text not in self._token_cache:
                    self._token_cache[text] = tokens_by_text[text]
                    self._size += tokens_by_text[text].size
            while self._size > CACHE_BYTES:
                self._size -= self._token_cache.popitem(last=False)[1].size
        return [tokens_by_text[text] for text in texts]

    @torch.inference_mode()
    def _encode_texts(self, texts: Sequence[str]) -> list[Tokens]:
        ids = self._encoder.tokenize([simplify_text(text) for text in texts])
        tokens: dict[int, Tokens] = {}
        for batch in embedding.batch_by_length(ids, BATCH_TOKENS):
            states, _ = self._encoder.hidden_states([ids[i] for i in batch])
            states = states.float()
            projected = self._network.project(states).half().cpu().numpy()
            unit = functional.normalize(states, dim=1).half().cpu().numpy()
            at = 0
            for i in batch:
                rows = slice(at, at + len(ids[i]))
                pooled = functional.normalize(states[rows].mean(0), dim=0).cpu().numpy()
                tokens[i] = Tokens(tuple(ids[i]), unit[rows].copy(), projected[rows].copy(), pooled)
                at += len(ids[i])
        return [tokens[i] for i in range(len(texts))]
