"""What a connected model was shown of an open question."""

from typing import Any

from tests.bench.answers import prompts
from tests.bench.answers.corpus import Case, Shop
from tests.bench.answers.figures import Reached
from tests.bench.answers.values import Base, Exchange, Played, Record

SHOP = Shop("tea", "山行茶", "茶馆", "每天 9:00-21:00", ("我们卖茶。",), "tune", (), {}, ())
BASE = Base(answers={"e01": "红茶一罐 88 元。"})
QUESTION = "送长辈 什么茶好？"
PLAYED = Played(
    Case("tea", "o01", "open", (QUESTION,)), (Exchange(QUESTION, "红茶。", Record("generated")),)
)


def prompt(system: str, *texts: str) -> dict[str, Any]:
    user_messages = [{"role": "user", "content": text} for text in texts]
    return {"messages": [{"role": "system", "content": system}, *user_messages]}


def test_a_prompt_is_known_by_the_followers_words() -> None:
    whole = prompt("你是「山行茶」的客服。我们卖茶。", f"资料：红茶一罐 88 元。\n用户：{QUESTION}")
    bare = prompt("你是客服。", f"用户：{QUESTION}")
    earlier = prompt("你是客服。", QUESTION, "几点开门")

    assert prompts.reached(PLAYED, SHOP, BASE, [earlier, whole]) == Reached(True, True, True)
    assert prompts.reached(PLAYED, SHOP, BASE, [bare]) == Reached(True, False, False)
    assert prompts.reached(PLAYED, SHOP, BASE, [earlier]) == Reached(False)
    assert prompts.reached(PLAYED, SHOP, BASE, []) == Reached(False)
