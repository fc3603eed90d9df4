"""A reply that offers what may be meant, in the place of one that answers nothing."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.language import Language
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Draft
from app.knowledge.values import Evidence
from app.sessions.store import Session
from app.simulator.phones import taps
from tests.dialogue import factories

ACCOUNT = Account(name="default", appid="wx1", token="token")
FREIGHT = factories.make_evidence("freight", "运费怎么算", "每单八元。", 0.3)
BOX = factories.make_evidence("box", "礼盒怎么寄", "礼盒发顺丰。", 0.25)
LOST = factories.make_classification("greet", 0.2, in_scope=False)


def drafted(
    *candidates: Evidence,
    text: str = "寄到新疆的话贵不贵",
    desk: str = "inbox",
    language: Language = "simplified",
    likely: bool = False,
) -> Draft:
    message = factories.make_message(text)
    account = replace(ACCOUNT, desk=desk)  # type: ignore[arg-type]
    context = replace(
        prepare_message(Context(message=message, account=account, session=Session())),
        classification_result=LOST,
        choices=candidates,
        suggested=candidates[0] if likely else None,
        language=language,
    )
    return service.draft_reply(context)


def test_a_single_possible_one_stands_behind_the_words_that_nothing_is_known() -> None:
    plain, near = drafted(), drafted(FREIGHT)

    lead, link = near.text.split("\n\n")
    assert (lead, plain.source, near.source) == (plain.text, "ask_back", "choices")
    assert [tap.content for tap in taps.in_text(link)] == ["运费怎么算"]
    assert [choice.id for choice in near.choices] == ["freight"]
    assert near.text.count("人工") == 1
    assert "您是想问" not in near.text
    assert near.citations == ()


def test_several_are_a_menu_with_answers_that_are_cited() -> None:
    menu = drafted(FREIGHT, BOX)

    assert menu.text.startswith("您是想问：\n1. ")
    assert "每单八元" in menu.text
    assert "礼盒发顺丰" in menu.text
    assert (menu.source, menu.citations) == ("choices", ("freight", "box"))


@pytest.mark.parametrize("candidates", [(FREIGHT,), (FREIGHT, BOX)])
@pytest.mark.parametrize("likely", [False, True])
def test_where_nobody_is_there_none_is_offered(
    candidates: tuple[Evidence, ...], likely: bool
) -> None:
    offered = drafted(*candidates, desk="none", likely=likely)

    assert offered.source == "choices"
    assert "人工" not in offered.text


def test_in_english_it_says_that_the_answers_are_in_chinese() -> None:
    texts = [
        drafted(*some, text="Is Xinjiang far?", language="english", likely=likely).text
        for some, likely in [((FREIGHT,), False), ((FREIGHT, BOX), False), ((FREIGHT,), True)]
    ]

    assert all("in Chinese.)" in text for text in texts)
    assert "您" not in "".join(texts)


def test_in_traditional_characters_links_and_answers_are_so_too() -> None:
    near = drafted(FREIGHT, language="traditional")
    menu = drafted(FREIGHT, BOX, language="traditional")

    assert [tap.content for tap in taps.in_text(near.text)] == ["運費怎麼算"]
    assert [tap.content for tap in taps.in_text(menu.text)] == ["運費怎麼算", "禮盒怎麼寄"]
    assert "每單八元" in menu.text


def test_a_likely_one_that_lacks_the_detail_is_not_suggested() -> None:
    draft = drafted(FREIGHT, text="顺丰电话是多少", likely=True)

    assert "您问的是" not in draft.text
    assert [choice.id for choice in draft.choices] == ["freight"]
