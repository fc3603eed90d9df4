"""Removes the sample shop again; apart from its loading, since an api process imports no numpy."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from app.knowledge.documents.document_repository import DocumentStore
from app.knowledge.entries import entry_stream
from app.knowledge.entries.repository import EntryStore
from app.knowledge.imports.repository import ImportStore
from app.sample import shop, state
from app.sample.state import State


@dataclass(frozen=True, slots=True)
class ClearedSample:
    """Numbers erased; `changed_entries` were changed by the operator and kept."""

    entries: int
    documents: int
    changed_entries: int


async def clear_sample(engine: AsyncEngine) -> ClearedSample:
    """Erase the sample's documents, and its entries unless they were changed."""
    current = await state.read_state(engine)
    if current.import_id:
        await ImportStore(engine).cancel(current.import_id)
    shipped = shop.read_entries()
    there = {
        row.id: (row.question, tuple(row.variants), row.answer)
        async for rows in entry_stream.stream_entries(engine, shop.ACCOUNT)
        for row in rows
        if row.id in shipped
    }
    unchanged = [
        id for id, row in there.items()  # noqa: A001
        if row == (shipped[id].question, shipped[id].variants, shipped[id].answer)
    ]  # fmt: skip
    erased = await EntryStore(engine).delete(shop.ACCOUNT, unchanged) if unchanged else 0
    document_repository = DocumentStore(engine)
    documents = [await document_repository.delete(shop.ACCOUNT, id) for id in shop.document_ids()]  # noqa: A001
    await state.write_state(engine, State("cleared"))
    return ClearedSample(erased, sum(documents), len(there) - len(unchanged))
