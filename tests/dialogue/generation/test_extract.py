from app.dialogue.generation.extract import Extract, extract_sentences
from app.dialogue.generation.passages import Passage
from app.messages.sentences import split_sentences

RETURNS = Passage(
    "e1",
    "自签收之日起七天内可以退货。商品须保持完好。退货运费由买家承担，质量问题由我们承担。",
    "退货政策",
)
SHIPPING = Passage(
    "e2", "下午四点前付款的订单当天发货。\n其余次日发货。预售商品以商品页标注的日期为准。"
)


def test_sentences_end_where_a_reader_pauses() -> None:
    sentences = split_sentences(
        "满99.5元包邮。见 https://a.cn/x.html?y=1 谢谢！“好的。”第二\n第三；OK. 完"
    )

    assert sentences == [
        "满99.5元包邮。", "见 https://a.cn/x.html?y=1 谢谢！", "“好的。”", "第二", "第三；", "OK.",
        "完",
    ]  # fmt: skip


def test_the_sentence_nearest_to_the_question_is_said() -> None:
    assert extract_sentences("退货运费谁出", [SHIPPING, RETURNS], 25) == Extract(
        "退货运费由买家承担，质量问题由我们承担。", "e1"
    )


def test_neighbours_come_along_while_they_help_and_fit() -> None:
    assert extract_sentences("四点以后付款什么时候发货", [SHIPPING], 100) == Extract(
        "下午四点前付款的订单当天发货。\n其余次日发货。", "e2"
    )


def test_a_sentence_that_does_not_fit_is_not_cut() -> None:
    assert extract_sentences("什么时候发货", [SHIPPING], 10) == Extract("其余次日发货。", "e2")
    assert extract_sentences("什么时候发货", [SHIPPING], 5) is None


def test_nothing_is_said_that_shares_nothing_with_the_question() -> None:
    assert extract_sentences("发票抬头", [SHIPPING], 100) is None
    assert extract_sentences("什么时候发货", [], 100) is None


def test_of_equals_the_passage_found_first() -> None:
    double = Passage("e9", SHIPPING.text)

    answer = extract_sentences("什么时候发货", [double, SHIPPING], 100)

    assert answer is not None
    assert answer.passage_id == "e9"


def test_vectors_find_what_words_do_not() -> None:
    near = {"商品须保持完好。": 0.9}

    assert extract_sentences("弄脏了还行吗", [SHIPPING, RETURNS], 10, near) == Extract(
        "商品须保持完好。", "e1"
    )
