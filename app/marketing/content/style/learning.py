"""Learns style notes from approved drafts, in a worker."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.errors import StaleRevision
from app.inference.ports import Writer
from app.marketing.content.style.approvals import ApprovedTexts
from app.marketing.content.style.edit_measures import measure_distance, measure_edit
from app.marketing.content.style.guides import StyleGuides
from app.marketing.content.style.suggestions import suggest_notes
from app.marketing.content.style.summary import summarise_edits
from app.marketing.content.style.values import (
    LEARNER,
    MOST_NOTES,
    StyleGuide,
    StyleNote,
    StyleVersion,
    TextEdit,
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleLearner:
    """Learns from approvals by rules, and by `writer` where there is one."""

    engine: AsyncEngine
    writer: Writer | None
    clock: Callable[[], float] = time.time

    async def learn(self) -> None:
        """Measure the edits of new approvals, and renew the notes of their accounts."""
        texts = ApprovedTexts(self.engine)
        new_texts = await texts.list_new()
        for text in new_texts:
            await texts.record(text, await asyncio.to_thread(measure_distance, text.edit))
        for account in dict.fromkeys(text.account for text in new_texts):
            await self._renew_notes(account)

    async def _renew_notes(self, account: str) -> None:
        guides = StyleGuides(self.engine)
        guide, revision = await guides.read(account)
        edits = await ApprovedTexts(self.engine).list_edits(account, guide.since)
        learnt = await asyncio.to_thread(_summarise, edits)
        notes = merge_notes(guide, (*learnt, *await self._suggest(guide, edits, learnt)))
        if notes == guide.notes:
            return
        version = StyleVersion(author=LEARNER, at=self.clock(), notes=notes)
        try:
            await guides.write(account, guide.with_version(version), revision)
        except StaleRevision:  # a person has just written them: the next approval renews them
            log.info("style_written_meanwhile", account=account)

    async def _suggest(
        self, guide: StyleGuide, edits: Sequence[TextEdit], learnt: Sequence[StyleNote]
    ) -> Sequence[StyleNote]:
        """The model's notes; those that there are where it doesn't answer."""
        stored = [note for note in guide.notes if note.origin == "model"]
        if self.writer is None:
            return stored
        known_notes = [note for note in guide.notes if note.origin == "written"]
        suggestions = await suggest_notes(self.writer, edits, (*known_notes, *learnt))
        return stored if suggestions is None else suggestions


def merge_notes(guide: StyleGuide, learnt: Sequence[StyleNote]) -> tuple[StyleNote, ...]:
    """What people wrote, then what was learnt, but for what people reworded or removed."""
    own_notes = [note for note in guide.notes if note.origin == "written"]
    decided_keys = guide.dismissed.union(note.key for note in own_notes)
    new_notes = [note for note in learnt if note.key not in decided_keys]
    return tuple([*own_notes, *new_notes][:MOST_NOTES])


def _summarise(edits: Sequence[TextEdit]) -> tuple[StyleNote, ...]:
    return summarise_edits([measure_edit(edit) for edit in edits])
