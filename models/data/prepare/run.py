"""`python -m models prepare`: from files to a folder of clean, split examples and a report."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.data import files, kinds, split
from models.data.files import Table
from models.data.kinds import Kind
from models.data.normalise import near_key
from models.data.prepare import folder, report, suspects, words
from models.data.prepare.clean import Cleaned, Example, clean
from models.data.prepare.page import page
from models.data.split import PARTS, Shares

ALL = "all"  # the class of texts that have none


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be chosen."""

    kind: Kind
    shares: Shares
    seed: int = 7
    mask: bool = True
    simplify: bool = True
    stopwords: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class Prepared:
    """Examples, the part and the group of each, and what is doubtful about them."""

    cleaned: Cleaned
    parts: list[str]
    groups: list[str]
    doubts: list[report.Report]
    note: str  # how the doubts came about, or why there can't be any

    @property
    def labels(self) -> list[str]:
        return [example.label for example in self.cleaned.examples]


def prepare(sources: Sequence[Path], out: Path, options: Options) -> report.Report:
    """Write train, dev, test, suspects and report to `out`; the report is also returned.

    Raises BadData for what can't be read or may not be replaced, Unwritable for a full disk.
    """
    folder.check(out, sources, options.overwrite)
    stop = files.lines(options.stopwords) if options.stopwords else words.FUNCTION_WORDS
    tables = [files.read(source, (*options.kind.columns, kinds.SOURCE)) for source in sources]
    prepared = _prepared(clean(tables, options.kind, options.mask, options.simplify), options)
    found = _report(tables, prepared, options, stop)
    folder.write(out, _contents(prepared, options.kind, found))
    return found


def _prepared(cleaned: Cleaned, options: Options) -> Prepared:
    keys = [_keys(example, options.kind) for example in cleaned.examples]
    groups, labels = split.groups(keys), [example.label for example in cleaned.examples]
    parts = split.assign(groups, labels, options.shares, options.seed)
    doubts, note = _suspects(cleaned, options)
    return Prepared(cleaned, parts, groups, doubts, note)


def _keys(example: Example, kind: Kind) -> list[str]:
    """What no other part may share. Ids are no texts: every digit counts."""
    values = example.values
    return [near_key(values[n]) if n in kind.texts else values[n] for n in kind.groups]


def _suspects(cleaned: Cleaned, options: Options) -> tuple[list[report.Report], str]:
    if not (cleaned.labelled and options.kind.classifies):
        return [], "Only classes of single texts are judged."
    texts = [example.values["text"] for example in cleaned.examples]
    labels = [example.label for example in cleaned.examples]
    try:
        found = suspects.find(texts, labels, options.seed)
    except suspects.TooFew as error:
        return [], f"Not judged: {error}."
    note = (
        f"By a plain cross-validated model that agrees with {found.agreement:.0%} of the labels,"
        " the surest first. Read them: it is often wrong itself."
    )
    return [_doubt(cleaned.examples[doubt.index], doubt) for doubt in found.suspects], note


def _doubt(example: Example, suspect: suspects.Suspect) -> report.Report:
    return {
        "text": example.values["text"],
        "label": example.label,
        "suggested": suspect.suggested,
        "p_label": suspect.p_given,
        "p_suggested": suspect.p_suggested,
        "file": example.file,
        "line": example.line,
    }


def _report(
    tables: Sequence[Table], prepared: Prepared, options: Options, stop: Iterable[str]
) -> report.Report:
    cleaned, doubts = prepared.cleaned, prepared.doubts
    texts = [example.values[n] for example in cleaned.examples for n in options.kind.texts]
    return {
        "files": [str(table.path) for table in tables],
        "kind": options.kind.name,
        "columns": {str(table.path): table.names for table in tables},
        "recorded": cleaned.labelled and any(map(kinds.is_record, tables)),
        **report.steps(cleaned),
        "split": report.division(prepared.parts, prepared.groups, options.seed),
        "balance": report.balance(prepared.labels) if cleaned.labelled else None,
        "length": report.lengths(texts),
        "scripts": report.scripts(texts),
        "suspects": {
            "count": len(doubts), "note": prepared.note, "first": doubts[: report.SHOWN],
        },
        "words": _words(texts, prepared, options.kind, stop),
    }  # fmt: skip


def _words(
    texts: Sequence[str], prepared: Prepared, kind: Kind, stop: Iterable[str]
) -> dict[str, list[str]]:
    segmented = words.segment(texts, stop)
    if prepared.cleaned.labelled and kind.classifies:
        return words.telling(segmented, prepared.labels)
    return {ALL: words.frequent(segmented)}


def _contents(prepared: Prepared, kind: Kind, found: report.Report) -> dict[str, str]:
    rows = [_row(example, kind) for example in prepared.cleaned.examples]
    placed = list(zip(rows, prepared.parts, strict=True))
    contents = {
        f"{part}.jsonl": _jsonl(row for row, where in placed if where == part) for part in PARTS
    }
    return contents | {
        "suspects.jsonl": _jsonl(prepared.doubts),
        "report.json": json.dumps(found, ensure_ascii=False, indent=1) + "\n",
        "report.md": page(found),
    }


def _row(example: Example, kind: Kind) -> report.Report:
    values = {n: int(v) if n in kind.counts else v for n, v in example.values.items()}
    return values | ({kind.label: example.label} if example.label else {})


def _jsonl(rows: Iterable[report.Report]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
