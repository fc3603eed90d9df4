"""Fake models for tests: a rule-based classifier and search model, and a writer of fixed text."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from app.inference.fake_json import fit_schema
from app.inference.ports import (
    Bands,
    Candidate,
    Classification,
    ClassificationFailed,
    Classifier,
    CommentScores,
    Comparison,
    Excerpt,
    GeneratedAnswer,
    Intent,
    Prompt,
    SearchModel,
    Suspicion,
    TextVector,
    Verification,
    Writer,
)

SPREAD = 256  # dimensions of a vector: counts of characters, whatever their order
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


@dataclass(kw_only=True)
class FakeClassifier(Classifier, SearchModel):
    """Classifies by a few words; a text with `毒` fails, one with `?` is out of scope."""

    words: Mapping[str, str] = field(
        default_factory=lambda: {
            "发货": "ask_ship_time",
            "好": "greet",
            "人工": "transfer_to_person",
        }
    )
    classified_texts: list[list[str]] = field(default_factory=list)  # one list per call
    embedded: list[list[str]] = field(default_factory=list)
    name: str = "fake-1"  # the version; change it to simulate a promoted model
    suspicions: Mapping[str, Suspicion] = field(default_factory=dict)  # by the whole text
    comment_words: Mapping[str, str] = field(  # word -> label of the comments that have it
        default_factory=lambda: {"气死": "angry.complaint", "喜欢": "joyful.praise"}
    )

    @property
    def version(self) -> str:
        return self.name

    @property
    def intents(self) -> Mapping[str, Intent]:
        return INTENTS

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        self.classified_texts.append(list(texts))
        return [self._classify_one(text) for text in texts]

    async def classify_comments(self, texts: Sequence[str]) -> list[CommentScores]:
        """Certain of comments with one of `comment_words`, without an idea of others."""
        words = self.comment_words
        return [{words[word]: 1.0 for word in words if word in text} for text in texts]

    @property
    def bands(self) -> Bands:
        return Bands(sure=0.35, possible=0.15)

    async def embed(self, texts: Sequence[str]) -> list[TextVector | ClassificationFailed]:
        """Vectors by `classify`, so that a test can delay it or make it fail; the call is
        recorded in `embedded`, not in `classified_texts`.
        """
        classifications = await self.classify(texts)
        if list(texts) in self.classified_texts:
            self.classified_texts.remove(list(texts))
        self.embedded.append(list(texts))
        return [
            each if isinstance(each, ClassificationFailed) else TextVector(each.model, each.vector)
            for each in classifications
        ]

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        """Do nothing."""

    async def verify(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        """By the characters shared with a heading of an entry, or with a chunk's text."""
        return [
            [_verify_candidate(each.question, c) for c in each.candidates] for each in comparisons
        ]

    async def excerpts(self, comparisons: Sequence[Comparison]) -> list[list[Excerpt]]:
        """One excerpt per candidate: the whole text with its first heading."""
        return [
            [Excerpt(at, c.headings[0], c.text) for at, c in enumerate(each.candidates)]
            for each in comparisons
        ]

    async def refresh(self) -> None:
        """Do nothing: the rules never change."""

    def _classify_one(self, text: str) -> Classification | ClassificationFailed:
        if "毒" in text:
            return ClassificationFailed(text)
        intent_id = next((i for word, i in self.words.items() if word in text), "out_of_scope")
        intent = INTENTS[intent_id]
        sure = "?" not in text and intent_id != "out_of_scope"
        vector = _letter_vector(text)
        return Classification(
            intent=intent,
            confidence=0.9 if sure else 0.2,
            in_scope=sure,
            sentiment="neutral",
            sentiment_score=0.8,
            model=self.version,
            vector=vector,
            suspicion=self.suspicions.get(text),
        )


def _letter_vector(text: str) -> np.ndarray:
    counts = np.bincount([ord(letter) % SPREAD for letter in text + "。"], minlength=SPREAD)
    return np.asarray(counts / np.linalg.norm(counts), np.float32)


def _verify_candidate(question: str, candidate: Candidate) -> Verification:
    if candidate.is_chunk:
        text = candidate.headings[0] + candidate.text
        near = len(set(question) & set(text)) / max(1, len(set(question))) - 0.5
    else:
        near = max(_similarity(question, heading) for heading in candidate.headings) - 0.93
    return Verification(1 / (1 + math.exp(-27.5 * near)), candidate.text)


def _similarity(question: str, heading: str) -> float:
    """Cosine of the character counts, plus .1 times the share of the question's bigrams in both."""
    question_pairs, heading_pairs = (set(pairwise(text)) for text in (question, heading))
    return float(_letter_vector(question) @ _letter_vector(heading)) + 0.1 * len(
        question_pairs & heading_pairs
    ) / max(1, len(question_pairs))


@dataclass
class FakeWriter(Writer):
    """Writes `answer` to every prompt, or raises it if it is an exception.

    Where JSON is asked for, each text in it is `answer`; an answer that is JSON stays as it is.
    """

    answer: str | Exception = "您好，有什么可以帮您？"
    finished: bool = True
    speed: float = 50.0  # tokens a second
    prompts: list[Prompt] = field(default_factory=list)

    @property
    def version(self) -> str:
        return "fake-writer-1"

    def count(self, text: str) -> int:
        return len(text)

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        return max(0, int(seconds * self.speed))

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        self.prompts.append(prompt)
        if isinstance(self.answer, Exception):
            raise self.answer
        return GeneratedAnswer(fit_schema(self.answer, prompt), self.finished, self.version)

    async def close(self) -> None:
        """Do nothing."""
