"""Renders the report of `prepare` as Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FOR_PEOPLE = {
    "simplified": "traditional made simplified",
    "cut": "cut to 10,000 characters",
}


def render_page(report: Mapping[str, Any]) -> str:
    """The report as one Markdown page, with headings in English and Chinese."""
    parts = [
        _render_head(report),
        _render_steps(report),
        _render_split(report),
        _render_classes(report),
        _render_texts(report),
    ]
    parts += [_render_conflicts(report), _render_suspects(report), _render_words(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _render_head(report: Mapping[str, Any]) -> str:
    rows, files = report["rows"], ", ".join(report["files"])
    remark = (
        "\n\nThe labels are the intents the bot answered by, not a person's judgement:"
        " read the suspects before you train on them."
        if report["recorded"]
        else ""
    )
    return (
        f"# Prepared data 数据整理报告\n\n{rows['kept']} of {rows['read']} rows of {files}.{remark}"
    )


def _render_steps(report: Mapping[str, Any]) -> str:
    changed_texts = report["changed"]
    step_rows = [(f"dropped: {why}", count) for why, count in report["rows"]["dropped"].items()]
    step_rows += [
        (description, changed_texts[name])
        for name, description in FOR_PEOPLE.items()
        if changed_texts[name]
    ]
    step_rows += [(f"masked: {kind}", count) for kind, count in changed_texts["masked"].items()]
    return "## Cleaning 清洗\n\n" + _render_table(("step", "count"), step_rows) if step_rows else ""


def _render_split(report: Mapping[str, Any]) -> str:
    split = report["split"]
    return (
        "## Split 划分\n\n"
        + _render_table(("part", "rows"), split["rows"].items())
        + f"\n\n{split['groups']} groups of texts that are alike, the largest of"
        f" {split['largest_group']} rows; each lies in one part (seed {split['seed']})."
    )


def _render_classes(report: Mapping[str, Any]) -> str:
    balance = report["balance"]
    if not balance:
        return ""
    few = ", ".join(balance["few"]) or "none"
    return (
        f"## Classes 类别\n\n{balance['classes']} classes; the largest has"
        f" {balance['largest_to_smallest']} times the examples of the smallest."
        f" With fewer than 8: {few}.\n\n"
        + _render_table(("class", "examples"), balance["counts"].items())
    )


def _render_texts(report: Mapping[str, Any]) -> str:
    shares = {name: f"{share:.1%}" for name, share in report["scripts"].items()}
    return (
        "## Length in characters 长度\n\n"
        + _render_table(tuple(report["length"]), [tuple(report["length"].values())])
        + "\n\n## Scripts 文字\n\n"
        + _render_table(tuple(shares), [tuple(shares.values())])
    )


def _render_conflicts(report: Mapping[str, Any]) -> str:
    conflicts = report["conflicts"]
    if not conflicts["count"]:
        return ""
    rows = [
        (" / ".join(str(value) for name, value in row.items() if name not in {"labels", "kept"}),
         ", ".join(f"{label} ({count})" for label, count in row["labels"].items()),
         row["kept"] or "dropped")
        for row in conflicts["first"]
    ]  # fmt: skip
    return f"## Same text, several labels 标签冲突: {conflicts['count']}\n\n" + _render_table(
        ("text", "labels", "kept"), rows
    )


def _render_suspects(report: Mapping[str, Any]) -> str:
    suspects = report["suspects"]
    if not suspects["count"]:
        return f"## Suspected label errors 可疑标签\n\n{suspects['note']}"
    rows = [(row["text"], row["label"], row["suggested"]) for row in suspects["first"]]
    return (
        f"## Suspected label errors 可疑标签: {suspects['count']}\n\n{suspects['note']}\n\n"
        + _render_table(("text", "given", "suggested"), rows)
    )


def _render_words(report: Mapping[str, Any]) -> str:
    rows = [(name, " ".join(words)) for name, words in report["words"].items()]
    return "## Telling words 特征词\n\n" + _render_table(("class", "words"), rows)


def _render_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_render_cell, line)) + " |" for line in lines)


def _render_cell(value: object) -> str:
    """One line, short enough to read."""
    text = str(value).replace("|", "\\|")
    return text if len(text) <= 120 else text[:119] + "…"
