"""Reads followers' messages of the corpus's shops with the intents that fit each.

Short openings and manners have their intents in the corpus. The longer questions of some shops were
labelled one by one in followers.jsonl, with no intent where none fits.
"""

from dataclasses import dataclass
from pathlib import Path

from models.encoder.bundle import INTENT
from models.search import shops as corpus
from models.search.shops import FOLDER, Split

FOLLOWERS = INTENT / "followers.jsonl"
WITH_INTENTS = ("basic", "manners")
QUESTION = "question"


@dataclass(frozen=True)
class ShopMessage:
    """A follower's message; `intents` are all that fit, () for a question that none fits."""

    shop: str
    kind: str
    text: str
    intents: tuple[str, ...]


def read_openings(split: Split, folder: Path = FOLDER) -> list[ShopMessage]:
    """Messages of the kinds WITH_INTENTS of a split's shops, by shop."""
    return [
        ShopMessage(shop, row["kind"], row["text"], tuple(row["intents"]))
        for shop in corpus.list_shops(split, folder)
        for row in corpus.read_json_lines(folder / shop / "messages.jsonl")
        if row["kind"] in WITH_INTENTS
    ]


def read_questions(
    split: Split, folder: Path = FOLDER, file: Path = FOLLOWERS
) -> list[ShopMessage]:
    """The questions of a split's shops that are labelled in `file`."""
    shops = corpus.list_shops(split, folder)
    return [
        ShopMessage(row["shop"], QUESTION, row["text"], tuple(row["intents"]))
        for row in corpus.read_json_lines(file)
        if row["shop"] in shops
    ]
