"""Trains the shipped care head and writes its card."""

from pathlib import Path

from models.data import corpus
from models.encoder import bundle, heads, manifests
from models.encoder.encoder import Encoder
from models.encoder.heads import HeadManifest
from models.hub.sources import E5_SMALL
from models.intent import taxonomy
from models.search import shops
from models.training import care_head

# Words of the shops' messages about a reaction to goods, which aren't ordinary messages.
REACTIONS = ("脸烂", "脸肿", "脱皮", "起疹", "用了过敏", "又红又痛", "一直吐", "出血", "发烧", "肿")
SHARES = 5  # of the shops' messages one in so many is read: all would outweigh the examples


def train_shipped_care_head(data: Path, base: Path, date: str) -> list[HeadManifest]:
    """Train over the shipped adapter and write to models/care; repeat when the adapter changes."""
    adapter = bundle.load_shipped_adapter()
    encoder = Encoder(base, adapter=adapter)
    ordinary = {
        "cic": [row.text for row in corpus.read_cic(data)],
        "taxonomy": [text for kind in taxonomy.load_taxonomy().intents for text in kind.examples],
        "shops": shop_messages(),
    }
    config = care_head.CareHeadConfig()
    texts = [text for part in ordinary.values() for text in part]
    trained = care_head.train_care_head(
        encoder, texts, config, lambda line: print(line, flush=True)
    )
    manifest = heads.write_head(bundle.CARE, trained.head.weight, trained.head.bias, {
        "task": care_head.NAME,
        "labels": care_head.LABELS,
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.fingerprint,
        "adapter_sha256": adapter.sha256,
        "method": "multinomial logistic regression over pooled middle layers and the last",
        "seed": 0,
        "date": date,
        "data": {"examples": len(corpus.read_labelled_texts(care_head.EXAMPLES))}
        | {name: len(part) for name, part in ordinary.items()},
        "temperature": 1.0,
        "threshold": trained.threshold,
        "metrics": trained.metrics,
        "taps": trained.taps,
        "dtype": encoder.dtype,
        "training_dtype": "fp32",
    })  # fmt: skip
    write_card(manifest)
    return [manifest]


def shop_messages() -> list[str]:
    """A share of the messages and entries' questions of the training shops, without those about
    REACTIONS.
    """
    texts: list[str] = []
    for shop in shops.list_shops("train"):
        folder = shops.FOLDER / shop
        for entry in shops.read_json_lines(folder / "entries.jsonl"):
            texts += [entry["question"], *entry.get("variants", [])]
        messages = shops.read_json_lines(folder / "messages.jsonl")
        texts += [row["text"] for row in messages if isinstance(row.get("text"), str)]
    shared = (text for text in texts if corpus.assign_fold(text, SHARES) == 0)
    return [text for text in shared if not any(word in text for word in REACTIONS)]


def write_card(manifest: HeadManifest) -> None:
    """Fill card.template.md and write it as README.md beside the head."""
    template = (bundle.CARE / "card.template.md").read_text(encoding="utf-8")
    adapter = manifest.adapter_sha256[:12]
    manifests.write_card(bundle.CARE, template, manifest, base=E5_SMALL.origin, adapter=adapter)
