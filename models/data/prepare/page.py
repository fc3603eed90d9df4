"""The report as Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FOR_PEOPLE = {
    "simplified": "traditional made simplified",
    "cut": "cut to 10,000 characters",
}


def page(report: Mapping[str, Any]) -> str:
    """One page; headings in both languages."""
    parts = [_head(report), _steps(report), _split(report), _classes(report), _texts(report)]
    parts += [_conflicts(report), _suspects(report), _words(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(report: Mapping[str, Any]) -> str:
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


def _steps(report: Mapping[str, Any]) -> str:
    changed = report["changed"]
    done = [(f"dropped: {why}", count) for why, count in report["rows"]["dropped"].items()]
    done += [(said, changed[name]) for name, said in FOR_PEOPLE.items() if changed[name]]
    done += [(f"masked: {kind}", count) for kind, count in changed["masked"].items()]
    return "## Cleaning 清洗\n\n" + _table(("step", "count"), done) if done else ""


def _split(report: Mapping[str, Any]) -> str:
    split = report["split"]
    return (
        "## Split 划分\n\n"
        + _table(("part", "rows"), split["rows"].items())
        + f"\n\n{split['groups']} groups of texts that are alike, the largest of"
        f" {split['largest_group']} rows; each lies in one part (seed {split['seed']})."
    )


def _classes(report: Mapping[str, Any]) -> str:
    found = report["balance"]
    if not found:
        return ""
    few = ", ".join(found["few"]) or "none"
    return (
        f"## Classes 类别\n\n{found['classes']} classes; the largest has"
        f" {found['largest_to_smallest']} times the examples of the smallest."
        f" With fewer than 8: {few}.\n\n" + _table(("class", "examples"), found["counts"].items())
    )


def _texts(report: Mapping[str, Any]) -> str:
    shares = {name: f"{share:.1%}" for name, share in report["scripts"].items()}
    return (
        "## Length in characters 长度\n\n"
        + _table(tuple(report["length"]), [tuple(report["length"].values())])
        + "\n\n## Scripts 文字\n\n"
        + _table(tuple(shares), [tuple(shares.values())])
    )


def _conflicts(report: Mapping[str, Any]) -> str:
    found = report["conflicts"]
    if not found["count"]:
        return ""
    rows = [
        (" / ".join(str(value) for name, value in row.items() if name not in {"labels", "kept"}),
         ", ".join(f"{label} ({count})" for label, count in row["labels"].items()),
         row["kept"] or "dropped")
        for row in found["first"]
    ]  # fmt: skip
    return f"## Same text, several labels 标签冲突: {found['count']}\n\n" + _table(
        ("text", "labels", "kept"), rows
    )


def _suspects(report: Mapping[str, Any]) -> str:
    found = report["suspects"]
    if not found["count"]:
        return f"## Suspected label errors 可疑标签\n\n{found['note']}"
    rows = [(row["text"], row["label"], row["suggested"]) for row in found["first"]]
    return f"## Suspected label errors 可疑标签: {found['count']}\n\n{found['note']}\n\n" + _table(
        ("text", "given", "suggested"), rows
    )


def _words(report: Mapping[str, Any]) -> str:
    rows = [(name, " ".join(words)) for name, words in report["words"].items()]
    return "## Telling words 特征词\n\n" + _table(("class", "words"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(value: object) -> str:
    """One line, short enough to read."""
    text = str(value).replace("|", "\\|")
    return text if len(text) <= 120 else text[:119] + "…"
