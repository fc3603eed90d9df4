"""Runs `python -m models prepare`: files to a folder of clean, split examples and a report."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.data import files, kinds, split
from models.data.files import DataTable
from models.data.kinds import RowKind
from models.data.normalise import near_key
from models.data.prepare import folder, report, suspects, words
from models.data.prepare.clean import Cleaned, CleanedExample, clean_tables
from models.data.prepare.page import render_page
from models.data.split import PARTS, Shares

ALL = "all"  # the class of texts that have none


@dataclass(frozen=True, kw_only=True)
class PrepareOptions:
    """The options of `prepare`."""

    kind: RowKind
    shares: Shares
    seed: int = 7
    mask: bool = True
    simplify: bool = True
    stopwords: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class PreparedData:
    """Examples, the part and group of each, and suspected label errors."""

    cleaned: Cleaned
    parts: list[str]
    groups: list[str]
    doubts: list[report.Report]
    note: str  # how labels were judged, or why they weren't

    @property
    def labels(self) -> list[str]:
        """The label of each example, "" where it has none."""
        return [example.label for example in self.cleaned.examples]


def prepare_files(sources: Sequence[Path], out: Path, options: PrepareOptions) -> report.Report:
    """Write train, dev, test, suspects and report to `out`; the report is also returned.

    Raises BadData for what can't be read or may not be replaced, Unwritable for a full disk.
    """
    folder.check_output(out, sources, options.overwrite)
    stop = files.read_lines(options.stopwords) if options.stopwords else words.FUNCTION_WORDS
    tables = [files.read_table(source, (*options.kind.columns, kinds.SOURCE)) for source in sources]
    prepared = _split_and_judge(
        clean_tables(tables, options.kind, options.mask, options.simplify), options
    )
    full_report = _build_report(tables, prepared, options, stop)
    folder.write_folder(out, _render_contents(prepared, options.kind, full_report))
    return full_report


def _split_and_judge(cleaned: Cleaned, options: PrepareOptions) -> PreparedData:
    keys = [_group_keys(example, options.kind) for example in cleaned.examples]
    groups, labels = split.group_rows(keys), [example.label for example in cleaned.examples]
    parts = split.assign_parts(groups, labels, options.shares, options.seed)
    doubts, note = _find_suspects(cleaned, options)
    return PreparedData(cleaned, parts, groups, doubts, note)


def _group_keys(example: CleanedExample, kind: RowKind) -> list[str]:
    """The keys that no other part may share; ids are compared literally, texts by `near_key`."""
    values = example.values
    return [near_key(values[n]) if n in kind.texts else values[n] for n in kind.groups]


def _find_suspects(cleaned: Cleaned, options: PrepareOptions) -> tuple[list[report.Report], str]:
    if not (cleaned.labelled and options.kind.classifies):
        return [], "Only classes of single texts are judged."
    texts = [example.values["text"] for example in cleaned.examples]
    labels = [example.label for example in cleaned.examples]
    try:
        findings = suspects.find_suspects(texts, labels, options.seed)
    except suspects.TooFew as error:
        return [], f"Not judged: {error}."
    note = (
        f"By a plain cross-validated model that agrees with {findings.agreement:.0%} of the labels,"
        " the surest first. Read them: it is often wrong itself."
    )
    return [
        _describe_suspect(cleaned.examples[doubt.index], doubt) for doubt in findings.suspects
    ], note


def _describe_suspect(example: CleanedExample, suspect: suspects.Suspect) -> report.Report:
    return {
        "text": example.values["text"],
        "label": example.label,
        "suggested": suspect.suggested,
        "p_label": suspect.p_given,
        "p_suggested": suspect.p_suggested,
        "file": example.file,
        "line": example.line,
    }


def _build_report(
    tables: Sequence[DataTable],
    prepared: PreparedData,
    options: PrepareOptions,
    stop: Iterable[str],
) -> report.Report:
    cleaned, doubts = prepared.cleaned, prepared.doubts
    texts = [example.values[n] for example in cleaned.examples for n in options.kind.texts]
    return {
        "files": [str(table.path) for table in tables],
        "kind": options.kind.name,
        "columns": {str(table.path): table.names for table in tables},
        "recorded": cleaned.labelled and any(map(kinds.is_record, tables)),
        **report.summarise_steps(cleaned),
        "split": report.summarise_split(prepared.parts, prepared.groups, options.seed),
        "balance": report.summarise_balance(prepared.labels) if cleaned.labelled else None,
        "length": report.summarise_lengths(texts),
        "scripts": report.count_scripts(texts),
        "suspects": {
            "count": len(doubts), "note": prepared.note, "first": doubts[: report.ITEMS_IN_REPORT],
        },
        "words": _find_words(texts, prepared, options.kind, stop),
    }  # fmt: skip


def _find_words(
    texts: Sequence[str], prepared: PreparedData, kind: RowKind, stop: Iterable[str]
) -> dict[str, list[str]]:
    segmented = words.segment_texts(texts, stop)
    if prepared.cleaned.labelled and kind.classifies:
        return words.find_telling_words(segmented, prepared.labels)
    return {ALL: words.find_frequent_words(segmented)}


def _render_contents(
    prepared: PreparedData, kind: RowKind, full_report: report.Report
) -> dict[str, str]:
    rows = [_to_json_row(example, kind) for example in prepared.cleaned.examples]
    placed = list(zip(rows, prepared.parts, strict=True))
    contents = {
        f"{part}.jsonl": _to_jsonl(row for row, where in placed if where == part) for part in PARTS
    }
    return contents | {
        "suspects.jsonl": _to_jsonl(prepared.doubts),
        "report.json": json.dumps(full_report, ensure_ascii=False, indent=1) + "\n",
        "report.md": render_page(full_report),
    }


def _to_json_row(example: CleanedExample, kind: RowKind) -> report.Report:
    values = {n: int(v) if n in kind.counts else v for n, v in example.values.items()}
    return values | ({kind.label: example.label} if example.label else {})


def _to_jsonl(rows: Iterable[report.Report]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
