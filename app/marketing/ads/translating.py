"""Translates the texts of ads that were written in the language of the brief's facts."""

from dataclasses import dataclass, replace

import structlog

from app.inference.json_answers import UnusableAnswer
from app.inference.ports import SearchModel, TimedOut, Unavailable, Writer
from app.marketing.content.brief import Brief, Language
from app.marketing.content.copywriting import CopyVariant
from app.marketing.content.translated_review import TranslatedText, review_translation
from app.marketing.content.writing.mending import FaultLister
from app.marketing.content.writing.translating import CopyTranslation, CopyTranslator
from app.safety.advertising.rulebook import AdvertisingRulebook

log = structlog.get_logger()

# Characters of a translation for one of a Chinese text, about: a source is written so much shorter.
GROWTH: dict[Language, float] = {"zh": 1.0, "en": 3.0, "ja": 1.5, "ko": 1.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdTranslation:
    """Translates variants into the language of `brief`, whose length is that of the translation."""

    writer: Writer
    search: SearchModel
    brief: Brief
    source_language: Language
    rulebook: AdvertisingRulebook
    list_more_faults: FaultLister

    @property
    def source_brief(self) -> Brief:
        """What the source is written from: shorter where the translation will be longer."""
        growth = GROWTH[self.brief.language] if self.source_language == "zh" else 1.0
        length = max(4, int(self.brief.characters / growth))
        return self.brief.model_copy(update={"language": self.source_language, "length": length})

    async def translate(self, variant: CopyVariant) -> CopyVariant:
        """The variant translated and reviewed; as it is, with a fault, where that fails."""
        translator = CopyTranslator(writer=self.writer, search=self.search)
        language, most = self.brief.language, self.brief.characters
        try:
            translation = await translator.translate(variant.text, language, most)
        except (Unavailable, TimedOut, UnusableAnswer) as error:
            log.warning("ad_not_translated", why=str(error))
            return self._review(
                variant, variant.text, (f"没有译成 {language}：{error.for_operators}",)
            )
        return self._add_cost(
            self._review(variant, translation.text, translation.check.describe()), translation
        )

    def _review(self, variant: CopyVariant, text: str, problems: tuple[str, ...]) -> CopyVariant:
        translated = TranslatedText(
            source=variant.text, source_language=self.source_language, text=text, problems=problems
        )
        review = review_translation(text, self.brief, self.rulebook, translated)
        review = review.add_faults(self.list_more_faults(text))
        return replace(variant, text=text, review=review, translated=translated)

    def _add_cost(self, variant: CopyVariant, translation: CopyTranslation) -> CopyVariant:
        """The variant with the translation's tokens, model and prompts."""
        return replace(
            variant,
            model=translation.model,
            prompt=f"{variant.prompt} {translation.prompt}",
            tokens=variant.tokens + translation.tokens,
        )
