"""Reads followers' messages of the corpus's shops with the intents that fit each.

Short openings and manners have their intents in the corpus. The longer questions of some shops were
labelled one by one in followers.jsonl, with no intent where none fits.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.encoder.bundle import INTENT, MODELS

SHOPS = MODELS / "shops"
FOLLOWERS = INTENT / "followers.jsonl"
WITH_INTENTS = ("basic", "manners")
QUESTION = "question"

Split = Literal["train", "tune", "test"]


@dataclass(frozen=True)
class ShopMessage:
    """A follower's message; `intents` are all that fit, () for a question that none fits."""

    shop: str
    kind: str
    text: str
    intents: tuple[str, ...]


def read_openings(split: Split, folder: Path = SHOPS) -> list[ShopMessage]:
    """Messages of the kinds WITH_INTENTS of a split's shops, by shop."""
    return [
        ShopMessage(shop, row["kind"], row["text"], tuple(row["intents"]))
        for shop in _shops_of_split(split, folder)
        for row in _read_rows(folder / shop / "messages.jsonl")
        if row["kind"] in WITH_INTENTS
    ]


def read_questions(split: Split, folder: Path = SHOPS, file: Path = FOLLOWERS) -> list[ShopMessage]:
    """The questions of a split's shops that are labelled in `file`."""
    shops = _shops_of_split(split, folder)
    return [
        ShopMessage(row["shop"], QUESTION, row["text"], tuple(row["intents"]))
        for row in _read_rows(file)
        if row["shop"] in shops
    ]


def _shops_of_split(split: Split, folder: Path) -> list[str]:
    about = {
        file.parent.name: json.loads(file.read_text("utf-8"))
        for file in sorted(folder.glob("*/shop.json"))
    }
    return [shop for shop, facts in about.items() if facts["split"] == split]


def _read_rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
