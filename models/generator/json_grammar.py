"""Holds a model's answer to a JSON schema, token by token, by llguidance."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import llguidance.hf

from models.generator.prompts import ChatTokenizer

if TYPE_CHECKING:
    import torch

# What ends a value soonest, in this order; 。 is for strings that may not be empty.
CLOSING = ('"', "。", "]", "}", ",", " ", ":", "0")


class JsonGrammars:
    """Grammars over the vocabulary of one model. Building takes a second."""

    def __init__(self, chats: ChatTokenizer) -> None:
        self._chats = chats
        self._tokens = llguidance.hf.from_tokenizer(chats.tokenizer, eos_token=chats.end)
        self._closing = [ids[0] for text in CLOSING if (ids := chats.encode(text))]

    def begin(self, schema: Mapping[str, Any]) -> "JsonConstraint":
        """A constraint for one answer. Raises ValueError for a schema that isn't understood."""
        # Compact: a model that may indent spends its tokens on spaces.
        grammar = llguidance.LLMatcher.grammar_from_json_schema(
            json.dumps(schema),
            {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ",
             "json_allowed_escapes": '"\\n'},
        )  # fmt: skip
        matcher = llguidance.LLMatcher(self._tokens, grammar)
        if matcher.is_error():
            raise ValueError(f"the schema can't be held to: {matcher.get_error()}")
        return JsonConstraint(matcher, self._chats, self._closing, self._tokens.vocab_size)


class JsonConstraint:
    """Which tokens an answer may go on with. Each accepted token becomes part of the answer."""

    def __init__(
        self,
        matcher: llguidance.LLMatcher,
        chats: ChatTokenizer,
        closing: Sequence[int],
        size: int,
    ) -> None:
        """`size`: tokens of the tokenizer; a model's vocabulary often has spare rows after them."""
        self._size = size
        self._matcher = matcher
        self._chats = chats
        self._closing = closing

    @property
    def is_complete(self) -> bool:
        """Whether the answer is a whole JSON value that fits the schema."""
        return bool(self._matcher.is_stopped() or self._matcher.is_accepting())

    def accept(self, token_id: int) -> bool:
        """Append a token; False and no change where the schema doesn't allow it."""
        return self.allows(token_id) and bool(self._matcher.consume_token(token_id))

    def allows(self, token_id: int) -> bool:
        """Whether the answer may go on with a token."""
        return token_id < self._size and bool(self._matcher.validate_tokens([token_id]) == 1)

    def fill_mask(self, mask: "torch.Tensor") -> None:
        """Set the bits of the tokens that the answer may go on with; `mask`: zeros, (tokens / 32).

        As llguidance.torch does it, which would load a compiler at its import. Spare rows of the
        vocabulary, after the tokenizer's last token, stay forbidden.
        """
        row = mask[: -(-self._size // 32)]
        self._matcher.unsafe_compute_mask_ptr(row.data_ptr(), row.numel() * row.element_size())

    def force(self) -> list[int]:
        """Append what the schema leaves no choice about, such as `{"title": "`."""
        if self.is_complete:
            return []
        text = self._matcher.compute_ff_bytes().decode(errors="ignore")
        token_ids = self._chats.encode(text)
        appended = int(self._matcher.try_consume_tokens(token_ids))
        return token_ids[:appended]

    def close(self) -> list[int]:
        """Append the fewest tokens that make the answer whole; strings stay as they are."""
        token_ids: list[int] = []
        while not self.is_complete:
            forced = self.force()
            token_ids += forced
            if forced:
                continue
            token_id = next((each for each in self._closing if self.allows(each)), None)
            if token_id is None:
                token_id = self._first_allowed()
            self.accept(token_id)
            token_ids.append(token_id)
        return token_ids

    def _first_allowed(self) -> int:
        """The first token of the vocabulary that the schema allows."""
        mask = self._matcher.compute_bitmask()
        return next(
            8 * at + bit
            for at, byte in enumerate(mask)
            if byte
            for bit in range(8)
            if byte >> bit & 1
        )
