"""The mood of a comment, and replies that fit it."""

import pytest

from app.inference.fakes import FakeWriter
from app.inference.ports import Sentiment
from app.marketing.content import templates
from app.marketing.content.brief import Brief
from app.marketing.content.copywriting import UNFIT_REPLY, CopyTask, CopyVariant, CopyWriting
from app.marketing.content.writing.comments import CommentToAnswer, Mood, fits_mood, recognise_mood
from app.safety.advertising.rulebook import build_shipped_rulebook

BRIEF = Brief.model_validate(
    {
        "product": "圆领T恤",
        "facts": [{"name": "材质", "value": "纯棉", "source": "商品页"}],
        "channel": "comment_reply",
    }
)


@pytest.mark.parametrize(
    ("text", "sentiment", "mood"),
    [
        ("气死了，等了一周", "negative", "angry"),
        ("再也不买了", "negative", "angry"),
        ("什么时候发货", "negative", "asking"),
        ("太失望了，气死我了", "negative", "sad"),
        ("奶奶去世前最爱穿", "neutral", "grieving"),
        ("很喜欢，谢谢！", "positive", "joyful"),
        ("不喜欢这个颜色", "negative", "angry"),
        ("今天收到了", "positive", "calm"),
        ("有红色的吗", "neutral", "asking"),
        ("I love it", "positive", "joyful"),
    ],
)
def test_the_mood_is_told_by_words_then_by_sentiment(
    text: str, sentiment: Sentiment, mood: Mood
) -> None:
    assert recognise_mood(text, sentiment) == mood


@pytest.mark.parametrize(
    ("reply", "mood", "fits"),
    [
        ("非常抱歉，请私信我们。", "angry", True),
        ("非常抱歉！请私信我们！", "angry", False),
        ("材质是纯棉。", "angry", False),
        ("听到这些我们也很难过。", "sad", True),
        ("哈哈，谢谢！", "sad", False),
        ("谢谢您的喜欢！", "joyful", True),
        ("材质是纯棉。", "joyful", False),
        ("材质是纯棉！", "calm", True),
    ],
)
def test_a_reply_answers_the_mood(reply: str, mood: Mood, fits: bool) -> None:
    assert fits_mood(reply, mood) is fits


async def write_reply(answer: str, mood: Mood) -> CopyVariant:
    async def ignore(_steps: int, _total: int) -> None:
        return None

    comment = CommentToAnswer(text="洗一次就缩水了", mood=mood)
    task = CopyTask(brief=BRIEF, count=1, rulebook=build_shipped_rulebook(), comment=comment)
    [variant] = await CopyWriting(writer=FakeWriter(answer=answer)).write(task, ignore)
    return variant


async def test_a_reply_that_fits_is_given() -> None:
    variant = await write_reply("非常抱歉，请私信我们。", "angry")

    assert (variant.text, variant.model) == ("非常抱歉，请私信我们。", "fake-writer-1")


@pytest.mark.parametrize("answer", ["材质是纯棉。", "非常抱歉，三天内全额退款。"])
async def test_a_ready_made_reply_takes_the_place_of_one_that_does_not_fit(answer: str) -> None:
    variant = await write_reply(answer, "angry")

    assert (variant.text[:4], variant.model) == ("非常抱歉", templates.MODEL)
    assert variant.remark == UNFIT_REPLY


@pytest.mark.parametrize(
    ("text", "sentiment", "mood"),
    [
        ("妈妈走之前最爱喝你们家的茶", "positive", "grieving"),
        ("爷爷去世了，他生前喝的就是这个，还有吗？", "neutral", "grieving"),
        ("茶不错，就是快递慢", "positive", "angry"),
        ("喜欢是喜欢，但是太贵", "positive", "angry"),
        ("呵呵，真是好服务", "neutral", "angry"),
        ("气死我了，到底什么时候发货？", "negative", "angry"),
        ("请问几点发货", "neutral", "asking"),
        ("有没有优惠？", "neutral", "asking"),
        ("茶很好喝，谢谢", "positive", "joyful"),
    ],
)
def test_grief_irony_and_questions_are_not_answered_cheerfully(
    text: str, sentiment: Sentiment, mood: Mood
) -> None:
    assert recognise_mood(text, sentiment) == mood
