"""Writes a taxonomy for intents known only as labels, with placeholder replies."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from models.intent import taxonomy
from models.intent.taxonomy import IntentDefinition, Taxonomy

REPLY = "您好，您关于“{title}”的问题我们收到了，马上为您核实，请稍候。"
GROUP = "own"


def write_own_taxonomy(
    labels: Sequence[str], folder: Path, titles: Mapping[str, str] | None = None
) -> None:
    """Write taxonomy.toml into `folder` with all labels; nothing if all are shipped and untitled.

    A label is an intent's id; a new one gets a reply that an operator should rewrite. `titles`: id
    of a shipped intent -> the operator's title.
    """
    shipped = taxonomy.load_taxonomy()
    titles_by_id = titles or {}
    if not titles_by_id and all(label in shipped.by_id for label in labels):
        return
    kinds = [_intent_for_label(label, shipped, titles_by_id) for label in labels]
    groups = [g for g in shipped.groups if g.id in {kind.group for kind in kinds}]
    lines = [_toml_table("groups", {"id": g.id, "title": g.title}) for g in groups]
    lines.append(_toml_table("groups", {"id": GROUP, "title": "自有意图"}))
    lines += [_toml_table("intents", _toml_fields(kind)) for kind in kinds]
    (folder / taxonomy.NAME).write_text("\n".join(lines), encoding="utf-8")


def _intent_for_label(label: str, shipped: Taxonomy, titles: Mapping[str, str]) -> IntentDefinition:
    kind = shipped.by_id.get(label) or _new_intent(label)
    return replace(kind, title=titles.get(label, kind.title))


def _new_intent(label: str) -> IntentDefinition:
    return IntentDefinition(
        id=label, title=label, group=GROUP, replies=(REPLY.format(title=label),)
    )


def _toml_fields(kind: IntentDefinition) -> dict[str, object]:
    return {
        "id": kind.id,
        "title": kind.title,
        "group": kind.group,
        "action": kind.action,
        "replies": list(kind.replies),
    }


def _toml_table(name: str, fields: dict[str, object]) -> str:
    """A TOML table of strings and lists of strings, written as JSON, which is valid TOML."""
    rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join([f"[[{name}]]", *rows, ""])
