"""Trains the shipped comment head and writes its card."""

from pathlib import Path

from models.encoder import bundle, manifests
from models.encoder.encoder import Encoder
from models.encoder.heads import HeadManifest
from models.hub.sources import E5_SMALL
from models.training import comment_head, message_heads


def train_shipped_comment_head(base: Path, date: str) -> list[HeadManifest]:
    """Train over the shipped adapter, write to models/comment; repeat when the adapter changes."""
    adapter = bundle.load_shipped_adapter()
    encoder = Encoder(base, adapter=adapter)
    trained = comment_head.train_comment_head(
        encoder, progress=lambda line: print(line, flush=True)
    )
    facts = {
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.fingerprint,
        "adapter_sha256": adapter.sha256,
        "seed": 0,
        "date": date,
        "dtype": encoder.dtype,
        "training_dtype": "fp32",
    }
    manifest = message_heads.write_comment_head(trained, facts, bundle.COMMENT)
    write_card(manifest)
    return [manifest]


def write_card(manifest: HeadManifest) -> None:
    """Fill card.template.md and write it as README.md beside the head."""
    template = (bundle.COMMENT / "card.template.md").read_text(encoding="utf-8")
    adapter = manifest.adapter_sha256[:12]
    layers = f"{manifest.taps[0]} to {manifest.taps[-1]}"
    manifests.write_card(
        bundle.COMMENT, template, manifest, base=E5_SMALL.origin, adapter=adapter, layers=layers
    )
