"""The sample shop's data: name, hours, entries, documents and suggested questions."""

import json
from pathlib import Path

from app.knowledge.documents.values import make_document_id
from app.knowledge.imports.repository import Upload
from app.knowledge.values import Entry
from app.messages.values import Text

ACCOUNT = "default"
BRAND, SERVICE_HOURS = "听壶茶铺", "每日 9:30–21:00"
SUGGESTIONS = (  # of entries, a document, an order and a person
    "龙井茶多少钱一斤",
    "送长辈买什么茶好",
    "没开的绿茶怎么存放",
    "订单 TH10240003 到哪了",
    "能寄到国外吗",
    "人工客服",
)
_FOLDER = Path(__file__).with_name("shop")
_ENTRIES = "entries.jsonl"


def read_uploads() -> list[Upload]:
    """The sample's files for the import; a document's source begins with the shop's name."""
    return [
        Upload(_source_name(path), path.read_bytes())
        for path in [_FOLDER / _ENTRIES, *sorted(_FOLDER.glob("*.md"))]
    ]


def read_entries() -> dict[str, Entry]:
    """The shipped entries by id."""
    rows = map(json.loads, (_FOLDER / _ENTRIES).read_text("utf-8").splitlines())
    return {
        row["id"]: Entry(
            row["id"], row["question"], tuple(row["variants"]), Text(content=row["answer"])
        )
        for row in rows
    }


def document_ids() -> list[str]:
    """The ids that the import gives the documents."""
    return [make_document_id(_source_name(path)) for path in sorted(_FOLDER.glob("*.md"))]


def _source_name(path: Path) -> str:
    return f"{BRAND}/{path.name}"
