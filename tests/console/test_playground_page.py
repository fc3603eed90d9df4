"""The playground's page in a real browser; skipped where none is installed."""

from collections.abc import AsyncIterator

import pytest

from tests import browser
from tests.browser import Browser
from tests.console.test_playground import TEA, teach
from tests.service import CMS_KEY, SHIPPED, SHIPPING, Service

pytestmark = [
    pytest.mark.skipif(not browser.is_at_hand(), reason="no chromium with chromedriver"),
    pytest.mark.timeout(120),
]
LINKS = (
    f'您想问：<a href="weixin://bizmsgmenu?msgmenucontent={SHIPPING}&msgmenuid=c1">发货时间</a>'
    ' 或 <a href="https://shop.example/a?b=1&amp;c=2">商城</a> <b>粗体</b>'
)
IDLE = "return document.getElementById('presence').textContent === '公众号'"


@pytest.fixture
async def page(huiyin: Service) -> AsyncIterator[Browser]:
    async with browser.open_browser(1180, 820) as window:
        await window.open(f"{huiyin.bases[0]}/playground")
        yield window


async def say(page: Browser, text: str) -> None:
    await page.type("#text", f"{text}\n")
    await page.until(IDLE)


async def bubbles(page: Browser) -> list[str]:
    texts: list[str] = await page.run(
        "return [...document.querySelectorAll('.log .bubble')].map((b) => b.innerText)"
    )
    return texts


async def test_the_page_does_not_grow_with_the_chat(page: Browser) -> None:
    heights = []
    for _ in range(12):
        await say(page, SHIPPING)
        heights.append(await page.run("return document.documentElement.scrollHeight"))

    assert set(heights[1:]) == {heights[1]}
    assert await page.run("const l = document.getElementById('log');"
                          "return l.scrollHeight > l.clientHeight")  # fmt: skip


async def test_links_of_an_answer_are_tapped(huiyin: Service, page: Browser) -> None:
    await teach(huiyin, TEA | {"answer": LINKS})
    await say(page, TEA["question"])
    anchor = await page.run(
        "const a = document.querySelector('.bubble a'); return [a.href, a.rel, a.textContent]"
    )
    await page.click(".bubble .link")
    await page.until(IDLE)

    assert await bubbles(page) == [
        TEA["question"], "您想问：发货时间 或 商城 <b>粗体</b>", SHIPPING, SHIPPED,
    ]  # fmt: skip
    assert anchor == ["https://shop.example/a?b=1&c=2", "noopener noreferrer", "商城"]


async def test_the_panel_shows_the_entry_and_its_score(huiyin: Service, page: Browser) -> None:
    await teach(huiyin, TEA)
    await say(page, TEA["question"])

    panel_lines = (await page.text("#p-because")).split("\n")
    assert panel_lines[:2] == ["回答的依据", TEA["question"]]
    assert panel_lines[2].endswith("%")
    assert panel_lines[3:] == [TEA["answer"], "知识库条目 tea"]


async def test_an_unanswered_question_becomes_an_entry_in_place(page: Browser) -> None:
    await say(page, "茶室能带狗吗")
    await page.click("#p-acts button")
    await page.type("#t-answer", "院子里可以。")
    await page.click("#t-save")
    await page.until("return !document.getElementById('p-told').hidden")
    notice = await page.text("#p-told")
    await page.click("#p-acts button")
    await page.until(IDLE)

    assert notice == "已保存，现在就生效。"
    assert (await bubbles(page))[2:] == ["茶室能带狗吗", "院子里可以。"]


async def test_the_suggestions_are_buttons_that_ask(page: Browser) -> None:
    await page.click("#chips button")
    await page.until(IDLE)

    assert await bubbles(page) == ["什么时候发货？", SHIPPED]


async def test_the_documentation_is_drawn_without_a_cdn(huiyin: Service, page: Browser) -> None:
    address = huiyin.bases[0].removeprefix("http://")
    await page.open(f"http://anybody:{CMS_KEY}@{address}/docs")  # as a person answers the dialog
    await page.open(f"http://{address}/docs")
    await page.until("return document.querySelectorAll('.opblock').length > 20")

    hosts = await page.run(
        "return performance.getEntriesByType('resource').map((r) => new URL(r.name).host)"
    )
    assert set(hosts) == {address}
