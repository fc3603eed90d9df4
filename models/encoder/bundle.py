"""Reads and checks bundles, the folders of trained models. Needs no base weights.

A bundle of intents has manifest.json and head.safetensors. Optional: an adapter, with it a
sentiment head in sentiment/, a care head in care/ and a comment head in comment/; a taxonomy.toml
with its own intents. What is missing is taken from the shipped bundle; an adapter without care/ or
comment/ means no such head.
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
COMMENT = MODELS / "comment"
BENCHMARKS = MODELS / "benchmarks"
ENGLISH_CLICKS = MODELS / "ctr" / "english"  # needs a second base, which is fetched by name


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Adapter, heads and taxonomy for the message path; all heads were trained over the adapter."""

    version: str  # of the intents; a separately promoted sentiment head's follows after a +
    adapter: Adapter
    intent: Head
    sentiment: Head
    taxonomy: Taxonomy
    care: Head | None = None  # None: the bundle has its own adapter and no care head over it
    comment: Head | None = None  # the same

    @classmethod
    def load(
        cls, intent: Path | None = None, sentiment: Path | None = None, device: str = "cpu"
    ) -> "Bundle":
        """Load the bundle `intent` (None: the shipped one) with the head in `sentiment` (None: the
        one that comes with `intent`).

        Raises IncompatibleAdapter, IncompatibleHead or BadTaxonomy when the parts don't fit.
        """
        intent = intent or INTENT
        adapter = load_own_adapter(intent) or load_shipped_adapter()
        head = Head.load(intent, E5_SMALL, adapter, device)
        mood = Head.load(sentiment or _sentiment_folder(intent), E5_SMALL, adapter, device)
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
            care=_load_beside(intent, CARE, adapter, device),
            comment=_load_beside(intent, COMMENT, adapter, device),
        )


def load_own_adapter(folder: Path, base: Fingerprinted = E5_SMALL) -> Adapter | None:
    """The adapter in a bundle's folder, None without one. Raises IncompatibleAdapter."""
    file = folder / adapters.FILE
    return Adapter.load(file, base) if file.exists() else None


def load_shipped_adapter() -> Adapter:
    """The adapter of the shipped intents, over which all shipped heads lie."""
    return Adapter.load(INTENT / adapters.FILE, E5_SMALL)


def load_taxonomy_of(intent: Path) -> Taxonomy:
    """The taxonomy in an intent bundle's folder, else the shipped one. Raises BadTaxonomy."""
    own = intent / taxonomy.NAME
    return taxonomy.load_taxonomy(own if own.exists() else taxonomy.FILE)


def read_head(folder: Path) -> Head:
    """The head of a bundle of any task. Checked against the bundle's adapter where it has one.

    Raises IncompatibleHead or IncompatibleAdapter.
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


def _load_beside(intent: Path, shipped: Path, adapter: Adapter, device: str) -> Head | None:
    """The head in the bundle's folder of the same name as `shipped`, else the shipped one; None for
    a bundle with an adapter and no such folder.
    """
    own = intent / shipped.name
    if own.exists():
        return Head.load(own, E5_SMALL, adapter, device)
    if intent != INTENT and (intent / adapters.FILE).exists():
        return None
    return Head.load(shipped, E5_SMALL, adapter, device)


def _check_bundle(intent: Path, head: Head, mood: Head, kinds: Taxonomy) -> None:
    unknown = [label for label in head.manifest.labels if label not in kinds.by_id]
    if unknown:
        raise IncompatibleHead(
            f"{intent / heads.WEIGHTS} knows {', '.join(unknown[:3])}, which its taxonomy doesn't"
        )
    if "positive" not in mood.manifest.labels:
        raise IncompatibleHead(f"{mood.manifest.version} has no label positive: it is no mood head")
