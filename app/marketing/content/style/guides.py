"""Style guides in the database: an account document."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.marketing.content.style.values import StyleGuide, StyleNote, StyleVersion
from app.publishing.rows import make_storable

NAME = "copy_style"  # of the account document
_GUIDE = TypeAdapter(StyleGuide)


@dataclass(frozen=True, slots=True)
class StyleGuides:
    """Reads and writes style guides."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    @property
    def _documents(self) -> AccountDocuments:
        return AccountDocuments(self.engine, NAME)

    async def read(self, account: str) -> tuple[StyleGuide, int]:
        """The guide and its revision; an empty one and 0 where there is none."""
        content, revision = await self._documents.read(account)
        return _GUIDE.validate_python(content or {}), revision

    async def write(self, account: str, guide: StyleGuide, over: int) -> int:
        """Store a guide over a revision; its new revision. Raises StaleRevision."""
        content = make_storable(_GUIDE.dump_python(guide, mode="json"))
        return await self._documents.write(account, content, over)

    async def write_notes(
        self, account: str, author: str, texts: list[tuple[str, str]], over: int
    ) -> int:
        """Replace the notes by (key, text) pairs; a pair without key is a new note.

        A learnt note that is left out isn't learnt again; one that is reworded is the author's.
        Raises StaleRevision.
        """
        guide, _ = await self.read(account)
        notes = {note.key: note for note in guide.notes}
        new_notes = tuple(_write_note(notes, key, text) for key, text in texts)
        version = StyleVersion(author=author, at=self.clock(), notes=new_notes)
        changed = replace(guide, dismissed=guide.dismissed.union(notes)).with_version(version)
        return await self.write(account, changed, over)

    async def erase(self, account: str) -> None:
        """Erase notes and their versions; what was approved so far isn't learnt from again."""
        _, revision = await self.read(account)
        await self.write(account, StyleGuide(since=self.clock()), revision)


def _write_note(notes: dict[str, StyleNote], key: str, text: str) -> StyleNote:
    """The note with a key, taken out of `notes`; a new one where there is none."""
    before = notes.pop(key, None)
    if before is not None and before.text == text:
        return before
    new_key = key if before is not None else f"written:{uuid.uuid4().hex[:8]}"
    return StyleNote(key=new_key, text=text, origin="written")
