"""One reply to several questions."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.fallbacks.apology_texts import APOLOGIES
from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.passages import Passage
from app.dialogue.policy import Source
from app.dialogue.prepare import prepare_message
from app.dialogue.several_questions.answers import AnsweredQuestion, without_asking
from app.dialogue.several_questions.combining import merge_requests
from app.dialogue.several_questions.joining import join_answers
from app.dialogue.several_questions.parts import settle_parts
from app.dialogue.turn import Draft, SeveralActions
from app.dialogue.understanding import followups
from app.dialogue.wording import answer_texts
from app.inference.ports import Bands
from app.knowledge.values import Evidence
from app.messages.values import Text
from app.sessions.store import Session
from tests.dialogue import factories

NOBODY = Account(name="default", appid="wx1", token="token", desk="none")
INBOX = replace(NOBODY, desk="inbox")
NOON, NIGHT = 14_400.0, 50_400.0  # when people are there, and aren't
HOURS = factories.make_evidence("e1", "几点开门", "每天 10:00 开门。")
DOGS = factories.make_evidence("e2", "能带狗吗", "可以带小型犬。")


def understood(
    text: str, *entries: Evidence | None, account: Account = INBOX, received: float = NOON
) -> Context:
    """A message as it is read, each of its questions with the entry that answers it."""
    message = factories.make_message(text, received=received)  # fmt: skip
    context = prepare_message(Context(message=message, account=account))
    parts = tuple(
        replace(part, matched_entry=hit, classification_result=factories.make_classification())
        for part, hit in zip(context.parts, entries, strict=True)
    )
    return replace(
        context, classification_result=factories.make_classification(in_scope=False), parts=parts
    )


def answer(
    question: str, text: str, source: Source, work: GenerateAnswer | None = None
) -> AnsweredQuestion:
    return AnsweredQuestion(question, Draft(text=text, source=source, pending_action=work))


def test_what_is_known_comes_first_and_what_is_not_is_named() -> None:
    context = understood("有WiFi吗，几点开门，能带狗吗", None, HOURS, DOGS)

    turn = service.complete_turn(context, service.draft_reply(context))

    assert turn.text == (
        "1. 每天 10:00 开门。\n\n2. 可以带小型犬。\n\nWiFi我还不清楚，回复「人工」，请同事告诉您。"
    )
    assert (turn.source, turn.cited) == ("knowledge", ("e1", "e2"))
    assert turn.parts == ("knowledge_missing", "knowledge", "knowledge")


def test_a_follow_up_leans_on_the_last_question() -> None:
    context = understood("有WiFi吗，几点开门", None, HOURS)

    session = service.complete_turn(context, service.draft_reply(context)).session

    assert (session.last_question, session.last_entry_id, session.turns[0].text) == (
        "几点开门", "e1", "有WiFi吗，几点开门",
    )  # fmt: skip


def test_two_questions_with_one_answer_hear_it_once() -> None:
    context = understood("几点开门，周日几点开", HOURS, HOURS)

    assert service.draft_reply(context).text == "每天 10:00 开门。"


def test_an_entry_for_just_these_words_answers_them_whole() -> None:
    context = replace(
        understood("几点开门，能带狗吗", HOURS, DOGS), matched_entry=HOURS, same_words=True
    )

    assert service.draft_reply(context) == Draft(
        text="每天 10:00 开门。", source="knowledge", cited=("e1",)
    )


def test_more_than_four_questions_are_told_to_be_asked_again() -> None:
    text = "几点开门？能带狗吗？有WiFi吗？停车多少钱？有儿童椅吗？"

    context = understood(text, HOURS, DOGS, None, None)
    reply = service.draft_reply(context).text

    assert len(context.parts) == 4
    assert reply.endswith(
        "「有WiFi吗」、「停车多少钱」这两个问题我还不清楚，回复「人工」，请同事告诉您。\n\n"
        "您问的其他几个问题，请再发一次，我接着看。"
    )


def test_questions_that_were_not_understood_are_one_failure() -> None:
    context = understood("有WiFi吗，有充电宝吗", None, None)
    parts = tuple(
        replace(part, classification_result=factories.make_classification(in_scope=False))
        for part in context.parts
    )
    context = replace(context, parts=parts)

    turn = service.complete_turn(context, service.draft_reply(context))

    assert (turn.source, turn.session.unclear) == ("ask_back", 1)
    assert turn.text in answer_texts.UNKNOWN_ALL_OFFER.variants


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("几点开门，能洗澡不", "洗澡这一点"),
        ("几点开门，团课包含不，能洗澡不", "团课、洗澡这两点"),
        ("几点开门，周二单车几点，能洗澡吗", "「周二单车几点」、「能洗澡吗」这两个问题"),
        ("几点开门，我老婆能来吗，周二单车几点", "您问的另外几个问题"),
        ("几点开门，我老婆能来吗", "您问的另外一点"),
    ],
)
def test_beside_an_answer_all_that_is_not_known_is_named_or_none(text: str, named: str) -> None:
    unknown = [None] * (text.count("，"))

    reply = service.draft_reply(understood(text, HOURS, *unknown)).text

    assert reply in [
        f"每天 10:00 开门。\n\n{phrase.format(names=named)}"
        for phrase in answer_texts.UNKNOWN_OFFER
    ]


@pytest.mark.parametrize(
    "text",
    [
        "周二单车几点，拳击要不要自己买手套和绷带",
        "教练能上门带吗，一节多少",
        "有WiFi吗，停车多少钱，我老婆能来吗",
    ],
)
def test_where_nothing_is_known_no_question_is_quoted(text: str) -> None:
    unknown = [None] * (text.count("，") + 1)

    reply = service.draft_reply(understood(text, *unknown)).text

    assert reply in answer_texts.UNKNOWN_ALL_OFFER.variants


def test_a_person_is_offered_only_where_one_is() -> None:
    text = "几点开门，有WiFi吗"

    nobody = service.draft_reply(understood(text, HOURS, None, account=NOBODY)).text
    at_night = service.draft_reply(understood(text, HOURS, None, received=NIGHT)).text
    none_known = service.draft_reply(understood(text, None, None, account=NOBODY)).text

    assert nobody in [
        f"每天 10:00 开门。\n\n{t.format(names='WiFi')}" for t in answer_texts.UNKNOWN
    ]
    assert "上班" in at_night
    assert at_night.count("人工") == 1
    assert none_known in answer_texts.UNKNOWN_ALL.variants


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("能调一本吗，几天", "可以订，7到10天到店。"),
        ("咖啡能送上楼吗，多少起送", "可以送到云起大厦，满 60 元起送。"),
        ("有签名本卖吗，放在哪", "签名本放在一楼进门的木架上。"),
        ("能包成礼物吗，收费不", "礼物包装10元一份。"),
        ("有健身操吗，周几上，几点", "有，周三 19:30。"),
    ],
)
def test_what_an_answer_holds_is_not_said_to_be_unknown(text: str, answer: str) -> None:
    entry = factories.make_evidence("e3", "问", answer)
    unknown = [None] * text.count("，")

    assert service.draft_reply(understood(text, entry, *unknown)).text == answer


def test_what_an_answer_to_what_leans_on_it_holds_is_not_said_to_be_unknown() -> None:
    entry = factories.make_evidence("e3", "问", "可以订，7到10天到店。")

    assert service.draft_reply(understood("能调一本吗，几天", None, entry)).text == entry.answer


@pytest.mark.parametrize(
    ("text", "answer", "named"),
    [
        ("干花发哪家快递，几天能到", "永生花和干花可以快递，不满收12元。", "「几天能到」"),
        ("能调一本吗，寄成都邮费多少", "可以订，10元一本。", "「寄成都邮费多少」"),
        ("双层花篮什么价，最早几点能送到", "双层328元一个。", "「最早几点能送到」"),
        ("包月小份多少钱，礼拜几送", "每周一束共4次，小份159元。", "「礼拜几送」"),
    ],
)
def test_what_an_answer_does_not_hold_is_said_to_be_unknown(
    text: str, answer: str, named: str
) -> None:
    entry = factories.make_evidence("e3", "问", answer)

    reply = service.draft_reply(understood(text, entry, None)).text

    assert reply.startswith(answer)
    assert named in reply or "您问的另外一点" in reply


def test_declines_in_other_words_are_said_as_one() -> None:
    texts = ("「海拔多少」我不太懂，怕说错。", "怎么挑我还说不好，怕您买了不合适。")
    declined = [
        AnsweredQuestion(f"问{text}", Draft(text=text, source="small_talk", declines=True))
        for text in texts
    ]

    assert join_answers(declined, unread=False) == Text(
        content=answer_texts.UNKNOWN_ALL_OFFER.first
    )


def test_who_needs_a_person_for_one_of_them_is_told_the_others_first() -> None:
    context = understood("几点开门，怎么联系客服", HOURS, None, account=INBOX)
    parts = (
        context.parts[0],
        replace(
            context.parts[1],
            classification_result=factories.make_classification("transfer_to_person"),
        ),
    )
    context = replace(context, parts=parts)

    turn = service.complete_turn(context, service.draft_reply(context))

    assert turn.text.startswith("每天 10:00 开门。\n\n好的，我转给回音的同事，")
    assert (turn.source, turn.hand_over and turn.hand_over.reason) == ("handoff", "asked")


def test_an_apology_and_an_offer_are_said_once() -> None:
    sorry = APOLOGIES["goods"].first
    drafts = [
        Draft(
            text=f"{sorry}以结算页为准。查不到请回复「人工」。", source="template", apology=sorry
        ),
        Draft(text=f"{sorry}一般三天。想催一催请回复「人工」。", source="template", apology=sorry),
    ]
    answered = [AnsweredQuestion("运费多少", drafts[0]), AnsweredQuestion("几天到", drafts[1])]
    text = join_answers(answered,
                          unread=False)  # fmt: skip

    assert text.content == f"{sorry}1. 以结算页为准。\n\n2. 一般三天。想催一催请回复「人工」。"


def test_small_talk_beside_a_question_is_left_out() -> None:
    text = join_answers(
        [answer("吃了吗", "还没呢。", "small_talk"), answer("几点开门", "十点。", "knowledge")],
        unread=False,
    )

    assert text == Text(content="十点。")


def test_a_language_model_is_asked_once_for_all_that_need_it() -> None:
    context = understood("几点开门，有WiFi吗，有充电宝吗", HOURS, None, None)
    passage = Passage("p1", "店里有 WiFi 和充电宝。")
    parts = [context.parts[0], *(replace(p, passages=(passage,)) for p in context.parts[1:])]

    draft = service.draft_reply(replace(context, parts=tuple(parts)))

    assert isinstance(draft.pending_action, SeveralActions)
    writes = [
        d.pending_action
        for d in draft.pending_action.drafts
        if isinstance(d.pending_action, GenerateAnswer)
    ]
    question = merge_requests(writes).question
    assert (question.text, question.passages) == ("有WiFi吗\n有充电宝吗", (passage,))


def test_the_likeliest_answer_that_is_not_sure_is_shown_behind_what_is_known() -> None:
    context = understood("能带狗吗，几点开门，有糖吗，停车收费吗", None, HOURS, None, None)
    likely = [
        replace(DOGS, probability=0.5),
        None,
        replace(HOURS, probability=0.5),
        factories.make_evidence("e4", "停车多少钱", "停车五元。", 0.4),
    ]
    parts = tuple(
        replace(each, suggested=hit, choices=(hit,) if hit else ())
        for each, hit in zip(context.parts, likely, strict=True)
    )

    turn = service.complete_turn(context, service.draft_reply(replace(context, parts=parts)))

    first, second, unknown = turn.text.split("\n\n")
    assert first == "1. 每天 10:00 开门。"
    assert second.startswith("2. 您问的是「能带狗吗」吗？")
    assert "可以带小型犬" in second
    assert "停车五元" not in turn.text
    assert unknown in [
        each.format(names="您问的另外几个问题") for each in answer_texts.UNKNOWN_OFFER
    ]
    assert (turn.source, turn.cited) == ("knowledge", ("e2", "e1"))


@pytest.mark.parametrize(
    ("text", "first", "likely"),
    [
        ("几点开门，有没有激素", HOURS, "四季都能贴身穿。"),  # of another thing
        ("几点开门，能带狗吗", HOURS, HOURS.text),  # said already
        ("几点开门，每天几点", HOURS, "周末全天。"),  # which the answer before it holds
        ("几点开门，能带狗吗", None, "可以带小型犬。"),  # beside nothing
    ],
)
def test_what_is_not_sure_is_shown_only_for_what_it_speaks_of(
    text: str, first: Evidence | None, likely: str
) -> None:
    context = understood(text, first, None)
    hit = factories.make_evidence("e1" if likely == HOURS.text else "e3", "问", likely, 0.5)
    parts = (context.parts[0], replace(context.parts[1], suggested=hit, choices=(hit,)))

    assert "您问的是「问」" not in service.draft_reply(replace(context, parts=parts)).text


def part(question: str, *evidence: Evidence, leans: bool = False) -> Context:
    message = factories.make_message(question)  # fmt: skip
    entry = evidence[0] if evidence and evidence[0].probability >= SURE else None
    reading = followups.RewrittenQuestion(standalone_question=question, is_followup=leans)
    return Context(
        message=message,
        account=INBOX,
        session=Session(),
        question=reading,
        matched_entry=entry,
        evidence=evidence,
    )


SURE = 0.6


def price(probability: float) -> Evidence:
    return factories.make_evidence("price", "多少钱", "八十元", probability)


def term(probability: float) -> Evidence:
    return factories.make_evidence("term", "几天", "三天", probability)


@pytest.mark.parametrize(
    ("whole", "parts", "matched_entry"),
    [
        # One entry answers both halves, or the second is only part of the first.
        ((price(0.9),), [(price(0.8), False), (price(0.4), False)], []),
        ((price(0.9),), [(price(0.8), False), (term(0.3), True)], []),
        ((price(0.9),), [(price(0.4), False), (price(0.4), False)], []),
        # Two answers, or one and something that isn't known.
        ((price(0.9),), [(price(0.95), False), (term(0.95), True)], ["price", "term"]),
        ((price(0.9),), [(price(0.95), False), (term(0.7), False)], ["price", "term"]),
        ((price(0.9),), [(price(0.8), False), (term(0.7), True)], ["price", "term"]),
        ((price(0.9),), [(price(0.95), False), (term(0.2), False)], ["price", None]),
        ((price(0.9),), [(price(0.95), False), (price(0.1), False)], ["price", None]),
        ((price(0.3),), [(price(0.95), False), (term(0.2), True)], ["price", None]),
        # What leans on what isn't known isn't answered by something else.
        ((term(0.3),), [(term(0.1), False), (price(0.95), True)], [None, None]),
        ((price(0.9),), [(term(0.1), False), (price(0.95), True)], [None, "price"]),
        ((price(0.3),), [(term(0.1), False), (price(0.95), False)], [None, "price"]),
    ],
)
def test_the_message_as_one_question_decides_what_is_answered_apart(
    whole: tuple[Evidence, ...], parts: list[tuple[Evidence, bool]], matched_entry: list[str | None]
) -> None:
    context = part("甲多少钱，要几天", *whole)
    texts = ("怎么弄", "怎么办")
    questions = [
        part(text, each, leans=leans) for text, (each, leans) in zip(texts, parts, strict=True)
    ]

    settled = settle_parts(context, questions, Bands(SURE, 0.25))

    assert [each.matched_entry and each.matched_entry.id for each in settled] == matched_entry


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("里面有坐位伐", "湖西店平日 9:00-22:00。"),
        ("一个人住要加多少", "平时 3280 元一位。"),
        ("可颂几点出", "贝果 8:30、15:30。"),
    ],
)
def test_what_names_something_else_is_never_left_out(text: str, answer: str) -> None:
    entry = factories.make_evidence("matched_entry", "问", answer)
    context = replace(understood(f"甲怎么样，{text}", entry, None), matched_entry=entry)
    parts = [
        part("甲怎么样", entry),
        replace(part(text, leans=True), classification_result=factories.make_classification()),
    ]
    parts[0] = replace(parts[0], classification_result=factories.make_classification())

    settled = settle_parts(context, parts, Bands(SURE, 0.25))
    reply = service.draft_reply(replace(context, matched_entry=None, parts=settled)).text

    assert reply.startswith(answer)
    assert len(reply) > len(answer)


@pytest.mark.parametrize(
    ("text", "answer", "matched_entry"),
    [
        ("明信片多少钱一张", "桂花拿铁34元。", None),
        ("玻璃罩上可以刻字吗", "永生花玻璃罩小号199元。", None),
        ("你们管接送吗", "14岁以下不能进器械区。", None),
        ("多久可以拿", "证件照35元。", None),
        ("多久可以拿", "证件照35元，20分钟可以拿。", "both"),
        ("有停车位吗", "停车两小时内免费。", "both"),
        ("能水洗不", "大衣800元，只能干洗。", "both"),
    ],
)
def test_the_answer_to_another_question_counts_only_for_what_it_says(
    text: str, answer: str, matched_entry: str | None
) -> None:
    both = factories.make_evidence("both", "问", answer)
    parts = [part("拿铁多少", both), part(text, both, leans=True)]

    apart = settle_parts(part(f"拿铁多少，{text}"), parts, Bands(SURE, 0.25))
    beside = settle_parts(part(f"拿铁多少，{text}", both), parts, Bands(SURE, 0.25))

    assert [each.matched_entry and each.matched_entry.id for each in apart] == [
        "both",
        matched_entry,
    ]
    assert [each.matched_entry and each.matched_entry.id for each in beside] == (
        [] if matched_entry else ["both", None]
    )


def test_a_part_with_a_thing_of_its_own_is_not_dropped_for_what_may_answer_it() -> None:
    entry = factories.make_evidence("both", "永生花多少钱", "玻璃罩小号199元。")
    likely = replace(entry, probability=0.4)
    whole = part("永生花多少钱，玻璃罩上可以刻字吗", entry)

    for text, left in (("玻璃罩上可以刻字吗", ["both", None]), ("玻璃罩多少钱", [])):
        parts = [part("永生花多少钱", entry), part(text, likely)]
        settled = settle_parts(whole, parts, Bands(SURE, 0.25))
        assert [each.matched_entry and each.matched_entry.id for each in settled] == left


def test_words_that_were_put_together_are_no_words_of_the_follower() -> None:
    kinds, price_part = part("永生花有小熊的吗"), part("永生花多少钱", price(1.0), leans=True)
    price_part = replace(price_part, same_words=True)

    settled = settle_parts(part("永生花有小熊的吗，多少钱"), [kinds, price_part], Bands(SURE, 0.25))

    assert [each.matched_entry for each in settled] == [None, None]


def test_a_likelier_answer_to_the_message_takes_the_place_of_a_part_s() -> None:
    both = replace(part("问一", term(0.75)), evidence=(term(0.75), price(0.7)))

    settled = settle_parts(
        part("甲", price(0.9)), [both, part("问二", price(0.85))], Bands(SURE, 0.25)
    )

    assert settled == ()


def test_beside_an_answer_nothing_is_asked_back_but_a_number() -> None:
    region = Draft(text="哪个城市？", source="slot", pending="region")
    drafts = [
        Draft(text="八十元", source="knowledge"),
        region,
        Draft(text="订单号？", source="slot", pending="order"),
    ]

    left = without_asking(drafts)

    assert [draft.source for draft in left] == ["knowledge", "knowledge_missing", "slot"]
    assert without_asking(drafts[1:]) == drafts[1:]


def test_beside_what_is_not_known_nothing_is_asked_back_but_a_number_or_a_visit() -> None:
    drafts = [
        Draft(text="不清楚。", source="knowledge_missing"),
        *(Draft(text="？", source="slot", pending=slot) for slot in ("region", "order", "visit")),
    ]

    left = without_asking(drafts)

    assert [draft.source for draft in left] == [
        "knowledge_missing", "knowledge_missing", "slot", "slot",
    ]  # fmt: skip


def test_a_part_that_the_whole_answer_does_not_hold_is_not_dropped() -> None:
    whole = part("甲多少钱，礼拜几送", price(0.9))
    parts = [part("甲多少钱", price(0.8)), part("礼拜几送", term(0.3), leans=True)]

    settled = settle_parts(whole, parts, Bands(SURE, 0.25))

    assert [each.matched_entry and each.matched_entry.id for each in settled] == ["price", None]


def test_a_refusal_of_a_person_does_not_swallow_the_question() -> None:
    message = factories.make_message("先别转人工，我问一下停车费")  # fmt: skip
    context = prepare_message(Context(message=message, account=INBOX, session=Session()))
    context = replace(
        context, classification_result=factories.make_classification(in_scope=False), wish="refused"
    )

    with_entry = service.draft_reply(replace(context, matched_entry=HOURS))
    unknown = service.draft_reply(context)

    assert with_entry.text == "每天 10:00 开门。"
    assert unknown.text == ("好的，不转人工。关于停车费，我这边暂时没有查到，您换个说法我再找找。")


def test_a_part_that_only_leans_gets_no_answer_of_another_question_again() -> None:
    """你们管接送吗 was answered, beside its context, by the entry on ages, and so left out."""
    whole, one, fees = (
        factories.make_evidence(id_, title, answer)
        for id_, title, answer in (
            ("e1", "少年体能多少钱", "8 节 800 元。"),
            ("e2", "多大可以进器械区", "14 岁以下不能进器械区。"),
            ("e1", "少年体能多少钱", "8 节 800 元。"),
        )
    )
    context = understood("12岁能进器械区吗，少年体能八节多少，你们管接送吗", one, fees, one)
    parts = [*context.parts]
    assert parts[2].question is not None
    parts[2] = replace(parts[2], question=replace(parts[2].question, is_followup=True))

    settled = settle_parts(replace(context, matched_entry=whole), parts, Bands(0.5, 0.2))

    assert [part.matched_entry and part.matched_entry.id for part in settled] == ["e2", "e1", None]
