"""Writes the card of intents that were trained from the operator's examples."""

from collections.abc import Mapping
from pathlib import Path

from models.encoder import manifests
from models.encoder.heads import HeadManifest
from models.intent.taxonomy import Taxonomy

CARD_TEXT = """# What a follower wants: own intents

`$version`, trained $date. $sentence. It sits
over the adapter of `$shipped` and is refused over another: train it again then.

Base $base, sha256 `$base_sha256`. Texts: $data.
Temperature $temperature, threshold $threshold.
$precision

## Own intents

Recognised: when held out, in cross-validation.

| id | title | examples | recognised |
|---|---|--:|--:|
$own

## Numbers

| number | value |
|---|--:|
$numbers

## Limits

- A few examples are a small sample: with others these numbers move by several points.
- The examples are the operator's: customers write differently. Look at what they ask
  after a week, and add what was missed.
"""


def write_card(
    folder: Path,
    manifest: HeadManifest,
    kinds: Taxonomy,
    right: Mapping[str, tuple[int, int]],
    shipped: str,
) -> None:
    """Write the card as README.md in `folder`. `right`: own intent -> held-out examples recognised,
    and all; `shipped`: version of the shipped intents.
    """
    own = [
        f"| {name} | {_escape_cell(kinds.by_id[name].title)} | {count} | {recognised} |"
        for name, (recognised, count) in right.items()
    ]
    manifests.write_card(
        folder,
        CARD_TEXT,
        manifest,
        sentence=manifest.method[0].upper() + manifest.method[1:],
        shipped=shipped,
        precision=manifest.precision,
        own="\n".join(own),
    )


def _escape_cell(title: str) -> str:
    return " ".join(title.replace("|", "\\|").split())
