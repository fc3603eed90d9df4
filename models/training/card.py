"""Writes the card of a model that was trained on the user's files."""

from pathlib import Path

from models.encoder import manifests
from models.encoder.heads import HeadManifest

CARD_TEXT = """# $version

$classes labels over $base `$short_sha256`; $method. Seed $seed, $date.
$precision

Learnt from $data. Temperature $temperature, threshold $threshold.

On the rows held out, which also chose the epoch and the temperature:

| figure | value |
|---|---|
$numbers
"""


def write_card(manifest: HeadManifest, folder: Path) -> None:
    """Write the card as README.md in `folder`."""
    manifests.write_card(
        folder,
        CARD_TEXT,
        manifest,
        classes=len(manifest.labels),
        short_sha256=manifest.base_sha256[:12],
        precision=manifest.precision,
        data=manifests.format_sizes(manifest.data, " rows"),
    )
