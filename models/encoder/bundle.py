"""What was trained, read from its folders and checked. Needs no base weights.

A bundle of intents is a folder with manifest.json and head.safetensors. It may bring an adapter
of its own, and then a mood head over it in sentiment/ and a care head in care/; and a
taxonomy.toml with its own intents.
What it doesn't bring is the shipped one's.
"""

from dataclasses import dataclass
from pathlib import Path

from models.encoder import adapter as adapters
from models.encoder import heads
from models.encoder.adapter import Adapter
from models.encoder.heads import Head, IncompatibleHead
from models.hub.describe import Fingerprinted
from models.hub.sources import E5_SMALL
from models.intent import taxonomy
from models.intent.taxonomy import Taxonomy

MODELS = Path(__file__).parents[1]
INTENT, SENTIMENT, CARE = MODELS / "intent", MODELS / "sentiment", MODELS / "care"
BENCHMARKS = MODELS / "benchmarks"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """All that the message path needs over the base: both heads sit over the one adapter."""

    version: str  # of the intents; a mood head promoted apart is named behind a +
    adapter: Adapter
    intent: Head
    sentiment: Head
    taxonomy: Taxonomy
    care: Head | None = None  # None: a bundle brings an adapter, and no care head over it

    @classmethod
    def load(
        cls, intent: Path | None = None, sentiment: Path | None = None, device: str = "cpu"
    ) -> "Bundle":
        """The shipped intents when none are given; the mood that belongs to the intents likewise.

        Raises ForeignAdapter, ForeignHead or BadTaxonomy when something doesn't fit.
        """
        intent = intent or INTENT
        adapter = load_own_adapter(intent) or Adapter.load(INTENT / adapters.FILE, E5_SMALL)
        head = Head.load(intent, E5_SMALL, adapter, device)
        mood = Head.load(sentiment or _sentiment_folder(intent), E5_SMALL, adapter, device)
        care = _care_folder(intent)
        caring = Head.load(care, E5_SMALL, adapter, device) if care else None
        kinds = load_taxonomy_of(intent)
        _check_bundle(intent, head, mood, kinds)
        version = head.manifest.version
        version = f"{version}+{mood.manifest.version}" if sentiment else version
        return cls(
            version=version,
            adapter=adapter,
            intent=head,
            sentiment=mood,
            taxonomy=kinds,
            care=caring,
        )


def load_own_adapter(folder: Path, base: Fingerprinted = E5_SMALL) -> Adapter | None:
    """The adapter that a bundle brings. Raises ForeignAdapter when it is broken or foreign."""
    file = folder / adapters.FILE
    return Adapter.load(file, base) if file.exists() else None


def load_taxonomy_of(intent: Path) -> Taxonomy:
    """The taxonomy that a bundle of intents brings, else the shipped one. Raises BadTaxonomy."""
    own = intent / taxonomy.NAME
    return taxonomy.load_taxonomy(own if own.exists() else taxonomy.FILE)


def read_head(folder: Path) -> Head:
    """The head of any task's bundle, checked with its own adapter or without one.

    Raises ForeignHead or ForeignAdapter.
    """
    adapter = load_own_adapter(folder)
    return Head.load(folder, E5_SMALL, adapter) if adapter else Head.read(folder, E5_SMALL)


def _sentiment_folder(intent: Path) -> Path:
    own = intent / "sentiment"
    if own.exists():
        return own
    if intent != INTENT and (intent / adapters.FILE).exists():
        raise IncompatibleHead(f"{intent} brings an adapter but no sentiment/ with a head over it")
    return SENTIMENT


def _care_folder(intent: Path) -> Path | None:
    """None for a bundle with an adapter from before there were care heads."""
    own = intent / "care"
    if own.exists():
        return own
    return None if intent != INTENT and (intent / adapters.FILE).exists() else CARE


def _check_bundle(intent: Path, head: Head, mood: Head, kinds: Taxonomy) -> None:
    unknown = [label for label in head.manifest.labels if label not in kinds.by_id]
    if unknown:
        raise IncompatibleHead(
            f"{intent / heads.WEIGHTS} knows {', '.join(unknown[:3])}, which its taxonomy doesn't"
        )
    if "positive" not in mood.manifest.labels:
        raise IncompatibleHead(f"{mood.manifest.version} has no label positive: it is no mood head")
