"""The plan of an import: entries and documents, with their places in the files, and faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.knowledge.documents.values import Chunk, Document, build_document
from app.knowledge.imports.formats.values import Fault, ImportItem, Part, Remark, Row
from app.knowledge.values import Entry, make_entry_id

KEEP_ONE = "keep one of them"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place in the uploaded files, such as a row of a table."""

    file: str
    at: str

    def __str__(self) -> str:
        return f"{self.file}, {self.at}" if self.at else self.file


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would store, by id; `places` has the ids of entries and chunks."""

    entries: Mapping[str, Entry]
    documents: Mapping[str, Document]
    places: Mapping[str, FilePlace]
    faults: tuple[Fault, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def chunks(self) -> list[Chunk]:
        """The chunks of all documents."""
        return [chunk for each in self.documents.values() for chunk in each.chunks]

    def is_refused(self, *, skip_faulty: bool) -> bool:
        """Whether there are faults that may not be skipped, or nothing else than faults."""
        empty = not self.entries and not self.documents
        return bool(self.faults) and (empty or not skip_faulty)


def build_plan(items: Sequence[ImportItem]) -> Plan:
    """Build the plan from parsed items. A repeated question or id is a fault: the first is kept."""
    faults = [each for each in items if isinstance(each, Fault)]
    remarks = tuple(each for each in items if isinstance(each, Remark))
    places: dict[str, FilePlace] = {}
    entries: dict[str, Entry] = {}
    for row in items:
        if isinstance(row, Row):
            entry = row.id or make_entry_id(row.question)
            if entry in entries:
                what = f"the same question or id stands in {places[entry]}"
                faults.append(Fault(row.file, row.at, what, KEEP_ONE))
                continue
            entries[entry] = Entry(entry, row.question, row.variants, row.answer)
            places[entry] = FilePlace(row.file, row.at)
    documents = {}
    for file, parts in _group_parts(items).items():
        new_document = build_document(
            parts[0].document, file, [(part.title, part.text) for part in parts]
        )
        documents[new_document.id] = new_document
        for chunk, part in zip(new_document.chunks, parts, strict=True):
            places[chunk.id] = FilePlace(part.file, part.at)
    return Plan(entries, documents, places, tuple(faults), remarks)


def drop_unreadable(plan: Plan, unreadable: Sequence[str]) -> Plan:
    """The plan without the entries and chunks of these ids, each of which becomes a fault."""
    if not unreadable:
        return plan
    unreadable_ids = set(unreadable)
    remedy = "write it in other words"
    faults = [
        Fault(plan.places[each].file, plan.places[each].at, "the model fails on it", remedy)
        for each in unreadable
    ]
    entries = {id: entry for id, entry in plan.entries.items() if id not in unreadable_ids}  # noqa: A001
    documents = {}
    for each in plan.documents.values():
        chunks = tuple(chunk for chunk in each.chunks if chunk.id not in unreadable_ids)
        if chunks:
            documents[each.id] = Document(each.id, each.title, each.source, chunks)
    return Plan(entries, documents, plan.places, (*plan.faults, *faults), plan.remarks)


def _group_parts(items: Sequence[ImportItem]) -> dict[str, list[Part]]:
    files: dict[str, list[Part]] = {}
    for part in items:
        if isinstance(part, Part):
            files.setdefault(part.file, []).append(part)
    return files
