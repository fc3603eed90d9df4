"""Writes one answer held to a JSON schema, or varied by a seed, and pauses it for others.

CTranslate2 writes a run of tokens and calls back for each, but can't be told which tokens it may
choose. So a run is stopped at a token that doesn't fit the schema, the likeliest one that fits
takes its place, and the next run goes on after it. A paused answer loses nothing: its tokens are
read again when it goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from models.generator.int8 import ChatGeneration, Int8Writer, Sampling
from models.generator.json_grammar import JsonConstraint

RANKED = 32  # likeliest tokens, among which one that fits nearly always is


@dataclass(slots=True, kw_only=True)
class SteeredGeneration(ChatGeneration):
    """A chat whose answer is held to `constraint` and drawn by `sampling`.

    Equal seeds give equal answers, except after a pause. Without `sampling` each token is the
    likeliest.
    """

    constraint: JsonConstraint | None = None
    sampling: Sampling | None = None


def write_steered(
    model: Int8Writer, chat: SteeredGeneration, is_needed: Callable[[], bool]
) -> bool:
    """Go on with an answer. Returns whether it has ended; False: others need the model first.

    An answer that is cut by its deadline or by `most` is closed, so that its JSON is whole.
    """
    run = _Run(model, chat, is_needed)
    while not run.is_paused:
        if chat.constraint:
            chat.token_ids += chat.constraint.force()
            chat.finished = chat.finished or chat.constraint.is_complete
        if chat.finished or run.is_over:
            if chat.constraint:
                chat.token_ids += chat.constraint.close()
            return True
        run.advance()
    return False


@dataclass(slots=True)
class _Run:
    model: Int8Writer
    chat: SteeredGeneration
    is_needed: Callable[[], bool]
    is_paused: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the limit of tokens or the deadline is reached."""
        return len(self.chat.token_ids) >= self.chat.most or monotonic() >= self.chat.deadline

    def advance(self) -> None:
        """Write until the answer ends, others need the model, or a token doesn't fit."""
        most, chat = max(1, self.chat.most - len(self.chat.token_ids)), self.chat
        is_blocked = False

        def step(token_id: int) -> bool:
            nonlocal is_blocked
            is_blocked = not self._append(token_id)
            if is_blocked or chat.finished or self.is_over:
                return True
            self.is_paused = self.is_needed()
            return self.is_paused

        self.model.extend([*chat.ids, *chat.token_ids], most, step, chat.sampling)
        if is_blocked:
            self._replace_blocked()

    def _append(self, token_id: int) -> bool:
        """Append a token; False where it doesn't fit."""
        constraint = self.chat.constraint
        if constraint is None and token_id == self.model.chats.end:
            self.chat.finished = True
            return True
        if constraint and not constraint.accept(token_id):
            return False
        self.chat.finished = constraint is not None and constraint.is_complete
        self.chat.token_ids.append(token_id)
        return True

    def _replace_blocked(self) -> None:
        """Append the likeliest token that fits; where none of RANKED does, close the answer."""
        chat = self.chat
        ranked = self.model.rank_next([*chat.ids, *chat.token_ids], RANKED)
        if not any(self._append(token_id) for token_id in ranked) and chat.constraint:
            chat.token_ids += chat.constraint.close()
            chat.finished = True
