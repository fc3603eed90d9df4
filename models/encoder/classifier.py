"""Classifies texts or pairs with one trained model of any task: encoder and head together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models.encoder import bundle, embedding, heads
from models.encoder.encoder import Encoder
from models.encoder.heads import BesideBase, Head, HeadManifest, IncompatibleHead
from models.encoder.precision import Dtype
from models.hub import describe
from models.hub.fetch import WEIGHTS, ensure_base
from models.hub.sources import E5_SMALL

TextPair = tuple[str, str]


@dataclass(frozen=True)
class HeadClassifier:
    """A head and the encoder it was trained over."""

    encoder: Encoder
    head: Head
    beside: tuple[Encoder, ...] = ()  # whose embeddings are joined behind, see BesideBase

    @classmethod
    def load(cls, folder: Path, device: str = "cpu", dtype: Dtype = "fp32") -> "HeadClassifier":
        """Load the bundle in `folder`; without its own adapter it uses the shipped one.

        The encoder computes in `dtype`, the head in fp32. Raises IncompatibleHead or
        IncompatibleAdapter when the parts don't belong together; WeightsUnavailable; Undescribed
        where another base than the embedded one hasn't been fetched.
        """
        manifest = heads.read_manifest(folder)
        base = ensure_base() if manifest.base == E5_SMALL.name else WEIGHTS / manifest.base
        facts = describe.read_base_facts(base)
        adapter = bundle.load_own_adapter(folder, facts)
        if adapter is None and manifest.adapter_sha256:
            adapter = bundle.load_shipped_adapter()
        head = Head.load(folder, facts, adapter, device)
        encoder = Encoder(base, device, adapter, manifest.taps)
        encoder.convert(dtype)
        return cls(encoder, head, _load_beside(manifest.beside, device, dtype))

    def swap_head(self, folder: Path) -> "HeadClassifier | None":
        """The head in `folder` over this encoder; None where it was trained over another encoder.
        A second base is loaded where this classifier has another, or none.

        Raises IncompatibleHead, and Undescribed as `load` does.
        """
        manifest = heads.read_manifest(folder)
        if _describe_encoder(manifest) != _describe_encoder(self.head.manifest):
            return None
        device, beside = str(self.head.weight.device), self.beside
        head = Head.read(folder, self.encoder.facts, device)
        if manifest.beside != self.head.manifest.beside:
            beside = _load_beside(manifest.beside, device, self.encoder.dtype)
        return HeadClassifier(self.encoder, head, beside)

    def logits(self, texts: Sequence[str]) -> torch.Tensor:
        """Logits of texts, (n, C), uncalibrated."""
        return self.head.logits(embedding.embed_joined((self.encoder, *self.beside), texts))

    def pair_logits(self, pairs: Sequence[TextPair]) -> torch.Tensor:
        """Logits of pairs, (n, C): the mean of both orders of the two texts."""
        both = [*pairs, *((b, a) for a, b in pairs)]
        rows = embedding.embed_tokens(self.encoder, self.encoder.tokenize_pairs(both))
        first, second = self.head.logits(rows).chunk(2)
        return (first + second) / 2

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """Logits (n, C) -> probabilities (n, C), calibrated by the manifest's temperature."""
        return (logits / self.head.manifest.temperature).softmax(1)


def _describe_encoder(manifest: HeadManifest) -> tuple[object, ...]:
    """Equal for heads over the same first encoder."""
    return (manifest.base, manifest.base_sha256, manifest.adapter_sha256, manifest.taps)


def _load_beside(base: BesideBase | None, device: str, dtype: Dtype) -> tuple[Encoder, ...]:
    """Load the bare second base, if there is one. Raises IncompatibleHead for other weights, and
    Undescribed.
    """
    if base is None:
        return ()
    folder = WEIGHTS / base.name
    facts = describe.read_base_facts(folder)
    if facts.fingerprint != base.sha256:
        raise IncompatibleHead(
            f"the head was trained beside {base.name} {base.sha256[:8]}, not "
            f"{facts.fingerprint[:8]}; train it again"
        )
    encoder = Encoder(folder, device, taps=base.taps)
    encoder.convert(dtype)
    return (encoder,)
