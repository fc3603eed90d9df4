"""Writes the card of the search's network."""

import platform
from pathlib import Path

from models.encoder import manifests
from models.search.bundle import SearchManifest
from models.search.train import SearchConfig

CARD_TEXT = """# Whether a candidate answers a question

`$version`, trained $date on $machine. Written by
`python -m models rebuild --only search`; don't edit.

Question and candidate are read apart by $base (MIT) with low-rank changes
(LoRA, rank $rank) of its last $upper layers, so that a candidate is read once and kept. A
transformer of $layers layers and width $width then reads the token states of both, beside how
well each token is covered by the other text (MaxSim), whether the other text repeats it as it is
written, and how well the best of the other candidates covers it. It says P(the candidate answers
the question). All texts are read in simplified characters and lower case.

## Data

The corpus of shops in models/shops, written for this project: $shops shops of other trades than
those that tune and evaluate. Each question stands beside the six candidates of its own shop that
cover it best: $pairs pairs. No public set is used. $method.

## Numbers

Of the nine shops that tune (nothing was trained on them; the scale of the probabilities and both
thresholds are fitted on them, so these figures flatter). `make bench-answers` measures the whole
service on three shops that nothing was fitted on.

| number | value |
|---|---|
$numbers

## Limits

Chinese; the corpus holds a few questions in English. A near question
that differs from an entry by world knowledge alone (a brand's other name) may be answered wrongly.
A candidate is read up to 40 tokens of its heading and 70 of its text.
"""


def write_card(folder: Path, manifest: SearchManifest, config: SearchConfig) -> None:
    """Write README.md beside the weights in `folder`."""
    thresholds = {"sure": manifest.sure, "possible": manifest.possible}
    manifests.write_card(
        folder,
        CARD_TEXT,
        manifest,
        machine=platform.processor() or platform.machine(),
        rank=config.rank,
        upper=config.upper,
        layers=manifest.shape.layers,
        width=manifest.shape.width,
        shops=manifest.data["shops"],
        pairs=manifest.data["pairs"],
        numbers=manifests.format_rows({**manifest.metrics, **thresholds}),
    )
