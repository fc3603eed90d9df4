"""Vectors as the database stores them: fp16, one row after the other."""

import numpy as np


def pack_vectors(vectors: np.ndarray) -> bytes:
    """The bytes of vectors of any shape."""
    return vectors.astype(np.float16).tobytes()


def unpack_vectors(stored: bytes, rows: int) -> np.ndarray:
    """(rows, D) fp32. Without rows or bytes, D is 0."""
    flat = np.frombuffer(stored, np.float16).astype(np.float32)
    return flat.reshape(rows, -1) if flat.size else np.zeros((rows, 0), np.float32)
