"""The shops of the corpus as frozen values: what each knows, and what its followers write."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from models.encoder.bundle import MODELS

SHOPS = MODELS / "shops"
CARE = Path(__file__).parents[2] / "safety" / "care_messages.tsv"

Split = Literal["train", "tune", "test"]
Kind = Literal[
    "answerable", "near", "follow_up", "several", "slot_reply", "basic", "manners", "open"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Entry:
    """A question with its answer, as the shop's operator wrote it."""

    id: str
    question: str
    variants: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Gold:
    """What a right reply rests on, and the facts that it must state.

    Any of `entries` is right. Without entries, `document` has the answer, under the heading
    `section` where one is named. `unknown` names what the shop knows nothing of.
    """

    facts: tuple[str, ...] = ()  # alternatives of one fact are separated by |
    entries: frozenset[str] = frozenset()
    document: str = ""
    section: str = ""
    unknown: str = ""

    @property
    def place(self) -> str:
        """Where the answer stands, for people."""
        if self.unknown:
            return f"unknown: {self.unknown}"
        inside = f"{self.document} {self.section}".strip()
        return "|".join(sorted(self.entries)) or inside


@dataclass(frozen=True)
class Case:
    """What one follower writes, turn by turn; which fields are set depends on the kind."""

    shop: str
    id: str
    kind: Kind
    turns: tuple[str, ...]
    style: str = "plain"
    gold: tuple[Gold, ...] = ()  # of the last turn; one for each part of a message with several
    intents: frozenset[str] = frozenset()  # of basic and manners: each of them is right
    value: str = ""  # of a slot_reply: what the follower says when asked, normalised
    why: str = ""  # of a near question: how it differs from what the shop knows
    tempting: str = ""  # of a near question: the entry or document that seems to answer it


@dataclass(frozen=True)
class Shop:
    """A fictional brand."""

    id: str
    brand: str
    trade: str
    hours: str
    about: tuple[str, ...]
    split: Split
    entries: tuple[Entry, ...]
    documents: Mapping[str, str]  # file name -> Markdown
    cases: tuple[Case, ...] = field(repr=False)


@dataclass(frozen=True)
class CareCase:
    """A message to look after, or one that only looks like it (`label` is none)."""

    text: str
    label: str

    @property
    def calls(self) -> bool:
        """Whether it must get the caring text."""
        return self.label != "none"


def load(
    split: Split | None, names: Collection[str] = (), folder: Path = SHOPS
) -> tuple[Shop, ...]:
    """The shops of a split, or those that are named; ordered by id.

    Raises ValueError with file and line where a row can't be read, or where no shop is left.
    """
    if missing := sorted(name for name in names if not (folder / name / "shop.json").is_file()):
        raise ValueError(f"{folder} has no shop {', '.join(missing)}")
    files = sorted(folder.glob("*/shop.json"))
    shops = [_shop(file.parent) for file in files if not names or file.parent.name in names]
    chosen = tuple(shop for shop in shops if names or split in {None, shop.split})
    if not chosen:
        raise ValueError(f"{folder} has no shop of the split {split}")
    return chosen


def load_care(file: Path = CARE) -> tuple[CareCase, ...]:
    """The messages of the care test, lines of label and text; none where there is no file.

    Raises ValueError with the number of a line that can't be read.
    """
    if not file.is_file():
        return ()
    cases = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        label, tab, text = line.partition("\t")
        if not (label and tab and text):
            raise ValueError(f"{file}, line {number}: no label and text with a tab between")
        cases.append(CareCase(text, label))
    return tuple(cases)


def _shop(folder: Path) -> Shop:
    try:
        about = json.loads((folder / "shop.json").read_text("utf-8"))
        fields = {name: str(about[name]) for name in ("brand", "trade", "hours")}
        split: Split = about["split"]
        sentences = tuple(map(str, about["about"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder / 'shop.json'}: {error!r}") from None
    documents = sorted((folder / "documents").glob("*.md"))
    return Shop(
        id=folder.name,
        about=sentences,
        split=split,
        entries=tuple(_rows(folder / "entries.jsonl", _entry)),
        documents={file.name: file.read_text("utf-8") for file in documents},
        cases=tuple(_rows(folder / "messages.jsonl", lambda row: _case(folder.name, row))),
        **fields,
    )


def _rows(file: Path, parse: Callable[[Mapping[str, Any]], Row]) -> list[Row]:
    rows = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            rows.append(parse(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{file}, line {number}: {error!r}") from None
    return rows


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(row["id"], row["question"], tuple(row["variants"]), row["answer"])


def _case(shop: str, row: Mapping[str, Any]) -> Case:
    kind = row["kind"]
    if kind not in KINDS:
        raise ValueError(f"no kind {kind!r}")
    return Case(
        shop=shop,
        id=row["id"],
        kind=kind,
        turns=tuple(row["turns"] if "turns" in row else [row["text"]]),
        style=row.get("style", "plain"),
        gold=_golds(row),
        intents=frozenset(row.get("intents", ())),
        value=row.get("value", ""),
        why=row.get("why", ""),
        tempting=row.get("tempting", ""),
    )


def _golds(row: Mapping[str, Any]) -> tuple[Gold, ...]:
    parts: Sequence[Mapping[str, Any]] = row.get("parts", [row] if "facts" in row else [])
    return tuple(
        Gold(
            facts=tuple(part.get("facts", ())),
            entries=frozenset(part["entry"].split("|")) if "entry" in part else frozenset(),
            document=part.get("document", ""),
            section=part.get("section", ""),
            unknown=part.get("unknown", ""),
        )
        for part in parts
    )
