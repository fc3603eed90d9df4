"""Stores the result of an import: its report and, unless it was refused, all of its content."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import revisions
from app.db.engines import patient
from app.knowledge.documents import document_repository, document_service
from app.knowledge.documents.document_service import EmbeddedDocument
from app.knowledge.entries import repository as knowledge_repository
from app.knowledge.entries.repository import StoredEntry
from app.knowledge.imports import repository
from app.knowledge.imports.plan import Plan
from app.knowledge.imports.repository import LeasedImport
from app.knowledge.search.embedding import Vectors


@dataclass(frozen=True, slots=True)
class EmbeddedPlan:
    """A plan with vectors by id; without vectors where nothing is to be stored."""

    plan: Plan
    vectors: Mapping[str, Vectors] = field(default_factory=dict)

    @property
    def stored_entries(self) -> list[StoredEntry]:
        """The plan's entries with their vectors; none without vectors."""
        entries = self.plan.entries.values() if self.vectors else ()
        return [StoredEntry(entry, *self.vectors[entry.id]) for entry in entries]

    @property
    def embedded_documents(self) -> list[EmbeddedDocument]:
        """The plan's documents with the vectors of their chunks."""
        return [
            EmbeddedDocument(document, tuple(self.vectors[chunk.id] for chunk in document.chunks))
            for document in self.plan.documents.values()
        ]


async def store_result(
    engine: AsyncEngine,
    leased_import: LeasedImport,
    holder: str,
    last: dict[str, Any],
    content: EmbeddedPlan | None,
) -> bool:
    """Store the final state and the content in one transaction. False if the lease was lost.

    `last`: the import's final state, report and progress. `content`: None if there is nothing to
    store.
    """
    async with patient(engine).begin() as connection:
        if not await repository.finish_import(connection, leased_import, holder, last):
            return False
        if content:
            await _write_content(connection, leased_import.account, content)
    return True


async def _write_content(connection: AsyncConnection, account: str, content: EmbeddedPlan) -> None:
    revision = await revisions.next_revision(connection, account)
    await knowledge_repository.write(connection, account, revision, content.stored_entries)
    rows = await asyncio.to_thread(document_service.build_rows, content.embedded_documents)
    await document_repository.write(connection, account, revision, *rows)
