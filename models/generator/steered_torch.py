"""Writes one answer by transformers, held to a JSON schema by a mask of logits, or drawn by a seed.

For GPUs, where masks cost nothing beside the model; tested on a CPU, never run on a GPU. It shares
the weights with the model of the batch, which has another attention.
"""

import copy
import threading
import time
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)

from models.generator.json_grammar import JsonConstraint
from models.generator.prompts import ChatTokenizer

BITS = 32  # tokens in an element of a mask


@dataclass(slots=True, kw_only=True)
class TorchChat:
    """A chat to answer: `ids` up to where the answer begins, at most `most` tokens of it.

    deadline: of time.monotonic(). temperature: None: each token is the likeliest.
    """

    ids: list[int]
    most: int
    deadline: float
    constraint: JsonConstraint | None = None
    temperature: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TorchAnswer:
    """The tokens of an answer; `finished`: it ended by itself, and was not cut and closed."""

    token_ids: list[int]
    finished: bool


class SteeredTorchWriter:
    """Writes one answer at a time."""

    def __init__(self, model: Any, chats: ChatTokenizer) -> None:
        """`model`: before its attention is changed for a batch; its weights are shared."""
        shared = {id(weight): weight for weight in model.parameters()}
        self._model = copy.deepcopy(model, shared)
        self._chats = chats
        self._one_at_a_time = threading.Lock()

    def write(self, chat: TorchChat) -> TorchAnswer:
        """An answer. What is cut by its deadline or by `most` is closed, so that its JSON is whole.

        Equal seeds give equal answers.
        """
        with self._one_at_a_time, torch.random.fork_rng(self._list_devices()):
            torch.manual_seed(chat.seed)
            token_ids = self._generate(chat)
        is_ended = token_ids[-1:] == [self._chats.end]
        token_ids = [each for each in token_ids if each != self._chats.end]
        if chat.constraint is None:
            return TorchAnswer(token_ids, is_ended)
        is_complete = chat.constraint.is_complete
        return TorchAnswer(token_ids + chat.constraint.close(), is_complete)

    def _generate(self, chat: TorchChat) -> list[int]:
        """The tokens after the chat's, with the one that ends an answer."""
        if time.monotonic() >= chat.deadline:
            return []
        ids = torch.tensor([chat.ids], device=self._model.device)
        mask = GrammarMask(chat.constraint, len(chat.ids), self._chats.end)
        drawing = {"do_sample": True, "temperature": chat.temperature, "top_k": 0}
        with torch.inference_mode():
            output = self._model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=chat.most,
                logits_processor=LogitsProcessorList([mask] if chat.constraint else []),
                stopping_criteria=StoppingCriteriaList([Deadline(chat.deadline)]),
                eos_token_id=self._chats.end,
                pad_token_id=self._chats.end,
                **(drawing if chat.temperature else {"do_sample": False}),
            )
        token_ids: list[int] = output[0, len(chat.ids) :].tolist()
        mask.follow(token_ids)
        return token_ids

    def _list_devices(self) -> list[Any]:
        return [self._model.device] if self._model.device.type == "cuda" else []


class GrammarMask(LogitsProcessor):
    """Leaves only the tokens that a schema allows after those that are written."""

    def __init__(self, constraint: JsonConstraint | None, start: int, end: int) -> None:
        """`start`: tokens of the prompt. `end`: the token that ends an answer."""
        self._constraint = constraint
        self._start = start
        self._end = end
        self._followed = 0  # tokens of the answer that the constraint has taken

    def follow(self, token_ids: list[int]) -> None:
        """Tell the constraint the tokens of the answer that it hasn't taken yet."""
        for token_id in token_ids[self._followed :]:
            if self._constraint and token_id != self._end:
                self._constraint.accept(token_id)
        self._followed = len(token_ids)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores (1, vocabulary) with minus infinity for what doesn't fit."""
        if self._constraint is None:
            return scores
        self.follow(input_ids[0, self._start :].tolist())
        allowed = torch.zeros(scores.shape[-1], dtype=torch.bool)
        if self._constraint.is_complete:
            allowed[self._end] = True
        else:
            mask = torch.zeros(-(-len(allowed) // BITS), dtype=torch.int32)
            self._constraint.fill_mask(mask)
            bits = (mask.unsqueeze(-1) >> torch.arange(BITS, dtype=torch.int32)) & 1
            allowed = bits.flatten()[: len(allowed)].bool()
        return scores.masked_fill(~allowed.to(scores.device), float("-inf"))


class Deadline(StoppingCriteria):
    """Stops an answer when its time is over."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __call__(self, input_ids: torch.Tensor, _scores: Any, **_: Any) -> torch.Tensor:
        """Whether each answer of the batch is over."""
        is_over = time.monotonic() >= self._deadline
        return torch.full((input_ids.shape[0],), is_over, device=input_ids.device)
