"""The recommendation indexes of a worker: loaded once, kept up to date, fitted on a thread."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marketing.events.item_repository import Items
from app.marketing.events.items import Item
from app.marketing.recommend.fitting import FittedSignals, fit
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.item_events import ItemEvent
from app.marketing.recommend.loading import ItemEventFeed
from app.marketing.recommend.vectors.answer_vectors import load_answer_vectors
from app.marketing.recommend.vectors.item_vectors import MOST_NAMED, ItemEmbedder
from app.marketing.recommend.vectors.stored_vectors import AccountVectors, StoredVectors

OVERLAP = 30.0  # seconds before the last poll that are read again: rows are committed late
POLL_EVERY = 1.0  # seconds
QUICK_FIT = 0.5  # seconds: where the last fit took no longer, an answer waits for new items
SHARE_OF_TIME = 20.0  # a fit waits this many times as long as the last one took
LEARN_EVERY = 86_400.0  # seconds between two lessons of the rankers


@dataclass(slots=True, kw_only=True)
class IndexState:
    """An index and how far it was read; `since` in seconds since 1970, other times `monotonic`."""

    index: AccountIndex = field(default_factory=AccountIndex)
    since: float | None = None  # changes from then on are to be read; None: read all
    polled_at: float = -POLL_EVERY
    next_fit: float = 0.0
    fit_seconds: float = 0.0  # that the last fit took
    learned_at: float = -LEARN_EVERY
    model: str = ""  # that made the embeddings
    unembedded: dict[str, Item] = field(default_factory=dict)
    stored: AccountVectors | None = None  # vectors that aren't in memory
    event_ids: dict[str, float] = field(default_factory=dict)  # of late, with when recorded
    erased_pseudonyms: set[str] = field(default_factory=set)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_fresh(self) -> bool:
        """Whether it was polled just now."""
        return time.monotonic() - self.polled_at < POLL_EVERY

    @property
    def may_fit_at_once(self) -> bool:
        """Whether there are new items, and a fit is due that an answer can wait for."""
        is_due = time.monotonic() >= self.next_fit and self.fit_seconds <= QUICK_FIT
        return bool(self.unembedded) and is_due

    def take_items(self, items: Iterable[Item]) -> None:
        """Take items that are new or have changed."""
        index = self.index
        changed = [item for item in items if index.catalog.get(item.id) != item]
        self.unembedded |= {item.id: item for item in changed}
        index.put_items(changed)

    def take_events(self, events: Iterable[ItemEvent]) -> None:
        """Take events that weren't taken before."""
        fresh = [event for event in events if event.id not in self.event_ids]
        self.event_ids |= {event.id: event.recorded for event in fresh}
        self.index.take_events(fresh)

    def forget(self, pseudonyms: Iterable[str]) -> None:
        """Drop what is known of followers who were erased."""
        for pseudonym in set(pseudonyms) - self.erased_pseudonyms:
            self.index.activity.forget(pseudonym)
            self.erased_pseudonyms.add(pseudonym)

    def mark_polled(self, now: float) -> None:
        """Remember that everything recorded up to `now` was read, but for OVERLAP."""
        self.since, self.polled_at = now - OVERLAP, time.monotonic()
        since = self.since
        self.event_ids = {name: at for name, at in self.event_ids.items() if at >= since}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationIndexes:
    """Indexes by account."""

    feed: ItemEventFeed
    items: Items
    embedder: ItemEmbedder
    stored: StoredVectors | None = None  # None: all vectors are kept in memory
    clock: Callable[[], float] = time.time
    states: dict[str, IndexState] = field(default_factory=dict)
    loads: set[asyncio.Task[None]] = field(default_factory=set)

    async def get_current(self, account: str) -> AccountIndex:
        """The account's index with everything that was recorded up to POLL_EVERY ago.

        The first call loads and fits it, later ones only read what is new.
        """
        state = self._get_state(account)
        if not state.is_fresh:
            async with state.lock:
                await self._update(account, state)
        return state.index

    async def get_for_answer(
        self, account: str, pseudonym: str, question: np.ndarray | None = None
    ) -> AccountIndex:
        """The current index, with the vectors that an answer needs where not all are in memory."""
        index, stored = await self.get_current(account), self._get_state(account).stored
        if stored is None:
            return index
        return await load_answer_vectors(index, stored, pseudonym, question)

    async def load(self, accounts: Sequence[str], within: float) -> None:
        """Load the accounts' indexes; after `within` seconds the rest is loaded beside the caller.

        Raises what the database raises.
        """
        loading = asyncio.create_task(self._load_each(accounts))
        self.loads.add(loading)
        loading.add_done_callback(self.loads.discard)
        await asyncio.wait({loading}, timeout=within)
        if loading.done():
            loading.result()

    async def _load_each(self, accounts: Sequence[str]) -> None:
        for account in accounts:
            await self.get_current(account)

    def is_warm(self, account: str) -> bool:
        """Whether the account's index is loaded and fitted."""
        return self.get_fitted(account) is not None

    def get_fitted(self, account: str) -> FittedSignals | None:
        """What was fitted last, without a look for what is new."""
        return self._get_state(account).index.fitted

    async def refresh(self, accounts: Sequence[str]) -> None:
        """Keep indexes warm: read what is new, and fit again where something changed."""
        for account in accounts:
            state = self._get_state(account)
            async with state.lock:
                await self._update(account, state)
                if state.index.changes and time.monotonic() >= state.next_fit:
                    await self._fit(account, state, learns=True)

    def record_events(self, account: str, events: Sequence[ItemEvent]) -> None:
        """Take events that this worker makes itself, before they are read back."""
        self._get_state(account).take_events(events)

    def _get_state(self, account: str) -> IndexState:
        return self.states.setdefault(account, IndexState())

    async def _update(self, account: str, state: IndexState) -> None:
        if state.is_fresh:
            return
        now, since = self.clock(), state.since
        items = await self.items.list_changed(account, since or 0.0)
        if since is None:  # nobody asks this index yet, so that a thread may fill it
            await asyncio.to_thread(state.take_items, items)
        else:
            state.take_items(items)
        if not state.index.catalog.items:
            return
        if since is None:
            events = await self.feed.load_events(account)
            await asyncio.to_thread(state.take_events, events)
        else:
            state.take_events(await self.feed.load_new_events(account, since))
        state.forget(await self.feed.list_erased(account))
        state.mark_polled(now)
        if state.index.fitted is None or state.may_fit_at_once:
            await self._fit(account, state, learns=False)

    async def _fit(self, account: str, state: IndexState, *, learns: bool) -> None:
        began = time.monotonic()
        learns = learns and began - state.learned_at >= LEARN_EVERY
        await self._embed(account, state)
        source = state.index.copy_for_fit(self.clock(), learns=learns)
        state.index.fitted = await asyncio.to_thread(fit, source)
        ended = time.monotonic()
        state.fit_seconds = ended - began
        state.next_fit = ended + SHARE_OF_TIME * state.fit_seconds
        state.learned_at = ended if learns else state.learned_at

    async def _embed(self, account: str, state: IndexState) -> None:
        """Embed what is new; everything if the model is another."""
        version, index = self.embedder.search.version, state.index
        if version != state.model:
            state.unembedded = {item.id: item for item in index.catalog.items}
            index.embeddings, state.model = {}, version
        items, state.unembedded = list(state.unembedded.values()), {}
        if self.stored is not None and len(index.catalog.items) > self.stored.most_in_memory:
            for start in range(0, len(items), MOST_NAMED):
                await self.embedder.embed_items(account, items[start : start + MOST_NAMED])
            index.embeddings = {}
            state.stored = await self.stored.refresh(account, version)
        else:
            index.embeddings |= await self.embedder.embed_items(account, items)
            state.stored = None
