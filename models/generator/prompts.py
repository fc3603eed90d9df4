"""Renders chats with a model's template and converts between text and tokens."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

PLAIN = "{role}: {content}\n"  # for models without a template


class ChatTokenizer:
    """The tokenizer and chat template of the model in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    @property
    def end(self) -> int:
        """Id of the token that ends an answer."""
        return int(self.tokenizer.eos_token_id)

    def ids(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """Token ids of a chat, up to where the assistant's next message begins."""
        if not self.tokenizer.chat_template:
            text = "".join(PLAIN.format(**message) for message in messages) + "assistant: "
        else:
            # Qwen3's template makes the model think first unless told not to.
            text = self.tokenizer.apply_chat_template(
                [*messages], tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
        return self.encode(text)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, without special tokens around it."""
        token_ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return token_ids

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The vocabulary's strings of token ids."""
        token_texts: list[str] = self.tokenizer.convert_ids_to_tokens([*ids])
        return token_texts

    def text(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens and without a partial last character."""
        decoded_text: str = self.tokenizer.decode([*ids], skip_special_tokens=True)
        return decoded_text.rstrip("\ufffd").strip()

    def count(self, text: str) -> int:
        """Number of tokens of a text."""
        return len(self.encode(text))
