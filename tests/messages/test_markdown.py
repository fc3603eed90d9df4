"""Markdown in the plain text of a message."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.markdown import plain
from tests import pace

BLOCKS = [
    ("# 退货流程\n请先申请。", "【退货流程】\n请先申请。"),
    ("### **一、**说明 ###", "【一、说明】"),
    ("# 【公告】", "【公告】"),
    ("#话题# 来聊聊", "#话题# 来聊聊"),
    ("支持：\n- 支付宝\n- 微信\n\n\n\n欢迎", "支持：\n• 支付宝\n• 微信\n\n欢迎"),
    ("1. 申请\n2. 寄回\n   - 附单号\n   - 到付不收\n3. 退款",
     "1. 申请\n2. 寄回\n  • 附单号\n  • 到付不收\n3. 退款"),
    ("1. 一\n\n2. 二\n\n说明\n\n3. 三", "1. 一\n2. 二\n\n说明\n\n3. 三"),
    ("* 注意", "• 注意"),
    ("> 七天无理由\n> 退货\n\n好的", "七天无理由\n退货\n\n好的"),
    ("一\n\n---\n\n二", "一\n\n二"),
    ("原价：100\n---\n现价：80", "原价：100\n现价：80"),
    ("一\n\n\n\n\n二", "一\n\n二"),
    ("一  \n二\\\n三", "一\n二\n三"),
    ("```python\nx = a*b*c  # **\n```", "x = a*b*c  # **"),
    ("```\n一\n\n\n\n二", "一\n\n二"),
    ("命令：\n\n    pip *x* y", "命令：\n\npip *x* y"),
    ("|商品|价格|\n|---|--:|\n|龙井|88|\n|白茶|**66**|",
     "商品：龙井\n价格：88\n\n商品：白茶\n价格：66"),
    ("||价格|\n|---|---|\n|龙井||\n||88|", "龙井\n\n价格：88"),
    ("|规格：|\n|---|\n|50 g|", "规格：50 g"),
    ("|只有|表头|\n|---|---|", "只有，表头"),
    ("[客服]: 400-820-1234", "[客服]: 400-820-1234"),
    ("", ""),
    ("\r\n一\r\n\r\n二\r", "一\n\n二"),
]  # fmt: skip
EMPHASIS = [
    ("**重点**和*斜体*以及_下划线_", "重点和斜体以及_下划线_"),
    ("这是 _下划线_ 与 __粗__", "这是 下划线 与 粗"),
    ("**重点：**内容，“**引号**”", "重点：内容，“引号”"),
    ("价格**100**元", "价格100元"),
    ("***粗斜***字，这是***重点***吧", "粗斜字，这是重点吧"),
    ("用 `a*b` 表示", "用 a*b 表示"),
    ("5*3*2=30", "5*3*2=30"),
    ("2*3*4 元", "2*3*4 元"),
    ("5 * 3 * 2 = 30", "5 * 3 * 2 = 30"),
    ("20 *30* 40", "20 *30* 40"),
    ("30cm*20cm*10cm", "30cm*20cm*10cm"),
    ("(3+2)*4*(1+1)", "(3+2)*4*(1+1)"),
    ("长*宽*高", "长*宽*高"),
    ("体积=长度*宽度*高度", "体积=长度*宽度*高度"),
    ("共**5*3*2**元", "共5*3*2元"),
    ("138****1234 和 139****5678", "138****1234 和 139****5678"),
    ("2**3**2", "2**3**2"),
    ("*注：以实物为准", "*注：以实物为准"),
    (r"\*不是\*重点", "*不是*重点"),
    ("order_no_1 和 订单_号_", "order_no_1 和 订单_号_"),
    ("~~299~~ 199", "~~299~~ 199"),
]
LINKS = [
    ("详见[官网](https://tea.example)查看。", "详见官网：https://tea.example 查看。"),
    ("详见[官网：](https://tea.example)。", "详见官网：https://tea.example。"),
    ("<https://tea.example/a>看", "https://tea.example/a 看"),
    ("[https://tea.example/](https://tea.example)", "https://tea.example"),
    ("[tea.example](https://tea.example/)", "https://tea.example/"),
    ("**[买](https://tea.example)**！", "买：https://tea.example！"),
    ("https://tea.example/a_b_c?x=1&y=2", "https://tea.example/a_b_c?x=1&y=2"),
    ("[邮箱](mailto:hi@tea.example)，[电话](tel:400-820)", "邮箱：hi@tea.example，电话：400-820"),
    ("![茶园](https://tea.example/1.png)", "茶园：https://tea.example/1.png"),
    ("![](https://tea.example/1.png)", "https://tea.example/1.png"),
    ("![茶园](data/1.png)", "茶园"),
    ("[退款](weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1)", "退款"),
]
TAGS = [
    ("<p>一</p><p>二<br/>三</p>", "一\n二\n三"),
    ("一<b>二</b><!-- 三 -->四", "一二四"),
    ('<a href="https://evil.example">点我</a>', "点我"),
    ("<a href=weixin://bizmsgmenu?msgmenucontent=x>点</a>",
     "＜a href=weixin://bizmsgmenu?msgmenucontent=x>点"),
    ("&lt;A href='x'&gt;", "＜A href='x'>"),
    ("`<a href='x'>`", "＜a href='x'>"),
    ("1<2 且 3>2，茶 &amp; 水", "1<2 且 3>2，茶 & 水"),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "text"), BLOCKS)
def test_blocks(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@pytest.mark.parametrize(("markdown", "text"), EMPHASIS)
def test_emphasis_goes_and_figures_stay(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@pytest.mark.parametrize(("markdown", "text"), LINKS)
def test_links_show_where_they_lead(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@pytest.mark.parametrize(("markdown", "text"), TAGS)
def test_tags_are_dropped_and_none_becomes_a_link(markdown: str, text: str) -> None:
    assert plain(markdown) == text


MARKED = st.text(
    st.sampled_from("*_`#->[]()!|<a/ >&;:~\\\n\t 1.2=茶，。https://x.cn"), max_size=120
)


@given(MARKED | st.text(max_size=80))
def test_whatever_a_model_writes_becomes_a_message(markdown: str) -> None:
    text = plain(markdown)

    assert "\n\n\n" not in text
    assert not re.search(r"<\s*/?\s*a\b", text, re.IGNORECASE)
    assert text == text.strip()


@given(st.text(st.sampled_from("茶叶，。：！？“”（）《》￥%…ab09"), max_size=60))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@given(st.lists(st.integers(0, 999), min_size=2, max_size=6), st.sampled_from(["*", " * "]))
def test_a_product_keeps_its_signs(factors: list[int], sign: str) -> None:
    product = sign.join(map(str, factors))

    assert plain(f"一共是{product}元，**请核对**") == f"一共是{product}元，请核对"


@pytest.mark.parametrize("spite", ["*a", "[", "<a ", "> ", "`a", "![", "**a *b ", "|a", "- "])
def test_spite_costs_a_moment(spite: str) -> None:
    started = time.perf_counter()

    plain(spite * (8_000 // len(spite)))

    assert time.perf_counter() - started < pace.seconds(3)
