"""Writes the card of a model that was trained on the user's files."""

from pathlib import Path

from models.encoder import manifests
from models.encoder.click_scale import ClickScale
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

CLICK_CARD_TEXT = """# $version

Predicts click rates of texts over $base `$short_sha256`: $method. Seed $seed, $date.
$precision

Learnt from $data:

$sources

$scale
Headlines of other languages and trades are a weak guide to a shop's texts: train on
with the counts of your own experiments (`train ctr --own FILE`).

On the tests held out, which chose nothing: the penalty and the scale come from a fold of the
others. Baselines learnt from the same rows:

| figure | value |
|---|---|
$numbers
"""


def write_card(manifest: HeadManifest, folder: Path) -> None:
    """Write the card as README.md in `folder`."""
    facts = _click_facts(manifest.clicks) if manifest.clicks else {}
    manifests.write_card(
        folder,
        CLICK_CARD_TEXT if manifest.clicks else CARD_TEXT,
        manifest,
        **facts,
        classes=len(manifest.labels),
        short_sha256=manifest.base_sha256[:12],
        precision=manifest.precision,
        data=manifests.format_sizes(manifest.data, " rows"),
    )


def _click_facts(scale: ClickScale) -> dict[str, str]:
    rows = [
        f"| {each.name} | {each.account or 'public'} | {each.rows:,} | {each.impressions:,} "
        f"| {manifests.format_sizes(each.languages)} |"
        for each in scale.sources
    ]
    return {
        "sources": "\n".join(
            [
                "| source | account | rows | impressions | languages |",
                "|---|---|---|---|---|",
                *rows,
            ]
        ),
        "scale": (
            f"A score of 1 adds {scale.slope:.2f} to the log-odds of a click. Texts of one test "
            f"differ from the prediction by {scale.text_spread:.2f} (standard deviation of "
            f"log-odds), levels of tests by {scale.level_spread:.2f}."
        ),
    }
