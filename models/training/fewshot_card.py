"""Renders the card of intents that were trained from the operator's examples."""

from collections.abc import Mapping

from models.encoder.heads import HeadManifest
from models.intent.taxonomy import Taxonomy

NAME = "README.md"


def render_card(
    manifest: HeadManifest, kinds: Taxonomy, right: Mapping[str, tuple[int, int]], shipped: str
) -> str:
    """The card as Markdown. `right`: own intent -> held-out examples recognised, and all;
    `shipped`: version of the shipped intents.
    """
    own = [
        f"| {name} | {_escape_cell(kinds.by_id[name].title)} | {count} | {recognised} |"
        for name, (recognised, count) in right.items()
    ]
    numbers = [f"| {name} | {value} |" for name, value in manifest.metrics.items()]
    data = ", ".join(f"{name} {count:,}" for name, count in manifest.data.items())
    return "\n".join([
        "# What a follower wants: own intents", "",
        f"`{manifest.version}`, trained {manifest.date}. {_capitalise(manifest.method)}. It sits",
        f"over the adapter of `{shipped}` and is refused over another: train it again then.", "",
        f"Base {manifest.base}, sha256 `{manifest.base_sha256}`. Texts: {data}.",
        f"Temperature {manifest.temperature}, threshold {manifest.threshold}.",
        manifest.precision, "",
        "## Own intents", "", "Recognised: when held out, in cross-validation.", "",
        "| id | title | examples | recognised |", "|---|---|--:|--:|", *own, "",
        "## Numbers", "", "| number | value |", "|---|--:|", *numbers, "",
        "## Limits", "",
        "- A few examples are a small sample: with others these numbers move by several points.",
        "- The examples are the operator's: customers write differently. Look at what they ask",
        "  after a week, and add what was missed.", "",
    ])  # fmt: skip


def _capitalise(method: str) -> str:
    return method[0].upper() + method[1:]


def _escape_cell(title: str) -> str:
    return " ".join(title.replace("|", "\\|").split())
