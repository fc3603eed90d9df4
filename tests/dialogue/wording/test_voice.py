"""How our Chinese texts speak: about the follower's matter, and not about the bot."""

import re

import pytest

from app.dialogue.wording import catalogue
from models.intent import taxonomy

TEXTS = {
    **{text: phrase.id for phrase in catalogue.IN_CHINESE.values() for text in phrase},
    **{text: each.id for each in taxonomy.load_taxonomy().intents for text in each.replies},
}
SELF_DEFENCE = (
    "不敢|不乱|乱说|乱讲|瞎猜|怕说|怕给|怕误|怕耽误|凭印象|凭感觉|随口|误导|编给|准信|不在行"
    "|不太在行|不专业|拿手|拿不准|说不准|打包票"
)
CALL_CENTRE = (
    "感谢您的?(?:购买|选择|反馈|咨询|今天|信任|支持)|期待(?:下次|与您)|不好的(?:体验|感受)|诉求"
    "|非常抱歉(?!让您遇到)|深表|尊敬的|好评我们"
)
ENGLISH_SELF_DEFENCE = "rather not|strong suit|nothing reliable"


@pytest.mark.parametrize("words", [SELF_DEFENCE, CALL_CENTRE], ids=["defence", "call centre"])
def test_no_text_defends_the_bot_or_speaks_like_a_call_centre(words: str) -> None:
    assert {each: text for text, each in TEXTS.items() if re.search(words, text)} == {}


def test_a_hand_over_names_the_colleagues_once_and_promises_nothing_of_theirs() -> None:
    texts = [
        t
        for each in taxonomy.load_taxonomy().intents
        if each.action == "handoff"
        for t in each.replies
    ]
    promises = "答复|给您回|与您|尽快|人工同事"

    assert [t for t in texts if t.count("同事") > 1 or re.search(promises, t)] == []


def test_no_english_text_defends_the_bot() -> None:
    texts = [text for phrase in catalogue.IN_ENGLISH.values() for text in phrase]

    assert [text for text in texts if re.search(ENGLISH_SELF_DEFENCE, text)] == []
