"""Chats as tokens of a model's own template."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

PLAIN = "{role}: {content}\n"  # for models without a template


class ChatTokenizer:
    """Text in, token ids out, and back."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    @property
    def end(self) -> int:
        """The token after an answer."""
        return int(self._tokenizer.eos_token_id)

    def ids(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """Of a chat that the model is to go on with."""
        if not self._tokenizer.chat_template:
            text = "".join(PLAIN.format(**message) for message in messages) + "assistant: "
        else:
            # Qwen3's template leaves room for thoughts unless it is told not to.
            text = self._tokenizer.apply_chat_template(
                [*messages], tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
        token_ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return token_ids

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """As the vocabulary writes them."""
        token_texts: list[str] = self._tokenizer.convert_ids_to_tokens([*ids])
        return token_texts

    def text(self, ids: Sequence[int]) -> str:
        """Without special tokens; half a character at a cut end is left out."""
        decoded_text: str = self._tokenizer.decode([*ids], skip_special_tokens=True)
        return decoded_text.rstrip("\ufffd").strip()

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])
