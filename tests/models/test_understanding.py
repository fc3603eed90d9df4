import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.adapter import Adapter
from models.base.sources import E5_SMALL
from models.heads import ForeignHead, Head
from models.shipping.agreement import against_transformers
from models.understanding import MODELS, Understanding, name_sentiment

# Loading weights and importing transformers take half a minute on a busy machine.
pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]

TEXTS = [
    "在吗", "你好", "这个多少钱", "什么时候能发货呀", "发什么快递", "我昨天买的怎么还没到",
    "尺码偏大还是偏小", "一米六五穿什么码", "有没有黑色的", "能不能便宜一点，我是老顾客了",
    "我要退货", "退款什么时候到账", "质量太差了，穿一次就破了", "非常满意，还会再来",
    "谢谢啦", "好的", "嗯嗯", "帮我改一下地址", "电话号码写错了", "可以开发票吗",
    "这款支持七天无理由退换吗", "优惠券怎么用不了", "满减活动到几号", "有赠品吗", "包邮吗",
    "人工客服", "你是机器人吗", "你们店在哪里，周日开不开门", "抽奖结果什么时候公布",
    "文章里说的那款面霜叫什么", "怎么取消关注", "想谈个合作", "你们还招人吗",
    "今天北京天气怎么样", "放一首周杰伦的歌", "😀😀", "ok", "iPhone 15 Pro Max 的壳有吗？",
    "快递显示签收了但是我没有收到，打电话给快递员也不接，你们能不能帮我查一下到底怎么回事",
    "1",
]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Understanding:
    return Understanding.load()


def test_judges_as_transformers_does(model: Understanding) -> None:
    found = against_transformers(model, TEXTS)

    assert found["intent_agreement"] == 1
    assert found["sentiment_agreement"] == 1
    assert found["max_embedding_difference"] < 1e-4


def test_a_judgement_does_not_depend_on_its_neighbours(model: Understanding) -> None:
    tokens = model.tokenize(TEXTS)

    together = model.judge(tokens)
    backwards = model.judge(tokens[::-1])[::-1]
    alone = [model.judge([ids])[0] for ids in tokens]

    for one, *others in zip(alone, together, backwards, strict=True):
        for other in others:
            assert (other.intent, other.sentiment) == (one.intent, one.sentiment)
            assert other.confidence == pytest.approx(one.confidence, abs=1e-4)
            torch.testing.assert_close(other.embedding, one.embedding, atol=1e-4, rtol=0)


def test_nothing_to_judge(model: Understanding) -> None:
    assert model.judge([]) == []


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("你们几点关门", {"store_and_hours"}),
        ("人工客服", {"transfer_to_person"}),
        ("衣服掉色怎么办", {"report_product_problem", "ask_quality"}),
        ("你是机器人吗", {"bot_identity"}),
        ("谢谢啦", {"express_thanks", "thanks_goodbye"}),
        ("什么时候发货", {"ask_ship_time", "urge_shipping"}),
        ("能便宜点吗", {"haggle"}),
        ("我要退货", {"want_return_refund"}),
    ],
)
def test_understands(model: Understanding, text: str, intents: set[str]) -> None:
    [found] = model.judge(model.tokenize([text]))

    assert found.intent in intents
    assert found.in_scope


@pytest.mark.parametrize("text", ["今天北京天气怎么样", "帮我写个快速排序"])
def test_refuses_what_is_none_of_its_business(model: Understanding, text: str) -> None:
    [found] = model.judge(model.tokenize([text]))

    assert not found.in_scope


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("质量很好，非常满意", "positive"),
        ("质量太差了，气死我了", "negative"),
        ("什么时候发货", "neutral"),
    ],
)
def test_hears_the_mood(model: Understanding, text: str, sentiment: str) -> None:
    [found] = model.judge(model.tokenize([text]))

    assert found.sentiment == sentiment
    assert 0 <= found.sentiment_score <= 1


@pytest.mark.parametrize("task", ["intent", "sentiment"])
def test_a_shipped_head_fits_its_base_and_its_adapter_only(tmp_path: Path, task: str) -> None:
    for file in ("head.safetensors", "manifest.json"):
        shutil.copy(MODELS / task / file, tmp_path)
    adapter = Adapter.load(MODELS / "intent" / "adapter.safetensors", E5_SMALL)
    other = replace(E5_SMALL, wheel=replace(E5_SMALL.wheel, sha256="0" * 64))

    assert Head.load(tmp_path, E5_SMALL, adapter).manifest.version.startswith(task)
    with pytest.raises(ForeignHead, match="not on multilingual-e5-small 00000000"):
        Head.load(tmp_path, other, adapter)
    for another in (None, replace(adapter, sha256="0" * 64)):
        with pytest.raises(ForeignHead, match="over another adapter"):
            Head.load(tmp_path, E5_SMALL, another)


def test_a_score_belongs_to_the_name() -> None:
    assert name_sentiment(0.9, (0.2, 0.8)) == ("positive", 0.9)
    assert name_sentiment(0.125, (0.2, 0.8)) == ("negative", 0.875)
    assert name_sentiment(0.5, (0.2, 0.8)) == ("neutral", 1.0)
