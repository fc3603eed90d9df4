"""A follower who asks what is recommended gets items, where the account has some."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.item_offers import find_request
from app.dialogue.item_texts import word_answer, word_offer, write_lines
from app.dialogue.items import ItemAnswer, ItemRequest, OfferedItem
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Draft
from app.dialogue.wording import answer_texts
from app.messages.values import Article
from app.rules.item_lines import count_room, fill_items
from app.sessions.store import Session
from tests.dialogue import factories

ACCOUNT = Account(name="default", appid="wx1", token="token", desk="none")
TEA = OfferedItem(
    id="tea", title="明前龙井", reason="因为你读过《春茶》", link="https://shop.example.com/tea"
)
CUP = OfferedItem(id="cup", title="青瓷杯", reason="编辑精选")


def make_context(text: str, intent: str) -> Context:
    context = prepare_message(Context(message=factories.make_message(text), account=ACCOUNT))
    shipped = factories.get_shipped_intent(intent)
    return replace(context, classification_result=factories.make_classification(shipped))


def make_request(question: str, excluded: tuple[str, ...] = ()) -> ItemRequest:
    return ItemRequest(
        account="default", openid="mei", question=question, count=3, excluded=excluded
    )


@pytest.mark.parametrize(
    ("text", "intent", "is_asked"),
    [
        ("有什么推荐", "ask_recommendation", True),
        ("推荐一款适合老人喝的茶", "ask_recommendation", True),
        ("送妈妈什么好", "ask_gift_advice", True),
        ("磨豆机哪个好", "ask_recommendation", True),
        ("有没有可颂", "ask_availability", True),
        ("有什麼推薦的咖啡豆", "ask_menu", True),
        ("不要咖啡豆，有什么别的推荐", "ask_recommendation", True),
        ("500以内的渔轮", "ask_recommendation", True),
        ("最便宜的竿是哪款", "ask_recommendation", True),
        ("哪款鱼线便宜点", "ask_availability", True),
        ("a gift for my dad", "ask_gift_advice", True),
        ("any drums?", "ask_availability", True),
        ("any guitars", "ask_availability", True),
        ("got any violins left?", "ask_availability", True),
        ("do you sell ukuleles", "ask_availability", True),
        ("you guys got drums?", "ask_availability", True),
        ("have you got some strings", "ask_availability", True),
        ("any news?", "ask_availability", False),
        ("any update on my order", "ask_ship_time", False),
        ("any questions?", "ask_availability", False),
        ("do you have parking", "ask_ship_time", True),
        ("got it", "say_ok", False),
        ("got my parcel", "say_ok", False),
        ("什么时候发货", "ask_ship_time", False),
        ("订单 300 元以上包邮吗", "ask_ship_time", False),
        ("a refund please", "ask_ship_time", False),
        ("怎么换货", "ask_ship_time", False),
        ("多久发货", "ask_ship_time", False),
        ("不要太辣的", "ask_ship_time", False),
    ],
)
def test_items_are_looked_for_by_the_words_of_the_message(
    text: str, intent: str, is_asked: bool
) -> None:
    context = make_context(text, intent)

    request = find_request(context, service.draft_reply(context))

    assert request == (make_request(text) if is_asked else None)


@pytest.mark.parametrize("text", ["怎么调漂", "琴弦多久换一次", "怎么换琴弦"])
def test_a_question_how_is_for_articles_where_nothing_else_answers_it(text: str) -> None:
    context = make_context(text, "ask_availability")

    missing = replace(service.draft_reply(context), source="knowledge_missing")
    answer = replace(missing, source="knowledge")

    assert find_request(context, missing) == replace(make_request(text), explains=True)
    assert find_request(context, answer) is None


def test_the_cheapest_of_what_was_shown_is_asked_for_with_the_question_before() -> None:
    before = make_context("送妈妈什么好", "ask_gift_advice")
    offer = word_answer(
        before, service.draft_reply(before), make_request("送妈妈什么好"), ItemAnswer((TEA, CUP))
    )
    session = service.complete_turn(before, offer).session

    context = replace(make_context("哪个最便宜", "chitchat"), session=session)
    request = find_request(context, service.draft_reply(context))

    assert request == replace(make_request("送妈妈什么好，最便宜的"), goes_on=True)


def show_items(question: str, items: tuple[OfferedItem, ...] = (TEA, CUP)) -> Session:
    before = make_context(question, "ask_gift_advice")
    draft = service.draft_reply(before)
    offer = word_answer(before, draft, make_request(question), ItemAnswer(items))
    return service.complete_turn(before, offer).session


@pytest.mark.parametrize("text", ["太贵了", "有点贵", "便宜点的呢", "too expensive"])
def test_cheaper_items_are_looked_for_where_those_shown_are_too_dear(text: str) -> None:
    session = show_items("送妈妈什么好")
    context = replace(make_context(text, "complain_price_rise"), session=session)

    draft = service.draft_reply(context)
    request = find_request(context, draft)

    question = make_request("送妈妈什么好，最便宜的")
    expected = replace(question, goes_on=True, dearer=("tea", "cup"))
    assert request == expected
    assert word_answer(context, draft, expected, ItemAnswer(nearest=CUP)).text in {
        text.replace("{items}", "· 青瓷杯（编辑精选）")
        for phrase in (answer_texts.NO_CHEAPER_ITEM,)
        for text in context.variants(phrase)
    }


@pytest.mark.parametrize(
    ("answer", "is_item"), [("我们有两个牌子的手鼓。", True), ("竹笛三款，在二楼。", False)]
)
def test_another_thing_is_an_item_unless_an_entry_has_its_name(answer: str, is_item: bool) -> None:
    entry = factories.make_evidence("e1", "有哪些牌子", answer)
    context = replace(
        make_context("那竹笛呢", "chitchat"), session=show_items("预算500的吉他"),
        matched_entry=entry, candidates=(entry,),
    )  # fmt: skip

    request = find_request(context, service.draft_reply(context))

    expected = replace(make_request("竹笛，500元以内"), names=("竹笛",), goes_on=True)
    assert request == (expected if is_item else None)


def test_a_complaint_about_prices_stays_one_a_turn_later() -> None:
    session = show_items("送妈妈什么好").model_copy(update={"turns_since_items": 1})
    context = replace(make_context("太贵了", "complain_price_rise"), session=session)

    assert find_request(context, service.draft_reply(context)) is None


@pytest.mark.parametrize("text", ["算了", "不要了", "下次吧", "no thanks"])
def test_who_wants_none_of_the_items_just_shown_may_see_others_later(text: str) -> None:
    session = show_items("送妈妈什么好")
    context = replace(make_context(text, "chitchat"), session=session)

    reply = service.draft_reply(context)
    later = service.complete_turn(context, reply).session
    others = replace(make_context("换一批", "chitchat"), session=later)
    request = find_request(others, service.draft_reply(others))

    assert reply.text in context.variants(answer_texts.ITEMS_DECLINED)
    assert request == replace(make_request("送妈妈什么好", ("tea", "cup")), goes_on=True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("挂耳", ("挂耳",)),
        ("吉他或者尤克里里", ("吉他", "尤克里里")),
        ("口琴和竹笛", ("口琴", "竹笛")),
        ("口琴还是竹笛好", ("口琴", "竹笛")),
        ("红茶或绿茶都行", ("红茶", "绿茶")),
        ("ukuleles?", ("ukuleles",)),
        ("violins or guitars", ("violins", "guitars")),
        ("好的", ()),
        ("你好", ()),
        ("hello", ()),
    ],
)
def test_bare_names_are_looked_for_in_titles(text: str, names: tuple[str, ...]) -> None:
    context = make_context(text, "praise")

    request = find_request(context, service.draft_reply(context))

    assert request == (replace(make_request(text), names=names) if names else None)


@pytest.mark.parametrize(
    ("text", "name"),
    [("那蒸锅呢", "蒸锅"), ("蒸锅呢", "蒸锅"), ("那围裙呢？", "围裙"), ("那砂锅怎么样", "砂锅"),
     ("what about steamers", "steamers"), ("我呢", ""), ("那你呢", "")],
)  # fmt: skip
@pytest.mark.parametrize("first", ["有电饭煲吗", ""])
def test_another_thing_is_looked_for_where_nothing_was_shown(
    text: str, name: str, first: str
) -> None:
    before = make_context(first or "在吗", "ask_availability")
    missing = Draft(text="电饭煲我还不了解", source="knowledge_missing")
    session = service.complete_turn(before, missing).session if first else Session()
    context = replace(make_context(text, "chitchat"), session=session)

    request = find_request(context, missing)

    assert request == (replace(make_request(name), names=(name,)) if name else None)


@pytest.mark.parametrize(
    "text",
    [
        "别再给我推荐了",
        "不要推荐",
        "不要给我发推荐",
        "不推荐这家店",
        "别推荐咖啡豆",
        "少发点广告",
        "stop recommending",
        "no more recommendations please",
        "don’t recommend anything",
        "no thanks, stop recommending",
        "please stop sending me ads",
    ],
)
def test_who_refuses_recommendations_gets_none_until_they_ask_again(text: str) -> None:
    context = make_context(text, "ask_recommendation")

    refusal = service.draft_reply(context)
    session = service.complete_turn(context, refusal).session
    vague = replace(make_context("帮我看看吧", "ask_recommendation"), session=session)
    asks = replace(make_context("有什么推荐", "ask_recommendation"), session=session)

    assert (refusal.message, find_request(context, refusal), session.refuses_items) == (
        None, None, True,
    )  # fmt: skip
    assert find_request(vague, service.draft_reply(vague)) is None
    assert find_request(asks, service.draft_reply(asks)) == make_request("有什么推荐")


@pytest.mark.parametrize("text", ["换一批", "再来几个", "还有别的吗", "推荐的不好看，换一批"])
def test_other_items_are_asked_for_without_those_shown(text: str) -> None:
    before = make_context("送妈妈什么好", "ask_gift_advice")
    draft = service.draft_reply(before)
    offer = word_answer(before, draft, make_request("送妈妈什么好"), ItemAnswer((TEA, CUP)))
    session = service.complete_turn(before, offer).session

    context = replace(make_context(text, "chitchat"), session=session)
    reply = service.draft_reply(context)
    request = find_request(context, reply)

    assert request is not None
    assert replace(request, goes_on=False) == make_request("送妈妈什么好", ("tea", "cup"))
    assert word_answer(context, reply, request, ItemAnswer()).text in (
        "合适的都给您看过了，暂时没有别的。", "能推荐的就是刚才那些，暂时没有更多了。",
    )  # fmt: skip


def test_what_follows_a_card_does_not_complete_the_question_before_it() -> None:
    before = make_context("送妈妈什么好", "ask_gift_advice")
    offer = word_answer(
        before, service.draft_reply(before), make_request("送妈妈什么好"), ItemAnswer((TEA, CUP))
    )
    session = service.complete_turn(before, offer).session

    later = [
        prepare_message(
            Context(message=factories.make_message(text), account=ACCOUNT, session=session)
        )
        for text in ("有优惠券吗", "上一个多少钱", "礼盒有吗")
    ]

    assert [(each.slot_result.text, each.slot_result.is_resumed) for each in later] == [
        ("有优惠券吗", False), ("上一个多少钱", False), ("礼盒有吗", False),
    ]  # fmt: skip


def test_it_is_said_that_the_account_has_none_of_what_is_asked_for() -> None:
    context = make_context("推荐一本书", "ask_recommendation")

    reply = word_answer(
        context, service.draft_reply(context), make_request("推荐一本书"), ItemAnswer()
    )

    assert (reply.source, reply.message, reply.text) == (
        "knowledge_missing", None, context.say(answer_texts.NO_SUCH_ITEM),
    )  # fmt: skip


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

    assert (draft.text, find_request(context, draft)) == ("推荐明前龙井。", None)


def test_a_welcome_text_lists_items_as_links() -> None:
    welcome = "欢迎关注！\n先看看这些：\n{items}\n有事请留言。"
    odd = OfferedItem(
        title='<茶> "新"', reason="新上的内容", link='https://shop.example.com/"tea"?a=1&b=2'
    )

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


def make_answered_context(text: str, probability: float, entry_text: str) -> Context:
    entry = factories.make_evidence("e1", "有哪些牌子", entry_text, probability)
    context = make_context(text, "ask_availability")
    return replace(context, matched_entry=entry, candidates=(entry,))


@pytest.mark.parametrize(
    ("text", "probability", "is_asked"),
    [
        ("有什么推荐", 0.68, True),
        ("有没有小提琴", 0.6, True),
        ("吉他或者尤克里里", 0.6, True),
        ("想买吉他，500以内", 0.6, True),
        ("二胡怎么换把", 0.6, True),
        ("有没有小提琴", 0.95, False),
        ("几天发货", 0.6, False),
        ("周末营业吗", 0.6, False),
        ("想买鼓，周末营业吗", 0.6, False),
        ("多少钱", 0.6, False),
        ("换一批", 0.6, False),
    ],
)
def test_items_are_looked_for_beside_an_entry_that_may_not_answer(
    text: str, probability: float, is_asked: bool
) -> None:
    context = make_answered_context(text, probability, "我们有两个牌子的手鼓。")

    request = find_request(context, service.draft_reply(context))

    assert (request.answer_text if request else "") == (
        "有哪些牌子\n我们有两个牌子的手鼓。" if is_asked else ""
    )


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("有哪些吉他", "最贵的呢", "有哪些吉他，最贵的"),
        ("有哪些吉他", "预算500", "有哪些吉他，预算500"),
        ("有哪些吉他", "换一批", "有哪些吉他"),
        ("有哪些吉他", "都看过了", "有哪些吉他"),
        ("几天发货", "换一批", "有什么推荐"),
        ("几天发货", "都看过了", "有什么推荐"),
        ("几天发货", "还有别的吗", None),
        ("几天发货", "不喜欢", None),
        ("几天发货", "谢谢", None),
    ],
)
def test_what_follows_an_answer_asks_for_items_of_its_question(
    question: str, text: str, expected: str | None
) -> None:
    session = Session(question=question, last_question=question, last_entry_id="e1")
    context = replace(make_answered_context(text, 0.6, "两款。"), session=session)

    request = find_request(context, service.draft_reply(context))

    assert request == (make_request(expected) if expected else None)


def test_an_account_without_the_price_asked_for_tells_the_nearest() -> None:
    context = make_context("500块的杯子有吗", "ask_availability")
    request = make_request("500块的杯子有吗")

    reply = word_answer(context, service.draft_reply(context), request, ItemAnswer(nearest=CUP))

    assert reply.text in {
        text.replace("{items}", "· 青瓷杯（编辑精选）")
        for text in context.variants(answer_texts.NO_ITEM_AT_PRICE)
    }


def test_a_card_says_its_reason_in_the_script_of_the_follower() -> None:
    context = make_context("推薦個計算器", "ask_recommendation")
    calculator = replace(TEA, title="学生计算器", reason="和你问的“计算器”有关")

    card = word_offer(context, [calculator, CUP]).message

    assert isinstance(card, Article)
    assert (card.title, card.description) == (
        "学生计算器", "和你問的“計算器”有關。還有：青瓷杯",
    )  # fmt: skip


def test_who_finds_the_items_too_dear_is_not_handed_over_as_angry() -> None:
    context = replace(
        make_context("太貴了", "complain_angry"), session=show_items("送妈妈什么好"),
        account=replace(ACCOUNT, desk="inbox"),
    )  # fmt: skip
    draft = service.draft_reply(context)
    request = find_request(context, draft)
    assert request is not None

    offer = word_answer(context, draft, request, ItemAnswer((CUP,)))
    turns = [service.complete_turn(context, each) for each in (draft, offer)]

    assert [turn.hand_over is not None for turn in turns] == [True, False]
