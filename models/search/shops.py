"""Reads the corpus of shops: each shop's entries, documents and followers' questions."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from models.search.windows import split_windows

FOLDER = Path(__file__).parent.parent / "shops"
Split = Literal["train", "tune", "test"]


@dataclass(frozen=True)
class Unit:
    """A candidate: an entry with its question and variants, or one window of a document's chunk."""

    owner: str  # the entry, or the document and its section
    headings: tuple[str, ...]
    text: str
    is_chunk: bool = False


@dataclass(frozen=True)
class ShopQuestion:
    """A question and the units that answer it; an empty `gold`: the shop has no answer."""

    text: str
    kind: str
    gold: frozenset[int]  # indices of units
    without: tuple[int, int] | None = None  # (unit, heading) with this very text: left out


@dataclass(frozen=True)
class Shop:
    """One brand of the corpus."""

    id: str
    split: Split
    units: tuple[Unit, ...]
    questions: tuple[ShopQuestion, ...]


def read_shops(folder: Path = FOLDER, *, test: bool = False) -> list[Shop]:
    """The shops of the splits train and tune; with `test`, those of the split test."""
    shops = [_read_shop(file.parent) for file in sorted(folder.glob("*/shop.json"))]
    return [shop for shop in shops if (shop.split == "test") == test]


def list_shops(split: Split, folder: Path = FOLDER) -> list[str]:
    """The ids of a split's shops, sorted."""
    shops = sorted(file.parent for file in folder.glob("*/shop.json"))
    return [shop.name for shop in shops if _read_facts(shop)["split"] == split]


def read_json_lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a file of the corpus, one a line."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def _read_facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "shop.json").read_text(encoding="utf-8"))
    return facts


def _read_shop(folder: Path) -> Shop:
    facts = _read_facts(folder)
    units = [*_read_entries(folder), *_read_windows(folder)]
    messages = read_json_lines(folder / "messages.jsonl")
    questions = [_parse_question(row, units) for row in messages if row["kind"] in KINDS]
    return Shop(facts["id"], facts["split"], tuple(units), (*questions, *_ways_to_ask(units)))


KINDS = frozenset({"answerable", "near", "open", "manners"})


def _read_entries(folder: Path) -> Iterator[Unit]:
    for row in read_json_lines(folder / "entries.jsonl"):
        yield Unit(row["id"], (row["question"], *row["variants"]), row["answer"])


def _read_windows(folder: Path) -> Iterator[Unit]:
    for file in sorted((folder / "documents").glob("*.md")):
        for title, text in read_sections(file.read_text(encoding="utf-8")):
            for window in split_windows(text):
                yield Unit(f"{file.name}#{title}", (title,), window, is_chunk=True)


def read_sections(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield (headings, text) by section, as imports do; a table row: 「head：cell；head：cell」."""
    headings: list[str] = []
    lines: list[str] = []
    for line in [*markdown.splitlines(), "# "]:
        if match := re.match(r"(#+)\s*(.*)", line):
            if text := _render_lines(lines):
                yield " > ".join(headings), text
            depth = len(match[1])
            headings, lines = [*headings[: depth - 1], match[2].strip()], []
        else:
            lines.append(line.strip())


def _render_lines(lines: list[str]) -> str:
    rows, head = [], None
    for line in lines:
        if not line.startswith("|"):
            head = None
            rows.append(line)
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if head is None:
            head = cells
        elif not set("".join(cells)) <= set("-: "):
            pairs = zip(head, cells, strict=False)
            rows.append("；".join(f"{name}：{cell}" for name, cell in pairs if cell))
    return "\n".join(row for row in rows if row)


def _parse_question(row: Mapping[str, Any], units: list[Unit]) -> ShopQuestion:
    text = row["text"]
    if row["kind"] != "answerable":
        return ShopQuestion(text, row["kind"], frozenset())
    if "entry" in row:
        owners = set(row["entry"].split("|"))
        gold = {at for at, unit in enumerate(units) if unit.owner in owners}
        return ShopQuestion(text, row["kind"], frozenset(gold))
    return ShopQuestion(text, row["kind"], frozenset(_gold_windows(row, units)))


def _gold_windows(row: Mapping[str, Any], units: list[Unit]) -> set[int]:
    """Windows of the section that state one of the facts; where none does, of the document."""
    of_document = {
        at for at, unit in enumerate(units) if unit.owner.startswith(f"{row['document']}#")
    }
    stating = {at for at in of_document if _states_fact(units[at], row["facts"])}
    section = _squeeze(row.get("section", "").lstrip("#"))
    within = {at for at in stating if section in _squeeze(units[at].headings[0])}
    return within or stating


def _states_fact(unit: Unit, facts: list[str]) -> bool:
    text = _squeeze(unit.headings[0] + unit.text)
    return any(_squeeze(way) in text for fact in facts for way in fact.split("|"))


def _squeeze(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _ways_to_ask(units: list[Unit]) -> Iterator[ShopQuestion]:
    """Each entry's question and variants as questions, to be answered without that heading."""
    for at, unit in enumerate(units):
        if not unit.is_chunk:
            for place, heading in enumerate(unit.headings):
                yield ShopQuestion(heading, "variant", frozenset({at}), (at, place))
