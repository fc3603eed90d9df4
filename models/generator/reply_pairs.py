"""Reads pairs of question and answer, and tokenizes them as training examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.data import files, kinds
from models.data.files import BadData, DataColumn
from models.encoder.embedding import ReportProgress, ignore_progress
from models.hub.errors import IncompatibleArchitecture

FEWEST = 10  # pairs
SYSTEM = DataColumn("system", required=False)  # a pair's own system prompt
UNLEARNT = -100  # transformers' label for tokens that the loss ignores


@dataclass(frozen=True)
class ReplyPair:
    """A follower's question and a person's answer."""

    question: str
    answer: str
    system: str = ""  # the pair's own system prompt; "": the common one


@dataclass(frozen=True)
class ReplyRows:
    """Distinct pairs, and how many rows each file gave."""

    pairs: list[ReplyPair]
    sizes: dict[str, int]  # file -> rows


@dataclass(frozen=True)
class ReplyExample:
    """A pair's tokens: the prompt's, then the answer's."""

    ids: list[int]
    prompt: int  # number of the prompt's tokens
    cut: bool  # question or answer was too long

    def features(self) -> dict[str, list[int]]:
        """The example for transformers' collators; the loss ignores the prompt."""
        labels = [UNLEARNT] * self.prompt + self.ids[self.prompt :]
        return {"input_ids": self.ids, "labels": labels}


@dataclass(frozen=True)
class ChatFormat:
    """Formats pairs by the model's chat template, or as plain lines where it has none."""

    tokenizer: Any
    system: str = ""  # system prompt for pairs without their own; "": the template's own
    longest: int = 512  # tokens of a question with its answer

    def example(self, pair: ReplyPair) -> ReplyExample:
        """Tokenize a pair, cut to `longest` tokens: the question to half, the answer to the rest.

        Raises BadData when nothing is left, IncompatibleArchitecture for a chat template whose
        prompt doesn't end where the answer begins.
        """
        question, cut = self._shorten_question(pair.question)
        prompt = self.prompt(question, pair.system)
        whole = self._render_whole(replace(pair, question=question))
        if not whole.startswith(prompt):
            raise IncompatibleArchitecture(
                "the chat template doesn't put an answer behind its prompt"
            )
        # Tokenized separately, as in generation, so that no token spans prompt and answer.
        prompt_ids, answered = self._tokenize(prompt), self._tokenize(whole[len(prompt) :].rstrip())
        room = self.longest - len(prompt_ids)
        if room < 1:
            raise BadData(
                f"a prompt takes {len(prompt_ids)} tokens of {self.longest}; allow longer examples"
            )
        return ReplyExample(
            [*prompt_ids, *answered[:room]], len(prompt_ids), cut or len(answered) > room
        )

    def prompt(self, question: str, system: str = "") -> str:
        """The text after which the model generates its answer."""
        if not self.tokenizer.chat_template:
            return f"{question}\n"
        return self._render(self._build_messages(question, system), add_generation_prompt=True)

    def _render_whole(self, pair: ReplyPair) -> str:
        if not self.tokenizer.chat_template:
            return f"{pair.question}\n{pair.answer}{self.tokenizer.eos_token}"
        answered = {"role": "assistant", "content": pair.answer}
        return self._render([*self._build_messages(pair.question, pair.system), answered])

    def _build_messages(self, question: str, system: str) -> list[dict[str, str]]:
        rules = system or self.system
        first = [{"role": "system", "content": rules}] if rules else []
        return [*first, {"role": "user", "content": question}]

    def _render(self, messages: Sequence[Mapping[str, str]], **how: bool) -> str:
        # Qwen3's template makes the model think first unless told not to.
        return str(
            self.tokenizer.apply_chat_template(
                messages, tokenize=False, enable_thinking=False, **how
            )
        )

    def _shorten_question(self, question: str) -> tuple[str, bool]:
        ids = self._tokenize(question)
        if len(ids) <= self.longest // 2:
            return question, False
        return str(self.tokenizer.decode(ids[: self.longest // 2])), True

    def _tokenize(self, text: str) -> list[int]:
        token_ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return token_ids


def read_reply_pairs(
    sources: Sequence[Path], names: Mapping[str, str], _: ReportProgress = ignore_progress
) -> ReplyRows:
    """Read pairs, with the column `system` where there is one; `names` maps our columns to theirs.

    Raises BadData for a file that can't be read and for fewer than FEWEST distinct pairs.
    """
    columns = (*kinds.KINDS["qa"].renamed(dict(names)).columns, SYSTEM)
    tables = [files.read_table(source, columns) for source in sources]
    values = [row.values for table in tables for row in table.rows]
    pairs = [
        ReplyPair(row["question"].strip(), row["answer"].strip(), row["system"].strip())
        for row in values
    ]
    once = list(dict.fromkeys(pair for pair in pairs if pair.question and pair.answer))
    if len(once) < FEWEST:
        raise BadData(
            f"{', '.join(map(str, sources))}: {len(once)} different pairs of question and answer"
            f" are too few; it takes {FEWEST}, and some hundreds to be worth it"
        )
    return ReplyRows(once, {table.path.name: len(table.rows) for table in tables})
