"""A follower who asks what is recommended gets items, where the account has some."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.item_offers import (
    OfferedItem,
    asks_for_items,
    read_wish,
    word_offer,
    write_lines,
)
from app.dialogue.prepare import prepare_message
from app.messages.values import Article
from app.rules.item_lines import count_room, fill_items
from tests.dialogue import factories

ACCOUNT = Account(name="default", appid="wx1", token="token", desk="none")
TEA = OfferedItem("明前龙井", "因为你读过《春茶》", "https://shop.example.com/tea", "")
CUP = OfferedItem("青瓷杯", "编辑精选", "", "")


def make_context(text: str, intent: str) -> Context:
    context = prepare_message(Context(message=factories.make_message(text), account=ACCOUNT))
    shipped = factories.get_shipped_intent(intent)
    return replace(context, classification_result=factories.make_classification(shipped))


@pytest.mark.parametrize(
    ("text", "intent", "is_asked", "wish"),
    [
        ("有什么推荐", "ask_recommendation", True, ""),
        ("推荐一款适合老人喝的茶", "ask_recommendation", True, "推荐一款适合老人喝的茶"),
        ("送妈妈什么好", "ask_gift_advice", True, "送妈妈什么好"),
        ("什么时候发货", "ask_ship_time", False, "什么时候发货"),
    ],
)
def test_recommendations_and_gifts_are_asked_for(
    text: str, intent: str, is_asked: bool, wish: str
) -> None:
    context = make_context(text, intent)

    draft = service.draft_reply(context)

    assert (asks_for_items(context, draft), read_wish(context)) == (is_asked, wish)


def test_the_first_item_is_a_card_that_names_the_others() -> None:
    draft = word_offer(make_context("有什么推荐", "ask_recommendation"), [TEA, CUP])

    assert draft.answer == Article(
        type="article", title="明前龙井", description="因为你读过《春茶》。还有：青瓷杯",
        url="https://shop.example.com/tea",
    )  # fmt: skip


def test_an_item_without_a_link_is_told_as_text() -> None:
    draft = word_offer(make_context("有什么推荐", "ask_recommendation"), [CUP])

    assert (draft.message, draft.text) == (
        None, "为您挑了这些，看看有没有喜欢的：\n· 青瓷杯（编辑精选）",
    )  # fmt: skip


def test_an_entry_that_answers_stays_the_reply() -> None:
    entry = factories.make_evidence("e1", "有什么推荐", "推荐明前龙井。")
    context = replace(make_context("有什么推荐", "ask_recommendation"), matched_entry=entry)

    draft = service.draft_reply(context)

    assert (draft.text, asks_for_items(context, draft)) == ("推荐明前龙井。", False)


def test_a_welcome_text_lists_items_as_links() -> None:
    welcome = "欢迎关注！\n先看看这些：\n{items}\n有事请留言。"
    odd = OfferedItem('<茶> "新"', "新上的内容", 'https://shop.example.com/"tea"?a=1&b=2', "")

    text = fill_items(welcome, write_lines([odd, CUP]))

    assert text == (
        "欢迎关注！\n先看看这些：\n"
        '· <a href="https://shop.example.com/%22tea%22?a=1&b=2">＜茶＞ "新"</a>（新上的内容）\n'
        "· 青瓷杯（编辑精选）\n有事请留言。"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("欢迎关注！\n先看看这些：\n{items}\n有事请留言。", "欢迎关注！\n有事请留言。"),
        ("欢迎关注！\n\n{items}", "欢迎关注！"),
        ("{items}\n欢迎关注！", "欢迎关注！"),
        ("欢迎：{items}", ""),
    ],
)
def test_a_welcome_text_without_items_leaves_their_line_out(text: str, expected: str) -> None:
    assert fill_items(text, []) == expected


def test_as_many_items_as_fit_into_one_message_are_asked_for() -> None:
    rooms = [count_room("茶" * characters) for characters in (0, 100, 200, 400, 600)]

    assert rooms == [3, 2, 2, 1, 0]
