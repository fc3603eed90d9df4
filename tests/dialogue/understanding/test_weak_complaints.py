"""A complaint that the model only hears in the tone of a wish or a question is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.understand import understand_messages
from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed, Intent
from app.knowledge.entries.repository import EntryStore
from app.knowledge.service import Knowledge
from tests.dialogue import factories

SHOP = Account(name="default", appid="wx1", token="token")
ANGRY = Intent("complain_angry", "不满", "情绪", "handoff", ("非常抱歉。",))


@dataclass
class Cross(FakeClassifier):
    """Takes everything for a complaint, with this confidence."""

    confidence: float = 0.5

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        classifications = await super().classify(texts)
        cross = {
            "intent": ANGRY,
            "in_scope": True,
            "sentiment": "negative",
            "sentiment_score": 0.96,
        }
        return [replace(j, confidence=self.confidence, **cross)  # type: ignore[arg-type]
                for j in classifications if isinstance(j, Classification)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "confidence", "complains"),
    [
        ("每天背着鞋和护具太沉，想放你们那儿不带走", 0.5, False),
        ("办了卡跳操还要另外给钱不嘛", 0.5, False),
        ("书脱胶了粘一下多少", 0.9, False),
        ("店里太吵了没法看书", 0.5, True),
        ("你们也太慢了吧等了俩小时", 0.5, True),
        ("你们教练太推销了，能管管吗", 0.9, True),
        ("前台说话怎么那么冲，换个人行吗", 0.9, True),
        ("你们店员怎么这样说话", 0.9, True),
        ("有没有搞错", 0.9, True),
        ("笔上我的名字给刻错一个字，这可咋整", 0.9, True),
        ("俺不蹦，就搁边儿上瞅着孙子，也管俺要钱啊", 0.9, False),
        ("我字太丑了，想给对象一封手写的信，找你们抄一页要几块", 0.9, False),
        ("玩得一身汗，没过夜，冲个凉要钱不", 0.9, False),
        ("老丈母娘牙都快掉没了，怕嚼不动，能给多煮一会儿不", 0.96, False),
        ("太高了自己够不着，喊你们来摘下来洗干净再挂上，一米收几钱", 0.9, False),
    ],
)
async def test_a_weak_complaint_goes_on_to_the_base(
    engine: AsyncEngine, text: str, confidence: float, complains: bool
) -> None:
    classifier = Cross(confidence=confidence)
    message = factories.make_message(text)

    [context] = await understand_messages(
        classifier,
        Knowledge(store=EntryStore(engine), search=classifier),
        [prepare_message(Context(message=message, account=SHOP))],
    )

    assert context.classification is not None
    assert context.classification.in_scope is complains
