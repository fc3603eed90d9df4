"""Translates copy, and checks that the translation says the same."""

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from app.inference.ports import (
    ClassificationFailed,
    PromptMessage,
    SearchModel,
    Writer,
)
from app.marketing.content.brief import Language
from app.marketing.content.copy_prompts import fill_slots
from app.marketing.content.review import is_in_language
from app.marketing.content.writing.asking import ask_for_copy
from app.marketing.content.writing.copy_answers import CopyAnswer
from app.marketing.content.writing.translation_check import TranslationCheck, list_differences
from app.safety.injection import fence_text

GROWTH = 3  # characters of an English text for one of a Chinese text, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTranslation:
    """A translation, what it keeps, and what it cost."""

    language: Language
    text: str
    check: TranslationCheck
    model: str
    prompt: str  # the prompts' version
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTranslator:
    """Translates with `writer`; `search` embeds texts of all languages."""

    writer: Writer
    search: SearchModel

    async def translate(
        self, text: str, language: Language, most: int | None = None
    ) -> CopyTranslation:
        """The text in `language`, checked; `most` characters are asked for, where given.

        Raises Unavailable, TimedOut, UnusableAnswer.
        """
        messages = _render_messages(text, language, most)
        answer = await ask_for_copy(self.writer, messages, CopyAnswer, GROWTH * len(text), None)
        translation = answer.value.text.strip()
        return CopyTranslation(
            language=language,
            text=translation,
            check=await self.check(text, translation, language),
            model=answer.model,
            prompt=str(_load()["version"]),
            tokens=answer.tokens,
        )

    async def check(self, text: str, translation: str, language: Language) -> TranslationCheck:
        """Compare a translation with its source. A text that can't be embedded is not like it."""
        source, target = await self.search.embed([text, translation])
        if isinstance(source, ClassificationFailed) or isinstance(target, ClassificationFailed):
            similarity = 0.0
        else:
            similarity = float(source.vector @ target.vector)
        differences = list_differences(text, translation, language)
        if not is_in_language(translation, language):
            differences = (f"不是要求的语言（{language}）", *differences)
        return TranslationCheck(similarity=similarity, differences=differences)


def _render_messages(
    text: str, language: Language, most: int | None
) -> tuple[PromptMessage, PromptMessage]:
    prompts = _load()[language]
    question = fill_slots(prompts["user"], {"text": fence_text(text)})
    if most is not None:
        question += "\n" + fill_slots(prompts["length"], {"most": str(most)})
    return PromptMessage("system", prompts["system"].strip()), PromptMessage("user", question)


@functools.cache
def _load() -> dict[str, Any]:
    text = files("app.marketing.content").joinpath("prompts/translate.toml").read_text("utf-8")
    return tomllib.loads(text)
