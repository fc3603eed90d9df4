"""Every text that is filled without a language model says only what the brief does."""

from typing import get_args

import pytest

from app.marketing.content.brief import Brief, BriefFact, Channel
from app.marketing.content.review import review_text
from app.marketing.content.templates import fill_templates
from app.marketing.content.writing.comments import Mood, fits_mood
from app.safety.advertising.rulebook import parse_rulebook

RULES = parse_rulebook(None)
TRADES = [
    ("明前龙井", "food", [("产地", "杭州西湖龙井村"), ("价格", "50 克 168 元")]),
    ("小楷书法班", "education", [("班型", "8 人小班"), ("时间", "周六上午")]),
    ("舒润面霜", "cosmetics", [("容量", "50 毫升"), ("成分", "神经酰胺")]),
]


def make_brief(trade: int, channel: Channel) -> Brief:
    product, industry, facts = TRADES[trade]
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts]
    return Brief.model_validate(
        {"product": product, "channel": channel, "industry": industry, "facts": rows}
    )


@pytest.mark.parametrize("channel", get_args(Channel))
@pytest.mark.parametrize("trade", range(len(TRADES)))
def test_a_template_is_clean_by_its_own_review(trade: int, channel: Channel) -> None:
    brief = make_brief(trade, channel)

    faults = {
        text: review.describe()
        for text in fill_templates(brief)
        if not (review := review_text(text, brief, RULES)).is_clean
    }

    assert faults == {}


def test_what_shares_words_with_the_audience_comes_first() -> None:
    brief = make_brief(0, "ad")
    gift = BriefFact(name="包装", value="礼盒，送礼用", source="手册")
    brief = brief.model_copy(update={"facts": (*brief.facts, gift)})

    for_gifts, for_others = (
        fill_templates(brief.model_copy(update={"audience": audience}))[0]
        for audience in ("送礼的人", "上班族")
    )

    assert for_gifts == "明前龙井，包装：礼盒，送礼用。"
    assert for_others == "明前龙井，产地：杭州西湖龙井村。"


@pytest.mark.parametrize("mood", get_args(Mood))
def test_a_reply_is_clean_and_fits_the_mood(mood: Mood) -> None:
    brief = make_brief(0, "comment_reply")

    replies = fill_templates(brief, mood)

    assert all(fits_mood(reply, mood) for reply in replies)
    assert [reply for reply in replies if not review_text(reply, brief, RULES).is_clean] == []
