"""Questions and answers out of files, and as the tokens a causal language model learns from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.data import files, kinds
from models.data.files import BadData, DataColumn
from models.hub.errors import IncompatibleArchitecture

FEWEST = 10  # pairs
SYSTEM = DataColumn("system", required=False)  # of a pair
UNLEARNT = -100  # transformers' label of tokens that the loss passes over


@dataclass(frozen=True)
class ReplyPair:
    """What a follower asked and what a person answered."""

    question: str
    answer: str
    system: str = ""  # what a model is told before it; "" for what all pairs have


@dataclass(frozen=True)
class ReplyRows:
    """Pairs, each once, and where they came from."""

    pairs: list[ReplyPair]
    sizes: dict[str, int]  # file -> rows


@dataclass(frozen=True)
class ReplyExample:
    """A pair's tokens: the prompt's, then the answer's."""

    ids: list[int]
    prompt: int  # how many of them are the prompt's
    cut: bool  # question or answer was too long

    def features(self) -> dict[str, list[int]]:
        """As transformers' collators take it; only the answer is learnt."""
        labels = [UNLEARNT] * self.prompt + self.ids[self.prompt :]
        return {"input_ids": self.ids, "labels": labels}


@dataclass(frozen=True)
class ChatFormat:
    """How a model is spoken to: by its chat template, or line by line where it has none."""

    tokenizer: Any
    system: str = ""  # before a pair that has none of its own; "" leaves it to the template
    longest: int = 512  # tokens of a question with its answer

    def example(self, pair: ReplyPair) -> ReplyExample:
        """A question may take half of the tokens; what is left over is the answer's.

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
        # Apart, as they are when it answers: a token that spans both is never asked for.
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
        """What the model goes on from when it answers."""
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
        # Qwen3's template leaves room for thoughts unless it is told not to.
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


def read_reply_pairs(sources: Sequence[Path], names: Mapping[str, str]) -> ReplyRows:
    """The pairs of some files, each with its `system` where there is one.

    Raises BadData when they are too few to learn from.
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
