"""Collects all phrases that an operator may reword; the intents' replies are added separately.

Phrases are declared in the modules that use them. A test finds modules missing here.
"""

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from app.dialogue.fallbacks import apology_texts, small_talk, sympathy, unanswered_texts
from app.dialogue.orders import texts as order_texts
from app.dialogue.orders import tools
from app.dialogue.understanding.sentences import gestures
from app.dialogue.wording import (
    answer_texts,
    english,
    followup_texts,
    handover_texts,
    kind_texts,
    slot_texts,
)
from app.messages import texts
from app.messages.phrases import INTENT, Phrase
from app.privacy import consent
from app.safety import care_texts, foreign_care_texts
from app.safety import texts as safety_texts

MODULES: tuple[ModuleType, ...] = (
    answer_texts, slot_texts, handover_texts, kind_texts, unanswered_texts, apology_texts,
    followup_texts, order_texts, small_talk, sympathy, gestures, tools, texts, safety_texts,
    care_texts, consent,
)  # fmt: skip
# Sample values for slots in previews.
SAMPLES: Mapping[str, str] = {
    "name": "「能带狗吗」",
    "prices": "月卡399元；季卡999元",
    "names": "WiFi、充电宝",
    "number": "20261125000123",
    "status": "待自提",
    "date": "11月27日",
    "parcel": "中通 78123456789012",
    "latest": "已到杭州转运中心",
    "link": texts.STILL_WRITING_LINK,
    "near": '<a href="weixin://bizmsgmenu?msgmenucontent=运费多少&msgmenuid=choice">运费多少</a>',
    "days": "180",
    "count": "12",
    "value": "新疆",
    "question": "运费多少",
    "answer": "首重 12 元，续重每公斤 6 元。",
    "numbers": "订单号 20261125000123",
    "minutes": "5",
    "next": "明天 09:00",
    "when": "明天 09:00起",
    "ahead": "2",
    "day": "12月5号",
    "weekday": "周六",
    "items": "新的姓名、电话和地址",
    "request": "退课",
}


def find_phrases(value: Any) -> Iterator[Phrase]:
    """The phrases in a value of a module, also inside mappings."""
    if isinstance(value, Phrase):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from find_phrases(each)


def phrases_of(module: ModuleType) -> list[Phrase]:
    """The phrases that a module declares, in order."""
    return [phrase for value in vars(module).values() for phrase in find_phrases(value)]


IN_CHINESE: Mapping[str, Phrase] = {
    phrase.id: phrase for module in MODULES for phrase in phrases_of(module)
}
IN_ENGLISH: Mapping[str, Phrase] = {
    phrase.id: phrase
    for phrase in (
        *map(english.translate_phrase, IN_CHINESE.values()),
        *english.IN_ENGLISH_ALONE.values(),
        *english.INTENTS.values(),
    )
    if phrase
}
IN_OTHER_LANGUAGES: Mapping[str, Phrase] = {
    phrase.id: phrase for phrase in phrases_of(foreign_care_texts)
}
PHRASES: Mapping[str, Phrase] = {**IN_CHINESE, **IN_ENGLISH, **IN_OTHER_LANGUAGES}


def of_intent(intent: Mapping[str, Any]) -> Phrase:
    """The replies of an intent, from its JSON, as a phrase."""
    return Phrase(INTENT + intent["id"], intent["title"], tuple(intent["replies"]))
