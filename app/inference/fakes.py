"""A classifier of rules and a writer of set words, for tests of the rooms around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.inference.ports import (
    Classifier,
    Intent,
    Judgement,
    Prompt,
    Suspicion,
    Unreadable,
    Writer,
    Written,
)

SPREAD = 256  # of the vectors: letters, whatever their order
INTENTS = {
    i.id: i
    for i in (
        Intent(
            "ask_ship_time", "买家咨询发货时间", "发货", "knowledge", ("{brand}请您留下订单号。",)
        ),
        Intent("greet", "买家打招呼", "寒暄", "reply", ("您好，{brand}为您服务。", "您好呀。")),
        Intent(
            "transfer_to_person", "转人工客服", "服务", "handoff", ("好的，我转给{brand}的同事。",)
        ),
        Intent("out_of_scope", "超出服务范围", "开放", "generate", ("这个我不太懂。",)),
    )
}


@dataclass
class FakeClassifier(Classifier):
    """Knows a few words; `毒` makes it fail, `?` makes it unsure."""

    words: Mapping[str, str] = field(
        default_factory=lambda: {
            "发货": "ask_ship_time",
            "好": "greet",
            "人工": "transfer_to_person",
        }
    )
    seen: list[list[str]] = field(default_factory=list)
    name: str = "fake-1"  # change it, and another model answers
    suspicions: Mapping[str, Suspicion] = field(default_factory=dict)  # by the whole text

    @property
    def version(self) -> str:
        return self.name

    @property
    def intents(self) -> Mapping[str, Intent]:
        return INTENTS

    async def classify(self, texts: Sequence[str]) -> list[Judgement | Unreadable]:
        self.seen.append(list(texts))
        return [self._one(text) for text in texts]

    async def refresh(self) -> None:
        """Rules never change."""

    def _one(self, text: str) -> Judgement | Unreadable:
        if "毒" in text:
            return Unreadable(text)
        found = next((i for word, i in self.words.items() if word in text), "out_of_scope")
        intent = INTENTS[found]
        sure = "?" not in text and found != "out_of_scope"
        vector = np.bincount([ord(letter) % SPREAD for letter in text + "。"], minlength=SPREAD)
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        return Judgement(
            intent, 0.9 if sure else 0.2, sure, "neutral", 0.8, self.version, vector,
            self.suspicions.get(text),
        )  # fmt: skip


@dataclass
class FakeWriter(Writer):
    """Says the same to everything, or raises it."""

    says: str | Exception = "您好，有什么可以帮您？"
    finished: bool = True
    speed: float = 50.0  # tokens a second
    asked: list[Prompt] = field(default_factory=list)

    @property
    def version(self) -> str:
        return "fake-writer-1"

    def count(self, text: str) -> int:
        return len(text)

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        return max(0, int(seconds * self.speed))

    async def write(self, prompt: Prompt) -> Written:
        self.asked.append(prompt)
        if isinstance(self.says, Exception):
            raise self.says
        return Written(self.says, self.finished, self.version)

    async def close(self) -> None:
        """Nothing is held."""
