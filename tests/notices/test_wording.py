"""What agents are told."""

from app.notices import wording
from tests.notices.people import MEI, NOON, waiting


def test_agents_read_who_waits_why_since_when_and_where_to_go() -> None:
    assert wording.build_text([MEI], NOON + 185, 2_048) == (
        "【等待人工】青禾茶铺：1 位用户在等\n\n"
        "账号：青禾茶铺（tea）\n"
        "用户：f-0123456789abcdef｜12-01 12:00 起等待，已等 3 分钟\n"
        "原因：用户要求人工｜情绪：平静\n用户：转人工\n"
        "https://bot.example/api/v1/conversations/c1"
    )


def test_who_is_in_danger_stands_first() -> None:
    urgent = waiting(2, urgent=True, waiting_since=NOON + 9, summary="")

    lines = wording.build_text([MEI, urgent], NOON + 10, 2_048).split("\n")

    assert lines[0] == "【紧急】【等待人工】青禾茶铺：2 位用户在等"
    assert lines[2:4] == ["【紧急】账号：青禾茶铺（tea）", "用户：f-2｜12-01 12:00 起等待"]


def test_what_does_not_fit_is_counted() -> None:
    many = [waiting(number, summary="想问的事" * 30) for number in range(20)]

    text = wording.build_text(many, NOON, 2_048)

    assert len(text.encode()) <= 2_048
    assert text.count("账号：") == 4
    assert text.endswith("另有 16 位在等。")


def test_a_summary_that_is_too_long_alone_is_left_out() -> None:
    text = wording.build_text([waiting(1, summary="想" * 900)], NOON, 2_048)

    assert "想" not in text
    assert text.endswith("https://b/1")


def test_no_words_of_a_follower_call_everybody() -> None:
    assert wording.neutralise_markup('<at user_id="all"></at> <@all>') == (
        '＜at user_id="all"＞＜/at＞ ＜@all＞'
    )


def test_a_webhook_gets_it_in_fields() -> None:
    assert wording.as_json([MEI]) == {
        "type": "waiting",
        "conversations": [
            {
                "id": "c1",
                "account": "tea",
                "follower": "f-0123456789abcdef",
                "reason": "asked",
                "title": "转人工客服",
                "summary": MEI.summary,
                "opened_at": NOON,
                "urgent": False,
                "link": "https://bot.example/api/v1/conversations/c1",
            }
        ],
    }
