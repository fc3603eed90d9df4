"""Reviews a text in another language than the brief's facts, mostly a translation. No I/O.

Claims are held to the facts in the facts' language: what is open in the source is open in its
translation. The translation itself supports the words of a later edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from app.marketing.content.brief import Brief, BriefFact, Language
from app.marketing.content.review import CopyReview, find_language, is_in_language, review_text
from app.marketing.content.writing.translation_check import has_code, list_differences
from app.safety.advertising.rulebook import AdvertisingRulebook

_SOURCE_LENGTH = 100  # characters of a fact's source
_HAN = regex.compile(r"\p{Han}")
_LANGUAGE_TITLES: dict[Language, str] = {"zh": "中文", "en": "英文", "ja": "日文", "ko": "韩文"}
_EDITED = "译文改过，意思没有重新核对：请懂这种语言的人看过"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedText:
    """A translation and what it was made from. problems: sentences on what it doesn't keep."""

    source: str
    source_language: Language
    text: str
    problems: tuple[str, ...]


def find_facts_language(brief: Brief) -> Language:
    """The language that the brief's facts are written in; its own where they show none."""
    text = " ".join(f"{fact.name} {fact.value}" for fact in brief.facts)
    if is_in_language(text, brief.language) or (brief.language == "ja" and _is_kanji(text)):
        return brief.language
    return find_language(text) if regex.search(r"\p{L}", text) else brief.language


def list_untranslated(text: str, brief: Brief) -> tuple[str, ...]:
    """A sentence where `text`, which is no translation, quotes words of the brief in the language
    of its facts, and another one was asked for; none otherwise.

    Words in Latin letters, such as a brand, are quoted in every language.
    """
    facts_language = find_facts_language(brief)
    if facts_language in {brief.language, "en"}:
        return ()
    words = [brief.product, *(word for fact in brief.facts for word in (fact.name, fact.value))]
    if not any(_is_quoted(word, text) for word in words):
        return ()
    return (
        f"里面还有{_LANGUAGE_TITLES[facts_language]}，没有译成{_LANGUAGE_TITLES[brief.language]}："
        "请先翻译简报里的产品和事实，或配置大模型（GENERATOR）",
    )


def _is_quoted(word: str, text: str) -> bool:
    value = word.rstrip("。．.；;")
    return not value.isascii() and value in text


def _is_kanji(text: str) -> bool:
    """Whether Han characters are Japanese ones: all have a code in Shift JIS, some none in GB."""
    letters = "".join(_HAN.findall(text))
    return has_code(letters, "shift_jis") and not has_code(letters, "gb2312")


def review_translation(
    text: str, brief: Brief, rulebook: AdvertisingRulebook, translated: TranslatedText
) -> CopyReview:
    """Review `text`, the translation as it was made or as editors left it.

    `brief` is in the language of the translation.
    """
    source_brief = brief.model_copy(update={"language": translated.source_language})
    source_review = review_text(translated.source, source_brief, rulebook)
    sources = dict.fromkeys(claim.source for claim in source_review.claims if claim.source)
    fact = _make_fact(translated.text, tuple(sources))
    own_brief = brief.model_copy(update={"must": (), "facts": (*brief.facts, fact)})
    review = review_text(text, own_brief, rulebook)
    faults = [f"原文{sentence}" for sentence in source_review.describe()]
    return review.add_faults([*faults, *_list_problems(text, brief.language, translated)])


def _make_fact(text: str, sources: Sequence[str]) -> BriefFact:
    """The checked translation as a fact; not validated: it is no input of people."""
    source = "、".join(sources)[:_SOURCE_LENGTH] or "译文"
    return BriefFact.model_construct(name="译文", value=text, source=source)


def _list_problems(text: str, language: Language, translated: TranslatedText) -> Sequence[str]:
    if text == translated.text:
        return translated.problems
    return (*list_differences(translated.source, text, language), _EDITED)
