"""How alike two headlines are: by the encoder's layers, words and style. (n, n), fp32."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from models.encoder.embedding import batch_by_length
from models.encoder.encoder import Encoder
from models.encoder.serving_dtype import choose_encoder_dtype
from models.hub.fetch import Places, fetch_model
from models.hub.sources import find_model
from tests.bench.marketing.upworthy.style import describe_styles

Matrix = npt.NDArray[np.float32]
BASE = "multilingual-e5-small"
FIRST_LAYER = 6  # later layers know more of meaning, and none knows best alone
TOKENS_AT_ONCE = 2_000
WORD_SHARE, STYLE_SHARE = 0.3, 0.15
STYLE_WIDTH = 0.3  # of the kernel over standardised features


def compare_texts(texts: Sequence[str]) -> Matrix:
    """Similarity by meaning, words and style together."""
    similarity = (1 - WORD_SHARE - STYLE_SHARE) * _normalise(_compare_meanings(texts))
    similarity += WORD_SHARE * compare_words(texts)
    return similarity + STYLE_SHARE * _normalise(_compare_styles(texts))


def compare_words(texts: Sequence[str]) -> Matrix:
    """Similarity by words and pairs of words alone."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    rows = vectorizer.fit_transform(texts)
    return _normalise((rows @ rows.T).toarray().astype(np.float32))


def center_similarity(similarity: Matrix, test: npt.NDArray[np.int64]) -> Matrix:
    """The similarity of differences from the tests' means; what a test shares is gone."""
    counts = np.bincount(test)
    rows = np.arange(len(test))
    sums = sparse.csr_matrix((1 / counts[test], (test, rows)))
    spread = sparse.csr_matrix((np.ones(len(test)), (rows, test)))
    once = similarity - spread @ (sums @ similarity)
    return np.asarray(once - (spread @ (sums @ once.T)).T, dtype=np.float32)


def _compare_meanings(texts: Sequence[str]) -> Matrix:
    layers = _embed_layers(texts)
    cosine = np.zeros((len(texts), len(texts)), np.float32)
    for layer in layers:
        values = (layer - layer.mean(0)) / (layer.std(0) + 1e-6)
        values /= np.linalg.norm(values, axis=1, keepdims=True)
        cosine += values @ values.T / len(layers)
    return np.exp(2 * (cosine - 1))


def _compare_styles(texts: Sequence[str]) -> Matrix:
    values = describe_styles(texts)
    values /= np.sqrt((values**2).sum(1).mean())
    squares = (values**2).sum(1)
    distances = squares[:, None] + squares[None, :] - 2 * values @ values.T
    return np.asarray(np.exp(-STYLE_WIDTH * distances), dtype=np.float32)


def _embed_layers(texts: Sequence[str]) -> Matrix:
    """The mean of the tokens' states after each layer from FIRST_LAYER on, (layers, n, H)."""
    encoder = Encoder(fetch_model(find_model(BASE), Places()))
    encoder.convert(choose_encoder_dtype(encoder).dtype)
    tokens = encoder.tokenize(texts)
    blocks = len(list(encoder.layers))
    states = np.zeros((blocks - FIRST_LAYER + 1, len(texts), encoder.hidden), np.float32)
    with torch.inference_mode():
        for batch in batch_by_length(tokens, TOKENS_AT_ONCE):
            states[:, batch] = _embed_batch(encoder, [tokens[at] for at in batch])
    return states


def _embed_batch(encoder: Encoder, packed: Sequence[Sequence[int]]) -> Matrix:
    """The same for one batch, sorted by length."""
    groups, states = encoder.groups(packed), encoder.embedded(packed)
    lengths, layers = [len(each) for each in packed], []
    for block in encoder.layers:
        states = block(states, groups)
        means = [part.float().mean(0) for part in torch.split(states, lengths)]
        layers.append(torch.stack(means).numpy())
    return np.stack(layers[FIRST_LAYER - 1 :])


def _normalise(similarity: Matrix) -> Matrix:
    return np.asarray(similarity / np.diag(similarity).mean(), dtype=np.float32)
